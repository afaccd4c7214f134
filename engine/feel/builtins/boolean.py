"""Boolean functions and identity. DMN 1.5, 10.3.4.2 and 10.3.4.10."""

from __future__ import annotations

from engine.feel.builtins.registry import builtin
from engine.feel.operators import equal
from engine.feel.scope import Run
from engine.feel.values import DateTime, Time, Value


@builtin("not", "negand: any")
def negation(negand: Value) -> Value:
    return not negand if type(negand) is bool else None


@builtin("all", "list: list", "items*: any")
def every(*items: Value) -> bool | None:
    return _decided(items, False)


@builtin("any", "list: list", "items*: any")
def some(*items: Value) -> bool | None:
    return _decided(items, True)


def _decided(items: tuple[Value, ...], decisive: bool) -> bool | None:
    listed = items[0] if len(items) == 1 else list(items)
    if listed is None:
        return None
    truths = listed if type(listed) is list else [listed]
    if any(truth is decisive for truth in truths):
        return decisive
    return not decisive if all(type(truth) is bool for truth in truths) else None


@builtin("is", "value1: any, value2: any", "value1: any", "value2: any", needs_run=True)
def is_identical(run: Run, value1: Value, value2: Value = None) -> bool:
    """Equal and written alike: times in different zones are not."""
    if type(value1) is not type(value2):
        return False
    if isinstance(value1, Time):
        return _written(value1) == _written(value2)
    if isinstance(value1, DateTime):
        return value1.date == value2.date and _written(value1.time) == _written(value2.time)
    return equal(value1, value2, run) is True


def _written(time: Time) -> tuple[object, ...]:
    return time.seconds, time.offset, time.zone


@builtin("get or else", "value: any, default: any")
def get_or_else(value: Value, default: Value) -> Value:
    return default if value is None else value
