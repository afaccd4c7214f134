"""Reading one JSON object strictly: every problem is collected with its path, none is passed over."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from engine.calendar import parse_weekdays
from engine.errors import InvalidInput
from engine.people.organisation import Name

ID = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")
"""Ids go into candidate strings (`role:<id>@<unit>`) and comma lists, so they hold no colon, at-sign, comma or blank."""

MAX_TEXT = 200
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


@dataclass
class Problems:
    found: list[dict[str, str]] = field(default_factory=list)

    def add(self, path: str, message: str) -> None:
        self.found.append({"path": path, "message": message})


class Record:
    """One object of the document at `path`. A member that is wrong is reported and read as absent."""

    def __init__(self, value: Any, path: str, problems: Problems, members: str) -> None:
        self.path = path
        self.problems = problems
        self.value: Mapping[str, Any] = value if isinstance(value, Mapping) else {}
        if not isinstance(value, Mapping):
            problems.add(path, f"expected an object, but it is {value!r:.60}")
        for unknown in sorted(str(name) for name in set(self.value) - set(members.split())):
            problems.add(f"{path}/{unknown}", f"expected one of {members}, but there is {unknown}")

    def id(self, member: str) -> str:
        """A required id; "" when it is missing or malformed, which is reported."""
        value = self.value.get(member)
        if isinstance(value, str) and ID.fullmatch(value):
            return value
        self.wrong(member, "an id of letters, digits, . _ -", value)
        return ""

    def optional_id(self, member: str) -> str | None:
        return None if self.value.get(member) is None else self.id(member)

    def ids(self, member: str) -> tuple[str, ...]:
        values = self.value.get(member, [])
        if isinstance(values, list) and all(isinstance(value, str) and ID.fullmatch(value) for value in values):
            return tuple(values)
        self.wrong(member, "a list of ids", values)
        return ()

    def text(self, member: str) -> str | None:
        value = self.value.get(member)
        if value is None or (isinstance(value, str) and value.strip() and len(value) <= MAX_TEXT):
            return value
        self.wrong(member, f"a text of at most {MAX_TEXT} characters", value)
        return None

    def name(self, member: str = "name") -> Name:
        both = Record(self.value.get(member), f"{self.path}/{member}", self.problems, "zh en")
        zh, en = both.text("zh"), both.text("en")
        if both.value and zh is None:
            self.problems.add(f"{both.path}/zh", "expected a name, but it is missing")
        return Name(zh or "", en or zh or "")

    def day(self, member: str) -> date | None:
        value = self.value.get(member)
        if value is None:
            return None
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            self.wrong(member, "a date like 2026-03-02", value)
            return None

    def clock(self, member: str) -> time:
        value = self.value.get(member)
        if isinstance(value, str) and _CLOCK.fullmatch(value):
            return time.fromisoformat(value)
        self.wrong(member, "a time like 07:00", value)
        return time.min

    def weekdays(self, member: str) -> frozenset[int]:
        value = self.value.get(member, "mon-sun")
        try:
            return parse_weekdays(value if isinstance(value, str) else repr(value))
        except InvalidInput as refused:
            self.problems.add(f"{self.path}/{member}", refused.message)
            return frozenset()

    def records(self, member: str, members: str) -> Iterator[Record]:
        values = self.value.get(member, [])
        if not isinstance(values, list):
            self.wrong(member, "a list", values)
            return
        for index, value in enumerate(values):
            yield Record(value, f"{self.path}/{member}/{index}", self.problems, members)

    def wrong(self, member: str, expected: str, value: Any) -> None:
        self.problems.add(f"{self.path}/{member}", f"expected {expected}, but it is {value!r:.60}")
