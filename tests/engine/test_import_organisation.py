"""Importing the organisation through the command: a new revision, in force from the next command on."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.commands.import_organisation import import_organisation
from engine.errors import InvalidInput
from engine.people import company
from engine.store.database import Database
from tests.engine.house import ADMINISTRATOR, COMPANY, House, diagram, signed


def document() -> dict[str, Any]:
    return copy.deepcopy(company.read(COMPANY.read_text(encoding="utf-8")))


def test_decides_who_owes_the_next_step(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, diagram("s->a;a->e", signed("a", "gm")))
    house.start()
    assert house.inbox("he.jun") == ["a"]
    changed = document()
    for membership in changed["memberships"]:
        if membership["role"] == "gm":
            membership["user"] = "li.hua"
    before = house.engine.directory().revision
    assert import_organisation(house.engine, ADMINISTRATOR, changed) == before + 1
    assert house.inbox("he.jun") == []
    assert house.inbox("li.hua") == ["a"]
    house.vote("li.hua", "a", "approve")
    assert house.problems() == []


def test_is_seen_by_another_process_with_its_next_command(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, diagram("s->a;a->e", signed("a", "gm")))
    other = House(database, tmp_path)
    revision = house.engine.directory().revision
    import_organisation(other.engine, ADMINISTRATOR, document())
    house.start()
    assert house.engine.directory().revision > revision


def _unknown_unit(changed: dict[str, Any]) -> None:
    changed["memberships"][0]["unit"] = "nowhere"


def _unknown_user(changed: dict[str, Any]) -> None:
    changed["memberships"][0]["user"] = "no.body"


def _unknown_role(changed: dict[str, Any]) -> None:
    changed["memberships"][0]["role"] = "emperor"


def _twice(changed: dict[str, Any]) -> None:
    changed["users"].append(dict(changed["users"][0]))


def _circle(changed: dict[str, Any]) -> None:
    first = changed["units"][0]
    child = next(unit for unit in changed["units"] if unit.get("parent") == first["id"])
    first["parent"] = child["id"]


@pytest.mark.parametrize("spoil", [_unknown_unit, _unknown_user, _unknown_role, _twice, _circle])
def test_refuses_what_does_not_fit_together(database: Database, tmp_path: Path, spoil: Callable[[dict[str, Any]], None]) -> None:
    house = House(database, tmp_path)
    revision, changed = house.engine.directory().revision, document()
    spoil(changed)
    with pytest.raises(InvalidInput) as refused:
        import_organisation(house.engine, ADMINISTRATOR, changed)
    assert refused.value.code == "invalid_organisation"
    assert refused.value.facts["problems"]
    house.engine.refresh()
    assert house.engine.directory().revision == revision
