"""Deployments: files in, definitions out; all or nothing."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from werkzeug.exceptions import UnsupportedMediaType

from api.application import actor, engine
from api.blueprint import Blueprint
from api.json_text import answer
from api.permissions import PUBLISH
from api.shapes import answer_shape, key, list_of, nested, text, whole
from api.tenant import TENANT
from engine.commands import deploy
from engine.errors import InvalidInput
from engine.publishing import versions

blueprint = Blueprint("deployments", "Bring diagrams, decision tables and forms.")

MAX_FILES = 200
LARGEST = 20 * 1024 * 1024
"""Of a whole deployment; a single diagram may have 2 MB."""

_PROCESS = answer_shape(
    "DeployedProcess",
    {
        "processDefinitionId": text(),
        "processDefinitionVersion": whole(),
        "resourceName": text(),
        "tenantId": text(),
        "processDefinitionKey": key(),
    },
)
_DECISION = answer_shape(
    "DeployedDecision",
    {
        "decisionDefinitionId": text(),
        "version": whole(),
        "name": text(),
        "tenantId": text(),
        "decisionRequirementsId": text(),
        "decisionDefinitionKey": key(),
        "decisionRequirementsKey": key(),
    },
)
_REQUIREMENTS = answer_shape(
    "DeployedDecisionRequirements",
    {
        "decisionRequirementsId": text(),
        "decisionRequirementsName": text(),
        "version": whole(),
        "resourceName": text(),
        "tenantId": text(),
        "decisionRequirementsKey": key(),
    },
)
_FORM = answer_shape(
    "DeployedForm", {"formId": text(), "version": whole(), "resourceName": text(), "tenantId": text(), "formKey": key()}
)
_RESOURCE = answer_shape(
    "DeployedResource",
    {"resourceId": text(), "resourceName": text(), "version": whole(), "tenantId": text(), "resourceKey": key()},
)
_DEPLOYED = answer_shape(
    "Deployed",
    {
        "processDefinition": nested(_PROCESS, null=True),
        "decisionDefinition": nested(_DECISION, null=True),
        "decisionRequirements": nested(_REQUIREMENTS, null=True),
        "form": nested(_FORM, null=True),
        "resource": nested(_RESOURCE, null=True),
    },
)
DEPLOYMENT = answer_shape("Deployment", {"deploymentKey": key(), "tenantId": text(), "deployments": list_of(_DEPLOYED)})

_BODY = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["resources"],
                "properties": {
                    "resources": {"type": "array", "items": {"type": "string", "format": "binary"}},
                    "tenantId": {"type": "string"},
                },
            }
        }
    },
}


@blueprint.post("/deployments", PUBLISH, gives=DEPLOYMENT, body_limit=LARGEST, document={"requestBody": _BODY})
def deploy_resources() -> Response:
    """Deploy files

    One part `resources` per file; the name of the file decides what it is: `.bpmn`, `.dmn`, `.form`, anything else is kept
    as it is. What is unchanged keeps its key and version. One faulty file refuses the whole deployment.
    """
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaType("Expected a body of type multipart/form-data.")
    files = request.files.getlist("resources")
    if not 1 <= len(files) <= MAX_FILES:
        raise InvalidInput("invalid_request", f"Expected 1 to {MAX_FILES} files in parts named resources, but got {len(files)}")
    resources: dict[str, bytes] = {}
    for file in files:
        name = file.filename or ""
        if not name or name in resources:
            raise InvalidInput(
                "invalid_request", "Expected each file to have a name of its own, but one has not", name=name[:200]
            )
        resources[name] = file.stream.read()
    return answer(view(deploy.deploy(engine(), actor(), resources)))


def view(deployment: versions.Deployment) -> dict[str, Any]:
    entries = [
        *({"processDefinition": _process(one)} for one in deployment.definitions),
        *({"decisionRequirements": _requirements(one)} for one in deployment.requirements),
        *({"decisionDefinition": _decision(one)} for one in deployment.decisions),
        *({"form": _form(one)} for one in deployment.forms),
        *({"resource": _resource(one)} for one in deployment.resources),
    ]
    kinds = ("processDefinition", "decisionDefinition", "decisionRequirements", "form", "resource")
    return {
        "deploymentKey": str(deployment.key),
        "tenantId": TENANT,
        "deployments": [{kind: entry.get(kind) for kind in kinds} for entry in entries],
    }


def _process(definition: versions.Deployed) -> dict[str, Any]:
    return {
        "processDefinitionId": definition.process_id,
        "processDefinitionVersion": definition.version,
        "resourceName": definition.resource_name,
        "tenantId": TENANT,
        "processDefinitionKey": str(definition.key),
    }


def _decision(decision: versions.Deployed) -> dict[str, Any]:
    return {
        "decisionDefinitionId": decision.decision_id,
        "version": decision.version,
        "name": decision.name or decision.decision_id,
        "tenantId": TENANT,
        "decisionRequirementsId": decision.requirements_id,
        "decisionDefinitionKey": str(decision.key),
        "decisionRequirementsKey": str(decision.requirements_key),
    }


def _requirements(requirements: versions.Deployed) -> dict[str, Any]:
    return {
        "decisionRequirementsId": requirements.requirements_id,
        "decisionRequirementsName": requirements.name or requirements.requirements_id,
        "version": requirements.version,
        "resourceName": requirements.resource_name,
        "tenantId": TENANT,
        "decisionRequirementsKey": str(requirements.key),
    }


def _form(form: versions.Deployed) -> dict[str, Any]:
    return {
        "formId": form.form_id,
        "version": form.version,
        "resourceName": form.resource_name,
        "tenantId": TENANT,
        "formKey": str(form.key),
    }


def _resource(resource: versions.Deployed) -> dict[str, Any]:
    return {
        "resourceId": resource.name,
        "resourceName": resource.resource_name,
        "version": resource.version,
        "tenantId": TENANT,
        "resourceKey": str(resource.key),
    }
