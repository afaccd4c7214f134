"""Giving a claimed task back through the command."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.commands.release_task import release_task
from engine.errors import Conflict, NotFound, WrongState
from engine.store.database import Database
from tests.engine.house import House, diagram, plain, signed


def release(house: House, user: str, element_id: str = "a") -> None:
    release_task(house.engine, house.actor(user), house.task(element_id))


def test_puts_the_task_back_into_the_pool(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, diagram("s->a;a->e", signed("a", "finance_accountant")))
    key = house.start()
    house.claim("ma.liang", "a")
    release(house, "ma.liang")
    assert house.inbox("qiu.yan") == house.inbox("ma.liang") == ["a"]
    assert house.history(key).count("task.released") == 1
    house.claim("qiu.yan", "a")
    assert house.problems() == []


def test_shows_a_plain_task_to_its_other_group_again(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, diagram("s->a;a->e", plain("a", "finance_accountant,gm")))
    house.start()
    house.claim("ma.liang", "a")
    release(house, "ma.liang")
    assert house.inbox("he.jun") == house.inbox("ma.liang") == ["a"]
    house.vote("he.jun", "a")
    assert house.problems() == []


def test_frees_one_seat_of_a_step_that_two_must_sign(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, diagram("s->a;a->e", signed("a", "finance_accountant", sign="count:2")))
    key = house.start()
    house.claim("ma.liang", "a")
    house.claim("qiu.yan", "a")
    release(house, "ma.liang")
    assert house.inbox("ma.liang") == ["a"]
    house.vote("qiu.yan", "a", "approve")
    assert house.row(key).state == "active"
    house.vote("ma.liang", "a", "approve")
    assert house.row(key).state == "completed"
    assert house.problems() == []


def test_refuses_what_one_has_not_claimed(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, diagram("s->a;a->e", signed("a", "finance_accountant")))
    house.start()
    with pytest.raises(Conflict) as refused:
        release(house, "ma.liang")
    assert refused.value.code == "not_claimed"
    house.claim("ma.liang", "a")
    with pytest.raises(Conflict) as refused:
        release(house, "qiu.yan")
    assert refused.value.code == "not_claimed"
    assert house.inbox("ma.liang") == ["a"]


def test_refuses_to_release_a_task_that_is_ones_own_by_name(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, diagram("s->a;a->e", signed("a", assignee="ma.liang")))
    house.start()
    with pytest.raises(Conflict) as refused:
        release(house, "ma.liang")
    assert refused.value.code == "not_claimed"
    assert house.inbox("ma.liang") == ["a"]


def test_refuses_a_decided_task_and_one_that_never_was(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, diagram("s->a;a->e", signed("a", "finance_accountant")))
    house.start()
    house.claim("ma.liang", "a")
    house.vote("ma.liang", "a", "approve")
    with pytest.raises(WrongState) as decided:
        release(house, "ma.liang")
    assert decided.value.code == "task_already_decided"
    with pytest.raises(NotFound):
        release_task(house.engine, house.actor("ma.liang"), 5)


def test_a_release_leaves_a_vote_alone_that_was_cast_meanwhile(database: Database, tmp_path: Path) -> None:
    """The release has read the seat as open; by the time it closes the seat, a colleague has voted on it."""
    from engine.store import work_items

    house = House(database, tmp_path, diagram("s->a;a->e", signed("a", "finance_accountant", sign="count:2")))
    key = house.start()
    house.claim("ma.liang", "a")
    house.vote("qiu.yan", "a", "approve")
    with database.reading() as connection:
        voted = next(item for item in work_items.of_tree(connection, key) if item.decided_by == "qiu.yan")
    with database.transaction() as connection:
        work_items.turn(connection, voted.key, "waiting")
    assert [state for _, state in house.items("a")] == ["open", "done"]
