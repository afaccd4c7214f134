"""Plays a scenario in a house (in memory, or the commands over a database) and says the first thing that was not so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from engine.errors import Rejection
from engine.rehearsal.scenario import Scenario, Step, duration_of, moment_of
from engine.vocabulary import Traced


class House(Protocol):
    """What a scenario can do and see. Places are `process/element`; cases are all that the story started."""

    def begin(self, at: datetime) -> None: ...
    def start(self, process: str, by: str, answers: Mapping[str, Any], at: str | None) -> None: ...
    def inbox(self, user: str) -> list[str]: ...
    def vote(self, user: str, place: str, outcome: str | None, comment: str | None, answers: Mapping[str, Any]) -> None: ...
    def claim(self, user: str, place: str) -> None: ...
    def release(self, user: str, place: str) -> None: ...
    def return_to(self, user: str, place: str, target: str | None, comment: str) -> None: ...
    def withdraw(self, user: str, comment: str | None) -> None: ...
    def cancel(self, user: str, comment: str | None) -> None: ...
    def publish(self, name: str, key: str, variables: Mapping[str, Any], time_to_live: timedelta) -> None: ...
    def signal(self, name: str, variables: Mapping[str, Any]) -> None: ...
    def complete_job(self, job_type: str, variables: Mapping[str, Any]) -> None: ...
    def fail_job(self, job_type: str, message: str) -> None: ...
    def throw_error(self, job_type: str, code: str, variables: Mapping[str, Any]) -> None: ...
    def resolve(self, element: str, variables: Mapping[str, Any]) -> None: ...
    def until(self, moment: datetime) -> None: ...
    def now(self) -> datetime: ...
    def decide(self, decision: str, inputs: Mapping[str, Any]) -> Any: ...
    def state(self) -> tuple[bool, str, str | None, Mapping[str, Any]]:
        """Of the first case: ended, state, outcome, variables."""

    def trace(self) -> list[tuple[str, Traced]]:
        """Of all cases, one instance after another: (`process/element`, entered | completed | canceled) in order."""

    def registers(self) -> list[tuple[str, Mapping[str, Any]]]: ...
    def notified(self) -> list[str]:
        """User ids that were sent a notice, in order."""

    def messages(self) -> list[str]:
        """Names of messages and signals that cases sent, in order."""

    def started(self) -> list[str]:
        """Process ids of all instances, in order of their start."""

    def incidents(self) -> list[str]:
        """Codes of open incidents."""

    def due(self, place: str) -> datetime | None: ...


class Unmet(AssertionError):
    """Something the scenario expected was not so."""


def play(scenario: Scenario, house: House) -> None:
    """Raises `Unmet` with the step's number, what was expected and what was found."""
    house.begin(scenario.at)
    if scenario.start is not None:
        _do(house, Step(0, "start", scenario.start))
    for step in scenario.steps:
        _do(house, step)
    _check(house, 0, scenario.expect)


def _do(house: House, step: Step) -> None:
    members = step.value
    try:
        match step.verb:
            case "expect":
                _check(house, step.line, members)
            case "advance":
                house.until(house.now() + duration_of(str(members)))
            case "until":
                house.until(moment_of(members))
            case "attempt":
                _attempt(house, step)
            case "decision":
                _decide(house, step)
            case verb:
                _act(house, verb, members)
    except Rejection as refused:
        raise Unmet(f"step {step.line} ({step.verb}): refused as {refused.code}: {refused.message} {refused.facts}") from refused


def _act(house: House, verb: str, members: Mapping[str, Any]) -> None:
    user, place = str(members.get("as", "")), str(members.get("on", ""))
    variables = members.get("variables") or {}
    match verb:
        case "start":
            house.start(members["process"], str(members.get("by", "")), members.get("form") or {}, members.get("at"))
        case "vote" | "complete":
            house.vote(user, place, members.get("outcome"), members.get("comment"), members.get("answers") or {})
        case "claim":
            house.claim(user, place)
        case "release":
            house.release(user, place)
        case "return":
            house.return_to(user, place, members.get("to"), str(members.get("comment", "")))
        case "withdraw":
            house.withdraw(user, members.get("comment"))
        case "cancel":
            house.cancel(user, members.get("comment"))
        case "message":
            time_to_live = duration_of(str(members.get("time_to_live", "PT0S")))
            house.publish(members["name"], str(members.get("key", "")), variables, time_to_live)
        case "signal":
            house.signal(members["name"], variables)
        case "resolve":
            house.resolve(members["element"], variables)
        case "job" if "complete" in members:
            house.complete_job(members["type"], members["complete"] or {})
        case "job" if "fail" in members:
            house.fail_job(members["type"], str(members["fail"]))
        case "job":
            house.throw_error(members["type"], str(members["error"]), variables)


