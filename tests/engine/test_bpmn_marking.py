"""What is kept of an instance between runs, and that the definition is never changed by one."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from engine.bpmn.definition import Definition
from engine.bpmn.marking import packed, unpacked
from engine.bpmn.parse import parse
from engine.bpmn.process_spec import ProcessSpec
from tests.engine.bpmn_story import (
    ERROR,
    MESSAGE,
    Shape,
    begun,
    boundary,
    diagram,
    end,
    event_sub,
    gateway,
    gc,
    job,
    loop,
    script,
    sub,
    timer,
    user,
)

REVIEW = diagram(
    "s->fill; fill->f; f->legal; f->finance; legal->j; finance->j; j->x; x-[=amount > 1000]->gm; x-[*]->e; gm->e; t->e",
    Shape("startEvent", "s", "", '<zeebe:formDefinition formId="contract"/>'),
    *(user(name, extensions=gc(sign="all", outcome_variable=f"{name}_says")) for name in ("fill", "legal", "finance", "gm")),
    gateway("parallel", "f", "j"),
    gateway("exclusive", "x"),
    boundary("t", "legal", timer("P1D"), interrupting=False),
    event_sub("withdrawn", '<messageEventDefinition messageRef="m2"/>'),
)
EVERYTHING = diagram(
    "s->a; a->sub; sub->m; m->j; j->c; c->e; b->h; h->e; bj->h",
    user("a"),
    sub("sub", "ss->i; i->se", Shape("startEvent", "ss"), end("se"), user("i"), event_sub("inner", MESSAGE, interrupting=False)),
    boundary("b", "sub", timer("R/PT1H", "timeCycle"), interrupting=False),
    user("m", loop("=[1,2]", output="votes")),
    job("j"),
    boundary("bj", "j", ERROR),
    user("h"),
    script("c", "=1", "done"),
    event_sub("outer", '<signalEventDefinition signalRef="sg"/>'),
)


def picture(definition: Definition) -> dict[str, Any]:
    """Everything the specification holds, deep enough to see any change of it."""
    spec = definition.spec

    def told(value: Any) -> Any:
        if isinstance(value, ProcessSpec):
            return "the process"
        if hasattr(value, "hard_subscribers"):
            return (value.hard_subscribers, value.weak_subscribers)
        if isinstance(value, dict):
            return {str(key): told(each) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return [told(each) for each in value]
        return repr(value) if not hasattr(value, "task_specs") else "the process"

    tasks = {name: {key: told(each) for key, each in vars(task).items()} for name, task in spec.task_specs.items()}
    return {"tasks": tasks, "spec": {key: told(each) for key, each in vars(spec).items() if key not in ("task_specs", "start")}}


def test_no_run_changes_the_shared_specification() -> None:
    definition = parse(EVERYTHING)[0]
    before = picture(definition)
    assert len(str(before)) > 5_000
    story = begun(definition, key="k").do("a").fire("inner_s").fire("b").at("i", "inner_t", "h")
    story.do("i", "inner_t", "m", "m").act("throw_error", "j", "E1", "").at("h", "h").back("h", "a").at("a")
    begun(definition, key="k").do("a").fire("outer_s").finish()
    assert picture(definition) == before


def test_instances_of_one_definition_do_not_meet() -> None:
    definition = parse(EVERYTHING)[0]
    first, second = begun(definition, key="1"), begun(definition, key="2").do("a")
    first.fire("outer_s").at("outer_t")
    second.at("i").fire("inner_s", seen=2).at("i", "inner_t")
    assert "seen" not in first.variables


def test_a_running_contract_review_is_kept_in_two_kilobytes() -> None:
    story = begun(REVIEW, amount=5000).do("fill").at("legal", "finance")
    assert story.state is not None
    assert len(json.dumps(story.state.marking)) < 1_000


def test_a_marking_does_not_grow_with_the_turns_of_a_loop() -> None:
    xml = diagram(
        "s->t; t->f; f->a; f->b; a->j; b->j; j->n; n->x; x-[=n < 60]->t; x-[*]->e",
        gateway("exclusive", "t", "x"),
        gateway("parallel", "f", "j"),
        user("a"),
        user("b"),
        script("n", "=n + 1", "n"),
    )
    story = begun(xml, n=0)
    sizes = []
    while not story.ended:
        sizes.append(len(json.dumps(story.state.marking if story.state else {})))
        story.do("a", "b")
    assert max(sizes) - min(sizes) < 20


def test_finished_branches_leave_nothing_behind() -> None:
    story = begun(REVIEW, amount=5000).do("fill", "legal")
    assert story.state is not None
    names = [row[1] for row in story.state.marking["t"]]
    assert sorted(names) == ["finance", "j", "withdrawn_s"]


def test_an_ended_instance_keeps_only_that_it_is_over() -> None:
    story = begun(REVIEW, amount=1).do("fill", "legal", "finance")
    assert story.state is not None
    assert story.state.marking.keys() == {"n", "t", "e"}
    assert story.state.marking["t"] == []


@pytest.mark.parametrize(
    "value",
    [
        None,
        Decimal("1.50"),
        [Decimal(1), {"a": Decimal("0.10")}],
        {"$": "1.50"},
        {"$": {"$": Decimal(2)}},
        {"$": "x", "b": [True, "文字"]},
    ],
)
def test_local_values_come_back_as_they_were(value: object) -> None:
    assert unpacked(json.loads(json.dumps(packed(value)))) == value


def test_every_activation_is_in_the_log_once_it_was_entered() -> None:
    story = begun(REVIEW, amount=1).do("fill", "legal", "finance")
    entered = {name for name, _ in story.trace}
    assert entered == {row.element_id for row in story.log.values()}
    assert all(cause in story.log for row in story.log.values() for cause in row.causes)
