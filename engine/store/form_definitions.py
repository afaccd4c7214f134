"""Forms: `document` is the form-js JSON as it was deployed."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.store import upsert, versions
from engine.store.columns import Instant, Key, key_column, metadata, partial_index
from engine.store.records import Record, first

form_definition = sa.Table(
    "form_definition",
    metadata,
    key_column(),
    sa.Column("deployment_key", Key, nullable=False),
    sa.Column("form_id", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("resource_name", sa.Text, nullable=False),
    sa.Column("document", sa.Text, nullable=False),
    sa.Column("document_digest", sa.Text, nullable=False),
    sa.Column("is_latest", sa.Boolean, nullable=False),
    sa.Column("deployed_at", Instant, nullable=False),
    sa.Index("form_definition_version", "form_id", "version", unique=True),
    sa.Index("form_definition_deployment", "deployment_key"),
)
partial_index("form_definition_latest", form_definition.c.form_id, where=form_definition.c.is_latest, unique=True)


def add(connection: Connection, rows: Sequence[upsert.Row]) -> None:
    """New versions, each of another id; they become the latest. `is_latest` need not be given."""
    versions.add(connection, form_definition, "form_id", rows)


def find(connection: Connection, key: int) -> Record | None:
    return versions.find(connection, form_definition, key)


def find_version(connection: Connection, form_id: str, version: int | None = None) -> Record | None:
    """That version, or the latest."""
    return versions.find_version(connection, form_definition, "form_id", form_id, version)


def latest(connection: Connection, ids: Sequence[str] | None = None) -> list[Record]:
    """The latest version of each of these ids, or of all."""
    return versions.latest(connection, form_definition, "form_id", ids)


def of_deployment(connection: Connection, deployment_key: int) -> list[Record]:
    return versions.of_deployment(connection, form_definition, deployment_key)


def in_deployment(connection: Connection, deployment_key: int, form_id: str) -> Record | None:
    """What a user task binds to: the version of its own deployment, else None."""
    which = sa.and_(form_definition.c.deployment_key == deployment_key, form_definition.c.form_id == form_id)
    return first(connection.execute(sa.select(form_definition).where(which)))
