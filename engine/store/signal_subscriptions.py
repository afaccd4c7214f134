"""Who waits for a signal: instances and definitions that start, by name; a signal reaches all of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.store import upsert
from engine.store.columns import Instant, Key, is_state, key_column, metadata, partial_index
from engine.store.instances import keys_of_tree
from engine.store.records import Record, records

signal_subscription = sa.Table(
    "signal_subscription",
    metadata,
    key_column(),
    sa.Column("instance_key", Key),
    sa.Column("root_key", Key),
    sa.Column("n", sa.Integer),
    sa.Column("definition_key", Key),
    sa.Column("element_id", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Index("signal_subscription_instance", "instance_key", "n"),
)
_table = signal_subscription
_is_waiting = is_state(_table.c.state, "waiting")
_is_start = _table.c.instance_key.is_(None)
partial_index("signal_subscription_name", _table.c.name, where=_is_waiting)

_waiting = (
    sa.select(_table).where(_table.c.name == sa.bindparam("named"), _is_waiting).order_by(_table.c.created_at, _table.c.key)
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


def waiting_for(connection: Connection, name: str) -> list[Record]:
    """Instances that wait for this signal, and definitions (no `instance_key`) that it starts."""
    return records(connection.execute(_waiting, {"named": name}))


def is_waiting(connection: Connection, instance_key: int, n: int) -> bool:
    which = sa.and_(_table.c.instance_key == instance_key, _table.c.n == n, _is_waiting)
    return connection.execute(sa.select(_table.c.key).where(which)).first() is not None


def waiting_in_tree(connection: Connection, root_key: int) -> list[Record]:
    return records(connection.execute(_in_tree, {"root": root_key}))
