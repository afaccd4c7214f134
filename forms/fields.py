"""What a compiled form knows of each of its fields. Nothing here reads a document or checks an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Literal

from marshmallow import Schema

Right = Literal["write", "read", "hide", "mask"]
Rights = Mapping[str, str]
# FEEL text without its "=", and the names it may read; answers a JSON-like value (numbers as Decimal or int, dates as ISO text).
Evaluate = Callable[[str, Mapping[str, Any]], Any]
# Kind ("person", "unit" or "role") and id: is there such a thing?
Exists = Callable[[str, str], bool]

Kind = Literal[
    "text", "long_text", "number", "boolean", "choice", "choices", "date", "time", "datetime", "files", "table", "computed"
]
# What a field holds while it is checked: dates and times as such, numbers as int or Decimal.
Typed = None | bool | int | Decimal | str | date | time | datetime | list[Any]


@dataclass(frozen=True, slots=True)
class Option:
    """One choice. `value` is text, a whole number or a truth value."""

    value: str | int | bool
    label: str
    label_en: str


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a person fills in, or one column of a detail table.

    `type` is `gc.type`, or the type of the component. Expressions are FEEL without "=". `hide` holds the field's own
    condition after those of the groups around it. Lengths are counted in characters, `decimals` in places.
    """

    key: str
    kind: Kind
    type: str
    label: str
    label_en: str
    pointer: str
    required: bool = False
    required_when: str | None = None
    readonly: bool = False
    readonly_when: str | None = None
    hide: tuple[str, ...] = ()
    computed: str | None = None
    default_when_empty: str | None = None
    default: Typed = None
    options: tuple[Option, ...] | None = None
    multiple: bool = False
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    greater_than: Decimal | None = None
    decimals: int | None = None
    decimal_text: bool = False
    shortest: int | None = None
    longest: int | None = None
    patterns: tuple[str, ...] = ()
    accept: tuple[str, ...] = ()
    not_past: bool = False
    after: str | None = None
    not_before: str | None = None
    fewest: int = 0
    most_rows: int = 0
    mask: str | None = None
    table: Level | None = None

    def expressions(self) -> tuple[str, ...]:
        """All FEEL of this field, without that of its columns."""
        some = (self.required_when, self.readonly_when, self.computed, self.default_when_empty, *self.hide)
        return tuple(text for text in some if text is not None)


@dataclass(frozen=True, slots=True)
class Level:
    """The fields of a form, or the columns of one of its tables.

    `fields` stand as the author laid them out; `in_order` is the order in which they can be computed; `schema` takes one
    object of answers and checks each on its own.
    """

    fields: tuple[Field, ...]
    in_order: tuple[Field, ...]
    schema: Schema

    def by_key(self, key: object) -> Field | None:
        return next((field for field in self.fields if field.key == key), None)
