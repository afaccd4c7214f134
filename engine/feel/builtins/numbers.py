"""Numeric functions. DMN 1.5, 10.3.4.5."""

from __future__ import annotations

from collections.abc import Callable
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
)

from engine.feel.builtins.registry import NoResult, builtin, whole
from engine.feel.values import NUMBERS, DaysDuration, MonthsDuration, Value

_MIN_SCALE, _MAX_SCALE = -6111, 6176
_WIDE = Context(prec=7000)
"""A quantity of 6,176 digits is only passed through on the way to 34."""


def _rounding(mode: str) -> Callable[..., Decimal]:
    def rounded(n: Decimal, scale: Decimal = Decimal(0)) -> Decimal:
        digits = int(scale)
        if not _MIN_SCALE <= digits <= _MAX_SCALE:
            raise NoResult(f"expected a scale from {_MIN_SCALE} to {_MAX_SCALE}, but got {scale}")
        exponent = n.as_tuple().exponent
        if isinstance(exponent, int) and -exponent <= digits:
            return n
        return NUMBERS.plus(n.quantize(Decimal(1).scaleb(-digits), rounding=mode, context=_WIDE))

    return rounded


builtin("decimal", "n: number, scale: number")(_rounding(ROUND_HALF_EVEN))
builtin("floor", "n: number, scale?: number")(_rounding(ROUND_FLOOR))
builtin("ceiling", "n: number, scale?: number")(_rounding(ROUND_CEILING))
builtin("round up", "n: number, scale: number")(_rounding(ROUND_UP))
builtin("round down", "n: number, scale: number")(_rounding(ROUND_DOWN))
builtin("round half up", "n: number, scale: number")(_rounding(ROUND_HALF_UP))
builtin("round half down", "n: number, scale: number")(_rounding(ROUND_HALF_DOWN))


@builtin("abs", "n: number|days and time duration|years and months duration")
def absolute(n: Value) -> Value:
    if isinstance(n, DaysDuration):
        return DaysDuration(abs(n.seconds))
    if isinstance(n, MonthsDuration):
        return MonthsDuration(abs(n.months))
    return NUMBERS.abs(n)


@builtin("modulo", "dividend: number, divisor: number")
def modulo(dividend: Decimal, divisor: Decimal) -> Decimal:
    """The sign follows the divisor: dividend - divisor * floor(dividend / divisor)."""
    rest = NUMBERS.remainder(dividend, divisor)
    return NUMBERS.add(rest, divisor) if rest and (rest < 0) != (divisor < 0) else rest


@builtin("sqrt", "number: number")
def square_root(number: Decimal) -> Decimal:
    return NUMBERS.sqrt(number)


@builtin("log", "number: number")
def logarithm(number: Decimal) -> Decimal:
    if number <= 0:
        raise NoResult("expected a number above 0")
    return NUMBERS.ln(number)


@builtin("exp", "number: number")
def exponential(number: Decimal) -> Decimal:
    return NUMBERS.exp(number)


@builtin("odd", "number: number")
def is_odd(number: Decimal) -> bool:
    return NUMBERS.remainder(Decimal(whole(number)), Decimal(2)) != 0


@builtin("even", "number: number")
def is_even(number: Decimal) -> bool:
    return not is_odd(number)
