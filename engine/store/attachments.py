"""Files attached to a case: who brought which content, under what name. The content is a blob, named by its digest."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.store import upsert
from engine.store.columns import Instant, Key, key_column, metadata
from engine.store.records import Record, first, records

attachment = sa.Table(
    "attachment",
    metadata,
    key_column(),
    sa.Column("root_key", Key, nullable=False),
    sa.Column("instance_key", Key, nullable=False),
    sa.Column("task_key", Key),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("media_type", sa.Text, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("uploaded_by", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index("attachment_root", "root_key", "at"),
)


def add(connection: Connection, row: upsert.Row) -> None:
    upsert.insert(connection, attachment, [row])


def find(connection: Connection, key: int) -> Record | None:
    return first(connection.execute(sa.select(attachment).where(attachment.c.key == key)))


def of_tree(connection: Connection, root_key: int) -> list[Record]:
    found = sa.select(attachment).where(attachment.c.root_key == sa.bindparam("root"))
    return records(connection.execute(found.order_by(attachment.c.at, attachment.c.key), {"root": root_key}))
