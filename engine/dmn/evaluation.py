"""The state of one evaluation of a decision model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.dmn.explanation import Evaluated
from engine.dmn.types import Type
from engine.feel.limits import Limits
from engine.feel.scope import FeelWarning, Frame, Run
from engine.feel.values import Function, Value

LIMITS = Limits(steps=500_000)

LEVELS_OF_A_CALL = 20
"""What a call of boxed logic costs of the depth."""


class Evaluation(Run):
    """`outer` holds the host's inputs; `results` what decisions came to; `requires` answers decisions of other files."""

    __slots__ = ("current", "decided", "explains", "functions_made", "outer", "requires", "results", "types")

    def __init__(
        self,
        inputs: Mapping[str, Any],
        functions: Mapping[str, Function] | None,
        requires: Callable[[str], Any] | None,
        explains: bool,
        limits: Limits,
    ) -> None:
        warnings: list[FeelWarning] = []
        super().__init__(limits, functions, warnings)
        self.outer = Frame(inputs, None, self)
        self.results: dict[tuple[int, str], Value] = {}
        self.functions_made: dict[tuple[int, str], Function] = {}
        self.requires = requires
        self.explains = explains
        self.decided: list[Evaluated] = []
        self.current: Evaluated | None = None
        self.types: Mapping[str, Type] = {}

    def admits(self, type_name: str, value: Value) -> bool | None:
        """By the item definitions of the file whose logic runs; null is of no type."""
        known = self.types.get(type_name)
        return None if known is None else value is not None and known.admits(value, self)
