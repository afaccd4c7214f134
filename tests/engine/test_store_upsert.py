"""New and changed rows are written by one statement, and a key that is taken elsewhere overwrites nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine.errors import Conflict
from engine.store import activations, instances, tasks, work_items
from engine.store.database import Database

Row = Callable[..., dict[str, Any]]
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def test_new_and_changed_rows_go_together(database: Database, row: Row) -> None:
    with database.transaction() as connection:
        tasks.write(connection, [row("task", key=1, state="created")])
    with database.transaction() as connection, database.count_statements() as sent:
        tasks.write(connection, [row("task", key=1, state="completed"), row("task", key=2, state="created")])
    assert sent.count == 1
    with database.reading() as connection:
        states = [found.state for key in (1, 2) if (found := tasks.find(connection, key))]
    assert states == ["completed", "created"]


def test_no_rows_cost_no_statement(database: Database) -> None:
    with database.transaction() as connection, database.count_statements() as sent:
        tasks.write(connection, [])
        activations.write(connection, [])
    assert sent.count == 0


def test_a_key_taken_in_another_case_overwrites_nothing(database: Database, row: Row) -> None:
    with database.transaction() as connection:
        work_items.write(connection, [row("work_item", key=1, instance_key=1, state="done")])
    new = [row("work_item", key=key, instance_key=2, state="open") for key in (2, 1)]
    with pytest.raises(Conflict) as refused, database.transaction() as connection:
        work_items.write(connection, new)
    assert refused.value.code == "key_conflict"
    with database.reading() as connection:
        kept = work_items.find(connection, 1)
        assert kept is not None
        assert (kept.instance_key, kept.state) == (1, "done")
        assert work_items.find(connection, 2) is None


def test_one_key_twice_in_a_command_is_a_conflict(database: Database, row: Row) -> None:
    with pytest.raises(Conflict), database.transaction() as connection:
        tasks.write(connection, [row("task", key=1, n=1), row("task", key=1, n=2)])


def test_an_instance_of_another_tree_is_not_overwritten(database: Database, row: Row) -> None:
    with database.transaction() as connection:
        instances.write(connection, [row("instance", key=1, root_key=1)])
    with pytest.raises(Conflict), database.transaction() as connection:
        instances.write(connection, [row("instance", key=1, root_key=2)])


def test_how_an_activation_began_is_never_rewritten(database: Database, row: Row) -> None:
    began = row("activation", instance_key=1, n=1, key=77, started_at=NOW, state="open")
    with database.transaction() as connection:
        activations.write(connection, [began])
    later = {**began, "key": 78, "started_at": NOW + timedelta(days=1), "state": "done", "ended_at": NOW + timedelta(days=1)}
    with database.transaction() as connection:
        activations.write(connection, [later, row("activation", instance_key=1, n=2, key=79)])
    with database.reading() as connection:
        first, second = activations.of_instance(connection, 1)
        assert activations.find_by_key(connection, 79) == second
    assert (first.key, first.started_at, first.state) == (77, NOW, "done")
    assert first.ended_at == NOW + timedelta(days=1)


def test_changing_one_instance_leaves_its_other_columns(database: Database, row: Row) -> None:
    with database.transaction() as connection:
        instances.write(connection, [row("instance", key=1, root_key=1, number="HT-1", marking="[1]")])
        instances.change(connection, 1, suspended=True, suspended_at=NOW)
        found = instances.find(connection, 1)
        assert found == instances.find_by_number(connection, "HT-1")
    assert found is not None
    assert (found.suspended, found.suspended_at, found.marking) == (True, NOW, "[1]")


def test_two_cases_cannot_have_one_number(database: Database, row: Row) -> None:
    both = [row("instance", key=key, root_key=key, number="HT-1") for key in (1, 2)]
    with pytest.raises(Conflict), database.transaction() as connection:
        instances.write(connection, both)


def test_rows_of_different_columns_are_a_fault_and_not_cut(database: Database, row: Row) -> None:
    both = [row("task", key=1), row("task", key=2, priority=90)]
    with pytest.raises(ValueError, match="priority"), database.transaction() as connection:
        tasks.write(connection, both)
