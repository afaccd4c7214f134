"""Who may see a case, and which part of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.errors import NotAllowed
from engine.queries import case as case_query
from engine.queries import instances, tasks
from engine.queries.search_request import AllOf, AnyOf, Condition, HasVariable, Operator, SearchRequest
from engine.store.database import Database
from engine.store.instances import of_tree
from tests.engine.bpmn_story import call, job, mapping
from tests.engine.house import House, diagram, signed


def test_what_a_confidential_case_called_shows_it_to_nobody_more(database: Database, tmp_path: Path) -> None:
    """The timeline is of the whole case: the readers of the called process must not come to it through their part."""
    house = House(database, tmp_path)
    inner = diagram("s->a;a->e", signed("a", "gm"), process="inner")
    house.deploy({"inner/inner.bpmn": inner, "inner/process.yaml": b"may_see: [archivist]"})
    house.deploy({"p/p.bpmn": diagram("s->c;c->e", call("c", "inner")), "p/process.yaml": b"confidential: true"})
    key = house.start()
    with database.reading() as connection:
        called = next(row.key for row in of_tree(connection, key) if row.key != key)
    for user in ("tao.ning", "zhao.ming"):  # a reader of the called process, and the starter's superior
        with pytest.raises(NotAllowed) as refused:
            case_query.timeline(house.engine, house.actor(user), called)
        assert refused.value.code == "not_allowed"
    assert case_query.timeline(house.engine, house.actor("he.jun"), called)


def test_a_search_by_role_finds_nothing_of_that_role_in_another_unit(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, diagram("s->a;a->e", signed("a", "employee@finance")))
    house.start()
    asked = SearchRequest(AllOf((Condition("candidateGroup", Operator.EQ, "employee"),)))
    assert len(tasks.find(house.engine, house.actor("xu.fan"), asked).items) == 1
    assert tasks.find(house.engine, house.actor("tao.ning"), asked).items == []


@pytest.mark.parametrize("find", [tasks.find, instances.find], ids=["tasks", "cases"])
def test_people_do_not_search_by_what_variables_hold(database: Database, tmp_path: Path, find: Any) -> None:
    house = House(database, tmp_path, diagram("s->a;a->e", signed("a", "gm", field__salary="hide")))
    house.start(salary=100)
    member = "processInstanceVariables" if find is tasks.find else "variables"
    guess = HasVariable(member, "salary", (Condition("value", Operator.EQ, "100"),))
    with pytest.raises(NotAllowed) as refused:
        find(house.engine, house.actor("he.jun"), SearchRequest(AllOf((AnyOf((AllOf((guess,)),)),))))
    assert refused.value.code == "not_allowed"
    assert len(find(house.engine, house.actor("admin"), SearchRequest(AllOf((guess,)))).items) == 1


def test_the_timeline_quotes_no_variables_to_participants(database: Database, tmp_path: Path) -> None:
    inputs = {"to": "=[starter]", "subject": '="pays " + string(salary)', "text": '="it is " + string(salary)'}
    notice = job("w", "gc.notify", mapping(inputs))
    house = House(database, tmp_path, diagram("s->w;w->a;a->b;b->e", notice, signed("a", "gm"), signed("b", "=who")))
    key = house.start(salary=31_000, who="grade-31000")
    house.vote("he.jun", "a", "approve")

    def told(user: str) -> str:
        return "".join(str(line.payload) for line in case_query.timeline(house.engine, house.actor(user), key))

    assert [incident.kind for incident in house.incidents()] == ["assignment_error"]
    assert "31000" not in told("he.jun")
    assert told("admin").count("31000") == 3
