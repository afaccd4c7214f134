"""Process definitions: one BPMN process in one version. `settings` is the JSON of its process.yaml."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.store import upsert, versions
from engine.store.columns import Instant, Key, key_column, metadata, partial_index
from engine.store.records import Record, first

definition = sa.Table(
    "definition",
    metadata,
    key_column(),
    sa.Column("deployment_key", Key, nullable=False),
    sa.Column("process_id", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("name", sa.Text),
    sa.Column("name_en", sa.Text),
    sa.Column("version_tag", sa.Text),
    sa.Column("resource_name", sa.Text, nullable=False),
    sa.Column("xml", sa.Text, nullable=False),
    sa.Column("xml_digest", sa.Text, nullable=False),
    sa.Column("settings", sa.Text, nullable=False, server_default="{}"),
    sa.Column("has_start_form", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("start_form_id", sa.Text),
    sa.Column("is_latest", sa.Boolean, nullable=False),
    sa.Column("deployed_at", Instant, nullable=False),
    sa.Index("definition_version", "process_id", "version", unique=True),
    sa.Index("definition_deployment", "deployment_key"),
)
partial_index("definition_latest", definition.c.process_id, where=definition.c.is_latest, unique=True)


def add(connection: Connection, rows: Sequence[upsert.Row]) -> None:
    """New versions, each of another id; they become the latest. `is_latest` need not be given."""
    versions.add(connection, definition, "process_id", rows)


def find(connection: Connection, key: int) -> Record | None:
    return versions.find(connection, definition, key)


def find_version(connection: Connection, process_id: str, version: int | None = None) -> Record | None:
    """That version, or the latest."""
    return versions.find_version(connection, definition, "process_id", process_id, version)


def latest(connection: Connection, ids: Sequence[str] | None = None) -> list[Record]:
    """The latest version of each of these ids, or of all."""
    return versions.latest(connection, definition, "process_id", ids)


def of_deployment(connection: Connection, deployment_key: int) -> list[Record]:
    return versions.of_deployment(connection, definition, deployment_key)


def find_tagged(connection: Connection, process_id: str, version_tag: str) -> Record | None:
    """The newest version with this tag."""
    which = sa.and_(definition.c.process_id == process_id, definition.c.version_tag == version_tag)
    return first(connection.execute(sa.select(definition).where(which).order_by(definition.c.version.desc()).limit(1)))


def in_deployment(connection: Connection, deployment_key: int, process_id: str) -> Record | None:
    """What a call binds to: the version of the caller's own deployment, else None."""
    which = sa.and_(definition.c.deployment_key == deployment_key, definition.c.process_id == process_id)
    return first(connection.execute(sa.select(definition).where(which)))
