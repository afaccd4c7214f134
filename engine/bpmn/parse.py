"""A diagram into definitions: read, held against the dialect, built, checked, woven for SpiffWorkflow."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from engine.bpmn.definition import Definition, Element, EventKind, Flow, Kind
from engine.bpmn.dialect import BPMN
from engine.bpmn.parse_checks import ProcessChecks
from engine.bpmn.parse_elements import KINDS, ElementReader
from engine.bpmn.parse_events import bpmn, extension, read_catalogue
from engine.bpmn.parse_names import check_names
from engine.bpmn.parse_properties import FLOW, PROCESS, read_properties
from engine.bpmn.parse_xml import Node, local_name, namespace, read, text_in
from engine.bpmn.problems import Problems
from engine.bpmn.weave import weave

MOST_ELEMENTS = 1_000
"""Flow nodes of one process. No regulation comes near it; some checks grow with its square."""


def parse(xml: bytes) -> tuple[Definition, ...]:
    """The executable processes of a diagram, in its order.

    Raises InvalidInput: `invalid_xml`, `limit_exceeded`, or `invalid_bpmn` with `problems` = [{element_id, line, code,
    sentence}], all that was found.
    """
    root = read(xml)
    problems = Problems()
    if local_name(root) != "definitions" or namespace(root) != BPMN:
        problems.add("refused", f"expected a BPMN file, but its outermost element is <{local_name(root)}>", root)
        problems.raise_if_any()
    check_names(root, problems)
    _check_ids(root, problems)
    problems.raise_if_any()
    reader = ElementReader(read_catalogue(root, problems), problems)
    executable = [node for node in root.iterchildren(bpmn("process")) if node.get("isExecutable") != "false"]
    if not executable:
        problems.add("missing", "expected an executable process, but there is none", root)
    processes = {str(node.get("id") or "") for node in root.iterchildren(bpmn("process"))}
    for node in root.iter(bpmn("participant")):
        if node.get("processRef") and node.get("processRef") not in processes:
            problems.add("dangling_reference", f"expected a process {node.get('processRef')}, but there is none", node)
    read_processes = [_ProcessReader(node, reader, problems) for node in executable]
    problems.raise_if_any()
    return tuple(process.definition() for process in read_processes)


def _check_ids(root: Node, problems: Problems) -> None:
    ids = Counter(str(node.get("id")) for node in root.iter() if node.get("id"))
    for node in root.iter():
        if ids.get(str(node.get("id")), 0) > 1:
            ids[str(node.get("id"))] = 0
            problems.add("duplicate", f"expected the id {node.get('id')} once, but it is there more than once", node)
        named = local_name(node) if namespace(node) == BPMN else ""
        if (named in KINDS or named in ("sequenceFlow", "process")) and not node.get("id"):
            problems.add("missing", f"expected an id on <{named}>, but there is none", node)


class _ProcessReader:
    def __init__(self, node: Node, reader: ElementReader, problems: Problems) -> None:
        self._node = node
        self._reader = reader
        self._problems = problems
        self._elements: dict[str, Element] = {}
        self._flows: dict[str, Flow] = {}
        self._flow_nodes: list[Node] = []
        self._associations: list[tuple[str, str]] = []
        self._properties = read_properties(node, PROCESS, problems)
        self._read_scope(node, None)
        if len(self._elements) > MOST_ELEMENTS:
            problems.add(
                "limit_exceeded", f"expected at most {MOST_ELEMENTS} elements, but there are {len(self._elements)}", node
            )
            return
        self._connect()
        self._pair_compensation()
        ProcessChecks(self._elements, self._flows, problems).run(self._properties)

    def definition(self) -> Definition:
        elements: Mapping[str, Element] = MappingProxyType(self._elements)
        flows: Mapping[str, Flow] = MappingProxyType(self._flows)
        process_id = str(self._node.get("id"))
        tag = extension(self._node, "versionTag")
        starts = [element for element in elements.values() if element.kind is Kind.START_EVENT and element.scope_id is None]
        plain = next((element for element in starts if element.event and element.event.kind is EventKind.NONE), None)

        def started_by(kind: EventKind) -> tuple[tuple[str, str], ...]:
            events = ((element.element_id, element.event) for element in starts)
            return tuple(
                (n, event.text if kind is EventKind.TIMER else event.name or "")
                for n, event in events
                if event and event.kind is kind
            )

        return Definition(
            process_id=process_id,
            name=str(self._node.get("name") or process_id),
            name_en=self._properties.get("gc.name.en", ""),
            version_tag=None if tag is None else tag.get("value"),
            elements=elements,
            flows=flows,
            properties=MappingProxyType(self._properties),
            start_event_id=None if plain is None else plain.element_id,
            start_form_id=None if plain is None else plain.form_id,
            message_starts=started_by(EventKind.MESSAGE),
            signal_starts=started_by(EventKind.SIGNAL),
            timer_starts=started_by(EventKind.TIMER),
            spec=weave(process_id, elements, flows),
        )

    def _read_scope(self, node: Node, scope: Element | None) -> None:
        for child in node:
            if namespace(child) != BPMN:
                continue
            name = local_name(child)
            if name in KINDS:
                element = self._reader.read(child, scope)
                self._elements[element.element_id] = element
                if name == "subProcess":
                    self._read_scope(child, element)
            elif name == "sequenceFlow":
                self._flow_nodes.append(child)
            elif name == "association":
                self._associations.append((str(child.get("sourceRef")), str(child.get("targetRef"))))

    def _connect(self) -> None:
        defaults = {str(node.get("default")): str(node.get("id")) for node in self._node.iter() if node.get("default")}
        for node in self._flow_nodes:
            flow_id, source, target = str(node.get("id")), str(node.get("sourceRef")), str(node.get("targetRef"))
            for end in (source, target):
                if end not in self._elements:
                    self._problems.add("dangling_reference", f"expected a flow node {end}, but there is none", node)
            if source not in self._elements or target not in self._elements:
                continue
            if self._elements[source].scope_id != self._elements[target].scope_id:
                self._problems.add(
                    "refused", "expected a sequence flow to stay inside its sub-process, but it crosses the border", node
                )
            read_properties(node, FLOW, self._problems)
            condition = node.find(bpmn("conditionExpression"))
            text = None if condition is None else text_in(condition)
            is_default = defaults.pop(flow_id, None) == source
            self._flows[flow_id] = Flow(flow_id, source, target, str(node.get("name") or ""), text or None, is_default)
        for flow_id, element_id in defaults.items():
            sentence = f"expected the default flow {flow_id} out of {element_id}, but there is none"
            self._problems.add("dangling_reference", sentence, element_id=element_id)
        incoming, outgoing = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
        for flow in self._flows.values():
            incoming[flow.target].append(flow.flow_id)
            outgoing[flow.source].append(flow.flow_id)
        for name, element in self._elements.items():
            self._elements[name] = replace(element, incoming=tuple(incoming[name]), outgoing=tuple(outgoing[name]))
        for name in ("incoming", "outgoing"):
            for node in self._node.iter(bpmn(name)):
                named = text_in(node).rpartition(":")[2]
                if named not in self._flows:
                    self._problems.add("dangling_reference", f"expected a sequence flow {named}, but there is none", node)

    def _pair_compensation(self) -> None:
        for source, target in self._associations:
            event = self._elements.get(source)
            if (
                event is None
                or event.kind is not Kind.BOUNDARY_EVENT
                or event.event is None
                or event.attached_to not in self._elements
            ):
                continue
            if event.event.kind is EventKind.COMPENSATION and target in self._elements:
                self._elements[event.attached_to] = replace(self._elements[event.attached_to], compensated_by=target)
