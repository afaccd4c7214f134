"""Event definitions and what they refer to: messages, signals, errors, escalations."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.bpmn.definition import EventDefinition, EventKind, Kind, TimerKind
from engine.bpmn.dialect import BPMN, ZEEBE
from engine.bpmn.parse_xml import Node, local_name, text_in
from engine.bpmn.problems import Problems

_KINDS = {
    "messageEventDefinition": EventKind.MESSAGE,
    "signalEventDefinition": EventKind.SIGNAL,
    "timerEventDefinition": EventKind.TIMER,
    "errorEventDefinition": EventKind.ERROR,
    "escalationEventDefinition": EventKind.ESCALATION,
    "compensateEventDefinition": EventKind.COMPENSATION,
    "terminateEventDefinition": EventKind.TERMINATE,
}
_TIMERS = {"timeDate": TimerKind.DATE, "timeDuration": TimerKind.DURATION, "timeCycle": TimerKind.CYCLE}
_E = EventKind
ALLOWED: dict[Kind, frozenset[EventKind]] = {
    Kind.START_EVENT: frozenset({_E.NONE, _E.MESSAGE, _E.SIGNAL, _E.TIMER}),
    Kind.INTERMEDIATE_CATCH_EVENT: frozenset({_E.MESSAGE, _E.SIGNAL, _E.TIMER}),
    Kind.BOUNDARY_EVENT: frozenset({_E.MESSAGE, _E.SIGNAL, _E.TIMER, _E.ERROR, _E.ESCALATION, _E.COMPENSATION}),
    Kind.INTERMEDIATE_THROW_EVENT: frozenset({_E.NONE, _E.MESSAGE, _E.SIGNAL, _E.ESCALATION, _E.COMPENSATION}),
    Kind.END_EVENT: frozenset({_E.NONE, _E.MESSAGE, _E.SIGNAL, _E.ERROR, _E.ESCALATION, _E.COMPENSATION, _E.TERMINATE}),
}
IN_EVENT_SUB_PROCESS = frozenset({_E.MESSAGE, _E.SIGNAL, _E.TIMER, _E.ERROR, _E.ESCALATION})


def bpmn(name: str) -> str:
    return f"{{{BPMN}}}{name}"


def extension(node: Node, name: str) -> Node | None:
    found: Node | None = node.find(f"{bpmn('extensionElements')}/{{{ZEEBE}}}{name}")
    return found


@dataclass(frozen=True)
class Catalogue:
    """What stands beside the processes, by id: (name or code, correlation key)."""

    messages: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    signals: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    escalations: dict[str, str] = field(default_factory=dict)


def read_catalogue(root: Node, problems: Problems) -> Catalogue:
    catalogue = Catalogue()
    for node in root.iterchildren(bpmn("message")):
        subscription = extension(node, "subscription")
        key = None if subscription is None else subscription.get("correlationKey")
        if key is not None and not key.startswith("="):
            problems.add("invalid_value", f"expected a correlation key that begins with =, but it is {key}", node)
        catalogue.messages[str(node.get("id"))] = (str(node.get("name") or ""), key)
    for node in root.iterchildren(bpmn("signal")):
        catalogue.signals[str(node.get("id"))] = str(node.get("name") or "")
    for node in root.iterchildren(bpmn("error")):
        catalogue.errors[str(node.get("id"))] = str(node.get("errorCode") or node.get("name") or "")
    for node in root.iterchildren(bpmn("escalation")):
        catalogue.escalations[str(node.get("id"))] = str(node.get("escalationCode") or node.get("name") or "")
    return catalogue


def read_event(
    node: Node, kind: Kind, catalogue: Catalogue, problems: Problems, *, starts_event_sub_process: bool
) -> EventDefinition:
    found = [each for each in node if local_name(each) in _KINDS]
    if len(found) > 1:
        problems.add("refused", "expected one event definition, but there are several; events of several kinds are not run", node)
    if not found:
        event = EventDefinition(EventKind.NONE)
    else:
        event = _read_definition(found[0], kind, catalogue, problems)
    allowed = IN_EVENT_SUB_PROCESS if starts_event_sub_process else ALLOWED[kind]
    if event.kind not in allowed:
        problems.add("refused", f"expected another event here: a {event.kind} event cannot be this {local_name(node)}", node)
    return event


def _read_definition(node: Node, kind: Kind, catalogue: Catalogue, problems: Problems) -> EventDefinition:
    event_kind = _KINDS[local_name(node)]
    if event_kind is EventKind.TIMER:
        return _read_timer(node, problems)
    if event_kind is EventKind.COMPENSATION:
        return EventDefinition(event_kind, activity=node.get("activityRef"))
    if event_kind is EventKind.MESSAGE:
        return read_message(node, catalogue, problems)
    if event_kind is EventKind.SIGNAL:
        name = _referred(node, "signalRef", catalogue.signals, problems, required=True)
        return EventDefinition(event_kind, name)
    throws = kind in (Kind.END_EVENT, Kind.INTERMEDIATE_THROW_EVENT)
    if event_kind is EventKind.ERROR:
        return EventDefinition(event_kind, _referred(node, "errorRef", catalogue.errors, problems, required=throws))
    if event_kind is EventKind.ESCALATION:
        return EventDefinition(event_kind, _referred(node, "escalationRef", catalogue.escalations, problems, required=throws))
    return EventDefinition(event_kind)


def read_message(node: Node, catalogue: Catalogue, problems: Problems) -> EventDefinition:
    """Of a message event definition, a send or a receive task. Without a message: `name` None."""
    reference = node.get("messageRef")
    if reference is None:
        return EventDefinition(EventKind.MESSAGE)
    if reference not in catalogue.messages:
        problems.add("dangling_reference", f"expected a message {reference}, but there is none", node)
        return EventDefinition(EventKind.MESSAGE, reference)
    name, key = catalogue.messages[reference]
    if not name:
        problems.add("missing", f"expected the message {reference} to have a name, but it has none", node)
    return EventDefinition(EventKind.MESSAGE, name, key)


def _referred(node: Node, attribute: str, known: dict[str, str], problems: Problems, *, required: bool) -> str | None:
    reference = node.get(attribute)
    if reference is None:
        if required:
            problems.add("missing", f"expected {attribute} on {local_name(node)}, but there is none", node)
        return None
    if not known.get(reference):
        problems.add(
            "dangling_reference", f"expected {attribute} {reference} to be there with a name or code, but it is not", node
        )
    return known.get(reference) or reference


def _read_timer(node: Node, problems: Problems) -> EventDefinition:
    found = [each for each in node if local_name(each) in _TIMERS]
    text = "" if len(found) != 1 else text_in(found[0])
    if not text:
        problems.add("missing", "expected a timer with one date, duration or cycle, but there is none", node)
        return EventDefinition(EventKind.TIMER, timer=TimerKind.DURATION, text="PT0S")
    return EventDefinition(EventKind.TIMER, timer=_TIMERS[local_name(found[0])], text=text)
