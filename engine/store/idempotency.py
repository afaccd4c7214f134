"""Answers to requests that carried an Idempotency-Key, so that the same request sent again gets the same answer.

`status` 0: the key is reserved, the request is being answered (see `engine.commands.answer_once`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.store import upsert
from engine.store.columns import Instant, metadata
from engine.store.records import Record, first

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


def find(connection: Connection, actor: str, key: str) -> Record | None:
    which = sa.and_(idempotency.c.actor == actor, idempotency.c.key == key)
    return first(connection.execute(sa.select(idempotency).where(which)))


def add(connection: Connection, row: upsert.Row) -> None:
    """Raises Conflict("key_conflict") when the same request is being answered elsewhere at this moment."""
    upsert.insert(connection, idempotency, [row])


def change(connection: Connection, actor: str, key: str, **changes: Any) -> None:
    which = sa.and_(idempotency.c.actor == actor, idempotency.c.key == key)
    connection.execute(sa.update(idempotency).where(which).values(changes))


def remove(connection: Connection, actor: str, key: str) -> None:
    connection.execute(sa.delete(idempotency).where(idempotency.c.actor == actor, idempotency.c.key == key))


def drop_before(connection: Connection, moment: datetime) -> int:
    return connection.execute(sa.delete(idempotency).where(idempotency.c.created_at < moment)).rowcount
