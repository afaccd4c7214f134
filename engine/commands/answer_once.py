"""Answer a request with an Idempotency-Key once: reserve the key, then keep the answer under it.

The reservation commits before the request runs, so that of two at the same time only one does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine import codec
from engine.engine import Engine
from engine.errors import Conflict
from engine.store import idempotency


@dataclass(frozen=True, slots=True)
class Kept:
    """`status` None: the request is being answered, or the process that answered it died."""

    digest: str
    status: int | None
    headers: Mapping[str, str]
    body: bytes


def reserve(engine: Engine, user_id: str, key: str, digest: str, *, forget_before: datetime) -> Kept | None:
    """None: the key is ours, now run the request. Otherwise what is kept under it."""
    row = {
        "actor": user_id,
        "key": key,
        "request_digest": digest,
        "status": 0,
        "headers": "{}",
        "body": b"",
        "created_at": engine.clock.now(),
    }
    try:
        with engine.database.transaction() as connection:
            idempotency.drop_before(connection, forget_before)
            idempotency.add(connection, row)
    except Conflict:
        with engine.database.reading() as connection:
            found = idempotency.find(connection, user_id, key)
        if found is None:
            raise
        return Kept(found.request_digest, found.status or None, codec.from_text(found.headers), found.body)
    return None


def keep(engine: Engine, user_id: str, key: str, status: int, headers: Mapping[str, str], body: bytes) -> None:
    with engine.database.transaction() as connection:
        idempotency.change(connection, user_id, key, status=status, headers=codec.to_text(headers), body=body)


def release(engine: Engine, user_id: str, key: str) -> None:
    """The request failed without an effect; the same key may try again."""
    with engine.database.transaction() as connection:
        idempotency.remove(connection, user_id, key)
