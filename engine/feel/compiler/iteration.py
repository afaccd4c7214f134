"""Loops: `for`, `some`, `every` and filters. Every turn is a step of the budget."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

from engine.feel import tree
from engine.feel.compiler.access import names_of
from engine.feel.compiler.dispatch import compile_node, compiles
from engine.feel.limits import exceeded
from engine.feel.scope import Closure, Frame, Run
from engine.feel.values import Date, Range, Value

PARTIAL = "partial"
"""What a `for` has come to so far."""

_Iteration: TypeAlias = tuple[str, Closure, Closure | None]


@compiles(tree.For)
def _for(node: tree.For) -> Closure:
    iterations, body, cost = _iterations(node.iterations), compile_node(node.body), tree.weight(node.body)
    shows_partial = any(isinstance(part, tree.Name) and part.name == PARTIAL for part in tree.every_node(node))

    def loop(frame: Frame) -> Value:
        run = frame.run
        results: list[Value] = []
        names: dict[str, Value] = {PARTIAL: []}
        frames = _turns(iterations, Frame(names, frame, run))
        if frames is None:
            return None
        for turn in frames:
            run.spend(cost)
            results.append(body(turn))
            run.fits_list(len(results))
            if shows_partial:
                # a copy: the results must not come to hold themselves
                run.spend(len(results) >> 4)
                names[PARTIAL] = results.copy()
        return results

    return loop


@compiles(tree.Quantified)
def _quantified(node: tree.Quantified) -> Closure:
    iterations, condition, decides = _iterations(node.iterations), compile_node(node.condition), not node.is_every
    cost = tree.weight(node.condition)

    def decide(frame: Frame) -> bool | None:
        frames = _turns(iterations, frame)
        if frames is None:
            return None
        result: bool | None = not decides
        for turn in frames:
            frame.run.spend(cost)
            truth = condition(turn)
            if type(truth) is bool and truth is decides:
                return truth
            if type(truth) is not bool:
                result = None
        return result

    return decide


def _iterations(nodes: tuple[tree.Iteration, ...]) -> tuple[_Iteration, ...]:
    return tuple(
        (node.name, compile_node(node.source), compile_node(node.end) if node.end is not None else None) for node in nodes
    )


def _turns(iterations: tuple[_Iteration, ...], frame: Frame) -> Iterator[Frame] | None:
    """A frame for every combination; None where the first source cannot be walked through."""
    name, source, end = iterations[0]
    first = _items(source(frame), end, frame)
    if first is None:
        return None
    return _combined(name, first, iterations[1:], frame)


def _combined(name: str, items: Sequence[Value], rest: tuple[_Iteration, ...], frame: Frame) -> Iterator[Frame]:
    for index in range(len(items)):
        frame.run.spend()
        turn = Frame({name: items[index]}, frame, frame.run)
        if not rest:
            yield turn
            continue
        inner = _turns(rest, turn)
        if inner is not None:
            yield from inner


def _items(value: Value, end: Closure | None, frame: Frame) -> Sequence[Value] | None:
    return items_of(value, frame.run) if end is None else _between(value, end(frame), frame.run)


def items_of(value: Value, run: Run) -> Sequence[Value] | None:
    """What a loop over the value walks through; None for null and ranges without steps."""
    if isinstance(value, Range):
        return _between(value.low, value.high, run, value.low_included, value.high_included)
    if type(value) is list:
        return value
    return None if value is None else [value]


class _Span(Sequence[Value]):
    """Numbers or days one after another, made when asked for."""

    def __init__(self, numbers: range, make: Callable[[int], Value]) -> None:
        self._numbers = numbers
        self._make = make

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, index: Any) -> Value:
        return self._make(self._numbers[index])


def _between(low: Value, high: Value, run: Run, low_included: bool = True, high_included: bool = True) -> Sequence[Value] | None:
    """Whole numbers or days from one end to the other, downwards where the first is larger; None for anything else."""
    if type(low) is Decimal and type(high) is Decimal and low == low.to_integral_value() and high == high.to_integral_value():
        if abs(low) > 10**15 or abs(high) > 10**15:
            raise exceeded("steps", run.limits.steps)
        return _Span(_numbers(int(low), int(high), low_included, high_included, run), Decimal)
    if isinstance(low, Date) and isinstance(high, Date):
        return _Span(_numbers(low.day_number, high.day_number, low_included, high_included, run), Date.of_day_number)
    return None


def _numbers(low: int, high: int, low_included: bool, high_included: bool, run: Run) -> range:
    step = 1 if low <= high else -1
    numbers = range(low if low_included else low + step, high + step if high_included else high, step)
    if len(numbers) > run.limits.steps:
        raise exceeded("steps", run.limits.steps)
    return numbers


@compiles(tree.Filter)
def _filter(node: tree.Filter) -> Closure:
    source = compile_node(node.source)
    index = _constant_index(node.condition)
    if index is not None:
        return lambda frame: _item(_as_list(source(frame)), index)
    condition, position = compile_node(node.condition), node.position

    cost = tree.weight(node.condition)
    return lambda frame: selected(source(frame), condition, frame, position, cost)


def selected(value: Value, condition: Closure, frame: Frame, position: int | None = None, cost: int = 0) -> Value:
    """The items for which the condition is true, or the item at the position that the condition gives."""
    items = _as_list(value)
    run = frame.run
    kept = []
    for item in items:
        run.spend(1 + cost)
        chosen = condition(_item_frame(item, frame))
        if chosen is True:
            kept.append(item)
        elif type(chosen) is Decimal:
            return _item(items, chosen)
        elif chosen is not None and type(chosen) is not bool:
            run.warn("failed_operation", "expected a filter that is a condition or a position", None, position)
            return None
    return kept


def _constant_index(node: tree.Node) -> Decimal | None:
    if isinstance(node, tree.Negation) and isinstance(node.operand, tree.Literal) and type(node.operand.value) is Decimal:
        return -node.operand.value
    if isinstance(node, tree.Literal) and type(node.value) is Decimal:
        return node.value
    return None


def _as_list(value: Value) -> list[Value]:
    if value is None:
        return []
    return value if type(value) is list else [value]


def _item_frame(item: Value, frame: Frame) -> Frame:
    inner = Frame({"item": item}, frame, frame.run)
    members = names_of(item)
    return inner if members is None else Frame(members, inner, frame.run)


def _item(items: list[Value], position: Decimal) -> Value:
    """1 is the first item, -1 the last."""
    if position != position.to_integral_value() or not 0 < abs(position) <= len(items):
        return None
    return items[int(position) - 1 if position > 0 else int(position)]
