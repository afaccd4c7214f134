"""SpiffWorkflow's specification of one process: its flow nodes by name. Built once at parse, never changed by a run."""

from __future__ import annotations

from collections.abc import Mapping

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.specs import WorkflowSpec

from engine.bpmn.definition import Element, Flow

INSTANCE = "[]"
"""Marks the specification of one instance of a multi-instance activity; the activity's own name is its body's."""


class ProcessSpec(BpmnProcessSpec):  # type: ignore[misc]  # SpiffWorkflow ships no types
    """`initial`: per scope (None: the process) the elements that begin when the scope is entered; `listeners`: per scope its
    event sub-processes; `boundaries`: per activity its boundary events."""

    def __init__(self, process_id: str, elements: Mapping[str, Element], flows: Mapping[str, Flow]) -> None:
        # Not BpmnProcessSpec's own: it would take the names `Start` and `End`, which a diagram may use.
        WorkflowSpec.__init__(self, name=process_id)
        self.data_objects: dict[str, object] = {}
        self.data_stores: dict[str, object] = {}
        self.correlation_keys: dict[str, object] = {}
        self.bpmn_start_events: list[object] = []
        self.io_specification = None
        self.elements = elements
        self.flows = flows
        self.initial: dict[str | None, tuple[str, ...]] = {}
        self.listeners: dict[str | None, tuple[str, ...]] = {}
        self.boundaries: dict[str, tuple[str, ...]] = {}
        self.reach: dict[str, dict[str, frozenset[str]]] = {}
