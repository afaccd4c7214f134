"""Small readers of members of a form document: each gives the value, or notes a problem and gives None."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import marshmallow

from forms.problems import Problem, shown, step
from forms.values import number_of

LONGEST_EXPRESSION = 4_000
LONGEST_LABEL = 200
LONGEST_SHOWN_TEXT = 10_000


class Reader:
    """One object of the document at `path`. All readers of a document share the list of problems."""

    def __init__(self, members: Mapping[str, Any], path: str, problems: list[Problem]) -> None:
        self.members = members
        self.path = path
        self.problems = problems

    def refuse(self, member: str, code: str, message: str) -> None:
        self.problems.append(Problem(step(self.path, member) if member else self.path, code, message))

    def within(self, member: str) -> Reader:
        """The object that is a member; empty when it is not there."""
        value = self.members.get(member, {})
        if not isinstance(value, Mapping):
            self.refuse(member, "invalid_value", f"expected an object, but got {shown(value)}")
            value = {}
        return Reader(value, step(self.path, member), self.problems)

    def only(self, known: Iterable[str], code: str, what: str) -> None:
        """Refuses every member that is not known, with the nearest known name."""
        names = sorted(known)
        for name in self.members:
            if name not in names:
                near = difflib.get_close_matches(name, names, 1)
                hint = f"; is {near[0]} meant?" if near else ""
                self.refuse(name, code, f"expected a {what} that is known here, but got {shown(name)}{hint}")

    def text(self, member: str, longest: int = LONGEST_LABEL) -> str | None:
        value = self.members.get(member)
        if value is None:
            return None
        if not isinstance(value, str) or len(value) > longest:
            self.refuse(member, "invalid_value", f"expected a text of at most {longest} characters, but got {shown(value)}")
            return None
        return value

    def words(self, member: str, longest: int = LONGEST_LABEL) -> str | None:
        """Words a person reads. A template or an expression in them would be shown raw, so it is refused."""
        value = self.text(member, longest)
        if value is not None and (value.startswith("=") or "{{" in value):
            self.refuse(member, "invalid_value", "expected plain words, but got an expression or a template")
            return None
        return value

    def one_of(self, member: str, allowed: Iterable[str]) -> str | None:
        value = self.text(member)
        if value is not None and value not in allowed:
            self.refuse(
                member, "invalid_value", f"expected one of {', '.join(sorted(allowed)) or 'nothing'}, but got {shown(value)}"
            )
            return None
        return value

    def truth(self, member: str) -> bool:
        value = self.members.get(member, False)
        if not isinstance(value, bool):
            self.refuse(member, "invalid_value", f"expected true or false, but got {shown(value)}")
            return False
        return value

    def expression(self, member: str) -> str | None:
        """FEEL without its "="."""
        value = self.text(member, LONGEST_EXPRESSION)
        if value is None:
            return None
        if not value.startswith("=") or not value[1:].strip():
            self.refuse(member, "invalid_value", f'expected FEEL that begins with "=", but got {shown(value)}')
            return None
        return value[1:].strip()

    def number(self, member: str) -> Decimal | None:
        value = self.members.get(member)
        if value is None:
            return None
        try:
            return Decimal(number_of(value, text_too=True))
        except marshmallow.ValidationError:
            self.refuse(member, "invalid_value", f"expected a number, but got {shown(value)}")
            return None

    def count(self, member: str, most: int) -> int | None:
        """A whole number from 0; a property may hold it as text."""
        number = self.number(member)
        if number is None:
            return None
        if number != int(number) or not 0 <= number <= most:
            self.refuse(member, "invalid_value", f"expected a whole number from 0 to {most}, but got {shown(number)}")
            return None
        return int(number)
