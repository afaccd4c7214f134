"""A `…/search` route: body to `SearchRequest`, what was found to a page; documented from the same description."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import marshmallow
from flask import Response

from api.blueprint import Blueprint, View, json_body
from api.json_text import answer
from api.permissions import Permission
from api.search import DEFAULT_LIMIT, MAX_LIMIT, TEXT, Family, Search
from api.shapes import answer_shape, flag, list_of, nested, text, whole
from engine.queries.search_request import Operator

PAGE = answer_shape(
    "Page",
    {
        "totalItems": whole(),
        "hasMoreTotalItems": flag(),
        "startCursor": text(null=True),
        "endCursor": text(null=True),
    },
)


def search_route(
    blueprint: Blueprint,
    rule: str,
    permission: Permission,
    search: Search,
    item: marshmallow.Schema,
    view: Callable[[Any], dict[str, Any]],
) -> Callable[[View], View]:
    """The decorated function gets the `SearchRequest` and the keys of the path, and returns what was `Found`."""

    def register(find: View) -> View:
        def answer_search(**keys: Any) -> Response:
            request = search.read(json_body())
            found = find(request, **keys)
            return answer(search.answer(request, found, [view(one) for one in found.items]))

        answer_search.__name__ = find.__name__
        answer_search.__doc__ = find.__doc__
        body = {"required": False, "content": {"application/json": {"schema": request_schema(search)}}}
        blueprint.post(rule, permission, gives=page_of(item), document={"requestBody": body})(answer_search)
        return find

    return register


@cache
def page_of(item: marshmallow.Schema) -> marshmallow.Schema:
    """The shape of a page of items; one for each shape, for a name in the document is given once."""
    return answer_shape(f"{type(item).__name__}Page", {"items": list_of(item), "page": nested(PAGE)})


def request_schema(search: Search) -> dict[str, Any]:
    """The JSON Schema of a search body."""
    properties: dict[str, Any] = {name: _property(family) for name, family in search.filter.items()}
    variable = {
        "type": "object",
        "required": ["name", "value"],
        "properties": {"name": {"type": "string"}, "value": _property(TEXT)},
    }
    properties |= {name: {"type": "array", "items": variable} for name in sorted(search.variables)}
    properties |= {name: {"type": "array", "items": {"type": "string"}} for name in sorted(search.contains_all)}
    if search.may_or:
        properties["$or"] = {"type": "array", "items": {"type": "object"}}
    by = {
        "type": "object",
        "required": ["field"],
        "properties": {
            "field": {"type": "string", "enum": list(search.sort)},
            "order": {"type": "string", "enum": ["ASC", "DESC"], "default": "ASC"},
        },
    }
    page = {
        "limit": {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
        "from": {"type": "integer", "minimum": 0},
        "after": {"type": "string"},
        "before": {"type": "string"},
    }
    return {
        "type": "object",
        "properties": {
            "filter": {"type": "object", "properties": properties},
            "sort": {"type": "array", "items": by},
            "page": {"type": "object", "properties": page},
        },
    }


def _property(family: Family) -> dict[str, Any]:
    plain: dict[str, Any] = {"type": family.json_type}
    if family.format is not None:
        plain["format"] = family.format
    if family.values:
        plain["enum"] = list(family.values)
    if len(family.operators) == 1:
        return plain
    special = {
        Operator.EXISTS: {"type": "boolean"},
        Operator.LIKE: {"type": "string"},
        Operator.IN: {"type": "array", "items": plain},
        Operator.NOT_IN: {"type": "array", "items": plain},
    }
    operators = {operator.value: special.get(operator, plain) for operator in Operator if operator in family.operators}
    return {"oneOf": [plain, {"type": "object", "properties": operators, "additionalProperties": False}]}
