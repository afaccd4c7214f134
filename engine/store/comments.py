"""Comments on a case, or on one of its tasks. The opinion of a vote is in the work item, not here."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.store import upsert
from engine.store.columns import Instant, Key, key_column, metadata
from engine.store.records import Record, records

comment = sa.Table(
    "comment",
    metadata,
    key_column(),
    sa.Column("instance_key", Key, nullable=False),
    sa.Column("root_key", Key, nullable=False),
    sa.Column("task_key", Key),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index("comment_root", "root_key", "at"),
)


def add(connection: Connection, row: upsert.Row) -> None:
    upsert.insert(connection, comment, [row])


def of_tree(connection: Connection, root_key: int) -> list[Record]:
    found = sa.select(comment).where(comment.c.root_key == sa.bindparam("root")).order_by(comment.c.at, comment.c.key)
    return records(connection.execute(found, {"root": root_key}))
