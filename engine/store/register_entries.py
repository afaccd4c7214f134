"""Registers: the books a regulation wants kept (seals used, contracts, complaints), one JSON record a line."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.store import upsert
from engine.store.columns import Instant, Key, key_column, metadata
from engine.store.instances import instance
from engine.store.records import Record, records
from engine.store.work_items import Cursor

register_entry = sa.Table(
    "register_entry",
    metadata,
    key_column(),
    sa.Column("register", sa.Text, nullable=False),
    sa.Column("instance_key", Key, nullable=False),
    sa.Column("n", sa.Integer),
    sa.Column("record", sa.Text, nullable=False),
    sa.Column("by_user", sa.Text),
    sa.Column("at", Instant, nullable=False),
    sa.Index("register_entry_register", "register", "at", "key"),
    sa.Index("register_entry_instance", "instance_key"),
)
_table = register_entry


def add(connection: Connection, rows: Sequence[upsert.Row]) -> None:
    upsert.insert(connection, _table, rows)


def of_register(connection: Connection, register: str, *, limit: int, after: Cursor | None = None) -> list[Record]:
    """Newest first."""
    found = sa.select(_table).where(_table.c.register == register)
    if after is not None:
        cursor = sa.tuple_(sa.literal(after[0], Instant()), sa.literal(after[1], Key))
        found = found.where(sa.tuple_(_table.c.at, _table.c.key) < cursor)
    return records(connection.execute(found.order_by(_table.c.at.desc(), _table.c.key.desc()).limit(limit)))


def of_tree(connection: Connection, root_key: int) -> list[Record]:
    found = sa.select(_table).join(instance, instance.c.key == _table.c.instance_key).where(instance.c.root_key == root_key)
    return records(connection.execute(found.order_by(_table.c.at, _table.c.key)))
