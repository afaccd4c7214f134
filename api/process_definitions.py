"""Process definitions: search, one, its XML."""

from __future__ import annotations

from typing import Any

from flask import Response

from api.application import engine
from api.blueprint import Blueprint
from api.json_text import answer, no_content
from api.permissions import READ
from api.search import FLAG, KEY, PLAIN_TEXT, PLAIN_WHOLE, TEXT, WHOLE, Search
from api.search_routes import search_route
from api.shapes import answer_shape, flag, key, one_of, text, whole
from api.tenant import TENANT
from engine import codec
from engine.queries import definitions, tasks
from engine.queries.search_request import Found, SearchRequest

blueprint = Blueprint("process definitions", "A BPMN process in one version.")

DEFINITION = answer_shape(
    "ProcessDefinition",
    {
        "name": text(null=True),
        "resourceName": text(),
        "version": whole(),
        "versionTag": text(null=True),
        "processDefinitionId": text(),
        "tenantId": text(),
        "processDefinitionKey": key(),
        "hasStartForm": flag(),
        "state": one_of(("ACTIVE", "DRAINING", "DELETED")),
    },
)

SEARCH = Search(
    "process definitions",
    "processDefinitionKey",
    filter={
        "name": TEXT,
        "isLatestVersion": FLAG,
        "resourceName": PLAIN_TEXT,
        "version": PLAIN_WHOLE,
        "versionTag": PLAIN_TEXT,
        "processDefinitionId": TEXT,
        "tenantId": PLAIN_TEXT,
        "processDefinitionKey": KEY,
        "hasStartForm": FLAG,
    },
    sort={
        "processDefinitionKey": KEY,
        "name": TEXT,
        "resourceName": TEXT,
        "version": WHOLE,
        "versionTag": TEXT,
        "processDefinitionId": TEXT,
        "tenantId": TEXT,
    },
)


FORM = answer_shape(
    "Form", {"formId": text(), "schema": text(most=10_000_000), "version": whole(), "formKey": key(), "tenantId": text()}
)


def view(definition: Any) -> dict[str, Any]:
    return {
        "name": definition.name,
        "resourceName": definition.resource_name,
        "version": definition.version,
        "versionTag": definition.version_tag,
        "processDefinitionId": definition.process_id,
        "tenantId": TENANT,
        "processDefinitionKey": str(definition.key),
        "hasStartForm": bool(definition.has_start_form),
        "state": "ACTIVE",
    }


@search_route(blueprint, "/process-definitions/search", READ, SEARCH, DEFINITION, view)
def search_definitions(request: SearchRequest) -> Found:
    """Search process definitions"""
    return definitions.find(engine(), request)


@blueprint.get("/process-definitions/<key:process_definition_key>", READ, gives=DEFINITION)
def get_definition(process_definition_key: int) -> Response:
    """One process definition"""
    return answer(view(definitions.get(engine(), process_definition_key)))


@blueprint.get("/process-definitions/<key:process_definition_key>/xml", READ, media_type="text/xml")
def get_xml(process_definition_key: int) -> Response:
    """The deployed text, byte for byte"""
    return Response(definitions.get(engine(), process_definition_key).xml, content_type="text/xml; charset=utf-8")


@blueprint.get("/process-definitions/<key:process_definition_key>/form", READ, gives=FORM)
def get_start_form(process_definition_key: int) -> Response:
    """The form a case of this process begins with; 204 when it begins without one"""
    form = definitions.start_form(engine(), process_definition_key)
    return no_content() if form is None else answer(form_view(form))


def form_view(form: definitions.StartForm | tasks.FilledForm) -> dict[str, Any]:
    return {
        "formId": form.form_id,
        "schema": codec.to_text(form.schema),
        "version": form.version,
        "formKey": str(form.key),
        "tenantId": TENANT,
    }
