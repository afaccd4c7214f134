"""One flow node of the XML into an `Element`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from engine.bpmn.definition import Element, EventKind, Kind, MultiInstance
from engine.bpmn.dialect import ZEEBE
from engine.bpmn.parse_events import Catalogue, bpmn, extension, read_event, read_message
from engine.bpmn.parse_properties import read_properties
from engine.bpmn.parse_xml import Node, line_of, local_name, text_in
from engine.bpmn.problems import Problems

KINDS = {
    "startEvent": Kind.START_EVENT,
    "intermediateCatchEvent": Kind.INTERMEDIATE_CATCH_EVENT,
    "intermediateThrowEvent": Kind.INTERMEDIATE_THROW_EVENT,
    "boundaryEvent": Kind.BOUNDARY_EVENT,
    "endEvent": Kind.END_EVENT,
    "task": Kind.TASK,
    "userTask": Kind.USER_TASK,
    "serviceTask": Kind.SERVICE_TASK,
    "sendTask": Kind.SEND_TASK,
    "receiveTask": Kind.RECEIVE_TASK,
    "scriptTask": Kind.SCRIPT_TASK,
    "businessRuleTask": Kind.BUSINESS_RULE_TASK,
    "manualTask": Kind.MANUAL_TASK,
    "callActivity": Kind.CALL_ACTIVITY,
    "subProcess": Kind.SUB_PROCESS,
    "exclusiveGateway": Kind.EXCLUSIVE_GATEWAY,
    "parallelGateway": Kind.PARALLEL_GATEWAY,
    "inclusiveGateway": Kind.INCLUSIVE_GATEWAY,
    "eventBasedGateway": Kind.EVENT_BASED_GATEWAY,
}
_EVENTS = (Kind.START_EVENT, Kind.INTERMEDIATE_CATCH_EVENT, Kind.INTERMEDIATE_THROW_EVENT, Kind.BOUNDARY_EVENT, Kind.END_EVENT)


class ElementReader:
    def __init__(self, catalogue: Catalogue, problems: Problems) -> None:
        self._catalogue = catalogue
        self._problems = problems

    def read(self, node: Node, scope: Element | None) -> Element:
        kind = KINDS[local_name(node)]
        if kind is Kind.SUB_PROCESS and node.get("triggeredByEvent") == "true":
            kind = Kind.EVENT_SUB_PROCESS
        element = self._extended(node, kind)
        starts = kind is Kind.START_EVENT and scope is not None and scope.kind is Kind.EVENT_SUB_PROCESS
        more: dict[str, Any] = {}
        if kind in _EVENTS:
            more["event"] = read_event(node, kind, self._catalogue, self._problems, starts_event_sub_process=starts)
        elif kind in (Kind.SEND_TASK, Kind.RECEIVE_TASK):
            more["event"] = read_message(node, self._catalogue, self._problems)
        if kind is Kind.BOUNDARY_EVENT:
            more |= {"attached_to": node.get("attachedToRef"), "is_interrupting": node.get("cancelActivity") != "false"}
        elif starts:
            more["is_interrupting"] = node.get("isInterrupting") != "false"
        if more.get("event") and more["event"].kind is EventKind.COMPENSATION:
            more["is_interrupting"] = False
        return replace(
            element,
            scope_id=None if scope is None else scope.element_id,
            is_for_compensation=node.get("isForCompensation") == "true",
            multi_instance=self._multi_instance(node),
            **more,
        )

    def _extended(self, node: Node, kind: Kind) -> Element:
        properties = read_properties(node, kind, self._problems)
        fields: dict[str, Any] = {}
        fields |= self._texts(
            node, "assignmentDefinition", "assignee", candidateGroups="candidate_groups", candidateUsers="candidate_users"
        )
        fields |= self._texts(node, "taskSchedule", dueDate="due_date", followUpDate="follow_up_date")
        fields |= self._texts(node, "priorityDefinition", "priority")
        fields |= self._texts(node, "formDefinition", formId="form_id")
        fields |= self._texts(node, "script", expression="script", resultVariable="result_variable")
        fields |= self._texts(node, "calledDecision", decisionId="called_decision", resultVariable="result_variable")
        fields |= self._texts(node, "calledElement", processId="called_process")
        definition = node.find(bpmn("messageEventDefinition"))
        for holder in (node, definition):
            if holder is not None:
                fields |= self._texts(holder, "taskDefinition", "retries", type="job_type")
                fields |= {"headers": headers} if (headers := _headers(holder)) else {}
        for name, target in (("calledDecision", "binding"), ("calledElement", "binding"), ("formDefinition", "form_binding")):
            holder = extension(node, name)
            if holder is not None:
                fields[target] = self._binding(holder)
        called = extension(node, "calledElement")
        if called is not None:
            fields["propagates_all_to_child"] = called.get("propagateAllParentVariables") != "false"
            fields["propagates_all_from_child"] = called.get("propagateAllChildVariables") != "false"
        return Element(
            element_id=str(node.get("id") or ""),
            kind=kind,
            name=str(node.get("name") or ""),
            name_en=properties.get("gc.name.en", ""),
            line=line_of(node),
            properties=properties,
            inputs=_mappings(node, "input"),
            outputs=_mappings(node, "output"),
            **fields,
        )

    def _texts(self, node: Node, name: str, *same: str, **renamed: str) -> dict[str, str]:
        holder = extension(node, name)
        if holder is None:
            return {}
        names = {**{each: each for each in same}, **renamed}
        return {target: str(holder.get(source)) for source, target in names.items() if holder.get(source)}

    def _binding(self, holder: Node) -> str:
        binding = str(holder.get("bindingType") or "deployment")
        if binding != "versionTag":
            return binding
        if not holder.get("versionTag"):
            self._problems.add("missing", "expected a versionTag for the binding, but there is none", holder)
        return f"versionTag:{holder.get('versionTag')}"

    def _multi_instance(self, node: Node) -> MultiInstance | None:
        """The extension's form and BPMN's own may both be there; the extension's wins name by name."""
        loop = node.find(bpmn("multiInstanceLoopCharacteristics"))
        if loop is None:
            return None
        ours = extension(loop, "loopCharacteristics")
        zeebe = {} if ours is None else {str(key): str(value) for key, value in ours.attrib.items() if value}

        def text(name: str) -> str | None:
            found = loop.find(bpmn(name))
            return (text_in(found) or None) if found is not None else None

        def item(name: str) -> str | None:
            found = loop.find(bpmn(name))
            return None if found is None else found.get("name") or found.get("id")

        collection = zeebe.get("inputCollection") or text("loopDataInputRef")
        cardinality = text("loopCardinality")
        if (collection is None) == (cardinality is None):
            self._problems.add("missing", "expected a collection or a cardinality for the instances, and only one of them", loop)
        for name, value in zeebe.items():
            if name in ("inputCollection", "outputElement") and not value.startswith("="):
                self._problems.add("invalid_value", f"expected {name} to begin with =, but it is {value}", loop)
        return MultiInstance(
            is_sequential=loop.get("isSequential") == "true",
            collection=collection,
            cardinality=None if collection else cardinality,
            input_element=zeebe.get("inputElement") or item("inputDataItem"),
            output_collection=zeebe.get("outputCollection") or text("loopDataOutputRef"),
            output_element=zeebe.get("outputElement") or item("outputDataItem"),
            completion_condition=text("completionCondition"),
        )


def _mappings(node: Node, name: str) -> tuple[tuple[str, str], ...]:
    found = node.iterfind(f"{bpmn('extensionElements')}/{{{ZEEBE}}}ioMapping/{{{ZEEBE}}}{name}")
    return tuple((str(each.get("source") or ""), str(each.get("target") or "")) for each in found)


def _headers(node: Node) -> dict[str, str]:
    found = node.iterfind(f"{bpmn('extensionElements')}/{{{ZEEBE}}}taskHeaders/{{{ZEEBE}}}header")
    return {str(each.get("key") or ""): str(each.get("value") or "") for each in found}
