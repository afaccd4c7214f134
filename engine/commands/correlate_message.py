"""Correlate a message: hand it to a case that waits for it now, or refuse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.commands.publish_message import publish_message
from engine.engine import Engine
from engine.errors import NotFound
from engine.vocabulary import Actor, Key


@dataclass(frozen=True, slots=True)
class Correlated:
    """`instance_key`: the root of the case that took the message, or that it started."""

    key: Key
    instance_key: Key


def correlate_message(
    engine: Engine, actor: Actor, name: str, *, correlation_key: str = "", variables: Mapping[str, Any] | None = None
) -> Correlated:
    """NotFound `nobody_waits` where no case takes the message."""
    sent = publish_message(engine, actor, name, correlation_key=correlation_key, variables=variables)
    if not sent.received:
        raise NotFound("nobody_waits", f"expected somebody to wait for {name!r}, but nobody does", name=name, key=correlation_key)
    return Correlated(sent.key, sent.received[0])
