"""What must hold in one process besides its names: references, flows, scopes, and expressions that compile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.bpmn.definition import ACTIVITIES, Element, EventKind, Flow, Kind
from engine.bpmn.problems import Problems
from engine.bpmn.script_engine import compiled, is_expression
from engine.bpmn.timers import is_timer_text
from engine.errors import InvalidInput

_SPLITTING = frozenset({*ACTIVITIES, Kind.EXCLUSIVE_GATEWAY, Kind.INCLUSIVE_GATEWAY})
_NEVER_LEFT = frozenset({Kind.END_EVENT, Kind.EVENT_SUB_PROCESS})
_NEVER_LED_TO = frozenset({Kind.START_EVENT, Kind.BOUNDARY_EVENT, Kind.EVENT_SUB_PROCESS})


class ProcessChecks:
    def __init__(self, elements: Mapping[str, Element], flows: Mapping[str, Flow], problems: Problems) -> None:
        self._elements = elements
        self._flows = flows
        self._problems = problems
        self._handlers = {element.compensated_by for element in elements.values()}

    def run(self, properties: Mapping[str, str]) -> None:
        for element in self._elements.values():
            self._check_place(element)
            self._check_work(element)
            self._check_references(element)
            self._check_expressions(element)
        for flow in self._flows.values():
            self._check_flow(flow)
        for scope_id in [
            None,
            *(e.element_id for e in self._elements.values() if e.kind in (Kind.SUB_PROCESS, Kind.EVENT_SUB_PROCESS)),
        ]:
            self._check_scope(scope_id)
        for until in _listed(properties.get("gc.withdraw_until", "")):
            if until not in self._elements:
                self._problems.add("dangling_reference", f"expected an element {until} for gc.withdraw_until, but there is none")
        for name in ("gc.title", "gc.summary", "gc.copy_to"):
            self._compile(properties.get(name), None)

    def _add(self, code: str, sentence: str, element: Element | None) -> None:
        if element is None:
            self._problems.add(code, sentence)
        else:
            self._problems.add(code, sentence, element_id=element.element_id, line=element.line)

    # -- flows and scopes

    def _check_flow(self, flow: Flow) -> None:
        source = self._elements[flow.source]
        if flow.condition is not None:
            self._compile(flow.condition, source)
            if not is_expression(flow.condition):
                self._add(
                    "invalid_value",
                    f"expected the condition of {flow.flow_id} to begin with =, but it is {flow.condition}",
                    source,
                )
            if source.kind not in _SPLITTING and len(source.outgoing) >= 1:
                self._add("refused", f"expected no condition behind {source.element_id}, but {flow.flow_id} has one", source)
        elif source.kind is Kind.EXCLUSIVE_GATEWAY and len(source.outgoing) > 1 and not flow.is_default:
            sentence = f"expected flows out of the gateway to have conditions or be the default, but {flow.flow_id} is neither"
            self._add("missing", sentence, source)

    def _check_scope(self, scope_id: str | None) -> None:
        inside = [element for element in self._elements.values() if element.scope_id == scope_id]
        scope = None if scope_id is None else self._elements[scope_id]
        starts = [element for element in inside if element.kind is Kind.START_EVENT]
        none_starts = [element for element in starts if element.event and element.event.kind is EventKind.NONE]
        if scope is not None and len(starts) > 1:
            self._add("refused", f"expected one start event in {scope_id}, but there are {len(starts)}", starts[1])
        elif len(none_starts) > 1:
            self._add("refused", "expected one start event without a trigger, but there are several", none_starts[1])
        if scope is not None and scope.kind is Kind.EVENT_SUB_PROCESS and not starts:
            self._add("missing", "expected the event sub-process to have a start event, but it has none", scope)
        if scope is not None and scope.kind is Kind.SUB_PROCESS and starts and not none_starts:
            self._add("refused", "expected the start of a sub-process to have no trigger, but it has one", starts[0])
        idle = [e for e in inside if not e.incoming and e.kind not in _NEVER_LED_TO and not e.is_for_compensation]
        if starts:
            for element in idle:
                self._add("unreachable", f"expected a sequence flow to {element.element_id}, but nothing leads to it", element)
        elif not idle and (inside or scope is None):
            self._add("missing", "expected a start event, but there is none and every element is led to", scope)

    def _check_place(self, element: Element) -> None:
        if element.incoming and (element.kind in _NEVER_LED_TO or element.is_for_compensation):
            self._add("refused", f"expected no sequence flow to {element.element_id}, but there is one", element)
        if element.outgoing and (element.kind in _NEVER_LEFT or element.is_for_compensation):
            self._add("refused", f"expected no sequence flow out of {element.element_id}, but there is one", element)
        if element.form_id and element.kind is Kind.START_EVENT:
            is_plain = element.scope_id is None and element.event is not None and element.event.kind is EventKind.NONE
            if not is_plain:
                self._add("misplaced", "expected a form only at the plain start event of the process", element)
        if element.kind is Kind.EVENT_SUB_PROCESS and (element.multi_instance or element.inputs or element.outputs):
            self._add("refused", "expected no instances and no mappings on an event sub-process", element)
        if element.kind is Kind.EVENT_BASED_GATEWAY:
            self._check_choices(element)

    def _check_choices(self, gateway: Element) -> None:
        if not gateway.outgoing:
            self._add("missing", "expected events behind the event-based gateway, but there are none", gateway)
        for flow_id in gateway.outgoing:
            target = self._elements[self._flows[flow_id].target]
            if target.kind not in (Kind.INTERMEDIATE_CATCH_EVENT, Kind.RECEIVE_TASK) or len(target.incoming) > 1:
                self._add(
                    "refused",
                    f"expected only catch events behind the gateway, led to by it alone, but {target.element_id} is not",
                    gateway,
                )

    # -- work and references

    def _check_work(self, element: Element) -> None:
        kind, event = element.kind, element.event
        has_message = event is not None and event.kind is EventKind.MESSAGE
        expected = None
        if kind is Kind.SERVICE_TASK and element.job_type is None:
            expected = "a job type (zeebe:taskDefinition)"
        elif kind is Kind.SCRIPT_TASK and (element.script is None) == (element.job_type is None):
            expected = "either a FEEL expression (zeebe:script) or a job type (zeebe:taskDefinition)"
        elif kind is Kind.BUSINESS_RULE_TASK and (element.called_decision is None) == (element.job_type is None):
            expected = "either a decision (zeebe:calledDecision) or a job type (zeebe:taskDefinition)"
        elif kind is Kind.CALL_ACTIVITY and element.called_process is None:
            expected = "a process to call (zeebe:calledElement)"
        elif has_message and event is not None and not event.name and element.job_type is None:
            expected = "a message or a job type" if kind not in (Kind.RECEIVE_TASK, Kind.START_EVENT) else "a message"
        elif element.job_type is not None and kind in (Kind.INTERMEDIATE_THROW_EVENT, Kind.END_EVENT) and not has_message:
            expected = "a job type only on a message event, but this one"
        if expected is not None:
            self._add("missing", f"expected {expected}, but {element.element_id} has none", element)
        if element.script is not None and not is_expression(element.script):
            self._add("invalid_value", "expected the script to begin with =", element)

    def _check_references(self, element: Element) -> None:
        if element.kind is Kind.BOUNDARY_EVENT:
            host = self._elements.get(element.attached_to or "")
            if host is None or host.kind not in ACTIVITIES or host.scope_id != element.scope_id:
                self._add(
                    "dangling_reference",
                    f"expected an activity beside it to be attached to, but {element.attached_to} is none",
                    element,
                )
            if element.event and element.event.kind is EventKind.ERROR and not element.is_interrupting:
                self._add("refused", "expected an error event to interrupt its activity", element)
        if element.event and element.event.kind is EventKind.COMPENSATION:
            self._check_compensation(element)
        if element.is_for_compensation and element.element_id not in self._handlers:
            self._add("dangling_reference", "expected an association from a compensation event to it, but there is none", element)
        for name in _listed(element.properties.get("gc.different_from", "")):
            other = self._elements.get(name)
            if other is None or other.kind is not Kind.USER_TASK:
                self._add("dangling_reference", f"expected a user task {name} for gc.different_from, but there is none", element)
        on_reject = element.properties.get("gc.on_reject", "")
        if on_reject.startswith("return_to:") and on_reject.removeprefix("return_to:") not in self._elements:
            self._add("dangling_reference", f"expected an element for gc.on_reject={on_reject}, but there is none", element)

    def _check_compensation(self, element: Element) -> None:
        activity = element.event.activity if element.event else None
        if element.kind is Kind.BOUNDARY_EVENT:
            host = self._elements.get(element.attached_to or "")
            handler = self._elements.get((host.compensated_by if host else None) or "")
            if handler is None or not handler.is_for_compensation or handler.scope_id != element.scope_id:
                self._add(
                    "dangling_reference",
                    "expected an association to a handler marked for compensation, but there is none",
                    element,
                )
            if element.outgoing:
                self._add("refused", "expected no sequence flow out of a compensation event", element)
        elif activity is not None and activity not in self._elements:
            self._add("dangling_reference", f"expected an activity {activity} to compensate, but there is none", element)

    # -- expressions

    def _check_expressions(self, element: Element) -> None:
        texts = [element.assignee, element.candidate_groups, element.candidate_users, element.due_date, element.follow_up_date]
        texts += [
            element.priority,
            element.form_id,
            element.job_type,
            element.retries,
            element.called_process,
            element.called_decision,
        ]
        texts += [element.script, *(source for source, _ in element.inputs), *(source for source, _ in element.outputs)]
        texts += [element.properties.get(name) for name in ("gc.title", "gc.summary", "gc.copy_to")]
        if element.event is not None:
            texts += [element.event.name, element.event.correlation_key, element.event.text]
            if (
                element.event.timer is not None
                and not is_expression(element.event.text)
                and not is_timer_text(element.event.timer, element.event.text)
            ):
                sentence = f"expected an ISO 8601 {element.event.timer}, but it is {element.event.text}"
                self._add("invalid_value", sentence, element)
        loop = element.multi_instance
        if loop is not None:
            parts = (loop.collection, loop.cardinality, loop.output_element, loop.completion_condition)
            texts += [f"={part.removeprefix('=')}" for part in parts if part]
        for text in texts:
            self._compile(text, element)

    def _compile(self, text: str | None, element: Element | None) -> None:
        if text is None or not is_expression(text):
            return
        try:
            compiled(text)
        except InvalidInput as failure:
            self._add("invalid_expression", f"{text:.200}: {failure.message}", element)


def _listed(text: str) -> Iterable[str]:
    return (part.strip() for part in text.split(",") if part.strip())
