"""Files attached to a case, or uploaded for one to come: who brought which content, under what name.

The content is a blob, named by its digest.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.store import upsert
from engine.store.columns import Instant, Key, key_column, metadata
from engine.store.records import Record, first, records

attachment = sa.Table(
    "attachment",
    metadata,
    key_column(),
    sa.Column("root_key", Key),
    sa.Column("instance_key", Key),
    sa.Column("task_key", Key),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("media_type", sa.Text, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("uploaded_by", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index("attachment_root", "root_key", "at"),
)


_by_keys = sa.select(attachment).where(attachment.c.key.in_(sa.bindparam("keys", expanding=True)))
_bind = (
    sa.update(attachment)
    .where(attachment.c.key.in_(sa.bindparam("keys", expanding=True)), attachment.c.root_key.is_(None))
    .values(root_key=sa.bindparam("to_root"), instance_key=sa.bindparam("to_instance"))
)


def add(connection: Connection, row: upsert.Row) -> None:
    upsert.insert(connection, attachment, [row])


def find(connection: Connection, key: int) -> Record | None:
    return first(connection.execute(sa.select(attachment).where(attachment.c.key == key)))


def find_all(connection: Connection, keys: Sequence[int]) -> list[Record]:
    return records(connection.execute(_by_keys, {"keys": list(keys)}))


def bind(connection: Connection, keys: Sequence[int], *, root_key: int, instance_key: int) -> bool:
    """Uploads that now belong to a case; False when one belongs to a case already."""
    if not keys:
        return True
    given = {"keys": list(keys), "to_root": root_key, "to_instance": instance_key}
    return connection.execute(_bind, given).rowcount == len(set(keys))


def of_tree(connection: Connection, root_key: int) -> list[Record]:
    found = sa.select(attachment).where(attachment.c.root_key == sa.bindparam("root"))
    return records(connection.execute(found.order_by(attachment.c.at, attachment.c.key), {"root": root_key}))
