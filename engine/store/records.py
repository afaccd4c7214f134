"""A row as the rest of the house sees it: plain values by column name, no database behind it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa


class Record(SimpleNamespace):
    """Members are the columns of the table it was read from; JSON columns hold text (see `engine.codec`)."""

    def changed(self, **changes: Any) -> dict[str, Any]:
        """All columns with some of them changed, ready to be written."""
        return {**vars(self), **changes}


def record(columns: Iterable[str], values: Iterable[Any]) -> Record:
    made = Record()
    vars(made).update(zip(columns, values, strict=False))
    return made


def records(result: sa.CursorResult[Any]) -> list[Record]:
    columns = tuple(result.keys())
    return [record(columns, row) for row in result]


def first(result: sa.CursorResult[Any]) -> Record | None:
    """The only row, if there is one."""
    columns = tuple(result.keys())
    row = result.first()
    return None if row is None else record(columns, row)


def split(row: Sequence[Any], *tables: sa.Table) -> list[Record | None]:
    """The records of a row that was joined from several tables; None for one that an outer join did not find."""
    parts: list[Record | None] = []
    start = 0
    for table in tables:
        end = start + len(table.c)
        values = row[start:end]
        parts.append(record(table.c.keys(), values) if any(value is not None for value in values) else None)
        start = end
    return parts
