"""Elements and flows into SpiffWorkflow's specification of the process."""

from __future__ import annotations

from collections.abc import Mapping

from engine.bpmn.definition import Element, EventKind, Flow, Kind
from engine.bpmn.elements.boundary_event import BoundaryEvent
from engine.bpmn.elements.call_activity import CallActivity
from engine.bpmn.elements.catching import CatchEvent
from engine.bpmn.elements.decision_task import DecisionTask
from engine.bpmn.elements.flow_node import FlowNode
from engine.bpmn.elements.gateways import EventBasedGateway, ExclusiveGateway, InclusiveGateway, ParallelGateway
from engine.bpmn.elements.job_task import JobTask
from engine.bpmn.elements.multi_instance import MultiInstanceBody
from engine.bpmn.elements.none_task import PassingTask
from engine.bpmn.elements.receive_task import ReceiveTask
from engine.bpmn.elements.script_task import ScriptTask
from engine.bpmn.elements.start_event import StartEvent
from engine.bpmn.elements.sub_process import EventStart, EventSubProcess, ProcessRoot, SubProcess
from engine.bpmn.elements.throw_event import CompensationThrow, EndEvent, JobEndEvent, JobThrowEvent, SendMessageTask, ThrowEvent
from engine.bpmn.elements.user_task import UserTask
from engine.bpmn.process_spec import INSTANCE, ProcessSpec

ROOT_NAME = "<process>"
"""No XML id can be this, so a diagram may call its elements Start, End or Root."""

CLASSES: dict[Kind, type[FlowNode]] = {
    Kind.TASK: PassingTask,
    Kind.MANUAL_TASK: PassingTask,
    Kind.USER_TASK: UserTask,
    Kind.SERVICE_TASK: JobTask,
    Kind.SEND_TASK: SendMessageTask,
    Kind.RECEIVE_TASK: ReceiveTask,
    Kind.SCRIPT_TASK: ScriptTask,
    Kind.BUSINESS_RULE_TASK: DecisionTask,
    Kind.CALL_ACTIVITY: CallActivity,
    Kind.SUB_PROCESS: SubProcess,
    Kind.EVENT_SUB_PROCESS: EventSubProcess,
    Kind.START_EVENT: StartEvent,
    Kind.INTERMEDIATE_CATCH_EVENT: CatchEvent,
    Kind.INTERMEDIATE_THROW_EVENT: ThrowEvent,
    Kind.BOUNDARY_EVENT: BoundaryEvent,
    Kind.END_EVENT: EndEvent,
    Kind.EXCLUSIVE_GATEWAY: ExclusiveGateway,
    Kind.PARALLEL_GATEWAY: ParallelGateway,
    Kind.INCLUSIVE_GATEWAY: InclusiveGateway,
    Kind.EVENT_BASED_GATEWAY: EventBasedGateway,
}
WITH_JOB: dict[Kind, type[FlowNode]] = {Kind.INTERMEDIATE_THROW_EVENT: JobThrowEvent, Kind.END_EVENT: JobEndEvent}


def weave(process_id: str, elements: Mapping[str, Element], flows: Mapping[str, Flow]) -> ProcessSpec:
    spec = ProcessSpec(process_id, elements, flows)
    spec.start = ProcessRoot(spec, ROOT_NAME, Element(process_id, Kind.SUB_PROCESS))
    for element in elements.values():
        step = step_class(element, elements)
        if element.multi_instance is None:
            step(spec, element.element_id, element)
        else:
            MultiInstanceBody(spec, element.element_id, element)
            step(spec, element.element_id + INSTANCE, element)
    for flow in flows.values():
        spec.task_specs[flow.source].connect(spec.task_specs[flow.target])
    _index(spec)
    return spec


def step_class(element: Element, elements: Mapping[str, Element]) -> type[FlowNode]:
    if element.event is not None and element.event.kind is EventKind.COMPENSATION and element.kind is not Kind.BOUNDARY_EVENT:
        return CompensationThrow
    if element.job_type is not None:
        return WITH_JOB.get(element.kind, JobTask)
    if element.kind is Kind.START_EVENT and element.scope_id and elements[element.scope_id].kind is Kind.EVENT_SUB_PROCESS:
        return EventStart
    return CLASSES[element.kind]


def _index(spec: ProcessSpec) -> None:
    scopes = [None, *(e.element_id for e in spec.elements.values() if e.kind in (Kind.SUB_PROCESS, Kind.EVENT_SUB_PROCESS))]
    for scope_id in scopes:
        inside = [element for element in spec.elements.values() if element.scope_id == scope_id]
        starts = [element.element_id for element in inside if element.kind is Kind.START_EVENT]
        spec.initial[scope_id] = tuple(starts or [element.element_id for element in inside if _begins_unasked(element)])
        listening = {element.element_id for element in inside if element.kind is Kind.EVENT_SUB_PROCESS}
        spec.listeners[scope_id] = tuple(
            each.element_id for each in spec.elements.values() if each.kind is Kind.START_EVENT and each.scope_id in listening
        )
    for element in spec.elements.values():
        if element.attached_to is not None:
            spec.boundaries[element.attached_to] = (*spec.boundaries.get(element.attached_to, ()), element.element_id)
        if element.kind is Kind.INCLUSIVE_GATEWAY and len(element.incoming) > 1:
            spec.reach[element.element_id] = _reach(element, spec.elements, spec.flows)


def _begins_unasked(element: Element) -> bool:
    """Without a start event everything that nothing leads to begins (BPMN 2.0.2, 13.2)."""
    is_led_to = element.incoming or element.attached_to or element.is_for_compensation
    return not is_led_to and element.kind is not Kind.EVENT_SUB_PROCESS


def _reach(join: Element, elements: Mapping[str, Element], flows: Mapping[str, Flow]) -> dict[str, frozenset[str]]:
    """Per element the incoming flows of `join` that a token there could still come on without passing `join`."""
    reach: dict[str, set[str]] = {}
    for flow_id in join.incoming:
        todo = [flows[flow_id].source]
        seen: set[str] = set()
        while todo:
            element = elements[todo.pop()]
            if element.element_id in seen or element is join:
                continue
            seen.add(element.element_id)
            reach.setdefault(element.element_id, set()).add(flow_id)
            todo += [flows[incoming].source for incoming in element.incoming]
            if element.attached_to is not None:
                todo.append(element.attached_to)
    return {element_id: frozenset(flow_ids) for element_id, flow_ids in reach.items()}
