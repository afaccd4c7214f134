"""What must hold of every case after every command, verified from the rows: `guicheng check`, and at the end of many tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from engine.advance.expressions import Expressions
from engine.advance.records import Instance
from engine.bpmn.run import Run, State
from engine.bpmn.run import World as RunWorld
from engine.bpmn.waits import Wait, WaitKind
from engine.codec import from_text
from engine.engine import Engine
from engine.library import DatabaseWorld
from engine.store import (
    events,
    incidents,
    instances,
    jobs,
    message_subscriptions,
    signal_subscriptions,
    tasks,
    timers,
    work_items,
)
from engine.store.database import Connection
from engine.store.loading import instance_from
from engine.store.records import Record
from engine.vocabulary import InstanceState, Key, SignMode, WorkItemState

_OWED = frozenset({WorkItemState.OPEN, WorkItemState.WAITING, WorkItemState.DELEGATED})


def problems_of(engine: Engine, root_keys: Iterable[Key] | None = None) -> list[str]:
    """A sentence for each thing that does not hold, over these cases or all of them; empty: all is well."""
    with engine.looking() as connection:
        roots = list(instances.all_roots(connection)) if root_keys is None else list(root_keys)
        return [problem for root_key in roots for problem in _case(engine, connection, root_key)]


def _case(engine: Engine, connection: Connection, root_key: Key) -> Iterator[str]:
    family = [instance_from(row) for row in instances.of_tree(connection, root_key)]
    waits: dict[Key, list[Wait]] = {}
    for instance in family:
        waits[instance.key] = _waits(engine, connection, instance)
        yield from _instance(connection, instance, waits[instance.key])
    by_parent = {(i.parent_key, i.parent_n): i for i in family if i.state is InstanceState.ACTIVE}
    for instance in family:
        for wait in waits[instance.key]:
            if wait.kind is WaitKind.CALL and (instance.key, wait.n) not in by_parent:
                yield f"{_name(instance)}: the call at {wait.element_id} waits for a case that does not run"
    yield from _rows(connection, root_key, waits)
    yield from _seats(connection, root_key)


def _waits(engine: Engine, connection: Connection, instance: Instance) -> list[Wait]:
    world = DatabaseWorld(connection, engine.library, engine.clock.now(), engine.settings.zone)
    expressions = Expressions(world, instance)
    definition = world.published(instance.definition_key).definition
    run_world = RunWorld(world.now, expressions.functions, expressions.names, expressions.zone)
    return Run(definition, run_world, State(instance.marking, dict(instance.variables))).open_waits()


def _instance(connection: Connection, instance: Instance, waits: list[Wait]) -> Iterator[str]:
    if instance.state is InstanceState.ACTIVE and not instance.suspended and not waits:
        yield f"{_name(instance)}: active, but it waits for nothing"
    if instance.state is not InstanceState.ACTIVE and waits:
        yield f"{_name(instance)}: {instance.state}, but it waits for {waits[0].element_id}"
    broken = events.first_broken(events.of_instance(connection, instance.key), head=instance.chain_head)
    if broken is not None:
        yield f"{_name(instance)}: the chain of its history breaks at event {broken}"


def _rows(connection: Connection, root_key: Key, waits: dict[Key, list[Wait]]) -> Iterator[str]:
    """Each kind of open row is just what the markings wait for, once."""
    kinds: tuple[tuple[WaitKind, list[Record]], ...] = (
        (WaitKind.USER_TASK, tasks.open_in_tree(connection, root_key)),
        (WaitKind.TIMER, timers.waiting_in_tree(connection, root_key)),
        (WaitKind.JOB, jobs.open_in_tree(connection, root_key)),
        (WaitKind.MESSAGE, message_subscriptions.waiting_in_tree(connection, root_key)),
        (WaitKind.SIGNAL, signal_subscriptions.waiting_in_tree(connection, root_key)),
        (WaitKind.INCIDENT, incidents.active_in_tree(connection, root_key)),
    )
    for kind, rows in kinds:
        found = Counter((row.instance_key, row.n) for row in rows)
        wanted = {(key, wait.n) for key, open_waits in waits.items() for wait in open_waits if wait.kind is kind}
        for place, count in found.items():
            if place not in wanted:
                yield f"case {root_key}: an open {kind} row at {place}, but the marking does not wait for it"
            elif count > 1:
                yield f"case {root_key}: {count} open {kind} rows at {place}"
        for place in wanted - found.keys():
            yield f"case {root_key}: the marking waits for a {kind} at {place}, but there is no row"


def _seats(connection: Connection, root_key: Key) -> Iterator[str]:
    """Open work items lie on open tasks and fit their sign mode; no person votes twice where it must be different people."""
    open_tasks = {task.key: task for task in tasks.open_in_tree(connection, root_key)}
    by_task: dict[Key, list[Any]] = {}
    for item in work_items.of_tree(connection, root_key):
        by_task.setdefault(item.task_key, []).append(item)
    for task_key, items in by_task.items():
        owed = [item for item in items if item.state in _OWED]
        if task_key not in open_tasks:
            if owed:
                yield f"case {root_key}: task {task_key} has ended, but {len(owed)} work items are open"
            continue
        if not any(item.state == WorkItemState.OPEN for item in owed):
            yield f"case {root_key}: task {task_key} is open, but nobody can act on it"
        step = _step(open_tasks[task_key])
        voters = [item.decided_by for item in items if item.state == WorkItemState.DONE]
        if step == SignMode.COUNT and len(set(voters)) != len(voters):
            yield f"case {root_key}: task {task_key} has two votes of one person"
    for task_key in open_tasks.keys() - by_task.keys():
        yield f"case {root_key}: task {task_key} is open, but has no work items"


def _step(task: Record) -> str:
    sign: dict[str, Any] = from_text(task.sign) if task.sign else {}
    return str(sign.get("mode", ""))


def _name(instance: Instance) -> str:
    return f"{instance.process_id} {instance.number or instance.key}"
