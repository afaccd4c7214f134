"""Answers against a form: who may write what, what is hidden by a condition, what is computed here, what is missing.

The server's word is final: nothing a browser computed, hid or defaulted is believed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, tzinfo
from typing import Any

import marshmallow

from forms.fields import Evaluate, Exists, Field, Level, Rights, Typed
from forms.masks import masked
from forms.problems import FormError, Problem, shown, step
from forms.values import Fault, in_zone, json_value, same, stored

MOST_PROBLEMS = 100
REFERENCES = ("person", "unit", "role")


@dataclass(frozen=True, slots=True)
class Granted:
    """The right of one reader to each field of a level. A column has the table's right unless it has its own (`lines.qty`)."""

    rights: Rights
    default: str
    table: str = ""
    is_reading: bool = False

    def to(self, key: str) -> str:
        right = self.rights.get(f"{self.table}.{key}" if self.table else key, self.default)
        return "read" if self.is_reading and right == "write" else right

    def within(self, table: str) -> Granted:
        return Granted(self.rights, self.to(table), table, self.is_reading)

    def reading(self) -> Granted:
        """The same reader where nothing may be written now."""
        return replace(self, is_reading=True)

    def may_enter(self, each: Field) -> bool:
        """A table may be entered when one of its columns may be written."""
        if each.table is None:
            return self.to(each.key) == "write"
        columns = self.within(each.key)
        return self.to(each.key) == "write" or any(columns.to(column.key) == "write" for column in each.table.fields)


@dataclass(slots=True)
class Asked:
    """What one check needs everywhere, and the problems it has found so far."""

    evaluate: Evaluate
    now: datetime | None = None
    exists: Exists | None = None
    problems: list[Problem] = field(default_factory=list)
    # Told only when all else is right: a wrong answer makes what is computed from it differ too.
    differing: list[Problem] = field(default_factory=list)

    @property
    def zone(self) -> tzinfo | None:
        return self.now.tzinfo if self.now is not None else None

    def refuse(self, path: str, code: str, message: str, **facts: Any) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(path, code, message, facts))

    def is_true(self, condition: str | None, context: Mapping[str, Any]) -> bool:
        return condition is not None and self.evaluate(condition, context) is True


def check(level: Level, answers: object, granted: Granted, variables: Mapping[str, Any], asked: Asked) -> dict[str, Any]:
    """The cleaned answers as JSON values: what this reader may write, and what is computed. See `Form.check`."""
    if not isinstance(answers, Mapping):
        raise FormError([Problem("", "wrong_type", f"expected an object with answers, but got {shown(answers)}")])
    may_write = any(granted.may_enter(each) for each in level.fields)
    if not answers and not may_write:
        return {}
    values = _filled(level, answers, granted, variables, asked)
    problems = asked.problems or asked.differing[:MOST_PROBLEMS]
    if problems:
        raise FormError(problems)
    if not may_write:  # who only reads changes nothing, so a vote does not change what the next one votes on
        return {}
    kept: dict[str, Any] = {}
    for each in level.fields:
        is_ours = each.computed is not None or granted.may_enter(each)
        if is_ours and (values[each.key] is not None or variables.get(each.key) is not None):
            kept[each.key] = json_value(values[each.key])
    return kept


def missing(level: Level, granted: Granted, variables: Mapping[str, Any], asked: Asked) -> list[str]:
    """Keys of the fields that must be filled before the case can go on, in the order of the form."""
    _filled(level, {}, granted, variables, asked)
    found = {problem.path.split("/")[0] for problem in asked.problems if problem.code in ("required", "too_few")}
    return [each.key for each in level.fields if each.key in found]


def _filled(
    level: Level, answers: Mapping[Any, Any], granted: Granted, variables: Mapping[str, Any], asked: Asked
) -> dict[str, Typed]:
    before = {each.key: stored(each, variables.get(each.key)) for each in level.fields}
    return Filling(asked, level, answers, before, granted, variables, "").values()


