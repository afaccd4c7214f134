"""One revision of the organisation, never changed: who holds what, who is above whom, who is on duty.

Every question about holders takes a moment (`at`, aware): roles are held from day to day in the company's zone.
Answers are in the order of the document, so they are the same wherever they are asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from engine.calendar import Calendar
from engine.errors import InvalidInput, NotFound
from engine.people import document as documents
from engine.people.document import EMPLOYEE
from engine.people.duty import present_at
from engine.people.organisation import Membership, Name, Organisation, Role, Unit, User
from engine.people.references import role_candidate, split_role, user_candidate

EVERYBODY = Name("全体员工", "Everybody")


class Directory:
    """`users`, `units`, `roles`, `calendars` by id, in the order of the document; `roles` without `employee`."""

    def __init__(self, organisation: Organisation, *, revision: int = 0) -> None:
        self.organisation = organisation
        self.revision = revision
        self.zone = ZoneInfo(organisation.zone)
        self.users: Mapping[str, User] = MappingProxyType({user.id: user for user in organisation.users})
        self.units: Mapping[str, Unit] = MappingProxyType({unit.id: unit for unit in organisation.units})
        self.roles: Mapping[str, Role] = MappingProxyType({role.id: role for role in organisation.roles})
        self.calendars: Mapping[str, Calendar] = MappingProxyType({each.id: each for each in organisation.calendars})
        self._of_user: dict[str, list[Membership]] = {}
        self._of_role: dict[str, list[Membership]] = {}
        for member in organisation.memberships:
            self._of_user.setdefault(member.user, []).append(member)
            self._of_role.setdefault(member.role, []).append(member)

    @classmethod
    def from_document(cls, document: Any, *, revision: int = 0) -> Directory:
        """Shape: `engine/people/document.py`. Raises InvalidInput("invalid_organisation", problems=[{path, message}])."""
        return cls(documents.parse(document), revision=revision)

    def to_document(self) -> dict[str, Any]:
        return documents.dump(self.organisation)

    def user(self, user_id: str) -> User:
        """Raises NotFound("user_not_found")."""
        try:
            return self.users[user_id]
        except KeyError:
            raise NotFound(
                "user_not_found", f"expected a person of this organisation, but there is no {user_id}", user=user_id
            ) from None

    def is_active(self, user_id: str, at: datetime) -> bool:
        """Has a post on that day; people who left have none."""
        return any(True for _ in self.memberships_of(user_id, at))

    def memberships_of(self, user_id: str, at: datetime) -> Iterator[Membership]:
        day = self._day(at)
        return (member for member in self._of_user.get(user_id, ()) if member.holds_on(day))

    def principals(self, user_id: str, at: datetime) -> frozenset[str]:
        """The candidates this person may act for: `user:<id>`, `role:<id>`, `role:<id>@<unit>`; `employee` is everybody."""
        mine = {user_candidate(self.user(user_id).id)}
        for member in self.memberships_of(user_id, at):
            for role in (member.role, EMPLOYEE):
                mine.add(role_candidate(role))
                mine.add(role_candidate(role, member.unit))
        return frozenset(mine)

    def roles_of(self, user_id: str, at: datetime) -> tuple[str, ...]:
        """Role ids, the post first, `employee` last."""
        roles = dict.fromkeys(member.role for member in self.memberships_of(user_id, at))
        return (*roles, EMPLOYEE) if roles else ()

    def unit_of(self, user_id: str, at: datetime) -> str | None:
        """The unit of the post (the first membership)."""
        return next((member.unit for member in self.memberships_of(user_id, at)), None)

    def find_users(self, text: str, *, limit: int = 20) -> tuple[User, ...]:
        """People whose id or name in either language holds the text, whatever its case."""
        wanted = text.strip().casefold()
        found = (
            user
            for user in self.users.values()
            if any(wanted in part.casefold() for part in (user.id, user.name.zh, user.name.en))
        )
        return tuple(user for user, _ in zip(found, range(limit), strict=False))

    def name_of(self, candidate: str) -> Name:
        """What a seat is called on screen. Unknown ids are called by their id."""
        if candidate.startswith("user:"):
            user_id = candidate.removeprefix("user:")
            return self.users[user_id].name if user_id in self.users else Name(user_id, user_id)
        role_id, unit_id = split_role(candidate)
        role = EVERYBODY if role_id == EMPLOYEE else self.roles[role_id].name if role_id in self.roles else Name(role_id, role_id)
        if unit_id is None:
            return role
        unit = self.units[unit_id].name if unit_id in self.units else Name(unit_id, unit_id)
        return Name(f"{unit.zh}{role.zh}", f"{role.en}, {unit.en}")

    def unit(self, unit_id: str) -> Unit:
        """Raises InvalidInput("invalid_organisation")."""
        try:
            return self.units[unit_id]
        except KeyError:
            raise _unknown("unit", unit_id) from None

    def upwards(self, unit_id: str) -> tuple[Unit, ...]:
        """The unit, its parent, and so on to the top."""
        line = [self.unit(unit_id)]
        while (parent := line[-1].parent) is not None:
            line.append(self.units[parent])
        return tuple(line)

    def policy_set_of(self, unit_id: str) -> str:
        """Its own or the nearest above it; `standard` where nobody says."""
        return next((unit.policy_set for unit in self.upwards(unit_id) if unit.policy_set), "standard")

    def calendar_of(self, unit_id: str) -> Calendar:
        """Its own or the nearest above it; a unit without a parent always has one."""
        return self.calendars[next(unit.calendar for unit in self.upwards(unit_id) if unit.calendar)]

    def head_of(self, unit_id: str, at: datetime) -> str | None:
        """Who heads the unit, or the nearest unit above that has a head who is still there."""
        heads = (unit.head for unit in self.upwards(unit_id))
        return next((head for head in heads if head is not None and self.is_active(head, at)), None)

    def holders_exactly_in(self, role: str, unit_id: str, at: datetime) -> tuple[str, ...]:
        self.unit(unit_id)
        return self._holders(role, at, unit_id)

    def nearest_unit_with(self, role: str, unit_id: str, at: datetime) -> str | None:
        """The unit itself or the nearest above it in which somebody holds the role."""
        return next((unit.id for unit in self.upwards(unit_id) if self._holders(role, at, unit.id)), None)

    def holders(self, role: str, at: datetime, unit_id: str | None = None) -> tuple[str, ...]:
        """Who holds the role: anywhere, or in the nearest unit from `unit_id` upwards with a holder.

        Raises InvalidInput("invalid_organisation") for an unknown role or unit.
        """
        if unit_id is None:
            return self._holders(role, at, None)
        nearest = self.nearest_unit_with(role, unit_id, at)
        return () if nearest is None else self._holders(role, at, nearest)

    def _holders(self, role: str, at: datetime, unit_id: str | None) -> tuple[str, ...]:
        day = self._day(at)
        if role == EMPLOYEE:
            members: Iterator[Membership] | list[Membership] = iter(self.organisation.memberships)
        elif role in self.roles:
            members = self._of_role.get(role, [])
        else:
            raise _unknown("role", role)
        return tuple(
            dict.fromkeys(
                member.user for member in members if (unit_id is None or member.unit == unit_id) and member.holds_on(day)
            )
        )

    def superior_of(self, user_id: str, at: datetime) -> str | None:
        """Who is next above: the holder of the role the post reports to (a vacant role passes on to the one above it);
        where the post reports to no role, or several hold it alike, the head of the unit, else of the nearest unit above.
        None at the top. For somebody who has left, the last post counts."""
        post = next(self.memberships_of(user_id, at), None) or next(reversed(self._of_user.get(user_id, [])), None)
        if post is None:
            return None
        return self._above_role(post.role, post.unit, user_id, at) or self._above_unit(post.unit, user_id, at)

    def superior_of_role(self, role: str, unit_id: str | None, at: datetime) -> str | None:
        """Who answers for a role that nobody holds: the line of the role upwards, else the head of its unit."""
        start = unit_id or next((unit.id for unit in self.units.values() if unit.parent is None), None)
        above = self._above_role(role, start, None, at) if start else None
        return above or (self.head_of(unit_id, at) if unit_id else None)

    def _above_role(self, role: str, unit_id: str, besides: str | None, at: datetime) -> str | None:
        above = self.roles[role].reports_to if role in self.roles else None
        while above is not None:
            # a role outside the line of units (a site manager under the sales manager) counts when only one person holds it
            held = self.holders(above, at, unit_id) or self.holders(above, at)
            others = [holder for holder in held if holder != besides]
            if others:
                return others[0] if len(others) == 1 else None
            above = self.roles[above].reports_to
        return None

    def _above_unit(self, unit_id: str, user_id: str, at: datetime) -> str | None:
        for unit in self.upwards(unit_id):
            if unit.head is not None and unit.head != user_id and self.is_active(unit.head, at):
                return unit.head
        return None

    def superiors_of(self, user_id: str, at: datetime) -> tuple[str, ...]:
        """The whole line upwards, nearest first; a line that turns in a circle ends where it would repeat."""
        line = [user_id]
        while (above := self.superior_of(line[-1], at)) is not None and above not in line:
            line.append(above)
        return tuple(line[1:])

    def line_manager(self, user_id: str, level: int = 1, *, at: datetime) -> str | None:
        """`level` steps up the line (1: the direct manager); None above the top."""
        line = self.superiors_of(user_id, at)
        return line[level - 1] if 1 <= level <= len(line) else None

    def functional_manager(self, user_id: str, at: datetime) -> str | None:
        manager = self.user(user_id).functional_manager
        return manager if manager is not None and self.is_active(manager, at) else None

    def managers_up_to(self, user_id: str, role: str, at: datetime) -> tuple[str, ...]:
        """The line upwards to the first holder of the role, that one included; empty when the line holds none."""
        holders = set(self.holders(role, at))
        line = self.superiors_of(user_id, at)
        last = next((place for place, manager in enumerate(line) if manager in holders), None)
        return () if last is None else line[: last + 1]

    def on_duty(self, role: str, at: datetime) -> tuple[str, ...]:
        """Who has the shift at a desk now; nobody: the head of the desk's unit (or the nearest above).

        Raises InvalidInput("invalid_organisation") for a role without a roster.
        """
        rosters = [roster for roster in self.organisation.rosters if roster.role == role]
        if not rosters:
            raise _unknown("duty roster", role)
        local = at.astimezone(self.zone)
        present = [user for roster in rosters for user in present_at(roster, local) if self.is_active(user, at)]
        if present:
            return tuple(dict.fromkeys(present))
        head = self.head_of(rosters[0].unit, at)
        return () if head is None else (head,)

    def _day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()


def _unknown(kind: str, name: str) -> InvalidInput:
    return InvalidInput(
        "invalid_organisation",
        f"expected a {kind} of this organisation, but there is no {name}",
        problems=[{"path": "", "message": f"no {kind} {name}"}],
    )
