"""What people do with a task beyond completing it: vote, claim, release, return."""

from __future__ import annotations

from typing import Any

from flask import Response

from api.application import actor, engine
from api.blueprint import Blueprint
from api.etags import check_precondition
from api.json_text import answer, no_content
from api.permissions import ACT
from api.shapes import NOTHING, answer_shape, json_object, list_of, shape, text
from api.user_tasks import current
from engine.commands import claim_task, complete_task, release_task, return_task

blueprint = Blueprint("approving", "The verbs of an approval step.")

_VOTE = shape(
    "Vote",
    {
        "outcome": text(null=True, most=200),
        "comment": text(null=True),
        "answers": json_object(null=True),
        "digest": text(null=True, most=200),
    },
)
VOTED = answer_shape("Voted", {"state": text(), "outcome": text(null=True)})
_RETURN = shape("ReturnTask", {"targets": list_of(text(least=1, most=300), null=True, most=50), "comment": text(null=True)})


@blueprint.post("/user-tasks/<key:user_task_key>/vote", ACT, takes=_VOTE, gives=VOTED)
def vote(body: dict[str, Any], *, user_task_key: int) -> Response:
    """Vote on an approval step

    Claims the seat where it is in a pool. `outcome` may be absent where the step offers only one. `digest`: of what was
    shown, kept with the vote. The answer's `outcome` is null while other votes are awaited.
    """
    check_precondition(lambda: current(user_task_key))
    voted = complete_task.complete_task(
        engine(),
        actor(),
        user_task_key,
        outcome=body.get("outcome"),
        comment=body.get("comment") or None,
        answers=body.get("answers"),
        digest=body.get("digest"),
    )
    return answer({"state": str(voted.task.state).upper(), "outcome": voted.task.outcome})


@blueprint.post("/user-tasks/<key:user_task_key>/claim", ACT, takes=NOTHING)
def claim(_body: dict[str, Any], *, user_task_key: int) -> Response:
    """Take a task out of its pool"""
    check_precondition(lambda: current(user_task_key))
    claim_task.claim_task(engine(), actor(), user_task_key)
    return no_content()


@blueprint.post("/user-tasks/<key:user_task_key>/release", ACT, takes=NOTHING)
def release(_body: dict[str, Any], *, user_task_key: int) -> Response:
    """Give a claimed task back to its pool"""
    check_precondition(lambda: current(user_task_key))
    release_task.release_task(engine(), actor(), user_task_key)
    return no_content()


@blueprint.post("/user-tasks/<key:user_task_key>/return", ACT, takes=_RETURN)
def return_to(body: dict[str, Any], *, user_task_key: int) -> Response:
    """Return the case to steps it has passed, with a reason

    Without `targets` it goes back to the start.
    """
    check_precondition(lambda: current(user_task_key))
    return_task.return_task(
        engine(), actor(), user_task_key, targets=tuple(body.get("targets") or ()), comment=body.get("comment") or None
    )
    return no_content()
