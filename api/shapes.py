"""The vocabulary in which bodies are described: members of requests and answers as marshmallow fields.

A shape is built once, at import. Request shapes load (and forget unknown members); answer shapes document, and the
tests hold every answer against them: answers themselves are written without a second pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

Members = Mapping[str, Any]

MAX_KEY = 2**63 - 1
MAX_COLUMN = 2**31 - 1
"""What a whole number of a row, such as a version or a priority, may be at most."""


class Json(fields.Field[Any]):
    """Any JSON value, as it came."""


class JsonObject(fields.Field[dict[str, Any]]):
    """A free JSON object, as it came."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise ValidationError("Expected an object.")
        return value


class KeyText(fields.Field[int]):
    """One of our keys: digits in a string (or a number, for callers who forgot the quotes); loads as an `int`."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        return read_key(value)


class Moment(fields.Field[datetime]):
    """A date and time with its offset (RFC 3339); loads as an aware datetime in UTC."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        return read_moment(value)


class Whole(fields.Field[int]):
    """A JSON integer: no text, no fraction, no boolean."""

    def __init__(self, *, least: int | None = None, most: int | None = None, **kwargs: Any) -> None:
        super().__init__(validate=validate.Range(min=least, max=most), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if type(value) is not int:
            raise ValidationError("Expected an integer.")
        return value


class Flag(fields.Field[bool]):
    """`true` or `false`, nothing that merely looks like it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if type(value) is not bool:
            raise ValidationError("Expected true or false.")
        return value


def read_key(value: Any) -> int:
    """Raises ValidationError unless `value` is a key of ours (0 … 2^63-1)."""
    text = str(value) if type(value) is int else value
    if not isinstance(text, str) or not text.isascii() or not text.isdigit() or len(text) > 19 or int(text) > MAX_KEY:
        raise ValidationError("Expected a key: a string of digits.")
    return int(text)


def read_moment(value: Any) -> datetime:
    """Raises ValidationError unless `value` is a date and time with an offset."""
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        pass
    raise ValidationError("Expected a date and time with an offset, like 2026-03-02T09:00:00.000Z.")


def shape(name: str, members: Members) -> Schema:
    """A named shape, ready for use; `members` by their public names."""
    made = Schema.from_dict(dict(members), name=name)
    return made(unknown=EXCLUDE)


def text(*, required: bool = False, null: bool = False, most: int = 10_000, least: int = 0, **kwargs: Any) -> fields.String:
    return fields.String(required=required, allow_none=null, validate=validate.Length(min=least, max=most), **kwargs)


def one_of(values: Iterable[str], *, required: bool = False, null: bool = False) -> fields.String:
    return fields.String(required=required, allow_none=null, validate=validate.OneOf(tuple(values)))


def key(*, required: bool = False, null: bool = False) -> KeyText:
    return KeyText(required=required, allow_none=null)


def whole(*, required: bool = False, null: bool = False, least: int | None = None, most: int | None = None) -> Whole:
    return Whole(required=required, allow_none=null, least=least, most=most)


def flag(*, required: bool = False, null: bool = False) -> Flag:
    return Flag(required=required, allow_none=null)


def moment(*, required: bool = False, null: bool = False) -> Moment:
    return Moment(required=required, allow_none=null)


def json_object(*, required: bool = False, null: bool = False) -> JsonObject:
    return JsonObject(required=required, allow_none=null)


def json_value(*, required: bool = False) -> Json:
    return Json(required=required, allow_none=True)


def list_of(item: Any, *, required: bool = False, null: bool = False, most: int = 10_000) -> fields.List[Any]:
    """`item`: a field, or a shape."""
    inner = fields.Nested(item) if isinstance(item, Schema) else item
    return fields.List(inner, required=required, allow_none=null, validate=validate.Length(max=most))


def nested(inner: Schema, *, required: bool = False, null: bool = False) -> fields.Nested:
    return fields.Nested(inner, required=required, allow_none=null)


def answer_shape(name: str, members: Members) -> Schema:
    """An answer: every member is always there, null where there is no value."""
    for member in members.values():
        member.required = True
    return shape(name, members)


NOTHING = shape("NoMembers", {})
"""A body without members: verbs that need nothing said."""