def _attempt(house: House, step: Step) -> None:
    """`{as, <verb>: <place or members>, refused: <code>}`: the house says no, with this code."""
    members = dict(step.value)
    wanted, user = members.pop("refused"), members.pop("as", "")
    verb = next(name for name in members if name not in ("outcome", "comment", "answers", "form", "by"))
    given = members.pop(verb)
    inner = dict(given) if isinstance(given, Mapping) else {"process" if verb == "start" else "on": given}
    inner = {**members, **inner, "as": user}
    inner.setdefault("by", user)
    try:
        _act(house, verb, inner)
    except Rejection as refused:
        if refused.code != wanted:
            raise Unmet(f"step {step.line}: expected {verb} to be refused as {wanted}, but it was {refused.code}") from refused
        return
    raise Unmet(f"step {step.line}: expected {verb} by {user} to be refused as {wanted}, but it was done")


def _decide(house: House, step: Step) -> None:
    members = step.value
    found = house.decide(members["id"], members.get("inputs") or {})
    _same(step.line, f"decision {members['id']}", members.get("gives"), found)


def _check(house: House, line: int, expected: Mapping[str, Any]) -> None:
    for name, wanted in expected.items():
        match name:
            case "inbox":
                for user, places in wanted.items():
                    _same(line, f"inbox of {user}", sorted(places), sorted(house.inbox(user)))
            case "empty":
                for user in wanted:
                    _same(line, f"inbox of {user}", [], house.inbox(user))
            case "ended" | "state" | "outcome":
                ended, state, outcome, _ = house.state()
                _same(line, name, wanted, {"ended": ended, "state": state, "outcome": outcome}[name])
            case "variables":
                variables = house.state()[3]
                for key, value in wanted.items():
                    _same(line, f"variable {key}", value, variables.get(key))
            case "visited" | "not_visited":
                _visited(line, house.trace(), wanted, is_wanted=name == "visited")
            case "registers":
                _registers(line, house.registers(), wanted)
            case "due":
                for place, moment in wanted.items():
                    _same(line, f"due date of {place}", moment_of(moment), house.due(place))
            case _:
                _listed(line, name, wanted, _LISTS[name.removeprefix("not_")](house))


_LISTS: dict[str, Any] = {
    "notified": lambda house: house.notified(),
    "messages": lambda house: house.messages(),
    "started": lambda house: house.started(),
    "incidents": lambda house: house.incidents(),
}


def _listed(line: int, name: str, wanted: Sequence[str], found: Sequence[str]) -> None:
    for each in wanted:
        if (each in found) is name.startswith("not_"):
            raise Unmet(f"step {line}: expected {name} {each!r}, but found {list(found)}")
    if name == "incidents" and sorted(wanted) != sorted(found):
        raise Unmet(f"step {line}: expected the incidents {list(wanted)}, but found {list(found)}")


def _visited(line: int, trace: Sequence[tuple[str, Traced]], wanted: Sequence[str], *, is_wanted: bool) -> None:
    entered = {place for place, what in trace if what is Traced.ENTERED}
    entered |= {place.partition("/")[2] for place in entered}
    for place in wanted:
        if (place in entered) is not is_wanted:
            seen = [p for p, what in trace if what is Traced.ENTERED]
            raise Unmet(
                f"step {line}: expected {place!r} {'to be' if is_wanted else 'not to be'} entered, but entered were {seen}"
            )


def _registers(line: int, found: Sequence[tuple[str, Mapping[str, Any]]], wanted: Mapping[str, Any]) -> None:
    """`{register: 2}` counts the entries; `{register: {key: value}}` wants one entry with these values."""
    for register, what in wanted.items():
        entries = [record for name, record in found if name == register]
        if isinstance(what, Mapping):
            if not any(all(_equal(value, entry.get(key)) for key, value in what.items()) for entry in entries):
                raise Unmet(f"step {line}: expected an entry {dict(what)} in {register!r}, but found {entries}")
        else:
            _same(line, f"entries of {register!r}", what, len(entries))


def _same(line: int, what: str, wanted: Any, found: Any) -> None:
    if not _equal(wanted, found):
        raise Unmet(f"step {line}: expected {what} to be {wanted!r}, but found {found!r}")


def _equal(wanted: Any, found: Any) -> bool:
    """Deep equality; a mapping that is wanted names only the members it is about."""
    if isinstance(wanted, Mapping):
        return isinstance(found, Mapping) and all(_equal(value, found.get(key)) for key, value in wanted.items())
    if isinstance(wanted, list):
        return isinstance(found, list) and len(found) == len(wanted) and all(map(_equal, wanted, found))
    if isinstance(wanted, bool) or isinstance(found, bool):
        return wanted is found
    return bool(wanted == found)
