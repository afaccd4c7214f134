"""Errors, escalations, terminate ends and compensation."""

from __future__ import annotations

import pytest

from engine.bpmn.waits import ThrowKind, WaitKind
from engine.vocabulary import ActivationState, Traced
from tests.engine.bpmn_story import (
    ERROR,
    ESCALATION,
    Shape,
    begun,
    boundary,
    diagram,
    end,
    event_sub,
    gateway,
    job,
    loop,
    script,
    sub,
    user,
)

ANY_ERROR = "<errorEventDefinition/>"
TERMINATE = "<terminateEventDefinition/>"
COMPENSATE = "<compensateEventDefinition/>"


def failing_sub(finish: str = ERROR, inside: str = "") -> Shape:
    shapes = [Shape("startEvent", "ss"), user("i"), end("ee", finish)]
    return sub("sub", "ss->i; i->ee", *shapes, inside=inside)


def test_an_error_end_interrupts_its_sub_process() -> None:
    xml = diagram("s->sub; sub->n; n->e; b->h; h->e", failing_sub(), boundary("b", "sub", ERROR), user("n"), user("h"))
    story = begun(xml).do("i").at("h")
    assert [row.state for row in story.rows("ee")] == [ActivationState.DONE]
    assert [row.state for row in story.rows("sub")] == [ActivationState.CANCELED]
    story.finish()


@pytest.mark.parametrize(("code", "step"), [("E1", "h1"), ("E2", "h"), ("else", "h")])
def test_an_equal_code_wins_over_catching_all(code: str, step: str) -> None:
    xml = diagram(
        "s->j; j->e; b->h; b1->h1; h->e; h1->e",
        job("j"),
        boundary("b", "j", ANY_ERROR),
        boundary("b1", "j", ERROR),
        user("h"),
        user("h1"),
    )
    story = begun(xml).act("throw_error", "j", code, "no stock", {"part": 7}).at(step)
    assert (story.result, story.variables) == (True, {"part": 7})
    story.finish()


def test_an_error_goes_up_until_it_is_caught() -> None:
    inner = sub("inner", "s2->j; j->e2", Shape("startEvent", "s2"), end("e2"), job("j"))
    outer = sub("outer", "s1->inner; inner->e1", Shape("startEvent", "s1"), end("e1"), inner)
    xml = diagram("s->outer; outer->e; b->h; h->e", outer, boundary("b", "outer", ERROR), user("h"))
    begun(xml).act("throw_error", "j", "E1", "").at("h").finish()


def test_an_error_start_of_an_event_sub_process_catches() -> None:
    xml = diagram("s->f; f->a; f->j; a->e; j->e", gateway("parallel", "f"), user("a"), job("j"), event_sub("esp", ERROR))
    story = begun(xml)
    assert story.waits(WaitKind.MESSAGE) == []
    story.act("throw_error", "j", "E1", "").at("esp_t").finish()
    assert story.visited("esp") == 1


def test_an_error_in_an_event_sub_process_is_not_caught_by_its_siblings() -> None:
    esp = event_sub("esp", ERROR, user("esp_t"), end("esp_x", ERROR), flows="esp_s->esp_t; esp_t->esp_x")
    esp.inside = esp.inside.replace('<endEvent id="esp_e"></endEvent>', "")
    story = begun(diagram("s->j; j->e", job("j"), esp)).act("throw_error", "j", "E1", "").at("esp_t").do("esp_t")
    assert story.wait("esp_x", WaitKind.INCIDENT).name == "unhandled_error"


def test_an_error_nobody_catches_is_an_incident_and_leaves_the_instance() -> None:
    story = begun(diagram("s->j; j->e", job("j"))).act("throw_error", "j", "E9", "no stock")
    assert story.result is False
    incident = story.wait("j", WaitKind.INCIDENT)
    assert (incident.name, incident.facts["error"]) == ("unhandled_error", "E9")
    assert [(thrown.kind, thrown.name) for thrown in story.thrown] == [(ThrowKind.ERROR, "E9")]
    assert story.act("retry", "j").do("j").ended


def test_an_error_end_nobody_catches_is_an_incident() -> None:
    story = begun(diagram("s->a; a->x", user("a"), end("x", ERROR))).do("a")
    assert story.wait("x", WaitKind.INCIDENT).facts["error"] == "E1"
    assert story.thrown[0].kind is ThrowKind.ERROR


def test_an_error_interrupts_all_instances_of_a_multi_instance_activity() -> None:
    xml = diagram(
        "s->sub; sub->n; n->e; b->h; h->e",
        failing_sub(inside=loop("=[1,2,3]")),
        boundary("b", "sub", ERROR),
        user("n"),
        user("h"),
    )
    begun(xml).at("i", "i", "i").do("i").at("h").finish()


# -- escalation


@pytest.mark.parametrize("interrupting", [True, False])
def test_an_escalation_on_the_border(interrupting: bool) -> None:
    inner = sub(
        "sub",
        "ss->th; th->i; i->se",
        Shape("startEvent", "ss"),
        Shape("intermediateThrowEvent", "th", ESCALATION),
        user("i"),
        end("se"),
    )
    border = boundary("b", "sub", ESCALATION, interrupting=interrupting)
    story = begun(diagram("s->sub; sub->e; b->h; h->e", inner, border, user("h")))
    story.at(*(["h"] if interrupting else ["h", "i"])).finish()


@pytest.mark.parametrize("interrupting", [True, False])
def test_an_escalation_end_event_is_caught_before_its_scope_ends(interrupting: bool) -> None:
    border = boundary("b", "sub", ESCALATION, interrupting=interrupting)
    xml = diagram("s->sub; sub->n; n->e; b->h; h->e", failing_sub(ESCALATION), border, user("n"), user("h"))
    story = begun(xml).do("i").at(*(["h"] if interrupting else ["h", "n"]))
    assert [row.state for row in story.rows("ee")] == [ActivationState.DONE]
    assert story.trace.count(("ee", Traced.COMPLETED)) == 1
    story.finish()


