"""The start of a process or sub-process. With a form it is also the implicit start task that a return can open again."""

from __future__ import annotations

from engine.bpmn.elements.flow_node import FlowNode
from engine.bpmn.tree import Token
from engine.bpmn.waits import Wait, WaitKind


class StartEvent(FlowNode):
    def begin(self, token: Token) -> bool:
        if not token.internal_data.get("as_task"):
            return True
        token._set_state(token.STARTED)
        token.tree.open_wait(token)
        return False

    def wait(self, token: Token) -> Wait | None:
        return Wait(token.n, self.element.element_id, WaitKind.USER_TASK)
