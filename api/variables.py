"""Variables of cases: search, and setting them."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from api.application import actor, engine
from api.blueprint import Blueprint
from api.json_text import no_content
from api.permissions import ADMINISTER, WORK
from api.search import FLAG, KEY, PLAIN_TEXT, TEXT, Search
from api.search_routes import search_route
from api.shapes import answer_shape, flag, json_object, key, shape, text
from api.tenant import TENANT
from engine.commands import set_variables
from engine.queries import variables
from engine.queries.search_request import Found, SearchRequest

blueprint = Blueprint("variables", "What a case knows. Values are JSON texts.")

_MEMBERS = {
    "name": text(),
    "value": text(most=100_000_000),
    "tenantId": text(),
    "variableKey": key(),
    "scopeKey": key(),
    "processInstanceKey": key(),
    "rootProcessInstanceKey": key(null=True),
    "isTruncated": flag(),
}
VARIABLE = answer_shape("Variable", _MEMBERS)

VARIABLE_SORT = {"value": TEXT, "name": TEXT, "tenantId": TEXT, "variableKey": KEY, "scopeKey": KEY, "processInstanceKey": KEY}
SEARCH = Search(
    "variables",
    "variableKey",
    filter={
        "name": TEXT,
        "value": TEXT,
        "tenantId": PLAIN_TEXT,
        "isTruncated": FLAG,
        "variableKey": KEY,
        "scopeKey": KEY,
        "processInstanceKey": KEY,
    },
    sort=VARIABLE_SORT,
)
_SET = shape("SetVariables", {"variables": json_object(required=True), "local": flag()})


def variable_view(variable: variables.Variable) -> dict[str, Any]:
    """Long values are cut unless the query says `truncateValues=false`."""
    value = variable.value
    is_cut = len(value) > variables.LONGEST_SHOWN and request.args.get("truncateValues") != "false"
    return {
        "name": variable.name,
        "value": value[: variables.LONGEST_SHOWN] if is_cut else value,
        "tenantId": TENANT,
        "variableKey": str(variable.key),
        "scopeKey": str(variable.scope_key),
        "processInstanceKey": str(variable.instance_key),
        "rootProcessInstanceKey": str(variable.root_key),
        "isTruncated": is_cut,
    }


@search_route(blueprint, "/variables/search", WORK, SEARCH, VARIABLE, variable_view)
def search_variables(asked: SearchRequest) -> Found:
    """Search the variables of cases; the filter names the cases"""
    return variables.find(engine(), asked)


@blueprint.put("/element-instances/<key:element_instance_key>/variables", ADMINISTER, takes=_SET)
def put_variables(body: dict[str, Any], *, element_instance_key: int) -> Response:
    """Set variables of a running case

    The key may be the case's own. Not `local`: set where they are defined upward, else at the root.
    """
    instance_key, n = variables.scope(engine(), element_instance_key)
    set_variables.set_variables(engine(), actor(), instance_key, body["variables"], n=n if body.get("local", False) else None)
    return no_content()
