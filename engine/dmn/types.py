"""Item definitions: which values a type admits, and the coercion at the borders. DMN 1.5, 7.3.2 and 10.3.2.9.4."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from engine.feel.expression import Expression
from engine.feel.scope import Frame, Run
from engine.feel.temporal import parse_date, parse_date_time, parse_duration, parse_time
from engine.feel.values import Date, DateTime, Function, Time, Value, kind

SIMPLE = {
    "number": "number",
    "string": "string",
    "boolean": "boolean",
    "date": "date",
    "time": "time",
    "dateTime": "date and time",
    "date and time": "date and time",
    "dayTimeDuration": "days and time duration",
    "days and time duration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    "years and months duration": "years and months duration",
    "context": "context",
    "list": "list",
    "function": "function",
    # what older modelling tools write
    "integer": "number",
    "long": "number",
    "double": "number",
}
ANY = frozenset({"Any", "any"})
_FROM_TEXT: dict[str, Callable[[str], Value]] = {
    "date": parse_date,
    "time": parse_time,
    "date and time": parse_date_time,
    "days and time duration": parse_duration,
    "years and months duration": parse_duration,
}


@dataclass(slots=True)
class Type:
    """One item definition or component. `kind`: the simple type; `base`: the type it refers to; `parts`: its components;
    with `is_collection` all that holds for each item, except `constraint`, which holds for the whole."""

    name: str
    kind: str | None = None
    base: Type | None = None
    parts: tuple[tuple[str, Type], ...] = ()
    is_function: bool = False
    is_collection: bool = False
    allowed: Expression | None = None
    constraint: Expression | None = None

    def admits(self, value: Value, run: Run) -> bool:
        if value is None:
            return True
        if self.is_collection:
            if type(value) is not list:
                return False
            run.spend(len(value))
            fits = all(self._admits_item(item, run) for item in value)
        else:
            fits = self._admits_item(value, run)
        return fits and (self.constraint is None or passes(self.constraint, value, run))

    def _admits_item(self, value: Value, run: Run) -> bool:
        if value is None:
            return True
        if self.is_function:
            return isinstance(value, Function)
        if self.parts:
            return type(value) is dict and all(name in value and part.admits(value[name], run) for name, part in self.parts)
        if self.kind is not None and kind(value) != self.kind:
            return False
        if self.base is not None and not self.base.admits(value, run):
            return False
        return self.allowed is None or passes(self.allowed, value, run)

    @property
    def text_kind(self) -> str | None:
        """The temporal type behind the name, of which hosts have only the text."""
        if self.kind in _FROM_TEXT and not self.is_collection:
            return self.kind
        return self.base.text_kind if self.base is not None and not self.is_collection else None


def passes(tests: Expression, value: Value, run: Run) -> bool:
    # the outer frame marks the inner one as holding FEEL values already
    return tests.within(Frame({"?": value}, Frame({}, None, run), run)) is True


def coerced(value: Value, wanted: Type | None, run: Run, what: str) -> Value:
    """The value as its type; null with a warning where it is of another."""
    if value is None or wanted is None or wanted.admits(value, run):
        return value
    if type(value) is list and len(value) == 1 and wanted.admits(value[0], run):
        return value[0]
    if wanted.admits([value], run):
        return [value]
    if isinstance(value, Date):
        midnight = DateTime(value, Time(0, 0, offset=0))
        if wanted.admits(midnight, run):
            return midnight
    run.warn("type_mismatch", f"expected {what} to be of type {wanted.name}, but it is a {kind(value)} that is not", what)
    return None


def from_host(value: Value, wanted: Type | None, run: Run, what: str) -> Value:
    """As `coerced`; a host's dates, times and durations may be ISO texts."""
    if type(value) is str and wanted is not None and wanted.text_kind is not None:
        parsed = _FROM_TEXT[wanted.text_kind](value)
        value = value if parsed is None else parsed
    return coerced(value, wanted, run, what)


def find_cycle(types: Iterable[Type]) -> Type | None:
    """A type that is based on itself: no value could be checked against it."""
    finished: set[int] = set()
    for start in types:
        seen: set[int] = set()
        current: Type | None = start
        while current is not None and id(current) not in finished:
            if id(current) in seen:
                return start
            seen.add(id(current))
            current = current.base
        finished |= seen
    return None
