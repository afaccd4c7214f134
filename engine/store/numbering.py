"""Case numbers: one counter per series (for instance a process and a year), without gaps, since it rolls back with the case."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.store import upsert
from engine.store.columns import metadata

number_series = sa.Table(
    "number_series",
    metadata,
    sa.Column("series", sa.Text, primary_key=True),
    sa.Column("last", sa.Integer, nullable=False),
)


def next_number(connection: Connection, series: str) -> int:
    """The next number, from 1. Starts of one series queue here until they commit, so take it late."""
    return upsert.count_up(connection, number_series, {"series": series}, number_series.c.last)
