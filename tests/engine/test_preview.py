"""Who is next: what the preview says is what then happens."""

from __future__ import annotations

from pathlib import Path

from engine.queries.preview import preview
from engine.store.database import Database
from tests.engine.bpmn_story import MESSAGE, catch, gateway
from tests.engine.house import House, diagram, signed


def test_names_the_steps_to_come_with_their_seats(database: Database, tmp_path: Path) -> None:
    flows = "s->a;a->x;x-[=amount > 10]->b;x-[*]->c;b->c;c->e"
    shapes = (signed("a", "sales_manager"), signed("b", "dgm,gm"), signed("c", "gm_office"), gateway("exclusive", "x"))
    made = House(database, tmp_path, diagram(flows, *shapes))
    large, small = made.start(amount=11), made.start(amount=10)
    seen = preview(made.engine, made.actor("lin.yue"), large)
    assert [(step.element_id, step.seats) for step in seen.steps] == [
        ("b", ("role:dgm", "role:gm")),
        ("c", ("role:gm_office",)),
    ]
    assert seen.ends
    assert [step.element_id for step in preview(made.engine, made.actor("lin.yue"), small).steps] == ["c"]


def test_stops_where_the_case_waits_for_a_message(database: Database, tmp_path: Path) -> None:
    made = House(database, tmp_path, diagram("s->a;a->w;w->b;b->e", signed("a", "gm"), catch("w", MESSAGE), signed("b", "dgm")))
    key = made.start(key="k")
    seen = preview(made.engine, made.actor("lin.yue"), key)
    assert (seen.steps, seen.waits_for, seen.ends) == ((), (("message", "w"),), False)


def test_changes_nothing(database: Database, tmp_path: Path) -> None:
    made = House(database, tmp_path, diagram("s->a;a->b;b->e", signed("a", "gm"), signed("b", "dgm")))
    key = made.start()
    before = made.row(key)
    preview(made.engine, made.actor("lin.yue"), key)
    assert made.row(key) == before
    assert made.problems() == []


def test_what_it_says_then_happens(database: Database, tmp_path: Path) -> None:
    made = House(
        database, tmp_path, diagram("s->a;a->b;b->c;c->e", signed("a", "gm"), signed("b", "dgm"), signed("c", "gm_office"))
    )
    key = made.start()
    said = [step.element_id for step in preview(made.engine, made.actor("lin.yue"), key).steps]
    made.vote("he.jun", "a", "approve")
    happened = made.inbox("li.hua")
    made.vote("li.hua", "b", "approve")
    assert [*happened, *made.inbox("gu.mei")] == said


def test_stops_where_only_an_answer_can_lead_on(database: Database, tmp_path: Path) -> None:
    flows = "s->a;a->b;b->x;x-[=ok]->e;x-[*]->b"
    made = House(database, tmp_path, diagram(flows, signed("a", "gm"), signed("b", "dgm"), gateway("exclusive", "x")))
    seen = preview(made.engine, made.actor("lin.yue"), made.start())
    assert ([step.element_id for step in seen.steps], seen.stopped_by) == (["b"], ("depends_on_answers",))
