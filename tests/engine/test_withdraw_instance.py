"""Taking one's own case back through the command."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import NotAllowed, NotFound, WrongState
from engine.store.database import Database
from tests.engine.bpmn_story import Shape, body, call, end
from tests.engine.house import House, diagram, plain, signed

SIMPLE = diagram("s->a;a->e", signed("a", "gm"))


def test_ends_the_case_as_withdrawn(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, SIMPLE)
    key = house.start()
    house.withdraw("lin.yue", reason="mistake")
    assert (house.row(key).state, house.row(key).outcome) == ("terminated", "withdrawn")
    assert house.inbox("he.jun") == []
    assert house.items("a") == [("role:gm", "withdrawn")]
    assert "case.withdrawn" in house.history(key)
    assert house.problems() == []


def test_ends_what_the_case_called_too(database: Database, tmp_path: Path) -> None:
    outer = diagram("s->c;c->e", call("c", "q"))
    inner = diagram("s->i;i->e", signed("i", "gm"), process="q")
    house = House(database, tmp_path, outer, inner)
    house.start()
    house.withdraw("lin.yue")
    assert house.inbox("he.jun") == []
    assert house.problems() == []


def test_refuses_a_called_case_alone(database: Database, tmp_path: Path) -> None:
    from engine.store import instances

    outer = diagram("s->c;c->e", call("c", "q"))
    house = House(database, tmp_path, outer, diagram("s->i;i->e", signed("i", "gm"), process="q"))
    key = house.start()
    with database.reading() as connection:
        called = instances.read_called(connection, key)[0].key
    with pytest.raises(WrongState) as refused:
        house.withdraw("lin.yue", called)
    assert refused.value.code == "wrong_state"
    with pytest.raises(WrongState):
        house.cancel(called)
    assert house.problems() == []


def test_lets_nobody_but_the_starter_withdraw(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, SIMPLE)
    key = house.start()
    for user in ("he.jun", "wang.lei", "admin"):
        with pytest.raises(NotAllowed) as refused:
            house.withdraw(user)
        assert refused.value.code == "not_allowed"
    assert house.row(key).state == "active"


def test_refuses_once_the_step_is_done_that_the_process_names(database: Database, tmp_path: Path) -> None:
    chart = diagram("s->a;a->b;b->e", signed("a", "sales_manager"), signed("b", "gm"), withdraw_until="a")
    house = House(database, tmp_path, chart)
    house.start()
    house.withdraw("lin.yue")
    key = house.start()
    house.vote("wang.lei", "a", "approve")
    with pytest.raises(WrongState) as refused:
        house.withdraw("lin.yue")
    assert refused.value.code == "withdraw_too_late"
    assert house.row(key).state == "active"
    assert house.inbox("he.jun") == ["b"]


def test_refuses_once_any_of_several_named_steps_is_done(database: Database, tmp_path: Path) -> None:
    chart = diagram("s->a;a->b;b->e", signed("a", "sales_manager"), signed("b", "gm"), withdraw_until="b, a")
    house = House(database, tmp_path, chart)
    house.start()
    house.vote("wang.lei", "a", "approve")
    with pytest.raises(WrongState) as refused:
        house.withdraw("lin.yue")
    assert (refused.value.code, refused.value.facts["until"]) == ("withdraw_too_late", "a")


def test_goes_the_way_the_diagram_draws_for_a_withdrawal(database: Database, tmp_path: Path) -> None:
    message = (
        '<message id="mw" name="gc.withdraw"><extensionElements>'
        '<zeebe:subscription correlationKey="=&quot;&quot;"/></extensionElements></message>'
    )
    begin = Shape("startEvent", "w_s", '<messageEventDefinition messageRef="mw"/>', "", {"isInterrupting": "true"})
    clean_up = Shape(
        "subProcess",
        "w",
        body("w_s->w_t;w_t->w_e", begin, plain("w_t", "archivist"), end("w_e")),
        "",
        {"triggeredByEvent": "true"},
    )
    chart = diagram("s->a;a->e", signed("a", "gm"), clean_up).replace(b"<process ", message.encode() + b"<process ", 1)
    house = House(database, tmp_path, chart)
    key = house.start()
    house.withdraw("lin.yue", reason="mistake")
    assert house.row(key).state == "active"
    assert house.inbox("he.jun") == []
    assert house.inbox("tao.ning") == ["w_t"]
    assert house.problems() == []
    house.vote("tao.ning", "w_t")
    assert house.row(key).state == "completed"
    assert house.problems() == []


def test_refuses_a_case_that_has_ended_and_one_that_never_was(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, SIMPLE)
    key = house.start()
    house.withdraw("lin.yue")
    with pytest.raises(WrongState) as ended:
        house.withdraw("lin.yue", key)
    assert ended.value.code == "instance_ended"
    with pytest.raises(NotFound) as unknown:
        house.withdraw("lin.yue", 5)
    assert unknown.value.code == "instance_not_found"
