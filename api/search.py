"""The search core shared by every `…/search`: reads filter, sort and page of a body into a `SearchRequest`.

A property filter is a plain value or an object of operators, all of which must hold. Families of properties differ in their
operators. `$or` is a list of filters of which one must hold. Anything unknown is refused, never silently ignored.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from marshmallow import ValidationError

from api.json_text import read_json, write_json
from api.shapes import MAX_COLUMN, read_key, read_moment
from engine.errors import InvalidInput
from engine.queries.search_request import (
    AllOf,
    AnyOf,
    Condition,
    ContainsAll,
    Filter,
    Found,
    HasVariable,
    Operator,
    Page,
    Scalar,
    SearchRequest,
    SortBy,
)

DEFAULT_LIMIT = 100
MAX_LIMIT = 10_000
MAX_OFFSET = 1_000_000
MAX_CONDITIONS = 100
"""Conditions of one filter, `$or` and all: a search is one SQL statement and shall stay one that a database can plan."""

_LISTS = {Operator.IN, Operator.NOT_IN}
_EQUALITY = frozenset({Operator.EQ, Operator.NEQ, Operator.EXISTS, Operator.IN})
_ORDER = frozenset(
    {Operator.EQ, Operator.NEQ, Operator.EXISTS, Operator.IN, Operator.GT, Operator.GTE, Operator.LT, Operator.LTE}
)


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of property: which operators it has and how a value of it is read.

    `json_type` and `format` describe a plain value in the OpenAPI document.
    """

    name: str
    operators: frozenset[Operator]
    read: Callable[[Any], Scalar]
    json_type: str
    format: str | None = None
    values: tuple[str, ...] = ()


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValidationError("Expected a string.")
    return value


def _whole(value: Any) -> int:
    if type(value) is not int or abs(value) > MAX_COLUMN:
        raise ValidationError("Expected an integer.")
    return value


def _flag(value: Any) -> bool:
    if type(value) is not bool:
        raise ValidationError("Expected true or false.")
    return value


TEXT = Family("string", _EQUALITY | {Operator.NOT_IN, Operator.LIKE}, _text, "string")
PLAIN_TEXT = Family("plain string", frozenset({Operator.EQ}), _text, "string")
KEY = Family("key", _EQUALITY | {Operator.NOT_IN}, read_key, "string", "int64")
WHOLE = Family("integer", _ORDER, _whole, "integer")
PLAIN_WHOLE = Family("plain integer", frozenset({Operator.EQ}), _whole, "integer")
DATE = Family("date", _ORDER, read_moment, "string", "date-time")
FLAG = Family("boolean", frozenset({Operator.EQ}), _flag, "boolean")


def enum(values: Iterable[str]) -> Family:
    """A closed list of words."""
    allowed = tuple(values)

    def read(value: Any) -> str:
        if value not in allowed:
            raise ValidationError(f"Expected one of {', '.join(allowed)}.")
        return str(value)

    return Family("enum", _EQUALITY | {Operator.LIKE, Operator.NOT_IN}, read, "string", values=allowed)


@dataclass(frozen=True, slots=True)
class Search:
    """What one resource lets a caller search.

    `filter` and `sort`: families by public name; `key`: the member that is the item's key; `variables`: members that take
    `[{name, value}]`; `contains_all`: members that take a list of which all must be there; `may_or`: whether `$or` is allowed;
    `default_sort` is used when none is asked for.
    """

    name: str
    key: str
    filter: Mapping[str, Family]
    sort: Mapping[str, Family]
    variables: frozenset[str] = frozenset()
    contains_all: frozenset[str] = frozenset()
    may_or: bool = False
    default_sort: Sequence[SortBy] = field(default_factory=tuple)

    def read(self, body: Any) -> SearchRequest:
        """Raises InvalidInput("invalid_request") with the place of each problem."""
        if body is None:
            body = {}
        if not isinstance(body, dict):
            raise _refused("", "Expected an object.")
        asked = _Reader(self)
        conditions = asked.filter(body.get("filter"), "filter", allow_or=self.may_or)
        sort = self._sort(body.get("sort")) or tuple(self.default_sort)
        return SearchRequest(AllOf(tuple(conditions)), sort, self._page(body.get("page"), sort))

    def answer(self, request: SearchRequest, found: Found, items: list[dict[str, Any]]) -> dict[str, Any]:
        """The body of an answer; `items` are the views of `found.items`, holding their sort fields unrounded."""
        return {
            "items": items,
            "page": {
                "totalItems": found.total,
                "hasMoreTotalItems": found.is_capped,
                "startCursor": self._cursor(request.sort, items[0]) if items else None,
                "endCursor": self._cursor(request.sort, items[-1]) if items else None,
            },
        }

    def _sort(self, asked: Any) -> tuple[SortBy, ...]:
        if asked is None:
            return ()
        if not isinstance(asked, list) or len(asked) > 10:
            raise _refused("sort", "Expected a list of at most 10 sort fields.")
        result: list[SortBy] = []
        for at, entry in enumerate(asked):
            path = f"sort.{at}"
            if not isinstance(entry, dict):
                raise _refused(path, "Expected an object.")
            name = entry.get("field")
            if not isinstance(name, str) or name not in self.sort:
                raise _refused(f"{path}.field", f"Expected one of {', '.join(self.sort)}, but got {name!r:.60}.")
            order = entry.get("order") or "ASC"
            if not isinstance(order, str) or order.upper() not in {"ASC", "DESC"}:
                raise _refused(f"{path}.order", "Expected ASC or DESC.")
            if all(name != done.field for done in result):
                result.append(SortBy(name, order.upper() == "DESC"))
        return tuple(result)

    def _page(self, asked: Any, sort: Sequence[SortBy]) -> Page:
        if asked is None:
            return Page(DEFAULT_LIMIT)
        if not isinstance(asked, dict):
            raise _refused("page", "Expected an object.")
        given = {name: value for name, value in asked.items() if value is not None}
        limit = _bounded(given.get("limit", DEFAULT_LIMIT), "page.limit", 1, MAX_LIMIT)
        if len({"from", "after", "before"} & given.keys()) > 1:
            raise _refused("page", "Expected only one of from, after and before.")
        return Page(
            limit,
            _bounded(given.get("from", 0), "page.from", 0, MAX_OFFSET),
            self._position(given["after"], "page.after", sort) if "after" in given else None,
            self._position(given["before"], "page.before", sort) if "before" in given else None,
        )

    def _cursor(self, sort: Sequence[SortBy], item: Mapping[str, Any]) -> str:
        values = [item[by.field] for by in sort] + [item[self.key]]
        exact = [value.isoformat() if isinstance(value, datetime) else value for value in values]
        return base64.b64encode(write_json([_order_name(sort), *exact])).decode()

    def _position(self, cursor: Any, path: str, sort: Sequence[SortBy]) -> tuple[Scalar, ...]:
        """A cursor is only good for the order it was made in."""
        try:
            order, *values = read_json(base64.b64decode(cursor, validate=True))
            families = [self.sort[by.field] for by in sort]
            if order != _order_name(sort) or len(values) != len(families) + 1:
                raise ValueError("made for another order")
            position = [None if value is None else family.read(value) for family, value in zip(families, values, strict=False)]
            return (*position, read_key(values[-1]))
        except (InvalidInput, ValidationError, ValueError, TypeError, binascii.Error):
            raise _refused(path, "Expected a cursor from an answer with the same sort.") from None


