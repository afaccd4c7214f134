"""64-bit keys: 41 bits of milliseconds since 2024, then 22 random bits. Order comes from elsewhere."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

_EPOCH_MS = int(datetime(2024, 1, 1, tzinfo=UTC).timestamp() * 1000)
_RANDOM_BITS = 22


def new_key(now: datetime) -> int:
    """A positive 63-bit key; two keys of one millisecond may collide, so an insert is retried on conflict."""
    elapsed_ms = int(now.timestamp() * 1000) - _EPOCH_MS
    return (max(elapsed_ms, 0) << _RANDOM_BITS) | secrets.randbits(_RANDOM_BITS)
