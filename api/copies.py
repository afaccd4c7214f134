"""Copies: the cases I was told of and need not act on."""

from __future__ import annotations

from typing import Any

from flask import Response

from api.application import actor, engine
from api.blueprint import Blueprint
from api.cursors import CURSOR, PAGE, cursor_of, limit_of, position_of
from api.etags import tagged
from api.json_text import answer
from api.language import people_of
from api.people import PERSON
from api.permissions import READ
from api.shapes import answer_shape, key, list_of, moment, nested, shape, text
from engine.queries import copies
from engine.store.records import Record

blueprint = Blueprint("copies", "What I was told of.")

_QUERY = shape("CopiesQuery", CURSOR)
COPY = answer_shape(
    "Copy",
    {
        "copyKey": key(),
        "processInstanceKey": key(),
        "rootProcessInstanceKey": key(),
        "elementId": text(null=True),
        "candidate": text(),
        "by": nested(PERSON, null=True),
        "at": moment(),
        "title": text(null=True),
        "number": text(null=True),
        "processId": text(),
        "processName": text(null=True),
        "starter": nested(PERSON, null=True),
        "state": text(),
        "outcome": text(null=True),
    },
)
COPIES = answer_shape("Copies", {"items": list_of(COPY), "page": nested(PAGE)})


@blueprint.get("/copies", READ, query=_QUERY, gives=COPIES)
def my_copies(query: dict[str, Any]) -> Response:
    """The copies for me and for the roles I hold, newest first"""
    limit = limit_of(query.get("limit"))
    found = copies.find(engine(), actor(), limit=limit + 1, after=position_of(query.get("cursor")))
    items, names = found[:limit], people_of(engine())
    following = cursor_of(items[-1].at, items[-1].key) if len(found) > limit else None
    return tagged(answer({"items": [_view(each, names) for each in items], "page": {"nextCursor": following}}))


def _view(copy: Record, names: Any) -> dict[str, Any]:
    return {
        "copyKey": str(copy.key),
        "processInstanceKey": str(copy.instance_key),
        "rootProcessInstanceKey": str(copy.root_key),
        "elementId": copy.element_id,
        "candidate": copy.candidate,
        "by": names.person(copy.by_user),
        "at": copy.at,
        "title": copy.title or None,
        "number": copy.number,
        "processId": copy.process_id,
        "processName": copy.process_name,
        "starter": names.person(copy.starter),
        "state": copy.state.upper(),
        "outcome": copy.outcome,
    }
