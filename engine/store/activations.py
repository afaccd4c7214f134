"""The activation log: one row each time an element was entered, with its causes. Append only, but for how it ended."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.store import upsert
from engine.store.columns import Instant, Key, metadata
from engine.store.records import Record, records

activation = sa.Table(
    "activation",
    metadata,
    sa.Column("instance_key", Key, primary_key=True, autoincrement=False),
    sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("key", Key, nullable=False),
    sa.Column("element_id", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("owner", sa.Integer),
    sa.Column("causes", sa.Text, nullable=False, server_default="[]"),
    sa.Column("arrivals", sa.Text, nullable=False, server_default="[]"),
    sa.Column("stopped_by", sa.Integer),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
    sa.Column("entered_step", sa.Integer, nullable=False, server_default="0"),
    sa.Column("ended_step", sa.Integer),
    sa.Column("ended_as", sa.Text),
    sa.Index("activation_key", "key"),
    sqlite_with_rowid=False,
)

_log = sa.select(activation).where(activation.c.instance_key == sa.bindparam("of")).order_by(activation.c.n)


def write(connection: Connection, rows: Sequence[upsert.Row]) -> None:
    """New and changed activations together; how an activation began is never rewritten."""
    upsert.upsert(connection, activation, rows, keep=("key", "started_at", "entered_step"), fill=("ended_step", "ended_as"))


def of_instance(connection: Connection, instance_key: int) -> list[Record]:
    """The whole log in order; `causes` and `arrivals` are JSON text."""
    return records(connection.execute(_log, {"of": instance_key}))


def find_by_key(connection: Connection, key: int) -> Record | None:
    """By the 64-bit key that the REST API calls elementInstanceKey."""
    found = records(connection.execute(sa.select(activation).where(activation.c.key == key)))
    return found[0] if found else None
