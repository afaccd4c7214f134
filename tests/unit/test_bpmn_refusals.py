"""Diagrams that are refused, with element, line and a sentence; and what is read from those that are not."""

from __future__ import annotations

import pytest

from engine.bpmn.definition import Kind, TimerKind
from engine.bpmn.parse import parse
from engine.errors import InvalidInput
from tests.engine.bpmn_story import (
    ERROR,
    MESSAGE,
    NAMESPACES,
    SIGNAL,
    Shape,
    boundary,
    call,
    catch,
    diagram,
    end,
    event_sub,
    gateway,
    job,
    loop,
    mapping,
    problems,
    script,
    sub,
    timer,
    user,
)

COMPENSATE = "<compensateEventDefinition/>"
START = Shape("startEvent", "s2")


def refused(code: str, element_id: str | None, *shapes: Shape | list[Shape], flows: str = "s->a; a->e", more: str = "") -> None:
    found = problems(diagram(flows, *shapes, more=more))
    assert (code, element_id) in [(p["code"], p["element_id"]) for p in found], found
    assert all(p["sentence"].strip() for p in found)


@pytest.mark.parametrize(
    ("code", "element_id", "shapes", "flows"),
    [
        # flows
        ("dangling_reference", "a_x", [user("a")], "s->a; a->x; a->e"),
        ("refused", "a_i", [user("a"), sub("sub", "", user("i"))], "s->a; a->i; s->sub; a->e"),
        ("missing", "x", [user("a"), *gateway("exclusive", "x")], "s->x; x-[=n > 1]->a; x->e; a->e"),
        ("invalid_value", "a", [user("a"), user("b")], "s->a; a-[n > 1]->b; b->e"),
        ("invalid_expression", "a", [user("a"), user("b")], "s->a; a-[=n >]->b; b->e"),
        ("refused", "f", [user("a"), *gateway("parallel", "f")], "s->f; f-[=n > 1]->a; a->e"),
        ("refused", "s", [user("a")], "s-[=n > 1]->a; a->e"),
        ("refused", "e", [user("a")], "s->a; a->e; e->a"),
        ("refused", "s", [user("a")], "s->a; a->s; a->e"),
        ("unreachable", "b", [user("a"), user("b")], "s->a; a->e; b->e"),
        (
            "missing",
            "a",
            [sub("a", "i->k; k->i", user("i"), user("k"))],
            "s->a; a->e",
        ),
        # starts and ends
        ("refused", "s2", [START, user("a")], "s->a; s2->a; a->e"),
        (
            "refused",
            "i2",
            [sub("a", "i1->t; i2->t", Shape("startEvent", "i1"), Shape("startEvent", "i2"), user("t"))],
            "s->a; a->e",
        ),
        ("refused", "i1", [sub("a", "i1->t", Shape("startEvent", "i1", MESSAGE), user("t"))], "s->a; a->e"),
        ("refused", "s", [Shape("startEvent", "s", ERROR), user("a")], "s->a; a->e"),
        ("refused", "a", [end("a", timer("PT1H"))], "s->a"),
        ("refused", "a", [catch("a", ERROR)], "s->a; a->e"),
        ("refused", "a", [catch("a", "")], "s->a; a->e"),
        ("refused", "a", [catch("a", MESSAGE + SIGNAL)], "s->a; a->e"),
        ("refused", "a", [Shape("intermediateThrowEvent", "a", ERROR)], "s->a; a->e"),
        ("refused", "a", [Shape("intermediateThrowEvent", "a", timer("PT1H"))], "s->a; a->e"),
        (
            "misplaced",
            "m",
            [user("a"), Shape("startEvent", "m", MESSAGE, '<zeebe:formDefinition formId="f"/>')],
            "s->a; m->a; a->e",
        ),
        # event sub-processes
        (
            "missing",
            "esp",
            [user("a"), Shape("subProcess", "esp", '<userTask id="i"/>', "", {"triggeredByEvent": "true"})],
            "s->a; a->e",
        ),
        ("refused", "esp", [user("a"), event_sub("esp", MESSAGE)], "s->a; a->esp; a->e"),
        ("refused", "esp_s", [user("a"), event_sub("esp", "")], "s->a; a->e"),
        ("refused", "esp_s", [user("a"), event_sub("esp", COMPENSATE)], "s->a; a->e"),
        # borders
        ("dangling_reference", "b", [user("a"), boundary("b", "nowhere", MESSAGE)], "s->a; a->e; b->e"),
        (
            "dangling_reference",
            "b",
            [user("a"), *gateway("exclusive", "x"), boundary("b", "x", MESSAGE)],
            "s->x; x->a; a->e; b->e",
        ),
        ("dangling_reference", "b", [sub("a", "", user("i")), boundary("b", "i", MESSAGE)], "s->a; a->e; b->e"),
        ("refused", "b", [user("a"), boundary("b", "a", ERROR, interrupting=False)], "s->a; a->e; b->e"),
        ("refused", "b", [user("a"), boundary("b", "a", MESSAGE)], "s->a; a->b; a->e; b->e"),
        ("refused", "b", [user("a"), boundary("b", "a", "")], "s->a; a->e; b->e"),
        # compensation
        ("dangling_reference", "b", [user("a"), boundary("b", "a", COMPENSATE)], "s->a; a->e"),
        ("dangling_reference", "h", [user("a"), user("h", isForCompensation="true")], "s->a; a->e"),
        (
            "dangling_reference",
            "a",
            [Shape("intermediateThrowEvent", "a", '<compensateEventDefinition activityRef="x"/>')],
            "s->a; a->e",
        ),
        # work
        ("missing", "a", [Shape("serviceTask", "a")], "s->a; a->e"),
        ("missing", "a", [Shape("scriptTask", "a")], "s->a; a->e"),
        ("missing", "a", [Shape("businessRuleTask", "a")], "s->a; a->e"),
        ("missing", "a", [Shape("callActivity", "a")], "s->a; a->e"),
        ("missing", "a", [Shape("sendTask", "a")], "s->a; a->e"),
        ("missing", "a", [Shape("receiveTask", "a")], "s->a; a->e"),
        ("missing", "a", [end("a", "<messageEventDefinition/>")], "s->a"),
        ("missing", "a", [job("a", tag="endEvent")], "s->a"),
        ("missing", "a", [end("a", "<errorEventDefinition/>")], "s->a"),
        ("missing", "a", [catch("a", "<signalEventDefinition/>")], "s->a; a->e"),
        ("dangling_reference", "a", [catch("a", '<messageEventDefinition messageRef="x"/>')], "s->a; a->e"),
        ("dangling_reference", "a", [catch("a", '<signalEventDefinition signalRef="x"/>')], "s->a; a->e"),
        ("dangling_reference", "a", [end("a", '<errorEventDefinition errorRef="x"/>')], "s->a"),
        ("missing", "a", [catch("a", "<timerEventDefinition/>")], "s->a; a->e"),
        ("invalid_value", "a", [catch("a", timer("tomorrow"))], "s->a; a->e"),
        ("invalid_value", "a", [catch("a", timer("0 0 9 * * ?", "timeCycle"))], "s->a; a->e"),
        ("invalid_value", "a", [script("a", "1 + 1", "n")], "s->a; a->e"),
        ("invalid_expression", "a", [script("a", "=1 +", "n")], "s->a; a->e"),
        ("invalid_expression", "a", [user("a", extensions=mapping({"x": "=("}))], "s->a; a->e"),
        ("invalid_expression", "a", [user("a", extensions='<zeebe:assignmentDefinition assignee="=starter."/>')], "s->a; a->e"),
        ("missing", "a", [call("a", bindingType="versionTag")], "s->a; a->e"),
        # gateways
        ("missing", "a", gateway("eventBased", "a"), "s->a"),
        ("refused", "g", [*gateway("eventBased", "g"), user("a")], "s->g; g->a; a->e"),
        ("refused", "g", [*gateway("eventBased", "g"), catch("a", MESSAGE)], "s->g; g->a; s->a; a->e"),
        # multi-instance
        ("missing", "a", [user("a", loop())], "s->a; a->e"),
        ("missing", "a", [user("a", loop("=l", cardinality="=3"))], "s->a; a->e"),
        ("invalid_value", "a", [user("a", loop("people"))], "s->a; a->e"),
        ("invalid_expression", "a", [user("a", loop("=people", until="=>"))], "s->a; a->e"),
    ],
)
def test_refuses(code: str, element_id: str, shapes: list[Shape], flows: str) -> None:
    refused(code, element_id, shapes, flows=flows)


