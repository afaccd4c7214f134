"""Timers: what starts or goes on because a time is reached. A start timer has a definition and no instance."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.store import claims, upsert
from engine.store.columns import Instant, Key, is_state, key_column, metadata, partial_index
from engine.store.instances import instance, keys_of_tree
from engine.store.records import Record, first, records

timer = sa.Table(
    "timer",
    metadata,
    key_column(),
    sa.Column("instance_key", Key),
    sa.Column("root_key", Key),
    sa.Column("n", sa.Integer),
    sa.Column("definition_key", Key),
    sa.Column("element_id", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False, server_default="element"),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("lease_until", Instant),
    sa.Column("fence", sa.Integer, nullable=False, server_default="0"),
    sa.Index("timer_instance", "instance_key", "n"),
)
_is_waiting = is_state(timer.c.state, "waiting")
_is_start = timer.c.instance_key.is_(None)
partial_index("timer_due", timer.c.due_at, where=_is_waiting)
partial_index(
    "timer_definition",
    timer.c.definition_key,
    where=timer.c.definition_key.is_not(None),
)

_is_suspended = sa.exists().where(instance.c.key == timer.c.instance_key, instance.c.suspended)
_due = claims.due(timer, timer.c.due_at, _is_waiting, ~_is_suspended)
_next = sa.select(sa.func.min(timer.c.due_at)).where(_is_waiting)
_waiting = sa.select(timer).where(timer.c.instance_key.in_(keys_of_tree), _is_waiting).order_by(timer.c.due_at, timer.c.key)
_by_key = sa.select(timer).where(timer.c.key == sa.bindparam("one"))


def write(connection: Connection, rows: Sequence[upsert.Row]) -> None:
    """New and changed timers of one command, whole rows, one statement."""
    upsert.upsert(connection, timer, rows, within="instance_key")


def end(connection: Connection, instance_key: int, activations: Collection[int], state: str) -> None:
    """Ends what these activations wait for; `state` is done or canceled."""
    of = {"instance_key": instance_key, "n": list(activations)}
    if activations:
        upsert.update(connection, timer, of, {"state": state, "lease_until": None}, _is_waiting, many="n")


def end_of_definition(connection: Connection, definition_key: int) -> None:
    """Start timers of a version that is no longer the latest."""
    changes = {"state": "canceled", "lease_until": None}
    upsert.update(connection, timer, {"definition_key": definition_key}, changes, _is_start, _is_waiting)


def claim_due(connection: Connection, *, now: datetime, lease_until: datetime, limit: int) -> list[Record]:
    """Timers to fire, leased; not those of suspended instances."""
    return claims.take(connection, _due, now=now, lease_until=lease_until, limit=limit)


def finish(connection: Connection, key: int, fence: int, **changes: Any) -> bool:
    """`state="done"`, or a new `due_at` for one that repeats; False when it is done, or somebody else has claimed it since."""
    given = {"lease_until": None, "fence": fence + 1, **changes}
    return upsert.update(connection, timer, {"key": key, "fence": fence}, given, _is_waiting) == 1


def next_due(connection: Connection) -> datetime | None:
    found: datetime | None = connection.execute(_next).scalar()
    return found


def find(connection: Connection, key: int) -> Record | None:
    return first(connection.execute(_by_key, {"one": key}))


def waiting_in_tree(connection: Connection, root_key: int) -> list[Record]:
    return records(connection.execute(_waiting, {"root": root_key}))
