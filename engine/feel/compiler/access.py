"""Reading: constants, names, members, lists and contexts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from engine.feel import tree
from engine.feel.builtins import BUILTINS
from engine.feel.compiler.dispatch import compile_node, compiles
from engine.feel.conversion import from_python
from engine.feel.operators import span
from engine.feel.scope import Closure, Frame, Run, raw
from engine.feel.values import (
    KINDS,
    Date,
    DateTime,
    DaysDuration,
    HasMembers,
    MonthsDuration,
    Range,
    Time,
    Value,
    kind,
)


@compiles(tree.Literal)
def _literal(node: tree.Literal) -> Closure:
    value = node.value
    return lambda _frame: value


@compiles(tree.Name)
def _name(node: tree.Name) -> Closure:
    name, position = node.name, node.position

    def read(frame: Frame) -> Value:
        scope = frame
        while name not in scope.names:
            if scope.parent is None:
                return _outside(frame.run, name, position)
            scope = scope.parent
        value = scope.names[name]
        if value is None:
            frame.run.warn("null_value", f"{name} is null", name, position)
            return None
        return value if scope.parent is not None else scope.read(name, value)

    return read


def _outside(run: Run, name: str, position: int) -> Value:
    if run.functions is not None and name in run.functions:
        return run.functions[name]
    if name in BUILTINS:
        return BUILTINS[name].as_value()
    run.warn("unknown_name", f"expected a variable {name}, but there is none", name, position)
    return None


@compiles(tree.Path)
def _path(node: tree.Path) -> Closure:
    chain = _members(node)
    if isinstance(chain[0], tree.Name):
        return _path_of_name(chain[0].name, node, chain[1])
    source, member, position = compile_node(node.source), node.member, node.position

    def read(frame: Frame) -> Value:
        return member_of(source(frame), member, frame.run, position)

    return read


def _members(node: tree.Path) -> tuple[tree.Node, tuple[str, ...]]:
    members = [node.member]
    source = node.source
    while isinstance(source, tree.Path):
        members.append(source.member)
        source = source.source
    return source, tuple(reversed(members))


def _path_of_name(name: str, node: tree.Path, members: tuple[str, ...]) -> Closure:
    """`a.b.c` walks the host's dictionaries as they are and converts only what it finds at the end."""
    position = node.position
    whole = compile_node(tree.Name(position, name))

    def read(frame: Frame) -> Value:
        value, scope = raw(frame, name)
        step = 0
        if scope is not None and scope.parent is None:
            while step < len(members):
                if type(value) is dict and members[step] in value:
                    value = value[members[step]]
                elif type(value) is list and all(type(item) is dict and members[step] in item for item in value):
                    frame.run.spend(len(value))
                    value = [item[members[step]] for item in value]
                else:
                    break
                step += 1
            if step:
                value = from_python(value)
                if value is None:
                    frame.run.warn(
                        "null_value", f"{name}.{'.'.join(members[:step])} is null", ".".join((name, *members[:step])), position
                    )
        if not step:
            value = whole(frame)
        for member in members[step:]:
            value = member_of(value, member, frame.run, position)
        return value

    return read


def member_of(value: Value, member: str, run: Run, position: int | None = None) -> Value:
    if type(value) is dict:
        if member in value:
            return value[member]
        return _no_member(value, member, run, position)
    if type(value) is list:
        run.spend(len(value))
        run.descend(1)
        found = [member_of(item, member, run, position) for item in value]
        run.ascend(1)
        return found
    property_of = _PROPERTIES.get((type(value), member))
    if property_of is not None:
        return property_of(value)
    if type(value) not in KINDS and isinstance(value, HasMembers):
        members = value.feel_members()
        if member in members:
            return from_python(members[member])
    return _no_member(value, member, run, position)


def _no_member(value: Value, member: str, run: Run, position: int | None) -> None:
    if value is not None and run.warnings is not None:
        run.warn("unknown_member", f"expected a member {member}, but the {kind(value)} has none", member, position)


def names_of(value: Value) -> Mapping[str, Value] | None:
    """What a filter condition can name without saying of what; None where there is nothing to name."""
    if type(value) is dict:
        return value
    if type(value) not in KINDS and isinstance(value, HasMembers):
        return {name: from_python(member) for name, member in value.feel_members().items()}
    return None


