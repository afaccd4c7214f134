"""Register an address that is told of events, end it, and send again what did not arrive."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from engine.access.addresses import check_address
from engine.codec import to_text
from engine.engine import Engine
from engine.errors import InvalidInput, NotFound
from engine.library.outbox import EVENT_NAMES
from engine.store import callback_subscriptions, deliveries
from engine.vocabulary import Actor, Key


@dataclass(frozen=True, slots=True)
class Subscribed:
    """`secret` (Standard Webhooks, `whsec_…`) is shown this once."""

    key: Key
    secret: str


def subscribe_callback(
    engine: Engine,
    actor: Actor,
    address: str,
    *,
    event_types: Sequence[str] = (),
    process_id: str | None = None,
    element_id: str | None = None,
    instance_key: Key | None = None,
) -> Subscribed:
    """No `event_types`: all. Rejections: `address_refused`, `invalid_request` for a name that is no event."""
    unknown = [name for name in event_types if name not in EVENT_NAMES]
    if unknown:
        raise InvalidInput("invalid_request", f"expected events of {sorted(EVENT_NAMES)}, but {unknown[0]!r} is none")
    check_address(address, engine.settings.private_callbacks)
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()
    with engine.opening() as (connection, world):
        key = world.key()
        callback_subscriptions.add(
            connection,
            {
                "key": key,
                "address": address,
                "secret": secret,
                "process_id": process_id,
                "element_id": element_id,
                "event_types": to_text(list(event_types)),
                "instance_key": instance_key,
                "active": True,
                "created_by": actor.user_id,
                "created_at": world.now,
            },
        )
    return Subscribed(key, secret)


def unsubscribe_callback(engine: Engine, subscription_key: Key) -> None:
    """NotFound `subscription_not_found`."""
    with engine.opening() as (connection, _):
        if not callback_subscriptions.change(connection, subscription_key, active=False):
            raise NotFound("subscription_not_found", f"expected a subscription {subscription_key}, but there is none")


def replay_delivery(engine: Engine, delivery_key: Key) -> None:
    """Sends a dead delivery again from its first attempt. NotFound `delivery_not_found` where it is not dead."""
    with engine.opening() as (connection, world):
        if not deliveries.replay(connection, [delivery_key], world.now):
            raise NotFound("delivery_not_found", f"expected a dead delivery {delivery_key}, but there is none")
