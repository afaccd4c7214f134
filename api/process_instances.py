"""Process instances: start, one, search, cancel, withdraw; the case as people see it."""

from __future__ import annotations

from typing import Any

from flask import Response

from api.application import actor, engine
from api.blueprint import Blueprint
from api.etags import check_precondition, tagged
from api.json_text import answer, no_content
from api.permissions import ACT, ADMINISTER, READ, START
from api.search import DATE, FLAG, KEY, TEXT, WHOLE, Search, enum
from api.search_routes import search_route
from api.shapes import MAX_COLUMN, answer_shape, flag, json_object, json_value, key, list_of, moment, one_of, shape, text, whole
from api.tenant import TENANT
from engine import codec
from engine.commands import cancel_instance, start_instance, withdraw_instance
from engine.errors import InvalidInput, NotFound, WrongState
from engine.queries import instances
from engine.queries.search_request import Found, SearchRequest
from engine.store.records import Record

blueprint = Blueprint("process instances", "Running and ended cases.")

STATES = ("ACTIVE", "COMPLETED", "TERMINATED")

PROCESS_INSTANCE = answer_shape(
    "ProcessInstance",
    {
        "processDefinitionId": text(),
        "processDefinitionName": text(null=True),
        "processDefinitionVersion": whole(),
        "processDefinitionVersionTag": text(null=True),
        "startDate": moment(),
        "endDate": moment(null=True),
        "state": one_of(STATES),
        "hasIncident": flag(),
        "tenantId": text(),
        "processInstanceKey": key(),
        "processDefinitionKey": key(),
        "parentProcessInstanceKey": key(null=True),
        "parentElementInstanceKey": key(null=True),
        "rootProcessInstanceKey": key(null=True),
        "tags": list_of(text()),
        "businessId": text(null=True),
        "suspendedDate": moment(null=True),
    },
)
_START = shape(
    "StartProcessInstance",
    {
        "processDefinitionKey": key(null=True),
        "processDefinitionId": text(null=True, most=300),
        "processDefinitionVersion": whole(null=True, least=-1, most=MAX_COLUMN),
        "processDefinitionVersionTag": text(null=True, most=300),
        "variables": json_object(null=True),
        "tags": list_of(text(least=1, most=100), null=True, most=50),
        "businessId": text(null=True, least=1, most=256),
        "awaitCompletion": flag(null=True),
        "startInstructions": list_of(json_value(), null=True),
        "runtimeInstructions": list_of(json_value(), null=True),
    },
)
STARTED = answer_shape(
    "StartedProcessInstance",
    {
        "processDefinitionId": text(),
        "processDefinitionVersion": whole(),
        "processDefinitionKey": key(),
        "processInstanceKey": key(),
        "tenantId": text(),
        "variables": json_object(),
        "tags": list_of(text()),
        "businessId": text(null=True),
    },
)
_REASON = shape("Reason", {"reason": text(null=True, most=10_000)})

SEARCH = Search(
    "process instances",
    "processInstanceKey",
    filter={
        "startDate": DATE,
        "endDate": DATE,
        "state": enum(STATES),
        "hasIncident": FLAG,
        "tenantId": TEXT,
        "processInstanceKey": KEY,
        "parentProcessInstanceKey": KEY,
        "parentElementInstanceKey": KEY,
        "processDefinitionId": TEXT,
        "processDefinitionName": TEXT,
        "processDefinitionVersion": WHOLE,
        "processDefinitionVersionTag": TEXT,
        "processDefinitionKey": KEY,
        "elementId": TEXT,
        "errorMessage": TEXT,
        "businessId": TEXT,
    },
    sort={
        "processInstanceKey": KEY,
        "processDefinitionId": TEXT,
        "processDefinitionName": TEXT,
        "processDefinitionVersion": WHOLE,
        "processDefinitionVersionTag": TEXT,
        "processDefinitionKey": KEY,
        "parentProcessInstanceKey": KEY,
        "parentElementInstanceKey": KEY,
        "startDate": DATE,
        "endDate": DATE,
        "state": enum(STATES),
        "hasIncident": FLAG,
        "tenantId": TEXT,
        "businessId": TEXT,
    },
    variables=frozenset({"variables"}),
    contains_all=frozenset({"tags"}),
    may_or=True,
)


