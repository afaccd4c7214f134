"""Turns a `SearchRequest` into SQL: filters, a total order, a page after or before a position, and how many match.

What a resource can be searched by is a `Searchable` (see `engine.store.searchables`); names are the public ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.codec import to_text
from engine.store.records import records
from engine.store.search_request import (
    AllOf,
    AnyOf,
    Condition,
    ContainsAll,
    Filter,
    Found,
    HasVariable,
    Operator,
    Page,
    Scalar,
    SearchRequest,
    SortBy,
)

COUNTED = 1_000
"""More matches than this are not counted."""

_KEPT_VALUES = 50
"""The statement of a search with more values than this is not kept: nobody shall fill the memory with long lists."""

Column = sa.ColumnElement[Any]
Elements = Callable[[str], tuple[Column, sa.Select[Any]]]
"""For a dialect: the value of an element, and the select of a row's elements that a condition on it is added to."""


@dataclass(frozen=True, slots=True, eq=False)  # one for each resource, told apart by identity
class Searchable:
    """`found`: the select of whole rows, without conditions. `fields`: by public name, for filters and sorting.

    `lists`: fields that hold several values; of them `texts` are columns with a JSON list of strings. `variables`: columns
    with the JSON object that a `HasVariable` looks into. `upper`: fields whose stored words are asked for in capitals.
    """

    found: sa.Select[Any]
    key: sa.Column[Any]
    fields: Mapping[str, Column]
    lists: Mapping[str, Elements] = field(default_factory=dict)
    variables: Mapping[str, sa.Column[str]] = field(default_factory=dict)
    texts: Mapping[str, sa.Column[str]] = field(default_factory=dict)
    upper: frozenset[str] = frozenset()

    def stored(self, name: str, value: Any) -> Any:
        """A public value as the column holds it."""
        if name not in self.upper or value is None:
            return value
        return tuple(each.lower() for each in value) if isinstance(value, tuple) else value.lower()


def search(connection: Connection, searchable: Searchable, request: SearchRequest, *, only: Filter | None = None) -> Found:
    """One statement; a second one counts when the page does not tell. `only`: what the asker may see at all."""
    asked = request.filter if only is None else AllOf((request.filter, only))
    page = request.page
    is_first = page.after is None and page.before is None
    build = _statements if is_first and _values(asked) <= _KEPT_VALUES else _statements.__wrapped__
    matching, on_page = build(searchable, connection.dialect.name, asked, request.sort, page)
    items = records(connection.execute(on_page))
    if page.before is not None:
        items.reverse()
    if is_first and (items or not page.offset) and len(items) < page.limit:
        return Found(items, page.offset + len(items))
    counted = sa.select(sa.func.count()).select_from(matching.with_only_columns(searchable.key).limit(COUNTED + 1).subquery())
    total = int(connection.execute(counted).scalar_one())
    return Found(items, min(total, COUNTED), total > COUNTED)


# Building a statement costs more than sending it, and the first page of a list is asked for again and again.
@lru_cache(maxsize=256)
def _statements(
    searchable: Searchable, dialect: str, asked: Filter, sort: tuple[SortBy, ...], page: Page
) -> tuple[sa.Select[Any], sa.Select[Any]]:
    """All that match, and those of the page, in reverse order for one that ends before a position."""
    matching = searchable.found.where(_Conditions(searchable, dialect).of(asked))
    backwards = page.before is not None
    order = [(searchable.fields[by.field], by.descending != backwards) for by in sort]
    order.append((searchable.key, backwards))
    position = page.before if backwards else page.after
    behind = matching
    if position is not None:
        known = [searchable.stored(by.field, value) for by, value in zip(sort, position, strict=False)]
        behind = matching.where(_behind(order, [*known, position[-1]]))
    ordered = behind.order_by(*(_ordered(column, down) for column, down in order))
    return matching, ordered.limit(page.limit).offset(page.offset)


def _values(asked: Filter) -> int:
    match asked:
        case AllOf(parts) | AnyOf(parts):
            return sum(map(_values, parts))
        case HasVariable(_, _, conditions):
            return sum(map(_values, conditions))
        case ContainsAll(_, values) | Condition(_, _, tuple(values)):
            return len(values)
        case _:
            return 1


def _ordered(column: Column, down: bool) -> Column:
    if not getattr(column, "nullable", True):
        return column.desc() if down else column.asc()  # so that an index can give the order
    # Null is greater than every value, on both databases; SQLite would say smaller.
    return column.desc().nulls_first() if down else column.asc().nulls_last()


def _behind(order: Sequence[tuple[Column, bool]], position: Sequence[Scalar]) -> Column:
    """Rows that come after the position: equal in the first fields, behind in the next one."""
    ways = []
    for at, ((column, down), value) in enumerate(zip(order, position, strict=True)):
        same = [earlier == known for (earlier, _), known in zip(order[:at], position[:at], strict=True)]
        if value is None:
            behind: Column = column.is_not(None) if down else sa.false()
        else:
            behind = column < value if down else sa.or_(column > value, column.is_(None))
        ways.append(sa.and_(*same, behind))
    return sa.or_(*ways)


