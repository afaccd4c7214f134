"""What a diagram says, as values: frozen, shared by every instance of a version. Nothing here runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.bpmn.process_spec import ProcessSpec

NOTHING: Mapping[str, str] = MappingProxyType({})


class Kind(StrEnum):
    START_EVENT = "START_EVENT"
    INTERMEDIATE_CATCH_EVENT = "INTERMEDIATE_CATCH_EVENT"
    INTERMEDIATE_THROW_EVENT = "INTERMEDIATE_THROW_EVENT"
    BOUNDARY_EVENT = "BOUNDARY_EVENT"
    END_EVENT = "END_EVENT"
    TASK = "TASK"
    USER_TASK = "USER_TASK"
    SERVICE_TASK = "SERVICE_TASK"
    SEND_TASK = "SEND_TASK"
    RECEIVE_TASK = "RECEIVE_TASK"
    SCRIPT_TASK = "SCRIPT_TASK"
    BUSINESS_RULE_TASK = "BUSINESS_RULE_TASK"
    MANUAL_TASK = "MANUAL_TASK"
    CALL_ACTIVITY = "CALL_ACTIVITY"
    SUB_PROCESS = "SUB_PROCESS"
    EVENT_SUB_PROCESS = "EVENT_SUB_PROCESS"
    EXCLUSIVE_GATEWAY = "EXCLUSIVE_GATEWAY"
    PARALLEL_GATEWAY = "PARALLEL_GATEWAY"
    INCLUSIVE_GATEWAY = "INCLUSIVE_GATEWAY"
    EVENT_BASED_GATEWAY = "EVENT_BASED_GATEWAY"


ACTIVITIES = frozenset(
    {
        Kind.TASK,
        Kind.USER_TASK,
        Kind.SERVICE_TASK,
        Kind.SEND_TASK,
        Kind.RECEIVE_TASK,
        Kind.SCRIPT_TASK,
        Kind.BUSINESS_RULE_TASK,
        Kind.MANUAL_TASK,
        Kind.CALL_ACTIVITY,
        Kind.SUB_PROCESS,
    }
)


class EventKind(StrEnum):
    NONE = "none"
    MESSAGE = "message"
    SIGNAL = "signal"
    TIMER = "timer"
    ERROR = "error"
    ESCALATION = "escalation"
    COMPENSATION = "compensation"
    TERMINATE = "terminate"


class TimerKind(StrEnum):
    DATE = "date"
    DURATION = "duration"
    CYCLE = "cycle"


@dataclass(frozen=True, slots=True)
class EventDefinition:
    """What an event waits for or throws.

    `name`: of the message or signal (FEEL when it begins with `=`), or the code of the error or escalation (None catches
    every code). `correlation_key`: FEEL text of a message's subscription. `timer`, `text`: kind and text of a timer.
    `activity`: the element a compensation is limited to.
    """

    kind: EventKind
    name: str | None = None
    correlation_key: str | None = None
    timer: TimerKind | None = None
    text: str = ""
    activity: str | None = None


@dataclass(frozen=True, slots=True)
class MultiInstance:
    """Exactly one of `collection` and `cardinality` is set; both are FEEL texts (a plain variable name is one, too)."""

    is_sequential: bool
    collection: str | None = None
    cardinality: str | None = None
    input_element: str | None = None
    output_collection: str | None = None
    output_element: str | None = None
    completion_condition: str | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow. `condition` is FEEL text beginning with `=`, or None."""

    flow_id: str
    source: str
    target: str
    name: str = ""
    condition: str | None = None
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class Element:
    """A flow node. Texts are as the diagram has them: a literal, or FEEL when they begin with `=`.

    `scope_id`: the surrounding sub-process, None at process level. `binding`: deployment, latest or `versionTag:<tag>`.
    `inputs`, `outputs`: (source, target) pairs of the variable mappings. `compensated_by`: the handler's element.
    """

    element_id: str
    kind: Kind
    name: str = ""
    name_en: str = ""
    scope_id: str | None = None
    line: int = 0
    properties: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    assignee: str | None = None
    candidate_groups: str | None = None
    candidate_users: str | None = None
    due_date: str | None = None
    follow_up_date: str | None = None
    priority: str | None = None
    form_id: str | None = None
    form_binding: str = "deployment"
    job_type: str | None = None
    retries: str = "3"
    headers: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    called_process: str | None = None
    called_decision: str | None = None
    result_variable: str | None = None
    binding: str = "deployment"
    attached_to: str | None = None
    is_interrupting: bool = True
    is_for_compensation: bool = False
    compensated_by: str | None = None
    multi_instance: MultiInstance | None = None
    event: EventDefinition | None = None
    script: str | None = None
    propagates_all_to_child: bool = True
    propagates_all_from_child: bool = True
    inputs: tuple[tuple[str, str], ...] = ()
    outputs: tuple[tuple[str, str], ...] = ()
    incoming: tuple[str, ...] = ()
    outgoing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Definition:
    """One executable process of a diagram.

    `message_starts`, `signal_starts`, `timer_starts`: (element id, name) and (element id, timer text). `start_event_id`:
    the none start event, None when there is none. `spec` is SpiffWorkflow's specification, private to engine.bpmn.
    """

    process_id: str
    name: str
    elements: Mapping[str, Element]
    flows: Mapping[str, Flow]
    name_en: str = ""
    version_tag: str | None = None
    properties: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    start_event_id: str | None = None
    start_form_id: str | None = None
    message_starts: tuple[tuple[str, str], ...] = ()
    signal_starts: tuple[tuple[str, str], ...] = ()
    timer_starts: tuple[tuple[str, str], ...] = ()
    spec: ProcessSpec = field(repr=False, compare=False, kw_only=True)

    @property
    def begins_by_itself(self) -> bool:
        """Not only on a message, a signal or a timer: so another process may call it."""
        return self.start_event_id is not None or not (self.message_starts or self.signal_starts or self.timer_starts)
