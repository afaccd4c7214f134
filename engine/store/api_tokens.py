"""Tokens of systems: the hash alone is kept. `scopes` is a JSON list, null for everything its user may do."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.store import upsert
from engine.store.columns import Instant, key_column, metadata
from engine.store.records import Record, first, records

api_token = sa.Table(
    "api_token",
    metadata,
    key_column(),
    sa.Column("user_id", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("token_hash", sa.Text, nullable=False),
    sa.Column("scopes", sa.Text),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("expires_at", Instant),
    sa.Column("revoked_at", Instant),
    sa.Column("last_used_at", Instant),
    sa.Index("api_token_hash", "token_hash", unique=True),
    sa.Index("api_token_user", "user_id"),
)
_by_hash = sa.select(api_token).where(api_token.c.token_hash == sa.bindparam("hashed"), api_token.c.revoked_at.is_(None))


def add(connection: Connection, row: upsert.Row) -> None:
    upsert.insert(connection, api_token, [row])


def find(connection: Connection, token_hash: str, now: datetime) -> Record | None:
    """None when it is not there, was revoked or has expired."""
    found = first(connection.execute(_by_hash, {"hashed": token_hash}))
    return found if found is not None and (found.expires_at is None or found.expires_at > now) else None


def of_user(connection: Connection, user_id: str) -> list[Record]:
    found = sa.select(api_token).where(api_token.c.user_id == user_id)
    return records(connection.execute(found.order_by(api_token.c.created_at, api_token.c.key)))


def revoke(connection: Connection, key: int, user_id: str, at: datetime) -> bool:
    which = sa.and_(api_token.c.key == key, api_token.c.user_id == user_id, api_token.c.revoked_at.is_(None))
    return connection.execute(sa.update(api_token).where(which).values(revoked_at=at)).rowcount == 1


def touch(connection: Connection, key: int, at: datetime) -> None:
    """Notes the last use; callers need not do it for every request."""
    connection.execute(sa.update(api_token).where(api_token.c.key == key).values(last_used_at=at))
