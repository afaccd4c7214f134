"""Commenting on a case through the command."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.commands.comment_instance import comment_instance
from engine.errors import InvalidInput, NotAllowed, NotFound
from engine.store import comments
from engine.store.database import Database
from tests.engine.house import House, diagram, signed


def begun(database: Database, folder: Path) -> tuple[House, int]:
    house = House(database, folder, diagram("s->a;a->e", signed("a", "gm")))
    return house, house.start()


def test_is_kept_and_stands_in_the_timeline(database: Database, tmp_path: Path) -> None:
    house, key = begun(database, tmp_path)
    before = house.row(key)
    comment_instance(house.engine, house.actor("he.jun"), key, "请补充 🎉", task_key=house.task("a"))
    assert "case.commented" in house.history(key)
    with database.reading() as connection:
        assert [(row.author, row.text) for row in comments.of_tree(connection, key)] == [("he.jun", "请补充 🎉")]
    assert house.row(key) == before
    assert house.problems() == []


@pytest.mark.parametrize("text", ["", "  \n", "x" * 10_001])
def test_refuses_nothing_and_a_book(database: Database, tmp_path: Path, text: str) -> None:
    house, key = begun(database, tmp_path)
    with pytest.raises(InvalidInput) as refused:
        comment_instance(house.engine, house.actor("lin.yue"), key, text)
    assert refused.value.code == "invalid_request"


def test_keeps_strangers_out(database: Database, tmp_path: Path) -> None:
    house, key = begun(database, tmp_path)
    with pytest.raises(NotAllowed):
        comment_instance(house.engine, house.actor("ma.liang"), key, "hello")
    with pytest.raises(NotFound):
        comment_instance(house.engine, house.actor("ma.liang"), 5, "hello")


def test_refuses_a_task_of_another_case(database: Database, tmp_path: Path) -> None:
    house, _ = begun(database, tmp_path)
    task = house.task("a")
    with pytest.raises(NotFound) as refused:
        comment_instance(house.engine, house.actor("lin.yue"), house.start(), "x", task_key=task)
    assert refused.value.code == "task_not_found"
