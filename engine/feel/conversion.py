"""Values to and from Python and JSON, and their FEEL text."""

from __future__ import annotations

import datetime as python
import re
from collections.abc import Mapping
from decimal import Decimal, DecimalException
from typing import Any
from zoneinfo import ZoneInfo

from engine.errors import InvalidInput
from engine.feel.limits import DATA_DEPTH, Budget, Limits, exceeded
from engine.feel.values import KINDS, NUMBERS, Date, DateTime, DaysDuration, Function, MonthsDuration, Range, Time, Value

_PLAIN_NAME = re.compile(r"[^\W\d]\w*(?: \w+)*")
_AS_THEY_ARE = frozenset({str, bool, type(None), Date, Time, DateTime, DaysDuration, MonthsDuration, Function})
_EXACT_INT = 10**34
_LONGEST_INT = 25_000
"""Bits; above it a number is beyond the largest decimal anyway."""
_STORED = Limits(steps=1_000_000, depth=DATA_DEPTH)


def from_python(value: Any, depth: int = 0) -> Value:
    """The FEEL value of a Python one; numbers are rounded to 34 digits, NaN and what is too large become null,
    an unknown type stays as it is: an opaque reference."""
    kind = type(value)
    if kind in _AS_THEY_ARE:
        return value
    if kind is Decimal:
        return _number(value)
    if kind is int:
        if -_EXACT_INT < value < _EXACT_INT:
            return Decimal(value)
        return None if value.bit_length() > _LONGEST_INT else _number(Decimal(value))
    if kind is float:
        return _number(Decimal(repr(value)))
    if kind is list or kind is tuple:
        if depth > DATA_DEPTH:
            raise exceeded("levels in a value", DATA_DEPTH)
        return [from_python(item, depth + 1) for item in value]
    if kind is dict or isinstance(value, Mapping):
        if depth > DATA_DEPTH:
            raise exceeded("levels in a value", DATA_DEPTH)
        return {name if type(name) is str else str(name): from_python(item, depth + 1) for name, item in value.items()}
    if isinstance(value, str):
        # what the string holds, whatever the subclass says of itself
        return str.__str__(value)
    return _temporal(value)


def _temporal(value: Any) -> Value:
    if isinstance(value, python.datetime):
        return DateTime(Date(value.year, value.month, value.day), _time(value))
    if isinstance(value, python.date):
        return Date(value.year, value.month, value.day)
    if isinstance(value, python.time):
        return _time(value)
    if isinstance(value, python.timedelta):
        return DaysDuration(Decimal(value.days * 86_400 + value.seconds) + Decimal(value.microseconds).scaleb(-6))
    if isinstance(value, int):
        return from_python(int(value))
    return value


def _time(value: python.datetime | python.time) -> Time:
    second = Decimal(value.second)
    if value.microsecond:
        second += Decimal(value.microsecond).scaleb(-6)
    if isinstance(value.tzinfo, ZoneInfo) and value.tzinfo.key != "UTC":
        return Time(value.hour, value.minute, second, None, value.tzinfo.key)
    offset = value.utcoffset()
    return Time(value.hour, value.minute, second, None if offset is None else int(offset.total_seconds()))


def _number(value: Decimal) -> Decimal | None:
    if not value.is_finite():
        return None
    try:
        return NUMBERS.plus(value)
    except DecimalException:
        return None


def from_json(value: Any) -> Value:
    """JSON values: numbers (int, float, Decimal) become decimals, texts stay texts."""
    return from_python(value)


def to_json(value: Value, *, keep_references: bool = False) -> Any:
    """JSON values with Decimal numbers; dates, times, durations and ranges as their text.

    A reference that offers `feel_text() -> str` becomes that text. Raises InvalidInput("invalid_expression") for a function
    or any other reference, which cannot be stored; with `keep_references` all stay as they are.
    """
    return _to_json(value, Budget(_STORED), keep_references)


def _to_json(value: Value, budget: Budget, keep: bool) -> Any:
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return value
    if kind is Decimal:
        exponent = value.as_tuple().exponent
        return value.quantize(Decimal(1)) if isinstance(exponent, int) and exponent > 0 and value.adjusted() < 28 else value
    if kind is list or kind is dict:
        budget.spend(len(value))
        budget.descend(1)
        try:
            if kind is list:
                return [_to_json(item, budget, keep) for item in value]
            return {name: _to_json(item, budget, keep) for name, item in value.items()}
        finally:
            budget.ascend(1)
    if kind in (Date, Time, DateTime, DaysDuration, MonthsDuration):
        return str(value)
    if kind is Range:
        return text_of(value, budget)
    converted = from_python(value)
    if type(converted) in KINDS and kind is not Function:
        return _to_json(converted, budget, keep)
    if keep:
        return value
    stored = getattr(value, "feel_text", None)
    if stored is not None:
        return stored()
    called = "function" if kind is Function else "reference"
    raise InvalidInput("invalid_expression", f"expected a value that can be stored, but got a {called}")


def text_of(value: Value, budget: Budget, nested: bool = False) -> str:
    """What `string()` gives: strings bare at the top, quoted inside; numbers without exponent."""
    kind = type(value)
    if kind is str:
        return _quoted(value) if nested else str(value)
    if value is None:
        return "null"
    if kind is bool:
        return "true" if value else "false"
    if kind is Decimal:
        return number_text(value)
    if kind is list or kind is dict:
        budget.spend(len(value))
        budget.descend(1)
        if kind is list:
            parts = [text_of(item, budget, True) for item in value]
            text = f"[{', '.join(parts)}]"
        else:
            parts = [f"{_key(name)}: {text_of(item, budget, True)}" for name, item in value.items()]
            text = f"{{{', '.join(parts)}}}"
        budget.ascend(1)
        budget.fits_string(len(text))
        return text
    if kind is Range:
        low, high = text_of(value.low, budget, True), text_of(value.high, budget, True)
        return f"{'[' if value.low_included else '('}{low}..{high}{']' if value.high_included else ')'}"
    if isinstance(value, Function):
        return f"function({', '.join(value.parameters)})"
    if kind in KINDS:
        return str(value)
    return "reference"


def number_text(value: Decimal) -> str:
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("", "-0", "-") else text


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _key(name: str) -> str:
    return name if _PLAIN_NAME.fullmatch(name) else _quoted(name)
