"""Other files of a deployment: what is neither diagram, table nor form, kept byte for byte."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.store import upsert, versions
from engine.store.columns import Instant, Key, key_column, metadata, partial_index
from engine.store.records import Record

resource = sa.Table(
    "resource",
    metadata,
    key_column(),
    sa.Column("deployment_key", Key, nullable=False),
    sa.Column("resource_id", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("resource_name", sa.Text, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("content_digest", sa.Text, nullable=False),
    sa.Column("is_latest", sa.Boolean, nullable=False),
    sa.Column("deployed_at", Instant, nullable=False),
    sa.Index("resource_version", "resource_id", "version", unique=True),
    sa.Index("resource_deployment", "deployment_key"),
)
partial_index("resource_latest", resource.c.resource_id, where=resource.c.is_latest, unique=True)


def add(connection: Connection, rows: Sequence[upsert.Row]) -> None:
    """New versions, each of another id; they become the latest. `is_latest` need not be given."""
    versions.add(connection, resource, "resource_id", rows)


def find(connection: Connection, key: int) -> Record | None:
    return versions.find(connection, resource, key)


def find_version(connection: Connection, resource_id: str, version: int | None = None) -> Record | None:
    """That version, or the latest."""
    return versions.find_version(connection, resource, "resource_id", resource_id, version)


def latest(connection: Connection, ids: Sequence[str] | None = None) -> list[Record]:
    """The latest version of each of these ids, or of all."""
    return versions.latest(connection, resource, "resource_id", ids)


def of_deployment(connection: Connection, deployment_key: int) -> list[Record]:
    return versions.of_deployment(connection, resource, deployment_key)
