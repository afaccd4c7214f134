"""Incidents: what stopped, and going on after the repair."""

from __future__ import annotations

from typing import Any

from flask import Response

from api.application import actor, engine
from api.blueprint import Blueprint
from api.json_text import answer, no_content
from api.permissions import ADMINISTER
from api.search import DATE, KEY, TEXT, Search, enum
from api.search_routes import search_route
from api.shapes import answer_shape, key, moment, one_of, shape, text
from api.tenant import TENANT
from engine.commands import resolve_incident
from engine.errors import NotFound, WrongState
from engine.queries import incidents
from engine.queries.search_request import Found, SearchRequest
from engine.store.records import Record
from engine.store.searchables import INCIDENT_TYPES

blueprint = Blueprint("incidents", "What stops a case until somebody repairs it.")

ERROR_TYPES = (
    "AD_HOC_SUB_PROCESS_NO_RETRIES",
    "CALLED_DECISION_ERROR",
    "CALLED_ELEMENT_ERROR",
    "CONDITION_ERROR",
    "DECISION_EVALUATION_ERROR",
    "EXECUTION_LISTENER_NO_RETRIES",
    "EXTRACT_VALUE_ERROR",
    "FORM_NOT_FOUND",
    "IO_MAPPING_ERROR",
    "JOB_NO_RETRIES",
    "MESSAGE_SIZE_EXCEEDED",
    "RESOURCE_NOT_FOUND",
    "TASK_LISTENER_NO_RETRIES",
    "UNHANDLED_ERROR_EVENT",
    "UNKNOWN",
    "UNSPECIFIED",
)
STATES = ("ACTIVE", "MIGRATED", "PENDING", "RESOLVED", "UNKNOWN")

INCIDENT = answer_shape(
    "Incident",
    {
        "incidentKey": key(),
        "errorType": one_of(ERROR_TYPES),
        "errorMessage": text(most=100_000),
        "elementId": text(),
        "creationTime": moment(),
        "state": one_of(STATES),
        "tenantId": text(),
        "processDefinitionId": text(),
        "processDefinitionKey": key(),
        "processInstanceKey": key(),
        "rootProcessInstanceKey": key(null=True),
        "elementInstanceKey": key(),
        "jobKey": key(null=True),
    },
)
_RESOLUTION = shape("Resolution", {"reason": text(null=True)})

SEARCH = Search(
    "incidents",
    "incidentKey",
    filter={
        "processDefinitionId": TEXT,
        "errorType": enum(ERROR_TYPES),
        "errorMessage": TEXT,
        "elementId": TEXT,
        "creationTime": DATE,
        "state": enum(STATES),
        "tenantId": TEXT,
        "incidentKey": KEY,
        "processDefinitionKey": KEY,
        "processInstanceKey": KEY,
        "elementInstanceKey": KEY,
        "jobKey": KEY,
    },
    sort={
        "incidentKey": KEY,
        "processDefinitionKey": KEY,
        "processDefinitionId": TEXT,
        "processInstanceKey": KEY,
        "errorType": enum(ERROR_TYPES),
        "elementId": TEXT,
        "elementInstanceKey": KEY,
        "creationTime": DATE,
        "state": enum(STATES),
        "jobKey": KEY,
        "tenantId": TEXT,
    },
)


def view(incident: Record) -> dict[str, Any]:
    return {
        "incidentKey": str(incident.key),
        "errorType": INCIDENT_TYPES.get(incident.kind, "UNKNOWN"),
        "errorMessage": incident.sentence,
        "elementId": incident.element_id,
        "creationTime": incident.created_at,
        "state": incident.state.upper(),
        "tenantId": TENANT,
        "processDefinitionId": incident.process_id,
        "processDefinitionKey": str(incident.definition_key),
        "processInstanceKey": str(incident.instance_key),
        "rootProcessInstanceKey": str(incident.root_key),
        "elementInstanceKey": str(incident.activation_key if incident.activation_key is not None else incident.instance_key),
        "jobKey": None if incident.job_key is None else str(incident.job_key),
    }


@search_route(blueprint, "/incidents/search", ADMINISTER, SEARCH, INCIDENT, view)
def search_incidents(request: SearchRequest) -> Found:
    """Search incidents"""
    return incidents.find(engine(), request)


@blueprint.get("/incidents/<key:incident_key>", ADMINISTER, gives=INCIDENT)
def get_incident(incident_key: int) -> Response:
    """One incident"""
    return answer(view(incidents.get(engine(), incident_key)))


@blueprint.post("/incidents/<key:incident_key>/resolution", ADMINISTER, takes=_RESOLUTION)
def resolve(_body: dict[str, Any], *, incident_key: int) -> Response:
    """Try again what failed; 404 when it was resolved before"""
    try:
        resolve_incident.resolve_incident(engine(), actor(), incident_key)
    except WrongState as refused:
        if refused.code != "incident_resolved":
            raise
        # The published clients know a resolved incident as one that is not there.
        raise NotFound("incident_not_found", refused.message, key=str(incident_key)) from None
    return no_content()
