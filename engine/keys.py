"""64-bit keys: 41 bits of milliseconds since 2024, then 22 bits. Order comes from elsewhere.

Within a millisecond a process counts on from a random start, so it never gives one key twice; two processes may, once in
millions, and the insert that comes second is refused as a conflict.
"""

from __future__ import annotations

import secrets
import threading
from datetime import UTC, datetime

_EPOCH_MS = int(datetime(2024, 1, 1, tzinfo=UTC).timestamp() * 1000)
_BITS = 22
_MASK = (1 << _BITS) - 1


class Keys:
    """Gives keys; safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._elapsed_ms = -1
        self._count = 0

    def new(self, now: datetime) -> int:
        elapsed_ms = max(int(now.timestamp() * 1000) - _EPOCH_MS, 0)
        with self._lock:
            if elapsed_ms != self._elapsed_ms:
                self._elapsed_ms, self._count = elapsed_ms, secrets.randbits(_BITS)
            else:
                self._count = (self._count + 1) & _MASK
            return (elapsed_ms << _BITS) | self._count


_of_this_process = Keys()


def new_key(now: datetime) -> int:
    """A new positive key of 63 bits."""
    return _of_this_process.new(now)
