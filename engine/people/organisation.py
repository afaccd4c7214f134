"""The values an organisation is made of. What they mean together is `directory`; how they are written is `document`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

from engine.calendar import Calendar


@dataclass(frozen=True, slots=True)
class Name:
    zh: str
    en: str

    def in_language(self, language: str) -> str:
        return self.en if language == "en" else self.zh


@dataclass(frozen=True, slots=True)
class Unit:
    """`policy_set` and `calendar` None: those of the parent."""

    id: str
    name: Name
    parent: str | None = None
    head: str | None = None
    policy_set: str | None = None
    calendar: str | None = None


@dataclass(frozen=True, slots=True)
class Role:
    """`reports_to`: the role above it; None: whoever heads the unit its holder works in."""

    id: str
    name: Name
    reports_to: str | None = None


@dataclass(frozen=True, slots=True)
class User:
    id: str
    name: Name
    email: str | None = None
    functional_manager: str | None = None


@dataclass(frozen=True, slots=True)
class Membership:
    """A person holds a role in a unit from the first to the last day given, both included. The first one is the person's post."""

    user: str
    role: str
    unit: str
    from_day: date | None = None
    until_day: date | None = None

    def holds_on(self, day: date) -> bool:
        return (self.from_day is None or self.from_day <= day) and (self.until_day is None or day <= self.until_day)


@dataclass(frozen=True, slots=True)
class Shift:
    """A shift that ends at or before its start ends on the next day."""

    id: str
    name: Name
    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Duty:
    """`weekdays`: Monday 0; a shift over midnight belongs to the day it starts."""

    user: str
    shift: str
    weekdays: frozenset[int]
    from_day: date | None = None
    until_day: date | None = None


@dataclass(frozen=True, slots=True)
class Roster:
    """Who is on duty for a role at a desk in a unit."""

    role: str
    unit: str
    shifts: tuple[Shift, ...]
    duties: tuple[Duty, ...]


@dataclass(frozen=True, slots=True)
class Substitute:
    """`processes` empty: all of them; `amount_up_to` None: any amount (text of a decimal)."""

    user: str
    substitute: str
    from_day: date | None = None
    until_day: date | None = None
    processes: tuple[str, ...] = ()
    amount_up_to: str | None = None


@dataclass(frozen=True, slots=True)
class Committee:
    """`chair` and `members` are role ids."""

    id: str
    name: Name
    chair: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Organisation:
    name: Name
    zone: str
    calendars: tuple[Calendar, ...]
    units: tuple[Unit, ...]
    roles: tuple[Role, ...]
    users: tuple[User, ...]
    memberships: tuple[Membership, ...]
    rosters: tuple[Roster, ...] = ()
    substitutes: tuple[Substitute, ...] = ()
    committees: tuple[Committee, ...] = ()
