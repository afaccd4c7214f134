"""Notifications shown inside the product; `candidate` is a person or a role, as in a work item."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.store import upsert
from engine.store.columns import Instant, Key, key_column, metadata
from engine.store.instances import instance
from engine.store.records import Record, records
from engine.store.work_items import Cursor

notification = sa.Table(
    "notification",
    metadata,
    key_column(),
    sa.Column("candidate", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("payload", sa.Text, nullable=False, server_default="{}"),
    sa.Column("instance_key", Key),
    sa.Column("task_key", Key),
    sa.Column("at", Instant, nullable=False),
    sa.Column("read_at", Instant),
    sa.Index("notification_candidate", "candidate", "at", "key"),
    sa.Index("notification_instance", "instance_key"),
)
_table = notification


def add(connection: Connection, rows: Sequence[upsert.Row]) -> None:
    upsert.insert(connection, _table, rows)


def for_candidates(
    connection: Connection, candidates: Collection[str], *, limit: int, after: Cursor | None = None
) -> list[Record]:
    """Newest first, read ones too."""
    found = sa.select(_table).where(_table.c.candidate.in_(sorted(candidates)))
    if after is not None:
        cursor = sa.tuple_(sa.literal(after[0], Instant()), sa.literal(after[1], Key))
        found = found.where(sa.tuple_(_table.c.at, _table.c.key) < cursor)
    return records(connection.execute(found.order_by(_table.c.at.desc(), _table.c.key.desc()).limit(limit)))


def of_tree(connection: Connection, root_key: int) -> list[Record]:
    found = sa.select(_table).join(instance, instance.c.key == _table.c.instance_key).where(instance.c.root_key == root_key)
    return records(connection.execute(found.order_by(_table.c.at, _table.c.key)))


def mark_read(connection: Connection, keys: Collection[int], candidates: Collection[str], at: datetime) -> int:
    """How many of these were unread."""
    which = sa.and_(_table.c.key.in_(sorted(keys)), _table.c.candidate.in_(sorted(candidates)), _table.c.read_at.is_(None))
    return connection.execute(sa.update(_table).where(which).values(read_at=at)).rowcount
