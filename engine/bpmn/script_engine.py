"""The only door from a diagram's texts to an evaluator: FEEL. SpiffWorkflow's Python evaluator is never reached."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Never, cast

from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.script_engine.python_environment import BasePythonScriptEngineEnvironment

from engine import feel
from engine.bpmn.failures import ElementFailed
from engine.bpmn.scopes import Scope
from engine.bpmn.world import World
from engine.errors import InvalidInput

FUNCTION_NAMES = frozenset(
    {
        "chosen by",
        "functional manager",
        "head of",
        "holders exactly in",
        "holders of",
        "is working day",
        "is working time",
        "line manager",
        "has role",
        "managers up to",
        "next working day",
        "on duty",
        "working days after",
        "working days between",
        "working days from",
        "working hours after",
        "working hours between",
    }
)
"""Functions of the company that a diagram may call; the world of a run brings them."""


def is_expression(text: str) -> bool:
    return text.startswith("=")


@lru_cache(4096)
def compiled(text: str, functions: frozenset[str] = FUNCTION_NAMES) -> feel.Expression:
    """The FEEL of a text with or without its leading `=`. Raises InvalidInput("invalid_expression")."""
    return feel.compile_expression(text.removeprefix("="), functions=functions)


class NoPython(BasePythonScriptEngineEnvironment):  # type: ignore[misc]  # SpiffWorkflow ships no types
    """Stands where SpiffWorkflow would evaluate Python; refuses whatever reaches it."""

    def evaluate(self, *_: Any, **__: Any) -> Never:
        raise ElementFailed("expression_failed", "expected FEEL, but Python was asked for")

    def execute(self, *_: Any, **__: Any) -> Never:
        raise ElementFailed("expression_failed", "expected FEEL, but Python was asked for")

    def call_service(self, *_: Any, **__: Any) -> Never:
        raise ElementFailed("expression_failed", "expected a job, but a Python call was asked for")


class FeelEngine(PythonScriptEngine):  # type: ignore[misc]  # SpiffWorkflow ships no types
    def __init__(self, world: World) -> None:
        super().__init__(NoPython())
        self._world = world
        self._names = dict(world.names)
        self._functions = FUNCTION_NAMES | frozenset(world.functions)

    def evaluate(self, task: Any, expression: str, external_context: Mapping[str, Any] | None = None) -> Any:
        """The FEEL value of `expression` as the token `task` sees its variables."""
        return self.value(expression, task.data, external_context or {})

    def execute(self, *_: Any, **__: Any) -> Never:
        raise ElementFailed("expression_failed", "expected FEEL, but Python was asked for")

    def value(self, text: str, scope: Scope, more: Mapping[str, Any]) -> Any:
        # Looked up name by name: an expression reads few of the names there are.
        context = ChainMap(self._names, dict(more), cast("dict[str, Any]", scope))
        try:
            return compiled(text, self._functions).evaluate(context, functions=self._world.functions)
        except InvalidInput as failure:
            raise ElementFailed("expression_failed", failure.message, expression=text, **failure.facts) from failure

    def missing(self, text: str, scope: Scope) -> str | None:
        """The first name the expression reads that is not there, or is null."""
        names = sorted(compiled(text, self._functions).references())
        known = self._world.names
        absent = [name for name in names if name not in scope and name not in known]
        null = [name for name in names if scope.get(name, known.get(name)) is None]
        return next(iter(absent or null), None)

    def stored(self, text: str, scope: Scope, more: Mapping[str, Any] | None = None) -> Any:
        """A literal text as it is; the value of an expression as JSON with decimals, as variables keep it."""
        if not is_expression(text):
            return text
        try:
            return feel.to_json(self.value(text, scope, more or {}))
        except InvalidInput as failure:
            raise ElementFailed("expression_failed", failure.message, expression=text) from failure
