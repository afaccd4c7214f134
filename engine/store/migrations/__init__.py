"""Brings a database to the newest schema. Revisions are written out by hand and never changed once released."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from engine.store.database import Database

_LOCK = 0x6775696368656E67  # any number that only this product takes


def migrate(database: Database) -> None:
    """Upgrades in one transaction; a crash leaves the database as it was. Processes that start together take turns."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with database.transaction() as connection:
        if not database.is_sqlite:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
