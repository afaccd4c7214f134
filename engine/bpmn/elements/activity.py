"""What every activity does besides: boundary events wait beside it."""

from __future__ import annotations

from engine.bpmn.definition import EventKind
from engine.bpmn.elements.catching import Listening
from engine.bpmn.elements.flow_node import FlowNode
from engine.bpmn.tree import Token

ARMED_KINDS = (EventKind.MESSAGE, EventKind.SIGNAL, EventKind.TIMER)
"""Events that come from outside. Errors, escalations and compensation are looked up when they are thrown."""


class Activity(FlowNode):
    def open(self, token: Token) -> None:
        token.tree.record(token)
        for child in token.children:
            if child.is_armed:
                token.tree.close(child)
        self.map_inputs(token)
        self.arm(token)

    def arm(self, token: Token) -> None:
        for boundary in self.attached(*ARMED_KINDS):
            if isinstance(boundary, Listening):
                boundary.arm_in(token)