def test_refuses_a_default_flow_that_is_not_there() -> None:
    refused("dangling_reference", "a", user("a", default="nowhere"))


def test_refuses_an_id_twice_and_an_element_without_one() -> None:
    refused("duplicate", "a", user("a"), more='<task id="a"/>')
    refused("missing", "p", user("a"), more="<task/>")


def test_refuses_incoming_and_outgoing_that_name_no_flow() -> None:
    refused("dangling_reference", "a", user("a", "<incoming>nowhere</incoming>"))


def test_refuses_a_file_without_an_executable_process() -> None:
    assert problems(f'<definitions {NAMESPACES} id="defs"/>'.encode())[0]["code"] == "missing"
    with pytest.raises(InvalidInput) as found:
        parse(b"<html/>")
    assert found.value.code == "invalid_bpmn"


def test_refuses_a_pool_of_a_process_that_is_not_there() -> None:
    xml = diagram("s->a; a->e", user("a")).replace(
        b"<process ", b'<collaboration id="c"><participant id="p1" processRef="x"/></collaboration><process ', 1
    )
    assert problems(xml)[0]["code"] == "dangling_reference"


def test_refuses_a_correlation_key_that_is_no_expression() -> None:
    assert problems(diagram("s->a; a->e", user("a")).replace(b'"=key"', b'"key"'))[0]["code"] == "invalid_value"


