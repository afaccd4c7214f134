"""Transactions and connections behave the same on both databases."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine.errors import Conflict
from engine.store import comments, deployments, epochs, numbering, organisations
from engine.store.database import Database, connect

Row = Callable[..., dict[str, Any]]
NOW = datetime(2026, 3, 2, 1, 0, 0, 123456, tzinfo=UTC)


def test_a_transaction_that_raises_leaves_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.transaction() as connection:
        assert organisations.add(connection, "{}", at=NOW, by_user=None) / 0
    with database.reading() as connection:
        assert organisations.latest(connection) is None
        assert epochs.read(connection) == epochs.Epochs()


def test_after_a_failed_transaction_the_next_one_works(database: Database) -> None:
    with pytest.raises(sa.exc.DBAPIError), database.transaction() as connection:
        connection.execute(sa.text("select * from no_such_table"))
    with database.transaction() as connection:
        assert organisations.add(connection, "{}", at=NOW, by_user=None) == 1


def test_refuses_a_transaction_inside_another(database: Database) -> None:
    with database.transaction(), pytest.raises(RuntimeError, match="open transaction"), database.transaction():
        pass


def test_a_reading_connection_cannot_write(database: Database) -> None:
    with database.reading() as connection, pytest.raises(sa.exc.DBAPIError):
        numbering.next_number(connection, "a")
    with database.transaction() as connection:
        assert numbering.next_number(connection, "a") == 1


def test_reading_sees_what_is_committed_and_nothing_else(database: Database, row: Row) -> None:
    with database.transaction() as writing:
        deployments.add(writing, row("deployment", key=1))
        with database.reading() as reading:
            assert deployments.find(reading, 1) is None
    with database.reading() as reading:
        assert deployments.find(reading, 1) is not None


def test_a_taken_key_is_a_conflict(database: Database, row: Row) -> None:
    with database.transaction() as connection:
        deployments.add(connection, row("deployment", key=1))
    with pytest.raises(Conflict) as refused, database.transaction() as connection:
        deployments.add(connection, row("deployment", key=1))
    assert refused.value.code == "key_conflict"


def test_a_missing_value_is_a_fault_and_no_conflict(database: Database, row: Row) -> None:
    with pytest.raises(sa.exc.IntegrityError), database.transaction() as connection:
        deployments.add(connection, row("deployment", key=1, at=None))


def test_a_fault_does_not_tell_the_values(database: Database, row: Row) -> None:
    with pytest.raises(sa.exc.IntegrityError) as fault, database.transaction() as connection:
        comments.add(connection, row("comment", text="a secret", author=None))
    assert "a secret" not in str(fault.value).split("\nDETAIL")[0]


def test_times_come_back_exact_and_in_utc(database: Database, row: Row) -> None:
    there = NOW.astimezone(timezone(timedelta(hours=8)))
    with database.transaction() as connection:
        deployments.add(connection, row("deployment", key=1, at=there))
    with database.reading() as connection:
        found = deployments.find(connection, 1)
    assert found is not None
    assert found.at == NOW
    assert found.at.utcoffset() == timedelta(0)
    assert found.at.microsecond == 123456


def test_refuses_a_time_without_a_zone(database: Database, row: Row) -> None:
    with pytest.raises(TypeError, match="has no zone"), database.transaction() as connection:
        deployments.add(connection, row("deployment", key=1, at=NOW.replace(tzinfo=None)))


@pytest.mark.parametrize("text", ["价格偏离 😀", '{"金额":1.10}', "line\nline", "%s :name ? \\ ' \""])
def test_texts_come_back_as_they_were(database: Database, row: Row, text: str) -> None:
    with database.transaction() as connection:
        deployments.add(connection, row("deployment", key=2**63 - 1, note=text))
    with database.reading() as connection:
        found = deployments.find(connection, 2**63 - 1)
    assert found is not None
    assert found.note == text


def test_writers_wait_for_each_other_and_lose_no_update(database: Database) -> None:
    faults: list[BaseException] = []

    def count() -> None:
        try:
            for _ in range(15):
                with database.transaction() as connection:
                    numbering.next_number(connection, "series")
        except BaseException as fault:  # noqa: BLE001  shown by the assertion below
            faults.append(fault)

    threads = [threading.Thread(target=count) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with database.transaction() as connection:
        assert numbering.next_number(connection, "series") == 91


def test_counts_the_statements_of_its_own_thread_alone(database: Database) -> None:
    def read() -> None:
        with database.reading() as connection:
            epochs.read(connection)

    with database.count_statements() as sent:
        read()
        with database.transaction() as connection:
            epochs.bump(connection, "definitions")
        other = threading.Thread(target=read)
        other.start()
        other.join()
    read()
    assert sent.count == 2
    assert sent.texts[1].startswith("UPDATE epoch")


def test_sqlite_is_set_up_for_many_readers_and_one_writer(sqlite_database: Database) -> None:
    with sqlite_database.transaction() as connection:
        pragmas = [connection.execute(sa.text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous")]
    assert pragmas == ["wal", 1]


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://localhost/x"])
def test_refuses_addresses_it_cannot_serve(url: str) -> None:
    with pytest.raises(ValueError, match="expected sqlite"):
        connect(url)


def test_connect_makes_the_folder_of_a_sqlite_file(tmp_path: Path) -> None:
    database = connect(f"sqlite:///{tmp_path}/new/folder/guicheng.db")
    with database.transaction() as connection:
        assert connection.execute(sa.text("select 1")).scalar() == 1
    database.close()


def test_a_child_process_leaves_its_parents_connections_alone(database: Database) -> None:
    with database.transaction() as connection:
        numbering.next_number(connection, "a")
    child = os.fork()
    if child == 0:  # must not return into pytest
        status = 1
        try:
            database.forget_after_fork()
            with database.transaction() as connection:
                status = 0 if numbering.next_number(connection, "a") == 2 else 1
        finally:
            os._exit(status)
    assert os.waitpid(child, 0)[1] == 0
    with database.transaction() as connection:
        assert numbering.next_number(connection, "a") == 3


def test_a_closed_database_opens_again(database: Database) -> None:
    database.close()
    with database.transaction() as connection:
        assert numbering.next_number(connection, "a") == 1


def test_processes_that_share_a_file_write_by_turns(sqlite_url: str) -> None:
    """The second process gets its turn when the first has committed, and sees what it wrote."""
    first, second = connect(sqlite_url), connect(sqlite_url)
    order: list[str] = []

    def write() -> None:
        with second.transaction() as connection:
            found = connection.execute(sa.text("SELECT count(*) FROM epoch WHERE name = 'turn'")).scalar_one()
            order.append(f"second sees {found}")

    with first.transaction() as connection:
        other = threading.Thread(target=write)
        other.start()
        connection.execute(sa.text("INSERT INTO epoch (name, value) VALUES ('turn', 1)"))
        order.append("first")
    other.join()
    assert order == ["first", "second sees 1"]
    first.close()
    second.close()
