"""The words every part of the house shares: states, modes, actors. Values only, no behaviour that decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

Key: TypeAlias = int
"""A 64-bit key of ours (see `engine.keys`); in JSON a string of digits."""

Variables: TypeAlias = dict[str, Any]
"""JSON values; numbers are `int` or `Decimal`, never `float`."""


class InstanceState(StrEnum):
    ACTIVE = "active"
    COMPLETED = "completed"
    TERMINATED = "terminated"


class CaseOutcome(StrEnum):
    """What an ended instance decided; `None` where it ended without a verdict."""

    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    CANCELED = "canceled"


class ActivationState(StrEnum):
    OPEN = "open"
    DONE = "done"
    CANCELED = "canceled"
    VOID = "void"


class TaskState(StrEnum):
    CREATED = "created"
    COMPLETED = "completed"
    CANCELED = "canceled"


class WorkItemState(StrEnum):
    WAITING = "waiting"
    OPEN = "open"
    DELEGATED = "delegated"
    DONE = "done"
    WITHDRAWN = "withdrawn"
    VOID = "void"


class SignMode(StrEnum):
    ANY = "any"
    ALL = "all"
    SEQUENTIAL = "sequential"
    COUNT = "count"
    RECEIPT = "receipt"


class Stance(StrEnum):
    """What an outcome means for the decision of a step."""

    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"


class Traced(StrEnum):
    """What a trace says of a flow node."""

    ENTERED = "entered"
    COMPLETED = "completed"
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: a signed-in person, or the house itself.

    `principals` are the candidate strings this actor may act for: `user:<id>`, `role:<id>`, `role:<id>@<unit>`.
    `scopes` limits an API token; None means everything the person may do.
    """

    user_id: str
    name: str = ""
    principals: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    scopes: frozenset[str] | None = None

    @property
    def is_administrator(self) -> bool:
        return "administrator" in self.roles


@dataclass(frozen=True, slots=True)
class Seat:
    """A person, or a role (in a unit), that must sign.

    `candidate` is `user:<id>`, `role:<id>` or `role:<id>@<unit>`. `reasons` says why, outermost first
    (pairs of a stable reason code and the facts a sentence needs).
    """

    candidate: str
    reasons: tuple[tuple[str, Mapping[str, Any]], ...] = field(default=())
