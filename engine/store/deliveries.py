"""The outbox: one row per event and subscription, sent at least once, in the order of `sequence` within a subscription and case.

pending -> done, or after the last attempt -> dead; a dead one can be replayed. One that waits holds back those behind it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.store import claims, upsert
from engine.store.columns import Instant, Key, is_state, key_column, metadata, partial_index
from engine.store.records import Record, first, records

delivery = sa.Table(
    "delivery",
    metadata,
    key_column(),
    sa.Column("subscription_key", Key, nullable=False),
    sa.Column("instance_key", Key, nullable=False),
    sa.Column("root_key", Key, nullable=False),
    sa.Column("sequence", sa.Integer, nullable=False),
    sa.Column("event_id", sa.Text, nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("next_at", Instant, nullable=False),
    sa.Column("lease_until", Instant),
    sa.Column("fence", sa.Integer, nullable=False, server_default="0"),
    sa.Column("last_status", sa.Integer),
    sa.Column("last_error", sa.Text),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("done_at", Instant),
    sa.Index("delivery_sequence", "subscription_key", "instance_key", "sequence", unique=True),
    sa.Index("delivery_root", "root_key"),
)
_is_pending = is_state(delivery.c.state, "pending")
partial_index("delivery_due", delivery.c.next_at, where=_is_pending)

_before = delivery.alias("before")
_is_behind = sa.exists().where(
    _before.c.subscription_key == delivery.c.subscription_key,
    _before.c.instance_key == delivery.c.instance_key,
    _before.c.sequence < delivery.c.sequence,
    is_state(_before.c.state, "pending"),
)
_due = claims.due(delivery, delivery.c.next_at, _is_pending, ~_is_behind)


def add(connection: Connection, rows: Sequence[upsert.Row]) -> None:
    upsert.insert(connection, delivery, rows)


def last_sequences(connection: Connection, places: Collection[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """The last sequence number given, by (subscription, instance); none where nothing was delivered yet."""
    place = sa.tuple_(delivery.c.subscription_key, delivery.c.instance_key)
    found = sa.select(delivery.c.subscription_key, delivery.c.instance_key, sa.func.max(delivery.c.sequence))
    rows = connection.execute(found.where(place.in_(list(places))).group_by(delivery.c.subscription_key, delivery.c.instance_key))
    return {(subscription, instance): last for subscription, instance, last in rows}


def claim_due(connection: Connection, *, now: datetime, lease_until: datetime, limit: int) -> list[Record]:
    """Deliveries to send, leased: at most the first that waits of each subscription and case."""
    return claims.take(connection, _due, now=now, lease_until=lease_until, limit=limit)


def finish(connection: Connection, key: int, fence: int, **changes: Any) -> bool:
    """How an attempt ended: `state`, `attempts`, `next_at`, `last_status`, `last_error`, `done_at`.

    False when somebody else has claimed it since.
    """
    return claims.finish(connection, delivery, key, fence, **changes)


def replay(connection: Connection, keys: Collection[int], now: datetime) -> int:
    """Makes dead ones wait again, from their first attempt; how many there were."""
    which = sa.and_(delivery.c.key.in_(sorted(keys)), delivery.c.state == "dead")
    again = sa.update(delivery).where(which).values(state="pending", attempts=0, next_at=now, lease_until=None)
    return connection.execute(again).rowcount


def find(connection: Connection, key: int) -> Record | None:
    return first(connection.execute(sa.select(delivery).where(delivery.c.key == key)))


def of_tree(connection: Connection, root_key: int) -> list[Record]:
    """The ledger of a case."""
    found = sa.select(delivery).where(delivery.c.root_key == root_key)
    return records(connection.execute(found.order_by(delivery.c.created_at, delivery.c.instance_key, delivery.c.sequence)))


def of_subscription(connection: Connection, subscription_key: int, *, limit: int, state: str | None = None) -> list[Record]:
    """The latest first."""
    found = sa.select(delivery).where(delivery.c.subscription_key == subscription_key)
    if state is not None:
        found = found.where(delivery.c.state == state)
    return records(connection.execute(found.order_by(delivery.c.created_at.desc(), delivery.c.key.desc()).limit(limit)))
