"""Our own settings, `gc.` properties: known names in their place with a value that can be honoured, each once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from engine.bpmn.definition import ACTIVITIES, Kind
from engine.bpmn.dialect import ZEEBE
from engine.bpmn.parse_xml import Node
from engine.bpmn.problems import Problems

PROCESS, FLOW, FLOW_NODE = "process", "sequenceFlow", "flow node"
_OUTCOME = re.compile(r"[^\W\d]\w*(?:[.-]\w+)*\s*(:\s*(for|against|abstain))?")
_NOT_YET = "is known, but not built yet"

Check = Callable[[str], str | None]
"""The reason a value is refused, or None."""


@dataclass(frozen=True, slots=True)
class Setting:
    """`on`: PROCESS, FLOW, FLOW_NODE (any) or kinds of elements. `check` None: the name is not built yet."""

    on: frozenset[str]
    check: Check | None


def _one_of(*values: str) -> Check:
    return lambda value: None if value in values else f"expected {' or '.join(values)}"


def _not_empty(value: str) -> str | None:
    return None if value.strip() else "expected a text"


def _words(value: str) -> str | None:
    return None if re.fullmatch(r"\s*[\w-]+(\s*,\s*[\w-]+)*\s*", value) else "expected names with commas between them"


def _sign(value: str) -> str | None:
    if value in ("any", "all", "sequential", "receipt") or re.fullmatch(r"count:([1-9]\d?|100)", value, re.ASCII):
        return None
    if value == "committee" or value.startswith(("ratio:", "weight:")):
        return f"the mode {value} {_NOT_YET}"
    return "expected any, all, sequential, count:<n> or receipt"


def _outcomes(value: str) -> str | None:
    parts = [part.strip() for part in value.split(",")]
    names = [part.partition(":")[0].strip() for part in parts]
    if not all(_OUTCOME.fullmatch(part) for part in parts) or len(set(names)) != len(names):
        return "expected names like approve:for, reject:against"
    return None if any(_stance(part) == "for" for part in parts) else "expected at least one outcome that is for"


def _stance(outcome: str) -> str:
    return outcome.partition(":")[2].strip() or "for"


def _on_reject(value: str) -> str | None:
    fits = value in ("flow", "return_to_start", "end") or re.fullmatch(r"return_to:\S+", value)
    return None if fits else "expected flow, return_to_start, return_to:<element> or end"


def _nobody(value: str) -> str | None:
    fits = value in ("incident", "superior", "skip") or re.fullmatch(r"role:\S+", value)
    return None if fits else "expected incident, superior, role:<id> or skip"


def _only_yet(built: str, *others: str) -> Check:
    def check(value: str) -> str | None:
        if value == built:
            return None
        return f"{value} {_NOT_YET}" if value in others else f"expected {built}"

    return check


_TRUTH = _one_of("true", "false")
_NODES = frozenset({FLOW_NODE})
_EVERYTHING = frozenset({PROCESS, FLOW, FLOW_NODE})
_USER_TASK = frozenset({Kind.USER_TASK})
_PEOPLE = frozenset({Kind.USER_TASK, Kind.START_EVENT})
_DOING = frozenset({*ACTIVITIES, Kind.INTERMEDIATE_THROW_EVENT, Kind.END_EVENT})

SETTINGS: Mapping[str, Setting] = MappingProxyType(
    {
        "gc.dialect": Setting(frozenset({PROCESS}), _one_of("1")),
        "gc.title": Setting(frozenset({PROCESS, *_PEOPLE}), _not_empty),
        "gc.summary": Setting(frozenset({PROCESS, *_PEOPLE}), _not_empty),
        "gc.withdraw_until": Setting(frozenset({PROCESS}), _not_empty),
        "gc.name.en": Setting(_EVERYTHING, _not_empty),
        "gc.label.en": Setting(_EVERYTHING, _not_empty),
        "gc.clause": Setting(_EVERYTHING, _not_empty),
        "gc.print": Setting(frozenset({PROCESS, *_PEOPLE}), _not_empty),
        "gc.phrases": Setting(frozenset({PROCESS, *_PEOPLE}), _not_empty),
        "gc.sign": Setting(_USER_TASK, _sign),
        "gc.decide": Setting(_USER_TASK, _one_of("early", "all")),
        "gc.outcomes": Setting(_USER_TASK, _outcomes),
        "gc.outcome_variable": Setting(_USER_TASK, _not_empty),
        "gc.on_reject": Setting(_USER_TASK, _on_reject),
        "gc.starter_is_approver": Setting(_USER_TASK, _one_of("superior", "skip", "self")),
        "gc.nobody": Setting(_USER_TASK, _nobody),
        "gc.dedupe": Setting(_USER_TASK, _only_yet("off", "consecutive", "earlier")),
        "gc.different_from": Setting(_USER_TASK, _not_empty),
        "gc.different": Setting(_USER_TASK, _one_of("unit")),
        "gc.reapprove": Setting(_USER_TASK, _only_yet("all", "changed")),
        "gc.allow": Setting(frozenset({Kind.USER_TASK, Kind.CALL_ACTIVITY}), _words),
        "gc.reason": Setting(_USER_TASK, _words),
        "gc.copy_to": Setting(frozenset({PROCESS, *_PEOPLE}), _not_empty),
        "gc.case_outcome": Setting(frozenset({Kind.END_EVENT}), _one_of("approved", "rejected", "withdrawn", "canceled")),
        "gc.on_redo": Setting(_DOING, _one_of("repeat", "keep")),
        "gc.irreversible": Setting(_DOING, _TRUTH),
        **{
            name: Setting(_NODES, None)
            for name in (
                "gc.overdue",
                "gc.watch",
                "gc.bound",
                "gc.signature",
                "gc.batch",
                "gc.one_tap",
                "gc.choose",
                "gc.undo_seconds",
            )
        },
    }
)
_FIELD = re.compile(r"gc\.field\.\S.*")
_FIELD_RIGHTS = _one_of("write", "read", "hide", "mask")
_FIELD_LEAVES = _one_of("callback")


def read_properties(node: Node, place: str, problems: Problems) -> dict[str, str]:
    """The name and value pairs of `node`; `place`: PROCESS, FLOW or the kind of element."""
    found: dict[str, str] = {}
    for each in node.iterfind(f"{{*}}extensionElements/{{{ZEEBE}}}properties/{{{ZEEBE}}}property"):
        name, value = str(each.get("name") or ""), str(each.get("value") or "")
        if name in found:
            problems.add("duplicate", f"expected {name} once, but it is there more than once", each)
        found[name] = value
        if name.startswith("gc") and not name.startswith("gc."):
            problems.add("unknown_property", f"expected a setting gc.<name>, but found {name}", each)
        elif name.startswith("gc."):
            _check(each, name, value, place, problems)
    if found.get("gc.different") and not found.get("gc.sign", "").startswith("count:"):
        problems.add("misplaced", "expected gc.different=unit only beside gc.sign=count:<n>", node)
    outcomes = found.get("gc.outcomes", "")
    if found.get("gc.sign") == "receipt" and any(_stance(part) != "for" for part in outcomes.split(",")):
        problems.add("invalid_value", "expected only outcomes that are for on a receipt, which nobody can reject", node)
    return found


def _check(node: Node, name: str, value: str, place: str, problems: Problems) -> None:
    if _FIELD.fullmatch(name):
        if place not in (PROCESS, *_PEOPLE):
            problems.add("misplaced", f"expected {name} on a user task, but it stands on {place}", node)
            return
        refused = (_FIELD_LEAVES if place == PROCESS else _FIELD_RIGHTS)(value)
    else:
        setting = SETTINGS.get(name)
        if setting is None:
            problems.add("unknown_property", f"expected a known setting, but {name} is none", node)
            return
        if setting.check is None:
            problems.add("not_built", f"{name} {_NOT_YET}", node)
            return
        if not ({place, FLOW_NODE} if place not in (PROCESS, FLOW) else {place}) & setting.on:
            problems.add("misplaced", f"expected {name} on {' or '.join(sorted(setting.on))}, but it stands on {place}", node)
            return
        refused = setting.check(value)
    if refused is not None:
        problems.add("not_built" if _NOT_YET in refused else "invalid_value", f"{name}={value}: {refused}", node)
