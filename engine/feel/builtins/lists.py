"""List functions. DMN 1.5, 10.3.4.4 and 10.3.4.9 (sort)."""

from __future__ import annotations

import operator
from decimal import Decimal
from functools import cmp_to_key

from engine.feel.builtins.registry import NoResult, builtin
from engine.feel.calling import call_function
from engine.feel.operators import equal, ordered
from engine.feel.scope import Run
from engine.feel.values import NUMBERS, DaysDuration, Function, MonthsDuration, Value, kind

_NUMBER_LIST = ("list: list", "items*: any")


def _items(values: tuple[Value, ...]) -> list[Value]:
    """`f([a, b])` and `f(a, b)` are the same."""
    return values[0] if len(values) == 1 and type(values[0]) is list else list(values)


def _numbers(values: tuple[Value, ...]) -> list[Decimal]:
    items = _items(values)
    if any(type(item) is not Decimal for item in items):
        raise NoResult("expected a list of numbers")
    return items


def _total(numbers: list[Decimal]) -> Decimal:
    total = Decimal(0)
    for number in numbers:
        total = NUMBERS.add(total, number)
    return total


@builtin("list contains", "list: list, element: any", needs_run=True)
def list_contains(run: Run, items: list[Value], element: Value) -> bool:
    return any(equal(item, element, run) is True for item in items)


@builtin("count", "list: list")
def count(items: list[Value]) -> Decimal:
    return Decimal(len(items))


def _best(values: tuple[Value, ...], better: object) -> Value:
    items = _items(values)
    if not items:
        return None
    best = items[0]
    for item in items:
        is_better = ordered(better, item, best)  # type: ignore[arg-type]  # operator.lt or operator.gt
        if is_better is None:
            raise NoResult("expected items of one type that has an order")
        best = item if is_better else best
    return best


@builtin("min", "list: list", "items*: any")
def minimum(*values: Value) -> Value:
    return _best(values, operator.lt)


@builtin("max", "list: list", "items*: any")
def maximum(*values: Value) -> Value:
    return _best(values, operator.gt)


@builtin("sum", *_NUMBER_LIST)
def total(*values: Value) -> Value:
    items = _items(values)
    if not items:
        return None
    if all(isinstance(item, DaysDuration) for item in items):
        return DaysDuration(_total([item.seconds for item in items]))
    if all(isinstance(item, MonthsDuration) for item in items):
        return MonthsDuration(sum(item.months for item in items))
    return _total(_numbers(values))


@builtin("product", *_NUMBER_LIST)
def product(*values: Value) -> Value:
    numbers = _numbers(values)
    result = Decimal(1)
    for number in numbers:
        result = NUMBERS.multiply(result, number)
    return result if numbers else None


@builtin("mean", *_NUMBER_LIST)
def mean(*values: Value) -> Value:
    numbers = _numbers(values)
    return NUMBERS.divide(_total(numbers), Decimal(len(numbers))) if numbers else None


@builtin("median", *_NUMBER_LIST)
def median(*values: Value) -> Value:
    numbers = sorted(_numbers(values))
    if not numbers:
        return None
    middle = len(numbers) // 2
    if len(numbers) % 2:
        return numbers[middle]
    return NUMBERS.divide(NUMBERS.add(numbers[middle - 1], numbers[middle]), Decimal(2))


@builtin("stddev", *_NUMBER_LIST)
def standard_deviation(*values: Value) -> Value:
    """Of a sample: divided by n - 1."""
    numbers = _numbers(values)
    if len(numbers) < 2:
        return None
    average = NUMBERS.divide(_total(numbers), Decimal(len(numbers)))
    squares = [NUMBERS.power(NUMBERS.subtract(number, average), Decimal(2)) for number in numbers]
    return NUMBERS.sqrt(NUMBERS.divide(_total(squares), Decimal(len(numbers) - 1)))


@builtin("mode", *_NUMBER_LIST)
def mode(*values: Value) -> list[Decimal]:
    counts: dict[Decimal, int] = {}
    for number in _numbers(values):
        counts[number] = counts.get(number, 0) + 1
    most = max(counts.values(), default=0)
    return sorted(number for number, times in counts.items() if times == most)


@builtin("sublist", "list: list, start position: number, length?: number")
def sublist(items: list[Value], start: Decimal, length: Decimal | None = None) -> list[Value]:
    position = int(start)
    first = position - 1 if position > 0 else len(items) + position
    if position == 0 or not 0 <= first < max(len(items), 1):
        raise NoResult(f"expected a position in the list, but got {position}")
    if length is None:
        return items[first:]
    if not 0 <= int(length) <= len(items) - first:
        raise NoResult("expected a length that stays in the list")
    return items[first : first + int(length)]


