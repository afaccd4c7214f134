"""Signed-in browsers. Only the hash of a session's id is kept: who reads the table cannot sign in."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.store import upsert
from engine.store.columns import Instant, metadata
from engine.store.records import Record, first

session = sa.Table(
    "session",
    metadata,
    sa.Column("id_hash", sa.Text, primary_key=True),
    sa.Column("user_id", sa.Text, nullable=False),
    sa.Column("csrf", sa.Text, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("address", sa.Text),
    sa.Column("user_agent", sa.Text),
    sa.Index("session_user", "user_id"),
    sa.Index("session_expires", "expires_at"),
)
_by_hash = sa.select(session).where(session.c.id_hash == sa.bindparam("hashed"))


def add(connection: Connection, row: upsert.Row) -> None:
    upsert.insert(connection, session, [row])


def find(connection: Connection, id_hash: str, now: datetime) -> Record | None:
    """None when it is not there or has expired."""
    found = first(connection.execute(_by_hash, {"hashed": id_hash}))
    return found if found is not None and found.expires_at > now else None


def remove(connection: Connection, id_hash: str) -> None:
    connection.execute(sa.delete(session).where(session.c.id_hash == id_hash))


def remove_of_user(connection: Connection, user_id: str) -> None:
    connection.execute(sa.delete(session).where(session.c.user_id == user_id))


def drop_expired(connection: Connection, now: datetime) -> int:
    return connection.execute(sa.delete(session).where(session.c.expires_at <= now)).rowcount
