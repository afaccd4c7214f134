"""Diagrams broken at random: each is refused with problems, or runs without anything unforeseen."""

from __future__ import annotations

import random
from xml.etree import ElementTree

import pytest

from engine.bpmn.parse import parse
from engine.bpmn.run import Run, World
from engine.bpmn.waits import WaitKind
from engine.errors import InvalidInput
from tests.engine.bpmn_story import (
    BEGIN,
    ERROR,
    ESCALATION,
    MESSAGE,
    SIGNAL,
    Shape,
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

COMPENSATE = "<compensateEventDefinition/>"
RICH = diagram(
    "s->a; a->f; f->sub; f->m; sub->j; m->j; j->i; i-[=n > 0]->c; i-[=n < 0]->d; i-[*]->r; c->k; d->k; r->k; k->g; g->t; g->w; "
    "t->x; w->x; x-[=again]->a; x-[*]->th; th->sig; sig->e; be->h; h->e; bm->h2; h2->e",
    user("a", extensions=gc(sign="all", outcome_variable="v") + mapping({"x": "=n + 1"}, {"y": "=x"})),
    gateway("parallel", "f", "j"),
    gateway("inclusive", "i", "k"),
    gateway("exclusive", "x"),
    gateway("eventBased", "g"),
    sub(
        "sub",
        "ss->p1; p1->q; q->se",
        Shape("startEvent", "ss"),
        user("p1"),
        Shape("intermediateThrowEvent", "q", ESCALATION),
        end("se", ERROR),
        event_sub("inner", SIGNAL, interrupting=False),
    ),
    boundary("be", "sub", ERROR),
    user("h"),
    user("m", loop("=[1,2]", output="out", element="=answer", until="=numberOfCompletedInstances > 1")),
    boundary("bm", "m", timer("R2/PT1H", "timeCycle"), interrupting=False),
    user("h2"),
    call("c"),
    job("d"),
    boundary("bd", "d", COMPENSATE),
    user("undo", isForCompensation="true"),
    script("r", "=n * 2", "n2"),
    catch("t", timer("PT1H")),
    catch("w", MESSAGE),
    Shape("intermediateThrowEvent", "th", COMPENSATE),
    Shape("intermediateThrowEvent", "sig", SIGNAL),
    event_sub("outer", MESSAGE),
    more='<association id="as" sourceRef="bd" targetRef="undo"/>',
)
VALUES = (
    "",
    "=",
    "=n",
    "=null",
    "=[1,2]",
    '="a"',
    "PT1H",
    "R/PT1S",
    "a",
    "sub",
    "e",
    "true",
    "false",
    "=1/0",
    "=x.y[1]",
    "x" * 300,
    "=date(1)",
)


def broken(seed: int) -> bytes:
    choose = random.Random(seed)  # noqa: S311  # repeatable chance, no secret
    root = ElementTree.fromstring(RICH)  # noqa: S314  # our own text
    for _ in range(choose.randint(1, 4)):
        parents = [(parent, child) for parent in root.iter() for child in parent]
        parent, child = choose.choice(parents)
        how = choose.randrange(5)
        if how == 0:
            parent.remove(child)
        elif how == 1:
            child.set(choose.choice([*child.keys(), "default", "name", "isForCompensation"]), choose.choice(VALUES))
        elif how == 2 and child.attrib:
            del child.attrib[choose.choice(list(child.keys()))]
        elif how == 3:
            child.text = choose.choice(VALUES)
        else:
            target = choose.choice(parents)[0]
            if target not in child.iter():
                parent.remove(child)
                target.append(child)
    return bytes(ElementTree.tostring(root))


def play(xml: bytes, seed: int) -> set[str]:
    """The codes of the incidents a random story of the diagram met."""
    choose = random.Random(seed)  # noqa: S311  # repeatable chance, no secret
    incidents: set[str] = set()
    for definition in parse(xml):
        try:
            run = Run(definition, World(BEGIN))
            run.begin({"n": 1, "key": "k"})
        except InvalidInput:
            continue
        for _ in range(25):
            waits = run.open_waits()
            incidents |= {wait.name for wait in waits if wait.kind is WaitKind.INCIDENT}
            waits = [wait for wait in waits if wait.kind is not WaitKind.INCIDENT]
            if not waits:
                break
            wait = choose.choice(waits)
            if wait.kind in (WaitKind.TIMER, WaitKind.MESSAGE, WaitKind.SIGNAL):
                run.trigger(wait.n, {"came": 1})
            elif choose.random() < 0.15:
                run.throw_error(wait.n, "E1", "", {})
            else:
                run.complete(wait.n, {"answer": 1, "again": choose.random() < 0.3, "n": choose.randint(-1, 1)})
            run = Run(definition, World(BEGIN), run.state())
    return incidents


def test_the_whole_diagram_runs_unbroken() -> None:
    assert play(RICH, 1) <= {"unhandled_error"}


@pytest.mark.parametrize("part", range(4))
def test_a_broken_diagram_is_refused_or_runs(part: int) -> None:
    refused = 0
    incidents: set[str] = set()
    for seed in range(part * 100, part * 100 + 100):
        xml = broken(seed)
        try:
            incidents = play(xml, seed)
        except InvalidInput as rejection:
            told = rejection.facts["problems"]
            refused += 1
        else:
            told = ["nothing to tell"]
        assert told, f"seed {seed}: refused without a reason"
        assert "element_failed" not in incidents, f"seed {seed}: something unforeseen happened"
    assert 20 < refused < 95
