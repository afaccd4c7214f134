"""Databases for tests: a fresh SQLite file or a fresh PostgreSQL database for each test, the same schema in both.

PostgreSQL is started from Debian's binaries once per session, on a unix socket in a temporary folder. Where it is not
installed, tests that need it fail and name the package: a missing database must not look like a passed test.
"""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import sql

from engine.store.database import Database, connect
from engine.store.migrations import migrate
from engine.store.schema import metadata

Fresh = Callable[[], str]
"""Makes one more database and returns its URL."""

_INITDB_OPTIONS = ["-U", "guicheng", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions"]
_POSTGRESQL_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",  # a test database need not survive a power cut
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "200",
    "autovacuum": "off",
}


def _postgresql_binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found:
        pytest.fail("PostgreSQL is not installed; expected Debian's packages postgresql and postgresql-client", pytrace=False)
    return found[-1].parent


def _as_ordinary_user(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root: then the package's own user, or nobody, owns the folder and runs it."""
    if os.geteuid() != 0:
        return []
    user = "postgres" if shutil.which("runuser") and _has_user("postgres") else "nobody"
    shutil.chown(folder, user)
    return ["runuser", "-u", user, "--"]


def _has_user(name: str) -> bool:
    return any(line.startswith(f"{name}:") for line in Path("/etc/passwd").read_text(encoding="utf-8").splitlines())


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The folder of the server's socket; the user is `guicheng`, no password."""
    binaries = _postgresql_binaries()
    # Not pytest's own temporary folder: a socket's path may have 107 characters, and root's folders are closed to others.
    folder = Path(tempfile.mkdtemp(prefix="guicheng-pg-"))
    command = _as_ordinary_user(folder)
    log = (folder / "log").open("wb")
    try:
        made = subprocess.run(
            [*command, binaries / "initdb", "-D", folder / "data", *_INITDB_OPTIONS],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            pytest.fail(f"initdb failed: {made.stderr}", pytrace=False)
        options = [word for name, value in _POSTGRESQL_SETTINGS.items() for word in ("-c", f"{name}={value}")]
        server = subprocess.Popen(
            [*command, binaries / "postgres", "-D", folder / "data", "-k", folder, *options], cwd=folder, stdout=log, stderr=log
        )
        try:
            _wait_until_ready([*command, str(binaries / "pg_isready"), "-h", str(folder), "-q"], server, folder / "log")
            yield str(folder)
        finally:
            subprocess.run([*command, binaries / "pg_ctl", "-D", folder / "data", "-m", "immediate", "-w", "stop"], check=False)
            server.wait(timeout=30)
    finally:
        log.close()
        shutil.rmtree(folder, ignore_errors=True)


def _wait_until_ready(ask: list[str], server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        if subprocess.run(ask, check=False).returncode == 0:
            return
        try:
            server.wait(timeout=0.1)
        except subprocess.TimeoutExpired:
            continue
        break
    pytest.fail(f"PostgreSQL did not start: {log.read_text(errors='replace')}", pytrace=False)


@pytest.fixture(scope="session")
def fresh_postgresql(postgresql_server: str) -> Fresh:
    """Empty PostgreSQL databases, as many as are asked for."""
    numbers = itertools.count(1)

    def fresh() -> str:
        name = f"test_{next(numbers)}"
        with psycopg.connect(host=postgresql_server, user="guicheng", dbname="postgres", autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" ')
        return f"postgresql://guicheng@/{name}?host={postgresql_server}"

    return fresh


@pytest.fixture(scope="session")
def used_postgresql() -> list[str]:
    """URLs of migrated databases that tests are done with: emptying one is quicker than making one."""
    return []


@pytest.fixture
def postgresql_url(fresh_postgresql: Fresh, used_postgresql: list[str]) -> Iterator[str]:
    """A migrated PostgreSQL database as if nobody had used it."""
    if used_postgresql:
        url = used_postgresql.pop()
    else:
        url = fresh_postgresql()
        made = connect(url)
        migrate(made)
        made.close()
    yield url
    with psycopg.connect(url, autocommit=True) as connection:
        others = "datname = current_database() AND pid <> pg_backend_pid()"
        connection.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")  # noqa: S608  no input in it
        everything = [sql.SQL("DELETE FROM {}").format(sql.Identifier(name)) for name in metadata.tables if name != "epoch"]
        connection.execute(sql.SQL("; ").join([*everything, sql.SQL("UPDATE epoch SET value = 0")]))
    used_postgresql.append(url)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to be copied."""
    template = tmp_path_factory.mktemp("sqlite") / "template.db"
    made = connect(f"sqlite:///{template}")
    migrate(made)
    made.close()  # the last connection to close puts the log into the file

    return template


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """A migrated SQLite file that nobody has used."""
    shutil.copyfile(migrated_sqlite, tmp_path / "guicheng.db")
    return f"sqlite:///{tmp_path}/guicheng.db"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a fresh migrated database; a test that uses it runs on both."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A fresh migrated database; a test that uses it runs on both."""
    connected = connect(database_url)
    yield connected
    connected.close()


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    connected = connect(sqlite_url)
    yield connected
    connected.close()


@pytest.fixture
def postgresql_database(postgresql_url: str) -> Iterator[Database]:
    connected = connect(postgresql_url)
    yield connected
    connected.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without any table, on both."""
    if request.param == "sqlite":
        connected = connect(f"sqlite:///{tmp_path}/empty.db")
    else:
        connected = connect(request.getfixturevalue("fresh_postgresql")())
    yield connected
    connected.close()


@pytest.fixture
def row() -> Callable[..., dict[str, Any]]:
    """`row("task", key=5)`: a whole row of a table, with plain values where a column must have one and none is given."""
    plain: tuple[tuple[type[Any], Any], ...] = (
        (sa.Boolean, False),
        (sa.Integer, 1),
        (sa.Text, "x"),
        (sa.LargeBinary, b"x"),
        (sa.types.TypeDecorator, datetime(2026, 3, 2, 1, tzinfo=UTC)),
    )

    def build(table: str, **columns: Any) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for column in metadata.tables[table].c:
            if column.nullable:
                made[column.name] = None
            elif column.server_default is None:
                made[column.name] = next(value for kind, value in plain if isinstance(column.type, kind))
        return {**made, **columns}

    return build
