"""A task of people."""

from __future__ import annotations

from SpiffWorkflow.bpmn.specs.defaults import UserTask as SpiffUserTask

from engine.bpmn.elements.activity import Activity
from engine.bpmn.tree import Token
from engine.bpmn.waits import Wait, WaitKind


class UserTask(Activity, SpiffUserTask):  # type: ignore[misc]  # SpiffWorkflow ships no types
    def begin(self, token: Token) -> bool:
        token._set_state(token.STARTED)
        token.tree.open_wait(token)
        return False

    def wait(self, token: Token) -> Wait | None:
        local = {} if token.scope is token.owner.scope else dict(token.scope.local)
        return Wait(token.n, self.element.element_id, WaitKind.USER_TASK, variables=local)
