"""String functions without patterns. DMN 1.5, 10.3.4.3."""

from __future__ import annotations

from decimal import Decimal

from engine.feel.builtins.registry import NoResult, builtin
from engine.feel.scope import Run
from engine.feel.values import Value


@builtin("string length", "string: string")
def string_length(string: str) -> Decimal:
    return Decimal(len(string))


@builtin("upper case", "string: string")
def upper_case(string: str) -> str:
    return string.upper()


@builtin("lower case", "string: string")
def lower_case(string: str) -> str:
    return string.lower()


@builtin("substring", "string: string, start position: number, length?: number|null")
def substring(string: str, start: Decimal, length: Decimal | None = None) -> str:
    """Positions count from 1, or from the end below 0."""
    position = int(start)
    if position == 0:
        raise NoResult("expected a start position other than 0")
    first = max(position - 1 if position > 0 else len(string) + position, 0)
    if length is None:
        return string[first:]
    if int(length) < 1:
        raise NoResult("expected a length of at least 1")
    return string[first : first + int(length)]


@builtin("substring before", "string: string, match: string")
def substring_before(string: str, match: str) -> str:
    position = string.find(match)
    return string[:position] if position > 0 else ""


@builtin("substring after", "string: string, match: string")
def substring_after(string: str, match: str) -> str:
    position = string.find(match)
    return string[position + len(match) :] if position >= 0 else ""


@builtin("contains", "string: string, match: string")
def contains(string: str, match: str) -> bool:
    return match in string


@builtin("starts with", "string: string, match: string")
def starts_with(string: str, match: str) -> bool:
    return string.startswith(match)


@builtin("ends with", "string: string, match: string")
def ends_with(string: str, match: str) -> bool:
    return string.endswith(match)


@builtin("string join", "list: list, delimiter?: string|null", needs_run=True)
def string_join(run: Run, items: list[Value], delimiter: str | None = None) -> str:
    """Nulls are left out."""
    if any(item is not None and type(item) is not str for item in items):
        raise NoResult("expected a list of strings")
    texts = [item for item in items if item is not None]
    run.fits_string(sum(len(text) for text in texts) + len(delimiter or "") * max(len(texts) - 1, 0))
    return (delimiter or "").join(texts)


@builtin("trim", "string: string")
def trim(string: str) -> str:
    return string.strip()
