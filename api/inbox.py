"""The inbox: what I owe, newest first."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response

from api.application import actor, engine
from api.blueprint import Blueprint
from api.cursors import CURSOR, PAGE, cursor_of, limit_of, position_of
from api.etags import tagged
from api.json_text import answer
from api.language import language, people_of
from api.people import PERSON
from api.permissions import READ
from api.shapes import answer_shape, flag, key, list_of, moment, nested, one_of, shape, text, whole
from engine.queries import inbox
from engine.store.records import Record

blueprint = Blueprint("inbox", "What I owe.")

_QUERY = shape(
    "InboxQuery",
    {
        **CURSOR,
        "filter": one_of(("mine", "pool")),
        "processDefinitionId": text(most=300),
    },
)
ITEM = answer_shape(
    "InboxItem",
    {
        "workItemKey": key(),
        "taskKey": key(),
        "processInstanceKey": key(),
        "taskName": text(null=True),
        "processName": text(null=True),
        "processId": text(),
        "title": text(null=True),
        "number": text(null=True),
        "starter": nested(PERSON, null=True),
        "candidate": text(null=True),
        "assignee": text(null=True),
        "dueAt": moment(null=True),
        "openedAt": moment(),
        "priority": whole(),
        "state": text(),
        "overdue": flag(),
    },
)
INBOX = answer_shape("Inbox", {"items": list_of(ITEM), "page": nested(PAGE)})


@blueprint.get("/inbox", READ, query=_QUERY, gives=INBOX)
def my_inbox(query: dict[str, Any]) -> Response:
    """The open work items whose candidate I am or stand in for

    `filter`: `mine` is what I have taken, `pool` what nobody has. Follow `nextCursor`; ask again with the ETag.
    """
    limit = limit_of(query.get("limit"))
    found = inbox.inbox(
        engine(),
        actor(),
        limit=limit + 1,
        after=position_of(query.get("cursor")),
        which=query.get("filter"),
        process_id=query.get("processDefinitionId"),
    )
    items = found[:limit]
    names, in_english, now = people_of(engine()), language() == "en", engine().clock.now()
    following = cursor_of(items[-1].opened_at, items[-1].key) if len(found) > limit else None
    views = [_view(item, names, in_english=in_english, now=now) for item in items]
    return tagged(answer({"items": views, "page": {"nextCursor": following}}))


def _view(item: Record, names: Any, *, in_english: bool, now: datetime) -> dict[str, Any]:
    return {
        "workItemKey": str(item.key),
        "taskKey": str(item.task_key),
        "processInstanceKey": str(item.instance_key),
        "taskName": (item.task_name_en if in_english else None) or item.task_name,
        "processName": (item.process_name_en if in_english else None) or item.process_name,
        "processId": item.process_id,
        "title": item.title or None,
        "number": item.number,
        "starter": names.person(item.starter),
        "candidate": item.candidate,
        "assignee": item.assignee,
        "dueAt": item.due_at,
        "openedAt": item.opened_at,
        "priority": item.priority,
        "state": str(item.state),
        "overdue": item.due_at is not None and item.due_at < now,
    }
