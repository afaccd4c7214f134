"""Gateways and sequence flows."""

from __future__ import annotations

import pytest

from engine.bpmn.waits import WaitKind
from tests.engine.bpmn_story import MESSAGE, Shape, begun, boundary, catch, diagram, end, gateway, script, sub, timer, user

CHOICE = diagram(
    "s->x; x-[=amount > 500]->gm; x-[=amount > 100]->dgm; x-[*]->clerk; gm->e; dgm->e; clerk->e",
    gateway("exclusive", "x"),
    user("gm"),
    user("dgm"),
    user("clerk"),
)
WITHOUT_DEFAULT = diagram(
    "s->x; x-[=amount > 500]->gm; x-[=amount <= 500]->clerk; gm->e; clerk->e",
    gateway("exclusive", "x"),
    user("gm"),
    user("clerk"),
)


@pytest.mark.parametrize(("amount", "step"), [(501, "gm"), (500, "dgm"), (101, "dgm"), (100, "clerk")])
def test_an_exclusive_gateway_takes_the_first_true_flow(amount: int, step: str) -> None:
    begun(CHOICE, amount=amount).at(step).finish()


def test_a_missing_variable_takes_the_default_flow() -> None:
    begun(CHOICE).at("clerk").finish()


def test_a_missing_variable_without_a_default_flow_is_an_incident_that_names_it() -> None:
    story = begun(WITHOUT_DEFAULT)
    incident = story.wait("x", WaitKind.INCIDENT)
    assert incident.name == "condition_not_boolean"
    assert incident.facts["missing"] == "amount"
    assert "amount is missing" in incident.sentence
    story.set(amount=600).act("retry", "x").at("gm").finish()


def test_a_condition_that_is_a_number_is_an_incident() -> None:
    xml = diagram("s->x; x-[=1 + 1]->a; x-[*]->e; a->e", gateway("exclusive", "x"), user("a"))
    assert begun(xml).wait("x", WaitKind.INCIDENT).name == "condition_not_boolean"


def test_no_true_condition_and_no_default_is_an_incident() -> None:
    xml = diagram("s->x; x-[=n = 1]->a; x-[=n = 2]->e; a->e", gateway("exclusive", "x"), user("a"))
    story = begun(xml, n=3)
    assert story.wait("x", WaitKind.INCIDENT).name == "no_flow_taken"
    story.set(n=1).act("retry", "x").at("a").finish()


def test_an_incident_stops_only_its_own_token() -> None:
    xml = diagram(
        "s->f; f->x; f->a; x-[=n > 1]->b; x-[=n < 1]->e; a->a2; a2->e; b->e",
        gateway("parallel", "f"),
        gateway("exclusive", "x"),
        *map(user, ("a", "a2", "b")),
    )
    story = begun(xml).at("a").do("a").at("a2").do("a2")
    assert not story.ended
    story.set(n=2).act("retry", "x").at("b").finish()


def test_flows_out_of_a_task_split() -> None:
    begun(diagram("s->a; a->b; a->c; b->e; c->e", *map(user, "abc"))).do("a").at("b", "c").finish()


@pytest.mark.parametrize(("n", "steps"), [(1, ("b", "d")), (5, ("b", "c")), (20, ("b", "c", "c2"))])
def test_flows_out_of_a_task_may_have_conditions_and_a_default(n: int, steps: tuple[str, ...]) -> None:
    xml = diagram(
        "s->a; a->b; a-[=n > 3]->c; a-[=n > 10]->c2; a-[*]->d; b->e; c->e; c2->e; d->e",
        *map(user, ("a", "b", "c", "c2", "d")),
    )
    begun(xml, n=n).do("a").at(*steps).finish()


def test_a_false_condition_on_the_only_flow_is_an_incident() -> None:
    story = begun(diagram("s->a; a-[=n > 3]->b; b->e", user("a"), user("b")), n=1).do("a")
    assert story.wait("a", WaitKind.INCIDENT).name == "no_flow_taken"
    story.set(n=9).act("retry", "a").at("b").finish()


