"""Holding a worker's request until there is a job for it: on a capped share of the threads, for clients that are still there."""

from __future__ import annotations

import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from engine.engine import Engine

Work = TypeVar("Work")

LOOK_AGAIN_SECONDS = 1.0
"""Another process may bring work too, and a back-off may end: nobody wakes us then."""


class LongPolls:
    """At most `most` requests are held at a time; one more is answered at once."""

    def __init__(self, engine: Engine, *, most: int) -> None:
        self._engine = engine
        self._places = threading.BoundedSemaphore(most)

    def wait_for(self, look: Callable[[], list[Work]], *, seconds: float, is_gone: Callable[[], bool]) -> list[Work]:
        """What `look` finds, waiting up to `seconds`; nothing for a client that has gone.

        The client is asked after *before* each look: what a look hands out belongs to the client from then on.
        """
        with self._place() as may_wait:
            until = time.monotonic() + (seconds if may_wait else 0.0)
            while True:
                seen = self._engine.work_count
                if is_gone():
                    return []
                found = look()
                left = until - time.monotonic()
                if found or left <= 0:
                    return found
                with self._engine.work_appeared:
                    self._engine.work_appeared.wait_for(
                        lambda seen=seen: self._engine.work_count != seen,  # type: ignore[misc]  # mypy cannot type a default
                        timeout=min(left, LOOK_AGAIN_SECONDS),
                    )

    @contextmanager
    def _place(self) -> Iterator[bool]:
        taken = self._places.acquire(blocking=False)
        try:
            yield taken
        finally:
            if taken:
                self._places.release()


def connection_is_closed(environ: dict[str, Any]) -> bool:
    """Whether the caller hung up; False where the server does not tell (only gunicorn gives us the socket)."""
    connection: socket.socket | None = environ.get("gunicorn.socket")
    if connection is None:
        return False
    try:
        readable, _, _ = select.select([connection], [], [], 0)
        return bool(readable) and connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except (OSError, ValueError):
        return True
