"""What can push a case. Each names the instance it is about; `n` is the activation it answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.vocabulary import CaseOutcome, Key


@dataclass(frozen=True, slots=True)
class Begin:
    """A new instance starts. `at` is a message, signal or timer start event; None the plain start.

    `answered` tells that the start form was filled in, so the implicit start task is done and not opened.
    """

    instance_key: Key
    variables: Mapping[str, Any]
    at: str | None = None
    answered: bool = True


@dataclass(frozen=True, slots=True)
class Complete:
    """A user task, job, decision or call is done."""

    instance_key: Key
    n: int
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trigger:
    """A timer fired, or a message or signal arrived."""

    instance_key: Key
    n: int
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ThrowError:
    """A worker turned its job into a BPMN error."""

    instance_key: Key
    n: int
    code: str
    message: str = ""
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fail:
    """What waits at `n` cannot go on until someone repairs it: an incident."""

    instance_key: Key
    n: int
    code: str
    sentence: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Retry:
    """The incident at `n` was repaired."""

    instance_key: Key
    n: int


@dataclass(frozen=True, slots=True)
class SetVariables:
    instance_key: Key
    variables: Mapping[str, Any]
    n: int | None = None


@dataclass(frozen=True, slots=True)
class End:
    """The instance is over before its end event: canceled, withdrawn, or rejected for good."""

    instance_key: Key
    outcome: CaseOutcome
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Reject:
    """The step at `n` was rejected with `gc.on_reject=end`: its scope ends with outcome `rejected`."""

    instance_key: Key
    n: int


@dataclass(frozen=True, slots=True)
class Rewind:
    """RETURN: undo the causal future of the targets, begin them anew."""

    instance_key: Key
    from_n: int
    targets: Sequence[str]
    allow_irreversible: bool = False


Stimulus = Begin | Complete | Trigger | ThrowError | Fail | Retry | SetVariables | End | Reject | Rewind
