"""Why a decision said what it said: the explanation of each evaluation in a case (inputs, rows hit, outputs), as JSON."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.store import upsert
from engine.store.columns import Instant, Key, key_column, metadata
from engine.store.instances import instance
from engine.store.records import Record, records

decision_record = sa.Table(
    "decision_record",
    metadata,
    key_column(),
    sa.Column("instance_key", Key, nullable=False),
    sa.Column("n", sa.Integer),
    sa.Column("element_id", sa.Text),
    sa.Column("decision_id", sa.Text, nullable=False),
    sa.Column("explanation", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index("decision_record_instance", "instance_key", "n"),
)
_table = decision_record


def add(connection: Connection, rows: Sequence[upsert.Row]) -> None:
    upsert.insert(connection, _table, rows)


def of_tree(connection: Connection, root_key: int) -> list[Record]:
    found = sa.select(_table).join(instance, instance.c.key == _table.c.instance_key).where(instance.c.root_key == root_key)
    return records(connection.execute(found.order_by(_table.c.at, _table.c.key)))
