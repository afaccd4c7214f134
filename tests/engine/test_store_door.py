"""The door of every command: the lock on the root of a call tree, then a second statement that sees what was committed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from engine.errors import NotFound
from engine.store import epochs, incidents, instances, jobs, tasks, timers, work_items
from engine.store.database import Connection, Database

Row = Callable[..., dict[str, Any]]
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def _case(connection: Connection, row: Row) -> None:
    """Root 1 called 2, which called 3 (ended); 9 is another case. Task 5 is of 2, with two seats; task 6 is of 1, with none."""
    for key, parent, state in ((1, None, "active"), (2, 1, "active"), (3, 2, "completed")):
        called = row("instance", key=key, root_key=1, parent_key=parent, state=state, variables=f'{{"of":{key}}}')
        instances.write(connection, [called])
    instances.write(connection, [row("instance", key=9, root_key=9, state="active")])
    of_called = row("task", key=5, instance_key=2, root_key=1, state="created")
    tasks.write(connection, [of_called, row("task", key=6, instance_key=1, root_key=1, state="created", n=2)])
    seats = [row("work_item", key=key, task_key=5, instance_key=2, root_key=1, seat=key, state="open") for key in (52, 51)]
    work_items.write(connection, seats)
    jobs.write(connection, [row("job", key=7, instance_key=2, root_key=1, state="created")])
    timers.write(connection, [row("timer", key=8, instance_key=2, root_key=1, state="waiting")])
    incidents.write(connection, [row("incident", key=10, instance_key=2, root_key=1, state="active")])


@pytest.fixture
def case(database: Database, row: Row) -> Database:
    with database.transaction() as connection:
        _case(connection, row)
    return database


@pytest.mark.parametrize(
    ("of", "key"), [("instance", 1), ("instance", 3), ("task", 5), ("work_item", 51), ("job", 7), ("timer", 8), ("incident", 10)]
)
def test_locks_the_root_whatever_is_named(case: Database, of: str, key: int) -> None:
    with case.transaction() as connection, case.count_statements() as sent:
        locked = instances.lock_tree(connection, key, of=of)
    assert locked.root_key == 1
    assert locked.root.variables == '{"of":1}'
    assert sent.count == 1


def test_a_named_thing_that_never_was_is_refused(case: Database) -> None:
    with case.transaction() as connection, pytest.raises(NotFound) as refused:
        instances.lock_tree(connection, 4711, of="task")
    assert refused.value.code == "task_not_found"
    assert refused.value.facts == {"key": "4711"}


def test_epochs_travel_with_the_locked_row(case: Database) -> None:
    with case.transaction() as connection:
        epochs.bump(connection, "organisation")
        epochs.bump(connection, "definitions")
        epochs.bump(connection, "definitions")
    with case.transaction() as connection:
        assert instances.lock_tree(connection, 1).epochs == epochs.Epochs(1, 2, 0)


def test_the_tree_is_its_active_instances_callers_first(case: Database) -> None:
    with case.reading() as connection:
        assert [instance.key for instance in instances.read_tree(connection, 1)] == [1, 2]
        assert [instance.key for instance in instances.read_called(connection, 1)] == [2]
        assert [instance.key for instance in instances.of_tree(connection, 1)] == [1, 2, 3]


def test_one_statement_reads_task_items_and_called_instances(case: Database) -> None:
    with case.transaction() as connection:
        locked = instances.lock_tree(connection, 5, of="task")
        with case.count_statements() as sent:
            found = tasks.read_for_decision(connection, 5)
    assert sent.count == 1
    assert found.task.key == 5
    assert [item.key for item in found.items] == [51, 52]
    assert [called.key for called in found.called] == [2]
    instance = found.instance(locked.root)
    assert instance is not None
    assert instance.variables == '{"of":2}'


def test_a_task_of_the_root_without_seats_needs_nothing_else(case: Database) -> None:
    with case.transaction() as connection:
        locked = instances.lock_tree(connection, 6, of="task")
        found = tasks.read_for_decision(connection, 6)
    assert found.items == []
    assert found.instance(locked.root) is locked.root


def _until_somebody_waits_for_a_row(database: Database) -> None:
    """So that the wait surely lies between B's snapshot and A's commit; SQLite lets B in only after A."""
    for _ in range(100_000):
        with database.reading() as connection:
            if connection.execute(sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar():
                return
    pytest.fail("nobody waits")


def test_after_a_wait_root_and_work_items_are_the_newest(case: Database) -> None:
    """The way to a double vote: B waits for A's lock, then must see A's vote."""
    a_has_locked, seen = threading.Event(), []

    def b_votes() -> None:
        a_has_locked.wait()
        with case.transaction() as connection:
            locked = instances.lock_tree(connection, 5, of="task")
            items = tasks.read_for_decision(connection, 5).items
            seen.append((locked.root.seq, [item.state for item in items]))

    b = threading.Thread(target=b_votes)
    b.start()
    with case.transaction() as connection:
        locked = instances.lock_tree(connection, 5, of="task")
        a_has_locked.set()
        items = tasks.read_for_decision(connection, 5).items
        if not case.is_sqlite:
            _until_somebody_waits_for_a_row(case)
        work_items.write(connection, [item.changed(state="withdrawn") for item in items])
        instances.write(connection, [locked.root.changed(seq=42)])
    b.join()
    assert seen == [(42, ["withdrawn", "withdrawn"])]


def test_cases_do_not_wait_for_each_other_on_postgresql(postgresql_database: Database, row: Row) -> None:
    with postgresql_database.transaction() as connection:
        _case(connection, row)
    done = threading.Event()

    def other() -> None:
        with postgresql_database.transaction() as connection:
            instances.lock_tree(connection, 9)
        done.set()

    with postgresql_database.transaction() as connection:
        instances.lock_tree(connection, 1)
        thread = threading.Thread(target=other)
        thread.start()
        assert done.wait(timeout=10)
    thread.join()


def test_closing_an_unseen_task_withdraws_what_was_owed(case: Database) -> None:
    with case.transaction() as connection:
        tasks.close_at(connection, 2, 1, at=NOW)
        found = tasks.read_for_decision(connection, 5)
        other = tasks.find(connection, 6)
    assert (found.task.state, found.task.ended_at) == ("canceled", NOW)
    assert {item.state for item in found.items} == {"withdrawn"}
    assert other is not None
    assert other.state == "created"


def test_closing_behind_a_return_voids_votes_and_keeps_them(case: Database, row: Row) -> None:
    with case.transaction() as connection:
        voted = row("work_item", key=51, task_key=5, instance_key=2, root_key=1, seat=51, state="done", outcome="approve")
        work_items.write(connection, [voted])
        tasks.write(connection, [row("task", key=5, instance_key=2, root_key=1, state="completed", outcome="approve")])
        tasks.close_at(connection, 2, 1, at=NOW, void=True)
        found = tasks.read_for_decision(connection, 5)
    assert found.task.state == "completed"
    assert [(item.state, item.outcome) for item in found.items] == [("void", "approve"), ("withdrawn", None)]


def test_changing_an_ended_task_is_refused(case: Database) -> None:
    with case.transaction() as connection:
        assert tasks.change(connection, 5, priority=90)
        tasks.close_at(connection, 2, 1, at=NOW)
        assert not tasks.change(connection, 5, priority=10)
        found = tasks.find_with_instance(connection, 5)
    assert found is not None
    assert (found[0].priority, found[1].key) == (90, 2)
