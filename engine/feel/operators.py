"""What the operators mean: three-valued comparison and logic, arithmetic of numbers, texts and times. DMN 1.5, tables 42-55."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_DOWN, Decimal, DecimalException
from typing import Any

from engine.feel.limits import Budget
from engine.feel.values import (
    KINDS,
    NUMBERS,
    Date,
    DateTime,
    DaysDuration,
    Function,
    MonthsDuration,
    Range,
    Time,
    Value,
    kind,
)

_TEMPORAL_POINTS = (Date, DateTime, Time)
_ORDERED_BY_KEY: dict[type, Callable[[Any], Any]] = {
    Date: lambda value: (value.year, value.month, value.day),
    DaysDuration: lambda value: value.seconds,
    MonthsDuration: lambda value: value.months,
}


def equal(left: Value, right: Value, budget: Budget) -> bool | None:
    """None where the two are of different types."""
    if left is None or right is None:
        return left is None and right is None
    sort = type(left)
    if sort is not type(right):
        return None if sort in KINDS and type(right) in KINDS else left == right
    if sort is list:
        budget.spend(1 + len(left))
        return len(left) == len(right) and _within(
            budget, lambda: all(equal(a, b, budget) is True for a, b in zip(left, right, strict=True))
        )
    if sort is dict:
        budget.spend(1 + len(left))
        return left.keys() == right.keys() and _within(
            budget, lambda: all(equal(left[name], right[name], budget) is True for name in left)
        )
    if sort is DateTime or sort is Time:
        (a, a_zoned), (b, b_zoned) = left.comparable, right.comparable
        if a_zoned != b_zoned:
            return None if sort is DateTime else False
        return bool(a == b)
    if sort is Range:
        return (
            (left.low_included, left.high_included) == (right.low_included, right.high_included)
            and equal(left.low, right.low, budget) is True
            and equal(left.high, right.high, budget) is True
        )
    if sort is Function:
        return left is right
    return bool(left == right)


def _within(budget: Budget, compare: Callable[[], bool]) -> bool:
    budget.descend(1)
    same = compare()
    budget.ascend(1)
    return same


def ordered(operator: Callable[[Any, Any], bool], left: Value, right: Value) -> bool | None:
    """`<`, `<=`, `>`, `>=`; None where the two have no order."""
    sort = type(left)
    if sort is not type(right):
        return None
    if sort is Decimal or sort is str:
        return operator(left, right)
    if sort is DateTime or sort is Time:
        (a, a_zoned), (b, b_zoned) = left.comparable, right.comparable
        return operator(a, b) if a_zoned == b_zoned else None
    key = _ORDERED_BY_KEY.get(sort)
    return None if key is None else operator(key(left), key(right))


def contains(extent: Range, point: Value) -> bool | None:
    """Whether the point is within the range."""
    above: bool | None = True
    if extent.low is not None:
        above = ordered(_GE if extent.low_included else _GT, point, extent.low)
    below: bool | None = True
    if extent.high is not None:
        below = ordered(_LE if extent.high_included else _LT, point, extent.high)
    return None if above is None or below is None else above and below


def _LT(a: Any, b: Any) -> bool:  # noqa: N802 - named like the operator constants of the standard library
    return bool(a < b)


def _LE(a: Any, b: Any) -> bool:  # noqa: N802 - as above
    return bool(a <= b)


def _GT(a: Any, b: Any) -> bool:  # noqa: N802 - as above
    return bool(a > b)


def _GE(a: Any, b: Any) -> bool:  # noqa: N802 - as above
    return bool(a >= b)


def passes(value: Value, test: Value, budget: Budget) -> bool | None:
    """Whether the input satisfies the value of a test: equal to it, within its range, or one of its items."""
    if isinstance(test, Range):
        return contains(test, value)
    if type(test) is list:
        budget.spend(len(test))
        if type(value) is list and equal(value, test, budget) is True:
            return True
        return any((contains(item, value) if isinstance(item, Range) else equal(value, item, budget)) is True for item in test)
    return equal(value, test, budget)


def span(low: Value, high: Value, low_included: bool, high_included: bool) -> Range | None:
    """A range; None where its ends are both open, of different types or the wrong way round."""
    if low is None and high is None:
        return None
    if low is not None and high is not None and ordered(_LE, low, high) is not True:
        return None
    return Range(low, high, low_included and low is not None, high_included and high is not None)


def negate(value: Value) -> Value:
    if type(value) is Decimal:
        return NUMBERS.minus(value)
    if type(value) is DaysDuration:
        return DaysDuration(-value.seconds)
    if type(value) is MonthsDuration:
        return MonthsDuration(-value.months)
    return None


def add(left: Value, right: Value, budget: Budget) -> Value:
    if type(left) is Decimal and type(right) is Decimal:
        return NUMBERS.add(left, right)
    if type(left) is str and type(right) is str:
        budget.fits_string(len(left) + len(right))
        return left + right
    if isinstance(right, _TEMPORAL_POINTS) and isinstance(left, DaysDuration | MonthsDuration):
        left, right = right, left
    if isinstance(left, DaysDuration) and isinstance(right, DaysDuration):
        return DaysDuration(NUMBERS.add(left.seconds, right.seconds))
    if isinstance(left, MonthsDuration) and isinstance(right, MonthsDuration):
        return MonthsDuration(left.months + right.months)
    if isinstance(right, DaysDuration) and isinstance(left, _TEMPORAL_POINTS):
        return left.plus_seconds(right.seconds)
    if isinstance(right, MonthsDuration) and isinstance(left, Date | DateTime):
        return left.plus_months(right.months)
    return None


def subtract(left: Value, right: Value, budget: Budget) -> Value:
    if type(left) is Decimal and type(right) is Decimal:
        return NUMBERS.subtract(left, right)
    if isinstance(right, DaysDuration | MonthsDuration):
        if isinstance(left, DaysDuration | MonthsDuration) and type(left) is not type(right):
            return None
        return add(left, negate(right), budget)
    if isinstance(left, Time) and isinstance(right, Time):
        (a, a_zoned), (b, b_zoned) = left.comparable, right.comparable
        return DaysDuration(a - b) if a_zoned == b_zoned else None
    if isinstance(left, Date | DateTime) and isinstance(right, Date | DateTime):
        return _time_between(left, right)
    return None


def _time_between(left: Date | DateTime, right: Date | DateTime) -> DaysDuration | None:
    # a date counts as midnight UTC, so it goes with a date and time only where that has an offset
    (a, a_zoned), (b, b_zoned) = (
        value.comparable if isinstance(value, DateTime) else (Decimal(value.day_number * 86_400), True) for value in (left, right)
    )
    return DaysDuration(a - b) if a_zoned == b_zoned else None


def multiply(left: Value, right: Value, _budget: Budget) -> Value:
    if type(left) is Decimal and type(right) is Decimal:
        return NUMBERS.multiply(left, right)
    if type(left) is Decimal:
        left, right = right, left
    if type(right) is Decimal:
        if isinstance(left, DaysDuration):
            return DaysDuration(NUMBERS.multiply(left.seconds, right))
        if isinstance(left, MonthsDuration):
            return MonthsDuration(_whole(NUMBERS.multiply(Decimal(left.months), right)))
    return None


def divide(left: Value, right: Value, _budget: Budget) -> Value:
    if type(right) is Decimal:
        if type(left) is Decimal:
            return NUMBERS.divide(left, right)
        if isinstance(left, DaysDuration):
            return DaysDuration(NUMBERS.divide(left.seconds, right))
        if isinstance(left, MonthsDuration):
            return MonthsDuration(_whole(NUMBERS.divide(Decimal(left.months), right)))
    if isinstance(left, DaysDuration) and isinstance(right, DaysDuration):
        return NUMBERS.divide(left.seconds, right.seconds)
    if isinstance(left, MonthsDuration) and isinstance(right, MonthsDuration):
        return NUMBERS.divide(Decimal(left.months), Decimal(right.months))
    return None


def power(left: Value, right: Value, _budget: Budget) -> Value:
    if type(left) is Decimal and type(right) is Decimal:
        return NUMBERS.power(left, right)
    return None


def _whole(number: Decimal) -> int:
    if number.adjusted() > 15:
        raise OverflowError
    return int(number.to_integral_value(ROUND_DOWN))


ARITHMETIC: dict[str, Callable[[Value, Value, Budget], Value]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "**": power,
}
FAILURES = (DecimalException, ValueError, OverflowError)
"""What arithmetic raises where there is no result: the value is null then."""


def no_result(operator: str, left: Value, right: Value) -> str:
    return f"expected values that {operator!r} can work on, but got {kind(left)} and {kind(right)}"
