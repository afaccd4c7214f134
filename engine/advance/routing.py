"""Who receives a message or a signal: at most one waiting instance a process for a message, all for a signal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.advance.records import Subscription
from engine.vocabulary import Key


@dataclass(frozen=True, slots=True)
class Listener:
    """An open subscription with the process it belongs to."""

    subscription: Subscription
    process_id: str


def message_receivers(listeners: Sequence[Listener], name: str, correlation_key: str) -> list[Subscription]:
    """The oldest subscription of each process that waits for this name and key; one message reaches a process once."""
    chosen: dict[str, Subscription] = {}
    for listener in sorted(listeners, key=lambda each: (each.subscription.instance_key, each.subscription.n)):
        subscription = listener.subscription
        if subscription.name == name and (subscription.correlation_key or "") == correlation_key:
            chosen.setdefault(listener.process_id, subscription)
    return list(chosen.values())


def signal_receivers(subscriptions: Iterable[Subscription], name: str) -> list[tuple[Key, int]]:
    """Every place that waits for the signal."""
    return [(s.instance_key, s.n) for s in subscriptions if s.name == name]