def test_an_escalation_starts_an_event_sub_process() -> None:
    throw = Shape("intermediateThrowEvent", "th", ESCALATION)
    xml = diagram("s->th; th->a; a->e", throw, user("a"), event_sub("esp", ESCALATION, interrupting=False))
    begun(xml).at("a", "esp_t").finish()


def test_an_escalation_nobody_catches_leaves_the_instance_and_the_token_goes_on() -> None:
    story = begun(diagram("s->th; th->a; a->e", Shape("intermediateThrowEvent", "th", ESCALATION), user("a"))).at("a")
    assert [(thrown.kind, thrown.name) for thrown in story.thrown] == [(ThrowKind.ESCALATION, "X1")]


@pytest.mark.parametrize(("code", "caught"), [("X1", True), ("X2", False)])
def test_a_called_case_may_escalate(code: str, caught: bool) -> None:
    xml = diagram("s->j; j->e; b->h; h->e", job("j"), boundary("b", "j", ESCALATION, interrupting=False), user("h"))
    story = begun(xml).act("throw_escalation", "j", code)
    assert story.result is caught
    story.at(*(["h"] if caught else [])).do("j").finish()


# -- terminate


def test_a_terminate_end_stops_its_scope_only() -> None:
    inner = sub(
        "sub",
        "ss->f; f->a; f->b; a->t; b->se",
        Shape("startEvent", "ss"),
        end("se"),
        end("t", TERMINATE),
        gateway("parallel", "f"),
        user("a"),
        user("b"),
    )
    xml = diagram("s->g; g->sub; g->c; sub->z; z->e; c->e", inner, gateway("parallel", "g"), user("z"), user("c"))
    story = begun(xml).do("a").at("z", "c")
    assert ("b", Traced.CANCELED) in story.trace
    story.finish()


def test_a_terminate_end_stops_running_sub_processes() -> None:
    inner = sub("sub", "ss->i; i->se", Shape("startEvent", "ss"), end("se"), user("i"))
    xml = diagram("s->f; f->a; f->sub; a->t; sub->e", gateway("parallel", "f"), user("a"), inner, end("t", TERMINATE))
    story = begun(xml).do("a")
    assert (story.ended, story.waits()) == (True, [])


# -- compensation

ASSOCIATIONS = (
    '<association id="as1" sourceRef="cb" targetRef="unbook" associationDirection="One"/>'
    '<association id="as2" sourceRef="cp" targetRef="refund" associationDirection="One"/>'
)
HANDLED = [
    script("book", '="booked"', "hotel"),
    boundary("cb", "book", COMPENSATE),
    user("unbook", isForCompensation="true"),
    job("pay"),
    boundary("cp", "pay", COMPENSATE),
    user("refund", isForCompensation="true"),
]


def test_compensation_runs_the_handlers_in_reverse_and_waits_for_each() -> None:
    xml = diagram("s->book; book->pay; pay->a; a->x", *HANDLED, user("a"), end("x", COMPENSATE), more=ASSOCIATIONS)
    story = begun(xml).do("pay", "a").at("refund").do("refund").at("unbook").do("unbook")
    assert story.ended
    assert story.rows("refund")[0].causes == (story.rows("pay")[0].n, story.rows("x")[0].n)


def test_only_what_is_done_is_compensated() -> None:
    xml = diagram(
        "s->book; book->f; f->pay; f->a; pay->e; a->th; th->z; z->e",
        *HANDLED,
        gateway("parallel", "f"),
        user("a"),
        user("z"),
        Shape("intermediateThrowEvent", "th", COMPENSATE),
        more=ASSOCIATIONS,
    )
    story = begun(xml).do("a").at("unbook")
    story.do("unbook").at("z").do("pay", "z")
    assert story.ended


def test_compensation_may_name_one_activity_and_happens_once() -> None:
    one = '<compensateEventDefinition activityRef="book"/>'
    xml = diagram(
        "s->book; book->pay; pay->t1; t1->t2; t2->z; z->e",
        *HANDLED,
        Shape("intermediateThrowEvent", "t1", one),
        Shape("intermediateThrowEvent", "t2", COMPENSATE),
        user("z"),
        more=ASSOCIATIONS,
    )
    begun(xml).do("pay").at("unbook").do("unbook").at("refund").do("refund").at("z").finish()


def test_what_was_done_in_a_finished_sub_process_is_compensated_from_outside() -> None:
    inner = sub("sub", "ss->book; book->pay; pay->se", Shape("startEvent", "ss"), end("se"), *HANDLED, inside=ASSOCIATIONS)
    story = begun(diagram("s->sub; sub->x", inner, end("x", COMPENSATE))).do("pay").at("refund")
    story.do("refund").at("unbook").do("unbook")
    assert story.ended


def test_compensation_without_anything_done_passes() -> None:
    xml = diagram("s->t; t->a; a->e", Shape("intermediateThrowEvent", "t", COMPENSATE), user("a"))
    begun(xml).at("a").finish()


def test_an_undone_activity_is_not_compensated() -> None:
    xml = diagram(
        "s->b0; b0->book; book->pay; pay->a; a->x", user("b0"), *HANDLED, user("a"), end("x", COMPENSATE), more=ASSOCIATIONS
    )
    story = begun(xml).do("b0", "pay").back("a", "b0").do("b0", "pay", "a").at("refund")
    story.do("refund").at("unbook").do("unbook")
    assert story.ended
