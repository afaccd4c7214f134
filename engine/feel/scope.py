"""Where names are looked up while an expression runs, and what is noted on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from engine.feel.conversion import from_python
from engine.feel.limits import Budget, Limits
from engine.feel.values import NUMBERS, Function, Value


@dataclass(frozen=True, slots=True)
class FeelWarning:
    """Why a part of an expression is null. `kind`: unknown_name, null_value, unknown_member, unknown_function,
    invalid_argument, failed_operation, unknown_type. `name`: the variable, member, function or type."""

    kind: str
    message: str
    name: str | None = None
    position: int | None = None


class Run(Budget):
    """One evaluation: its budget, the functions it was given, and its warnings (None: nobody asks)."""

    __slots__ = ("functions", "warnings")

    def __init__(self, limits: Limits, functions: Mapping[str, Function] | None, warnings: list[FeelWarning] | None) -> None:
        super().__init__(limits)
        self.functions = functions
        self.warnings = warnings

    def admits(self, type_name: str, value: Value) -> bool | None:
        """Whether the value is of a type defined outside the expression; None: no such type is known."""
        return None

    def warn(self, kind: str, message: str, name: str | None = None, position: int | None = None) -> None:
        """Note why the part at `position` is null."""
        if self.warnings is not None:
            warning = FeelWarning(kind, message, name, position)
            if warning not in self.warnings and len(self.warnings) < 100:
                self.warnings.append(warning)


class Frame:
    """Names at one level. The outermost frame holds the host's mapping, whose values are converted when read and kept
    where that costs something; inner frames hold FEEL values."""

    __slots__ = ("_read", "names", "parent", "run")

    def __init__(self, names: Mapping[str, Any], parent: Frame | None, run: Run) -> None:
        self.names = names
        self.parent = parent
        self.run = run
        self._read: dict[str, Value] | None = None

    def read(self, name: str, value: Any) -> Value:
        """The host's value of `name` as a FEEL value."""
        kind = type(value)
        if kind is str or kind is bool or value is None:
            return value
        if kind is int:
            return from_python(value)
        if kind is Decimal and value.is_finite() and value.adjusted() < 6144:
            return NUMBERS.plus(value)
        if self._read is None:
            self._read = {}
        elif name in self._read:
            return self._read[name]
        converted = self._read[name] = from_python(value)
        return converted


Closure: TypeAlias = Callable[[Frame], Value]

MISSING: Any = object()


def raw(frame: Frame, name: str) -> tuple[Any, Frame | None]:
    """The value as it stands in the innermost frame that has the name, and that frame; (MISSING, None) where none has it."""
    scope: Frame | None = frame
    while scope is not None:
        if name in scope.names:
            return scope.names[name], scope
        scope = scope.parent
    return MISSING, None
