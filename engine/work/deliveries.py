"""Sends what is due in the outbox: at least once, in order for each subscription and instance, signed, with back-off.

The signature is Standard Webhooks over the very bytes that are sent. Redirects are not followed, proxies of the
environment are not used, and the connection goes to an address that was checked (see `engine.access.addresses`).
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import structlog
from standardwebhooks.webhooks import Webhook

from engine.access.addresses import resolve
from engine.engine import Engine
from engine.errors import InvalidInput
from engine.store import callback_subscriptions, deliveries
from engine.store.records import Record
from engine.vocabulary import Key
from engine.work.http import SECONDS_TO_ANSWER, SILENT, Answer, Unreachable, post

AT_ONCE = 20
PARALLEL = 4
LEASE = timedelta(seconds=120)
WAITS = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 1800, 7200, 14400, 28800, 43200, 86400, 86400, 86400))
"""Between attempts: five seconds at first, then up to a day, about three days in all. After the last one it is dead."""

ENDED = "the subscription has ended"
GONE = 410
"""What a receiver answers that wants to hear no more (Standard Webhooks): its subscription ends."""

log = structlog.get_logger("guicheng.deliveries")


def send_all_due(engine: Engine, is_stopping: Callable[[], bool] = lambda: False) -> None:
    """Until nothing is due: what arrives frees the next of its case."""
    while not is_stopping() and send_due(engine):
        pass


def send_due(engine: Engine, *, seconds: float = SECONDS_TO_ANSWER) -> int:
    """How many were attempted. One that waits holds back those behind it in its case. `seconds`: a receiver has to answer."""
    now = engine.clock.now()
    with engine.database.transaction() as connection:
        due = deliveries.claim_due(connection, now=now, lease_until=now + LEASE, limit=AT_ONCE)
        subscriptions = {row.key: row for row in callback_subscriptions.all_of(connection)} if due else {}
    if not due:
        return 0
    silent: set[Key] = set()

    def attempt(row: Record) -> Answer | str | None:
        if row.subscription_key in silent:
            return None
        answer = _attempt(engine, row, subscriptions[row.subscription_key], seconds)
        if answer == SILENT:
            silent.add(row.subscription_key)
        return answer

    with ThreadPoolExecutor(PARALLEL, thread_name_prefix="delivery") as pool:
        outcomes = list(pool.map(attempt, due))
    for row, answer in zip(due, outcomes, strict=True):
        if answer is None:
            _put_off(engine, row)
        else:
            _note(engine, row, answer)
    return len(due)


def _attempt(engine: Engine, delivery: Record, subscription: Record, seconds: float) -> Answer | str:
    """What the receiver answered, or why it could not be reached."""
    if not subscription.active:
        return ENDED
    body = delivery.body.encode()
    moment = engine.clock.now()
    headers = {
        "content-type": "application/cloudevents+json; charset=utf-8",
        "webhook-id": delivery.event_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Webhook(subscription.secret).sign(delivery.event_id, moment, delivery.body),
        "user-agent": "guicheng",
    }
    try:
        target = resolve(subscription.address, engine.settings.private_callbacks)
        return post(subscription.address, target, body, headers, seconds=seconds)
    except InvalidInput as refused:
        return refused.message
    except Unreachable as fault:
        return str(fault)
    except Exception as fault:
        # The worker's edge: one address that confuses the client must not keep the others of its batch waiting for ever.
        log.exception("delivery failed", key=delivery.key)
        return f"no connection: {type(fault).__name__}"


def _put_off(engine: Engine, delivery: Record) -> None:
    """Not tried: its receiver has just been silent about another case, and would only keep the other receivers waiting."""
    with engine.database.transaction() as connection:
        deliveries.finish(connection, delivery.key, delivery.fence, next_at=engine.clock.now() + WAITS[0])


def _note(engine: Engine, delivery: Record, answer: Answer | str) -> None:
    now, attempts = engine.clock.now(), delivery.attempts + 1
    changes: dict[str, Any] = {"attempts": attempts, "lease_until": None}
    if isinstance(answer, Answer) and 200 <= answer.status < 300:
        changes.update(state="done", done_at=now, last_status=answer.status, last_error=None)
    else:
        error = answer if isinstance(answer, str) else f"answered {answer.status}"
        status = None if isinstance(answer, str) else answer.status
        changes.update(last_status=status, last_error=error[:500])
        gone = status == GONE or error == ENDED
        if gone or attempts > len(WAITS):
            changes.update(state="dead", done_at=now)
        else:
            changes.update(next_at=now + WAITS[attempts - 1])
        log.info("delivery failed", key=delivery.key, attempts=attempts, error=error)
    with engine.database.transaction() as connection:
        deliveries.finish(connection, delivery.key, delivery.fence, **changes)
        if changes["last_status"] == GONE:
            callback_subscriptions.change(connection, delivery.subscription_key, active=False)
