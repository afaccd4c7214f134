"""The ticker of one process: what is due happens by itself, and a clean end waits for what is under way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event

from engine.commands.subscribe_callback import subscribe_callback
from engine.engine import Engine
from engine.store.database import Database
from engine.work import ticker
from tests.engine.bpmn_story import SIGNAL, catch, end, timer
from tests.engine.house import ADMINISTRATOR, House, diagram, plain
from tests.engine.receiver import receiving

WAITING = diagram("s->t;t->a;a->e", catch("t", timer("PT1H")), plain("a", "gm"))


@contextmanager
def ticking(house: House) -> Iterator[Engine]:
    house.engine.settings = replace(house.engine.settings, tick_seconds=0.05)
    running = ticker.start(house.engine)
    try:
        yield house.engine
    finally:
        running.stop()


def eventually(what: Callable[[], bool]) -> bool:
    """Looks up to six hundred times; in between it waits for nothing but its turn."""
    pause = Event()
    return any(what() or pause.wait(0.05) for _ in range(600))


def test_fires_what_is_due_without_being_asked(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, WAITING)
    house.start()
    with ticking(house):
        house.clock.advance(timedelta(hours=1))
        assert eventually(lambda: house.inbox("he.jun") == ["a"])
    assert house.problems() == []


def test_takes_up_what_one_case_causes_in_another(database: Database, tmp_path: Path) -> None:
    listener = diagram("s->m;m->a;a->e", catch("m", SIGNAL), plain("a", "gm"))
    thrower = diagram("s->x", end("x", SIGNAL), process="t")
    house = House(database, tmp_path, listener, thrower)
    house.start()
    with ticking(house):
        house.start(process="t")
        assert eventually(lambda: house.inbox("he.jun") == ["a"])
    assert house.problems() == []


def test_sends_callbacks(database: Database, tmp_path: Path) -> None:
    with receiving() as receiver:
        house = House(database, tmp_path, WAITING, private_callbacks=frozenset({f"127.0.0.1:{receiver.port}"}))
        subscribe_callback(house.engine, ADMINISTRATOR, receiver.address, event_types=["case.started"])
        with ticking(house):
            house.start()
            assert eventually(lambda: len(receiver.got) == 1)
    assert receiver.events() == ["case.started"]


def test_does_nothing_more_once_it_has_ended(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, WAITING)
    house.start()
    with ticking(house):
        pass
    house.clock.advance(timedelta(hours=1))
    assert house.inbox("he.jun") == []
