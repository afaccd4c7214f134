"""Published messages that nobody waited for yet, kept until they expire. A message id is taken once, while kept."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.store import upsert
from engine.store.columns import Instant, is_state, key_column, metadata, partial_index
from engine.store.message_subscriptions import message_subscription as _waits
from engine.store.records import Record, records

message = sa.Table(
    "message",
    metadata,
    key_column(),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("correlation_key", sa.Text, nullable=False, server_default=""),
    sa.Column("message_id", sa.Text),
    sa.Column("variables", sa.Text, nullable=False, server_default="{}"),
    sa.Column("published_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("consumed", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Index("message_waiting", "name", "correlation_key", "expires_at"),
    sa.Index("message_expires", "expires_at"),
)
partial_index(
    "message_id",
    message.c.name,
    message.c.message_id,
    unique=True,
    where=message.c.message_id.is_not(None),
)

_is_unconsumed = ~message.c.consumed
_known = sa.select(message.c.key).where(
    message.c.name == sa.bindparam("named"),
    message.c.message_id == sa.bindparam("given"),
    message.c.expires_at > sa.bindparam("at", type_=Instant()),
)
_buffered = (
    sa.select(message)
    .where(message.c.name == sa.bindparam("named"), message.c.correlation_key == sa.bindparam("correlated"))
    .where(message.c.expires_at > sa.bindparam("at", type_=Instant()), _is_unconsumed)
    .order_by(message.c.published_at, message.c.key)
)
_missed = (
    sa.select(message, _waits.c.instance_key, _waits.c.n, _waits.c.root_key)
    .join(_waits, sa.and_(_waits.c.name == message.c.name, _waits.c.correlation_key == message.c.correlation_key))
    .where(message.c.expires_at > sa.bindparam("at", type_=Instant()), _is_unconsumed)
    .where(is_state(_waits.c.state, "waiting"), _waits.c.instance_key.is_not(None))
    .order_by(message.c.published_at, message.c.key, _waits.c.created_at, _waits.c.key)
)


def publish(connection: Connection, row: upsert.Row) -> None:
    """Raises Conflict("key_conflict") when the message id is kept already (see `is_known`)."""
    upsert.insert(connection, message, [row])


def is_known(connection: Connection, name: str, message_id: str, now: datetime) -> bool:
    """Whether a message of this id is still kept, consumed or not."""
    return connection.execute(_known, {"named": name, "given": message_id, "at": now}).first() is not None


def buffered(connection: Connection, name: str, correlation_key: str, now: datetime) -> list[Record]:
    """What an instance that begins to wait may receive at once, the oldest first."""
    return records(connection.execute(_buffered, {"named": name, "correlated": correlation_key, "at": now}))


def missed(connection: Connection, now: datetime) -> list[Record]:
    """Messages in the buffer that an instance waits for, the oldest first, each with `instance_key`, `n` and `root_key`."""
    return records(connection.execute(_missed, {"at": now}))


def consume(connection: Connection, key: int) -> bool:
    """False when it was consumed meanwhile."""
    return upsert.update(connection, message, {"key": key}, {"consumed": True}, _is_unconsumed) == 1


def drop_expired(connection: Connection, now: datetime) -> int:
    return connection.execute(sa.delete(message).where(message.c.expires_at <= now)).rowcount
