"""Hashes of passwords. Who a user is lives in the organisation."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.store import upsert
from engine.store.columns import Instant, metadata

user_credential = sa.Table(
    "user_credential",
    metadata,
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("password_hash", sa.Text, nullable=False),
    sa.Column("updated_at", Instant, nullable=False),
)
_hash_of = sa.select(user_credential.c.password_hash).where(user_credential.c.user_id == sa.bindparam("of"))


def write(connection: Connection, password_hashes: dict[str, str], at: datetime) -> None:
    """By user id; replaces what was there."""
    rows = [{"user_id": user, "password_hash": text, "updated_at": at} for user, text in password_hashes.items()]
    upsert.upsert(connection, user_credential, rows)


def password_hash(connection: Connection, user_id: str) -> str | None:
    found: str | None = connection.execute(_hash_of, {"of": user_id}).scalar()
    return found
