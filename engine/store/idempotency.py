"""Answers to requests that carried an Idempotency-Key, so that the same request sent again gets the same answer.

`status` RESERVED: the request is being answered. COMMITTED: it has had an effect; written in the transaction of the command
itself, so either both are there or neither is (see `engine.commands.answer_once`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.store import upsert
from engine.store.columns import Instant, metadata
from engine.store.records import Record, first

RESERVED = 0
COMMITTED = 1

idempotency = sa.Table(
    "idempotency",
    metadata,
    sa.Column("actor", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("request_digest", sa.Text, nullable=False),
    sa.Column("status", sa.Integer, nullable=False),
    sa.Column("headers", sa.Text, nullable=False, server_default="{}"),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Index("idempotency_created", "created_at"),
)
_which = sa.and_(idempotency.c.actor == sa.bindparam("of_actor"), idempotency.c.key == sa.bindparam("of_key"))
_by_key = sa.select(idempotency).where(_which)
_is_reserved = idempotency.c.status == RESERVED
_release = sa.delete(idempotency).where(_which, _is_reserved)
_take_over = (
    sa.update(idempotency)
    .where(_which, _is_reserved, idempotency.c.request_digest == sa.bindparam("of_digest"))
    .where(idempotency.c.created_at < sa.bindparam("moment", type_=Instant()))
    .values(created_at=sa.bindparam("now", type_=Instant()))
)
_drop = sa.delete(idempotency).where(idempotency.c.created_at < sa.bindparam("moment", type_=Instant()))


def find(connection: Connection, actor: str, key: str) -> Record | None:
    return first(connection.execute(_by_key, {"of_actor": actor, "of_key": key}))


def add(connection: Connection, row: upsert.Row) -> None:
    """Raises Conflict("key_conflict") when the same request is being answered elsewhere at this moment."""
    upsert.insert(connection, idempotency, [row])


def change(connection: Connection, actor: str, key: str, **changes: Any) -> None:
    upsert.update(connection, idempotency, {"actor": actor, "key": key}, changes)


def take_over(connection: Connection, actor: str, key: str, digest: str, *, before: datetime, now: datetime) -> bool:
    """Reserves again what was reserved before a moment and never had an effect; False when there is no such row."""
    given = {"of_actor": actor, "of_key": key, "of_digest": digest, "moment": before, "now": now}
    return connection.execute(_take_over, given).rowcount == 1


def release(connection: Connection, actor: str, key: str) -> None:
    """Gives a reserved key free; does nothing where the request has had an effect."""
    connection.execute(_release, {"of_actor": actor, "of_key": key})


def drop_before(connection: Connection, moment: datetime) -> int:
    return connection.execute(_drop, {"moment": moment}).rowcount
