"""Who is asked when a step opens, and what happens where too few people may sign."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.store.database import Database
from tests.engine.bpmn_story import MESSAGE, Shape
from tests.engine.house import House, diagram, signed


@pytest.mark.parametrize("nobody", ["incident", "skip"])
def test_opens_an_incident_where_fewer_people_may_sign_than_must(database: Database, tmp_path: Path, nobody: str) -> None:
    house = House(database, tmp_path, diagram("s->a;a->e", signed("a", "gm", sign="count:2", nobody=nobody)))
    house.start()
    assert house.inbox("he.jun") == []
    assert [incident.kind for incident in house.incidents()] == ["nobody_found"]
    assert house.problems() == []


def test_does_not_count_the_starter_among_those_who_may_sign(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, diagram("s->a;a->e", signed("a", "finance_accountant", sign="count:2")))
    house.start(by="ma.liang")
    assert [incident.kind for incident in house.incidents()] == ["nobody_found"]


@pytest.mark.parametrize(("nobody", "asked"), [("role:dgm", "li.hua"), ("superior", "xu.fan")])
def test_asks_one_more_where_one_of_two_may_not_sign(database: Database, tmp_path: Path, nobody: str, asked: str) -> None:
    house = House(database, tmp_path, diagram("s->a;a->e", signed("a", "finance_accountant", sign="count:2", nobody=nobody)))
    key = house.start(by="ma.liang")
    house.vote("qiu.yan", "a", "approve")
    assert house.row(key).state == "active"
    house.vote(asked, "a", "approve")
    assert house.row(key).state == "completed"
    assert house.problems() == []


def test_counts_people_of_different_units_where_they_must_be(database: Database, tmp_path: Path) -> None:
    step = signed("a", "finance_accountant", sign="count:2", different="unit")
    house = House(database, tmp_path, diagram("s->a;a->e", step))
    house.start()
    assert [incident.kind for incident in house.incidents()] == ["nobody_found"]


REPORT = json.dumps(
    {
        "type": "default",
        "id": "f",
        "schemaVersion": 16,
        "components": [{"type": "textfield", "key": "note", "label": "Note", "validate": {"required": True}}],
    }
).encode()


@pytest.mark.parametrize("owner", ["confidential: false", "owner_role: archivist"])
def test_asks_the_owners_for_what_a_message_left_out_where_nobody_started_the_case(
    database: Database, tmp_path: Path, owner: str
) -> None:
    came = Shape("startEvent", "m", MESSAGE)
    chart = diagram("s->a;m->a;a->e", came, signed("a", "gm"), form="f")
    house = House(database, tmp_path)
    house.deploy({"p/p.bpmn": chart, "p/process.yaml": owner.encode(), "p/f.form": REPORT})
    house.publish("m1", "1")
    house.work()
    if "archivist" in owner:
        assert house.inbox("tao.ning") == ["s"]
        house.vote("tao.ning", "s", note="found it")
        assert house.inbox("he.jun") == ["a"]
    else:
        assert [incident.kind for incident in house.incidents()] == ["nobody_found"]
    assert house.problems() == []
