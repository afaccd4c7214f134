"""The process that serves: gunicorn with workers of threads, everything with a thread of its own started after the fork."""

from __future__ import annotations

import ctypes
from collections.abc import Callable

from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]  # the library has no types

from api.app import create_app
from api.application import Application
from engine.engine import Engine
from engine.settings import Settings

GRACE_SECONDS = 10

_M_ARENA_MAX = -8
"""The parameter's number in glibc's malloc.h."""


def use_few_arenas() -> None:
    """Two heaps for all threads instead of one each: what eight threads once needed stayed with the process (222 MB, now 146).

    Does nothing where the C library is not glibc.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, 2)


class Server(BaseApplication):  # type: ignore[misc]  # the library has no types
    """`assemble` makes the engine in the worker, `start` begins its ticking, `ready` is called once the port is bound.

    One worker on the embedded database, which has one writer in one process; as many as the settings say on PostgreSQL.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        assemble: Callable[[Settings], Engine],
        start: Callable[[Engine], Callable[[], None]],
        ready: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._assemble = assemble
        self._start = start
        self._ready = ready
        self._application: Application | None = None
        self._stop: Callable[[], None] | None = None
        super().__init__()

    def load_config(self) -> None:
        for name, value in {
            "bind": f"{self._settings.host}:{self._settings.port}",
            "workers": self._settings.processes,
            "worker_class": "gthread",
            "threads": self._settings.threads,
            "timeout": 120,
            "graceful_timeout": GRACE_SECONDS,
            "keepalive": 75,
            "loglevel": "warning",
            "proc_name": "guicheng",
            "control_socket_disable": True,
            "when_ready": lambda _arbiter: self._ready(),
            "post_worker_init": lambda _worker: self._begin(),
            "worker_exit": lambda _arbiter, _worker: self._end(),
        }.items():
            self.cfg.set(name, value)

    def load(self) -> Application:
        use_few_arenas()
        self._application = create_app(self._assemble(self._settings))
        return self._application

    def _begin(self) -> None:
        if self._application is not None:
            self._stop = self._start(self._application.engine)

    def _end(self) -> None:
        if self._stop is not None:
            self._stop()
        if self._application is not None:
            self._application.engine.database.close()
