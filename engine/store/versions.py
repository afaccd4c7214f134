"""What all versioned resources have in common: numbered versions of one id, of which the newest is the latest.

A table of versions has `key`, `deployment_key`, `version` and `is_latest` beside its id.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.store import upsert
from engine.store.records import Record, first, records


def add(connection: Connection, table: sa.Table, name: str, rows: Sequence[upsert.Row]) -> None:
    """New versions, each of another id (column `name`); what was the latest of these ids is so no longer.

    A `version` that is taken raises Conflict("key_conflict"): two deployments at once.
    """
    if not rows:
        return
    ids = [row[name] for row in rows]
    connection.execute(sa.update(table).where(table.c[name].in_(ids), table.c.is_latest).values(is_latest=False))
    upsert.insert(connection, table, [{**row, "is_latest": True} for row in rows])


def latest(connection: Connection, table: sa.Table, name: str, ids: Sequence[str] | None = None) -> list[Record]:
    """The latest version of each of these ids, or of all."""
    found = sa.select(table).where(table.c.is_latest)
    if ids is not None:
        found = found.where(table.c[name].in_(list(ids)))
    return records(connection.execute(found.order_by(table.c[name])))


def find(connection: Connection, table: sa.Table, key: int) -> Record | None:
    return first(connection.execute(sa.select(table).where(table.c.key == key)))


def find_version(connection: Connection, table: sa.Table, name: str, text: str, version: int | None) -> Record | None:
    """That version, or the latest when `version` is None."""
    which = table.c.is_latest if version is None else table.c.version == version
    return first(connection.execute(sa.select(table).where(table.c[name] == text, which)))


def of_deployment(connection: Connection, table: sa.Table, deployment_key: int) -> list[Record]:
    return records(connection.execute(sa.select(table).where(table.c.deployment_key == deployment_key).order_by(table.c.key)))
