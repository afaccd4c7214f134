"""The rows a push reads and writes, as values. `engine.store` keeps them in a database, `engine.rehearsal` in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.vocabulary import ActivationState, InstanceState, Key, TaskState, Variables, WorkItemState


@dataclass(slots=True)
class Instance:
    """One running case, or a case called by another. `marking` and `variables` are what `engine.bpmn` keeps."""

    key: Key
    root_key: Key
    definition_key: Key
    process_id: str
    version: int
    process_name: str
    starter: str
    started_at: datetime
    organisation_revision: int
    parent_key: Key | None = None
    parent_n: int | None = None
    parent_activation_key: Key | None = None
    version_tag: str | None = None
    process_name_en: str = ""
    starter_unit: str | None = None
    number: str | None = None
    business_id: str | None = None
    title: str = ""
    summary: Any = None
    state: InstanceState = InstanceState.ACTIVE
    outcome: str | None = None
    suspended: bool = False
    has_incident: bool = False
    marking: dict[str, Any] = field(default_factory=dict)
    variables: Variables = field(default_factory=dict)
    seq: int = 0
    chain_head: str = ""
    salt: str = ""
    ended_at: datetime | None = None
    tags: tuple[str, ...] = ()


@dataclass(slots=True)
class ActivationRow:
    instance_key: Key
    n: int
    key: Key
    element_id: str
    kind: str
    owner: int | None
    causes: tuple[int, ...]
    arrivals: tuple[tuple[str, tuple[int, ...]], ...]
    stopped_by: int | None
    state: ActivationState
    started_at: datetime
    ended_at: datetime | None = None
    entered_step: int = 0
    ended_step: int | None = None
    """Places in the trace of its instance."""
    ended_as: str | None = None
    """What the trace said then: completed or canceled. A return may make it void later."""


@dataclass(slots=True)
class Task:
    """One activation of a user task. `sign` is the snapshot of its step: how its votes become an outcome."""

    key: Key
    instance_key: Key
    root_key: Key
    n: int
    element_id: str
    name: str
    name_en: str
    process_id: str
    process_name: str
    definition_key: Key
    opened_at: datetime
    sign: Mapping[str, Any]
    starter: str
    activation_key: Key = 0
    title: str = ""
    form_id: str | None = None
    form_key: Key | None = None
    assignee: str | None = None
    priority: int = 50
    due_at: datetime | None = None
    follow_up_at: datetime | None = None
    state: TaskState = TaskState.CREATED
    outcome: str | None = None
    ended_at: datetime | None = None
    candidate_groups: tuple[str, ...] = ()
    candidate_users: tuple[str, ...] = ()
    local_variables: Variables = field(default_factory=dict)
    """What the step saw when it opened and the instance does not hold: an item of a multi-instance, mapped inputs."""


@dataclass(slots=True)
class WorkItem:
    """What one person or role owes on a task; once done it is that person's vote."""

    key: Key
    task_key: Key
    instance_key: Key
    root_key: Key
    seat: int
    candidate: str
    state: WorkItemState
    opened_at: datetime
    assignee: str | None = None
    outcome: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    comment: str | None = None
    answers_digest: str | None = None
    reasons: tuple[tuple[str, Mapping[str, Any]], ...] = ()


@dataclass(slots=True)
class Timer:
    key: Key
    instance_key: Key
    root_key: Key
    n: int
    element_id: str
    due_at: datetime
    state: str = "waiting"


@dataclass(slots=True)
class Job:
    key: Key
    instance_key: Key
    root_key: Key
    n: int
    element_id: str
    type: str
    retries: int
    created_at: datetime
    headers: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, Any] = field(default_factory=dict)
    state: str = "created"


@dataclass(slots=True)
class Subscription:
    """A message (with `correlation_key`) or a signal (without) an instance waits for."""

    key: Key
    instance_key: Key
    root_key: Key
    n: int
    element_id: str
    name: str
    correlation_key: str | None = None
    state: str = "waiting"


@dataclass(slots=True)
class Incident:
    key: Key
    instance_key: Key
    root_key: Key
    n: int
    element_id: str
    kind: str
    sentence: str
    created_at: datetime
    facts: Mapping[str, Any] = field(default_factory=dict)
    job_key: Key | None = None
    state: str = "active"


@dataclass(frozen=True, slots=True)
class Event:
    """One line of an instance's history; recording numbers and chains it."""

    instance_key: Key
    root_key: Key
    type: str
    actor: str
    element_id: str | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Effect:
    """Something for another call tree, applied in a transaction of its own. `kind`: message or signal."""

    key: Key
    kind: str
    name: str
    variables: Mapping[str, Any]
    correlation_key: str | None = None
    root_key: Key | None = None


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    key: Key
    register: str
    instance_key: Key
    record: Mapping[str, Any]
    by_user: str


@dataclass(frozen=True, slots=True)
class Notification:
    """A line for a person or a role; `candidate` as in `Seat`."""

    key: Key
    candidate: str
    kind: str
    payload: Mapping[str, Any]
    instance_key: Key


@dataclass(frozen=True, slots=True)
class Copy:
    """Who is told of a case and need not act; `candidate` as in `Seat`, `element_id` the step that tells them."""

    key: Key
    instance_key: Key
    root_key: Key
    candidate: str
    by_user: str
    element_id: str | None = None


@dataclass(frozen=True, slots=True)
class DecisionMade:
    """What a business rule task evaluated, kept to explain the course: inputs, rows hit, outputs."""

    key: Key
    instance_key: Key
    n: int
    element_id: str
    decision_id: str
    explanation: Mapping[str, Any]
