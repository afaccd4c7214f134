"""All tables together: importing this module completes `metadata`."""

from __future__ import annotations

from engine.store import (
    activations,
    activities,
    epochs,
    events,
    incidents,
    instances,
    jobs,
    message_subscriptions,
    messages,
    pending_effects,
    signal_subscriptions,
    tasks,
    timers,
    work_items,
)
from engine.store.columns import metadata

__all__ = ["TABLE_MODULES", "metadata"]

TABLE_MODULES = (
    activations,
    activities,
    epochs,
    events,
    incidents,
    instances,
    jobs,
    message_subscriptions,
    messages,
    pending_effects,
    signal_subscriptions,
    tasks,
    timers,
    work_items,
)
