"""Versions of what was deployed: what is unchanged keeps its key and version, what changed becomes the latest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from engine.advance.world import World
from engine.bpmn.definition import Definition, TimerKind
from engine.bpmn.timers import first_due
from engine.codec import to_text
from engine.publishing.reading import Read
from engine.store import decision_definitions, definitions, form_definitions, resources, timers
from engine.store.database import Connection
from engine.store.records import Record
from engine.vocabulary import Key


@dataclass(frozen=True, slots=True)
class Deployed:
    """One version of one thing, new or as it was."""

    key: Key
    version: int
    name: str
    resource_name: str
    process_id: str = ""
    decision_id: str = ""
    form_id: str = ""
    requirements_id: str = ""
    requirements_key: Key = 0


@dataclass(slots=True)
class Deployment:
    key: Key
    definitions: list[Deployed] = field(default_factory=list)
    decisions: list[Deployed] = field(default_factory=list)
    requirements: list[Deployed] = field(default_factory=list)
    forms: list[Deployed] = field(default_factory=list)
    resources: list[Deployed] = field(default_factory=list)


def keep_processes(connection: Connection, world: World, read: Read, deployment: Deployment) -> None:
    latest = _latest(definitions.latest(connection), "process_id")
    rows = []
    for name, content, definition in read.processes:
        settings = to_text(read.settings.get(name.rpartition("/")[0], {}))
        digest = hashlib.sha256(content + settings.encode()).hexdigest()
        before = latest.get(definition.process_id)
        same = before is not None and before.xml_digest == digest and before.resource_name == name
        key, version = (before.key, before.version) if before and same else (world.key(), before.version + 1 if before else 1)
        if not same:
            rows.append(
                {
                    "key": key,
                    "deployment_key": deployment.key,
                    "process_id": definition.process_id,
                    "version": version,
                    "name": definition.name,
                    "name_en": definition.name_en,
                    "version_tag": definition.version_tag,
                    "resource_name": name,
                    "xml": content.decode(),
                    "xml_digest": digest,
                    "settings": settings,
                    "has_start_form": definition.start_form_id is not None,
                    "start_form_id": definition.start_form_id,
                    "deployed_at": world.now,
                }
            )
            if before is not None:
                timers.end_of_definition(connection, before.key)
            _arm_start_timers(connection, world, definition, key)
        deployment.definitions.append(Deployed(key, version, definition.name, name, process_id=definition.process_id))
    definitions.add(connection, rows)


def _arm_start_timers(connection: Connection, world: World, definition: Definition, key: Key) -> None:
    rows = []
    for element_id, _ in definition.timer_starts:
        event = definition.elements[element_id].event
        assert event is not None
        due = first_due(event.timer or TimerKind.DATE, event.text, world.now, world.directory.zone)
        rows.append(
            {
                "key": world.key(),
                "definition_key": key,
                "element_id": element_id,
                "kind": start_timer_kind(due.left, due.interval),
                "due_at": due.at,
                "state": "waiting",
            }
        )
    timers.write(connection, rows)


def start_timer_kind(left: int | None, interval: str) -> str:
    """How often a start timer still repeats, as ISO 8601 writes it; `once` for none."""
    if left == 0 or not interval:
        return "once"
    return f"R{'' if left is None else left}/{interval}"


def keep_decisions(connection: Connection, world: World, read: Read, deployment: Deployment) -> None:
    latest = _latest(decision_definitions.latest(connection), "decision_id")
    rows: list[dict[str, Any]] = []
    for name, content, model in read.models:
        digest = hashlib.sha256(content).hexdigest()
        known = next((latest[d] for d in model.decisions if d in latest and latest[d].requirements_id == model.model_id), None)
        same = known is not None and known.xml_digest == digest and known.resource_name == name
        requirements_key = known.requirements_key if known and same else world.key()
        requirements_version = known.requirements_version if known and same else known.requirements_version + 1 if known else 1
        drg = Deployed(requirements_key, requirements_version, model.name, name, requirements_id=model.model_id)
        deployment.requirements.append(drg)
        for decision in model.decisions.values():
            before = latest.get(decision.id)
            keeps = same and before is not None and before.requirements_key == requirements_key
            key = before.key if before and keeps else world.key()
            version = before.version + (0 if keeps else 1) if before else 1
            made = Deployed(
                key,
                version,
                decision.name,
                name,
                decision_id=decision.id,
                requirements_id=model.model_id,
                requirements_key=requirements_key,
            )
            deployment.decisions.append(made)
            if not keeps:
                rows.append(
                    {
                        "key": key,
                        "deployment_key": deployment.key,
                        "decision_id": decision.id,
                        "version": version,
                        "name": decision.name,
                        "requirements_id": model.model_id,
                        "requirements_key": requirements_key,
                        "requirements_name": model.name,
                        "requirements_version": requirements_version,
                        "resource_name": name,
                        "xml": content.decode(),
                        "xml_digest": digest,
                        "deployed_at": world.now,
                    }
                )
    decision_definitions.add(connection, rows)


def keep_forms(connection: Connection, world: World, read: Read, deployment: Deployment) -> None:
    latest = _latest(form_definitions.latest(connection), "form_id")
    rows = []
    for name, content, form in read.forms:
        digest = hashlib.sha256(content).hexdigest()
        before = latest.get(form.form_id)
        same = before is not None and before.document_digest == digest and before.resource_name == name
        key, version = (before.key, before.version) if before and same else (world.key(), before.version + 1 if before else 1)
        if not same:
            rows.append(
                {
                    "key": key,
                    "deployment_key": deployment.key,
                    "form_id": form.form_id,
                    "version": version,
                    "resource_name": name,
                    "document": content.decode(),
                    "document_digest": digest,
                    "deployed_at": world.now,
                }
            )
        deployment.forms.append(Deployed(key, version, form.form_id, name, form_id=form.form_id))
    form_definitions.add(connection, rows)


def keep_others(connection: Connection, world: World, read: Read, deployment: Deployment) -> None:
    latest = _latest(resources.latest(connection), "resource_id")
    rows = []
    for name, content in read.others:
        digest = hashlib.sha256(content).hexdigest()
        before = latest.get(name)
        same = before is not None and before.content_digest == digest
        key, version = (before.key, before.version) if before and same else (world.key(), before.version + 1 if before else 1)
        if not same:
            rows.append(
                {
                    "key": key,
                    "deployment_key": deployment.key,
                    "resource_id": name,
                    "version": version,
                    "resource_name": name,
                    "content": content,
                    "content_digest": digest,
                    "deployed_at": world.now,
                }
            )
        deployment.resources.append(Deployed(key, version, name, name))
    resources.add(connection, rows)


def _latest(rows: Iterable[Record], name: str) -> dict[str, Record]:
    return {getattr(row, name): row for row in rows}
