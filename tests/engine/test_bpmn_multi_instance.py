"""Multi-instance activities: parallel and sequential, over tasks, sub-processes and calls."""

from __future__ import annotations

import pytest

from engine.bpmn.waits import WaitKind
from engine.vocabulary import Traced
from tests.engine.bpmn_story import Shape, begun, boundary, call, diagram, end, loop, mapping, sub, timer, user

VOTES = {"item": "who", "output": "votes", "element": "=vote"}


def voting(inside: str) -> bytes:
    return diagram("s->m; m->z; z->e", user("m", inside), user("z"))


@pytest.mark.parametrize(("sequential", "first"), [(False, ["x", "y", "z"]), (True, ["x"])])
def test_each_item_has_an_instance_and_results_keep_the_order(sequential: bool, first: list[str]) -> None:
    story = begun(voting(loop("=people", sequential=sequential, **VOTES)), people=["x", "y", "z"])
    assert [wait.variables["who"] for wait in story.opened] == first
    story.do("m", vote="1").do("m", vote="2").do("m", vote="3").at("z")
    assert story.variables == {"people": ["x", "y", "z"], "votes": ["1", "2", "3"]}
    story.finish()


def test_results_are_in_the_order_of_the_items_not_of_the_answers() -> None:
    story = begun(voting(loop("=people", **VOTES)), people=["x", "y"])
    last = story.waits()[-1].n
    story.step(lambda run: run.complete(last, {"vote": "second"}))
    assert story.do("m", vote="first").variables["votes"] == ["first", "second"]


def test_results_are_local_until_all_are_there() -> None:
    story = begun(voting(loop("=people", **VOTES)), people=["x", "y"]).do("m", vote="1")
    assert "votes" not in story.variables
    assert "vote" not in story.variables


@pytest.mark.parametrize("sequential", [False, True])
def test_an_empty_collection_passes(sequential: bool) -> None:
    story = begun(voting(loop("=people", sequential=sequential, **VOTES)), people=[]).at("z")
    assert story.variables["votes"] == []


@pytest.mark.parametrize("people", [None, "xy", 5, {"a": 1}])
def test_what_is_no_list_is_an_incident(people: object) -> None:
    story = begun(voting(loop("=people")), people=people)
    incident = story.wait("m", WaitKind.INCIDENT)
    assert incident.name == "collection_not_a_list"
    assert incident.facts["missing"] == ("people" if people is None else None)
    story.set(people=["x"]).act("retry", "m").do("m").at("z").finish()


def test_more_than_a_thousand_instances_are_an_incident() -> None:
    assert begun(voting(loop(cardinality="=1001"))).wait("m").name == "collection_not_a_list"


def test_a_cardinality_counts_instances() -> None:
    story = begun(voting(loop(cardinality="=n + 1")), n=2)
    assert [wait.variables["loopCounter"] for wait in story.opened] == [1, 2, 3]
    story.do("m", "m", "m").at("z")


@pytest.mark.parametrize(
    ("until", "answers", "done"),
    [
        ("=numberOfCompletedInstances >= 2", ["a", "b"], True),
        ("=numberOfCompletedInstances / numberOfInstances >= 0.5", ["a", "b"], True),
        ("=numberOfActiveInstances = 1", ["a", "b"], True),
        ('=vote = "reject"', ["a", "reject"], True),
        ('=count(votes[item = "a"]) >= 2', ["a", "a"], True),
        ("=numberOfTerminatedInstances > 0", ["a", "b"], False),
    ],
)
def test_a_completion_condition_ends_the_rest(until: str, answers: list[str], done: bool) -> None:
    story = begun(voting(loop("=people", until=until, **VOTES)), people=["x", "y", "z"])
    for answer in answers:
        assert story.waits(WaitKind.USER_TASK)[0].element_id == "m"
        story.do("m", vote=answer)
    assert (story.waits()[0].element_id == "z") is done
    if done:
        assert story.variables["votes"] == [*answers, None]
        assert story.trace.count(("m", Traced.CANCELED)) == 1


