"""An organisation as one JSON document, and back.

    {name: {zh, en}, zone, calendars: [{id, hours, weekdays, …}],
     units: [{id, name, parent, head, policy_set, calendar}], roles: [{id, name, reports_to}],
     users: [{id, name, email, functional_manager}], memberships: [{user, role, unit, from, until}],
     rosters: [{role, unit, shifts: [{id, name, start, end}], duties: [{user, shift, weekdays, from, until}]}],
     substitutes: [{user, substitute, from, until, processes, amount_up_to}], committees: [{id, name, chair, members}]}

`name` is always {zh, en}; days are ISO dates and included; `employee` is a role everybody holds and is not written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from engine.calendar import Calendar
from engine.calendar.hours import WEEKDAYS
from engine.errors import InvalidInput
from engine.people.organisation import (
    Committee,
    Duty,
    Membership,
    Name,
    Organisation,
    Role,
    Roster,
    Shift,
    Substitute,
    Unit,
    User,
)
from engine.people.records import Problems, Record

EMPLOYEE = "employee"
"""The role everybody holds."""

_AMOUNT = re.compile(r"[0-9]{1,20}(\.[0-9]{1,6})?")


def parse(document: Any) -> Organisation:
    """Raises InvalidInput("invalid_organisation", problems=[{path, message}]) with every problem found."""
    problems = Problems()
    top = Record(document, "", problems, "name zone calendars units roles users memberships rosters substitutes committees")
    zone = top.text("zone") or "Asia/Shanghai"
    organisation = Organisation(
        name=top.name(),
        zone=zone,
        calendars=tuple(_calendars(top, zone)),
        units=tuple(_unit(record) for record in top.records("units", "id name parent head policy_set calendar")),
        roles=tuple(
            Role(record.id("id"), record.name(), record.optional_id("reports_to"))
            for record in top.records("roles", "id name reports_to")
        ),
        users=tuple(_user(record) for record in top.records("users", "id name email functional_manager")),
        memberships=tuple(_membership(record) for record in top.records("memberships", "user role unit from until")),
        rosters=tuple(_roster(record) for record in top.records("rosters", "role unit shifts duties")),
        substitutes=tuple(
            _substitute(record) for record in top.records("substitutes", "user substitute from until processes amount_up_to")
        ),
        committees=tuple(
            Committee(record.id("id"), record.name(), record.id("chair"), record.ids("members"))
            for record in top.records("committees", "id name chair members")
        ),
    )
    if not problems.found:
        _check_references(organisation, problems)
    if problems.found:
        first = problems.found[0]
        raise InvalidInput(
            "invalid_organisation",
            f"expected an organisation, but {first['path'] or '/'}: {first['message']}",
            problems=problems.found,
        )
    return organisation


def _calendars(top: Record, zone: str) -> Iterable[Calendar]:
    for record in top.records("calendars", "id hours weekdays holidays official_years days"):
        try:
            yield Calendar.from_document(record.value, zone)
        except InvalidInput as refused:
            record.problems.add(record.path, refused.message)


def _unit(record: Record) -> Unit:
    return Unit(
        record.id("id"),
        record.name(),
        record.optional_id("parent"),
        record.optional_id("head"),
        record.optional_id("policy_set"),
        record.optional_id("calendar"),
    )


def _user(record: Record) -> User:
    return User(record.id("id"), record.name(), record.text("email"), record.optional_id("functional_manager"))


def _membership(record: Record) -> Membership:
    return Membership(record.id("user"), record.id("role"), record.id("unit"), record.day("from"), record.day("until"))


def _roster(record: Record) -> Roster:
    shifts = tuple(
        Shift(shift.id("id"), shift.name(), shift.clock("start"), shift.clock("end"))
        for shift in record.records("shifts", "id name start end")
    )
    duties = tuple(
        Duty(duty.id("user"), duty.id("shift"), duty.weekdays("weekdays"), duty.day("from"), duty.day("until"))
        for duty in record.records("duties", "user shift weekdays from until")
    )
    return Roster(record.id("role"), record.id("unit"), shifts, duties)


def _substitute(record: Record) -> Substitute:
    amount = record.text("amount_up_to")
    if amount is not None and not _AMOUNT.fullmatch(amount):
        record.wrong("amount_up_to", "an amount as text", amount)
    return Substitute(
        record.id("user"),
        record.id("substitute"),
        record.day("from"),
        record.day("until"),
        record.ids("processes"),
        amount,
    )


def _check_references(organisation: Organisation, problems: Problems) -> None:
    units = _unique("units", (unit.id for unit in organisation.units), problems)
    roles = _unique("roles", (role.id for role in organisation.roles), problems)
    users = _unique("users", (user.id for user in organisation.users), problems)
    calendars = _unique("calendars", (calendar.id for calendar in organisation.calendars), problems)
    _unique("committees", (committee.id for committee in organisation.committees), problems)
    known = {"unit": units, "role": roles, "user": users, "calendar": calendars}

    def check(kind: str, value: str | None, path: str) -> None:
        if value is not None and value not in known[kind]:
            problems.add(path, f"expected a {kind} of this organisation, but there is no {value}")

    if EMPLOYEE in roles:
        problems.add("/roles", f"expected {EMPLOYEE} not to be written: everybody holds it")
    for index, unit in enumerate(organisation.units):
        check("unit", unit.parent, f"/units/{index}/parent")
        check("user", unit.head, f"/units/{index}/head")
        check("calendar", unit.calendar, f"/units/{index}/calendar")
        if unit.parent is None and unit.calendar is None:
            problems.add(f"/units/{index}/calendar", "expected a calendar on a unit without a parent, but it is missing")
    for index, role in enumerate(organisation.roles):
        check("role", role.reports_to, f"/roles/{index}/reports_to")
    for index, user in enumerate(organisation.users):
        check("user", user.functional_manager, f"/users/{index}/functional_manager")
    for index, member in enumerate(organisation.memberships):
        path = f"/memberships/{index}"
        check("user", member.user, f"{path}/user")
        check("role", member.role, f"{path}/role")
        check("unit", member.unit, f"{path}/unit")
        _check_days(member, path, problems)
    for index, roster in enumerate(organisation.rosters):
        check("role", roster.role, f"/rosters/{index}/role")
        check("unit", roster.unit, f"/rosters/{index}/unit")
        shifts = _unique(f"rosters/{index}/shifts", (shift.id for shift in roster.shifts), problems)
        for number, duty in enumerate(roster.duties):
            path = f"/rosters/{index}/duties/{number}"
            check("user", duty.user, f"{path}/user")
            if duty.shift not in shifts:
                problems.add(f"{path}/shift", f"expected a shift of this roster, but there is no {duty.shift}")
            _check_days(duty, path, problems)
    for index, substitute in enumerate(organisation.substitutes):
        path = f"/substitutes/{index}"
        check("user", substitute.user, f"{path}/user")
        check("user", substitute.substitute, f"{path}/substitute")
        if substitute.user == substitute.substitute:
            problems.add(path, "expected another person as substitute, but it is the same")
        _check_days(substitute, path, problems)
    for index, committee in enumerate(organisation.committees):
        check("role", committee.chair, f"/committees/{index}/chair")
        for member_role in committee.members:
            check("role", member_role, f"/committees/{index}/members")
    _check_no_circle("units", {unit.id: unit.parent for unit in organisation.units}, problems)
    _check_no_circle("roles", {role.id: role.reports_to for role in organisation.roles}, problems)


def _unique(kind: str, ids: Iterable[str], problems: Problems) -> frozenset[str]:
    seen: set[str] = set()
    for index, identity in enumerate(ids):
        if identity in seen:
            problems.add(f"/{kind}/{index}/id", f"expected each id once, but {identity} is there twice")
        seen.add(identity)
    return frozenset(seen)


def _check_days(span: Membership | Duty | Substitute, path: str, problems: Problems) -> None:
    if span.from_day is not None and span.until_day is not None and span.until_day < span.from_day:
        problems.add(f"{path}/until", f"expected a day not before {span.from_day}, but it is {span.until_day}")


def _check_no_circle(kind: str, above: Mapping[str, str | None], problems: Problems) -> None:
    for start in above:
        seen = {start}
        step = above[start]
        while step is not None and step in above and step not in seen:
            seen.add(step)
            step = above[step]
        if step == start:
            problems.add(f"/{kind}", f"expected a line upwards, but {start} is above itself")


def dump(organisation: Organisation) -> dict[str, Any]:
    """The document `parse` reads; members without a value are left out."""
    return {
        "name": _name(organisation.name),
        "zone": organisation.zone,
        "calendars": [calendar.to_document() for calendar in organisation.calendars],
        "units": _dump(organisation.units, "id name parent head policy_set calendar"),
        "roles": _dump(organisation.roles, "id name reports_to"),
        "users": _dump(organisation.users, "id name email functional_manager"),
        "memberships": _dump(organisation.memberships, "user role unit from_day until_day"),
        "rosters": [
            {
                "role": roster.role,
                "unit": roster.unit,
                "shifts": _dump(roster.shifts, "id name start end"),
                "duties": _dump(roster.duties, "user shift weekdays from_day until_day"),
            }
            for roster in organisation.rosters
        ],
        "substitutes": _dump(organisation.substitutes, "user substitute from_day until_day processes amount_up_to"),
        "committees": _dump(organisation.committees, "id name chair members"),
    }


def _name(name: Name) -> dict[str, str]:
    return {"zh": name.zh, "en": name.en}


_WRITTEN: dict[str, Callable[[Any], Any]] = {
    "name": _name,
    "from_day": lambda day: day.isoformat(),
    "until_day": lambda day: day.isoformat(),
    "start": lambda clock: clock.isoformat("minutes"),
    "end": lambda clock: clock.isoformat("minutes"),
    "weekdays": lambda days: ", ".join(WEEKDAYS[day] for day in sorted(days)),
    "processes": list,
    "members": list,
}


def _dump(values: Iterable[object], members: str) -> list[dict[str, Any]]:
    return [
        {
            member.removesuffix("_day"): _WRITTEN[member](value) if member in _WRITTEN else value
            for member in members.split()
            if (value := getattr(each, member)) not in (None, ())
        }
        for each in values
    ]
