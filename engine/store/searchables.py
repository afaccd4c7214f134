"""What each resource can be searched by, under the names of the REST API."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine.store.activations import activation
from engine.store.columns import is_state, partial_index
from engine.store.definitions import definition
from engine.store.incidents import incident
from engine.store.instances import instance
from engine.store.jobs import job
from engine.store.search import Column, Elements, Searchable
from engine.store.tasks import task
from engine.store.work_items import work_item

_TENANT: Column = sa.literal_column("CAST('<default>' AS TEXT)", sa.Text())


INCIDENT_TYPES = {
    "job_no_retries": "JOB_NO_RETRIES",
    "unhandled_error": "UNHANDLED_ERROR_EVENT",
    "condition_not_boolean": "CONDITION_ERROR",
    "no_flow_taken": "CONDITION_ERROR",
    "expression_failed": "EXTRACT_VALUE_ERROR",
    "collection_not_a_list": "EXTRACT_VALUE_ERROR",
    "correlation_key_missing": "EXTRACT_VALUE_ERROR",
    "timer_invalid": "EXTRACT_VALUE_ERROR",
    "called_decision_error": "CALLED_DECISION_ERROR",
    "decision_evaluation_error": "DECISION_EVALUATION_ERROR",
    "called_element_error": "CALLED_ELEMENT_ERROR",
    "call_too_deep": "CALLED_ELEMENT_ERROR",
    "form_not_found": "FORM_NOT_FOUND",
    "invalid_job_input": "IO_MAPPING_ERROR",
}
"""Our kinds of incidents in the closed list of the published clients; any other is UNKNOWN to them."""


def _elements_of(column: sa.Column[str]) -> Elements:
    """The elements of a column that holds a JSON list of strings."""

    def elements(dialect: str) -> tuple[Column, sa.Select[Any]]:
        listed = sa.func.json_each(column) if dialect == "sqlite" else sa.func.json_array_elements_text(sa.cast(column, sa.JSON))
        element = listed.table_valued(sa.column("value", sa.Text())).c.value
        return element, sa.select(element)

    return elements


def _rows_of(element: sa.Column[Any], belongs: sa.ColumnElement[bool]) -> Elements:
    """The values of a column in rows of another table."""

    def elements(_dialect: str) -> tuple[Column, sa.Select[Any]]:
        return element, sa.select(element).where(belongs, element.is_not(None))

    return elements


def _people(of: sa.Column[Any], item: sa.Column[Any]) -> dict[str, Elements]:
    """Not public: who has, had or may have a seat, to say what an asker may see."""
    belongs = item == of
    return {
        "seat.candidate": _rows_of(work_item.c.candidate, belongs),
        "seat.assignee": _rows_of(work_item.c.assignee, belongs),
        "seat.decidedBy": _rows_of(work_item.c.decided_by, belongs),
    }


# The newest open tasks of any kind are asked for all day; the ended ones grow without end.
partial_index("task_open", task.c.opened_at, task.c.key, where=is_state(task.c.state, "created"))

DEFINITIONS = Searchable(
    sa.select(definition),
    definition.c.key,
    {
        "processDefinitionKey": definition.c.key,
        "processDefinitionId": definition.c.process_id,
        "name": definition.c.name,
        "version": definition.c.version,
        "versionTag": definition.c.version_tag,
        "resourceName": definition.c.resource_name,
        "isLatestVersion": definition.c.is_latest,
        "hasStartForm": definition.c.has_start_form,
        "tenantId": _TENANT,
    },
)

INSTANCES = Searchable(
    sa.select(instance),
    instance.c.key,
    {
        "processInstanceKey": instance.c.key,
        "rootProcessInstanceKey": instance.c.root_key,
        "parentProcessInstanceKey": instance.c.parent_key,
        "parentElementInstanceKey": instance.c.parent_activation_key,
        "processDefinitionKey": instance.c.definition_key,
        "processDefinitionId": instance.c.process_id,
        "processDefinitionName": instance.c.process_name,
        "processDefinitionVersion": instance.c.version,
        "processDefinitionVersionTag": instance.c.version_tag,
        "startDate": instance.c.started_at,
        "endDate": instance.c.ended_at,
        "state": instance.c.state,
        "hasIncident": instance.c.has_incident,
        "businessId": instance.c.business_id,
        "tenantId": _TENANT,
        "number": instance.c.number,
        "title": instance.c.title,
        "outcome": instance.c.outcome,
        "starter": instance.c.starter,
    },
    lists={
        "tags": _elements_of(instance.c.tags),
        "elementId": _rows_of(
            activation.c.element_id, sa.and_(activation.c.instance_key == instance.c.key, activation.c.state == "open")
        ),
        "errorMessage": _rows_of(
            incident.c.sentence, sa.and_(incident.c.instance_key == instance.c.key, incident.c.state == "active")
        ),
        **_people(instance.c.root_key, work_item.c.root_key),
    },
    variables={"variables": instance.c.variables},
    texts={"tags": instance.c.tags},
    upper=frozenset({"state"}),
)

_HAS_IT = (
    sa.select(work_item.c.assignee)
    .where(work_item.c.task_key == task.c.key, work_item.c.state == "open", work_item.c.assignee.is_not(None))
    .order_by(work_item.c.seat)
    .limit(1)
    .correlate(task)
    .scalar_subquery()
)
_ASSIGNEE = sa.func.coalesce(task.c.assignee, _HAS_IT)
"""Whom the diagram names, else who has claimed a seat: a claim writes its seat alone."""

TASKS = Searchable(
    sa.select(
        *(column for column in task.c if column is not task.c.assignee),
        _ASSIGNEE.label("assignee"),
        *(instance.c[name] for name in ("version", "process_name", "business_id", "tags", "number", "summary", "starter_unit")),
    ).join(instance, instance.c.key == task.c.instance_key),
    task.c.key,
    {
        "userTaskKey": task.c.key,
        "elementInstanceKey": task.c.activation_key,
        "elementId": task.c.element_id,
        "processInstanceKey": task.c.instance_key,
        "rootProcessInstanceKey": task.c.root_key,
        "processDefinitionKey": task.c.definition_key,
        "processDefinitionId": task.c.process_id,
        "name": task.c.name,
        "state": task.c.state,
        "assignee": _ASSIGNEE,
        "priority": task.c.priority,
        "creationDate": task.c.opened_at,
        "completionDate": task.c.ended_at,
        "followUpDate": task.c.follow_up_at,
        "dueDate": task.c.due_at,
        "businessId": instance.c.business_id,
        "tenantId": _TENANT,
        "starter": task.c.starter,
    },
    lists={
        "candidateGroup": _elements_of(task.c.candidate_groups),
        "candidateUser": _elements_of(task.c.candidate_users),
        "tags": _elements_of(instance.c.tags),
        **_people(task.c.root_key, work_item.c.root_key),
    },
    variables={"processInstanceVariables": instance.c.variables, "localVariables": task.c.local_variables},
    texts={"candidateGroup": task.c.candidate_groups, "candidateUser": task.c.candidate_users, "tags": instance.c.tags},
    upper=frozenset({"state"}),
)

INCIDENTS = Searchable(
    sa.select(incident),
    incident.c.key,
    {
        "incidentKey": incident.c.key,
        "processInstanceKey": incident.c.instance_key,
        "rootProcessInstanceKey": incident.c.root_key,
        "processDefinitionKey": incident.c.definition_key,
        "processDefinitionId": incident.c.process_id,
        "elementInstanceKey": incident.c.activation_key,
        "elementId": incident.c.element_id,
        "jobKey": incident.c.job_key,
        "errorType": sa.case(*((incident.c.kind == kind, public) for kind, public in INCIDENT_TYPES.items()), else_="UNKNOWN"),
        "errorMessage": incident.c.sentence,
        "creationTime": incident.c.created_at,
        "state": incident.c.state,
        "tenantId": _TENANT,
    },
    lists=_people(incident.c.root_key, work_item.c.root_key),
    upper=frozenset({"state"}),
)

JOBS = Searchable(
    sa.select(job),
    job.c.key,
    {
        "jobKey": job.c.key,
        "type": job.c.type,
        "worker": job.c.worker,
        "state": job.c.state,
        "retries": job.c.retries,
        "errorCode": job.c.error_code,
        "errorMessage": job.c.error_message,
        "deadline": job.c.deadline,
        "creationTime": job.c.created_at,
        "endTime": job.c.ended_at,
        "elementId": job.c.element_id,
        "elementInstanceKey": job.c.activation_key,
        "processInstanceKey": job.c.instance_key,
        "processDefinitionKey": job.c.definition_key,
        "processDefinitionId": job.c.process_id,
        "tenantId": _TENANT,
    },
    upper=frozenset({"state"}),
)

ELEMENT_INSTANCES = Searchable(
    sa.select(activation, instance.c.root_key, instance.c.process_id, instance.c.definition_key).join(
        instance, instance.c.key == activation.c.instance_key
    ),
    activation.c.key,
    {
        "elementInstanceKey": activation.c.key,
        "elementId": activation.c.element_id,
        "kind": activation.c.kind,
        "state": sa.case(
            (activation.c.state == "open", "ACTIVE"), (activation.c.state == "done", "COMPLETED"), else_="TERMINATED"
        ),
        "startDate": activation.c.started_at,
        "endDate": activation.c.ended_at,
        "processInstanceKey": activation.c.instance_key,
        "rootProcessInstanceKey": instance.c.root_key,
        "processDefinitionKey": instance.c.definition_key,
        "processDefinitionId": instance.c.process_id,
        "tenantId": _TENANT,
    },
    lists=_people(instance.c.root_key, work_item.c.root_key),
)