def view(instance: Record) -> dict[str, Any]:
    return {
        "processDefinitionId": instance.process_id,
        "processDefinitionName": instance.process_name,
        "processDefinitionVersion": instance.version,
        "processDefinitionVersionTag": instance.version_tag,
        "startDate": instance.started_at,
        "endDate": instance.ended_at,
        "state": instance.state.upper(),
        "hasIncident": bool(instance.has_incident),
        "tenantId": TENANT,
        "processInstanceKey": str(instance.key),
        "processDefinitionKey": str(instance.definition_key),
        "parentProcessInstanceKey": _key(instance.parent_key),
        "parentElementInstanceKey": _key(instance.parent_activation_key),
        "rootProcessInstanceKey": _key(instance.root_key),
        "tags": codec.from_text(instance.tags),
        "businessId": instance.business_id,
        "suspendedDate": instance.suspended_at,
    }


@blueprint.post("/process-instances", START, takes=_START, gives=STARTED)
def start(body: dict[str, Any]) -> Response:
    """Start a case

    By `processDefinitionKey`, or by `processDefinitionId` (its latest version unless `processDefinitionVersion` says which).
    Where the process begins with a form, `variables` are its answers.
    """
    for name in ("startInstructions", "runtimeInstructions"):
        if body.get(name):
            raise InvalidInput("invalid_request", f"Expected a start at the start event, but {name} are not supported")
    if body.get("awaitCompletion") or body.get("processDefinitionVersionTag"):
        raise InvalidInput("invalid_request", "Expected neither awaitCompletion nor processDefinitionVersionTag: not supported")
    if (body.get("processDefinitionKey") is None) == (body.get("processDefinitionId") is None):
        raise InvalidInput("invalid_request", "Expected either processDefinitionKey or processDefinitionId")
    version = body.get("processDefinitionVersion")
    started = start_instance.start_instance(
        engine(),
        actor(),
        process_id=body.get("processDefinitionId"),
        definition_key=body.get("processDefinitionKey"),
        version=None if version == -1 else version,
        variables=body.get("variables"),
        business_id=body.get("businessId"),
        tags=tuple(dict.fromkeys(body.get("tags") or ())),
    )
    instance = started.instance
    return answer(
        {
            "processDefinitionId": instance.process_id,
            "processDefinitionVersion": instance.version,
            "processDefinitionKey": str(instance.definition_key),
            "processInstanceKey": str(instance.key),
            "tenantId": TENANT,
            "variables": {},
            "tags": list(instance.tags),
            "businessId": instance.business_id,
        }
    )


@search_route(blueprint, "/process-instances/search", READ, SEARCH, PROCESS_INSTANCE, view)
def search_instances(request: SearchRequest) -> Found:
    """Search cases I may see, running and ended"""
    return instances.find(engine(), actor(), request)


@blueprint.get("/process-instances/<key:process_instance_key>", READ, gives=PROCESS_INSTANCE)
def get_instance(process_instance_key: int) -> Response:
    """One case, running or ended"""
    return tagged(answer(current(process_instance_key)))


@blueprint.post("/process-instances/<key:process_instance_key>/cancellation", ADMINISTER, takes=_REASON)
def cancel(body: dict[str, Any], *, process_instance_key: int) -> Response:
    """Cancel a running case with all it called; 404 when it has ended"""
    check_precondition(lambda: current(process_instance_key))
    try:
        cancel_instance.cancel_instance(engine(), actor(), process_instance_key, reason=body.get("reason"))
    except WrongState as ended:
        if ended.code != "instance_ended":
            raise
        raise NotFound("instance_not_found", ended.message, key=str(process_instance_key)) from None
    return no_content()


@blueprint.post("/process-instances/<key:process_instance_key>/withdrawal", ACT, takes=_REASON)
def withdraw(body: dict[str, Any], *, process_instance_key: int) -> Response:
    """Take my own case back"""
    check_precondition(lambda: current(process_instance_key))
    withdraw_instance.withdraw_instance(engine(), actor(), process_instance_key, reason=body.get("reason"))
    return no_content()


def current(process_instance_key: int) -> dict[str, Any]:
    return view(instances.get(engine(), actor(), process_instance_key))


def _key(key_or_none: int | None) -> str | None:
    return None if key_or_none is None else str(key_or_none)
