"""Values to JSON text and back. Numbers lose nothing: a `Decimal` goes out as its digits and comes back as a `Decimal`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import orjson

_MAYBE_INEXACT = re.compile(r"[0-9][.eE]|[0-9]{18}")
"""A number that the fast reader would make a float, or a text that looks like one: then the exact reader runs for nothing."""

_GREATEST_SAFE_INTEGER = 2**53


def to_text(value: Any) -> str:
    """JSON without blanks, Chinese as it is, members in their own order.

    `int` of any size, `Decimal`, aware `datetime` (RFC 3339), tuples and mappings are understood.
    Raises ValueError for NaN and infinities, TypeError for what JSON cannot hold.
    """
    return to_bytes(value).decode()


def to_bytes(value: Any) -> bytes:
    """The same text in UTF-8, for a body that is sent as it is."""
    try:
        return orjson.dumps(value, default=_plain)
    except orjson.JSONEncodeError as fault:
        if isinstance(fault.__cause__, ValueError):
            raise fault.__cause__ from None
        # The fast way knows integers of 64 bits only; others are rare enough to pay for a walk.
        try:
            return orjson.dumps(with_great_integers(value), default=_plain)
        except RecursionError:
            raise ValueError("expected a value of fewer levels") from None


def from_text(text: str | bytes) -> Any:
    """The value of a JSON text: whole numbers are `int`, all others `Decimal`.

    Raises ValueError for what is not JSON (NaN, a lone surrogate) or is nested deeper than a thousand levels.
    """
    value = orjson.loads(text)
    given = text if isinstance(text, str) else text.decode()
    if _MAYBE_INEXACT.search(given) is None:
        return value
    try:
        return _decoder.decode(given)  # known to be sound; read again with exact numbers
    except RecursionError:
        raise ValueError("expected a JSON text of fewer levels") from None


def canonical(value: Any) -> str:
    """One text for equal values, to be hashed: members sorted, numbers by value (1.10 is 1.1, 2.00 is 2).

    After RFC 8785, except that numbers a double cannot hold exactly are strings of their digits.
    """
    return orjson.dumps(_canonical(value), option=orjson.OPT_SORT_KEYS).decode()


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError(f"expected a finite number, but found {value}")
        return orjson.Fragment(str(value))
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"expected a JSON value, but found {type(value).__name__}")


def with_great_integers(value: Any) -> Any:
    """The value with its integers of more than 64 bits as digits that orjson writes as they are."""
    if isinstance(value, int) and not isinstance(value, bool) and not -(2**63) <= value < 2**63:
        return orjson.Fragment(str(value))
    if isinstance(value, Mapping):
        return {name: with_great_integers(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [with_great_integers(member) for member in value]
    return value


def _canonical(value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | Decimal):
        return _canonical_number(value)
    if isinstance(value, Mapping):
        return {name: _canonical(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [_canonical(member) for member in value]
    return value


def _canonical_number(number: int | Decimal) -> int | str:
    value = Decimal(number)
    if not value.is_finite():
        raise ValueError(f"expected a finite number, but found {value}")
    if value.copy_abs() <= _GREATEST_SAFE_INTEGER and value == value.to_integral_value():
        return int(value)
    sign, figures, exponent = value.as_tuple()
    digits = "".join(map(str, figures))
    stripped = digits.rstrip("0")
    # Digits and exponent, never written out: 1E+999999 must not become a million characters.
    return f"{'-' if sign else ''}{stripped}E{int(exponent) + len(digits) - len(stripped)}"


_decoder = json.JSONDecoder(parse_float=Decimal)
