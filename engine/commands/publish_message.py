"""Publish a message: to whoever waits for its name and key, or into the buffer until its time is over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from engine.commands.apply_effect import apply_effect, keep_message, route_message
from engine.commands.note import note
from engine.engine import Engine
from engine.errors import AlreadyExists, Conflict
from engine.store import messages
from engine.vocabulary import Actor, Key


@dataclass(frozen=True, slots=True)
class PublishedMessage:
    """`received`: the roots of the cases that took it at once, or that it started."""

    key: Key
    received: tuple[Key, ...]


def publish_message(
    engine: Engine,
    actor: Actor,
    name: str,
    *,
    correlation_key: str = "",
    variables: Mapping[str, Any] | None = None,
    time_to_live: timedelta = timedelta(0),
    message_id: str | None = None,
) -> PublishedMessage:
    """The same `message_id` is taken once while it is kept: AlreadyExists `message_already_published`.

    What it does to each receiver is a row of this transaction, applied in one of its own: a crash in between only
    delivers it later.
    """
    given = dict(variables or {})
    try:
        with engine.opening() as (connection, world):
            if message_id is not None:
                messages.drop_expired(connection, world.now)  # one of the same id whose time is over makes room
                if messages.is_known(connection, name, message_id, world.now):
                    raise _published_already(message_id)
            key = world.key()
            note(connection, world, "message.published", actor, name=name, correlation_key=correlation_key)
            expires_at = world.now + time_to_live
            effects = route_message(engine, connection, world, name, correlation_key, given, expires_at=expires_at, at_once=True)
            if time_to_live > timedelta(0):
                keep_message(
                    connection,
                    world,
                    name,
                    correlation_key,
                    given,
                    expires_at,
                    key=key,
                    message_id=message_id,
                    consumed=bool(effects),
                )
    except Conflict:
        if message_id is None:
            raise
        raise _published_already(message_id) from None  # the same at the same time
    received = [apply_effect(engine, effect) for effect in effects]
    return PublishedMessage(key, tuple(root for root in received if root is not None))


def _published_already(message_id: str) -> AlreadyExists:
    return AlreadyExists("message_already_published", f"expected a new message id, but {message_id!r} is kept already")
