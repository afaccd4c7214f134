"""Numbers that grow when something cached changes: a process that sees a new one drops its cache.

`organisation` is the organisation's revision, `definitions` grows with each deployment, `subscriptions` with each change of
the callback subscriptions. They travel with the locked row (see `instances.lock_tree`), so looking costs no statement.
The first migration makes the rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.store.columns import metadata

NAMES = ("organisation", "definitions", "subscriptions")

epoch = sa.Table(
    "epoch",
    metadata,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("value", sa.Integer, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Epochs:
    organisation: int = 0
    definitions: int = 0
    subscriptions: int = 0


def columns() -> list[sa.ColumnElement[Any]]:
    """One scalar select per name, in the order of `NAMES`, to be added to a statement that runs anyway."""
    return [
        sa.func.coalesce(sa.select(epoch.c.value).where(epoch.c.name == name).scalar_subquery(), 0).label(f"{name}_epoch")
        for name in NAMES
    ]


_read = sa.select(*columns())
_bump = sa.update(epoch).where(epoch.c.name == sa.bindparam("of_name")).values(value=epoch.c.value + 1).returning(epoch.c.value)


def read(connection: Connection) -> Epochs:
    return Epochs(*connection.execute(_read).one())


def bump(connection: Connection, name: str) -> int:
    """The new value. Writers of one name queue on its row until they commit."""
    return int(connection.execute(_bump, {"of_name": name}).scalar_one())
