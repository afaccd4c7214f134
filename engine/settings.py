"""What the house is told from outside, once, at start: addresses, folders, limits."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

Value = TypeVar("Value")


class SettingsError(ValueError):
    """A setting that cannot be used; the message names it and says what was expected."""


@dataclass(frozen=True, slots=True)
class Settings:
    """`max_body` in bytes, `tick_seconds` between two looks at what is due, `threads` that answer requests in each of the
    `processes` (on SQLite they write by turns).

    `private_callbacks` are `host:port` pairs that callbacks may reach although their addresses are private.
    """

    database_url: str
    data: Path
    secret: str
    host: str = "127.0.0.1"
    port: int = 8080
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    max_body: int = 2 * 1024 * 1024
    private_callbacks: frozenset[str] = frozenset()
    tick_seconds: float = 1.0
    threads: int = 8
    processes: int = 1

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Settings:
        """Reads the GUICHENG_ names; makes the data folder, and in it the secret when none is given.

        Raises SettingsError.
        """

        def read(name: str, default: str, convert: Callable[[str], Value], expected: str) -> Value:
            text = environ.get(name, "").strip() or default
            try:
                return convert(text)
            except (ValueError, OSError, LookupError) as fault:
                found = "another" if name == "GUICHENG_SECRET" else repr(text)
                raise SettingsError(f"{name}: expected {expected}, but found {found}") from fault

        data = read("GUICHENG_DATA", "data", _folder, "a folder that can be written")
        database_url = read("GUICHENG_DATABASE_URL", f"sqlite:///{data}/guicheng.db", _url, _URL_EXPECTED)
        is_sqlite = database_url.startswith("sqlite")
        processes, most = ("1", 8) if is_sqlite else ("2", 64)
        expected = f"a number from 1 to {most}"
        return cls(
            data=data,
            database_url=database_url,
            secret=read("GUICHENG_SECRET", "", _secret, "at least 16 characters") or kept_secret(data),
            host=read("GUICHENG_HOST", "127.0.0.1", str, "a host name or address"),
            port=read("GUICHENG_PORT", "8080", _within(0, 65535), "a port from 0 to 65535"),
            zone=read("GUICHENG_ZONE", "Asia/Shanghai", ZoneInfo, "a time zone such as Asia/Shanghai"),
            max_body=read("GUICHENG_MAX_BODY", str(2 * 1024 * 1024), _within(1024, 1 << 30), "bytes from 1024 to 1 GiB"),
            private_callbacks=read("GUICHENG_ALLOW_PRIVATE_CALLBACKS", "", _pairs, "host:port pairs with commas between"),
            tick_seconds=read("GUICHENG_TICK_SECONDS", "1", _tick, "seconds from 0.05 to 3600"),
            threads=read("GUICHENG_THREADS", "8", _within(1, 256), "a number from 1 to 256"),
            processes=read("GUICHENG_PROCESSES", processes, _within(1, most), expected),
        )


_URL_EXPECTED = "sqlite:///<file> or postgresql://<user>@<host>/<database>"


def kept_secret(data: Path) -> str:
    """The secret kept in the data folder, made on first use and readable by its owner alone.

    Several processes may start at once: the first complete file wins, and all read that one.
    """
    kept = data / "secret"
    if not kept.exists():
        made = data / f"secret.{os.getpid()}.{secrets.token_hex(4)}"
        made.touch(mode=0o600)
        made.write_text(secrets.token_urlsafe(32), encoding="ascii")
        try:
            kept.hardlink_to(made)
        except FileExistsError:
            pass  # another process was first
        finally:
            made.unlink()
    return kept.read_text(encoding="ascii").strip()


def _folder(text: str) -> Path:
    folder = Path(text)
    folder.mkdir(parents=True, exist_ok=True)
    if not os.access(folder, os.W_OK):
        raise PermissionError(folder)
    return folder


def _url(text: str) -> str:
    scheme, found, rest = text.partition("://")
    if not found or scheme not in ("sqlite", "postgresql", "postgresql+psycopg"):
        raise ValueError(text)
    if scheme == "sqlite" and rest in ("", "/", "/:memory:"):
        raise ValueError(text)  # a database in memory would be another one in every thread
    return text


def _secret(text: str) -> str:
    if 0 < len(text) < 16:
        raise ValueError
    return text


def _within(least: int, most: int) -> Callable[[str], int]:
    def convert(text: str) -> int:
        number = int(text)
        if not least <= number <= most:
            raise ValueError(text)
        return number

    return convert


def _tick(text: str) -> float:
    seconds = float(text)
    if not 0.05 <= seconds <= 3600:  # also refuses NaN
        raise ValueError(text)
    return seconds


def _pairs(text: str) -> frozenset[str]:
    pairs = frozenset(pair.strip().lower() for pair in text.split(",") if pair.strip())
    for pair in pairs:
        host, _, port = pair.rpartition(":")
        if not host or not 0 < int(port) <= 65535:
            raise ValueError(pair)
    return pairs
