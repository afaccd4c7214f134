"""What happens to a seat when the starter would approve himself, and when nobody can fill it. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.errors import InvalidInput
from engine.people.assignment import each_once, who
from engine.people.directory import Directory
from engine.people.references import role_candidate, split_role, user_candidate
from engine.vocabulary import Seat

STARTER_RULES = ("superior", "skip", "self")
NOBODY_RULES = ("incident", "superior", "skip")
"""Or `role:<id>`."""


@dataclass(frozen=True, slots=True)
class Seating:
    """`seats` remain, in order. `skipped` need nobody: the step goes on without them, and when no other seat remains
    it is decided at once. `vacant` have nobody who may fill them. `excluded` people hold a remaining role but may not act."""

    seats: tuple[Seat, ...]
    skipped: tuple[Seat, ...] = ()
    vacant: tuple[Seat, ...] = ()
    excluded: frozenset[str] = frozenset()


def check_rules(starter_is_approver: str, nobody: str) -> None:
    """Refuse settings that mean nothing. Raises InvalidInput("invalid_bpmn", property=…, text=…)."""
    if starter_is_approver not in STARTER_RULES:
        raise _refused("gc.starter_is_approver", starter_is_approver, " or ".join(STARTER_RULES))
    if nobody not in NOBODY_RULES and not (nobody.startswith("role:") and len(nobody) > len("role:")):
        raise _refused("gc.nobody", nobody, "incident, superior, role:<id> or skip")


def apply_starter_rule(directory: Directory, seats: Sequence[Seat], starter_id: str, rule: str, at: datetime) -> Seating:
    """`gc.starter_is_approver` over the seats of an opening step.

    `self`: nothing changes. Otherwise the starter may not fill a role seat that others hold too (he is `excluded`);
    a seat only he could fill is `skip`ped, or goes to his `superior`. With nobody above him it stays, and he is excluded:
    then it is for `gc.nobody` to say.
    """
    if rule == "self":
        return Seating(tuple(seats))
    remaining: list[Seat] = []
    skipped: list[Seat] = []
    superior = directory.superior_of(starter_id, at) if starter_id in directory.users else None
    excluded = False
    for seat in seats:
        people = who(directory, seat, at)
        if starter_id not in people:
            remaining.append(seat)
        elif len(people) == 1 and rule == "skip":
            skipped.append(seat)
        elif len(people) == 1 and superior is not None:
            reason = ("starter_is_approver", {"starter": starter_id, "instead_of": seat.candidate})
            remaining.append(Seat(user_candidate(superior), (reason, *seat.reasons)))
        else:
            remaining.append(seat)
            excluded = True
    return Seating(each_once(remaining), tuple(skipped), excluded=frozenset({starter_id} if excluded else ()))


def apply_nobody_rule(
    directory: Directory, seats: Sequence[Seat], rule: str, at: datetime, *, excluded: frozenset[str] = frozenset()
) -> Seating:
    """`gc.nobody` over seats that no one may fill (nobody holds the role, the person left, all are `excluded`).

    `incident`: they are vacant. `superior`: whoever answers for the role or the person. `role:<id>`: that role.
    `skip`: the step goes on without them. A replacement nobody may fill either leaves the seat vacant.
    """
    remaining: list[Seat] = []
    skipped: list[Seat] = []
    vacant: list[Seat] = []
    for seat in seats:
        if set(who(directory, seat, at)) - excluded:
            remaining.append(seat)
        elif rule == "skip":
            skipped.append(seat)
        else:
            instead = replacement(directory, seat, rule, at, excluded)
            if instead is None:
                vacant.append(seat)
            else:
                remaining.append(instead)
    return Seating(each_once(remaining), tuple(skipped), tuple(vacant), excluded)


def replacement(directory: Directory, seat: Seat, rule: str, at: datetime, excluded: frozenset[str]) -> Seat | None:
    """Whom `gc.nobody` asks in place of a seat, somebody who is not `excluded`; None where it names nobody."""
    reason = ("nobody", {"instead_of": seat.candidate, "rule": rule})
    if rule.startswith("role:"):
        role, _ = split_role(rule)
        if role not in directory.roles:
            raise InvalidInput(
                "invalid_organisation",
                f"expected a role of this organisation, but gc.nobody names {role}",
                problems=[{"path": "gc.nobody", "message": f"no role {role}"}],
            )
        candidate = role_candidate(role)
    else:
        above = _above(directory, seat, at, excluded) if rule == "superior" else None
        if above is None:
            return None
        candidate = user_candidate(above)
    found = Seat(candidate, (reason, *seat.reasons))
    return found if set(who(directory, found, at)) - excluded else None


def _above(directory: Directory, seat: Seat, at: datetime, excluded: frozenset[str]) -> str | None:
    """The first person above the seat who is not excluded."""
    if seat.candidate.startswith("user:"):
        first = seat.candidate.removeprefix("user:")
        line: tuple[str, ...] = directory.superiors_of(first, at) if first in directory.users else ()
    else:
        above = directory.superior_of_role(*split_role(seat.candidate), at)
        line = () if above is None else (above, *directory.superiors_of(above, at))
    return next((person for person in line if person not in excluded), None)


def _refused(name: str, text: str, expected: str) -> InvalidInput:
    return InvalidInput("invalid_bpmn", f"expected {name} to be {expected}, but it is {text!r}", property=name, text=text)
