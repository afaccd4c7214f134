"""Copies: who was told of a case and need not act. `candidate` is a person or a role, as in a work item."""

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

copy = sa.Table(
    "copy",
    metadata,
    key_column(),
    sa.Column("instance_key", Key, nullable=False),
    sa.Column("root_key", Key, nullable=False),
    sa.Column("element_id", sa.Text),
    sa.Column("candidate", sa.Text, nullable=False),
    sa.Column("by_user", sa.Text),
    sa.Column("at", Instant, nullable=False),
    sa.Column("read_at", Instant),
    sa.Index("copy_candidate", "candidate", "at", "key"),
    sa.Index("copy_root", "root_key"),
)


def add(connection: Connection, rows: Sequence[upsert.Row]) -> None:
    upsert.insert(connection, copy, rows)


def for_candidates(
    connection: Connection, candidates: Collection[str], *, limit: int, after: Cursor | None = None
) -> list[Record]:
    """Newest first, with what a list shows of the case: `title`, `number`, `process_name`, `starter`, `state`, `outcome`."""
    shown = [instance.c[name] for name in ("title", "number", "process_id", "process_name", "starter", "state", "outcome")]
    found = sa.select(copy, *shown).join(instance, instance.c.key == copy.c.instance_key)
    found = found.where(copy.c.candidate.in_(sorted(candidates)))
    if after is not None:
        cursor = sa.tuple_(sa.literal(after[0], Instant()), sa.literal(after[1], Key))
        found = found.where(sa.tuple_(copy.c.at, copy.c.key) < cursor)
    return records(connection.execute(found.order_by(copy.c.at.desc(), copy.c.key.desc()).limit(limit)))


def is_told(connection: Connection, root_key: int, candidates: Collection[str]) -> bool:
    """Whether one of these was told of the case."""
    which = sa.select(copy.c.key).where(copy.c.root_key == root_key, copy.c.candidate.in_(sorted(candidates)))
    return connection.execute(which.limit(1)).first() is not None


def of_tree(connection: Connection, root_key: int) -> list[Record]:
    return records(connection.execute(sa.select(copy).where(copy.c.root_key == root_key).order_by(copy.c.at, copy.c.key)))


def mark_read(connection: Connection, key: int, candidates: Collection[str], at: datetime) -> bool:
    """The first reading counts; False when there is no such copy for these candidates."""
    which = sa.and_(copy.c.key == key, copy.c.candidate.in_(sorted(candidates)))
    first_read = sa.func.coalesce(copy.c.read_at, sa.literal(at, Instant()))
    return connection.execute(sa.update(copy).where(which).values(read_at=first_read)).rowcount == 1
