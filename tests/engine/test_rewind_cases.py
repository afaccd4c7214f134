"""Return, case by case (docs/explanation/return.md). Every story is saved and loaded between every two steps."""

from __future__ import annotations

import pytest

from engine.bpmn.waits import WaitKind
from engine.errors import InvalidInput, WrongState
from engine.vocabulary import ActivationState, Traced
from tests.engine.bpmn_story import (
    ESCALATION,
    MESSAGE,
    Shape,
    begun,
    boundary,
    call,
    catch,
    diagram,
    end,
    event_sub,
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

LINEAR = diagram("s->a; a->b; b->c; c->e", user("a"), user("b"), user("c"))
PARALLEL = diagram(
    "s->a; a->f; f->b; b->b2; b2->j; f->c; c->j; j->d; d->e",
    *map(user, ("a", "b", "b2", "c", "d")),
    gateway("parallel", "f", "j"),
)
NESTED = diagram(
    "s->a; a->f; f->g; g->x; g->y; x->k; y->k; k->j; f->c; c->j; j->d; d->e",
    *map(user, ("a", "x", "y", "c", "d")),
    gateway("parallel", "f", "g", "k", "j"),
)
INCLUSIVE = diagram(
    "s->a; a->f; f-[=true]->b; f-[=true]->c; f-[=false]->x; b->j; c->j; x->j; j->d; d->e",
    *map(user, ("a", "b", "c", "x", "d")),
    gateway("inclusive", "f", "j"),
)
LOOP = diagram(
    "s->t; t->f; f->b; f->c; b->j; c->j; j->inc; inc->x; x-[=n < 3]->t; x-[*]->e",
    gateway("exclusive", "t", "x"),
    gateway("parallel", "f", "j"),
    user("b"),
    user("c"),
    script("inc", "=n + 1", "n"),
)
INNER = sub("sub", "ss->i1; i1->i2; i2->se", Shape("startEvent", "ss"), end("se"), user("i1"), user("i2"))
WITH_SUB = diagram("s->a; a->sub; sub->z; z->e", user("a"), INNER, user("z"))
SUB_IN_BRANCH = diagram(
    "s->a; a->f; f->sub; f->c; sub->j; c->j; j->d; d->e", *map(user, ("a", "c", "d")), INNER, gateway("parallel", "f", "j")
)
VOTES = loop("=people", item="who", output="votes", element="=vote")
MULTI = diagram("s->a; a->m; m->z; z->e", user("a"), user("m", VOTES), user("z"))
MULTI_SUB = diagram(
    "s->m; m->z; z->e",
    sub("m", "ms->i1; i1->i2; i2->me", Shape("startEvent", "ms"), end("me"), user("i1"), user("i2"), inside=loop("=people")),
    user("z"),
)
PARALLEL_INSIDE = sub(
    "sub",
    "ss->f; f->b; f->c; b->j; c->j; j->se",
    Shape("startEvent", "ss"),
    end("se"),
    gateway("parallel", "f", "j"),
    user("b"),
    user("c"),
)
INTERRUPTED = diagram(
    "s->a; a->sub; sub->n; n->e; bb->h; h->e3",
    user("a"),
    PARALLEL_INSIDE,
    boundary("bb", "sub", MESSAGE),
    user("h"),
    user("n"),
    end("e3"),
)


def on_task(*, interrupting: bool) -> bytes:
    return diagram(
        "s->a; a->w; w->n; n->e; b->h; h->e3",
        *map(user, ("a", "w", "h", "n")),
        boundary("b", "w", MESSAGE, interrupting=interrupting),
        end("e3"),
    )


def with_event_sub(*, interrupting: bool) -> bytes:
    return diagram(
        "s->a; a->f; f->b; f->c; b->j; c->j; j->e",
        *map(user, ("a", "b", "c")),
        gateway("parallel", "f", "j"),
        event_sub("esp", MESSAGE, interrupting=interrupting),
    )


def test_case_1_linear_later_to_earlier_withdraws_all_between() -> None:
    story = begun(LINEAR).do("a", "b").back("c", "a").at("a")
    assert [row.state for row in story.rows("b")] == [ActivationState.VOID]
    assert [row.state for row in story.rows("c")] == [ActivationState.CANCELED]
    story.do("a").at("b").back("b", "a").do("a", "b").at("c").finish()


def test_case_2_branch_to_before_the_split_withdraws_the_open_sibling() -> None:
    begun(PARALLEL).do("a").back("b", "a").at("a").do("a").at("b", "c").finish()


def test_case_3_branch_to_before_the_split_withdraws_the_waiting_arrival() -> None:
    begun(PARALLEL).do("a", "c", "b").back("b2", "a").at("a").do("a").at("b", "c").do("b", "b2").at("c").finish()


def test_case_4_within_one_branch_leaves_the_other_alone() -> None:
    begun(PARALLEL).do("a", "c", "b").back("b2", "b").at("b").do("b", "b2").at("d").finish()
    begun(PARALLEL).do("a", "b").back("b2", "b").at("b", "c").finish()


@pytest.mark.parametrize("order", [("b", "b2", "c"), ("c", "b", "b2")])
def test_case_5_behind_the_join_into_a_branch_keeps_the_other_arrival(order: tuple[str, ...]) -> None:
    begun(PARALLEL).do("a", *order).at("d").back("d", "b2").at("b2").do("b2").at("d").finish()


def test_case_6_behind_nested_joins_restores_inner_and_outer_arrivals() -> None:
    begun(NESTED).do("a", "x", "y", "c").back("d", "x").at("x").do("x").at("d").finish()
    begun(NESTED).do("a", "x", "c").back("y", "a").at("a").do("a").at("c", "x", "y").finish()


def test_case_7_then_to_before_the_split_withdraws_the_restored_arrival() -> None:
    story = begun(PARALLEL).do("a", "c", "b", "b2").back("d", "b").back("b", "a").at("a")
    story.do("a").at("b", "c").do("b", "b2").at("c").finish()


def test_cases_5_to_7_in_turn_each_branch_can_be_returned_to() -> None:
    story = begun(PARALLEL).do("a", "c", "b", "b2").back("d", "b").do("b").back("b2", "b").do("b", "b2").at("d")
    story.back("d", "c").at("c").do("c").at("d").finish()


def test_two_targets_open_both_branches() -> None:
    begun(PARALLEL).do("a", "c", "b", "b2").back("d", "b", "c").at("b", "c").do("b", "b2").at("c").do("c").at("d").finish()


def test_of_two_targets_the_one_behind_the_other_is_dropped() -> None:
    begun(LINEAR).do("a", "b").back("c", "a", "b").at("a").finish()


def test_case_8_refuses_an_element_of_a_sibling_branch() -> None:
    story = begun(PARALLEL).do("a", "b")
    with pytest.raises(InvalidInput) as refused:
        story.back("b2", "c")
    assert refused.value.code == "not_passed"
    story.at("b2", "c").finish()


def test_case_9_behind_an_inclusive_join_into_one_taken_branch() -> None:
    begun(INCLUSIVE).do("a", "b", "c").at("d").back("d", "b").at("b").do("b").at("d").finish()


def test_case_10_loop_to_an_earlier_round() -> None:
    story = begun(LOOP, n=0).do("b", "c").at("b", "c").do("b")
    story.back("c", "b").at("b")
    assert story.variables["n"] == 1, "counters in variables stay"
    story.do("b").at("b", "c").finish()
    assert story.visited("e") == 1


def test_case_11_inside_one_instance_leaves_the_other_bodies() -> None:
    story = begun(MULTI_SUB, people=["x", "y"]).do("i1", "i1").at("i2", "i2")
    story.back("i2", "i1").at("i1", "i2").do("i1", "i2", "i2").at("z").finish()


def test_case_12_one_instance_to_before_withdraws_all_instances() -> None:
    story = begun(MULTI, people=["x", "y", "z"]).do("a").do("m", vote="x").back("m", "a").at("a")
    story.do("a").at("m", "m", "m")
    for vote in ("p", "q", "r"):
        story.do("m", vote=vote)
    assert story.at("z").variables["votes"] == ["p", "q", "r"]


def test_case_13_behind_a_multi_instance_to_it_begins_all_instances_anew() -> None:
    story = begun(MULTI, people=["x", "y", "z"]).do("a")
    for vote in ("p", "q", "r"):
        story.do("m", vote=vote)
    story.back("z", "m").at("m", "m", "m")
    assert story.variables["votes"] is None, "the withdrawn answers are no result"
    assert story.undone.nulled == ("votes",)
    for vote in ("1", "2", "3"):
        story.do("m", vote=vote)
    assert story.at("z").variables["votes"] == ["1", "2", "3"]
    story.finish()


def test_case_14_refuses_one_instance_from_behind() -> None:
    story = begun(MULTI_SUB, people=["x", "y"]).do("i1", "i1", "i2", "i2").at("z")
    with pytest.raises(InvalidInput) as refused:
        story.back("z", "i1")
    assert refused.value.code == "target_is_multi_instance"
    story.back("z", "m").at("i1", "i1").finish()


def test_case_15_inside_a_running_sub_process() -> None:
    begun(WITH_SUB).do("a", "i1").back("i2", "i1").at("i1").do("i1", "i2").at("z").finish()


def test_case_16_out_of_a_sub_process_withdraws_it_whole() -> None:
    begun(WITH_SUB).do("a", "i1").back("i2", "a").at("a").do("a").at("i1").finish()


def test_case_16_restores_outside_arrivals() -> None:
    story = begun(SUB_IN_BRANCH).do("a", "c", "i1", "i2").at("d").back("d", "sub").at("i1")
    story.do("i1", "i2").at("d").finish()


def test_case_17_behind_a_finished_sub_process_into_it_goes_on_as_the_same_activation() -> None:
    story = begun(WITH_SUB).do("a", "i1", "i2").back("z", "i2").at("i2")
    assert [row.state for row in story.rows("sub")] == [ActivationState.OPEN]
    story.do("i2").at("z").back("z", "a").at("a").finish()


def test_case_17_restores_inner_and_outer_arrivals() -> None:
    begun(SUB_IN_BRANCH).do("a", "c", "i1", "i2").at("d").back("d", "i1").at("i1").do("i1", "i2").at("d").finish()
    xml = diagram("s->sub; sub->z; z->e", PARALLEL_INSIDE, user("z"))
    begun(xml).do("b", "c").at("z").back("z", "b").at("b").do("b").at("z").finish()


def test_case_17_knows_again_what_had_ended_inside() -> None:
    """Two inner branches that each end for themselves: after re-entering one, a return may still go to the other."""
    inner = sub("sub", "ss->b; ss->c; b->e1; c->e2", Shape("startEvent", "ss"), user("b"), user("c"), end("e1"), end("e2"))
    story = begun(diagram("s->sub; sub->z; z->e", inner, user("z"))).do("b", "c").at("z").back("z", "b").at("b")
    story.do("b").at("z").back("z", "c").at("c").do("c").at("z").finish()


def test_case_17_arms_the_events_of_the_sub_process_again() -> None:
    xml = diagram("s->sub; sub->z; z->e; bt->h; h->e", INNER, user("z"), boundary("bt", "sub", timer("PT1H")), user("h"))
    begun(xml).do("i1", "i2").at("z").back("z", "i2").fire("bt").at("h").finish()


def test_case_17_locals_that_are_not_inputs_are_gone() -> None:
    extensions = '<zeebe:ioMapping><zeebe:input source="=amount" target="limit"/></zeebe:ioMapping>'
    inner = sub("sub", "ss->i1; i1->se", Shape("startEvent", "ss"), end("se"), user("i1"), extensions=extensions)
    story = begun(diagram("s->sub; sub->z; z->e", inner, user("z")), amount=5)
    owner = story.rows("sub")[0].n
    story.step(lambda run: run.set_variables({"note": "typed"}, owner))
    story.do("i1").back("z", "i1").at("i1")
    n = story.wait("i1").n
    story.step(lambda run: dict(run.variables_at(n)))
    assert story.result == {"amount": 5, "limit": 5}


@pytest.mark.parametrize("steps", [("i1",), ("i1", "i2")])
def test_case_18_to_the_sub_process_itself_is_a_new_activation(steps: tuple[str, ...]) -> None:
    story = begun(WITH_SUB).do("a", *steps)
    story.back({1: "i2", 2: "z"}[len(steps)], "sub").at("i1")
    assert len(story.rows("sub")) == 2
    story.finish()


def test_case_19_behind_a_finished_call_to_it_opens_a_new_call() -> None:
    story = begun(diagram("s->c; c->z; z->e", call("c"), user("z"))).do("c", x=1).at("z").back("z", "c").at()
    assert [wait.kind for wait in story.waits()] == [WaitKind.CALL]
    story.do("c").finish()


def test_case_20_refuses_an_element_of_another_process() -> None:
    story = begun(diagram("s->c; c->z; z->e", call("c"), user("z"))).do("c")
    with pytest.raises(InvalidInput) as refused:
        story.back("z", "task_of_the_called_case")
    assert refused.value.code == "other_instance"


def test_case_21_from_a_running_call_to_an_element_of_the_caller_closes_the_call() -> None:
    story = begun(diagram("s->a; a->c; c->z; z->e", user("a"), call("c"), user("z"))).do("a").back("c", "a").at("a")
    assert [(closed.element_id, closed.kind) for closed in story.closed] == [("c", WaitKind.CALL)]
    story.do("a", "c").finish()


def test_case_22_interrupting_path_to_the_interrupted_activity() -> None:
    story = begun(on_task(interrupting=True), key="k").do("a").fire("b").at("h").back("h", "w").at("w")
    story.fire("b").at("h").finish()


def test_case_22_to_the_interrupted_sub_process_as_a_whole() -> None:
    story = begun(INTERRUPTED, key="k").do("a").fire("bb").back("h", "b").at("b", "c").fire("bb").at("h")
    story.back("h", "sub").at("b", "c").finish()


def test_case_23_interrupted_sibling_tasks_begin_again() -> None:
    begun(INTERRUPTED, key="k").do("a").fire("bb").at("h").back("h", "b").at("b", "c").do("b", "c").at("n").finish()


def test_case_23_interrupted_arrivals_stand() -> None:
    begun(INTERRUPTED, key="k").do("a", "c").fire("bb").at("h").back("h", "b").at("b").do("b").at("n").finish()


def test_case_23_what_a_throw_inside_interrupted_begins_again_behind_the_throw() -> None:
    inner = sub(
        "sub",
        "ss->f; f->b; f->go; go->th; th->c; b->j; c->j; j->se",
        Shape("startEvent", "ss"),
        end("se"),
        gateway("parallel", "f", "j"),
        *map(user, ("b", "go", "c")),
        Shape("intermediateThrowEvent", "th", ESCALATION),
    )
    xml = diagram("s->sub; sub->n; n->e; bb->h; h->e", inner, boundary("bb", "sub", ESCALATION), user("h"), user("n"))
    begun(xml).do("go").at("h").back("h", "b").at("b", "c").do("b", "c").at("n").finish()


@pytest.mark.parametrize(("steps", "origin", "target"), [((), "w", "a"), (("w",), "n", "w")])
def test_case_24_open_non_interrupting_handler_goes_too(steps: tuple[str, ...], origin: str, target: str) -> None:
    story = begun(on_task(interrupting=False), key="k").do("a").fire("b").at("h", "w").do(*steps)
    story.back(origin, target).at(target)
    if target == "a":
        story.do("a")
    story.at("w").fire("b").at("h", "w").finish()


def test_case_25_handler_to_before_the_activity() -> None:
    begun(on_task(interrupting=False), key="k").do("a").fire("b").at("h", "w").back("h", "a").at("a").finish()


def test_case_26_interrupting_event_sub_process_to_the_main_flow() -> None:
    story = begun(with_event_sub(interrupting=True), key="k").do("a").fire("esp_s").at("esp_t")
    story.back("esp_t", "b").at("b", "c").fire("esp_s").at("esp_t").back("esp_t", "a").at("a")
    story.do("a", "b", "c")
    assert story.ended


def test_case_26_arrivals_of_the_main_flow_stand() -> None:
    story = begun(with_event_sub(interrupting=True), key="k").do("a", "c").fire("esp_s").back("esp_t", "b").at("b")
    story.do("b")
    assert story.ended


def test_a_non_interrupting_event_sub_process_can_be_returned_from() -> None:
    story = begun(with_event_sub(interrupting=False), key="k").do("a").fire("esp_s").at("b", "c", "esp_t")
    story.back("b", "a").at("a", "esp_t").finish()


def test_case_27_an_ended_case_is_reopened() -> None:
    story = begun(LINEAR).do("a", "b", "c")
    assert story.ended
    story.back(None, "b").at("b")
    assert not story.ended
    story.finish()


def test_case_27_reopens_what_a_terminate_end_had_stopped() -> None:
    xml = diagram(
        "s->f; f->a; f->b; a->t; b->e",
        gateway("parallel", "f"),
        user("a"),
        user("b"),
        end("t", "<terminateEventDefinition/>", gc(case_outcome="rejected")),
    )
    story = begun(xml).do("a")
    assert (story.ended, story.outcome) == (True, "rejected")
    story.back(None, "a").at("a", "b")
    assert story.outcome is None


def test_case_27_undoes_what_had_interrupted_the_scope_of_the_target() -> None:
    story = begun(with_event_sub(interrupting=True), key="k").do("a", "b").fire("esp_s").do("esp_t")
    assert story.ended
    story.back(None, "b").at("b", "c")
    assert [row.state for row in story.rows("esp")] == [ActivationState.VOID]
    story.do("b", "c")
    assert story.ended


def test_case_27_an_end_that_stopped_everything_stands_as_the_end_of_its_branch() -> None:
    xml = diagram(
        "s->f; f->a; f->b; f->c; a->t; b->e; c->e",
        gateway("parallel", "f"),
        *map(user, "abc"),
        end("t", "<terminateEventDefinition/>"),
    )
    story = begun(xml).do("c", "a")
    assert story.ended
    story.back(None, "c").at("b", "c").do("b")
    assert not story.ended
    assert story.do("c").ended


def test_case_27_an_interrupted_sub_process_is_reopened_without_its_handler() -> None:
    inner = sub("sub", "ss->b; ss->c; b->e1; c->e2", Shape("startEvent", "ss"), user("b"), user("c"), end("e1"), end("e2"))
    xml = diagram("s->sub; sub->n; n->e; bb->h; h->e3", inner, boundary("bb", "sub", MESSAGE), user("h"), user("n"), end("e3"))
    story = begun(xml, key="k").do("b").fire("bb").do("h")
    assert story.ended
    story.back(None, "b").at("b", "c").do("b", "c").at("n").finish()


def test_rejects_a_return_from_nowhere_while_the_case_runs() -> None:
    with pytest.raises(WrongState):
        begun(LINEAR).do("a").back(None, "a")


def test_case_27_waits_for_events_of_the_process_again() -> None:
    story = begun(with_event_sub(interrupting=True), key="k").do("a", "b", "c")
    assert story.ended
    story.back(None, "a").at("a").fire("esp_s").at("esp_t").finish()


def test_case_28_refuses_to_undo_what_is_irreversible() -> None:
    xml = diagram("s->a; a->seal; seal->z; z->e", user("a"), job("seal", extensions=gc(irreversible="true")), user("z"))
    story = begun(xml).do("a", "seal").at("z")
    with pytest.raises(WrongState) as refused:
        story.back("z", "a")
    assert (refused.value.code, refused.value.facts["element"]) == ("irreversible", "seal")
    story.at("z").back("z", "a", allow_irreversible=True).at("a")


def test_outcome_variables_of_voided_steps_become_null_and_others_stay() -> None:
    xml = diagram(
        "s->a; a->b; b->c; c->e", user("a"), user("b", extensions=gc(sign="all", outcome_variable="verdict")), user("c")
    )
    story = begun(xml).do("a", note="kept").do("b", verdict="approve", amount=7).back("c", "a")
    assert story.variables == {"note": "kept", "verdict": None, "amount": 7}


def test_a_return_to_the_start_opens_the_start_task() -> None:
    start = Shape("startEvent", "s", "", '<zeebe:formDefinition formId="request"/>')
    story = begun(diagram("s->a; a->b; b->e", start, user("a"), user("b"))).at("a").do("a").back("b", "s").at("s")
    story.do("s", amount=1).at("a").finish()


def test_a_return_past_an_event_based_gateway_waits_for_all_its_events() -> None:
    xml = diagram(
        "s->g; g->t; g->m; t->a; m->b; a->e; b->e",
        gateway("eventBased", "g"),
        catch("t", timer("PT1H")),
        catch("m", MESSAGE),
        user("a"),
        user("b"),
    )
    story = begun(xml, key="k").fire("t").at("a").back("a", "t").at()
    assert {wait.element_id for wait in story.waits()} == {"t", "m"}
    story.fire("m").at("b").finish()


def test_timers_of_what_opens_start_anew() -> None:
    xml = diagram("s->a; a->b; b->e; bt->e", user("a"), user("b"), boundary("bt", "a", timer("PT1H")))
    story = begun(xml)
    first = story.wait("bt").due_at
    story.do("a")
    story.world = type(story.world)(story.world.now.replace(hour=5))
    second = story.back("b", "a").wait("bt").due_at
    assert first is not None
    assert second is not None
    assert second > first


def test_the_trace_tells_what_was_withdrawn() -> None:
    story = begun(LINEAR).do("a").back("b", "a")
    assert story.trace[-2:] == [("b", Traced.CANCELED), ("a", Traced.ENTERED)]


def test_a_refused_return_changes_nothing() -> None:
    story = begun(PARALLEL).do("a", "b")
    before = story.state
    with pytest.raises(InvalidInput):
        story.back("b2", "d")
    assert story.state is before


def test_a_sub_process_whose_inputs_fail_on_going_on_is_an_incident_that_can_be_repaired() -> None:
    inputs = mapping({"limit": "=if broken then function(x) x else amount"})
    inner = sub("sub", "ss->i1; i1->se", Shape("startEvent", "ss"), end("se"), user("i1"), extensions=inputs)
    xml = diagram("s->sub; sub->z; z->e", inner, user("z"))
    story = begun(xml, amount=5, broken=False).do("i1").set(broken=True).back("z", "i1").at("i1")
    assert story.wait("sub").kind is WaitKind.INCIDENT
    story.set(broken=False).act("retry", "sub").at("i1").do("i1").at("z").finish()
    story = begun(xml, amount=5, broken=False).do("i1").set(broken=True).back("z", "i1").do("i1")
    assert [wait.kind for wait in story.waits()] == [WaitKind.INCIDENT]
    story.set(broken=False).act("retry", "sub").at("z").finish()


def test_a_handler_of_compensation_that_is_over_cannot_be_returned_to() -> None:
    xml = diagram(
        "s->book; book->t; t->z; z->e",
        job("book"),
        boundary("cb", "book", "<compensateEventDefinition/>"),
        user("undo", isForCompensation="true"),
        Shape("intermediateThrowEvent", "t", "<compensateEventDefinition/>"),
        user("z"),
        more='<association id="as" sourceRef="cb" targetRef="undo"/>',
    )
    story = begun(xml).do("book", "undo").at("z")
    with pytest.raises(InvalidInput) as refused:
        story.back("z", "undo")
    assert refused.value.code == "not_passed"
    story.at("z").back("z", "book").do("book").at("undo").do("undo").at("z").finish()
