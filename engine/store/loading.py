"""Rows as the values a push works on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy.engine import Connection

from engine.advance.case import Case
from engine.advance.records import Instance, Task, WorkItem
from engine.codec import from_text
from engine.errors import NotFound
from engine.store import instances, tasks
from engine.store.records import Record
from engine.vocabulary import InstanceState, Key, TaskState, WorkItemState


def load_tree(connection: Connection, root: Record, *, instance_key: Key | None = None) -> Case:
    """The live instances of the locked case. An ended one is loaded when it is the one asked for."""
    rows = [root, *instances.read_called(connection, int(root.key))]
    if instance_key is not None and all(row.key != instance_key for row in rows):
        row = instances.find(connection, instance_key)
        if row is None:
            raise NotFound("instance_not_found", f"expected a case {instance_key}, but there is none", key=str(instance_key))
        rows.append(row)
    return Case.of(map(instance_from, rows))


def load_task(connection: Connection, root: Record, task_key: Key) -> tuple[Case, Task]:
    """The case with one task and its work items; one statement behind the lock."""
    found = tasks.read_for_decision(connection, task_key)
    rows = [root, *found.called]
    if all(row.key != found.task.instance_key for row in rows):
        ended = instances.find(connection, found.task.instance_key)
        rows += [] if ended is None else [ended]
    live = [instance_from(row) for row in rows]
    task = task_from(found.task, next(i.process_name for i in live if i.key == found.task.instance_key))
    return Case.of(live, [task], map(item_from, found.items)), task


def load_for_claim(connection: Connection, task_key: Key, *, locked: bool = False) -> tuple[Case, Task]:
    """A task with its work items and its instance: enough to claim, not to decide. `locked`: no vote comes in between."""
    row, its_instance, items = tasks.read_for_claim(connection, task_key, locked=locked)
    instance = instance_from(its_instance)
    task = task_from(row, instance.process_name)
    return Case.of([instance], [task], map(item_from, items)), task


def instance_from(row: Record) -> Instance:
    values: dict[str, Any] = {name: value for name, value in vars(row).items() if name in _INSTANCE}
    values.update(
        state=InstanceState(row.state),
        marking=from_text(row.marking),
        variables=from_text(row.variables),
        summary=from_text(row.summary),
        tags=tuple(from_text(row.tags)),
        process_name=row.process_name or row.process_id,
        process_name_en=row.process_name_en or "",
        starter=row.starter or "",
    )
    return Instance(**values)


def task_from(row: Record, process_name: str) -> Task:
    values: dict[str, Any] = {name: value for name, value in vars(row).items() if name in _TASK}
    values.update(
        state=TaskState(row.state),
        sign=from_text(row.sign) if row.sign else {},
        local_variables=from_text(row.local_variables),
        candidate_groups=tuple(from_text(row.candidate_groups)),
        candidate_users=tuple(from_text(row.candidate_users)),
        process_name=process_name,
        name=row.name or row.element_id,
        name_en=row.name_en or "",
        starter=row.starter or "",
    )
    return Task(**values)


def item_from(row: Record) -> WorkItem:
    values: dict[str, Any] = {name: value for name, value in vars(row).items() if name in _ITEM}
    values.update(state=WorkItemState(row.state), reasons=tuple((code, facts) for code, facts in from_text(row.reasons)))
    return WorkItem(**values)


def _names(of: type) -> frozenset[str]:
    fields: Iterable[str] = of.__dataclass_fields__  # type: ignore[attr-defined]  # every record is a dataclass
    return frozenset(fields)


_INSTANCE, _TASK, _ITEM = _names(Instance), _names(Task), _names(WorkItem)
