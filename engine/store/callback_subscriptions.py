"""Who outside wants to hear of events: an address with a secret, filtered by process, element and event, or for one case."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.store import epochs, upsert
from engine.store.columns import Instant, Key, key_column, metadata, partial_index
from engine.store.records import Record, first, records

callback_subscription = sa.Table(
    "callback_subscription",
    metadata,
    key_column(),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("secret", sa.Text, nullable=False),
    sa.Column("process_id", sa.Text),
    sa.Column("element_id", sa.Text),
    sa.Column("event_types", sa.Text, nullable=False, server_default="[]"),
    sa.Column("instance_key", Key),
    sa.Column("active", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("created_by", sa.Text),
    sa.Column("created_at", Instant, nullable=False),
)
_table = callback_subscription
partial_index("callback_subscription_instance", _table.c.instance_key, where=_table.c.instance_key.is_not(None))


def add(connection: Connection, row: upsert.Row) -> None:
    """Processes see it with the next command: the epoch `subscriptions` grows."""
    upsert.insert(connection, _table, [row])
    epochs.bump(connection, "subscriptions")


def change(connection: Connection, key: int, **changes: Any) -> bool:
    """Some columns of one; False when it is not there."""
    if connection.execute(sa.update(_table).where(_table.c.key == key).values(changes)).rowcount != 1:
        return False
    epochs.bump(connection, "subscriptions")
    return True


def find(connection: Connection, key: int) -> Record | None:
    return first(connection.execute(sa.select(_table).where(_table.c.key == key)))


def all_of(connection: Connection, *, created_by: str | None = None) -> list[Record]:
    found = sa.select(_table).order_by(_table.c.created_at, _table.c.key)
    return records(connection.execute(found if created_by is None else found.where(_table.c.created_by == created_by)))


def active(connection: Connection) -> list[Record]:
    """The active ones; to be cached under the epoch `subscriptions`."""
    return records(connection.execute(sa.select(_table).where(_table.c.active).order_by(_table.c.key)))
