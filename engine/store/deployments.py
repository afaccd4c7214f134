"""Deployments: the acts that brought definitions, decisions, forms and other resources, all or nothing."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.store import upsert
from engine.store.columns import Instant, key_column, metadata
from engine.store.records import Record, first

deployment = sa.Table(
    "deployment",
    metadata,
    key_column(),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by_user", sa.Text),
    sa.Column("note", sa.Text, nullable=False, server_default=""),
)


def add(connection: Connection, row: upsert.Row) -> None:
    upsert.insert(connection, deployment, [row])


def find(connection: Connection, key: int) -> Record | None:
    return first(connection.execute(sa.select(deployment).where(deployment.c.key == key)))


def find_noted(connection: Connection, note: str) -> Record | None:
    """The latest deployment with just this note."""
    which = sa.select(deployment).where(deployment.c.note == note).order_by(deployment.c.at.desc()).limit(1)
    return first(connection.execute(which))
