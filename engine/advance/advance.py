"""The value `Advance`: all that one push changed. The pure layers return it; `store.recording` writes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from engine.advance.records import (
    ActivationRow,
    Copy,
    DecisionMade,
    Effect,
    Event,
    Incident,
    Instance,
    Job,
    Notification,
    RegisterEntry,
    Subscription,
    Task,
    Timer,
    WorkItem,
)
from engine.bpmn.waits import WaitKind
from engine.vocabulary import Key, Traced


@dataclass(slots=True)
class Advance:
    """New and changed rows. What is keyed by (instance, activation number) is one open-or-closed thing of a marking.

    `reopened` are the waits that ended where another of the same kind began: an incident tried again, an event armed again.
    `closed_tasks` names tasks that ended without having been loaded: the place and the state of their open work
    items. `answers` are form documents to keep: (instance, form id, answers, by whom).
    """

    instances: dict[Key, Instance] = field(default_factory=dict)
    created: set[Key] = field(default_factory=set)
    variables_changed: set[Key] = field(default_factory=set)
    activations: dict[tuple[Key, int], ActivationRow] = field(default_factory=dict)
    tasks: dict[Key, Task] = field(default_factory=dict)
    work_items: dict[Key, WorkItem] = field(default_factory=dict)
    closed_tasks: dict[tuple[Key, int], str] = field(default_factory=dict)
    timers: dict[tuple[Key, int], Timer] = field(default_factory=dict)
    jobs: dict[tuple[Key, int], Job] = field(default_factory=dict)
    messages: dict[tuple[Key, int], Subscription] = field(default_factory=dict)
    signals: dict[tuple[Key, int], Subscription] = field(default_factory=dict)
    incidents: dict[tuple[Key, int], Incident] = field(default_factory=dict)
    reopened: dict[WaitKind, list[Timer | Job | Subscription | Incident]] = field(default_factory=dict)
    effects: list[Effect] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    registers: list[RegisterEntry] = field(default_factory=list)
    notifications: list[Notification] = field(default_factory=list)
    copies: list[Copy] = field(default_factory=list)
    decisions: list[DecisionMade] = field(default_factory=list)
    answers: list[tuple[Key, str, dict[str, Any], str]] = field(default_factory=list)
    trace: list[tuple[Key, str, Traced]] = field(default_factory=list)
