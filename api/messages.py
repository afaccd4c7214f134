"""Messages and signals from outside."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response

from api.application import actor, engine
from api.blueprint import Blueprint
from api.json_text import answer
from api.permissions import WORK
from api.shapes import answer_shape, json_object, key, shape, text, whole
from api.tenant import TENANT
from engine.commands import broadcast_signal, correlate_message, publish_message

blueprint = Blueprint("messages", "What other systems tell a case: messages for one, signals for all.")

LONGEST_KEPT_MS = 30 * 24 * 3600 * 1000

_MESSAGE = {
    "name": text(required=True, least=1, most=1_000),
    "correlationKey": text(null=True, most=10_000),
    "variables": json_object(null=True),
}
_PUBLICATION = shape(
    "MessagePublication",
    {**_MESSAGE, "timeToLive": whole(null=True, least=0, most=LONGEST_KEPT_MS), "messageId": text(null=True, most=1_000)},
)
_CORRELATION = shape("MessageCorrelation", _MESSAGE)
PUBLISHED = answer_shape("PublishedMessage", {"messageKey": key(), "tenantId": text()})
CORRELATED = answer_shape("CorrelatedMessage", {"messageKey": key(), "processInstanceKey": key(), "tenantId": text()})
_SIGNAL = shape("SignalBroadcast", {"signalName": text(required=True, least=1, most=1_000), "variables": json_object(null=True)})
BROADCAST = answer_shape("BroadcastSignal", {"signalKey": key(), "tenantId": text()})


@blueprint.post("/messages/publication", WORK, takes=_PUBLICATION, gives=PUBLISHED)
def publish(body: dict[str, Any]) -> Response:
    """Publish a message; kept for `timeToLive` milliseconds while nobody waits for it"""
    published = publish_message.publish_message(
        engine(),
        actor(),
        body["name"],
        correlation_key=body.get("correlationKey") or "",
        variables=body.get("variables"),
        time_to_live=timedelta(milliseconds=body.get("timeToLive") or 0),
        message_id=body.get("messageId") or None,
    )
    return answer({"messageKey": str(published.key), "tenantId": TENANT})


@blueprint.post("/messages/correlation", WORK, takes=_CORRELATION, gives=CORRELATED)
def correlate(body: dict[str, Any]) -> Response:
    """Give a message to who waits for it now; 404 when nobody does"""
    correlated = correlate_message.correlate_message(
        engine(),
        actor(),
        body["name"],
        correlation_key=body.get("correlationKey") or "",
        variables=body.get("variables"),
    )
    return answer({"messageKey": str(correlated.key), "processInstanceKey": str(correlated.instance_key), "tenantId": TENANT})


@blueprint.post("/signals/broadcast", WORK, takes=_SIGNAL, gives=BROADCAST)
def broadcast(body: dict[str, Any]) -> Response:
    """Tell everybody who waits for a signal"""
    signal_key = broadcast_signal.broadcast_signal(engine(), body["signalName"], variables=body.get("variables"))
    return answer({"signalKey": str(signal_key), "tenantId": TENANT})
