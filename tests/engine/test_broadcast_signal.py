"""Broadcasting a signal through the command."""

from __future__ import annotations

from pathlib import Path

from engine.commands.broadcast_signal import broadcast_signal
from engine.store import instances
from engine.store.database import Database
from tests.engine.bpmn_story import SIGNAL, Shape, catch, end
from tests.engine.house import House, diagram, plain

WAITING = diagram("s->m;m->a;a->e", catch("m", SIGNAL), plain("a", "gm"))
STARTED = diagram("s->a;a->e", Shape("startEvent", "s", SIGNAL), plain("a", "dgm"), process="q")


def test_reaches_every_case_that_waits_and_starts_what_begins_with_it(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, WAITING, STARTED)
    one, two = house.start(), house.start()
    broadcast_signal(house.engine, "alarm", variables={"level": 3})
    assert house.inbox("he.jun") == ["a", "a"]
    assert house.inbox("li.hua") == ["a"]
    assert house.variables(one) == house.variables(two) == {"level": 3}
    assert house.problems() == []


def test_is_gone_when_nobody_waits(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, WAITING)
    broadcast_signal(house.engine, "alarm")
    house.start()
    house.work()
    assert house.inbox("he.jun") == []
    broadcast_signal(house.engine, "other")
    assert house.inbox("he.jun") == []


def test_thrown_by_a_case_reaches_the_others(database: Database, tmp_path: Path) -> None:
    thrower = diagram("s->x", end("x", SIGNAL), process="t")
    house = House(database, tmp_path, WAITING, thrower)
    house.start()
    house.start(process="t")
    assert house.inbox("he.jun") == []
    house.work()
    assert house.inbox("he.jun") == ["a"]
    assert house.problems() == []


def test_one_receiver_that_cannot_take_it_does_not_keep_it_from_the_others(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, WAITING)
    first, second = house.start(), house.start()
    with database.transaction() as connection:
        instances.change(connection, first, suspended=True)
    broadcast_signal(house.engine, "alarm")
    assert len(house.inbox("he.jun")) == 1
    assert house.row(second).state == "active"
