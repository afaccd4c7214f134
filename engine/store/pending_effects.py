"""Effects of one case on others (messages, signals, starts), to be applied each in its own transaction after the commit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.store import claims, upsert
from engine.store.columns import Instant, Key, key_column, metadata
from engine.store.records import Record, records

pending_effect = sa.Table(
    "pending_effect",
    metadata,
    key_column(),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("source_key", Key),
    sa.Column("payload", sa.Text, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("lease_until", Instant),
    sa.Column("fence", sa.Integer, nullable=False, server_default="0"),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("last_error", sa.Text),
    sa.Index("pending_effect_due", "due_at", "key"),
)
_due = claims.due(pending_effect, pending_effect.c.due_at)


def add(connection: Connection, rows: Sequence[upsert.Row]) -> None:
    upsert.insert(connection, pending_effect, rows)


def claim_due(connection: Connection, *, now: datetime, lease_until: datetime, limit: int) -> list[Record]:
    """Effects to apply, leased, in the order they were caused."""
    taken = claims.take(connection, _due, now=now, lease_until=lease_until, limit=limit)
    return sorted(taken, key=lambda effect: (effect.created_at, effect.key))


def remove(connection: Connection, key: int, fence: int) -> bool:
    """In the transaction that applies it; False when somebody else has claimed it since: then nothing may be applied."""
    gone = sa.delete(pending_effect).where(
        pending_effect.c.key == sa.bindparam("one"), pending_effect.c.fence == sa.bindparam("given")
    )
    return connection.execute(gone, {"one": key, "given": fence}).rowcount == 1


def postpone(connection: Connection, key: int, fence: int, **changes: Any) -> bool:
    """After a failure: a later `due_at`, `attempts`, `last_error`."""
    return claims.finish(connection, pending_effect, key, fence, **changes)


def of_sources(connection: Connection, source_keys: Sequence[int]) -> list[Record]:
    found = sa.select(pending_effect).where(pending_effect.c.source_key.in_(list(source_keys)))
    return records(connection.execute(found.order_by(pending_effect.c.created_at, pending_effect.c.key)))
