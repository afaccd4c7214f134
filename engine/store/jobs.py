"""Jobs: work for a machine. `due_at` is when one may be handed out (again): at once, after a back-off, at a worker's deadline.

created -> activated -> completed
   ^          |-> error_thrown
   |__________|-> failed (no retries left: an incident)         any open state -> canceled
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.store import upsert
from engine.store.columns import Instant, Key, key_column, metadata, partial_index
from engine.store.instances import instance, keys_of_tree
from engine.store.records import Record, first, records

job = sa.Table(
    "job",
    metadata,
    key_column(),
    sa.Column("instance_key", Key, nullable=False),
    sa.Column("root_key", Key, nullable=False),
    sa.Column("n", sa.Integer, nullable=False),
    sa.Column("activation_key", Key, nullable=False),
    sa.Column("element_id", sa.Text, nullable=False),
    sa.Column("process_id", sa.Text, nullable=False),
    sa.Column("definition_key", Key, nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("retries", sa.Integer, nullable=False),
    sa.Column("priority", sa.Integer, nullable=False, server_default="50"),
    sa.Column("worker", sa.Text),
    sa.Column("deadline", Instant),
    sa.Column("fence", sa.Integer, nullable=False, server_default="0"),
    sa.Column("headers", sa.Text, nullable=False, server_default="{}"),
    sa.Column("variables", sa.Text, nullable=False, server_default="{}"),
    sa.Column("error_message", sa.Text),
    sa.Column("error_code", sa.Text),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
    sa.Index("job_instance", "instance_key", "n"),
)
_is_open = job.c.state.in_([sa.literal_column("'created'"), sa.literal_column("'activated'")])
partial_index("job_due", job.c.type, job.c.due_at, where=_is_open)

_has_not_ended = job.c.ended_at.is_(None)
_is_suspended = sa.exists().where(instance.c.key == job.c.instance_key, instance.c.suspended)
_by_key = sa.select(job).where(job.c.key == sa.bindparam("one"))
_open = sa.select(job).where(job.c.instance_key.in_(keys_of_tree), _is_open).order_by(job.c.created_at, job.c.key)
_due = (
    sa.select(job.c.key)
    .where(job.c.type.in_(sa.bindparam("types", expanding=True)), _is_open, job.c.due_at <= sa.bindparam("at", type_=Instant()))
    .where(~_is_suspended)
    .order_by(job.c.due_at, job.c.key)
    .limit(sa.bindparam("most", type_=sa.Integer()))
    .with_for_update(skip_locked=True, of=job)
)
_is_due = (
    sa.select(job.c.key)
    .where(job.c.type.in_(sa.bindparam("types", expanding=True)), _is_open, job.c.due_at <= sa.bindparam("at", type_=Instant()))
    .where(~_is_suspended)
    .limit(1)
)
_activate = (
    sa.update(job)
    .where(job.c.key.in_(_due))
    .values(
        state="activated",
        worker=sa.bindparam("by"),
        deadline=sa.bindparam("until", type_=Instant()),
        due_at=sa.bindparam("until", type_=Instant()),
        fence=job.c.fence + 1,
    )
    .returning(*job.c)
)


def write(connection: Connection, rows: Sequence[upsert.Row]) -> None:
    """New and changed jobs of one command, whole rows, one statement."""
    upsert.upsert(connection, job, rows, within="instance_key")


def activate(
    connection: Connection, types: Collection[str], *, worker: str, now: datetime, deadline: datetime, limit: int
) -> list[Record]:
    """Hands out jobs of these types, the longest due first: new ones, and those whose worker let its deadline pass."""
    if not types:
        return []
    given = {"types": sorted(types), "at": now, "until": deadline, "by": worker, "most": limit}
    return sorted(records(connection.execute(_activate, given)), key=lambda found: (found.created_at, found.key))


def is_due(connection: Connection, types: Collection[str], now: datetime) -> bool:
    """Whether `activate` would find one; it takes no lock, so that waiting workers may look as often as they like."""
    return bool(types) and connection.execute(_is_due, {"types": sorted(types), "at": now}).first() is not None


def end(connection: Connection, instance_key: int, activations: Collection[int], *, state: str, at: datetime) -> None:
    """Ends the open and failed jobs of these activations."""
    of = {"instance_key": instance_key, "n": list(activations)}
    if activations:
        upsert.update(connection, job, of, {"state": state, "ended_at": at}, _has_not_ended, many="n")


def change(connection: Connection, key: int, *, fence: int | None = None, **changes: Any) -> bool:
    """Some columns of a job that has not ended; False when it has, or when it was handed out again since `fence`."""
    of = {"key": key} if fence is None else {"key": key, "fence": fence}
    return upsert.update(connection, job, of, changes, _has_not_ended) == 1


def find(connection: Connection, key: int) -> Record | None:
    return first(connection.execute(_by_key, {"one": key}))


def open_in_tree(connection: Connection, root_key: int) -> list[Record]:
    return records(connection.execute(_open, {"root": root_key}))


def note_error(connection: Connection, key: int, code: str, message: str | None) -> None:
    """The BPMN error that a worker made of a job."""
    upsert.update(connection, job, {"key": key}, {"error_code": code, "error_message": message, "state": "error_thrown"})