def test_a_completion_condition_ends_a_sequence_early() -> None:
    story = begun(voting(loop("=people", sequential=True, until='=vote = "reject"', **VOTES)), people=["x", "y", "z"])
    story.do("m", vote="reject").at("z")
    assert story.variables["votes"] == ["reject", None, None]
    assert story.visited("m") == 1


def test_a_condition_that_is_no_truth_value_is_an_incident_of_the_instance() -> None:
    story = begun(voting(loop("=people", until="=limit")), people=["x", "y"], limit=3).do("m")
    assert story.wait("m", WaitKind.INCIDENT).name == "condition_not_boolean"
    story.set(limit=True).act("retry", "m").at("z").finish()


def test_bpmn_s_own_form_works_too() -> None:
    inside = (
        "<multiInstanceLoopCharacteristics><loopDataInputRef>people</loopDataInputRef><loopDataOutputRef>votes</loopDataOutputRef>"
        '<inputDataItem id="who"/><outputDataItem id="o1" name="vote"/></multiInstanceLoopCharacteristics>'
    )
    story = begun(voting(inside), people=["x", "y"]).do("m", vote="1").do("m", vote="2").at("z")
    assert story.variables["votes"] == ["1", "2"]


def test_over_a_sub_process_each_instance_has_its_own_scope() -> None:
    inner = sub(
        "m",
        "ms->i; i->j; j->me",
        Shape("startEvent", "ms"),
        end("me"),
        user("i"),
        user("j"),
        inside=loop("=people", item="who", output="votes", element="=vote"),
    )
    story = begun(diagram("s->m; m->z; z->e", inner, user("z")), people=["x", "y"]).at("i", "i")
    story.do("i", vote="1").do("i", vote="2").at("j", "j").do("j", "j").at("z")
    assert story.variables == {"people": ["x", "y"], "votes": ["1", "2"]}
    assert (story.visited("m"), story.visited("z")) == (2, 1)


def test_nested_multi_instance() -> None:
    inner = sub(
        "d",
        "ds->m; m->de",
        Shape("startEvent", "ds"),
        end("de"),
        user("m", loop("=team", item="who", output="votes", element="=vote")),
        inside=loop("=teams", item="team", output="all", element="=votes"),
    )
    story = begun(diagram("s->d; d->e", inner), teams=[["a", "b"], ["c"]])
    for vote in ("1", "2", "3"):
        story.do("m", vote=vote)
    assert (story.ended, story.variables["all"]) == (True, [["1", "2"], ["3"]])


def test_over_calls_each_case_gets_its_item() -> None:
    shape = call("m", extensions=mapping({"line": "=item"}), propagateAllParentVariables="false")
    shape.inside = loop("=lines")
    story = begun(diagram("s->m; m->e", shape), lines=[1, 2])
    assert [(wait.kind, wait.variables["line"]) for wait in story.opened] == [(WaitKind.CALL, 1), (WaitKind.CALL, 2)]
    assert story.do("m", "m").ended


def test_a_boundary_event_belongs_to_the_whole() -> None:
    xml = diagram(
        "s->m; m->z; z->e; b->h; h->e", user("m", loop("=people")), boundary("b", "m", timer("PT1H")), user("z"), user("h")
    )
    story = begun(xml, people=["x", "y"]).do("m")
    assert len(story.waits(WaitKind.TIMER)) == 1
    story.fire("b").at("h").finish()


def test_what_follows_has_all_instances_as_causes() -> None:
    story = begun(voting(loop("=people")), people=["x", "y"]).do("m", "m").at("z")
    assert set(story.rows("z")[0].causes) == {row.n for row in story.rows("m")}
    body, first, second = story.rows("m")
    assert (first.owner, second.owner, body.owner) == (body.n, body.n, None)
