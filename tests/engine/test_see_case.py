"""Who may see a case, and which part of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import NotAllowed
from engine.queries import case as case_query
from engine.store.database import Database
from engine.store.instances import of_tree
from tests.engine.bpmn_story import call
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
