"""What a machine does because time passed or work appeared: fire timers, apply effects, drop what has expired."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import structlog

from engine.commands.apply_effect import apply_effect
from engine.commands.fire_timer import fire_timer
from engine.engine import Engine
from engine.errors import Rejection
from engine.store import idempotency, messages, pending_effects, sessions, timers
from engine.store.records import Record

LEASE = timedelta(seconds=60)
"""How long claimed work may take before somebody else may claim it."""

AT_ONCE = 50
MOST_ATTEMPTS = 10
KEPT_ANSWERS = timedelta(days=1)

log = structlog.get_logger("guicheng.work")


def fire_due_timers(engine: Engine) -> int:
    """How many fired. A timer whose case refuses it is done with: the case has moved on."""
    now = engine.clock.now()
    with engine.database.transaction() as connection:
        due = timers.claim_due(connection, now=now, lease_until=now + LEASE, limit=AT_ONCE)
    fired = 0
    for timer in sorted(due, key=lambda row: (row.due_at, row.key)):
        fired += _tried(lambda timer=timer: fire_timer(engine, timer), "timer", timer)  # type: ignore[misc]  # bound at once
    return fired


def take_up_effects(engine: Engine) -> None:
    """All that are due, and those that they cause."""
    while apply_due_effects(engine):
        pass


def apply_due_effects(engine: Engine) -> int:
    """How many were taken up."""
    now = engine.clock.now()
    with engine.database.transaction() as connection:
        due = pending_effects.claim_due(connection, now=now, lease_until=now + LEASE, limit=AT_ONCE)
    for effect in due:
        if not _tried(lambda effect=effect: (apply_effect(engine, effect), True)[1], "effect", effect):  # type: ignore[misc]  # bound at once
            _postpone(engine, effect)
    return len(due)


def _postpone(engine: Engine, effect: Record) -> None:
    """Later, and later still; after the last attempt it waits for an operator with its error."""
    attempts = effect.attempts + 1
    wait = timedelta(days=365) if attempts >= MOST_ATTEMPTS else timedelta(seconds=2**attempts)
    with engine.database.transaction() as connection:
        pending_effects.postpone(
            connection,
            effect.key,
            effect.fence,
            attempts=attempts,
            due_at=engine.clock.now() + wait,
            lease_until=None,
            last_error="refused; see the log",
        )


def _tried(act: Callable[[], bool], kind: str, row: Record) -> bool:
    """Whether it was done. A rejection is an answer and is noted; a fault is noted too, and the others go on."""
    try:
        return act()
    except Rejection as refused:
        log.warning("work refused", kind=kind, key=row.key, code=refused.code, message=refused.message)
    except Exception:
        log.exception("work failed", kind=kind, key=row.key)
    return False


def drop_expired(engine: Engine) -> None:
    """Sessions, kept answers and buffered messages whose time is over."""
    now = engine.clock.now()
    with engine.database.transaction() as connection:
        messages.drop_expired(connection, now)
        sessions.drop_expired(connection, now)
        idempotency.drop_before(connection, now - KEPT_ANSWERS)


def work_until_quiet(engine: Engine) -> None:
    """Does what is due now, and what that leads to; for tests, scenarios and a clean end."""
    for _ in range(1000):
        if not apply_due_effects(engine) and not fire_due_timers(engine):
            return
    raise RuntimeError("expected the work to come to an end, but it goes on")
