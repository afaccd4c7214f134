"""The one way machine work is taken, in one process or many: a row is leased for a while, and its fence grows by one.

Who finishes the work names the fence he was given; if the lease ran out and somebody else took the row, it no longer fits
and nothing is written. A crash therefore loses nothing, and nothing is done twice.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.store import upsert
from engine.store.columns import Instant
from engine.store.records import Record, records


def due(table: sa.Table, due_at: sa.Column[Any], *which: sa.ColumnElement[bool]) -> sa.Update:
    """The statement that claims rows of `table`: those of `which` with `due_at` reached and no lease running."""
    now = sa.bindparam("at", type_=Instant())
    rows = (
        sa.select(table.c.key)
        .where(*which, due_at <= now, sa.or_(table.c.lease_until.is_(None), table.c.lease_until <= now))
        .order_by(due_at, table.c.key)
        .limit(sa.bindparam("most", type_=sa.Integer()))
        .with_for_update(skip_locked=True, of=table)
    )
    return (
        sa.update(table)
        .where(table.c.key.in_(rows))
        .values(lease_until=sa.bindparam("until", type_=Instant()), fence=table.c.fence + 1)
        .returning(*table.c)
    )


def take(connection: Connection, statement: sa.Update, *, now: datetime, lease_until: datetime, limit: int) -> list[Record]:
    """The rows claimed, in no particular order, with the fence that finishing them must name."""
    return records(connection.execute(statement, {"at": now, "until": lease_until, "most": limit}))


def finish(connection: Connection, table: sa.Table, key: int, fence: int, **changes: Any) -> bool:
    """Writes how claimed work ended and gives up the lease; False when the fence no longer fits."""
    return upsert.update(connection, table, {"key": key, "fence": fence}, {"lease_until": None, **changes}) == 1
