"""Setting variables of a case from outside, through the command."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.commands.set_variables import set_variables
from engine.errors import NotAllowed, NotFound, WrongState
from engine.store.database import Database
from tests.engine.house import ADMINISTRATOR, House, diagram, plain

CHART = diagram("s->a;a->e", plain("a", "gm"), title='="合同 " + number')


def test_changes_the_case_and_its_title(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, CHART)
    key = house.start(number="1", kept=True)
    set_variables(house.engine, ADMINISTRATOR, key, {"number": "2", "金额": 5})
    assert house.variables(key) == {"number": "2", "kept": True, "金额": 5}
    assert house.row(key).title == "合同 2"
    assert house.inbox("he.jun") == ["a"]
    assert house.problems() == []


def test_is_for_administrators(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, CHART)
    key = house.start(number="1")
    with pytest.raises(NotAllowed) as refused:
        set_variables(house.engine, house.actor("lin.yue"), key, {"number": "2"})
    assert refused.value.code == "not_allowed"
    assert house.variables(key)["number"] == "1"


def test_refuses_a_case_that_has_ended_and_one_that_never_was(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, CHART)
    key = house.start(number="1")
    house.cancel(key)
    with pytest.raises(WrongState) as ended:
        set_variables(house.engine, ADMINISTRATOR, key, {"number": "2"})
    assert ended.value.code == "instance_ended"
    with pytest.raises(NotFound) as unknown:
        set_variables(house.engine, ADMINISTRATOR, 5, {"number": "2"})
    assert unknown.value.code == "instance_not_found"


def test_keeps_a_step_that_is_not_open_from_being_written_to(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, CHART)
    key = house.start(number="1")
    with pytest.raises(NotFound) as refused:
        set_variables(house.engine, ADMINISTRATOR, key, {"x": 1}, n=99)
    assert refused.value.code == "element_not_found"
    assert house.problems() == []
