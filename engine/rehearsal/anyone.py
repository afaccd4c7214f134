"""An organisation for authors who have none yet: every role their diagrams name has a holder, and anybody may act."""

from __future__ import annotations

import re
from collections.abc import Iterable

from engine.advance.records import WorkItem
from engine.bpmn.definition import Definition
from engine.feel import is_expression
from engine.people import Directory
from engine.vocabulary import Actor

HOLDER = "anybody"
_QUOTED = re.compile(r'"([^"\\]+)"')


def anybody(user_id: str, items: Iterable[WorkItem]) -> Actor:
    """An actor who may fill any seat there is."""
    return Actor(user_id, user_id, frozenset(item.candidate for item in items), frozenset({"administrator"}))


def organisation_for(definitions: Iterable[Definition], people: Iterable[str]) -> Directory:
    """One unit; `anybody` and each of `people` hold every role that the assignments of the diagrams name."""
    roles, users = ["anything"], [HOLDER, *people]
    for definition in definitions:
        for element in definition.elements.values():
            roles += _names(element.candidate_groups)
            users += [] if is_expression(element.assignee or "=") else _names(element.assignee)
            users += [] if is_expression(element.candidate_users or "=") else _names(element.candidate_users)
    roles, users = list(dict.fromkeys(roles)), list(dict.fromkeys(users))
    return Directory.from_document(
        {
            "name": {"zh": "公司", "en": "Company"},
            "calendars": [{"id": "company", "hours": "00:00-24:00", "weekdays": "mon-sun"}],
            "units": [{"id": "company", "name": {"zh": "公司", "en": "Company"}, "calendar": "company", "head": HOLDER}],
            "roles": [{"id": role, "name": {"zh": role, "en": role}} for role in roles],
            "users": [{"id": user, "name": {"zh": user, "en": user}} for user in users],
            "memberships": [{"user": user, "role": role, "unit": "company"} for user in users for role in roles],
        }
    )


def _names(text: str | None) -> list[str]:
    """The names of a literal list, or those an expression quotes."""
    if text is None:
        return []
    if is_expression(text):
        return _QUOTED.findall(text)
    return [name.strip().partition("@")[0] for name in text.split(",") if name.strip()]
