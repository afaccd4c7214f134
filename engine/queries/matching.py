"""A search over values that are in memory: the same conditions, order and pages as the store's SQL."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cmp_to_key
from typing import Any

from engine.queries.search_request import AllOf, AnyOf, Condition, Filter, Found, Operator, SearchRequest

Members = Mapping[str, Any]


def search(items: Sequence[Any], request: SearchRequest, members: Callable[[Any], Members], key: str) -> Found:
    """`members`: an item's searchable members by public name; `key` names the one that makes the order total."""
    matching = [item for item in items if matches(request.filter, members(item))]
    order = [*((by.field, by.descending) for by in request.sort), (key, False)]

    def position(item: Any) -> list[Any]:
        return [members(item)[name] for name, _ in order]

    def compare(one: Sequence[Any], other: Sequence[Any]) -> int:
        for (_, down), left, right in zip(order, one, other, strict=True):
            if left != right:
                return -_compare(left, right) if down else _compare(left, right)
        return 0

    matching.sort(key=cmp_to_key(lambda one, other: compare(position(one), position(other))))
    page, total = request.page, len(matching)
    if page.after is not None:
        matching = [item for item in matching if compare(position(item), page.after) > 0]
    if page.before is not None:
        before = [item for item in matching if compare(position(item), page.before) < 0]
        return Found(before[-page.limit :], total)
    return Found(matching[page.offset : page.offset + page.limit], total)


def matches(asked: Filter, members: Members) -> bool:
    match asked:
        case AllOf(parts):
            return all(matches(part, members) for part in parts)
        case AnyOf(parts):
            return any(matches(part, members) for part in parts)
        case Condition(name, operator, value):
            return _holds(members[name], operator, value)
    raise TypeError(f"{type(asked).__name__} is not for values in memory")


def _holds(member: Any, operator: Operator, value: Any) -> bool:
    match operator:
        case Operator.EXISTS:
            return bool((member is not None) == value)
        case Operator.EQ:
            return bool(member == value)
        case Operator.NEQ:
            return bool(member != value)
        case Operator.IN:
            return bool(member in value)
        case Operator.NOT_IN:
            return member not in value
        case Operator.LIKE:
            return member is not None and _is_like(member, value)
    if member is None:
        return False
    difference = _compare(member, value)
    return {
        Operator.GT: difference > 0,
        Operator.GTE: difference >= 0,
        Operator.LT: difference < 0,
        Operator.LTE: difference <= 0,
    }[operator]


def _compare(one: Any, other: Any) -> int:
    """Null is greater than every value, as in the store."""
    if one is None or other is None:
        return (one is None) - (other is None)
    return int(one > other) - int(one < other)


def _is_like(text: str, asked: str) -> bool:
    """`*` any run, `?` one character, a backslash before a literal one; never slower than length times length."""
    signs = _signs(asked)
    at = place = 0
    star, resume = -1, 0
    while at < len(text):
        if place < len(signs) and signs[place] == _MANY:
            star, resume = place, at
            place += 1
        elif place < len(signs) and signs[place] in (_ONE, text[at]):
            at, place = at + 1, place + 1
        elif star >= 0:
            resume += 1
            at, place = resume, star + 1
        else:
            return False
    return all(sign == _MANY for sign in signs[place:])


_MANY, _ONE = "many", "one"
"""Longer than a character, so that no literal one is taken for them."""


def _signs(asked: str) -> list[str]:
    signs: list[str] = []
    rest = iter(asked)
    for sign in rest:
        signs.append({"*": _MANY, "?": _ONE}.get(sign) or (next(rest, sign) if sign == "\\" else sign))
    return signs
