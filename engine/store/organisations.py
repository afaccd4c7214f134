"""The organisation, one JSON document per revision; the latest is in force. Cases name the revision they were decided under."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.store import epochs, upsert
from engine.store.columns import Instant, metadata
from engine.store.records import Record, first

organisation = sa.Table(
    "organisation",
    metadata,
    sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("document", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by_user", sa.Text),
)


def add(connection: Connection, document: str, *, at: datetime, by_user: str | None) -> int:
    """The new revision, which is the epoch `organisation`: every process sees it with its next statement."""
    revision = epochs.bump(connection, "organisation")
    row = {"revision": revision, "document": document, "at": at, "by_user": by_user}
    upsert.insert(connection, organisation, [row])
    return revision


def find(connection: Connection, revision: int) -> Record | None:
    return first(connection.execute(sa.select(organisation).where(organisation.c.revision == revision)))


def latest(connection: Connection) -> Record | None:
    return first(connection.execute(sa.select(organisation).order_by(organisation.c.revision.desc()).limit(1)))
