"""Callback subscriptions and the ledger of what was delivered."""

from __future__ import annotations

from engine.engine import Engine
from engine.errors import NotFound
from engine.queries.case import seen_instance
from engine.store import callback_subscriptions, deliveries
from engine.store.records import Record
from engine.vocabulary import Actor, Key

SHOWN = 500
"""Deliveries of a subscription that a look shows."""


def subscriptions(engine: Engine) -> list[Record]:
    with engine.looking() as connection:
        return callback_subscriptions.all_of(connection)


def subscription(engine: Engine, subscription_key: Key) -> Record:
    """Raises NotFound("subscription_not_found")."""
    with engine.looking() as connection:
        found = callback_subscriptions.find(connection, subscription_key)
    if found is None:
        raise NotFound("subscription_not_found", f"expected a subscription {subscription_key}, but there is none")
    return found


def ledger(engine: Engine, subscription_key: Key) -> list[Record]:
    """The latest deliveries of a subscription first. Raises NotFound("subscription_not_found")."""
    subscription(engine, subscription_key)
    with engine.looking() as connection:
        return deliveries.of_subscription(connection, subscription_key, limit=SHOWN)


def ledger_of_case(engine: Engine, actor: Actor, instance_key: Key) -> list[Record]:
    """What others were told of a case, in order. Raises NotFound("instance_not_found"), NotAllowed("not_allowed")."""
    with engine.looking() as connection:
        instance = seen_instance(engine, connection, actor, instance_key)
        return deliveries.of_tree(connection, int(instance.root_key))
