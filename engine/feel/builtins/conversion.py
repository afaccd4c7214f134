"""Conversion functions to numbers and texts. DMN 1.5, 10.3.4.1."""

from __future__ import annotations

import re
from decimal import Decimal

from engine.feel.builtins.registry import NoResult, builtin
from engine.feel.conversion import text_of
from engine.feel.scope import Run
from engine.feel.values import NUMBERS, Value

_NUMBER = re.compile(r"-?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d{1,6})?", re.ASCII)


@builtin("string", "from: any", needs_run=True)
def to_string(run: Run, value: Value) -> str | None:
    return None if value is None else text_of(value, run)


@builtin(
    "number",
    "from: number|string",
    "from: string, grouping separator: string|null, decimal separator: string|null",
)
def to_number(text: str | Decimal, grouping: str | None = None, point: str | None = None) -> Decimal:
    if isinstance(text, Decimal):
        return text
    if grouping not in (None, " ", ",", ".") or point not in (None, ",", ".") or (grouping is not None and grouping == point):
        raise NoResult("expected the separators ' ', ',' or '.', each for one purpose")
    if grouping is not None:
        text = text.replace(grouping, "")
    if point is not None:
        text = text.replace(point, ".")
    if not _NUMBER.fullmatch(text):
        raise NoResult(f"expected the text of a number, but got {text[:40]!r}")
    return NUMBERS.create_decimal(text)
