"""A business rule task: whoever pushes the instance evaluates the decision."""

from __future__ import annotations

from engine.bpmn.elements.activity import Activity
from engine.bpmn.failures import text_of
from engine.bpmn.tree import Token
from engine.bpmn.waits import Wait, WaitKind


class DecisionTask(Activity):
    """Answered with `{result_variable: value}`."""

    def begin(self, token: Token) -> bool:
        decision = token.tree.engine.stored(self.element.called_decision or "", token.scope)
        token.internal_data["wait"] = {"name": text_of(decision, "a decision id")}
        token._set_state(token.STARTED)
        token.tree.open_wait(token)
        return False

    def wait(self, token: Token) -> Wait | None:
        return Wait(
            token.n,
            self.element.element_id,
            WaitKind.DECISION,
            token.internal_data["wait"]["name"],
            binding=self.element.binding,
            variables=token.scope.flat(),
        )
