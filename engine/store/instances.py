"""Process instances, and the door every command goes through: the lock on the root of a call tree.

A case is a root instance with the instances it called. All of them are changed under the lock of the root's row alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.errors import NotFound
from engine.store import epochs, upsert
from engine.store.columns import Instant, Key, is_state, key_column, metadata, partial_index
from engine.store.records import Record, first, record, records

instance = sa.Table(
    "instance",
    metadata,
    key_column(),
    sa.Column("root_key", Key, nullable=False),
    sa.Column("parent_key", Key),
    sa.Column("parent_n", sa.Integer),
    sa.Column("parent_activation_key", Key),
    sa.Column("definition_key", Key, nullable=False),
    sa.Column("process_id", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("version_tag", sa.Text),
    sa.Column("process_name", sa.Text),
    sa.Column("process_name_en", sa.Text),
    sa.Column("number", sa.Text),
    sa.Column("business_id", sa.Text),
    sa.Column("title", sa.Text, nullable=False, server_default=""),
    sa.Column("summary", sa.Text, nullable=False, server_default="[]"),
    sa.Column("starter", sa.Text),
    sa.Column("starter_unit", sa.Text),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("outcome", sa.Text),
    sa.Column("suspended", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("suspended_at", Instant),
    sa.Column("has_incident", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("marking", sa.Text, nullable=False),
    sa.Column("variables", sa.Text, nullable=False),
    sa.Column("organisation_revision", sa.Integer, nullable=False, server_default="0"),
    sa.Column("seq", sa.Integer, nullable=False, server_default="0"),
    sa.Column("chain_head", sa.Text, nullable=False, server_default=""),
    sa.Column("salt", sa.Text, nullable=False, server_default=""),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
    sa.Column("updated_at", Instant, nullable=False),
    sa.Column("tags", sa.Text, nullable=False, server_default="[]"),
    sa.Index("instance_root", "root_key"),
    sa.Index("instance_starter", "starter", "started_at", "key"),
    sa.Index("instance_process", "process_id", "started_at", "key"),
)
sa.Index("instance_number", instance.c.number, unique=True)
partial_index(
    "instance_business_id",
    instance.c.business_id,
    where=instance.c.business_id.is_not(None),
)


@dataclass(frozen=True, slots=True)
class LockedTree:
    """The root's row as it is now that nobody else can change the case, and the epochs read with it."""

    root: Record
    epochs: epochs.Epochs

    @property
    def root_key(self) -> int:
        return int(self.root.key)


# What may be named to reach a case: the table whose row knows the root, and the code when there is no such row.
_DOORS = {
    "instance": "instance_not_found",
    "task": "task_not_found",
    "work_item": "work_item_not_found",
    "job": "job_not_found",
    "timer": "instance_not_found",
    "incident": "incident_not_found",
    "message_subscription": "instance_not_found",
    "signal_subscription": "instance_not_found",
    "attachment": "attachment_not_found",
}
_locks: dict[str, sa.Select[Any]] = {}


def lock_tree(connection: Connection, key: int, *, of: str = "instance") -> LockedTree:
    """Locks the case that the row `key` of table `of` belongs to; the first statement of every command.

    What else the command decides on is read by a *second* statement: one that joined and locked would, after a wait, return
    the other tables' rows as they were before. The locked row itself is always the newest.
    On SQLite the transaction holds the database already. Raises NotFound with the code of `of`.
    """
    statement = _locks.get(of)
    if statement is None:
        statement = _locks[of] = _lock_statement(metadata.tables[of])
    row = connection.execute(statement, {"of_key": key}).first()
    if row is None:
        raise NotFound(_DOORS[of], f"expected {of.replace('_', ' ')} {key}, but there is none", key=str(key))
    width = len(instance.c)
    return LockedTree(record(instance.c.keys(), row[:width]), epochs.Epochs(*row[width:]))


def _lock_statement(table: sa.Table) -> sa.Select[Any]:
    there = table.alias("there")
    root_key = sa.select(there.c.root_key).where(there.c.key == sa.bindparam("of_key", type_=Key)).scalar_subquery()
    return sa.select(instance, *epochs.columns()).where(instance.c.key == root_key).with_for_update(of=instance)


_tree = sa.select(instance).where(instance.c.root_key == sa.bindparam("root"), is_state(instance.c.state, "active"))
_tree = _tree.order_by(instance.c.started_at, instance.c.key)
_whole_tree = sa.select(instance).where(instance.c.root_key == sa.bindparam("root"))
_whole_tree = _whole_tree.order_by(instance.c.started_at, instance.c.key)
_called = _tree.where(instance.c.key != sa.bindparam("root"))
keys_of_tree = sa.select(instance.c.key).where(instance.c.root_key == sa.bindparam("root"))
"""For tables that know their rows by instance: everything of the case that `root` names."""
_by_key = sa.select(instance).where(instance.c.key == sa.bindparam("one"))


def read_tree(connection: Connection, root_key: int) -> list[Record]:
    """All active instances of the call tree, callers before what they called."""
    return records(connection.execute(_tree, {"root": root_key}))


def read_called(connection: Connection, root_key: int) -> list[Record]:
    """The same without the root itself, for one who holds it from the lock."""
    return records(connection.execute(_called, {"root": root_key}))


def find(connection: Connection, key: int) -> Record | None:
    return first(connection.execute(_by_key, {"one": key}))


def find_by_number(connection: Connection, number: str) -> Record | None:
    return first(connection.execute(sa.select(instance).where(instance.c.number == number)))


def of_tree(connection: Connection, root_key: int) -> list[Record]:
    """Every instance of a case, ended ones too, in order of their start."""
    return records(connection.execute(_whole_tree, {"root": root_key}))


def all_roots(connection: Connection) -> list[int]:
    """Keys of all cases."""
    return list(connection.execute(sa.select(instance.c.key).where(instance.c.parent_key.is_(None))).scalars())


def write(connection: Connection, rows: Sequence[upsert.Row]) -> None:
    """New and changed instances of one case, whole rows, one statement."""
    upsert.upsert(connection, instance, rows, within="root_key")


def change(connection: Connection, key: int, **changes: Any) -> None:
    """Some columns of one instance, for a command that leaves marking and variables alone."""
    upsert.update(connection, instance, {"key": key}, changes)
