"""Puts the parts together once; the only file that may import everything."""

from __future__ import annotations

from engine.clock import Clock, SystemClock
from engine.engine import Engine
from engine.settings import Settings
from engine.store.database import Database, connect
from engine.store.migrations import migrate


def assemble(settings: Settings, *, clock: Clock | None = None, database: Database | None = None) -> Engine:
    """The running product over its database, brought to the newest revision first."""
    opened = database if database is not None else connect(settings.database_url, pool_size=settings.threads)
    migrate(opened)
    engine = Engine(opened, clock or SystemClock(), settings)
    engine.refresh()
    return engine
