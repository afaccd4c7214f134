"""What organisation functions hand to expressions: a seat that can be compared and listed, and never read inside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from engine.vocabulary import Seat

Reason: TypeAlias = tuple[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class SeatReference:
    """`candidate` as in `engine.vocabulary.Seat`; two references are equal when their candidates are."""

    candidate: str
    reasons: tuple[Reason, ...] = field(default=(), compare=False)

    @property
    def user_id(self) -> str | None:
        """The person, None where it is a role."""
        return self.candidate.removeprefix("user:") if self.candidate.startswith("user:") else None

    def because(self, code: str, **facts: Any) -> SeatReference:
        """The same seat with a reason put in front (outermost first)."""
        return SeatReference(self.candidate, ((code, facts), *self.reasons))

    def seat(self) -> Seat:
        return Seat(self.candidate, self.reasons)

    def feel_text(self) -> str:
        """What a variable keeps of it; `resolve` makes it a seat again, without its reasons."""
        return self.candidate


def user_candidate(user_id: str) -> str:
    return f"user:{user_id}"


def role_candidate(role: str, unit: str | None = None) -> str:
    return f"role:{role}" if unit is None else f"role:{role}@{unit}"


def split_role(candidate: str) -> tuple[str, str | None]:
    """`role:<id>@<unit>` as (role, unit); the unit is None where the seat names none."""
    role, at, unit = candidate.removeprefix("role:").partition("@")
    return role, unit if at else None