class _Reader:
    """Reads one filter and counts its conditions."""

    def __init__(self, search: Search) -> None:
        self._search = search
        self._left = MAX_CONDITIONS

    def filter(self, asked: Any, path: str, *, allow_or: bool) -> list[Filter]:
        if asked is None:
            return []
        if not isinstance(asked, dict):
            raise _refused(path, "Expected an object.")
        parts: list[Filter] = []
        for name, value in asked.items():
            if value is None:
                continue
            at = f"{path}.{name}"
            if name == "$or" and allow_or:
                parts.append(
                    AnyOf(tuple(AllOf(tuple(self.filter(one, f"{at}.{n}", allow_or=False))) for n, one in _listed(value, at)))
                )
            elif name in self._search.variables:
                parts.extend(self._variable(name, one, f"{at}.{n}") for n, one in _listed(value, at))
            elif name in self._search.contains_all:
                parts.append(ContainsAll(name, tuple(_read(TEXT, one, f"{at}.{n}") for n, one in _listed(value, at))))
            elif name in self._search.filter:
                parts.extend(self._conditions(name, self._search.filter[name], value, at))
            else:
                raise _refused(at, f"Expected a property that {self._search.name} can be searched by, but {name!r:.60} is none.")
        return parts

    def _conditions(self, name: str, family: Family, asked: Any, path: str) -> list[Condition]:
        if not isinstance(asked, dict):
            return [self._one(name, family, Operator.EQ, asked, path)]
        conditions = []
        for written, value in asked.items():
            if value is None:
                continue
            try:
                operator = Operator(written)
            except ValueError:
                operator = None
            if operator is None or operator not in family.operators or len(family.operators) == 1:
                raise _refused(f"{path}.{written}", f"Expected an operator of a {family.name} property.")
            conditions.append(self._one(name, family, operator, value, f"{path}.{written}"))
        return conditions

    def _one(self, name: str, family: Family, operator: Operator, value: Any, path: str) -> Condition:
        self._left -= 1
        if self._left < 0:
            raise _refused(path, f"Expected at most {MAX_CONDITIONS} conditions.")
        if operator is Operator.EXISTS:
            return Condition(name, operator, _read(FLAG, value, path))
        if operator is Operator.LIKE:
            return Condition(name, operator, _read(TEXT, value, path))
        if operator in _LISTS:
            return Condition(name, operator, tuple(_read(family, one, f"{path}.{n}") for n, one in _listed(value, path)))
        return Condition(name, operator, _read(family, value, path))

    def _variable(self, name: str, asked: Any, path: str) -> HasVariable:
        if not isinstance(asked, dict) or not isinstance(asked.get("name"), str) or asked.get("value") is None:
            raise _refused(path, "Expected an object with name and value.")
        return HasVariable(name, asked["name"], tuple(self._conditions("value", TEXT, asked["value"], f"{path}.value")))


def _read(family: Family, value: Any, path: str) -> Any:
    try:
        return family.read(value)
    except ValidationError as error:
        raise _refused(path, str(error.messages[0] if isinstance(error.messages, list) else error)) from None


def _listed(value: Any, path: str) -> Iterable[tuple[int, Any]]:
    if not isinstance(value, list) or len(value) > 1_000:
        raise _refused(path, "Expected a list of at most 1000 values.")
    return enumerate(value)


def _bounded(value: Any, path: str, least: int, most: int) -> int:
    if type(value) is not int or not least <= value <= most:
        raise _refused(path, f"Expected an integer from {least} to {most}.")
    return value


def _order_name(sort: Sequence[SortBy]) -> str:
    return ",".join(("-" if by.descending else "") + by.field for by in sort)


def _refused(path: str, message: str) -> InvalidInput:
    where = path or "the body"
    return InvalidInput(
        "invalid_request",
        f"Expected a valid search, but {where}: {message}",
        problems=[{"path": path, "code": "invalid", "message": message}],
    )
