"""From an assignment (who the diagram names) to ordered seats, and who may fill a seat."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from engine.errors import InvalidInput
from engine.people.directory import Directory
from engine.people.document import EMPLOYEE
from engine.people.references import SeatReference, role_candidate, split_role, user_candidate
from engine.vocabulary import Seat


def resolve(
    directory: Directory, *, assignee: Any = None, candidate_groups: Any = None, candidate_users: Any = None
) -> tuple[Seat, ...]:
    """The seats of a task, in the order written; each candidate once.

    Each argument is a literal (`a,b`) or what its expression yielded: null, a text, a `SeatReference`, a context with an
    `id` (such as `starter`), or a list of these. Groups name roles (`role` or `role@unit`), the others name people.
    An assignee who is somebody takes the task; the candidates then do not matter. No seats: nobody is named.
    Raises InvalidInput("invalid_organisation", problems=[{path, message}]) for who is unknown.
    """
    seats = _people(directory, "assignee", assignee)
    if not seats:
        seats = [*_roles(directory, candidate_groups), *_people(directory, "candidateUsers", candidate_users)]
    return each_once(seats)


def addressees(directory: Directory, to: Any) -> tuple[Seat, ...]:
    """People and roles in one list: a name that is a person's is that person, any other a role. Raises as `resolve` does."""
    seats: list[Seat] = []
    for each in to if isinstance(to, list) else str(to).split(",") if isinstance(to, str) else [to]:
        is_person = not isinstance(each, str | SeatReference) or (isinstance(each, str) and each.strip() in directory.users)
        seats += resolve(directory, assignee=each) if is_person else resolve(directory, candidate_groups=each)
    return each_once(seats)


def each_once(seats: Iterable[Seat]) -> tuple[Seat, ...]:
    """The first seat of each candidate, in order."""
    once: dict[str, Seat] = {}
    for seat in seats:
        once.setdefault(seat.candidate, seat)
    return tuple(once.values())


def who(directory: Directory, seat: Seat, at: datetime) -> tuple[str, ...]:
    """User ids who may fill the seat at that moment; empty when nobody can."""
    if seat.candidate.startswith("user:"):
        user_id = seat.candidate.removeprefix("user:")
        return (user_id,) if user_id in directory.users and directory.is_active(user_id, at) else ()
    role, unit = split_role(seat.candidate)
    if (role != EMPLOYEE and role not in directory.roles) or (unit is not None and unit not in directory.units):
        return ()
    return directory.holders(role, at) if unit is None else directory.holders_exactly_in(role, unit, at)


def _people(directory: Directory, member: str, value: Any) -> list[Seat]:
    seats = []
    for item in _items(value):
        if isinstance(item, SeatReference):
            seats.append(item.seat())
            continue
        if (kept := _kept(directory, member, item)) is not None:
            seats.append(kept)
            continue
        user_id = item.get("id") if isinstance(item, Mapping) else item
        if not isinstance(user_id, str) or user_id not in directory.users:
            raise _unknown(member, "person", user_id)
        seats.append(Seat(user_candidate(user_id), (("named", {"by": member, "user": user_id}),)))
    return seats


def _roles(directory: Directory, value: Any) -> list[Seat]:
    seats = []
    for item in _items(value):
        if isinstance(item, SeatReference):
            seats.append(item.seat())
            continue
        if (kept := _kept(directory, "candidateGroups", item)) is not None:
            seats.append(kept)
            continue
        role, unit = split_role(item) if isinstance(item, str) else (None, None)
        if role is None or (role != EMPLOYEE and role not in directory.roles):
            raise _unknown("candidateGroups", "role", item)
        if unit is not None and unit not in directory.units:
            raise _unknown("candidateGroups", "unit", unit)
        facts = {"role": role} if unit is None else {"role": role, "unit": unit}
        seats.append(Seat(role_candidate(role, unit), (("role", facts),)))
    return seats


def _kept(directory: Directory, member: str, item: Any) -> Seat | None:
    """The seat of a reference that a variable kept as text (`user:<id>`, `role:<id>`, `role:<id>@<unit>`); else None."""
    if not isinstance(item, str) or not item.startswith(("user:", "role:")):
        return None
    kind, _, rest = item.partition(":")
    seats = _people(directory, member, rest) if kind == "user" else _roles(directory, rest)
    if not seats:
        raise _unknown(member, "person" if kind == "user" else "role", item)
    return seats[0]


def _items(value: Any) -> Iterator[Any]:
    if isinstance(value, str):
        yield from (part for piece in value.split(",") if (part := piece.strip()))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _items(item)
    elif value is not None:
        yield value


def _unknown(member: str, kind: str, value: Any) -> InvalidInput:
    message = f"expected a {kind} of this organisation, but {member} names {value!r:.80}"
    return InvalidInput("invalid_organisation", message, problems=[{"path": member, "message": message}])
