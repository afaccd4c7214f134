"""Jobs for workers in any language: hand out, complete, fail, turn into a BPMN error, change."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response, request

from api.application import actor, application, engine
from api.blueprint import Blueprint
from api.json_text import answer, no_content
from api.long_poll import connection_is_closed
from api.permissions import WORK
from api.shapes import answer_shape, flag, json_object, json_value, key, list_of, nested, one_of, shape, text, whole
from api.tenant import TENANT
from engine.commands import activate_jobs, complete_job, fail_job, throw_job_error, update_job
from engine.queries import definitions

blueprint = Blueprint("jobs", "Work for machines.")

HELD_SECONDS = 10.0
"""How long an activation without `requestTimeout` is held."""
LONGEST_HELD_SECONDS = 60.0
MOST_AT_ONCE = 100
LONGEST_LOCK_MS = 7 * 24 * 3600 * 1000

_ACTIVATION = shape(
    "JobActivation",
    {
        "type": text(required=True, least=1, most=500),
        "timeout": whole(required=True, least=1, most=LONGEST_LOCK_MS),
        "maxJobsToActivate": whole(required=True, least=1, most=1_000_000),
        "worker": text(null=True, most=500),
        "fetchVariable": list_of(text(), null=True, most=1_000),
        "requestTimeout": whole(null=True),
        "tenantIds": list_of(text(), null=True),
        "withLease": flag(null=True),
    },
)
JOB = answer_shape(
    "ActivatedJob",
    {
        "type": text(),
        "processDefinitionId": text(),
        "processDefinitionVersion": whole(),
        "elementId": text(),
        "customHeaders": json_object(),
        "worker": text(),
        "retries": whole(),
        "deadline": whole(),
        "variables": json_object(),
        "tenantId": text(),
        "jobKey": key(),
        "processInstanceKey": key(),
        "processDefinitionKey": key(),
        "elementInstanceKey": key(),
        "kind": one_of(("BPMN_ELEMENT", "EXECUTION_LISTENER", "TASK_LISTENER", "AD_HOC_SUB_PROCESS")),
        "listenerEventType": one_of(
            ("ASSIGNING", "CANCELING", "COMPLETING", "CREATING", "END", "START", "UNSPECIFIED", "UPDATING")
        ),
        "userTask": json_value(),
        "tags": list_of(text()),
        "rootProcessInstanceKey": key(null=True),
        "physicalTenantId": text(),
        "businessId": text(null=True),
        "priority": whole(),
        "jobLeaseToken": text(null=True),
    },
)
ACTIVATED = answer_shape("ActivatedJobs", {"jobs": list_of(JOB)})
_COMPLETION = shape("JobCompletion", {"variables": json_object(null=True), "jobLeaseToken": text(null=True)})
_FAILURE = shape(
    "JobFailure",
    {
        "retries": whole(null=True, least=0, most=1_000_000),
        "errorMessage": text(null=True, most=100_000),
        "retryBackOff": whole(null=True, least=0, most=LONGEST_LOCK_MS),
        "variables": json_object(null=True),
    },
)
_ERROR = shape(
    "JobError",
    {
        "errorCode": text(required=True, least=1, most=1_000),
        "errorMessage": text(null=True, most=100_000),
        "variables": json_object(null=True),
    },
)
_CHANGESET = shape(
    "JobChangeset",
    {"retries": whole(null=True, least=1, most=1_000_000), "timeout": whole(null=True, least=1, most=LONGEST_LOCK_MS)},
)
_CHANGE = shape("JobChange", {"changeset": nested(_CHANGESET, required=True)})


@blueprint.post("/jobs/activation", WORK, takes=_ACTIVATION, gives=ACTIVATED)
def activate(body: dict[str, Any]) -> Response:
    """Take jobs of a type

    Held until there is one: `requestTimeout` milliseconds, absent or 0: the server's own time, negative: not at all. No
    job is given to two workers before its `deadline`.
    """
    asked_ms = body.get("requestTimeout") or 0
    seconds = HELD_SECONDS if asked_ms == 0 else max(0.0, min(asked_ms / 1000, LONGEST_HELD_SECONDS))
    house, environ = engine(), request.environ

    def look() -> list[activate_jobs.ActivatedJob]:
        return activate_jobs.activate_jobs(
            house,
            [body["type"]],
            worker=body.get("worker") or "",
            lasting=timedelta(milliseconds=body["timeout"]),
            limit=min(body["maxJobsToActivate"], MOST_AT_ONCE),
            fetch=body.get("fetchVariable"),
        )

    found = application().long_polls.wait_for(look, seconds=seconds, is_gone=lambda: connection_is_closed(environ))
    return answer({"jobs": [view(job, with_lease=bool(body.get("withLease"))) for job in found]})


@blueprint.post("/jobs/<key:job_key>/completion", WORK, takes=_COMPLETION)
def complete(body: dict[str, Any], *, job_key: int) -> Response:
    """The job is done; its case goes on with `variables`"""
    complete_job.complete_job(engine(), actor(), job_key, variables=body.get("variables"))
    return no_content()


@blueprint.post("/jobs/<key:job_key>/failure", WORK, takes=_FAILURE)
def fail(body: dict[str, Any], *, job_key: int) -> Response:
    """The job failed; without `retries` left it becomes an incident"""
    fail_job.fail_job(
        engine(),
        actor(),
        job_key,
        retries=body.get("retries") or 0,
        message=body.get("errorMessage") or "",
        back_off=timedelta(milliseconds=body.get("retryBackOff") or 0),
        variables=body.get("variables"),
    )
    return no_content()


@blueprint.post("/jobs/<key:job_key>/error", WORK, takes=_ERROR)
def throw(body: dict[str, Any], *, job_key: int) -> Response:
    """The job ends with a BPMN error; nobody catches it: an incident"""
    throw_job_error.throw_job_error(
        engine(),
        actor(),
        job_key,
        body["errorCode"],
        message=body.get("errorMessage") or "",
        variables=body.get("variables"),
    )
    return no_content()


@blueprint.patch("/jobs/<key:job_key>", WORK, takes=_CHANGE)
def change(body: dict[str, Any], *, job_key: int) -> Response:
    """Give a job more retries or, counted from now, more time"""
    changeset = body["changeset"]
    timeout = changeset.get("timeout")
    update_job.update_job(
        engine(),
        job_key,
        retries=changeset.get("retries"),
        lasting=None if timeout is None else timedelta(milliseconds=timeout),
    )
    return no_content()


def view(activated: activate_jobs.ActivatedJob, *, with_lease: bool) -> dict[str, Any]:
    job = activated.job
    return {
        "type": job.type,
        "processDefinitionId": job.process_id,
        "processDefinitionVersion": definitions.version_of(engine(), job.definition_key),
        "elementId": job.element_id,
        "customHeaders": activated.headers,
        "worker": job.worker or "",
        "retries": job.retries,
        "deadline": int(job.deadline.timestamp() * 1000),
        "variables": activated.variables,
        "tenantId": TENANT,
        "jobKey": str(job.key),
        "processInstanceKey": str(job.instance_key),
        "processDefinitionKey": str(job.definition_key),
        "elementInstanceKey": str(job.activation_key),
        "kind": "BPMN_ELEMENT",
        "listenerEventType": "UNSPECIFIED",
        "userTask": None,
        "tags": [],
        "rootProcessInstanceKey": str(job.root_key),
        "physicalTenantId": "default",
        "businessId": None,
        "priority": 0,
        "jobLeaseToken": f"{job.key}-{job.fence}" if with_lease else None,
    }
