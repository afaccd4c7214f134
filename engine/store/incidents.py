"""Incidents: what stops a token until a person or a new attempt repairs it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.store import upsert
from engine.store.columns import Instant, Key, is_state, key_column, metadata, partial_index
from engine.store.records import Record, first, records

incident = sa.Table(
    "incident",
    metadata,
    key_column(),
    sa.Column("instance_key", Key, nullable=False),
    sa.Column("root_key", Key, nullable=False),
    sa.Column("n", sa.Integer),
    sa.Column("activation_key", Key),
    sa.Column("element_id", sa.Text, nullable=False),
    sa.Column("process_id", sa.Text, nullable=False),
    sa.Column("definition_key", Key, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("sentence", sa.Text, nullable=False),
    sa.Column("facts", sa.Text, nullable=False, server_default="{}"),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("job_key", Key),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("resolved_at", Instant),
    sa.Column("resolved_by", sa.Text),
    sa.Index("incident_instance", "instance_key"),
    sa.Index("incident_root", "root_key"),
)
_is_active = is_state(incident.c.state, "active")
partial_index("incident_active", incident.c.created_at, incident.c.key, where=_is_active)

_by_key = sa.select(incident).where(incident.c.key == sa.bindparam("one"))
_in_tree = sa.select(incident).where(incident.c.root_key == sa.bindparam("root"), _is_active).order_by(incident.c.created_at)


def write(connection: Connection, rows: Sequence[upsert.Row]) -> None:
    """New and changed incidents of one command, whole rows, one statement."""
    upsert.upsert(connection, incident, rows, within="instance_key")


def resolve(
    connection: Connection, instance_key: int, activations: Collection[int], *, at: datetime, by: str | None = None
) -> int:
    """Ends the active incidents of these activations; how many there were."""
    if not activations:
        return 0
    of = {"instance_key": instance_key, "n": list(activations)}
    changes = {"state": "resolved", "resolved_at": at, "resolved_by": by}
    return upsert.update(connection, incident, of, changes, _is_active, many="n")


def find(connection: Connection, key: int) -> Record | None:
    return first(connection.execute(_by_key, {"one": key}))


def active_in_tree(connection: Connection, root_key: int) -> list[Record]:
    return records(connection.execute(_in_tree, {"root": root_key}))
