"""From history to the outbox: one delivery per event and subscription that wants it, in the transaction of the event.

The body is CloudEvents JSON (structured mode, 1.0): `type` = `guicheng.` + the event's name, `subject` = the root's key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from engine.advance.case import Case
from engine.advance.records import Instance
from engine.bpmn.definition import Definition
from engine.codec import from_text, to_text
from engine.library.library import Library
from engine.library.world import DatabaseWorld
from engine.store import deliveries
from engine.store.database import Connection
from engine.store.records import Record

EVENT_NAMES = frozenset(
    {
        "case.started",
        "case.ended",
        "case.withdrawn",
        "case.canceled",
        "case.suspended",
        "case.resumed",
        "task.opened",
        "task.claimed",
        "task.decided",
        "task.returned",
        "task.overdue",
        "task.voided",
        "activation.voided",
        "incident.opened",
        "incident.resolved",
        "message.received",
        "callback.requested",
        "definition.published",
    }
)
SOURCE = "/guicheng"
LEAVES = "callback"
"""`gc.field.<key>=callback` on the process: the variable may leave the house with an event."""


def write_deliveries(
    library: Library, connection: Connection, world: DatabaseWorld, case: Case, history: Sequence[Mapping[str, Any]]
) -> None:
    """No statement where nobody subscribed to any of it."""
    subscriptions = library.subscriptions(connection)
    if not subscriptions:
        return
    wanted = [
        (subscription, row)
        for row in history
        if row["type"] in EVENT_NAMES
        for subscription in subscriptions
        if _wants(subscription, row, case.instances[row["instance_key"]])
    ]
    if not wanted:
        return
    places = {(subscription.key, row["instance_key"]) for subscription, row in wanted}
    last = deliveries.last_sequences(connection, places)
    rows = []
    for subscription, row in wanted:
        place = (subscription.key, row["instance_key"])
        last[place] = last.get(place, 0) + 1
        instance = case.instances[row["instance_key"]]
        rows.append(_delivery(world, subscription, instance, row, last[place]))
    deliveries.add(connection, rows)


def _wants(subscription: Record, row: Mapping[str, Any], instance: Instance) -> bool:
    types = from_text(subscription.event_types)
    return (
        (not types or row["type"] in types)
        and subscription.process_id in (None, instance.process_id)
        and subscription.element_id in (None, row["element_id"])
        and subscription.instance_key in (None, instance.root_key)
    )


def _delivery(
    world: DatabaseWorld, subscription: Record, instance: Instance, row: Mapping[str, Any], sequence: int
) -> dict[str, Any]:
    event_id = f"{instance.key}-{row['seq']}"
    return {
        "key": world.key(),
        "subscription_key": subscription.key,
        "instance_key": instance.key,
        "root_key": instance.root_key,
        "sequence": sequence,
        "event_id": event_id,
        "type": row["type"],
        "body": to_text(_cloud_event(world, instance, row, event_id, sequence)),
        "state": "pending",
        "next_at": world.now,
        "created_at": world.now,
    }


def _cloud_event(
    world: DatabaseWorld, instance: Instance, row: Mapping[str, Any], event_id: str, sequence: int
) -> dict[str, Any]:
    payload = from_text(row["payload"])
    data: dict[str, Any] = {
        "case": str(instance.key),
        "number": instance.number,
        "process": instance.process_id,
        "version": instance.version,
        "element": row["element_id"],
        "actor": row["actor"] or None,
        "outcome": payload.get("decided") or payload.get("outcome"),
        "variables": _leaving(world.published(instance.definition_key).definition, instance),
    }
    if row["type"] == "callback.requested":
        data["event"], data["values"] = payload.get("event"), payload.get("variables")
    return {
        "specversion": "1.0",
        "id": event_id,
        "type": f"guicheng.{row['type']}",
        "source": SOURCE,
        "subject": str(instance.root_key),
        "time": _instant(row["at"]),
        "datacontenttype": "application/json",
        "sequence": str(sequence),
        "data": data,
    }


def _leaving(definition: Definition, instance: Instance) -> dict[str, Any]:
    """The variables that the process lets out; what a step lets people do with them is another matter."""
    names = [
        name.removeprefix("gc.field.")
        for name, right in definition.properties.items()
        if name.startswith("gc.field.") and right == LEAVES
    ]
    return {name: instance.variables[name] for name in names if name in instance.variables}


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
