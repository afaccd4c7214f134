"""JSON as it crosses the wire: exact numbers in, `Z` dates and exact decimals out."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import orjson
from flask import Response
from flask.json.provider import JSONProvider

from engine.codec import with_great_integers
from engine.errors import InvalidInput

MAX_DEPTH = 64
MAX_DIGITS = 34
"""Digits of a number: what FEEL and the databases keep exactly."""

_MAYBE_INEXACT = re.compile(rb"[0-9][.eE]|[0-9]{18}")
"""A number that orjson would turn into a float (or text that looks like one: then the slower reader runs for nothing)."""

_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME


def read_json(raw: bytes) -> Any:
    """The value of a JSON text; numbers are `int` or `Decimal`, never `float`.

    Raises InvalidInput: `invalid_json` (not JSON, NaN, a lone surrogate, the character U+0000),
    `limit_exceeded` (nested deeper than 64, a number of more than 34 digits).
    """
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise InvalidInput("invalid_json", f"Expected a JSON text, but {error}") from None
    if _MAYBE_INEXACT.search(raw):
        # The text is known to be sound; read it again with exact numbers.
        value = json.loads(raw, parse_float=_decimal, parse_int=_integer)
    _check(value, MAX_DEPTH, may_hold_nul=b"\\u0000" in raw)
    return value


def write_json(value: Any) -> bytes:
    """Compact UTF-8 JSON. Aware datetimes become `2026-01-31T08:00:00.000Z`, decimals stay exact numbers."""
    try:
        return orjson.dumps(value, default=_encode, option=_OPTIONS)
    except orjson.JSONEncodeError:
        # The fast way knows integers of 64 bits only; others are rare enough to pay for a walk.
        return orjson.dumps(with_great_integers(value), default=_encode, option=_OPTIONS)


def date_text(moment: datetime) -> str:
    """`YYYY-MM-DDTHH:MM:SS.mmmZ`, the one form in which a moment leaves this server."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A finished JSON answer. Views return it themselves: dumping through the documented shape would cost a second pass."""
    return Response(write_json(value), status, headers, mimetype="application/json")


def no_content() -> Response:
    return Response(status=204)


class JsonText(JSONProvider):
    """Gives Flask (and flask-smorest) our reading and writing of JSON."""

    def dumps(self, obj: Any, **_: Any) -> str:
        return write_json(obj).decode()

    def loads(self, s: str | bytes, **_: Any) -> Any:
        return read_json(s.encode() if isinstance(s, str) else s)

    def response(self, *args: Any, **kwargs: Any) -> Any:
        body = write_json(self._prepare_response_obj(args, kwargs))
        return Response(body, mimetype="application/json")


def _encode(value: Any) -> Any:
    if isinstance(value, datetime):
        return date_text(value)
    if isinstance(value, Decimal):
        return orjson.Fragment(str(value)) if value.is_finite() else None
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _decimal(digits: str) -> Decimal:
    number = Decimal(digits)
    if len(number.as_tuple().digits) > MAX_DIGITS or abs(number.adjusted()) > 6_000:
        raise InvalidInput(
            "limit_exceeded", f"Expected numbers of at most {MAX_DIGITS} digits, but got {digits[:50]}", limit=MAX_DIGITS
        )
    return number


def _integer(digits: str) -> int:
    if len(digits.lstrip("-")) > MAX_DIGITS:
        raise InvalidInput(
            "limit_exceeded", f"Expected numbers of at most {MAX_DIGITS} digits, but got {digits[:50]}", limit=MAX_DIGITS
        )
    return int(digits)


def _check(value: Any, depth: int, *, may_hold_nul: bool) -> None:
    if depth < 0:
        raise InvalidInput("limit_exceeded", f"Expected JSON nested at most {MAX_DEPTH} deep, but it is deeper", limit=MAX_DEPTH)
    if type(value) is dict:
        for name, member in value.items():
            if may_hold_nul:
                _check(name, depth, may_hold_nul=True)
            _check(member, depth - 1, may_hold_nul=may_hold_nul)
    elif type(value) is list:
        for member in value:
            _check(member, depth - 1, may_hold_nul=may_hold_nul)
    elif may_hold_nul and type(value) is str and "\0" in value:
        raise InvalidInput("invalid_json", "Expected text without the character U+0000, but it holds one")
