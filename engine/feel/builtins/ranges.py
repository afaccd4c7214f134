"""Range functions: the relations of intervals and points. DMN 1.5, 10.3.4.7 and table 78."""

from __future__ import annotations

import operator
from collections.abc import Callable

from engine.errors import InvalidInput
from engine.feel import tree
from engine.feel.builtins.registry import BUILTINS, NoResult, builtin
from engine.feel.lexer import tokenize
from engine.feel.operators import contains, equal, negate, ordered, span
from engine.feel.parser import Parser
from engine.feel.scope import Run
from engine.feel.values import Range, Value, kind

_POINTS_OR_RANGES = (
    "point1: any, point2: any",
    "point: any, range: range",
    "range: range, point: any",
    "range1: range, range2: range",
)
_RANGES = ("range1: range, range2: range",)
_CONSTRUCTORS = frozenset({"date", "time", "date and time", "duration"})
_INTO_RANGE = ("point: any, range: range", "range1: range, range2: range")
_FROM_RANGE = ("range: range, point: any", "range1: range, range2: range")


def _less(a: Value, b: Value) -> bool:
    is_less = ordered(operator.lt, a, b)
    if is_less is None:
        raise NoResult("expected points of one type that has an order")
    return is_less


def _same(a: Value, b: Value) -> bool:
    return a is not None and ordered(operator.eq, a, b) is True


def _starts_before(a: Range, b: Range) -> bool:
    return _less(a.low, b.low) or (_same(a.low, b.low) and a.low_included and not b.low_included)


def _ends_before(a: Range, b: Range) -> bool:
    return _less(a.high, b.high) or (_same(a.high, b.high) and not a.high_included and b.high_included)


@builtin("before", *_POINTS_OR_RANGES)
def before(a: Value, b: Value) -> bool:
    end, end_included = (a.high, a.high_included) if isinstance(a, Range) else (a, True)
    start, start_included = (b.low, b.low_included) if isinstance(b, Range) else (b, True)
    return _less(end, start) or (_same(end, start) and not (end_included and start_included))


@builtin("after", *_POINTS_OR_RANGES)
def after(a: Value, b: Value) -> bool:
    return before(b, a)


@builtin("meets", *_RANGES)
def meets(a: Range, b: Range) -> bool:
    return a.high_included and b.low_included and _same(a.high, b.low)


@builtin("met by", *_RANGES)
def met_by(a: Range, b: Range) -> bool:
    return meets(b, a)


@builtin("overlaps", *_RANGES)
def overlaps(a: Range, b: Range) -> bool:
    return not before(a, b) and not before(b, a)


@builtin("overlaps before", *_RANGES)
def overlaps_before(a: Range, b: Range) -> bool:
    return overlaps(a, b) and _starts_before(a, b) and (_ends_before(a, b) or not _ends_before(b, a))


@builtin("overlaps after", *_RANGES)
def overlaps_after(a: Range, b: Range) -> bool:
    return overlaps(a, b) and _ends_before(b, a) and (_starts_before(b, a) or not _starts_before(a, b))


@builtin("finishes", *_INTO_RANGE)
def finishes(a: Value, b: Range) -> bool:
    if not isinstance(a, Range):
        return b.high_included and _same(a, b.high)
    return a.high_included == b.high_included and _same(a.high, b.high) and not _starts_before(a, b)


@builtin("includes", *_FROM_RANGE)
def includes(a: Range, b: Value) -> bool | None:
    if not isinstance(b, Range):
        return contains(a, b)
    return not _starts_before(b, a) and not _ends_before(a, b)


@builtin("starts", *_INTO_RANGE)
def starts(a: Value, b: Range) -> bool:
    if not isinstance(a, Range):
        return b.low_included and _same(a, b.low)
    return a.low_included == b.low_included and _same(a.low, b.low) and not _ends_before(b, a)


def _turned(relation: Callable[[Value, Range], bool | None]) -> Callable[[Range, Value], bool | None]:
    return lambda a, b: relation(b, a)


builtin("finished by", *_FROM_RANGE)(_turned(finishes))
builtin("during", *_INTO_RANGE)(lambda a, b: includes(b, a))
builtin("started by", *_FROM_RANGE)(_turned(starts))


@builtin("coincides", "point1: any, point2: any", "range1: range, range2: range", needs_run=True)
def coincides(run: Run, a: Value, b: Value) -> bool | None:
    if a is None or b is None:
        raise NoResult("expected two points or two ranges")
    return equal(a, b, run)


@builtin("range", "from: string", needs_run=True)
def range_from(run: Run, text: str) -> Range:
    """The text of a range of literals, such as `[1..10)`."""
    try:
        tokens = tokenize(text)[:-1]
        dots = next((index for index, token in enumerate(tokens) if token.text == ".."), 0)
        if not dots or tokens[0].text not in ("[", "(", "]") or tokens[-1].text not in ("]", ")", "["):
            raise NoResult("expected the text of a range")
        ends = (text[tokens[0].end : tokens[dots].start], text[tokens[dots].end : tokens[-1].start])
        low, high = (Parser(end).expression() if end.strip() else None for end in ends)
    except InvalidInput as problem:
        raise NoResult(problem.message) from None
    low_included, high_included = tokens[0].text == "[", tokens[-1].text == "]"
    extent = span(_literal(low, run), _literal(high, run), low_included, high_included)
    if extent is None or (low is None and low_included) or (high is None and high_included):
        raise NoResult("expected two ends of one type, the lower first; an open end is not included")
    return extent


def _literal(node: tree.Node | None, run: Run) -> Value:
    if node is None:
        return None
    value: Value = None
    if isinstance(node, tree.Literal):
        value = node.value
    elif isinstance(node, tree.Negation) and isinstance(node.operand, tree.Literal):
        value = negate(node.operand.value)
    elif isinstance(node, tree.Call) and isinstance(node.function, tree.Name) and node.function.name in _CONSTRUCTORS:
        value = BUILTINS[node.function.name].invoke([_literal(argument, run) for argument in node.arguments], None, run)
    if value is None or kind(value) == "boolean":
        raise NoResult("expected literals as the ends of a range")
    return value
