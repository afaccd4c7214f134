"""What a search asks for and what it found: plain values between whoever asks and whoever writes the SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias

Scalar: TypeAlias = str | int | bool | datetime | None


class Operator(StrEnum):
    """Comparisons of a condition; `LIKE` has `*` for any run, `?` for one character, `\\` before a literal one."""

    EQ = "$eq"
    NEQ = "$neq"
    EXISTS = "$exists"
    IN = "$in"
    NOT_IN = "$notIn"
    LIKE = "$like"
    GT = "$gt"
    GTE = "$gte"
    LT = "$lt"
    LTE = "$lte"


@dataclass(frozen=True, slots=True)
class Condition:
    """`field` is the member's public name (`creationDate`). `value`: a scalar, a tuple of scalars for `IN` and `NOT_IN`,
    a bool for `EXISTS`. A field that holds a list (`candidateGroup`) matches when any element does."""

    field: str
    operator: Operator
    value: Scalar | tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class ContainsAll:
    """A list field (`tags`) holds every one of the values."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HasVariable:
    """A variable of this name whose JSON text fits every condition (their `field` is `value`).

    `field` says whose: `variables`, `processInstanceVariables` (of the instance) or `localVariables` (of the task).
    """

    field: str
    name: str
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    parts: tuple[Filter, ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Filter, ...] = ()


Filter: TypeAlias = Condition | ContainsAll | HasVariable | AllOf | AnyOf


@dataclass(frozen=True, slots=True)
class SortBy:
    field: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """At most `limit` items: from `offset`, or just `after`, or just `before` a position.

    A position is the values of the sort fields of an item, in order, then its key.
    """

    limit: int = 100
    offset: int = 0
    after: tuple[Scalar, ...] | None = None
    before: tuple[Scalar, ...] | None = None


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """The order is total: the key of the items is always the last sort field (ascending), though not written in `sort`."""

    filter: AllOf = field(default_factory=AllOf)
    sort: tuple[SortBy, ...] = ()
    page: Page = field(default_factory=Page)


@dataclass(frozen=True, slots=True)
class Found:
    """Items in the order asked for, also for `before`. `total` counts all that match, or is a lower bound if `is_capped`."""

    items: Sequence[Any]
    total: int
    is_capped: bool = False
