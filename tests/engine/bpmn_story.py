"""Small diagrams from a few words, and a story: an instance that is put away as JSON between every two steps."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pytest

from engine.bpmn.definition import Definition
from engine.bpmn.parse import parse
from engine.bpmn.run import Run, State, Undone, World
from engine.bpmn.waits import Activation, Closed, Throw, Wait, WaitKind
from engine.errors import InvalidInput
from engine.vocabulary import ActivationState, Traced

BEGIN = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
NAMESPACES = (
    'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)
CATALOGUE = (
    '<message id="m1" name="m1"><extensionElements><zeebe:subscription correlationKey="=key"/></extensionElements></message>'
    '<message id="m2" name="m2"/><signal id="sg" name="alarm"/><error id="er" name="er" errorCode="E1"/>'
    '<error id="er2" name="er2" errorCode="E2"/><escalation id="es" name="es" escalationCode="X1"/>'
)


@dataclass
class Shape:
    """An element: `inside` is BPMN, `extensions` go into its extensionElements."""

    tag: str
    element_id: str
    inside: str = ""
    extensions: str = ""
    attributes: dict[str, str] = field(default_factory=dict)

    def xml(self) -> str:
        attributes = "".join(f" {name}={quoteattr(value)}" for name, value in self.attributes.items())
        extensions = f"<extensionElements>{self.extensions}</extensionElements>" if self.extensions else ""
        return f'<{self.tag} id="{self.element_id}"{attributes}>{extensions}{self.inside}</{self.tag}>'


def gc(**settings: str) -> str:
    """`gc(sign="all")`; a double underscore in a name is a dot."""
    pairs = "".join(
        f'<zeebe:property name="gc.{name.replace("__", ".")}" value={quoteattr(value)}/>' for name, value in settings.items()
    )
    return f"<zeebe:properties>{pairs}</zeebe:properties>"


def mapping(inputs: Mapping[str, str] | None = None, outputs: Mapping[str, str] | None = None) -> str:
    """{target: source}"""
    pairs = "".join(f"<zeebe:input source={quoteattr(s)} target={quoteattr(t)}/>" for t, s in (inputs or {}).items())
    pairs += "".join(f"<zeebe:output source={quoteattr(s)} target={quoteattr(t)}/>" for t, s in (outputs or {}).items())
    return f"<zeebe:ioMapping>{pairs}</zeebe:ioMapping>"


def user(element_id: str, inside: str = "", extensions: str = "", **attributes: str) -> Shape:
    return Shape("userTask", element_id, inside, "<zeebe:userTask/>" + extensions, attributes)


def script(element_id: str, expression: str, variable: str, extensions: str = "") -> Shape:
    return Shape(
        "scriptTask",
        element_id,
        "",
        f"<zeebe:script expression={quoteattr(expression)} resultVariable={quoteattr(variable)}/>{extensions}",
    )


def job(
    element_id: str, job_type: str = "work", extensions: str = "", tag: str = "serviceTask", inside: str = "", **attributes: str
) -> Shape:
    return Shape(tag, element_id, inside, f"<zeebe:taskDefinition type={quoteattr(job_type)}/>{extensions}", attributes)


def call(element_id: str, process: str = "other", extensions: str = "", **flags: str) -> Shape:
    attributes = "".join(f" {name}={quoteattr(value)}" for name, value in flags.items())
    return Shape("callActivity", element_id, "", f"<zeebe:calledElement processId={quoteattr(process)}{attributes}/>{extensions}")


def gateway(kind: str, *ids: str) -> list[Shape]:
    return [Shape(f"{kind}Gateway", each) for each in ids]


def timer(text: str, kind: str = "timeDuration") -> str:
    return f"<timerEventDefinition><{kind}>{escape(text)}</{kind}></timerEventDefinition>"


MESSAGE = '<messageEventDefinition messageRef="m1"/>'
SIGNAL = '<signalEventDefinition signalRef="sg"/>'
ERROR = '<errorEventDefinition errorRef="er"/>'
ESCALATION = '<escalationEventDefinition escalationRef="es"/>'


def boundary(element_id: str, on: str, event: str, *, interrupting: bool = True) -> Shape:
    return Shape("boundaryEvent", element_id, event, "", {"attachedToRef": on, "cancelActivity": str(interrupting).lower()})


def catch(element_id: str, event: str) -> Shape:
    return Shape("intermediateCatchEvent", element_id, event)


def end(element_id: str, event: str = "", extensions: str = "") -> Shape:
    return Shape("endEvent", element_id, event, extensions)


def sub(
    element_id: str, flows: str, *shapes: Shape | list[Shape], inside: str = "", extensions: str = "", **attributes: str
) -> Shape:
    return Shape("subProcess", element_id, inside + body(flows, *shapes), extensions, attributes)


def event_sub(element_id: str, event: str, *shapes: Shape | list[Shape], flows: str = "", interrupting: bool = True) -> Shape:
    """Its start is `<id>_s`, its end `<id>_e`, and without `flows` one user task `<id>_t` stands between."""
    start = Shape("startEvent", f"{element_id}_s", event, "", {"isInterrupting": str(interrupting).lower()})
    inner = shapes or (user(f"{element_id}_t"),)
    flows = flows or f"{element_id}_s -> {element_id}_t; {element_id}_t -> {element_id}_e"
    return Shape("subProcess", element_id, body(flows, start, end(f"{element_id}_e"), *inner), "", {"triggeredByEvent": "true"})


def loop(
    collection: str | None = None,
    *,
    sequential: bool = False,
    item: str = "item",
    output: str | None = None,
    element: str = "=answer",
    until: str = "",
    cardinality: str = "",
) -> str:
    zeebe = "" if collection is None else f" inputCollection={quoteattr(collection)} inputElement={quoteattr(item)}"
    zeebe += "" if output is None else f" outputCollection={quoteattr(output)} outputElement={quoteattr(element)}"
    condition = f"<completionCondition>{escape(until)}</completionCondition>" if until else ""
    count = f"<loopCardinality>{escape(cardinality)}</loopCardinality>" if cardinality else ""
    return (
        f'<multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}"><extensionElements>'
        f"<zeebe:loopCharacteristics{zeebe}/></extensionElements>{count}{condition}</multiInstanceLoopCharacteristics>"
    )


def body(flows: str, *shapes: Shape | list[Shape]) -> str:
    """`a -> b; x -[=n > 1]-> b; x -[*]-> c` (the default flow); flow ids are `a_b`."""
    flat = [each for shape in shapes for each in (shape if isinstance(shape, list) else [shape])]
    by_id = {shape.element_id: shape for shape in flat}
    out = []
    for part in filter(None, (piece.strip() for piece in re.split(r";\s*(?![^\[]*\]-)", flows))):
        found = re.fullmatch(r"(\w+)\s*-(?:\[(.*)\]-)?>\s*(\w+)", part)
        assert found is not None, part
        source, condition, target = found.groups()
        inner = ""
        if condition == "*":
            by_id[source].attributes["default"] = f"{source}_{target}"
        elif condition:
            inner = f'<conditionExpression xsi:type="tFormalExpression">{escape(condition)}</conditionExpression>'
        out.append(f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>')
    return "".join(shape.xml() for shape in flat) + "".join(out)


def diagram(flows: str, *shapes: Shape | list[Shape], more: str = "", extensions: str = "", start: str = "") -> bytes:
    """A process `p` with a start `s` and an end `e` of its own."""
    flat = [each for shape in shapes for each in (shape if isinstance(shape, list) else [shape])]
    known = {shape.element_id for shape in flat}
    if "s" not in known and re.search(r"\bs\b\s*-", flows):
        flat.insert(0, Shape("startEvent", "s", "", start))
    if "e" not in known and re.search(r">\s*e\b", flows):
        flat.append(end("e"))
    properties = extensions or gc(dialect="1")
    return (
        f'<definitions {NAMESPACES} id="defs" targetNamespace="t">{CATALOGUE}<process id="p" name="P" isExecutable="true">'
        f"<extensionElements>{properties}</extensionElements>{body(flows, *flat)}{more}</process></definitions>"
    ).encode()


class Story:
    """Plays the layer above: keeps the log, the trace and what was thrown; tasks are named by their elements.

    A task is answered by its element id; with several of them open, the oldest.
    """

    def __init__(self, xml: bytes | Definition, *, names: Mapping[str, Any] | None = None, **variables: Any) -> None:
        self.definition = xml if isinstance(xml, Definition) else parse(xml)[0]
        self.world = World(BEGIN, names=names or {})
        self.log: dict[int, Activation] = {}
        self.trace: list[tuple[str, Traced]] = []
        self.thrown: list[Throw] = []
        self.closed: list[Closed] = []
        self.opened: list[Wait] = []
        self.known: dict[tuple[int, WaitKind], Wait] = {}
        self.outcome: str | None = None
        self.ended = False
        self.state: State | None = None
        self._first = variables

    def begin(self, **how: Any) -> Story:
        return self.step(lambda run: run.begin(self._first, **how))

    def step(self, act: Callable[[Run], Any]) -> Story:
        run = Run(self.definition, self.world, self.state)
        self.result = act(run)
        self._take(run)
        return self

    def _take(self, run: Run) -> None:
        moved = run.drain()
        self.log.update(moved.activations)
        self.trace += moved.trace
        self.thrown += moved.thrown
        self.closed, self.opened = moved.closed, moved.opened
        for closed in moved.closed:
            del self.known[closed.n, closed.kind]
        for wait in moved.opened:
            self.known[wait.n, wait.kind] = wait
        self.ended, self.outcome = run.is_over, moved.outcome
        state = run.state()
        self.state = State(json.loads(json.dumps(state.marking)), _through_json(state.variables))
        told = {key: replace(wait, variables={}) for key, wait in self.known.items()}
        now = {(w.n, w.kind): replace(w, variables={}) for w in Run(self.definition, self.world, self.state).open_waits()}
        assert told == now, "what was handed out must be what is open after loading"

    # -- what is open

    def waits(self, kind: WaitKind | None = None, element_id: str | None = None) -> list[Wait]:
        found = [w for w in self.known.values() if kind in (None, w.kind) and element_id in (None, w.element_id)]
        return sorted(found, key=lambda wait: wait.n)

    def at(self, *element_ids: str) -> Story:
        """Exactly these tasks of people are open."""
        found = sorted(wait.element_id for wait in self.waits(WaitKind.USER_TASK))
        assert found == sorted(element_ids), (found, element_ids)
        return self

    def wait(self, element_id: str, kind: WaitKind | None = None) -> Wait:
        found = self.waits(kind, element_id)
        assert found, f"{element_id} waits for nothing; open: {[(w.element_id, w.kind.value, w.sentence) for w in self.waits()]}"
        return found[0]

    @property
    def variables(self) -> dict[str, Any]:
        assert self.state is not None
        return self.state.variables

    def visited(self, element_id: str) -> int:
        return sum(1 for name, what in self.trace if name == element_id and what is Traced.ENTERED)

    def rows(self, element_id: str, state: ActivationState | None = None) -> list[Activation]:
        found = [row for row in self.log.values() if row.element_id == element_id and state in (None, row.state)]
        return sorted(found, key=lambda row: row.n)

    # -- verbs

    def do(self, *element_ids: str, **variables: Any) -> Story:
        answered = (WaitKind.USER_TASK, WaitKind.JOB, WaitKind.CALL, WaitKind.DECISION)
        for element_id in element_ids:
            wait = next((w for w in self.waits(None, element_id) if w.kind in answered), None)
            assert wait is not None, (
                f"{element_id} is not open; open: {[(w.element_id, w.kind.value, w.sentence) for w in self.waits()]}"
            )
            n = wait.n
            self.step(lambda run, n=n: run.complete(n, variables))
        return self

    def fire(self, element_id: str, **variables: Any) -> Story:
        happening = (WaitKind.TIMER, WaitKind.MESSAGE, WaitKind.SIGNAL)
        wait = next(w for w in self.waits(None, element_id) if w.kind in happening)
        if wait.due_at is not None:
            self.world = replace(self.world, now=max(self.world.now, wait.due_at))
        return self.step(lambda run: run.trigger(wait.n, variables))

    def pass_time(self, by: timedelta) -> Story:
        self.world = replace(self.world, now=self.world.now + by)
        return self

    def act(self, verb: str, element_id: str, *arguments: Any) -> Story:
        """Another verb of `Run` on what `element_id` waits for."""
        return self.step(lambda run: getattr(run, verb)(self.wait(element_id).n, *arguments))

    def set(self, **variables: Any) -> Story:
        return self.step(lambda run: run.set_variables(variables))

    def back(self, from_element: str | None, *targets: str, allow_irreversible: bool = False) -> Story:
        """A return from the open task of `from_element` (None: the ended instance)."""
        n = None if from_element is None else self.wait(from_element).n
        log = sorted(self.log.values(), key=lambda row: row.n)
        return self.step(lambda run: run.rewind(log, n, targets, allow_irreversible=allow_irreversible))

    @property
    def undone(self) -> Undone:
        result = self.result
        assert isinstance(result, Undone)
        return result

    def finish(self, **variables: Any) -> Story:
        """Answer whatever people owe until the instance is over."""
        for _ in range(400):
            open_tasks = self.waits(WaitKind.USER_TASK)
            if not open_tasks:
                break
            n = open_tasks[0].n
            self.step(lambda run, n=n: run.complete(n, variables))
        assert self.ended, (
            f"stuck at {[(w.element_id, w.kind.value, w.sentence) for w in self.waits()]}, {self.state and self.state.marking}"
        )
        return self


def begun(xml: bytes | Definition, **variables: Any) -> Story:
    return Story(xml, **variables).begin()


def problems(xml: bytes) -> list[dict[str, Any]]:
    """What parsing refuses in `xml`."""
    with pytest.raises(InvalidInput) as refused:
        parse(xml)
    assert refused.value.code == "invalid_bpmn", refused.value
    found = refused.value.facts["problems"]
    assert isinstance(found, list)
    return found


def _through_json(variables: dict[str, Any]) -> dict[str, Any]:
    text = json.dumps(variables, default=lambda value: {"decimal": str(value)} if isinstance(value, Decimal) else value)
    return dict(json.loads(text, object_hook=lambda found: Decimal(found["decimal"]) if found.keys() == {"decimal"} else found))