def test_merging_without_a_gateway_lets_each_token_pass() -> None:
    xml = diagram("s->f; f->a; f->b; a->c; b->c; c->e", gateway("parallel", "f"), *map(user, "abc"))
    begun(xml).do("a", "b").at("c", "c").finish()


def test_a_parallel_join_consumes_one_token_per_flow() -> None:
    xml = diagram(
        "s->f; f->a; f->a2; f->b; f->b2; a->m; a2->m; b->n; b2->n; m->j; n->j; j->d; d->e",
        gateway("parallel", "f", "j"),
        gateway("exclusive", "m", "n"),
        *map(user, ("a", "a2", "b", "b2", "d")),
    )
    story = begun(xml).do("a", "a2", "b").at("b2", "d").do("b2").at("d", "d")
    assert [len(row.arrivals) for row in story.rows("j")] == [2, 2]
    story.finish()


def test_a_surplus_token_waits_and_is_not_lost() -> None:
    xml = diagram(
        "s->f; f->a; f->a2; f->b; a->m; a2->m; m->j; b->j; j->d; d->e",
        gateway("parallel", "f", "j"),
        gateway("exclusive", "m"),
        *map(user, ("a", "a2", "b", "d")),
    )
    story = begun(xml).do("a", "a2", "b", "d")
    assert not story.ended
    deadlock = story.wait("j", WaitKind.INCIDENT)
    assert deadlock.name == "deadlock", "BPMN: the second token of one flow waits for a partner that never comes"
    story.back("j", "a2").at("a2").do("a2").act("retry", "j").at("d").finish()


def test_tokens_that_wait_for_each_other_only_are_told_to_somebody() -> None:
    xml = diagram(
        "s->f; f->a; f->b; a->x; x-[=skip]->e; x-[*]->j; b->j; j->d; d->e",
        gateway("parallel", "f", "j"),
        gateway("exclusive", "x"),
        *map(user, "abd"),
    )
    story = begun(xml).do("b").at("a").do("a", skip=True)
    assert [wait.name for wait in story.waits()] == ["deadlock"]
    story.back("j", "b").at("b").do("b").act("retry", "j").at("d").finish()
    assert begun(xml).do("b").do("a", skip=False).at("d").finish().ended


def test_a_parallel_block_in_a_loop_and_a_redo_loop_in_a_branch() -> None:
    xml = diagram(
        "s->t; t->f; f->a; f->b; a->x; x-[=redo]->a; x-[*]->j; b->j; j->inc; inc->y; y-[=n < 2]->t; y-[*]->e",
        gateway("exclusive", "t", "x", "y"),
        gateway("parallel", "f", "j"),
        user("a"),
        user("b"),
        script("inc", "=n + 1", "n"),
    )
    story = begun(xml, n=0).do("a", redo=True).at("a", "b").do("b").do("a", redo=False).at("a", "b").finish(redo=False)
    assert (story.visited("j"), story.visited("a")) == (2, 3)


def test_a_loop_of_thousands_of_steps_has_no_horizon() -> None:
    xml = diagram(
        "s->t; t->inc; inc->x; x-[=n < 2500]->t; x-[*]->a; a->e",
        gateway("exclusive", "t", "x"),
        script("inc", "=n + 1", "n"),
        user("a"),
    )
    story = begun(xml, n=0).at("a")
    assert story.variables["n"] == 2500
    story.finish()


def test_a_loop_that_waits_for_nothing_becomes_an_incident() -> None:
    xml = diagram("s->t; t->n; n->t", gateway("exclusive", "t"), script("n", "=1", "n"))
    story = begun(xml)
    assert [wait.name for wait in story.waits()] == ["endless_loop"]


INCLUSIVE = diagram(
    "s->f; f-[=a]->ta; f-[=b]->tb; f-[*]->tc; ta->j; tb->j; tc->j; j->d; d->e",
    gateway("inclusive", "f", "j"),
    *map(user, ("ta", "tb", "tc", "d")),
)


