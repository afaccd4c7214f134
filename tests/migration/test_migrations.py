"""The written-out revisions, run from nothing, make exactly the tables that the code works with."""

from __future__ import annotations

import threading

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from engine.store import epochs
from engine.store.database import Database
from engine.store.migrations import migrate
from engine.store.schema import metadata


def _described(connection: sa.Connection) -> dict[str, object]:
    """Columns, keys and indexes as the database itself tells them."""
    inspector = sa.inspect(connection)
    described: dict[str, object] = {}
    for table in inspector.get_table_names():
        if table == "alembic_version":
            continue
        described[table] = inspector.get_pk_constraint(table)
        for column in inspector.get_columns(table):
            described[f"{table}.{column['name']}"] = (str(column["type"]), column["nullable"], column["default"])
        for index in inspector.get_indexes(table):
            where = {name: str(value) for name, value in index.get("dialect_options", {}).items()}
            described[f"{table}: {index['name']}"] = (index["column_names"], bool(index["unique"]), where)
    return described


def test_upgrade_from_empty_makes_what_the_metadata_says(empty_database: Database) -> None:
    with empty_database.transaction() as connection:
        metadata.create_all(connection)
        declared = _described(connection)
        metadata.drop_all(connection)
    migrate(empty_database)
    with empty_database.transaction() as connection:
        assert _described(connection) == declared
        assert set(metadata.tables) <= set(declared)


def test_alembic_sees_no_difference_either(empty_database: Database) -> None:
    migrate(empty_database)
    with empty_database.transaction() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_a_second_upgrade_changes_nothing(empty_database: Database) -> None:
    migrate(empty_database)
    with empty_database.transaction() as connection:
        epochs.bump(connection, "organisation")
    migrate(empty_database)
    with empty_database.reading() as connection:
        assert epochs.read(connection) == epochs.Epochs(organisation=1)


def test_processes_that_start_together_migrate_once(empty_database: Database) -> None:
    faults: list[BaseException] = []

    def start() -> None:
        try:
            migrate(empty_database)
        except BaseException as fault:  # noqa: BLE001  shown by the assertion below
            faults.append(fault)

    threads = [threading.Thread(target=start) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with empty_database.reading() as connection:
        assert connection.execute(sa.text("select count(*) from alembic_version")).scalar() == 1
