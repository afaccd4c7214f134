"""What a vote was bound to: a digest of what its voter could see, and what changed since."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from engine.errors import InvalidInput

_PLAIN_DIGITS = 60
"""Numbers up to this many places are written out; beyond it the exponent stays, or 1E+999999 would be a megabyte of noughts."""


def digest(content: Mapping[str, Any], salt: bytes) -> str:
    """Hex SHA-256 of salt + canonical JSON (RFC 8785) of `content`. Without the salt a short text could be guessed.

    Raises InvalidInput("invalid_request") for a value that has no JSON form (NaN, a lone surrogate, a foreign object).
    """
    return hashlib.sha256(salt + canonical(content)).hexdigest()


def changed_fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """Names whose value differs, sorted. A field that is missing equals one that is empty (null)."""
    names = sorted(before.keys() | after.keys())
    return tuple(name for name in names if canonical(before.get(name)) != canonical(after.get(name)))


def canonical(value: Any) -> bytes:
    """RFC 8785 bytes: keys in order of UTF-16 units, no blanks, shortest escapes. Numbers are text, so 20 equals 20.00."""
    try:
        return _text(value).encode()
    except UnicodeEncodeError:
        raise InvalidInput("invalid_request", "expected Unicode text, but it holds half a surrogate pair") from None


def _text(value: Any) -> str:
    if value is None or isinstance(value, bool | str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int | Decimal):
        return f'"{_number(Decimal(value))}"'
    if isinstance(value, date | datetime | time):
        return f'"{value.isoformat()}"'
    if isinstance(value, list | tuple):
        return "[" + ",".join(_text(item) for item in value) + "]"
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return "{" + ",".join(f"{json.dumps(key, ensure_ascii=False)}:{_text(value[key])}" for key in keys) + "}"
    raise InvalidInput("invalid_request", f"expected a JSON value, but it is {type(value).__name__}")


def _number(number: Decimal) -> str:
    if not number.is_finite():
        raise InvalidInput("invalid_request", f"expected a finite number, but it is {number}")
    if not number:
        return "0"
    sign, digits, exponent = number.as_tuple()
    text = "".join(map(str, digits)).lstrip("0")
    places = int(exponent)
    while text.endswith("0"):
        text, places = text[:-1], places + 1
    minus = "-" if sign else ""
    if places > _PLAIN_DIGITS or places < -_PLAIN_DIGITS:
        return f"{minus}{text}E{places}"
    if places >= 0:
        return minus + text + "0" * places
    text = text.rjust(1 - places, "0")
    return f"{minus}{text[:places]}.{text[places:]}"
