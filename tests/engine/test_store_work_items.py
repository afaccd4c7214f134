"""Work items: who sees what in the inbox, in which order, and that a page stays one index range however many there are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine.store import work_items
from engine.store.database import Connection, Database

Row = Callable[..., dict[str, Any]]
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def _write(database: Database, rows: Sequence[dict[str, Any]]) -> None:
    with database.transaction() as connection:
        work_items.write(connection, rows)


def _inbox(connection: Connection, *candidates: str, me: str = "wang.lei", **asked: Any) -> list[int]:
    found = work_items.inbox(connection, candidates=candidates, assignees=[me], **{"limit": 50, **asked})
    return [item.key for item in found]


def test_the_inbox_is_what_my_pools_hold_and_what_i_have_taken(database: Database, row: Row) -> None:
    pool = {"candidate": "role:sales_manager", "state": "open"}
    _write(
        database,
        [
            row("work_item", key=1, opened_at=NOW, **pool),
            row("work_item", key=2, opened_at=NOW + timedelta(minutes=1), assignee="wang.lei", **pool),
            row("work_item", key=3, opened_at=NOW, assignee="li.hua", **pool),
            row("work_item", key=4, opened_at=NOW, **{**pool, "state": "waiting"}),
            row("work_item", key=5, opened_at=NOW, **{**pool, "state": "done"}),
            row("work_item", key=6, opened_at=NOW + timedelta(minutes=2), candidate="user:wang.lei", state="open"),
            row("work_item", key=7, opened_at=NOW, candidate="role:gm", state="open"),
        ],
    )
    with database.reading() as connection, database.count_statements() as sent:
        assert _inbox(connection, "role:sales_manager", "user:wang.lei") == [6, 2, 1]
        assert _inbox(connection, me="li.hua") == [3]
        assert _inbox(connection, "role:nobody", me="nobody") == []
    assert sent.count == 3


def test_who_is_nobody_owes_nothing(database: Database) -> None:
    with database.reading() as connection, database.count_statements() as sent:
        assert work_items.inbox(connection, candidates=[], assignees=[], limit=10) == []
    assert sent.count == 0


@pytest.mark.parametrize("limit", [1, 3, 7])
def test_pages_follow_each_other_over_all_pools(database: Database, row: Row, limit: int) -> None:
    rows = [
        row(
            "work_item",
            key=key,
            candidate=f"role:{key % 3}",
            assignee="wang.lei" if key % 5 == 0 else None,
            state="open",
            opened_at=NOW + timedelta(minutes=key // 4),  # several in one minute: the key decides
        )
        for key in range(1, 31)
    ]
    _write(database, rows)
    expected = sorted((each["opened_at"], each["key"]) for each in rows if each["assignee"] or each["key"] % 3 != 2)
    seen: list[int] = []
    after: work_items.Cursor | None = None
    with database.reading() as connection:
        while page := work_items.inbox(
            connection, candidates=["role:0", "role:1"], assignees=["wang.lei"], limit=limit, after=after
        ):
            assert len(page) <= limit
            seen += [item.key for item in page]
            after = (page[-1].opened_at, page[-1].key)
    assert seen == [key for _, key in reversed(expected)]


def test_the_inbox_can_be_of_one_process(database: Database, row: Row) -> None:
    of = {"candidate": "role:gm", "state": "open"}
    _write(database, [row("work_item", key=1, process_id="leave", **of), row("work_item", key=2, process_id="quote", **of)])
    with database.reading() as connection:
        assert _inbox(connection, "role:gm", process_id="quote") == [2]


def test_only_one_of_two_takes_an_item(database: Database, row: Row) -> None:
    _write(database, [row("work_item", key=1, candidate="role:gm", state="open")])
    with database.transaction() as connection:
        assert work_items.claim(connection, 1, "li.hua")
    with database.transaction() as connection:
        assert not work_items.claim(connection, 1, "he.jun")
        assert not work_items.release(connection, 1, "he.jun")
        assert work_items.release(connection, 1, "li.hua")
        assert work_items.claim(connection, 1, "he.jun")


@pytest.mark.parametrize("state", ["waiting", "done", "withdrawn", "void"])
def test_an_item_that_is_not_open_cannot_be_taken(database: Database, row: Row, state: str) -> None:
    _write(database, [row("work_item", key=1, candidate="role:gm", state=state)])
    with database.transaction() as connection:
        assert not work_items.claim(connection, 1, "li.hua")


def test_what_i_decided_comes_latest_first_with_voided_votes(database: Database, row: Row) -> None:
    decided = [
        row("work_item", key=key, decided_by=by, decided_at=NOW + timedelta(minutes=key), state=state)
        for key, by, state in ((1, "li.hua", "done"), (2, "li.hua", "void"), (3, "he.jun", "done"), (4, "li.hua", "done"))
    ]
    _write(database, [*decided, row("work_item", key=5, state="open")])
    with database.reading() as connection:
        first = work_items.decided_by(connection, "li.hua", limit=2)
        assert [item.key for item in first] == [4, 2]
        rest = work_items.decided_by(connection, "li.hua", limit=2, after=(first[-1].decided_at, first[-1].key))
    assert [item.key for item in rest] == [1]


def test_items_of_a_task_come_by_seat(database: Database, row: Row) -> None:
    _write(database, [row("work_item", key=key, task_key=9, seat=-key) for key in (1, 2, 3)])
    with database.reading() as connection:
        assert [item.key for item in work_items.of_task(connection, 9)] == [3, 2, 1]
        assert work_items.find(connection, 4) is None


def test_deciders_are_those_whose_votes_stand(database: Database, row: Row) -> None:
    decided = [
        row("work_item", key=key, instance_key=1, element_id=element, decided_by=by, state=state)
        for key, element, by, state in (
            (1, "review", "li.hua", "done"),
            (2, "review", "he.jun", "void"),
            (3, "approve", "gu.mei", "done"),
            (4, "review", None, "open"),
        )
    ]
    _write(database, [*decided, row("work_item", key=5, instance_key=2, element_id="review", decided_by="x", state="done")])
    with database.reading() as connection:
        assert work_items.deciders_of(connection, 1, ["review", "other"]) == {"li.hua"}
        assert work_items.deciders_of(connection, 1, []) == set()
        assert [item.key for item in work_items.of_tree(connection, 1)] == [1, 2, 3, 4, 5]


def test_an_item_turns_only_while_nobody_has_it(database: Database, row: Row) -> None:
    _write(database, [row("work_item", key=1, state="waiting"), row("work_item", key=2, state="open", assignee="li.hua")])
    with database.transaction() as connection:
        work_items.turn(connection, 1, "open")
        work_items.turn(connection, 2, "waiting")
        states = [found.state for key in (1, 2) if (found := work_items.find(connection, key))]
    assert states == ["open", "open"]
