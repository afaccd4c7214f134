"""Timers through the machine work and the command: claimed, fenced, fired once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

from engine.commands.fire_timer import fire_timer
from engine.store import instances, timers
from engine.store.database import Database
from engine.store.records import Record
from engine.work.duties import fire_due_timers
from tests.engine.bpmn_story import Shape, boundary, catch, end, timer
from tests.engine.house import MONDAY, House, diagram, plain, signed

WAIT = diagram("s->t;t->a;a->e", catch("t", timer("PT1H")), plain("a", "gm"))
HOUR = timedelta(hours=1)


def claim(house: House, at_most: int = 50) -> list[Record]:
    now = house.clock.now()
    with house.database.transaction() as connection:
        return timers.claim_due(connection, now=now, lease_until=now + timedelta(minutes=1), limit=at_most)


def test_fires_when_it_is_due_and_not_before(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, WAIT)
    house.start()
    house.clock.advance(HOUR - timedelta(seconds=1))
    assert fire_due_timers(house.engine) == 0
    house.clock.advance(timedelta(seconds=1))
    assert fire_due_timers(house.engine) == 1
    assert house.inbox("he.jun") == ["a"]
    assert fire_due_timers(house.engine) == 0
    assert house.problems() == []


def test_does_nothing_with_a_fence_that_another_has_raised(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, WAIT)
    house.start()
    house.clock.advance(HOUR)
    slow = claim(house)[0]
    assert claim(house) == []
    house.clock.advance(timedelta(minutes=1))
    quick = claim(house)[0]
    assert (slow.key, slow.fence + 1) == (quick.key, quick.fence)
    assert not fire_timer(house.engine, slow)
    assert house.inbox("he.jun") == []
    assert fire_timer(house.engine, quick)
    assert not fire_timer(house.engine, quick)
    assert house.inbox("he.jun") == ["a"]
    assert house.problems() == []


def test_two_that_look_at_once_fire_each_timer_once(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, WAIT)
    keys = [house.start() for _ in range(8)]
    house.clock.advance(HOUR)
    gate, fired = Barrier(2), []

    def fire() -> None:
        gate.wait()
        fired.append(fire_due_timers(house.engine))

    threads = [Thread(target=fire) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(fired) == len(keys) == len(house.inbox("he.jun"))
    assert house.problems() == []


def test_fires_in_the_order_they_were_due(database: Database, tmp_path: Path) -> None:
    chart = diagram("s->t;t->a;a->e", catch("t", timer("=wait")), plain("a", "gm"))
    house = House(database, tmp_path, chart)
    last, first, middle = house.start(wait="PT3H"), house.start(wait="PT1H"), house.start(wait="PT2H")
    house.clock.advance(timedelta(hours=4))
    assert [row.instance_key for row in sorted(claim(house, 2), key=lambda row: row.due_at)] == [first, middle]
    assert [row.instance_key for row in claim(house)] == [last]


def test_waits_while_its_case_is_suspended(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, WAIT)
    key = house.start()
    house.clock.advance(HOUR)
    claimed = claim(house)[0]
    with database.transaction() as connection:
        instances.change(connection, key, suspended=True)
    assert not fire_timer(house.engine, claimed), "suspended between the claim and the command"
    house.clock.advance(HOUR)
    assert fire_due_timers(house.engine) == 0
    with database.transaction() as connection:
        instances.change(connection, key, suspended=False)
    assert fire_due_timers(house.engine) == 1
    assert house.inbox("he.jun") == ["a"]
    assert house.problems() == []


def test_repeats_as_often_as_the_diagram_says(database: Database, tmp_path: Path) -> None:
    chart = diagram(
        "s->a;a->e;t->r;r->e2",
        signed("a", "gm"),
        boundary("t", "a", timer("R3/PT1H", "timeCycle"), interrupting=False),
        plain("r", "dgm"),
        end("e2"),
    )
    house = House(database, tmp_path, chart)
    key = house.start()
    for count in (1, 2, 3, 3):
        house.later(HOUR)
        assert house.inbox("li.hua") == ["r"] * count
        assert house.problems() == []
    house.vote("he.jun", "a", "approve")
    for _ in range(3):
        house.vote("li.hua", "r")
    assert house.row(key).state == "completed"
    assert house.problems() == []


def test_catches_up_without_drifting_when_nobody_looked_for_a_while(database: Database, tmp_path: Path) -> None:
    chart = diagram(
        "s->a;a->e;t->r;r->e2",
        signed("a", "gm"),
        boundary("t", "a", timer("R3/PT1H", "timeCycle"), interrupting=False),
        plain("r", "dgm"),
        end("e2"),
    )
    house = House(database, tmp_path, chart)
    house.start()
    house.later(timedelta(hours=2, minutes=30))
    assert house.inbox("li.hua") == ["r"] * 2
    house.later(timedelta(minutes=30))
    assert house.inbox("li.hua") == ["r"] * 3


def test_is_gone_with_the_step_it_watched(database: Database, tmp_path: Path) -> None:
    chart = diagram("s->a;a->e;t->r;r->e2", signed("a", "gm"), boundary("t", "a", timer("PT1H")), plain("r", "dgm"), end("e2"))
    house = House(database, tmp_path, chart)
    house.start()
    house.clock.advance(HOUR)
    claimed = claim(house)[0]
    house.vote("he.jun", "a", "approve")
    assert not fire_timer(house.engine, claimed)
    house.later(HOUR)
    assert house.inbox("li.hua") == []
    assert house.problems() == []


def starting(cycle: str, kind: str = "timeCycle") -> bytes:
    return diagram("s->a;a->e", Shape("startEvent", "s", timer(cycle, kind)), plain("a", "gm"))


def test_starts_cases_as_often_as_the_diagram_says(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, starting("R3/PT1H"))
    for count in (1, 2, 3, 3):
        house.later(HOUR)
        assert house.inbox("he.jun") == ["a"] * count
    assert house.problems() == []


def test_starts_cases_for_ever_where_the_diagram_gives_no_number(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, starting("R/PT1H"))
    house.later(timedelta(hours=5))
    assert house.inbox("he.jun") == ["a"] * 5


def test_starts_one_case_at_a_moment(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, starting("2026-03-02T12:00:00+08:00", "timeDate"))
    house.later(timedelta(hours=2))
    assert house.inbox("he.jun") == []
    house.later(HOUR)
    house.later(HOUR)
    assert house.inbox("he.jun") == ["a"]
    assert house.clock.now() == MONDAY + timedelta(hours=4)


def test_an_older_version_starts_no_more_cases(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, starting("R/PT1H"))
    house.later(HOUR)
    house.deploy({"0.bpmn": starting("R/PT4H")})
    house.later(timedelta(hours=3))
    assert house.inbox("he.jun") == ["a"]
    house.later(HOUR)
    assert house.inbox("he.jun") == ["a"] * 2
