"""Writing many rows with one statement: new ones, and new and changed ones together. The same on both databases.

These are most statements of a command, so each is compiled once and then sent as text: looking up and preparing a
compiled statement costs the library about as much as the database takes to run it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from engine.errors import Conflict

Row = Mapping[str, Any]


def insert(connection: Connection, table: sa.Table, rows: Sequence[Row]) -> None:
    """All rows have the same members; no statement for no rows."""
    if rows:
        _insert(table, tuple(rows[0]), connection.dialect.name).send(connection, _alike(rows))


def upsert(
    connection: Connection,
    table: sa.Table,
    rows: Sequence[Row],
    *,
    within: str | None = None,
    keep: tuple[str, ...] = (),
    fill: tuple[str, ...] = (),
) -> None:
    """Writes whole rows, new or changed; all have the same members, the primary key among them.

    `within` names the column that must agree before a row is taken for a change: a new key that happens to be taken in
    another case must not overwrite what is there. Raises Conflict("key_conflict") then. `keep`: columns that a change leaves
    as they were written first; `fill`: columns that a change may set but not empty.
    """
    if not rows:
        return
    statement, keys = _upsert(table, tuple(rows[0]), within, keep, fill, connection.dialect.name)
    written = statement.send(connection, _alike(rows))
    distinct = {tuple(row[key] for key in keys) for row in rows}
    if written != len(rows) or len(distinct) != len(rows):
        raise Conflict("key_conflict", f"expected new keys in {table.name}, but one is taken already")


def insert_new(connection: Connection, table: sa.Table, rows: Sequence[Row]) -> None:
    """Writes the rows whose primary key is not there yet and leaves the others alone."""
    if rows:
        statement = _insert_for(connection.dialect.name)(table).on_conflict_do_nothing()
        connection.execute(statement, _alike(rows))


def update(
    connection: Connection, table: sa.Table, of: Row, changes: Row, *conditions: sa.ColumnElement[bool], many: str | None = None
) -> int:
    """Changes the rows whose columns equal `of` and fit the conditions; how many there were.

    `many`: a column of `of` with several values. `conditions` are built once, at import: the statement is kept by them.
    """
    given = {f"of_{name}": value for name, value in of.items()} | {f"to_{name}": value for name, value in changes.items()}
    if many is not None:  # as many parameters as values: another text each time
        return connection.execute(_update(table, tuple(of), tuple(changes), conditions, many), given).rowcount
    return _update_one(table, tuple(of), tuple(changes), conditions, connection.dialect.name).send(connection, [given])


def count_up(connection: Connection, table: sa.Table, key: Row, counter: sa.Column[int]) -> int:
    """Adds one to a counter and returns it; a counter that is not there begins at 1."""
    statement = _count_up(table, tuple(key), counter, connection.dialect.name)
    return int(connection.execute(statement, {**key, counter.name: 1}).scalar_one())


def _alike(rows: Sequence[Row]) -> Sequence[Row]:
    """The first row decides the columns of a statement: what only a later one has would be dropped without a word."""
    columns = rows[0].keys()
    if any(row.keys() != columns for row in rows):
        raise ValueError(f"expected rows with the same columns, but they differ in {set().union(*rows) - columns or columns}")
    return rows


def _insert_for(dialect: str) -> Any:
    return (sqlite if dialect == "sqlite" else postgresql).insert


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A statement as the driver takes it. `values`: by parameter, what makes the driver's value of ours (None: nothing to do);
    in the order of the parameters where the driver counts them."""

    text: str
    is_positional: bool
    values: tuple[tuple[str, Callable[[Any], Any] | None], ...]

    def send(self, connection: Connection, rows: Sequence[Row]) -> int:
        """How many rows were written."""
        given = [[row[name] if make is None else make(row[name]) for name, make in self.values] for row in rows]
        parameters: Any
        if self.is_positional:
            parameters = [tuple(values) for values in given]
        else:
            parameters = [{name: value for (name, _), value in zip(self.values, values, strict=True)} for values in given]
        sent = connection.exec_driver_sql(self.text, parameters if len(rows) > 1 else parameters[0], execution_options=_COUNTED)
        return sent.rowcount


_COUNTED = {"preserve_rowcount": True}


def _prepared(statement: Any, columns: Sequence[str], dialect: str) -> _Prepared:
    spoken = _DIALECTS[dialect]
    compiled = statement.compile(dialect=spoken, column_keys=columns)
    names = compiled.positiontup if compiled.positional else list(compiled.binds)
    makers = [compiled.binds[name].type.dialect_impl(spoken).bind_processor(spoken) for name in names]
    return _Prepared(str(compiled), compiled.positional, tuple(zip(names, makers, strict=True)))


_DIALECTS: Mapping[str, sa.Dialect] = {
    name: sa.make_url(url).get_dialect()() for name, url in (("sqlite", "sqlite://"), ("postgresql", "postgresql+psycopg://"))
}


# Building a statement costs more than sending it, so each is built once.


@lru_cache(maxsize=256)
def _insert(table: sa.Table, columns: tuple[str, ...], dialect: str) -> _Prepared:
    return _prepared(sa.insert(table), columns, dialect)


@lru_cache(maxsize=256)
def _upsert(
    table: sa.Table, columns: tuple[str, ...], within: str | None, keep: tuple[str, ...], fill: tuple[str, ...], dialect: str
) -> tuple[_Prepared, tuple[str, ...]]:
    statement: Any = _insert_for(dialect)(table)
    keys = tuple(column.name for column in table.primary_key)
    changes = {name: statement.excluded[name] for name in columns if name not in keys and name not in keep}
    changes.update({name: sa.func.coalesce(statement.excluded[name], table.c[name]) for name in fill})
    same = None if within is None else table.c[within].is_not_distinct_from(statement.excluded[within])
    statement = statement.on_conflict_do_update(index_elements=list(keys), set_=changes, where=same)
    return _prepared(statement, columns, dialect), keys


@lru_cache(maxsize=512)
def _update(
    table: sa.Table, of: tuple[str, ...], changes: tuple[str, ...], conditions: tuple[Any, ...], many: str | None
) -> sa.Update:
    which = [table.c[name] == sa.bindparam(f"of_{name}", type_=table.c[name].type) for name in of if name != many]
    if many is not None:
        which.append(table.c[many].in_(sa.bindparam(f"of_{many}", type_=table.c[many].type, expanding=True)))
    values = {name: sa.bindparam(f"to_{name}", type_=table.c[name].type) for name in changes}
    return sa.update(table).where(*which, *conditions).values(values)


@lru_cache(maxsize=512)
def _update_one(
    table: sa.Table, of: tuple[str, ...], changes: tuple[str, ...], conditions: tuple[Any, ...], dialect: str
) -> _Prepared:
    return _prepared(_update(table, of, changes, conditions, None), changes, dialect)


@lru_cache(maxsize=16)
def _count_up(table: sa.Table, key: tuple[str, ...], counter: sa.Column[int], dialect: str) -> Any:
    changed = {counter.name: counter + 1}
    return _insert_for(dialect)(table).on_conflict_do_update(index_elements=list(key), set_=changed).returning(counter)
