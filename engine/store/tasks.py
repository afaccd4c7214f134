"""Tasks: one row per activation of a user task, with the snapshot of its approval step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.errors import NotFound
from engine.store import upsert
from engine.store.columns import Instant, Key, is_state, key_column, metadata, partial_index
from engine.store.instances import instance
from engine.store.records import Record, first, records, split
from engine.store.work_items import work_item

task = sa.Table(
    "task",
    metadata,
    key_column(),
    sa.Column("instance_key", Key, nullable=False),
    sa.Column("root_key", Key, nullable=False),
    sa.Column("n", sa.Integer, nullable=False),
    sa.Column("activation_key", Key, nullable=False),
    sa.Column("element_id", sa.Text, nullable=False),
    sa.Column("name", sa.Text),
    sa.Column("name_en", sa.Text),
    sa.Column("process_id", sa.Text, nullable=False),
    sa.Column("definition_key", Key, nullable=False),
    sa.Column("form_id", sa.Text),
    sa.Column("form_key", Key),
    sa.Column("sign", sa.Text),
    sa.Column("local_variables", sa.Text, nullable=False, server_default="{}"),
    sa.Column("assignee", sa.Text),
    sa.Column("priority", sa.Integer, nullable=False, server_default="50"),
    sa.Column("due_at", Instant),
    sa.Column("follow_up_at", Instant),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("outcome", sa.Text),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
    sa.Column("candidate_groups", sa.Text, nullable=False, server_default="[]"),
    sa.Column("candidate_users", sa.Text, nullable=False, server_default="[]"),
    sa.Column("title", sa.Text, nullable=False, server_default=""),
    sa.Column("starter", sa.Text),
    sa.Column("revision", sa.Integer, nullable=False, server_default="1"),
    sa.Index("task_instance", "instance_key", "n"),
    sa.Index("task_root", "root_key"),
    sa.Index("task_opened", "opened_at", "key"),
)
partial_index("task_assignee", task.c.assignee, where=task.c.assignee.is_not(None))


@dataclass(slots=True)
class TaskUnderLock:
    """What a decision needs beside the locked root: `items` by seat; `called` = the other active instances of the case."""

    task: Record
    items: list[Record]
    called: list[Record]

    def instance(self, root: Record) -> Record | None:
        """The task's own instance, given the locked root; None when it is no longer active."""
        if self.task.instance_key == root.key:
            return root
        return next((row for row in self.called if row.key == self.task.instance_key), None)


_beside = sa.and_(
    instance.c.root_key == task.c.root_key, instance.c.key != instance.c.root_key, is_state(instance.c.state, "active")
)
_for_decision = (
    sa.select(task, work_item, instance)
    .select_from(task.outerjoin(work_item, work_item.c.task_key == task.c.key).outerjoin(instance, _beside))
    .where(task.c.key == sa.bindparam("one"))
    .order_by(work_item.c.seat, work_item.c.opened_at, work_item.c.key, instance.c.started_at, instance.c.key)
)
_for_claim = (
    sa.select(task, instance, work_item)
    .select_from(
        task.join(instance, instance.c.key == task.c.instance_key).outerjoin(work_item, work_item.c.task_key == task.c.key)
    )
    .where(task.c.key == sa.bindparam("one"))
    .order_by(work_item.c.seat, work_item.c.key)
)
_root = instance.alias("root")
# Claims of a case share its lock: they exclude a vote that has read the seats already and would write over the claim.
_locked_for_claim = _for_claim.join(_root, _root.c.key == task.c.root_key).with_for_update(read=True, of=_root)
_is_open = is_state(task.c.state, "created")
_by_key = sa.select(task).where(task.c.key == sa.bindparam("one"))
_open = sa.select(task).where(task.c.root_key == sa.bindparam("root"), _is_open).order_by(task.c.n)
_with_instance = (
    sa.select(task, instance)
    .select_from(task.join(instance, instance.c.key == task.c.instance_key))
    .where(task.c.key == sa.bindparam("one"))
)

_place = sa.and_(task.c.instance_key == sa.bindparam("of"), task.c.n == sa.bindparam("at_n"))
_cancel = (
    sa.update(task)
    .where(_place, is_state(task.c.state, "created"))
    .values(state="canceled", ended_at=sa.bindparam("ended", type_=Instant()))
)
_of_place = sa.update(work_item).where(work_item.c.task_key.in_(sa.select(task.c.key).where(_place)))
_withdraw = _of_place.where(work_item.c.state.in_(["open", "waiting", "delegated"])).values(
    state="withdrawn", ended_at=sa.bindparam("ended", type_=Instant())
)
_void_votes = _of_place.where(work_item.c.state == "done").values(state="void")


def read_for_claim(connection: Connection, task_key: int, *, locked: bool = False) -> tuple[Record, Record, list[Record]]:
    """The task, its instance and its work items in one statement; `locked`: beside other claims, but no vote.

    After a wait for the lock the work items are as they were before it: a claim must ask the seat's own row once more.
    Raises NotFound("task_not_found").
    """
    rows = connection.execute(_locked_for_claim if locked else _for_claim, {"one": task_key}).all()
    if not rows:
        raise NotFound("task_not_found", f"expected task {task_key}, but there is none", key=str(task_key))
    parts = [split(row, task, instance, work_item) for row in rows]
    found, its_instance, _ = parts[0]
    assert found is not None and its_instance is not None  # noqa: PT018  inner joins
    return found, its_instance, [item for _, _, item in parts if item is not None]


def read_for_decision(connection: Connection, task_key: int) -> TaskUnderLock:
    """The task, all its work items and the called instances of its case, in one statement.

    To be read after `instances.lock_tree`. Raises NotFound("task_not_found").
    """
    rows = connection.execute(_for_decision, {"one": task_key}).all()
    if not rows:
        raise NotFound("task_not_found", f"expected task {task_key}, but there is none", key=str(task_key))
    items: dict[int, Record] = {}
    called: dict[int, Record] = {}
    found: Record | None = None
    for row in rows:
        found, item, beside = split(row, task, work_item, instance)
        if item is not None:
            items[item.key] = item
        if beside is not None:
            called[beside.key] = beside
    assert found is not None
    return TaskUnderLock(found, list(items.values()), list(called.values()))


def find(connection: Connection, key: int) -> Record | None:
    return first(connection.execute(_by_key, {"one": key}))


def find_with_instance(connection: Connection, key: int) -> tuple[Record, Record] | None:
    """The task and its instance, in one statement."""
    row = connection.execute(_with_instance, {"one": key}).first()
    if row is None:
        return None
    found, of = split(row, task, instance)
    assert found is not None and of is not None  # noqa: PT018  an inner join
    return found, of


def open_in_tree(connection: Connection, root_key: int) -> list[Record]:
    return records(connection.execute(_open, {"root": root_key}))


def write(connection: Connection, rows: Sequence[upsert.Row]) -> None:
    """New and changed tasks of one command, whole rows, one statement."""
    upsert.upsert(connection, task, rows, within="instance_key")


def change(connection: Connection, key: int, **changes: Any) -> bool:
    """Some columns of a task that is still open; False when it is not."""
    return upsert.update(connection, task, {"key": key}, changes, _is_open) == 1


def close_at(connection: Connection, instance_key: int, n: int, *, at: datetime, void: bool = False) -> None:
    """Ends the task of an activation that was not loaded, and what is still owed on it; `void`: its votes count no longer."""
    given = {"of": instance_key, "at_n": n, "ended": at}
    if void:
        connection.execute(_void_votes, given)
    connection.execute(_withdraw, given)
    connection.execute(_cancel, given)
