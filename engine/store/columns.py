"""The metadata that all tables join, and the column types that mean the same on SQLite and PostgreSQL.

JSON is TEXT, never a JSON type: it is hashed as it was written, and written by `engine.codec` alone.
There are no foreign keys: every row of a case is written by one layer under the lock of its root row, where a check of the
database would cost a lock and a look-up a row; `engine.check` verifies the same from the rows.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s",
        "uq": "%(table_name)s_%(column_0_N_name)s",
        "pk": "%(table_name)s_pkey",
    }
)

# INTEGER PRIMARY KEY is SQLite's row number itself: one look-up instead of two.
Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


class Instant(sa.types.TypeDecorator[datetime]):
    """An aware moment, to the microsecond. On SQLite text of fixed width in UTC, so that text order is time order."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        return sa.String(27) if dialect.name == "sqlite" else sa.DateTime(timezone=True)

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError(f"expected an aware time, but {value!r} has no zone")
        if dialect.name == "sqlite":
            return value.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z"
        return value

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:
        return datetime.fromisoformat(value) if isinstance(value, str) else value


def key_column(name: str = "key") -> sa.Column[int]:
    return sa.Column(name, Key, primary_key=True, autoincrement=False)


def is_state(column: sa.Column[Any], state: str) -> sa.ColumnElement[bool]:
    """`column = 'state'` with the state written out: a planner takes a partial index only for a value it can see."""
    return column == sa.literal_column(f"'{state}'", sa.Text())


def partial_index(name: str, *columns: sa.Column[Any], where: sa.ColumnElement[bool], unique: bool = False) -> sa.Index:
    """An index over the rows that `where` holds for; it joins the table of its columns."""
    return sa.Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)