def test_the_message_of_the_refusal_names_the_first_problem_and_its_line() -> None:
    xml = diagram("s->a; a->e", Shape("complexGateway", "a")).replace(b"<complexGateway", b"\n\n<complexGateway")
    with pytest.raises(InvalidInput, match=r"^a \(line 3\): <complexGateway> cannot be honoured: complex gateways are not run$"):
        parse(xml)


def test_reads_what_a_task_of_people_says() -> None:
    extensions = (
        '<zeebe:assignmentDefinition assignee="=starter.id" candidateGroups="gm,dgm" candidateUsers="li.hua"/>'
        '<zeebe:taskSchedule dueDate="=due" followUpDate="2026-01-01T00:00:00Z"/><zeebe:priorityDefinition priority="70"/>'
        '<zeebe:formDefinition formId="quote" bindingType="latest"/>'
    )
    xml = diagram("s->a; a->e", user("a", extensions=extensions, name="审核"))
    task = parse(xml)[0].elements["a"]
    assert (task.kind, task.name, task.line) == (Kind.USER_TASK, "审核", 1)
    assert (task.assignee, task.candidate_groups, task.candidate_users) == ("=starter.id", "gm,dgm", "li.hua")
    assert (task.due_date, task.follow_up_date, task.priority) == ("=due", "2026-01-01T00:00:00Z", "70")
    assert (task.form_id, task.form_binding) == ("quote", "latest")
    assert (task.incoming, task.outgoing) == (("s_a",), ("a_e",))


def test_reads_scopes_borders_and_timers() -> None:
    inner = sub("a", "i->k", user("i"), user("k"))
    elements = parse(diagram("s->a; a->e; b->e", inner, boundary("b", "a", timer("PT4H"), interrupting=False)))[0].elements
    assert [elements[name].scope_id for name in ("a", "i", "b")] == [None, "a", None]
    assert (elements["b"].attached_to, elements["b"].is_interrupting) == ("a", False)
    event = elements["b"].event
    assert event is not None
    assert (event.timer, event.text) == (TimerKind.DURATION, "PT4H")


def test_reads_the_process() -> None:
    tag = '<zeebe:versionTag value="2026.1"/>'
    definition = parse(diagram("s->a; a->e", user("a"), extensions=tag))[0]
    assert (definition.process_id, definition.name, definition.version_tag) == ("p", "P", "2026.1")
    assert definition.start_event_id == "s"


def test_values_are_frozen() -> None:
    definition = parse(diagram("s->a; a->e", user("a")))[0]
    with pytest.raises(AttributeError):
        definition.elements["a"].name = "x"  # type: ignore[misc]  # that it cannot be set is the point
    with pytest.raises(TypeError):
        definition.elements["x"] = definition.elements["a"]  # type: ignore[index]  # that it cannot be set is the point


def test_refuses_a_process_of_more_than_a_thousand_elements() -> None:
    tasks = [user(f"t{number}") for number in range(1_000)]
    assert [p["code"] for p in problems(diagram("s->e", *tasks))] == ["limit_exceeded"]
