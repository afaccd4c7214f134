"""User tasks as the published clients know them: search, one, its form and variables, assignment, completion."""

from __future__ import annotations

from typing import Any

from flask import Response

from api.application import actor, engine
from api.blueprint import Blueprint
from api.etags import check_precondition, tagged
from api.json_text import answer, no_content
from api.permissions import ACT, READ
from api.process_definitions import FORM, form_view
from api.search import DATE, KEY, PLAIN_TEXT, TEXT, WHOLE, Search, enum
from api.search_routes import search_route
from api.shapes import answer_shape, flag, json_object, key, list_of, moment, nested, one_of, shape, text, whole
from api.tenant import TENANT
from api.variables import VARIABLE, VARIABLE_SORT, variable_view
from engine import codec
from engine.commands import claim_task, complete_task, release_task
from engine.errors import NotAllowed
from engine.queries import actions, tasks
from engine.queries.search_request import Found, SearchRequest
from engine.store.records import Record

blueprint = Blueprint("user tasks", "One activation of a user task, open or ended.")

STATES = ("CREATING", "CREATED", "ASSIGNING", "UPDATING", "COMPLETING", "COMPLETED", "CANCELING", "CANCELED", "FAILED")

_TASK: dict[str, Any] = {
    "userTaskKey": key(),
    "name": text(null=True),
    "state": one_of(STATES),
    "assignee": text(null=True),
    "elementId": text(),
    "elementInstanceKey": key(),
    "candidateGroups": list_of(text()),
    "candidateUsers": list_of(text()),
    "processDefinitionId": text(),
    "processDefinitionKey": key(),
    "processDefinitionVersion": whole(),
    "processName": text(null=True),
    "processInstanceKey": key(),
    "rootProcessInstanceKey": key(null=True),
    "creationDate": moment(),
    "completionDate": moment(null=True),
    "followUpDate": moment(null=True),
    "dueDate": moment(null=True),
    "tenantId": text(),
    "externalFormReference": text(null=True),
    "formKey": key(null=True),
    "customHeaders": json_object(),
    "priority": whole(),
    "tags": list_of(text()),
    "businessId": text(null=True),
}
_BLOCKED = answer_shape("BlockedBecause", {"code": text(), "message": text(), "facts": json_object()})
_ACTION = answer_shape(
    "Action",
    {"verb": text(), "enabled": flag(), "outcomes": list_of(text()), "blockedBecause": nested(_BLOCKED, null=True)},
)
USER_TASK = answer_shape("UserTaskFound", _TASK)
USER_TASK_WITH_ACTIONS = answer_shape("UserTask", {**_TASK, "actions": list_of(_ACTION)})
_ASSIGNMENT = shape("Assignment", {"assignee": text(required=True, least=1, most=200), "allowOverride": flag(null=True)})
_COMPLETION = shape("Completion", {"variables": json_object(null=True)})

SEARCH = Search(
    "user tasks",
    "userTaskKey",
    filter={
        "state": enum(STATES),
        "assignee": TEXT,
        "priority": WHOLE,
        "elementId": PLAIN_TEXT,
        "name": TEXT,
        "candidateGroup": TEXT,
        "candidateUser": TEXT,
        "tenantId": TEXT,
        "processDefinitionId": TEXT,
        "creationDate": DATE,
        "completionDate": DATE,
        "followUpDate": DATE,
        "dueDate": DATE,
        "userTaskKey": KEY,
        "processDefinitionKey": KEY,
        "processInstanceKey": KEY,
        "elementInstanceKey": KEY,
        "businessId": TEXT,
    },
    sort={
        "creationDate": DATE,
        "completionDate": DATE,
        "followUpDate": DATE,
        "dueDate": DATE,
        "priority": WHOLE,
        "name": TEXT,
        "businessId": TEXT,
    },
    variables=frozenset({"processInstanceVariables", "localVariables"}),
    contains_all=frozenset({"tags"}),
    may_or=True,
)
VARIABLES = Search("variables of a task", "variableKey", filter={"name": TEXT}, sort=VARIABLE_SORT)


