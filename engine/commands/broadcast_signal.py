"""Broadcast a signal to every case that waits for it, and start the processes that begin with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.commands.apply_effect import apply_effect, route_signal
from engine.engine import Engine
from engine.vocabulary import Key


def broadcast_signal(engine: Engine, name: str, *, variables: Mapping[str, Any] | None = None) -> Key:
    """The signal's key. Each receiver takes it in a transaction of its own."""
    with engine.opening() as (connection, world):
        key = world.key()
        effects = route_signal(engine, connection, world, name, dict(variables or {}), at_once=True)
    for effect in effects:
        apply_effect(engine, effect)
    return key
