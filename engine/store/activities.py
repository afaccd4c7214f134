"""What people did that does not move a case: claims, comments, reads, urges, refused attempts. Not chained, not locked."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.store import upsert
from engine.store.columns import Instant, Key, key_column, metadata
from engine.store.records import Record, records

activity = sa.Table(
    "activity",
    metadata,
    key_column(),
    sa.Column("instance_key", Key),
    sa.Column("root_key", Key),
    sa.Column("task_key", Key),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("actor", sa.Text),
    sa.Column("payload", sa.Text, nullable=False, server_default="{}"),
    sa.Index("activity_root", "root_key", "at"),
)


def add(connection: Connection, rows: Sequence[upsert.Row]) -> None:
    upsert.insert(connection, activity, rows)


def of_tree(connection: Connection, root_key: int) -> list[Record]:
    found = sa.select(activity).where(activity.c.root_key == sa.bindparam("root")).order_by(activity.c.at, activity.c.key)
    return records(connection.execute(found, {"root": root_key}))
