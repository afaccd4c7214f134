"""Machine work is a row with a lease and a fence: handed out once, again when its lease ran out, and finished by one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine.errors import Conflict
from engine.store import deliveries, instances, jobs, pending_effects, timers
from engine.store.database import Connection, Database
from engine.store.records import Record

Row = Callable[..., dict[str, Any]]
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
SOON = NOW + timedelta(minutes=1)
LATER = NOW + timedelta(hours=1)


def _write_timers(database: Database, *rows: dict[str, Any]) -> None:
    with database.transaction() as connection:
        timers.write(connection, [{"state": "waiting", **row} for row in rows])


def _fire(connection: Connection, now: datetime = NOW, limit: int = 10) -> list[Record]:
    return timers.claim_due(connection, now=now, lease_until=now + timedelta(minutes=1), limit=limit)


def test_only_due_timers_are_claimed_the_longest_due_first(database: Database, row: Row) -> None:
    due = {"instance_key": 1, "root_key": 1, "state": "waiting"}
    _write_timers(
        database,
        row("timer", key=1, due_at=NOW, **due),
        row("timer", key=2, due_at=SOON, **due),
        row("timer", key=3, due_at=NOW - timedelta(days=1), **due),
        row("timer", key=4, due_at=NOW, **{**due, "state": "canceled"}),
    )
    with database.transaction() as connection:
        instances.write(connection, [row("instance", key=1, root_key=1)])
        assert timers.next_due(connection) == NOW - timedelta(days=1)
        assert [timer.key for timer in _fire(connection, limit=1)] == [3]
        assert [timer.key for timer in _fire(connection)] == [1]
        assert _fire(connection) == []
        assert [timer.key for timer in timers.waiting_in_tree(connection, 1)] == [3, 1, 2]


def test_a_timer_whose_lease_ran_out_is_claimed_again_and_the_first_claimer_is_told(database: Database, row: Row) -> None:
    _write_timers(database, row("timer", key=1, due_at=NOW, instance_key=1, state="waiting"))
    with database.transaction() as connection:
        (slow,) = _fire(connection)
        (quick,) = _fire(connection, now=LATER)
        assert (slow.fence, quick.fence) == (1, 2)
        assert not timers.finish(connection, 1, slow.fence, state="done")
        assert timers.finish(connection, 1, quick.fence, state="done")
        assert _fire(connection, now=LATER + timedelta(days=1)) == []


def test_a_repeating_timer_waits_again(database: Database, row: Row) -> None:
    _write_timers(database, row("timer", key=1, due_at=NOW, definition_key=7, state="waiting"))
    with database.transaction() as connection:
        (claimed,) = _fire(connection)
        timers.finish(connection, 1, claimed.fence, due_at=LATER)
        assert _fire(connection, now=SOON + timedelta(minutes=5)) == []
        (again,) = _fire(connection, now=LATER)
        assert again.fence > claimed.fence, "what was claimed for its first time cannot end its second"


def test_timers_and_jobs_of_a_suspended_instance_wait(database: Database, row: Row) -> None:
    with database.transaction() as connection:
        instances.write(connection, [row("instance", key=1, root_key=1, suspended=True)])
        timers.write(connection, [row("timer", key=1, due_at=NOW, instance_key=1, state="waiting")])
        jobs.write(connection, [row("job", key=2, due_at=NOW, instance_key=1, state="created", type="erp")])
        assert _fire(connection) == []
        assert _activate(connection, "erp") == []
        instances.change(connection, 1, suspended=False)
        assert len(_fire(connection)) == 1
        assert len(_activate(connection, "erp")) == 1


def test_ending_what_an_activation_waits_for(database: Database, row: Row) -> None:
    waiting = {"due_at": NOW, "instance_key": 1, "root_key": 1, "state": "waiting"}
    _write_timers(database, row("timer", key=1, n=1, **waiting), row("timer", key=2, n=2, **waiting))
    _write_timers(database, row("timer", key=3, n=1, **{**waiting, "instance_key": 2}))
    with database.transaction() as connection:
        timers.end(connection, 1, [1], "canceled")
        timers.end(connection, 1, [], "canceled")
        assert sorted(timer.key for timer in _fire(connection)) == [2, 3]
        ended = timers.find(connection, 1)
    assert ended is not None
    assert ended.state == "canceled"


def test_start_timers_of_an_older_version_are_canceled(database: Database, row: Row) -> None:
    start = {"due_at": NOW, "state": "waiting"}
    _write_timers(database, row("timer", key=1, definition_key=7, **start), row("timer", key=2, definition_key=8, **start))
    with database.transaction() as connection:
        timers.end_of_definition(connection, 7)
        assert [timer.key for timer in _fire(connection)] == [2]


def test_two_claimers_at_once_get_different_rows_on_postgresql(postgresql_database: Database, row: Row) -> None:
    _write_timers(
        postgresql_database, *(row("timer", key=key, due_at=NOW, instance_key=1, state="waiting") for key in range(1, 7))
    )
    got: list[int] = []

    def claim() -> None:
        with postgresql_database.transaction() as connection:
            got.extend(timer.key for timer in _fire(connection, limit=3))

    with postgresql_database.transaction() as connection:
        mine = {timer.key for timer in _fire(connection, limit=3)}
        other = threading.Thread(target=claim)
        other.start()
        other.join(timeout=30)  # it must not wait for this transaction
        assert not other.is_alive()
    assert len(mine) == len(got) == 3
    assert not mine & set(got)


def _activate(connection: Connection, *types: str, now: datetime = NOW, limit: int = 10) -> list[Record]:
    return jobs.activate(connection, types, worker="w", now=now, deadline=now + timedelta(minutes=1), limit=limit)


def _write_jobs(database: Database, *rows: dict[str, Any]) -> None:
    with database.transaction() as connection:
        jobs.write(connection, rows)


def test_jobs_are_handed_out_by_type_with_worker_and_deadline(database: Database, row: Row) -> None:
    created = {"state": "created", "due_at": NOW, "created_at": NOW}
    _write_jobs(database, row("job", key=1, type="erp", **created), row("job", key=2, type="mail", **created))
    with database.transaction() as connection:
        (job,) = _activate(connection, "erp", "other")
        assert (job.key, job.state, job.worker, job.deadline, job.fence) == (1, "activated", "w", SOON, 1)
        assert _activate(connection, "erp") == []
        assert _activate(connection) == []


def test_a_job_is_handed_out_again_after_its_deadline(database: Database, row: Row) -> None:
    _write_jobs(database, row("job", key=1, type="erp", state="created", due_at=NOW))
    with database.transaction() as connection:
        (first,) = _activate(connection, "erp")
        (second,) = _activate(connection, "erp", now=LATER)
        assert not jobs.change(connection, 1, fence=first.fence, state="completed", ended_at=LATER)
        assert jobs.change(connection, 1, fence=second.fence, state="completed", ended_at=LATER)
        assert not jobs.change(connection, 1, retries=9)
        assert _activate(connection, "erp", now=LATER + timedelta(days=1)) == []


def test_a_failed_job_waits_for_its_back_off_or_for_retries(database: Database, row: Row) -> None:
    _write_jobs(
        database,
        row("job", key=1, type="erp", state="created", due_at=LATER),
        row("job", key=2, type="erp", state="failed", due_at=NOW, retries=0),
    )
    with database.transaction() as connection:
        assert _activate(connection, "erp") == []
        assert [job.key for job in _activate(connection, "erp", now=LATER)] == [1]
        jobs.change(connection, 2, state="created", retries=1)
        assert [job.key for job in _activate(connection, "erp", now=LATER)] == [2]


def test_jobs_of_canceled_activations_end(database: Database, row: Row) -> None:
    of = {"instance_key": 1, "root_key": 1, "type": "erp", "due_at": NOW}
    _write_jobs(database, row("job", key=1, n=1, state="activated", **of), row("job", key=2, n=2, state="created", **of))
    with database.transaction() as connection:
        instances.write(connection, [row("instance", key=1, root_key=1)])
        jobs.end(connection, 1, [1], state="canceled", at=LATER)
        assert [job.key for job in jobs.open_in_tree(connection, 1)] == [2]
        ended = jobs.find(connection, 1)
    assert ended is not None
    assert (ended.state, ended.ended_at) == ("canceled", LATER)


def _delivery(row: Row, key: int, sequence: int, **columns: Any) -> dict[str, Any]:
    sent: dict[str, Any] = {
        "subscription_key": 1,
        "instance_key": 1,
        "root_key": 1,
        "state": "pending",
        "next_at": NOW,
        "created_at": NOW,
    }
    sent |= {"attempts": 0}
    return row("delivery", key=key, sequence=sequence, **{**sent, **columns})


def _send(connection: Connection, now: datetime = NOW) -> list[int]:
    claimed = deliveries.claim_due(connection, now=now, lease_until=now + timedelta(seconds=30), limit=10)
    return sorted(delivery.key for delivery in claimed)


def test_deliveries_of_one_subscription_and_case_go_out_in_order(database: Database, row: Row) -> None:
    with database.transaction() as connection:
        deliveries.add(connection, [_delivery(row, 1, 1), _delivery(row, 2, 2), _delivery(row, 3, 1, instance_key=2)])
        assert _send(connection) == [1, 3]
        assert _send(connection, now=SOON) == [1, 3]
        assert not deliveries.finish(connection, 1, 1, state="done")
        assert deliveries.finish(connection, 1, 2, state="pending", next_at=LATER, attempts=1, last_status=500)
        assert deliveries.finish(connection, 3, 2, state="done", done_at=SOON)
        assert _send(connection, now=SOON) == []
        assert _send(connection, now=LATER) == [1]
        deliveries.finish(connection, 1, 3, state="dead", last_error="never answers")
        assert _send(connection, now=LATER) == [2]


def test_dead_deliveries_can_be_replayed(database: Database, row: Row) -> None:
    with database.transaction() as connection:
        deliveries.add(connection, [_delivery(row, 1, 1, state="dead", attempts=8), _delivery(row, 2, 2, state="done")])
        assert deliveries.replay(connection, [1, 2, 3], LATER) == 1
        assert _send(connection, now=LATER) == [1]
        replayed = deliveries.find(connection, 1)
        assert [delivery.key for delivery in deliveries.of_tree(connection, 1)] == [1, 2]
        assert [delivery.key for delivery in deliveries.of_subscription(connection, 1, limit=5, state="done")] == [2]
    assert replayed is not None
    assert replayed.attempts == 0


def test_a_number_of_a_sequence_is_given_once(database: Database, row: Row) -> None:
    with pytest.raises(Conflict), database.transaction() as connection:
        deliveries.add(connection, [_delivery(row, 1, 1), _delivery(row, 2, 1)])


def test_an_effect_is_applied_by_the_one_who_holds_it(database: Database, row: Row) -> None:
    lease: dict[str, Any] = {"now": NOW, "lease_until": SOON, "limit": 10}
    with database.transaction() as connection:
        made = [row("pending_effect", key=key, created_at=NOW, due_at=NOW, source_key=5, fence=0) for key in (2, 1)]
        pending_effects.add(connection, made)
        first, second = pending_effects.claim_due(connection, **lease)
        assert (first.key, second.key) == (1, 2)
        assert pending_effects.claim_due(connection, **lease) == []
        assert not pending_effects.remove(connection, 1, first.fence + 1)
        assert pending_effects.remove(connection, 1, first.fence)
        assert pending_effects.postpone(connection, 2, second.fence, due_at=LATER, attempts=1, last_error="wrong_state")
        (left,) = pending_effects.of_sources(connection, [5])
    assert (left.key, left.due_at, left.lease_until, left.attempts) == (2, LATER, None, 1)
