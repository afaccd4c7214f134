"""One case as its people see it: may I, what happened, where is it, who has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.access import may
from engine.codec import from_text
from engine.engine import Engine
from engine.errors import NotFound
from engine.store import activities, copies, events, instances, tasks, work_items
from engine.store.database import Connection
from engine.store.loading import instance_from, item_from
from engine.store.records import Record
from engine.vocabulary import Actor, Key

_NOT_SHOWN = frozenset({"record", "variables", "values"})
"""What an event holds of the case's variables: the timeline has no field rights, so it tells none of them."""

_QUOTES = {
    "notice.sent": frozenset({"subject", "text"}),
    "incident.opened": frozenset({"sentence"}),
    "case.copy_failed": frozenset({"sentence"}),
}
"""What may quote variables: a notice is for whom it was sent to, an incident for who repairs it."""


@dataclass(frozen=True, slots=True)
class Happened:
    """A line of the timeline: an event of the chain (with its `seq`), or something people did beside it."""

    at: datetime
    kind: str
    actor: str | None
    instance_key: Key
    process_id: str
    element_id: str | None
    element_name: str | None
    seq: int | None
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class OpenStep:
    """Where the case is now: a step that waits for people."""

    task_key: Key
    process_id: str
    element_id: str
    name: str
    name_en: str
    opened_at: datetime
    due_at: datetime | None
    people: tuple[str, ...]
    """Candidates that still owe a vote; who has claimed stands as `user:<id>`."""


def seen_instance(engine: Engine, connection: Connection, actor: Actor, instance_key: Key) -> Record:
    """The instance's row, if this actor may see its case. NotFound `instance_not_found`, NotAllowed `not_allowed`.

    What is told of a case is told of all of it, so the root's process says who may see it, whichever part was asked for.
    """
    row = instances.find(connection, instance_key)
    if row is None:
        raise NotFound("instance_not_found", f"expected a case {instance_key}, but there is none", key=str(instance_key))
    if actor.is_administrator or actor.user_id == row.starter:
        return row
    root = row if row.key == row.root_key else instances.find(connection, row.root_key)
    assert root is not None  # a case keeps its root
    published = engine.library.published(connection, root.definition_key)
    items = [item_from(item) for item in work_items.of_tree(connection, root.key)]
    may.see(
        actor,
        instance_from(root),
        published.settings,
        items,
        above_starter=above(engine, root.starter or ""),
        is_told=lambda: copies.is_told(connection, root.key, actor.principals),
    )
    return row


def timeline(engine: Engine, actor: Actor, instance_key: Key) -> list[Happened]:
    """What happened in the whole case, in order."""
    with engine.looking() as connection:
        root_key = seen_instance(engine, connection, actor, instance_key).root_key
        processes = {row.key: row for row in instances.of_tree(connection, root_key)}
        lines = [_line(engine, connection, actor, processes, row, row.seq) for row in events.of_tree(connection, root_key)]
        lines += [_line(engine, connection, actor, processes, row, None) for row in activities.of_tree(connection, root_key)]
    return sorted(lines, key=lambda line: (line.at, line.seq is None, line.seq or 0))


def where(engine: Engine, actor: Actor, instance_key: Key) -> list[OpenStep]:
    """The steps the case waits for, called cases included."""
    with engine.looking() as connection:
        root_key = seen_instance(engine, connection, actor, instance_key).root_key
        owed: dict[Key, list[str]] = {}
        for item in work_items.of_tree(connection, root_key):
            if item.state in ("open", "delegated"):
                owed.setdefault(item.task_key, []).append(f"user:{item.assignee}" if item.assignee else item.candidate)
        return [
            OpenStep(
                task.key,
                task.process_id,
                task.element_id,
                task.name or task.element_id,
                task.name_en or "",
                task.opened_at,
                task.due_at,
                tuple(owed.get(task.key, ())),
            )
            for task in tasks.open_in_tree(connection, root_key)
        ]


def above(engine: Engine, user_id: str) -> Sequence[str]:
    """Who stands above a person, nearest first."""
    directory = engine.library.directory
    return directory.superiors_of(user_id, engine.clock.now()) if user_id in directory.users else ()


def _line(engine: Engine, connection: Connection, actor: Actor, processes: dict[Key, Any], row: Any, seq: int | None) -> Happened:
    instance = processes.get(row.instance_key)
    element_id = getattr(row, "element_id", None)
    payload = from_text(row.payload) if row.payload else {}
    hidden = _NOT_SHOWN if actor.is_administrator else _NOT_SHOWN | _QUOTES.get(row.type, frozenset())
    element = None
    if instance is not None and element_id is not None:
        element = engine.library.published(connection, instance.definition_key).definition.elements.get(element_id)
    return Happened(
        row.at,
        row.type,
        row.actor,
        row.instance_key,
        instance.process_id if instance is not None else "",
        element_id,
        element.name if element is not None else None,
        seq,
        {name: value for name, value in payload.items() if name not in hidden},
    )
