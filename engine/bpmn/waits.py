"""What a run of an instance hands out: what it now waits for, what stopped waiting, what it threw, what it logged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from engine.vocabulary import ActivationState, Traced


class WaitKind(StrEnum):
    USER_TASK = "user_task"
    JOB = "job"
    TIMER = "timer"
    MESSAGE = "message"
    SIGNAL = "signal"
    CALL = "call"
    DECISION = "decision"
    INCIDENT = "incident"


@dataclass(frozen=True, slots=True)
class Wait:
    """One thing an instance waits for. `n` numbers the activation within its instance.

    An event that waits beside something (on a border, for an event sub-process, behind an event-based gateway) has a number
    but no row in the log; when it fires, what happens is an activation with a later number.

    Which fields are set depends on `kind`: TIMER `due_at`; MESSAGE `name`, `correlation_key`; SIGNAL `name`;
    JOB `name` (the type), `retries`, `headers`, `variables` (what the worker sees);
    CALL `name` (process id), `binding`, `variables` (what the called case starts with);
    DECISION `name` (decision id), `binding`, `variables` (the context it is evaluated in);
    USER_TASK `variables` (local names only: a multi-instance's item, mapped inputs);
    INCIDENT `name` (a stable code), `sentence`, `facts` (e.g. `missing`: the variable that is not there).
    """

    n: int
    element_id: str
    kind: WaitKind
    name: str = ""
    due_at: datetime | None = None
    correlation_key: str | None = None
    retries: int = 3
    binding: str = "deployment"
    headers: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, Any] = field(default_factory=dict)
    sentence: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Activation:
    """A row of the activation log: one time an element was entered, with its causes (docs/explanation/return.md).

    `owner`: the activation of the surrounding sub-process, None at process level. `causes`: activations this one
    follows from. `arrivals`: for a join, (flow or element it came through, causes) per consumed arrival.
    `stopped_by`: the interrupting activation that canceled it.
    """

    n: int
    element_id: str
    owner: int | None
    causes: tuple[int, ...]
    arrivals: tuple[tuple[str, tuple[int, ...]], ...] = ()
    stopped_by: int | None = None
    state: ActivationState = ActivationState.OPEN


@dataclass(frozen=True, slots=True)
class Closed:
    """A wait that is gone. `state` says how: done, canceled (interrupted, ended early) or void (behind a return)."""

    n: int
    element_id: str
    kind: WaitKind
    state: ActivationState


class ThrowKind(StrEnum):
    MESSAGE = "message"
    SIGNAL = "signal"
    ERROR = "error"
    ESCALATION = "escalation"


@dataclass(frozen=True, slots=True)
class Throw:
    """Something that leaves the instance: a message or signal for others, an error or escalation nobody inside caught."""

    kind: ThrowKind
    name: str
    n: int
    element_id: str
    correlation_key: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Moved:
    """Everything that happened in a run since it was last drained, in order within each list.

    `activations` holds new and changed log rows (by `n`, the last state wins); `traced` names the activation of each line
    of `trace`; `ended` is set once the instance is over; `outcome` is the reached end event's `gc.case_outcome`. Whoever
    reads `closed` and `opened` takes `closed` first: a wait may give way to another of the same number.
    """

    opened: list[Wait] = field(default_factory=list)
    closed: list[Closed] = field(default_factory=list)
    thrown: list[Throw] = field(default_factory=list)
    activations: dict[int, Activation] = field(default_factory=dict)
    trace: list[tuple[str, Traced]] = field(default_factory=list)
    traced: list[int] = field(default_factory=list)
    ended: bool = False
    outcome: str | None = None