@compiles(tree.ListOf)
def _list(node: tree.ListOf) -> Closure:
    if all(isinstance(item, tree.Literal) for item in node.items):
        constant = [item.value for item in node.items if isinstance(item, tree.Literal)]
        # a copy: what is returned belongs to the host
        return lambda _frame: constant.copy()
    items = tuple(compile_node(item) for item in node.items)
    return lambda frame: [item(frame) for item in items]


@compiles(tree.ContextOf)
def _context(node: tree.ContextOf) -> Closure:
    entries = tuple((name, compile_node(value)) for name, value in node.entries)
    twice = len({name for name, _ in entries}) != len(entries)
    position = node.position

    def build(frame: Frame) -> Value:
        if twice:
            frame.run.warn("failed_operation", "expected every key once, but one is there twice", None, position)
            return None
        context: dict[str, Value] = {}
        inner = Frame(context, frame, frame.run)
        for name, value in entries:
            context[name] = value(inner)
        return context

    return build


@compiles(tree.RangeOf)
def _range(node: tree.RangeOf) -> Closure:
    low = compile_node(node.low) if node.low is not None else None
    high = compile_node(node.high) if node.high is not None else None
    low_included, high_included, position = node.low_included, node.high_included, node.position

    def build(frame: Frame) -> Value:
        start, end = low(frame) if low else None, high(frame) if high else None
        # an end that is written but null is no open end
        is_broken = (low is not None and start is None) or (high is not None and end is None)
        extent = None if is_broken else span(start, end, low_included, high_included)
        if extent is None:
            frame.run.warn("failed_operation", "expected two ends of one type, the lower first", None, position)
        return extent

    return build


def _part(size: int, wrap: int | None) -> Callable[[DaysDuration], Decimal]:
    def part(value: DaysDuration) -> Decimal:
        amount = abs(value.seconds)
        amount = amount // size if size > 1 else amount
        amount = amount % wrap if wrap else amount
        return -amount if value.seconds < 0 else amount

    return part


def _signed(value: MonthsDuration, amount: int) -> Decimal:
    return Decimal(-amount if value.months < 0 else amount)


def _offset(offset: int | None) -> DaysDuration | None:
    return None if offset is None else DaysDuration(Decimal(offset))


_PROPERTIES: dict[tuple[type, str], Callable[[Any], Value]] = {
    (Date, "year"): lambda value: Decimal(value.year),
    (Date, "month"): lambda value: Decimal(value.month),
    (Date, "day"): lambda value: Decimal(value.day),
    (Date, "weekday"): lambda value: Decimal(value.weekday),
    (DateTime, "year"): lambda value: Decimal(value.date.year),
    (DateTime, "month"): lambda value: Decimal(value.date.month),
    (DateTime, "day"): lambda value: Decimal(value.date.day),
    (DateTime, "weekday"): lambda value: Decimal(value.date.weekday),
    (DateTime, "hour"): lambda value: Decimal(value.time.hour),
    (DateTime, "minute"): lambda value: Decimal(value.time.minute),
    (DateTime, "second"): lambda value: value.time.second,
    (DateTime, "time offset"): lambda value: _offset(value.offset),
    (DateTime, "timezone"): lambda value: value.time.zone,
    (Time, "hour"): lambda value: Decimal(value.hour),
    (Time, "minute"): lambda value: Decimal(value.minute),
    (Time, "second"): lambda value: value.second,
    (Time, "time offset"): lambda value: _offset(value.offset_on()),
    (Time, "timezone"): lambda value: value.zone,
    (DaysDuration, "days"): _part(86_400, None),
    (DaysDuration, "hours"): _part(3600, 24),
    (DaysDuration, "minutes"): _part(60, 60),
    (DaysDuration, "seconds"): _part(1, 60),
    (MonthsDuration, "years"): lambda value: _signed(value, abs(value.months) // 12),
    (MonthsDuration, "months"): lambda value: _signed(value, abs(value.months) % 12),
    (Range, "start"): lambda value: value.low,
    (Range, "end"): lambda value: value.high,
    (Range, "start included"): lambda value: value.low_included,
    (Range, "end included"): lambda value: value.high_included,
}