_COMPARISONS: Mapping[Operator, Callable[[Column, Any], Column]] = {
    Operator.EQ: lambda column, value: column == value,
    Operator.NEQ: lambda column, value: column.is_distinct_from(value),
    Operator.EXISTS: lambda column, value: column.is_not(None) if value else column.is_(None),
    Operator.IN: lambda column, values: column.in_(list(values)),
    Operator.NOT_IN: lambda column, values: sa.or_(column.not_in(list(values)), column.is_(None)),
    Operator.GT: lambda column, value: column > value,
    Operator.GTE: lambda column, value: column >= value,
    Operator.LT: lambda column, value: column < value,
    Operator.LTE: lambda column, value: column <= value,
}


class _Conditions:
    def __init__(self, searchable: Searchable, dialect: str) -> None:
        self._searchable = searchable
        self._dialect = dialect

    def of(self, asked: Filter) -> Column:
        match asked:
            case AllOf(parts):
                return sa.and_(sa.true(), *(self.of(part) for part in parts))
            case AnyOf(parts):
                return sa.or_(sa.false(), *(self.of(part) for part in parts))
            case ContainsAll(name, values):
                return sa.and_(sa.true(), *(self._has(name, Operator.EQ, value) for value in values))
            case HasVariable(name, variable, conditions):
                text = self._variable_text(self._searchable.variables[name], variable)
                compared = (self._compare(text, each.operator, each.value) for each in conditions)
                return sa.and_(text.is_not(None), *compared)
            case Condition(name, operator, value):
                if name in self._searchable.lists:
                    return self._has(name, operator, value)
                return self._plain(name, operator, value)

    def _plain(self, name: str, operator: Operator, value: Any) -> Column:
        column = self._searchable.fields[name]
        if name not in self._searchable.upper or operator is Operator.EXISTS:
            return self._compare(column, operator, value)
        if operator is Operator.LIKE:
            return self._compare(sa.func.upper(column, type_=sa.Text()), operator, value)
        stored = self._searchable.stored(name, value)
        if operator is Operator.EQ:
            # Written out: a planner takes a partial index only for a value it can see.
            return column == sa.literal(stored, sa.Text(), literal_execute=True)
        return self._compare(column, operator, stored)

    def _has(self, name: str, operator: Operator, value: Any) -> Column:
        if operator is Operator.EQ and name in self._searchable.texts:
            # The JSON of a string stands in a JSON list of strings just when it is one of them: quotes inside are escaped.
            text, part = self._searchable.texts[name], to_text(value)
            return (sa.func.instr(text, part) if self._dialect == "sqlite" else sa.func.strpos(text, part)) > 0
        element, of_row = self._searchable.lists[name](self._dialect)
        if operator is Operator.EXISTS:
            return of_row.exists() if value else ~of_row.exists()
        if operator in (Operator.NEQ, Operator.NOT_IN):
            opposite = Operator.EQ if operator is Operator.NEQ else Operator.IN
            return ~of_row.where(self._compare(element, opposite, value)).exists()
        return of_row.where(self._compare(element, operator, value)).exists()

    def _compare(self, column: Column, operator: Operator, value: Any) -> Column:
        if operator is not Operator.LIKE:
            return _COMPARISONS[operator](column, value)
        if self._dialect == "sqlite":  # whose LIKE ignores case; its GLOB does not
            return column.op("GLOB", is_comparison=True)(_pattern(value, "*", "?", _glob_literal))
        return column.like(_pattern(value, "%", "_", _like_literal), escape="\\")

    def _variable_text(self, column: sa.Column[str], name: str) -> Column:
        """The JSON text of a member, as it was written."""
        if self._dialect != "sqlite":
            return sa.cast(sa.cast(column, sa.JSON)[name], sa.Text)
        if '"' in name or "\\" in name:
            return sa.null().cast(sa.Text)  # SQLite's paths cannot name such a member
        return sa.cast(column.op("->")(f'$."{name}"'), sa.Text)


def _pattern(asked: str, many: str, one: str, literal: Callable[[str], str]) -> str:
    """From `*` and `?` and backslashes before literal ones to the database's own signs."""
    pattern = ""
    signs = iter(asked)
    for sign in signs:
        if sign == "*":
            pattern += many
        elif sign == "?":
            pattern += one
        else:
            pattern += literal(next(signs, sign) if sign == "\\" else sign)
    return pattern


def _glob_literal(sign: str) -> str:
    return f"[{sign}]" if sign in "*?[" else sign


def _like_literal(sign: str) -> str:
    return f"\\{sign}" if sign in "%_\\" else sign
