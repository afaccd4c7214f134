"""What a built-in function is: its signatures, how arguments find their parameters, what a call costs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import DecimalException
from typing import Any, TypeVar

from engine.feel.scope import Run
from engine.feel.values import Function, Value, kind

_Implementation = TypeVar("_Implementation", bound=Callable[..., Value])

BUILTINS: dict[str, Builtin] = {}


class NoResult(Exception):
    pass


@dataclass(frozen=True, slots=True)
class Parameter:
    """`kinds` None: any value, null too."""

    name: str
    kinds: frozenset[str] | None
    is_optional: bool = False
    is_rest: bool = False

    def accepts(self, value: Value) -> bool:
        return self.kinds is None or kind(value) in self.kinds

    def coerced(self, value: Value) -> tuple[Value, bool]:
        """DMN 1.5, 10.3.2.9.4: a list of one for its item, an item for a list of it."""
        if self.accepts(value):
            return value, True
        if type(value) is list and len(value) == 1 and self.accepts(value[0]):
            return value[0], True
        if self.kinds is not None and "list" in self.kinds and value is not None:
            return [value], True
        return value, False


@dataclass(frozen=True, slots=True)
class Signature:
    parameters: tuple[Parameter, ...]

    def bind(self, values: list[Value], names: tuple[str, ...] | None, coerce: bool) -> list[Value] | None:
        """The arguments in order, or None where they do not fit."""
        placed = values if names is None else self._placed(dict(zip(names, values, strict=True)))
        if placed is None:
            return None
        arguments: list[Value] = []
        for index, parameter in enumerate(self.parameters):
            if parameter.is_rest:
                rest = placed[index:]
                return [*arguments, *rest] if rest and all(parameter.accepts(value) for value in rest) else None
            if index >= len(placed):
                if not parameter.is_optional:
                    return None
                break
            value, fits = parameter.coerced(placed[index]) if coerce else (placed[index], parameter.accepts(placed[index]))
            if not fits:
                return None
            arguments.append(value)
        return arguments if len(placed) <= len(self.parameters) else None

    def _placed(self, named: dict[str, Value]) -> list[Value] | None:
        placed = []
        for parameter in self.parameters:
            if parameter.name in named:
                placed.append(named.pop(parameter.name))
            elif named or not parameter.is_optional:
                if not parameter.is_optional:
                    return None
                placed.append(None)
        return None if named else placed


@dataclass(frozen=True, slots=True)
class Builtin:
    name: str
    signatures: tuple[Signature, ...]
    implementation: Callable[..., Value]
    needs_run: bool

    def invoke(self, values: list[Value], names: tuple[str, ...] | None, run: Run, position: int | None = None) -> Value:
        for coerce in (False, True):
            for signature in self.signatures:
                arguments = signature.bind(values, names, coerce)
                if arguments is not None:
                    return self._result(arguments, run, position)
        run.warn(
            "invalid_argument",
            f"expected arguments that {self.name} can work on, but got {', '.join(kind(value) for value in values) or 'none'}",
            self.name,
            position,
        )
        return None

    def _result(self, arguments: list[Value], run: Run, position: int | None) -> Value:
        run.spend(1 + sum(_cost(argument) for argument in arguments))
        try:
            result = self.implementation(run, *arguments) if self.needs_run else self.implementation(*arguments)
        except NoResult as reason:
            run.warn("invalid_argument", f"{self.name}: {reason}", self.name, position)
            return None
        except (DecimalException, ValueError, OverflowError):
            run.warn("failed_operation", f"expected {self.name} to have a result, but it is out of range", self.name, position)
            return None
        if type(result) is str:
            run.fits_string(len(result))
        elif type(result) is list:
            run.fits_list(len(result))
        return result

    def as_value(self) -> Function:
        names = tuple(parameter.name for parameter in self.signatures[0].parameters)

        def call(run: Run, arguments: list[Value]) -> Value:
            return self.invoke(arguments, None, run)

        return Function(names, call, required=0)


def _cost(value: Value) -> int:
    if type(value) is list or type(value) is dict:
        return len(value)
    return len(value) >> 6 if type(value) is str else 0


def builtin(name: str, *signatures: str, needs_run: bool = False) -> Callable[[_Implementation], _Implementation]:
    """Register a function. A signature is `name: type|type, name?: type, name*: type`: `?` may be left out, `*` takes the rest,
    the type `any` is everything and null. The implementation gets what was given, in order; the run first if it `needs_run`."""

    def register(implementation: _Implementation) -> _Implementation:
        BUILTINS[name] = Builtin(name, tuple(_signature(text) for text in signatures), implementation, needs_run)
        return implementation

    return register


def _signature(text: str) -> Signature:
    parameters = []
    for part in filter(None, text.split(", ")):
        name, _, kinds = part.partition(": ")
        accepted = None if kinds == "any" else frozenset(kinds.split("|"))
        parameters.append(Parameter(name.rstrip("?*"), accepted, name.endswith("?"), name.endswith("*")))
    return Signature(tuple(parameters))


def whole(number: Any) -> int:
    """A position or count; NoResult where it has a fraction."""
    if number != number.to_integral_value() or abs(number) > 10**15:
        raise NoResult(f"expected a whole number, but got {number}")
    return int(number)
