"""The history of an instance is a chain: a change, a gap or a cut end shows; erasing content does not break it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from engine.errors import Conflict
from engine.store import activities, events
from engine.store.database import Connection, Database
from engine.store.events import Chain, Happened, event

NOW = datetime(2026, 3, 2, 1, 0, 0, 5, tzinfo=UTC)


@pytest.fixture
def head(database: Database) -> str:
    """Of instance 1, after four events in two commands."""
    chain = Chain(1, 1)
    with database.transaction() as connection:
        began = [Happened("case.started", NOW, "lin.yue", None, '{"金额":1.10}'), Happened("task.opened", NOW, None, "review")]
        events.append(connection, [chain.add(each) for each in began])
    resumed = Chain(1, 1, chain.seq, chain.head)
    with database.transaction() as connection:
        more = [Happened("task.decided", NOW + timedelta(hours=1), "wang.lei", "review"), Happened("case.ended", NOW)]
        events.append(connection, [resumed.add(each) for each in more])
    return resumed.head


@pytest.fixture
def connection(database: Database, head: str) -> Iterator[Connection]:
    with database.transaction() as connection:
        yield connection


def test_events_come_back_in_order_and_the_chain_holds(connection: Connection, head: str) -> None:
    found = events.of_instance(connection, 1)
    assert [(row.seq, row.type, row.actor) for row in found][:2] == [(1, "case.started", "lin.yue"), (2, "task.opened", None)]
    assert found[0].payload == '{"金额":1.10}'
    assert events.first_broken(found, head=head) is None
    assert events.first_broken([], head="") is None


def test_the_digest_can_be_computed_by_anyone(connection: Connection) -> None:
    first, second, *_ = events.of_instance(connection, 1)
    text = '[1,"case.started","2026-03-02T01:00:00.000005+00:00","lin.yue",null,"{\\"金额\\":1.10}"]'
    content = hashlib.sha256((first.salt + text).encode()).hexdigest()
    assert first.digest == hashlib.sha256(content.encode()).hexdigest()
    assert second.digest == hashlib.sha256((first.digest + second.content).encode()).hexdigest()


@pytest.mark.parametrize(
    "change",
    [
        {"payload": '{"金额":1.1}'},
        {"actor": "gu.mei"},
        {"type": "case.canceled"},
        {"at": NOW + timedelta(microseconds=1)},
        {"element_id": "approve"},
        {"content": "0" * 64},
        {"digest": "0" * 64},
    ],
)
def test_a_changed_event_breaks_the_chain_where_it_stands(connection: Connection, head: str, change: dict[str, Any]) -> None:
    connection.execute(sa.update(event).where(event.c.seq == 3).values(change))
    assert events.first_broken(events.of_instance(connection, 1), head=head) == 3


def test_a_removed_event_breaks_the_chain(connection: Connection, head: str) -> None:
    connection.execute(sa.delete(event).where(event.c.seq == 2))
    assert events.first_broken(events.of_instance(connection, 1), head=head) == 2


def test_a_cut_end_shows_in_the_head(connection: Connection, head: str) -> None:
    connection.execute(sa.delete(event).where(event.c.seq == 4))
    assert events.first_broken(events.of_instance(connection, 1), head=head) == 4


def test_erasing_content_keeps_the_chain(connection: Connection, head: str) -> None:
    events.erase(connection, 1, 1)
    found = events.of_instance(connection, 1)
    assert (found[0].payload, found[0].salt) == (None, None)
    assert events.first_broken(found, head=head) is None


def test_equal_events_have_different_content_digests(connection: Connection) -> None:
    chain = Chain(2, 2)
    rows = [chain.add(Happened("task.opened", NOW)) for _ in range(2)]
    assert rows[0]["content"] != rows[1]["content"]


def test_two_commands_cannot_write_the_same_place(database: Database, head: str) -> None:
    late = Chain(1, 1, seq=3, head="stale").add(Happened("task.opened", NOW))
    with pytest.raises(Conflict), database.transaction() as connection:
        events.append(connection, [late])


def test_events_of_a_case_are_those_of_all_its_instances_by_time(connection: Connection) -> None:
    called = Chain(7, 1)
    events.append(connection, [called.add(Happened("case.started", NOW + timedelta(minutes=1)))])
    assert [(row.instance_key, row.seq) for row in events.of_tree(connection, 1)] == [(1, 1), (1, 2), (1, 4), (7, 1), (1, 3)]


def test_activities_are_beside_the_chain(connection: Connection, head: str) -> None:
    done = {"key": 1, "instance_key": 1, "root_key": 1, "type": "task.claimed", "at": NOW, "actor": "wang.lei"}
    activities.add(connection, [done])
    assert [row.type for row in activities.of_tree(connection, 1)] == ["task.claimed"]
    assert events.first_broken(events.of_instance(connection, 1), head=head) is None
