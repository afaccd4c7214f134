"""Organisation functions for expressions, and what an expression may read of the starter.

They answer with `SeatReference`s: an expression can list and compare them, and hand them to an assignment, never look
inside. An argument that is no person, role or unit gives null, as FEEL functions do; an unknown id is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from engine.errors import NotFound
from engine.feel import Function
from engine.people.directory import Directory
from engine.people.references import SeatReference, role_candidate, user_candidate

FUNCTION_NAMES = (
    "holders of",
    "holders exactly in",
    "line manager",
    "functional manager",
    "managers up to",
    "head of",
    "on duty",
    "has role",
)


def starter_context(directory: Directory, user_id: str, at: datetime) -> Mapping[str, Any]:
    """What expressions read as `starter`: {id, name, name_en, post, roles: [id], unit: {id, name, parent, path: [id],
    policy_set, calendar} or null}. `post` is the role of the first membership; `path` begins with the unit itself."""
    user = directory.user(user_id)
    roles = list(directory.roles_of(user_id, at))
    unit_id = directory.unit_of(user_id, at)
    return {
        "id": user.id,
        "name": user.name.zh,
        "name_en": user.name.en,
        "post": roles[0] if roles else None,
        "roles": roles,
        "unit": None if unit_id is None else unit_context(directory, unit_id),
    }


def unit_context(directory: Directory, unit_id: str) -> Mapping[str, Any]:
    """What expressions read of a unit: {id, name, parent, path: [id], policy_set, calendar}."""
    unit = directory.unit(unit_id)
    return {
        "id": unit.id,
        "name": unit.name.zh,
        "parent": unit.parent,
        "path": [each.id for each in directory.upwards(unit_id)],
        "policy_set": directory.policy_set_of(unit_id),
        "calendar": directory.calendar_of(unit_id).id,
    }


def organisation_functions(directory: Directory, starter_id: str | None, at: datetime) -> dict[str, Function]:
    """The functions by name (`FUNCTION_NAMES`), deterministic for one revision and one moment.

    A person is an id, a context with an `id` (`starter`) or a reference to a person; without one the starter is meant.
    A unit is an id or a context with an `id`. `holders of(role, unit?)` is one seat for any holder; with a unit, in the nearest
    unit upwards with a holder. `line manager(person, level?)`, `functional manager(person)`, `head of(unit or person)` and
    `on duty(role, at?)` are one person or null; `managers up to(person, role)` is a list. `has role(person, role)` is true or
    false, false for nobody, so that a step can keep out the person a case is about.
    """

    def person(value: Any) -> str | None:
        user_id = value.user_id if isinstance(value, SeatReference) else _id(value)
        if user_id is not None and user_id not in directory.users:
            raise NotFound("user_not_found", f"expected a person of this organisation, but there is no {user_id}", user=user_id)
        return user_id

    def somebody(user_id: str | None, code: str, **facts: Any) -> SeatReference | None:
        return None if user_id is None else SeatReference(user_candidate(user_id), ((code, facts),))

    def holders_of(role: Any, unit: Any = None) -> SeatReference | None:
        if not isinstance(role, str):
            return None
        unit_id = _id(unit)
        if unit is not None and unit_id is None:
            return None
        if unit_id is None:
            directory.holders(role, at)
            return SeatReference(role_candidate(role), (("role", {"role": role}),))
        nearest = directory.nearest_unit_with(role, unit_id, at) or unit_id
        facts = {"role": role, "unit": nearest, "from": unit_id}
        return SeatReference(role_candidate(role, nearest), (("role", facts),))

    def holders_exactly_in(role: Any, unit: Any) -> SeatReference | None:
        unit_id = _id(unit)
        if not isinstance(role, str) or unit_id is None:
            return None
        directory.holders_exactly_in(role, unit_id, at)
        return SeatReference(role_candidate(role, unit_id), (("role", {"role": role, "unit": unit_id}),))

    def line_manager(of: Any = starter_id, level: Any = Decimal(1)) -> SeatReference | None:
        user_id = person(of)
        if user_id is None or not isinstance(level, Decimal) or level != int(level):
            return None
        manager = directory.line_manager(user_id, int(level), at=at)
        return somebody(manager, "line_manager", of=user_id, level=int(level))

    def functional_manager(of: Any = starter_id) -> SeatReference | None:
        user_id = person(of)
        return None if user_id is None else somebody(directory.functional_manager(user_id, at), "functional_manager", of=user_id)

    def managers_up_to(of: Any, role: Any) -> list[SeatReference] | None:
        user_id = person(of)
        if user_id is None or not isinstance(role, str):
            return None
        line = directory.managers_up_to(user_id, role, at)
        return [
            SeatReference(user_candidate(manager), (("line_manager", {"of": user_id, "level": level}),))
            for level, manager in enumerate(line, start=1)
        ]

    def head_of(unit: Any) -> SeatReference | None:
        unit_id = _id(unit)
        if unit_id is None:
            return None
        return somebody(directory.head_of(unit_id, at), "head_of", unit=unit_id)

    def on_duty(role: Any, when: Any = None) -> SeatReference | None:
        moment = at if when is None else _moment(when, directory)
        if not isinstance(role, str) or moment is None:
            return None
        return somebody(next(iter(directory.on_duty(role, moment)), None), "on_duty", role=role, at=moment.isoformat())

    def has_role(of: Any, role: Any) -> bool | None:
        user_id = person(of)
        if not isinstance(role, str):
            return None
        return user_id is not None and role in directory.roles_of(user_id, at)

    return {
        "holders of": _function(holders_of, ("role", "unit"), required=1),
        "holders exactly in": _function(holders_exactly_in, ("role", "unit")),
        "line manager": _function(line_manager, ("person", "level"), required=0),
        "functional manager": _function(functional_manager, ("person",), required=0),
        "managers up to": _function(managers_up_to, ("person", "role")),
        "head of": _function(head_of, ("unit",)),
        "on duty": _function(on_duty, ("role", "at"), required=1),
        "has role": _function(has_role, ("person", "role")),
    }


def _function(answer: Callable[..., Any], parameters: tuple[str, ...], required: int | None = None) -> Function:
    # `Function.native` would look at the signature; these are built anew for every push, so they say what it would find
    return Function(parameters, lambda _budget, arguments: answer(*arguments), required, is_native=True)


def _id(value: Any) -> str | None:
    if isinstance(value, Mapping):
        value = value.get("id")
    return value if isinstance(value, str) and value else None


def _moment(value: Any, directory: Directory) -> datetime | None:
    if isinstance(value, datetime):
        return value
    try:
        moment = value.to_datetime(directory.zone)
    except (AttributeError, ValueError):
        return None
    return moment if isinstance(moment, datetime) else None
