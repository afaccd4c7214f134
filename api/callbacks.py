"""Callbacks: who wants to hear of which events, and the ledger of what was delivered."""

from __future__ import annotations

from typing import Any

from flask import Response

from api.application import actor, engine
from api.blueprint import Blueprint
from api.json_text import answer, no_content
from api.permissions import READ, WORK
from api.shapes import NOTHING, answer_shape, flag, key, list_of, moment, shape, text, whole
from engine import codec
from engine.commands import subscribe_callback
from engine.queries import callbacks
from engine.store.records import Record

blueprint = Blueprint("callbacks", "Events that this server tells others, signed and at least once.")

_WHAT = {
    "processDefinitionId": text(null=True, most=300),
    "elementId": text(null=True, most=300),
    "eventTypes": list_of(text(least=1, most=100), null=True, most=50),
    "processInstanceKey": key(null=True),
}
_NEW = shape("NewCallbackSubscription", {"address": text(required=True, least=1, most=2_000), **_WHAT})
_SUBSCRIPTION = {
    "subscriptionKey": key(),
    "address": text(),
    "processDefinitionId": text(null=True),
    "elementId": text(null=True),
    "eventTypes": list_of(text()),
    "processInstanceKey": key(null=True),
    "active": flag(),
    "createdBy": text(null=True),
    "createdAt": moment(),
}
SUBSCRIPTION = answer_shape("CallbackSubscription", _SUBSCRIPTION)
SUBSCRIPTION_ONCE = answer_shape("CallbackSubscriptionOnce", {**_SUBSCRIPTION, "secret": text()})
SUBSCRIPTIONS = answer_shape("CallbackSubscriptions", {"items": list_of(SUBSCRIPTION)})
DELIVERY = answer_shape(
    "Delivery",
    {
        "deliveryKey": key(),
        "subscriptionKey": key(),
        "processInstanceKey": key(),
        "sequence": whole(),
        "eventId": text(),
        "type": text(),
        "state": text(),
        "attempts": whole(),
        "nextAt": moment(null=True),
        "lastStatus": whole(null=True),
        "lastError": text(null=True),
        "createdAt": moment(),
        "doneAt": moment(null=True),
    },
)
DELIVERIES = answer_shape("Deliveries", {"items": list_of(DELIVERY)})


@blueprint.post("/callback-subscriptions", WORK, takes=_NEW, gives=SUBSCRIPTION_ONCE)
def create(body: dict[str, Any]) -> Response:
    """Subscribe an address to events

    The secret that signs each delivery (Standard Webhooks) is shown this once.
    """
    made = subscribe_callback.subscribe_callback(
        engine(),
        actor(),
        body["address"],
        process_id=body.get("processDefinitionId"),
        element_id=body.get("elementId"),
        event_types=tuple(body.get("eventTypes") or ()),
        instance_key=body.get("processInstanceKey"),
    )
    return answer({**_subscription(callbacks.subscription(engine(), made.key)), "secret": made.secret})


@blueprint.get("/callback-subscriptions", WORK, gives=SUBSCRIPTIONS)
def list_subscriptions() -> Response:
    """All subscriptions, without their secrets"""
    return answer({"items": [_subscription(one) for one in callbacks.subscriptions(engine())]})


@blueprint.get("/callback-subscriptions/<key:subscription_key>", WORK, gives=SUBSCRIPTION)
def get_subscription(subscription_key: int) -> Response:
    """One subscription"""
    return answer(_subscription(callbacks.subscription(engine(), subscription_key)))


@blueprint.delete("/callback-subscriptions/<key:subscription_key>", WORK)
def remove(subscription_key: int) -> Response:
    """End a subscription; its ledger stays"""
    subscribe_callback.unsubscribe_callback(engine(), subscription_key)
    return no_content()


@blueprint.get("/callback-subscriptions/<key:subscription_key>/deliveries", WORK, gives=DELIVERIES)
def list_deliveries(subscription_key: int) -> Response:
    """The ledger of a subscription, the latest first"""
    found = callbacks.ledger(engine(), subscription_key)
    return answer({"items": [_delivery(one) for one in found]})


@blueprint.get("/process-instances/<key:process_instance_key>/deliveries", READ, gives=DELIVERIES)
def list_deliveries_of_case(process_instance_key: int) -> Response:
    """What was told to others about a case I may see"""
    found = callbacks.ledger_of_case(engine(), actor(), process_instance_key)
    return answer({"items": [_delivery(one) for one in found]})


@blueprint.post("/deliveries/<key:delivery_key>/replay", WORK, takes=NOTHING)
def replay(_body: dict[str, Any], *, delivery_key: int) -> Response:
    """Send a dead delivery again"""
    subscribe_callback.replay_delivery(engine(), delivery_key)
    return no_content()


def _subscription(subscription: Record) -> dict[str, Any]:
    return {
        "subscriptionKey": str(subscription.key),
        "address": subscription.address,
        "processDefinitionId": subscription.process_id,
        "elementId": subscription.element_id,
        "eventTypes": codec.from_text(subscription.event_types),
        "processInstanceKey": None if subscription.instance_key is None else str(subscription.instance_key),
        "active": bool(subscription.active),
        "createdBy": subscription.created_by,
        "createdAt": subscription.created_at,
    }


def _delivery(delivery: Record) -> dict[str, Any]:
    return {
        "deliveryKey": str(delivery.key),
        "subscriptionKey": str(delivery.subscription_key),
        "processInstanceKey": str(delivery.instance_key),
        "sequence": delivery.sequence,
        "eventId": delivery.event_id,
        "type": delivery.type,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "nextAt": delivery.next_at if delivery.state == "pending" else None,
        "lastStatus": delivery.last_status,
        "lastError": delivery.last_error,
        "createdAt": delivery.created_at,
        "doneAt": delivery.done_at,
    }