@builtin("append", "list: list", "list: list, items*: any")
def append(items: list[Value], *more: Value) -> list[Value]:
    return [*items, *more]


@builtin("concatenate", "lists*: any", needs_run=True)
def concatenate(run: Run, *lists: Value) -> list[Value]:
    joined: list[Value] = []
    for listed in lists:
        if listed is None:
            raise NoResult("expected lists, but got null")
        joined += listed if type(listed) is list else [listed]
        run.fits_list(len(joined))
    return joined


def _index(items: list[Value], position: Decimal) -> int:
    place = int(position)
    if place == 0 or abs(place) > len(items):
        raise NoResult(f"expected a position in the list, but got {place}")
    return place - 1 if place > 0 else len(items) + place


@builtin("insert before", "list: list, position: number, newItem: any")
def insert_before(items: list[Value], position: Decimal, new_item: Value) -> list[Value]:
    index = _index(items, position)
    return [*items[:index], new_item, *items[index:]]


@builtin("remove", "list: list, position: number")
def remove(items: list[Value], position: Decimal) -> list[Value]:
    index = _index(items, position)
    return [*items[:index], *items[index + 1 :]]


@builtin(
    "list replace", "list: list, position: number, newItem: any", "list: list, match: function, newItem: any", needs_run=True
)
def list_replace(run: Run, items: list[Value], which: Value, new_item: Value) -> list[Value]:
    """By position, or every item for which `match(item, newItem)` is true."""
    if not isinstance(which, Function):
        index = _index(items, which)
        return [*items[:index], new_item, *items[index + 1 :]]
    replaced = []
    for item in items:
        truth = call_function(which, [item, new_item], run)
        if type(truth) is not bool:
            raise NoResult("expected a match function that answers true or false")
        replaced.append(new_item if truth else item)
    return replaced


@builtin("reverse", "list: list")
def reverse(items: list[Value]) -> list[Value]:
    return items[::-1]


@builtin("index of", "list: list, match: any", needs_run=True)
def index_of(run: Run, items: list[Value], match: Value) -> list[Decimal]:
    return [Decimal(position) for position, item in enumerate(items, 1) if equal(item, match, run) is True]


def _distinct(items: list[Value], run: Run) -> list[Value]:
    kept: list[Value] = []
    scalars: set[tuple[type, Value]] = set()
    others: list[Value] = []
    for item in items:
        if type(item) in (str, Decimal, bool):
            if (type(item), item) in scalars:
                continue
            scalars.add((type(item), item))
        else:
            run.spend(len(others))
            if any(equal(item, other, run) is True for other in others):
                continue
            others.append(item)
        kept.append(item)
    return kept


@builtin("union", "lists*: any", needs_run=True)
def union(run: Run, *lists: Value) -> list[Value]:
    return _distinct(concatenate(run, *lists), run)


@builtin("distinct values", "list: list", needs_run=True)
def distinct_values(run: Run, items: list[Value]) -> list[Value]:
    return _distinct(items, run)


@builtin("duplicate values", "list: list", needs_run=True)
def duplicate_values(run: Run, items: list[Value]) -> list[Value]:
    run.spend(len(items) * len(items) // 8)
    return _distinct([item for item in items if sum(equal(item, other, run) is True for other in items) > 1], run)


@builtin("flatten", "list: list", needs_run=True)
def flatten(run: Run, items: list[Value]) -> list[Value]:
    flat: list[Value] = []
    open_lists = [iter(items)]
    while open_lists:
        run.spend()
        item = next(open_lists[-1], flat)
        if item is flat:
            open_lists.pop()
        elif type(item) is list:
            open_lists.append(iter(item))
        else:
            flat.append(item)
    return flat


@builtin("sort", "list: list, precedes?: function", needs_run=True)
def sort(run: Run, items: list[Value], precedes: Function | None = None) -> list[Value]:
    """Stable; without `precedes` in the natural order of the items."""
    if precedes is None:
        if len({kind(item) for item in items}) > 1 or (items and ordered(operator.lt, items[0], items[0]) is None):
            raise NoResult("expected items of one type that has an order")

        def natural(a: Value, b: Value) -> int:
            run.spend()
            return -1 if ordered(operator.lt, a, b) else 1 if ordered(operator.gt, a, b) else 0

        return sorted(items, key=cmp_to_key(natural))

    if len(precedes.parameters) != 2:
        raise NoResult("expected a function of two items")

    def by_function(a: Value, b: Value) -> int:
        if call_function(precedes, [a, b], run) is True:
            return -1
        return 1 if call_function(precedes, [b, a], run) is True else 0

    return sorted(items, key=cmp_to_key(by_function))
