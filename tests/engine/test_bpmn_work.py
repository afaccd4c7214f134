"""Tasks of people and machines, variables, mappings, incidents, and the start of an instance."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.bpmn.run import Run, World
from engine.bpmn.waits import ThrowKind, WaitKind
from engine.errors import InvalidInput, NotFound, WrongState
from engine.vocabulary import ActivationState, Traced
from tests.engine.bpmn_story import (
    BEGIN,
    ERROR,
    MESSAGE,
    Shape,
    Story,
    begun,
    boundary,
    call,
    diagram,
    end,
    gateway,
    gc,
    job,
    loop,
    mapping,
    script,
    sub,
    timer,
    user,
)

DECISION = '<zeebe:calledDecision decisionId="{}" resultVariable="verdict"/>'


def rule(decision: str = "price_policy", extensions: str = "", binding: str = "") -> Shape:
    called = f'<zeebe:calledDecision decisionId="{decision}" resultVariable="verdict"{binding}/>'
    return Shape("businessRuleTask", "r", "", called + extensions)


def test_a_user_task_waits_and_its_answers_become_variables() -> None:
    story = begun(diagram("s->a; a->b; b->e", user("a"), user("b")), known=1).at("a").do("a", note="yes", known=2)
    assert story.variables == {"known": 2, "note": "yes"}
    story.finish()


def test_undefined_and_manual_tasks_pass_at_once() -> None:
    story = begun(diagram("s->t; t->m; m->a; a->e", Shape("task", "t"), Shape("manualTask", "m"), user("a"))).at("a")
    assert story.trace[2:4] == [("t", Traced.ENTERED), ("t", Traced.COMPLETED)]


@pytest.mark.parametrize("tag", ["serviceTask", "sendTask", "scriptTask", "businessRuleTask"])
def test_an_element_with_a_job_type_opens_a_job(tag: str) -> None:
    headers = '<zeebe:taskHeaders><zeebe:header key="to" value="erp"/></zeebe:taskHeaders>'
    story = begun(diagram("s->j; j->e", job("j", "erp.post", tag=tag, extensions=headers)), amount=5)
    wait = story.wait("j", WaitKind.JOB)
    assert (wait.name, wait.retries, dict(wait.headers)) == ("erp.post", 3, {"to": "erp"})
    run = Run(story.definition, story.world, story.state)
    assert dict(run.open_waits()[0].variables) == {"amount": 5}
    assert story.do("j", posted=True).ended
    assert story.variables == {"amount": 5, "posted": True}


def test_a_job_type_may_be_an_expression() -> None:
    assert begun(diagram("s->j; j->e", job("j", '="erp." + verb')), verb="post").wait("j").name == "erp.post"


def test_a_job_type_that_is_no_text_is_an_incident() -> None:
    story = begun(diagram("s->j; j->e", job("j", "=verb")))
    assert story.wait("j", WaitKind.INCIDENT).name == "expression_failed"
    assert story.set(verb="post").act("retry", "j").do("j").ended


def test_a_script_writes_one_variable() -> None:
    story = begun(diagram("s->c; c->e", script("c", "=price * 2", "total")), price=Decimal("1.50"))
    assert story.variables["total"] == Decimal("3.00")


def test_a_decision_is_asked_of_whoever_pushes() -> None:
    story = begun(diagram("s->r; r->e", rule()), amount=7)
    wait = story.wait("r", WaitKind.DECISION)
    assert (wait.name, wait.binding) == ("price_policy", "deployment")
    assert story.do("r", verdict={"step": "gm"}).ended
    assert story.variables["verdict"] == {"step": "gm"}


@pytest.mark.parametrize(
    ("binding", "expected"),
    [(' bindingType="latest"', "latest"), (' bindingType="versionTag" versionTag="2026.1"', "versionTag:2026.1")],
)
def test_a_decision_may_be_bound_otherwise(binding: str, expected: str) -> None:
    assert begun(diagram("s->r; r->e", rule("=table", binding=binding)), table="t1").wait("r").binding == expected


def test_a_failed_decision_becomes_an_incident_and_is_asked_again() -> None:
    story = begun(diagram("s->r; r->e", rule()))
    story.act("fail", "r", "decision_failed", "expected one row, but none matches", {"row": None})
    assert [(w.kind, w.name) for w in story.waits()] == [(WaitKind.INCIDENT, "decision_failed")]
    assert story.act("retry", "r").wait("r").kind is WaitKind.DECISION


def test_a_call_starts_with_all_variables_and_brings_all_back() -> None:
    story = begun(diagram("s->c; c->e", call("c", "price_deviation")), amount=7)
    wait = story.wait("c", WaitKind.CALL)
    assert wait.name == "price_deviation"
    assert dict(Run(story.definition, story.world, story.state).open_waits()[0].variables) == {"amount": 7}
    assert story.do("c", approved=True).variables == {"amount": 7, "approved": True}


def test_a_call_without_propagation_maps_what_it_takes_and_brings() -> None:
    io = mapping({"limit": "=amount"}, {"approved": "=verdict"})
    flags = {"propagateAllParentVariables": "false", "propagateAllChildVariables": "false"}
    story = begun(diagram("s->c; c->e", call("c", extensions=io, **flags)), amount=7)
    assert dict(Run(story.definition, story.world, story.state).open_waits()[0].variables) == {"limit": 7}
    assert story.do("c", verdict=True, other=1).variables == {"amount": 7, "approved": True}


def test_a_call_that_brings_nothing_back_leaves_variables_alone() -> None:
    story = begun(diagram("s->c; c->e", call("c", propagateAllChildVariables="false"))).do("c", secret=1)
    assert story.variables == {}


def test_a_called_process_that_does_not_exist_is_an_incident() -> None:
    story = begun(diagram("s->c; c->e", call("c"))).act("fail", "c", "called_process_not_found", "expected a process other", {})
    assert story.wait("c").kind is WaitKind.INCIDENT


def test_inputs_are_local_and_outputs_are_all_that_leaves() -> None:
    io = mapping({"limit": "=amount / 2", "note": "fixed"}, {"result.ok": "=approved"})
    story = begun(diagram("s->a; a->e", user("a", extensions=io)), amount=10)
    assert story.opened[0].variables == {"limit": 5, "note": "fixed"}
    assert story.do("a", approved=True, draft="x").variables == {"amount": 10, "result": {"ok": True}}


def test_a_failing_output_is_an_incident_that_keeps_the_answers() -> None:
    io = mapping(outputs={"n": "=if ok then count(items) else function(x) x"})
    story = begun(diagram("s->a; a->b; b->e", user("a", extensions=io), user("b"))).do("a", items=[1, 2])
    assert story.wait("a", WaitKind.INCIDENT).name == "expression_failed"
    story.set(ok=True).act("retry", "a").at("b")
    assert story.variables == {"ok": True, "n": 2}


def test_answers_go_to_the_scope_that_owns_the_name_else_to_the_instance() -> None:
    inner = sub(
        "sub", "ss->a; a->b; b->se", Shape("startEvent", "ss"), end("se"), user("a"), user("b"), extensions=mapping({"n": "=1"})
    )
    story = begun(diagram("s->sub; sub->z; z->e", inner, user("z"))).do("a", n=5, free=6)
    assert story.variables == {"free": 6}
    n = story.wait("b").n
    assert Run(story.definition, story.world, story.state).variables_at(n) == {"n": 5, "free": 6}
    story.do("b").at("z")
    assert story.variables == {"free": 6}


def test_local_variables_survive_with_decimals_and_odd_names() -> None:
    inputs = mapping({"amount": "=1.50", "odd": '={"$": "1.50", "金额": [0.1]}'})
    story = begun(diagram("s->a; a->e", user("a", extensions=inputs)))
    n = story.wait("a").n
    seen = Run(story.definition, story.world, story.state).variables_at(n)
    assert seen == {"amount": Decimal("1.50"), "odd": {"$": "1.50", "金额": [Decimal("0.1")]}}


def test_world_names_cannot_be_hidden_by_variables() -> None:
    xml = diagram("s->c; c->e", script("c", "=starter.id", "who"))
    story = Story(xml, names={"starter": {"id": "lin"}}, starter={"id": "forged"}).begin()
    assert story.variables["who"] == "lin"


def test_variables_can_be_set_local_to_an_activation() -> None:
    story = begun(diagram("s->f; f->a; f->b; a->e; b->e", gateway("parallel", "f"), user("a"), user("b")))
    n = story.wait("a").n
    story.step(lambda run: run.set_variables({"mine": 1}, n))
    run = Run(story.definition, story.world, story.state)
    assert run.variables_at(n) == {"mine": 1}
    assert run.variables_at(story.wait("b").n) == {}
    assert story.variables == {}


# -- verbs that do not fit


def test_rejects_an_answer_to_what_is_not_open() -> None:
    story = begun(diagram("s->a; a->b; b->e", user("a"), user("b")))
    n = story.wait("a").n
    story.do("a")
    with pytest.raises(WrongState):
        story.step(lambda run: run.complete(n, {}))
    with pytest.raises(WrongState):
        story.step(lambda run: run.trigger(story.wait("b").n))
    with pytest.raises(NotFound):
        story.step(lambda run: run.variables_at(n))


def test_rejects_beginning_twice_and_canceling_what_has_ended() -> None:
    story = begun(diagram("s->a; a->e", user("a")))
    with pytest.raises(WrongState):
        story.begin()
    story.finish()
    with pytest.raises(WrongState) as refused:
        story.step(lambda run: run.cancel())
    assert refused.value.code == "instance_ended"


def test_cancel_closes_everything() -> None:
    inner = sub("sub", "ss->a; a->se", Shape("startEvent", "ss"), end("se"), user("a"))
    story = begun(diagram("s->sub; sub->e; bt->e", inner, boundary("bt", "sub", timer("PT1H"))))
    story.step(lambda run: run.cancel())
    assert story.ended
    assert not story.waits()
    assert [row.state for row in story.rows("a")] == [ActivationState.CANCELED]
    assert ("sub", Traced.CANCELED) in story.trace


# -- how an instance begins

FORM_START = Shape("startEvent", "s", "", '<zeebe:formDefinition formId="request"/>')


def test_a_start_form_is_an_implicit_start_task_done_at_the_beginning() -> None:
    story = begun(diagram("s->a; a->e", FORM_START, user("a")), amount=3).at("a")
    assert story.definition.start_form_id == "request"
    assert [row.state for row in story.rows("s")] == [ActivationState.DONE]


def test_the_start_task_opens_when_its_form_is_still_to_be_filled_in() -> None:
    story = Story(diagram("s->a; a->e", FORM_START, user("a"))).begin(open_start_task=True).at("s")
    story.do("s", amount=3).at("a").finish()
    assert story.variables == {"amount": 3}


def test_the_start_task_opens_whatever_event_began_the_instance() -> None:
    asked = Shape("startEvent", "asked", '<messageEventDefinition messageRef="m2"/>')
    story = Story(diagram("s->a; asked->a; a->e", FORM_START, asked, user("a")))
    story.begin(at="asked", open_start_task=True).at("s")
    story.do("s", amount=3).at("a").finish()
    assert [row.state for row in story.rows("a")] == [ActivationState.DONE]


def test_a_start_without_a_form_has_no_start_task() -> None:
    Story(diagram("s->a; a->e", user("a"))).begin(open_start_task=True).at("a")


STARTS = diagram(
    "s->a; sm->b; st->c; a->e; b->e; c->e",
    Shape("startEvent", "s"),
    Shape("startEvent", "sm", MESSAGE),
    Shape("startEvent", "st", timer("R/P1D", "timeCycle")),
    *map(user, "abc"),
)


def test_a_process_may_be_started_by_messages_and_timers() -> None:
    assert begun(STARTS).definition.message_starts == (("sm", "m1"),)
    assert begun(STARTS).definition.timer_starts == (("st", "R/P1D"),)
    begun(STARTS).at("a").finish()
    Story(STARTS).begin(at="sm").at("b").finish()
    Story(STARTS).begin(at="st").at("c").finish()


def test_rejects_to_begin_where_no_start_event_is() -> None:
    with pytest.raises(InvalidInput):
        Story(STARTS).begin(at="a")
    with pytest.raises(InvalidInput):
        begun(diagram("sm->a; a->e", Shape("startEvent", "sm", MESSAGE), user("a")))


# -- what leaves the instance


def test_a_thrown_message_carries_its_key_and_variables() -> None:
    throw = Shape("intermediateThrowEvent", "t", MESSAGE)
    story = begun(diagram("s->t; t->a; a->e", throw, user("a")), key="K1", amount=2).at("a")
    (thrown,) = story.thrown
    assert (thrown.kind, thrown.name, thrown.correlation_key) == (ThrowKind.MESSAGE, "m1", "K1")
    assert thrown.variables == {"key": "K1", "amount": 2}


def test_mapped_inputs_limit_what_a_message_carries() -> None:
    send = Shape("sendTask", "t", "", mapping({"total": "=amount * 2"}), {"messageRef": "m1"})
    story = begun(diagram("s->t; t->e", send), key="K1", amount=2)
    assert (story.thrown[0].variables, story.ended) == ({"total": 4}, True)


@pytest.mark.parametrize("tag", ["intermediateThrowEvent", "endEvent"])
def test_a_message_event_with_a_job_type_waits_for_a_worker(tag: str) -> None:
    flows = "s->t; t->e" if tag == "intermediateThrowEvent" else "s->t"
    story = begun(diagram(flows, job("t", "mail", tag=tag, inside=MESSAGE, extensions="")), key="k")
    assert story.wait("t").kind is WaitKind.JOB
    assert story.do("t").ended
    assert not story.thrown


@pytest.mark.parametrize(
    ("reached", "outcome"), [(("a", "b"), "rejected"), (("b", "a"), "rejected"), (("b",), "approved"), (("a",), "rejected")]
)
def test_a_rejecting_end_wins_over_an_approving_one(reached: tuple[str, ...], outcome: str) -> None:
    xml = diagram(
        "s->f; f->a; f->b; a->no; b->yes",
        gateway("parallel", "f"),
        user("a"),
        user("b"),
        end("no", extensions=gc(case_outcome="rejected")),
        end("yes", extensions=gc(case_outcome="approved")),
    )
    assert begun(xml).do(*reached).outcome == outcome


def test_what_opens_and_closes_in_one_push_is_not_handed_out() -> None:
    story = begun(diagram("s->a; a->b; b->e", user("a"), user("b")))
    run = Run(story.definition, story.world, story.state)
    run.complete(story.wait("a").n, {})
    run.complete(run.open_waits()[0].n, {})
    moved = run.drain()
    assert ([c.element_id for c in moved.closed], moved.opened, moved.ended) == (["a"], [], True)
    assert run.drain().closed == []


def test_a_wait_that_becomes_an_incident_and_back_is_told_as_it_ends() -> None:
    story = begun(diagram("s->j; j->e; b->e", job("j"), boundary("b", "j", ERROR)))
    run = Run(story.definition, story.world, story.state)
    n = story.wait("j").n
    run.fail(n, "job_without_retries", "expected the job to succeed, but it failed 3 times", {})
    run.retry(n)
    moved = run.drain()
    assert [(c.kind, c.n) for c in moved.closed] == [(WaitKind.JOB, n)]
    assert [(w.kind, w.n) for w in moved.opened] == [(WaitKind.JOB, n)]


def test_a_world_has_a_zone_for_times_that_carry_none() -> None:
    assert World(BEGIN).zone.utcoffset(BEGIN) is not None


# -- a rejection that ends the scope


def test_ending_the_scope_of_a_task_ends_the_process_with_the_outcome() -> None:
    xml = diagram("s->f; f->a; f->b; a->e; b->e", gateway("parallel", "f"), user("a"), user("b"))
    story = begun(xml).act("end_scope", "a", "rejected")
    assert (story.ended, story.outcome, story.waits()) == (True, "rejected", [])
    assert [row.state for row in story.rows("a")] == [ActivationState.DONE]
    assert [row.stopped_by for row in story.rows("b")] == [story.rows("a")[0].n]
    story.back(None, "a").at("a", "b").finish()


def test_ending_the_scope_inside_a_sub_process_lets_its_token_go_on() -> None:
    inner = sub("sub", "ss->a; ss->b; a->se; b->se", Shape("startEvent", "ss"), end("se"), user("a"), user("b"))
    story = begun(diagram("s->sub; sub->z; z->e", inner, user("z"))).act("end_scope", "a", "rejected").at("z")
    assert story.rows("a")[0].n in story.rows("z")[0].causes
    story.back("z", "a").at("a", "b").do("a", "b").at("z").finish()


def test_ending_the_scope_of_one_instance_ends_what_is_around_all_instances() -> None:
    story = begun(diagram("s->m; m->e", user("m", loop(cardinality="=3"))))
    story.act("end_scope", "m", "rejected")
    assert (story.ended, story.waits()) == (True, [])


def test_numbers_follow_the_order_of_entry_and_each_line_of_the_trace_names_its_activation() -> None:
    story = begun(diagram("s->a; a->e; b->h; h->e", user("a"), boundary("b", "a", timer("PT1H"), interrupting=False), user("h")))
    armed = story.wait("b").n
    story.fire("b").do("a", "h")
    assert story.rows("b")[0].n > armed
    entered = [name for name, what in story.trace if what is Traced.ENTERED]
    assert entered == [row.element_id for row in sorted(story.log.values(), key=lambda row: row.n)]
    run = Run(story.definition, story.world)
    run.begin({})
    moved = run.drain()
    assert [moved.activations[n].element_id for n in moved.traced] == [name for name, _ in moved.trace]


def test_a_message_starts_at_its_own_event_unless_the_form_is_still_to_be_filled_in() -> None:
    message = Shape("startEvent", "sm", MESSAGE)
    flows = "s->a; sm->b; a->e; b->e"
    with_form = diagram(flows, FORM_START, message, user("a"), user("b"))
    Story(with_form).begin(at="sm").at("b")
    Story(with_form).begin(at="sm", open_start_task=True).at("s").do("s").at("a")
    Story(diagram(flows, message, user("a"), user("b"))).begin(at="sm", open_start_task=True).at("b")