def view(task: Record) -> dict[str, Any]:
    """`task`: a row of the store's user task search (the task with its case's version, name, tags and business id)."""
    return {
        "userTaskKey": str(task.key),
        "name": task.name,
        "state": task.state.upper(),
        "assignee": task.assignee,
        "elementId": task.element_id,
        "elementInstanceKey": str(task.activation_key),
        "candidateGroups": codec.from_text(task.candidate_groups),
        "candidateUsers": codec.from_text(task.candidate_users),
        "processDefinitionId": task.process_id,
        "processDefinitionKey": str(task.definition_key),
        "processDefinitionVersion": task.version,
        "processName": task.process_name,
        "processInstanceKey": str(task.instance_key),
        "rootProcessInstanceKey": str(task.root_key),
        "creationDate": task.opened_at,
        "completionDate": task.ended_at,
        "followUpDate": task.follow_up_at,
        "dueDate": task.due_at,
        "tenantId": TENANT,
        "externalFormReference": None,
        "formKey": None if task.form_key is None else str(task.form_key),
        "customHeaders": {},
        "priority": task.priority,
        "tags": codec.from_text(task.tags),
        "businessId": task.business_id,
    }


@search_route(blueprint, "/user-tasks/search", READ, SEARCH, USER_TASK, view)
def search_tasks(request: SearchRequest) -> Found:
    """Search user tasks, open and ended

    Only those of cases I may see.
    """
    return tasks.find(engine(), actor(), request)


@blueprint.get("/user-tasks/<key:user_task_key>", READ, gives=USER_TASK_WITH_ACTIONS)
def get_task(user_task_key: int) -> Response:
    """One user task, with what I may do with it"""
    return tagged(answer(current(user_task_key)))


@blueprint.get("/user-tasks/<key:user_task_key>/form", READ, gives=FORM)
def get_form(user_task_key: int) -> Response:
    """The form of a task as its version was deployed; 204 when it has none

    Fields that the asker may not see are left out.
    """
    form = tasks.form(engine(), actor(), user_task_key)
    return no_content() if form is None else answer(form_view(form))


@search_route(blueprint, "/user-tasks/<key:user_task_key>/variables/search", READ, VARIABLES, VARIABLE, variable_view)
def search_task_variables(request: SearchRequest, *, user_task_key: int) -> Found:
    """The variables that a person at this task may see"""
    return tasks.shown_variables(engine(), actor(), user_task_key, request)


@blueprint.post("/user-tasks/<key:user_task_key>/assignment", ACT, takes=_ASSIGNMENT)
def assign(body: dict[str, Any], *, user_task_key: int) -> Response:
    """Claim a task for oneself"""
    check_precondition(lambda: current(user_task_key))
    if body["assignee"] != actor().user_id:
        raise NotAllowed(
            "not_allowed", f"Expected to claim for oneself, but {body['assignee']!r} is somebody else", verb="assign"
        )
    claim_task.claim_task(engine(), actor(), user_task_key, allow_override=body.get("allowOverride") is not False)
    return no_content()


@blueprint.delete("/user-tasks/<key:user_task_key>/assignee", ACT)
def unassign(user_task_key: int) -> Response:
    """Give a claimed task back"""
    check_precondition(lambda: current(user_task_key))
    release_task.release_task(engine(), actor(), user_task_key)
    return no_content()


@blueprint.post("/user-tasks/<key:user_task_key>/completion", ACT, takes=_COMPLETION)
def complete(body: dict[str, Any], *, user_task_key: int) -> Response:
    """Complete a task, or vote on an approval step

    A vote's outcome is the variable that the step names (`gc.outcome_variable`); the other variables are the answers.
    """
    check_precondition(lambda: current(user_task_key))
    complete_task.complete_task(engine(), actor(), user_task_key, answers=body.get("variables"))
    return no_content()


def current(user_task_key: int) -> dict[str, Any]:
    task = tasks.get(engine(), actor(), user_task_key)
    return {**view(task), "actions": [_action(each) for each in actions.actions(engine(), actor(), user_task_key)]}


def _action(action: actions.Action) -> dict[str, Any]:
    refused = action.refused
    blocked = None if refused is None else {"code": refused.code, "message": refused.message, "facts": refused.facts}
    return {"verb": action.verb, "enabled": refused is None, "outcomes": list(action.outcomes), "blockedBecause": blocked}
