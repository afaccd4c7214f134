"""Who waits for a message: instances by name and correlation key, definitions that start by name."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.store import upsert
from engine.store.columns import Instant, Key, is_state, key_column, metadata, partial_index
from engine.store.instances import instance, keys_of_tree
from engine.store.records import Record, records

message_subscription = sa.Table(
    "message_subscription",
    metadata,
    key_column(),
    sa.Column("instance_key", Key),
    sa.Column("root_key", Key),
    sa.Column("n", sa.Integer),
    sa.Column("definition_key", Key),
    sa.Column("element_id", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("correlation_key", sa.Text, nullable=False, server_default=""),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Index("message_subscription_instance", "instance_key", "n"),
)
_table = message_subscription
_is_waiting = is_state(_table.c.state, "waiting")
_is_start = _table.c.instance_key.is_(None)
partial_index("message_subscription_name", _table.c.name, _table.c.correlation_key, where=_is_waiting)

_waiting = (
    sa.select(_table, instance.c.process_id)
    .select_from(_table.outerjoin(instance, instance.c.key == _table.c.instance_key))
    .where(_table.c.name == sa.bindparam("named"), _is_waiting)
    # The first line is for the index, the second says it: a start subscription has the empty key.
    .where(_table.c.correlation_key.in_([sa.bindparam("correlated"), sa.literal_column("''", sa.Text())]))
    .where(sa.or_(_table.c.correlation_key == sa.bindparam("correlated"), _table.c.instance_key.is_(None)))
    .order_by(_table.c.created_at, _table.c.key)
)
_in_tree = sa.select(_table).where(_table.c.instance_key.in_(keys_of_tree), _is_waiting).order_by(_table.c.key)


def write(connection: Connection, rows: Sequence[upsert.Row]) -> None:
    """New and changed subscriptions of one command, whole rows, one statement; `state` is waiting, done or canceled."""
    upsert.upsert(connection, _table, rows, within="instance_key")


def end(connection: Connection, instance_key: int, activations: Collection[int], state: str) -> None:
    """Ends what these activations wait for; `state` is done or canceled."""
    of = {"instance_key": instance_key, "n": list(activations)}
    if activations:
        upsert.update(connection, _table, of, {"state": state}, _is_waiting, many="n")


def end_of_definition(connection: Connection, definition_key: int) -> None:
    """Start subscriptions of a version that is no longer the latest."""
    upsert.update(connection, _table, {"definition_key": definition_key}, {"state": "canceled"}, _is_start, _is_waiting)


def waiting_for(connection: Connection, name: str, correlation_key: str) -> list[Record]:
    """Instances that wait for this name and key, and definitions (no `instance_key`) that a message of this name starts."""
    return records(connection.execute(_waiting, {"named": name, "correlated": correlation_key}))


def is_waiting(connection: Connection, instance_key: int, n: int) -> bool:
    which = sa.and_(_table.c.instance_key == instance_key, _table.c.n == n, _is_waiting)
    return connection.execute(sa.select(_table.c.key).where(which)).first() is not None


def waiting_in_tree(connection: Connection, root_key: int) -> list[Record]:
    return records(connection.execute(_in_tree, {"root": root_key}))
