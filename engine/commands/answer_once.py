"""Answer a request with an Idempotency-Key once.

The reservation commits before the request runs, so of two at the same time only one does. Every transaction of the request
then marks the row as committed, so after a crash it is known whether there was an effect: none, then the key may be tried
again; some, then it never runs twice, though its answer is lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine import codec
from engine.engine import Engine
from engine.errors import Conflict
from engine.store import idempotency
from engine.store.idempotency import COMMITTED, RESERVED


@dataclass(frozen=True, slots=True)
class Kept:
    """`status` None: there is no answer (yet); `has_effect`: but something was committed."""

    digest: str
    status: int | None
    headers: Mapping[str, str]
    body: bytes
    has_effect: bool


def reserve(
    engine: Engine, user_id: str, key: str, digest: str, *, forget_before: datetime, stale_before: datetime
) -> Kept | None:
    """None: the key is ours, now run the request; this thread's transactions are marked until `settle`.

    Otherwise what is kept under it. What was reserved before `stale_before` without an effect is taken over.
    """
    now = engine.clock.now()
    row = {
        "actor": user_id,
        "key": key,
        "request_digest": digest,
        "status": RESERVED,
        "headers": "{}",
        "body": b"",
        "created_at": now,
    }
    try:
        with engine.database.transaction() as connection:
            idempotency.drop_before(connection, forget_before)
            if not idempotency.take_over(connection, user_id, key, digest, before=stale_before, now=now):
                idempotency.add(connection, row)
    except Conflict:
        with engine.database.reading() as connection:
            found = idempotency.find(connection, user_id, key)
        if found is None:
            raise
        status = None if found.status in (RESERVED, COMMITTED) else found.status
        return Kept(found.request_digest, status, codec.from_text(found.headers), found.body, found.status != RESERVED)
    engine.database.write_alongside(lambda connection: idempotency.change(connection, user_id, key, status=COMMITTED))
    return None


def settle(engine: Engine) -> None:
    """The request is over: this thread's transactions are no longer its own."""
    engine.database.write_alongside(None)


def keep(engine: Engine, user_id: str, key: str, status: int, headers: Mapping[str, str], body: bytes) -> None:
    with engine.database.transaction() as connection:
        idempotency.change(connection, user_id, key, status=status, headers=codec.to_text(headers), body=body)


def release(engine: Engine, user_id: str, key: str) -> None:
    """The request failed; the same key may try again, unless something was committed."""
    with engine.database.transaction() as connection:
        idempotency.release(connection, user_id, key)
