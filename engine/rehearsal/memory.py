"""A case book in memory: what was deployed, and every row the pushes left. The rehearsal's counterpart of the store."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from engine import dmn
from engine.advance.advance import Advance
from engine.advance.case import Case
from engine.advance.numbering import fill_number
from engine.advance.records import (
    ActivationRow,
    DecisionMade,
    Effect,
    Event,
    Incident,
    Instance,
    Job,
    Notification,
    RegisterEntry,
    Subscription,
    Task,
    Timer,
    WorkItem,
)
from engine.advance.world import Published
from engine.bpmn.definition import Definition
from engine.bpmn.waits import Activation
from engine.people import Directory
from engine.vocabulary import InstanceState, Key, TaskState, Traced, Variables, WorkItemState
from forms import Form

COMPANY_ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(slots=True)
class Deployed:
    """What may run: definitions in all versions, decisions and forms in the latest."""

    processes: dict[str, list[Published]] = field(default_factory=dict)
    models: dict[str, dmn.Model] = field(default_factory=dict)
    forms: dict[str, Form] = field(default_factory=dict)

    def add_process(self, definition: Definition, settings: Mapping[str, Any], key: Key) -> Published:
        versions = self.processes.setdefault(definition.process_id, [])
        published = Published(key, key, len(versions) + 1, definition, settings)
        versions.append(published)
        return published

    def latest(self, process_id: str) -> Published | None:
        versions = self.processes.get(process_id)
        return versions[-1] if versions else None

    def by_key(self, key: Key) -> Published:
        return next(p for versions in self.processes.values() for p in versions if p.key == key)


@dataclass(slots=True)
class Message:
    name: str
    correlation_key: str
    variables: Variables
    expires_at: datetime


@dataclass(slots=True)
class Book:
    """Every row, as the store would hold it."""

    instances: dict[Key, Instance] = field(default_factory=dict)
    activations: dict[tuple[Key, int], ActivationRow] = field(default_factory=dict)
    tasks: dict[Key, Task] = field(default_factory=dict)
    work_items: dict[Key, WorkItem] = field(default_factory=dict)
    timers: dict[tuple[Key, int], Timer] = field(default_factory=dict)
    jobs: dict[tuple[Key, int], Job] = field(default_factory=dict)
    messages: dict[tuple[Key, int], Subscription] = field(default_factory=dict)
    signals: dict[tuple[Key, int], Subscription] = field(default_factory=dict)
    incidents: dict[tuple[Key, int], Incident] = field(default_factory=dict)
    effects: list[Effect] = field(default_factory=list)
    sent: list[Effect] = field(default_factory=list)
    buffered: list[Message] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    registers: list[RegisterEntry] = field(default_factory=list)
    notifications: list[Notification] = field(default_factory=list)
    decisions: list[DecisionMade] = field(default_factory=list)
    trace: list[tuple[Key, str, Traced]] = field(default_factory=list)

    def apply(self, advance: Advance) -> None:
        for name in ("instances", "tasks", "work_items", "activations", "incidents"):
            getattr(self, name).update(getattr(advance, name))
        for name in ("timers", "jobs", "messages", "signals"):
            rows = getattr(self, name)
            for place, row in getattr(advance, name).items():
                if row.key:
                    rows[place] = row
                elif place in rows:
                    rows[place] = replace(rows[place], state=row.state)
        for (instance_key, n), state in advance.closed_tasks.items():
            self._close_task(instance_key, n, void=state == "void")
        self.effects += advance.effects
        self.sent += advance.effects
        for name in ("events", "registers", "notifications", "decisions", "trace"):
            getattr(self, name).extend(getattr(advance, name))

    def _close_task(self, instance_key: Key, n: int, *, void: bool) -> None:
        task = next((t for t in self.tasks.values() if (t.instance_key, t.n) == (instance_key, n)), None)
        if task is None:
            return  # a step that nobody had to sign
        if task.state is TaskState.CREATED:
            task.state = TaskState.CANCELED
        for item in self.items_of(task.key):
            if item.state in (WorkItemState.OPEN, WorkItemState.WAITING, WorkItemState.DELEGATED):
                item.state = WorkItemState.WITHDRAWN
            elif item.state is WorkItemState.DONE and void:
                item.state = WorkItemState.VOID

    def items_of(self, task_key: Key) -> list[WorkItem]:
        return sorted((i for i in self.work_items.values() if i.task_key == task_key), key=lambda item: item.seat)

    def tree(self, instance_key: Key, task: Task | None = None) -> Case:
        """A copy of the live call tree around an instance, with one task: what a command would load."""
        root_key = self.instances[instance_key].root_key
        live = [
            replace(i)
            for i in self.instances.values()
            if i.root_key == root_key and (i.state is InstanceState.ACTIVE or i.key == instance_key)
        ]
        if task is None:
            return Case.of(live)
        return Case.of(live, [replace(task)], [replace(item) for item in self.items_of(task.key)])


class MemoryWorld:
    """`engine.advance.World` over a book in memory."""

    def __init__(self, deployed: Deployed, book: Book, directory: Directory, now: datetime) -> None:
        self.now = now
        self.directory = directory
        self._deployed = deployed
        self._book = book
        self._keys = itertools.count(1)
        self._numbers: dict[tuple[str, str], int] = {}

    def key(self) -> Key:
        return next(self._keys)

    def published(self, definition_key: Key) -> Published:
        return self._deployed.by_key(definition_key)

    def called(self, process_id: str, binding: str, caller: Published) -> Published | None:
        if binding.startswith("versionTag:"):
            tag = binding.partition(":")[2]
            versions = self._deployed.processes.get(process_id, [])
            return next((p for p in reversed(versions) if p.definition.version_tag == tag), None)
        return self._deployed.latest(process_id)

    def decide(
        self, decision_id: str, binding: str, variables: Mapping[str, Any], functions: Mapping[str, Any], caller: Published
    ) -> dmn.Result | None:
        return self.evaluate(decision_id, variables, functions)

    def evaluate(
        self, decision_id: str, variables: Mapping[str, Any], functions: Mapping[str, Any] | None = None
    ) -> dmn.Result | None:
        model = self._deployed.models.get(decision_id)
        if model is None:
            return None
        return model.evaluate(decision_id, variables, functions=functions, explain=True, requires=self._required)

    def _required(self, decision_id: str) -> Any:
        model = self._deployed.models.get(decision_id)
        return None if model is None else model.evaluate(decision_id, {}).value

    def form(self, form_id: str, caller: Published) -> tuple[Key | None, Form] | None:
        form = self._deployed.forms.get(form_id)
        return None if form is None else (None, form)

    def parameters(self) -> Mapping[str, Any]:
        value = self._required("parameters")
        return value if isinstance(value, dict) else {}

    def deciders(self, instance_key: Key, element_ids: Sequence[str]) -> frozenset[str]:
        return frozenset(
            item.decided_by
            for item in self._book.work_items.values()
            if item.decided_by is not None
            and item.state is WorkItemState.DONE
            and item.instance_key == instance_key
            and self._book.tasks[item.task_key].element_id in element_ids
        )

    def next_number(self, process_id: str, pattern: str) -> str:
        return fill_number(pattern, self.now, COMPANY_ZONE, lambda name: self._count(process_id, name))

    def _count(self, process_id: str, name: str) -> int:
        self._numbers[process_id, name] = self._numbers.get((process_id, name), 0) + 1
        return self._numbers[process_id, name]

    def log(self, instance_key: Key) -> Sequence[Activation]:
        rows = sorted((r for k, r in self._book.activations.items() if k[0] == instance_key), key=lambda row: row.n)
        return [Activation(r.n, r.element_id, r.owner, r.causes, r.arrivals, r.stopped_by, r.state) for r in rows]
