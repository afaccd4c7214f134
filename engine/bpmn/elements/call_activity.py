"""A call activity: another process runs as a case of its own; this element waits for it."""

from __future__ import annotations

from typing import Any

from engine.bpmn.elements.activity import Activity
from engine.bpmn.failures import text_of
from engine.bpmn.tree import Token
from engine.bpmn.waits import Wait, WaitKind


class CallActivity(Activity):
    def begin(self, token: Token) -> bool:
        called = token.tree.engine.stored(self.element.called_process or "", token.scope)
        token.internal_data["wait"] = {"name": text_of(called, "a process id")}
        token._set_state(token.STARTED)
        token.tree.open_wait(token)
        return False

    def wait(self, token: Token) -> Wait | None:
        local = {} if token.scope is token.owner.scope else dict(token.scope.local)
        return Wait(
            token.n,
            self.element.element_id,
            WaitKind.CALL,
            token.internal_data["wait"]["name"],
            binding=self.element.binding,
            variables=token.scope.flat() if self.element.propagates_all_to_child else local,
        )

    def accept(self, token: Token, variables: dict[str, Any]) -> None:
        if self.element.outputs or self.element.propagates_all_from_child:
            super().accept(token, variables)
