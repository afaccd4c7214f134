"""Connections and transactions. The only file that knows how SQLite and PostgreSQL differ in locking."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from engine.errors import Conflict

__all__ = ["DEFAULT_URL", "Connection", "Database", "Statements", "connect"]

DEFAULT_URL = "sqlite:///data/guicheng.db"

_BUSY_MILLISECONDS = 30_000
_UNIQUE_VIOLATION = "23505"
_SQLITE_UNIQUE = ("SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_ROWID")


Write = Callable[[Connection], None]


@dataclass(slots=True)
class Statements:
    """The SQL that one thread sent while counted; rows written together by one statement count once."""

    texts: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.texts)


class Database:
    """Two pools over one database: one writes, the other cannot."""

    def __init__(self, url: sa.URL, pool_size: int) -> None:
        self.url = url
        self.is_sqlite = url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            self._writing, self._reading = _sqlite_engines(url, pool_size)
        else:
            self._writing, self._reading = _postgresql_engines(url, pool_size)
        # SQLite lets one writer in and makes the others sleep and try again; a lock makes them queue instead, which is
        # several times faster. Taken before BEGIN IMMEDIATE, and before a connection is taken from the pool.
        self._writer = _Turn(Path(f"{url.database}.lock")) if self.is_sqlite else nullcontext()
        self._thread = threading.local()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One write transaction: committed when the block ends, rolled back when it raises. None inside another.

        Raises Conflict("key_conflict") where a row with the same unique columns is there already.
        """
        if getattr(self._thread, "is_writing", False):
            raise RuntimeError("expected no open transaction in this thread, but there is one")
        with self._writer:
            self._thread.is_writing = True
            try:
                with self._writing.begin() as connection:
                    yield connection
                    alongside: Write | None = getattr(self._thread, "alongside", None)
                    if alongside is not None:
                        alongside(connection)
            except sa.exc.IntegrityError as fault:
                if not _is_unique_violation(fault):
                    raise
                raise Conflict("key_conflict", "expected a new key, but it is taken already") from fault
            finally:
                self._thread.is_writing = False

    def write_alongside(self, write: Write | None) -> None:
        """From now on every write transaction of this thread also does `write`, just before it commits; None: no more."""
        self._thread.alongside = write

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that can only read; each statement sees what is committed when it begins."""
        with self._reading.connect() as connection:
            yield connection

    @contextmanager
    def count_statements(self) -> Iterator[Statements]:
        """Counts what this thread sends, for tests of the budget; BEGIN and COMMIT are not statements."""
        counted = Statements()
        thread = threading.get_ident()

        def count(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if threading.get_ident() == thread:
                counted.texts.append(statement)

        engines = (self._writing, self._reading)
        for engine in engines:
            sa.event.listen(engine, "before_cursor_execute", count)
        try:
            yield counted
        finally:
            for engine in engines:
                sa.event.remove(engine, "before_cursor_execute", count)

    def close(self) -> None:
        """Gives back all connections; the next use opens new ones."""
        self._writing.dispose()
        self._reading.dispose()

    def forget_after_fork(self) -> None:
        """In a child process: leaves the parent's connections to the parent, without a word to the server."""
        self._writing.dispose(close=False)
        self._reading.dispose(close=False)


class _Turn:
    """One writer at a time among the threads of this process and, by a lock on a file, among all processes of the house."""

    def __init__(self, file: Path) -> None:
        self._threads = threading.Lock()
        self._file = file
        self._descriptor: int | None = None
        self._owner = -1

    def __enter__(self) -> None:
        self._threads.acquire()
        try:
            fcntl.flock(self._open(), fcntl.LOCK_EX)
        except BaseException:
            self._threads.release()
            raise

    def __exit__(self, *_: object) -> None:
        if self._descriptor is not None:
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)
        self._threads.release()

    def _open(self) -> int:
        # A lock belongs to the open file: a process that was forked must open one of its own.
        if self._descriptor is None or self._owner != os.getpid():
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            self._owner = os.getpid()
        return self._descriptor


def connect(url: str = DEFAULT_URL, *, pool_size: int = 8) -> Database:
    """Opens nothing yet; the first transaction does. `pool_size`: threads that ask at once in this process."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    elif parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        raise ValueError(f"expected sqlite:///<file> or postgresql://..., but found {parsed.render_as_string()}")
    return Database(parsed, pool_size)


def _sqlite_engines(url: sa.URL, pool_size: int) -> tuple[Engine, Engine]:
    Path(url.database or "").parent.mkdir(parents=True, exist_ok=True)
    # A transaction ends by its own block: there is nothing for the pool to roll back when a connection comes home.
    writing = sa.create_engine(
        url, poolclass=sa.QueuePool, pool_size=1, max_overflow=0, hide_parameters=True, pool_reset_on_return=None
    )
    reading = sa.create_engine(
        url,
        poolclass=sa.QueuePool,
        pool_size=pool_size,
        max_overflow=pool_size,
        hide_parameters=True,
        pool_reset_on_return=None,
    )

    def set_up(connection: Any, *pragmas: str) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own
        for pragma in (f"busy_timeout={_BUSY_MILLISECONDS}", "journal_mode=WAL", "synchronous=NORMAL", *pragmas):
            connection.execute(f"PRAGMA {pragma}")

    sa.event.listen(writing, "connect", lambda connection, _record: set_up(connection))
    sa.event.listen(writing, "begin", lambda connection: connection.connection.dbapi_connection.execute("BEGIN IMMEDIATE"))
    sa.event.listen(reading, "connect", lambda connection, _record: set_up(connection, "query_only=ON"))
    return writing, reading


def _postgresql_engines(url: sa.URL, pool_size: int) -> tuple[Engine, Engine]:
    def engine(options: str, isolation_level: Any) -> Engine:
        return sa.create_engine(
            url,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=30,
            hide_parameters=True,  # variables and secrets do not belong in a log
            isolation_level=isolation_level,
            connect_args={"options": f"-c timezone=UTC {options}".strip()},
        )

    # AUTOCOMMIT: a query of one statement then costs one round trip instead of three.
    return engine("", "READ COMMITTED"), engine("-c default_transaction_read_only=on", "AUTOCOMMIT")


def _is_unique_violation(fault: sa.exc.IntegrityError) -> bool:
    if getattr(fault.orig, "sqlstate", None) == _UNIQUE_VIOLATION:
        return True
    return getattr(fault.orig, "sqlite_errorname", "") in _SQLITE_UNIQUE
