"""A script task: one FEEL expression into one variable."""

from __future__ import annotations

from engine.bpmn.elements.activity import Activity
from engine.bpmn.tree import Token


class ScriptTask(Activity):
    def begin(self, token: Token) -> bool:
        value = token.tree.engine.stored(self.element.script or "", token.scope)
        if self.element.result_variable:
            self.accept(token, {self.element.result_variable: value})
        return True