@pytest.mark.parametrize(
    ("a", "b", "steps"), [(True, True, ("ta", "tb")), (True, False, ("ta",)), (False, True, ("tb",)), (False, False, ("tc",))]
)
def test_an_inclusive_gateway_takes_every_true_flow_and_joins_them(a: bool, b: bool, steps: tuple[str, ...]) -> None:
    story = begun(INCLUSIVE, a=a, b=b).at(*steps)
    story.do(*steps[:-1]).at(steps[-1]).do(steps[-1]).at("d").finish()
    assert story.visited("d") == 1


def test_an_inclusive_join_waits_for_a_loop_inside_a_branch() -> None:
    xml = diagram(
        "s->f; f-[=true]->a; f-[=true]->b; a->x; x-[=redo]->a; x-[*]->j; b->j; j->d; d->e",
        gateway("inclusive", "f", "j"),
        gateway("exclusive", "x"),
        *map(user, "abd"),
    )
    begun(xml).do("b").at("a").do("a", redo=True).at("a").do("a", redo=False).at("d").finish()


def test_an_inclusive_block_in_a_loop_joins_each_round() -> None:
    xml = diagram(
        "s->t; t->f; f-[=true]->a; f-[=n < 1]->b; a->j; b->j; j->inc; inc->x; x-[=n < 2]->t; x-[*]->e",
        gateway("exclusive", "t", "x"),
        gateway("inclusive", "f", "j"),
        user("a"),
        user("b"),
        script("inc", "=n + 1", "n"),
    )
    story = begun(xml, n=0).do("a").at("b").do("b").at("a").do("a")
    assert (story.ended, story.visited("j")) == (True, 2)


def test_an_inclusive_join_goes_on_when_the_other_branch_is_interrupted_away() -> None:
    xml = diagram(
        "s->f; f-[=true]->a; f-[=true]->b; a->j; b->j; j->d; d->e; bt->gone",
        gateway("inclusive", "f", "j"),
        *map(user, "abd"),
        boundary("bt", "b", MESSAGE),
        end("gone"),
    )
    begun(xml, key="k").do("a").at("b").fire("bt").at("d").finish()


def test_an_event_based_gateway_takes_the_first_event_and_forgets_the_rest() -> None:
    xml = diagram(
        "s->g; g->t; g->m; g->r; t->a; m->b; r->c; a->e; b->e; c->e",
        gateway("eventBased", "g"),
        catch("t", timer("PT1H")),
        catch("m", MESSAGE),
        Shape("receiveTask", "r", attributes={"messageRef": "m2"}),
        *map(user, "abc"),
    )
    story = begun(xml, key="k")
    assert [(w.element_id, w.kind) for w in story.waits()] == [
        ("t", WaitKind.TIMER),
        ("m", WaitKind.MESSAGE),
        ("r", WaitKind.MESSAGE),
    ]
    story.fire("r", note="came").at("c")
    assert len(story.waits()) == 1
    assert story.variables["note"] == "came"
    assert story.visited("t") == 0, "an event that did not happen was never entered"
    assert story.rows("r")[0].causes == (story.rows("g")[0].n,)
    story.finish()


def test_without_start_and_end_events_everything_nothing_leads_to_begins() -> None:
    begun(diagram("a->b", *map(user, "abc"))).at("a", "c").do("a").at("b", "c").finish()
    inner = sub("sub", "x->y", user("x"), user("y"))
    begun(diagram("s->sub; sub->z; z->e", inner, user("z"))).at("x").do("x", "y").at("z").finish()


def test_several_ends_end_when_the_last_token_does() -> None:
    xml = diagram("s->a; s->b; a->e; b->e2", user("a"), user("b"), end("e2"))
    story = begun(xml).at("a", "b").do("a")
    assert not story.ended
    assert story.do("b").ended


@pytest.mark.parametrize("name", ["Start", "End", "Root", "p_root"])
def test_elements_may_bear_the_names_the_library_reserves(name: str) -> None:
    xml = diagram(f"s->f; f->{name}; f->b; {name}->e; b->e", gateway("parallel", "f"), user(name), user("b"))
    story = begun(xml).do(name)
    assert not story.ended
    story.at("b").finish()
