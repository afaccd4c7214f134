"""抄送: who is told of a case without a seat in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import InvalidInput
from engine.queries import copies, instances
from engine.store.database import Database
from tests.engine.house import House, diagram, signed


def told(house: House, user: str) -> list[str | None]:
    """The steps that told this person of a case; None: the start of it."""
    return [copy.element_id for copy in copies.find(house.engine, house.actor(user), limit=10)]


def test_tells_people_and_roles_when_the_step_opens(database: Database, tmp_path: Path) -> None:
    chart = diagram("s->a;a->b;b->e", signed("a", "sales_manager"), signed("b", "gm", copy_to="archivist, su.wen"))
    house = House(database, tmp_path, chart)
    key = house.start()
    assert told(house, "tao.ning") == told(house, "su.wen") == []
    house.vote("wang.lei", "a", "approve")
    assert told(house, "tao.ning") == told(house, "su.wen") == ["b"]
    assert house.inbox("tao.ning") == []
    assert told(house, "he.jun") == []
    assert "case.copied" in house.history(key)


def test_who_was_told_may_see_the_case(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, diagram("s->a;a->e", signed("a", "gm"), copy_to='=["su.wen"]'))
    key = house.start()
    assert told(house, "su.wen") == [None]
    assert instances.get(house.engine, house.actor("su.wen"), key).key == key


def test_who_cannot_be_told_does_not_hold_the_case_up(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, diagram("s->a;a->e", signed("a", "gm", copy_to="=somebody")))
    key = house.start(somebody="nobody.known")
    assert house.inbox("he.jun") == ["a"]
    assert "case.copy_failed" in house.history(key)
    assert house.problems() == []


def test_refuses_a_diagram_that_tells_nobody_of_the_organisation(database: Database, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="names 'nobody"):
        House(database, tmp_path, diagram("s->a;a->e", signed("a", "gm", copy_to="nobody.known")))
