"""Decisions, one row each; the requirements they came with (one DMN file) are repeated on each."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.store import upsert, versions
from engine.store.columns import Instant, Key, key_column, metadata, partial_index
from engine.store.records import Record, first

decision_definition = sa.Table(
    "decision_definition",
    metadata,
    key_column(),
    sa.Column("deployment_key", Key, nullable=False),
    sa.Column("decision_id", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("name", sa.Text),
    sa.Column("version_tag", sa.Text),
    sa.Column("requirements_id", sa.Text, nullable=False),
    sa.Column("requirements_key", Key, nullable=False),
    sa.Column("requirements_name", sa.Text),
    sa.Column("requirements_version", sa.Integer, nullable=False),
    sa.Column("resource_name", sa.Text, nullable=False),
    sa.Column("xml", sa.Text, nullable=False),
    sa.Column("xml_digest", sa.Text, nullable=False),
    sa.Column("is_latest", sa.Boolean, nullable=False),
    sa.Column("deployed_at", Instant, nullable=False),
    sa.Index("decision_definition_version", "decision_id", "version", unique=True),
    sa.Index("decision_definition_deployment", "deployment_key"),
)
partial_index("decision_definition_latest", decision_definition.c.decision_id, where=decision_definition.c.is_latest, unique=True)


def add(connection: Connection, rows: Sequence[upsert.Row]) -> None:
    """New versions, each of another id; they become the latest. `is_latest` need not be given."""
    versions.add(connection, decision_definition, "decision_id", rows)


def find(connection: Connection, key: int) -> Record | None:
    return versions.find(connection, decision_definition, key)


def find_version(connection: Connection, decision_id: str, version: int | None = None) -> Record | None:
    """That version, or the latest."""
    return versions.find_version(connection, decision_definition, "decision_id", decision_id, version)


def latest(connection: Connection, ids: Sequence[str] | None = None) -> list[Record]:
    """The latest version of each of these ids, or of all."""
    return versions.latest(connection, decision_definition, "decision_id", ids)


def of_deployment(connection: Connection, deployment_key: int) -> list[Record]:
    return versions.of_deployment(connection, decision_definition, deployment_key)


def in_deployment(connection: Connection, deployment_key: int, decision_id: str) -> Record | None:
    """What a business rule task binds to: the version of its own deployment, else None."""
    which = sa.and_(decision_definition.c.deployment_key == deployment_key, decision_definition.c.decision_id == decision_id)
    return first(connection.execute(sa.select(decision_definition).where(which)))