class Filling:
    """One form, or one row of a table, being filled: `context` is what its expressions read."""

    def __init__(
        self,
        asked: Asked,
        level: Level,
        answers: Mapping[Any, Any],
        before: Mapping[str, Typed],
        granted: Granted,
        around: Mapping[str, Any],
        path: str,
    ) -> None:
        zone = asked.zone
        self.asked = asked
        self.level = level
        self.granted = granted
        self.path = path
        self.before = {key: in_zone(value, zone) for key, value in before.items()}
        self.context: dict[str, Any] = {**around, **self.before}
        self.hiding: dict[str, bool] = {}
        self.failed: frozenset[object] = frozenset()
        self.sent = {key: in_zone(value, zone) for key, value in self._right_on_their_own(answers).items()}

    def values(self) -> dict[str, Typed]:
        """All values after these answers; what is wrong is added to the problems."""
        entered = []
        for each in self.level.in_order:
            may_write = self.granted.may_enter(each)
            if any(self._is_hidden_by(condition) for condition in each.hide):
                if may_write or each.computed is not None:
                    self.context[each.key] = None
            elif each.computed is not None:
                self.context[each.key] = self._computed(each, each.computed)
            elif not may_write or each.readonly or self.asked.is_true(each.readonly_when, self.context):
                self._kept(each)
                if may_write and self.context[each.key] is None:
                    self.context[each.key] = self._default(each)
            elif each.key not in self.failed:
                self.context[each.key] = self._entered(each)
                entered.append(each)
        for each in entered:
            self._must_be_given(each)
            self._must_keep_bounds(each)
        return {each.key: self.context[each.key] for each in self.level.fields}

    def _is_hidden_by(self, condition: str) -> bool:
        """Asked once for all fields of a group: what it reads has its value before the first of them is reached."""
        if condition not in self.hiding:
            self.hiding[condition] = self.asked.is_true(condition, self.context)
        return self.hiding[condition]

    def _right_on_their_own(self, answers: Mapping[Any, Any]) -> dict[str, Any]:
        """The answers to visible fields that have the right type and size; the others go to `failed`."""
        admitted = dict(answers)
        for each in self.level.fields:
            if each.key not in admitted:
                continue
            right = self.granted.to(each.key)
            if right == "hide" and not self.granted.may_enter(each):
                self._refuse(each.key, "hidden_field", "expected no answer, but one was given to a hidden field")
                del admitted[each.key]
            elif right == "mask" and not self.granted.may_enter(each):
                # Comparing with the true value would let a reader guess at it.
                if admitted[each.key] != masked(each, json_value(self.before[each.key])):
                    self._refuse(each.key, "read_only_field", "expected no answer, but one was given to a masked field")
                del admitted[each.key]
        try:
            right_ones: dict[str, Any] = self.level.schema.load(admitted)
        except marshmallow.ValidationError as error:
            faults: dict[Any, list[Any]] = error.messages_dict
            self.failed = frozenset(faults)
            for key, found in faults.items():
                self._report(key, found)
            valid: Any = error.valid_data
            right_ones = {key: value for key, value in valid.items() if key not in faults}
        return right_ones

    def _report(self, key: object, faults: list[Any]) -> None:
        for fault in faults:
            if isinstance(fault, Fault):
                place = step(self.path, key)
                place = step(place, fault.within) if fault.within else place
                self.asked.refuse(place, fault.code, fault.message, **fault.facts)
            else:
                self._refuse(key, "unknown_field", f"expected a field of this form, but it has no {shown(key)}")

    def _computed(self, each: Field, expression: str) -> Typed:
        value = in_zone(stored(each, self.asked.evaluate(expression, self.context)), self.asked.zone)
        sent = self.sent.get(each.key, value)
        if not same(sent, value) and not same(sent, self.before[each.key]):
            message = f"expected {shown(json_value(value))} as computed here, but got {shown(json_value(sent))}"
            self.asked.differing.append(Problem(step(self.path, each.key), "computed_field", message))
        return value

    def _kept(self, each: Field) -> None:
        """The value stays; sending it back as it is does no harm."""
        if each.key not in self.sent:
            return
        if each.table is not None:
            self._rows(each, each.table, self.granted.within(each.key).reading())
        elif not same(self.sent[each.key], self.before[each.key]):
            self._refuse(each.key, "read_only_field", "expected the value as it was, but this field may not be changed here")

    def _entered(self, each: Field) -> Typed:
        if each.table is not None:
            return self._rows(each, each.table, self.granted.within(each.key))
        if each.key in self.sent:
            sent: Typed = self.sent[each.key]
            return sent
        old = self.before[each.key]
        return old if old is not None else self._default(each)

    def _default(self, each: Field) -> Typed:
        if each.default_when_empty is None:
            return each.default
        return in_zone(stored(each, self.asked.evaluate(each.default_when_empty, self.context)), self.asked.zone)

    def _rows(self, table: Field, columns: Level, granted: Granted) -> Typed:
        """The rows as sent, or, when none were sent, the old ones computed anew."""
        kept = self.before[table.key]
        old = kept if isinstance(kept, list) else []
        if table.key not in self.sent:
            return self._filled_rows(table, columns, [{} for _ in old], old, granted.reading()) or None
        given = self.sent[table.key]
        sent = given if isinstance(given, list) else []
        is_locked = any(each.computed is None and (each.readonly or granted.to(each.key) != "write") for each in columns.fields)
        if is_locked and len(sent) != len(old) and (old or granted.is_reading):
            # The rows hold values that this reader does not send, and only their place tells which row they belong to.
            message = f"expected the {len(old)} rows that are there, since some columns may not be changed, but got {len(sent)}"
            self._refuse(table.key, "read_only_field", message, rows=len(old))
            return old
        return self._filled_rows(table, columns, sent, old if is_locked else [], granted) or None

    def _filled_rows(
        self, table: Field, columns: Level, sent: list[Any], old: list[dict[str, Typed]], granted: Granted
    ) -> list[Any]:
        filled = []
        for index, row in enumerate(sent):
            place = step(step(self.path, table.key), index)
            if not isinstance(row, Mapping):
                self.asked.refuse(place, "wrong_type", f"expected an object with the row's columns, but got {shown(row)}")
                continue
            kept = old[index] if index < len(old) else {}
            before = {column.key: kept.get(column.key) for column in columns.fields}
            filled.append(Filling(self.asked, columns, row, before, granted, self.context, place).values())
        return filled

    def _must_be_given(self, each: Field) -> None:
        value = self.context[each.key]
        is_unticked = value is False and each.kind == "boolean"
        is_blank = value is None or value == [] or is_unticked or (isinstance(value, str) and not value.strip())
        if is_blank and (each.required or self.asked.is_true(each.required_when, self.context)):
            self._refuse(each.key, "required", f"expected an answer to {each.label_en}, but got none", label=each.label)
        elif not is_blank and isinstance(value, list) and len(value) < each.fewest:
            self._refuse(each.key, "too_few", f"expected at least {each.fewest}, but got {len(value)}", min=each.fewest)

    def _must_keep_bounds(self, each: Field) -> None:
        """Rules between a value and something else: another date, today, the organisation."""
        value = self.context[each.key]
        if value is None:
            return
        self._must_keep_order(each, value)
        if each.key not in self.sent:
            return
        if each.not_past and isinstance(value, date) and self.asked.now is not None:
            now: date = self.asked.now if isinstance(value, datetime) else self.asked.now.date()
            if value < now:
                self._refuse(each.key, "out_of_range", f"expected a time to come, but got {json_value(value)}")
        if each.type in REFERENCES and self.asked.exists is not None:
            for one in value if isinstance(value, list) else [value]:
                if not self.asked.exists(each.type, one):
                    self._refuse(each.key, "unknown_reference", f"expected a known {each.type}, but there is no {shown(one)}")

    def _must_keep_order(self, each: Field, value: Any) -> None:
        for other, may_be_equal in ((each.after, False), (each.not_before, True)):
            limit = self.context.get(other) if other is not None else None
            if limit is None or not _comparable(value, limit) or value > limit or (may_be_equal and value == limit):
                continue
            neighbour = self.level.by_key(other)
            words = "not before" if may_be_equal else "after"
            message = f"expected a value {words} {neighbour.label_en if neighbour else other}, but got {json_value(value)}"
            self._refuse(each.key, "date_order", message, other=other, other_label=neighbour.label if neighbour else other)

    def _refuse(self, key: object, code: str, message: str, **facts: Any) -> None:
        self.asked.refuse(step(self.path, key), code, message, **facts)


def _comparable(one: Any, other: Any) -> bool:
    """Times with and without a zone cannot be put in order."""
    return type(one) is type(other) and (getattr(one, "tzinfo", None) is None) == (getattr(other, "tzinfo", None) is None)
