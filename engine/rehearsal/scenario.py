"""The format of a scenario: a story of a case with what must hold on the way, one YAML file each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import yaml

from engine.errors import InvalidInput
from engine.feel import DaysDuration
from engine.feel.temporal import parse_duration

VERBS = frozenset(
    {
        "expect",
        "start",
        "vote",
        "complete",
        "claim",
        "release",
        "return",
        "withdraw",
        "cancel",
        "message",
        "signal",
        "job",
        "resolve",
        "advance",
        "until",
        "attempt",
        "decision",
    }
)
EXPECTATIONS = frozenset(
    {
        "inbox",
        "empty",
        "ended",
        "state",
        "outcome",
        "variables",
        "visited",
        "not_visited",
        "registers",
        "notified",
        "not_notified",
        "messages",
        "not_messages",
        "started",
        "not_started",
        "incidents",
        "due",
    }
)
_MEMBERS = frozenset({"id", "about", "at", "start", "steps", "expect"})


@dataclass(frozen=True, slots=True)
class Step:
    """`verb` is one of `VERBS`; `line` counts the steps from 1, for the sentence when one fails."""

    line: int
    verb: str
    value: Any


@dataclass(frozen=True, slots=True)
class Scenario:
    scenario_id: str
    about: str
    at: datetime
    start: Mapping[str, Any] | None
    steps: tuple[Step, ...]
    expect: Mapping[str, Any] = field(default_factory=dict)


class _Loader(yaml.SafeLoader):
    """YAML 1.1 without its surprises: `on` is a word, a date stays text, 0.1 is a decimal."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":timestamp", ":bool"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), ["t", "f"])


def _decimal(_loader: yaml.SafeLoader, node: yaml.ScalarNode) -> Decimal:
    return Decimal(node.value.replace("_", ""))


_Loader.add_constructor("tag:yaml.org,2002:float", _decimal)


def read(text: str) -> Scenario:
    """A scenario file. InvalidInput `invalid_scenario` for what it does not know: nothing is silently ignored."""
    try:
        document = yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader with fewer types
    except yaml.YAMLError as fault:
        raise _invalid(f"expected YAML, but {fault}") from None
    if not isinstance(document, dict):
        raise _invalid("expected a mapping")
    unknown = document.keys() - _MEMBERS
    if unknown:
        raise _invalid(f"expected the members {sorted(_MEMBERS)}, but found {sorted(unknown)}")
    for member in ("id", "about", "at"):
        if member not in document:
            raise _invalid(f"expected a member {member!r}, but there is none")
    expect = _expectations(document.get("expect") or {})
    steps = tuple(_step(line, each) for line, each in enumerate(document.get("steps") or (), 1))
    moment = moment_of(document["at"])
    return Scenario(str(document["id"]), str(document["about"]), moment, document.get("start"), steps, expect)


def moment_of(text: object) -> datetime:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        raise _invalid(f"expected a time like 2026-03-02T09:00+08:00, but found {text!r}") from None
    if moment.tzinfo is None:
        raise _invalid(f"expected a time with its offset from UTC, but found {text!r}")
    return moment


def duration_of(text: object) -> timedelta:
    """A duration of days, hours, minutes and seconds, such as P2D or PT4H."""
    value = parse_duration(str(text))
    if not isinstance(value, DaysDuration):
        raise _invalid(f"expected a duration like P2D or PT4H, but found {text!r}")
    return timedelta(microseconds=int(value.seconds * 1_000_000))


def _step(line: int, value: object) -> Step:
    if not isinstance(value, dict) or len(value) != 1:
        raise _invalid(f"expected step {line} to be one verb with its members, but found {value!r}")
    verb, members = next(iter(value.items()))
    if verb not in VERBS:
        raise _invalid(f"expected step {line} to be one of {sorted(VERBS)}, but found {verb!r}")
    return Step(line, verb, _expectations(members) if verb == "expect" else members)


def _expectations(value: Mapping[str, Any]) -> Mapping[str, Any]:
    unknown = value.keys() - EXPECTATIONS
    if unknown:
        raise _invalid(f"expected one of {sorted(EXPECTATIONS)}, but found {sorted(unknown)}")
    return value


def _invalid(message: str) -> InvalidInput:
    return InvalidInput("invalid_scenario", message)
