"""Apply an effect of one case, or of a system, on another: hand a message over, start a case, pass a signal on.

Each effect is a row, removed in the very transaction that applies it: a crash loses none and applies none twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from engine.advance import opening
from engine.advance.case import Case
from engine.advance.opening import SYSTEM
from engine.advance.push import push
from engine.advance.records import Subscription
from engine.advance.routing import Listener, message_receivers
from engine.advance.stimuli import Begin, Trigger
from engine.codec import from_text, to_text
from engine.commands.finish import finish
from engine.engine import Engine
from engine.library import DatabaseWorld
from engine.store import message_subscriptions, messages, pending_effects, signal_subscriptions
from engine.store.database import Connection
from engine.store.loading import load_tree
from engine.store.records import Record
from engine.vocabulary import InstanceState, Key, Variables

KEPT_FOR = timedelta(hours=1)
"""How long a message that a case throws waits for one that is about to listen."""

LEASE = timedelta(seconds=60)
"""How long an effect belongs to the command that applies it at once, before a worker may take it up."""

WHILE_SUSPENDED = timedelta(minutes=1)
"""Between two looks at whether a suspended case goes on."""


def apply_effect(engine: Engine, effect: Record) -> Key | None:
    """The root of the case it moved or started; None where it moved none, or was somebody else's by now."""
    payload = from_text(effect.payload)
    match effect.kind:
        case "deliver":
            return _deliver(engine, effect, payload)
        case "start":
            return _start(engine, effect, payload)
        case "message":
            _route(engine, effect, payload)
        case "signal":
            _broadcast(engine, effect, payload)
    return None


def route_message(
    engine: Engine,
    connection: Connection,
    world: DatabaseWorld,
    name: str,
    correlation_key: str,
    variables: Mapping[str, Any],
    *,
    expires_at: datetime,
    at_once: bool,
) -> list[Record]:
    """Rows that hand the message to its receivers and start the processes that begin with it; empty: nobody waits.

    `at_once`: the caller applies them itself. `expires_at`: until then it waits again if its one receiver has gone on.
    """
    waiting = [row for row in message_subscriptions.waiting_for(connection, name, correlation_key) if row.instance_key]
    listeners = [
        Listener(
            Subscription(row.key, row.instance_key, row.root_key, row.n, row.element_id, row.name, row.correlation_key),
            row.process_id,
        )
        for row in waiting
    ]
    receivers = message_receivers(listeners, name, correlation_key)
    again = {"name": name, "correlation_key": correlation_key, "expires_at": expires_at.isoformat()}
    rows = [
        _row(
            world,
            "deliver",
            {
                "instance_key": str(s.instance_key),
                "n": s.n,
                "variables": variables,
                **(again if len(receivers) == 1 else {}),
            },
            at_once,
        )
        for s in receivers
    ]
    taken = {listener.process_id for listener in listeners if listener.subscription in receivers}
    for published, element_id in engine.library.starting_with(connection, "message", name):
        if published.definition.process_id not in taken:
            start = {"definition_key": str(published.key), "element_id": element_id, "variables": variables}
            rows.append(_row(world, "start", start, at_once))
    pending_effects.add(connection, rows)
    world.leaves_work |= bool(rows)
    return [_as_record(row) for row in rows]


def route_signal(
    engine: Engine, connection: Connection, world: DatabaseWorld, name: str, variables: Mapping[str, Any], *, at_once: bool
) -> list[Record]:
    rows = [
        _row(world, "deliver", {"instance_key": str(s.instance_key), "n": s.n, "variables": variables}, at_once)
        for s in signal_subscriptions.waiting_for(connection, name)
        if s.instance_key
    ]
    for published, element_id in engine.library.starting_with(connection, "signal", name):
        start = {"definition_key": str(published.key), "element_id": element_id, "variables": variables}
        rows.append(_row(world, "start", start, at_once))
    pending_effects.add(connection, rows)
    world.leaves_work |= bool(rows)
    return [_as_record(row) for row in rows]


def _deliver(engine: Engine, effect: Record, payload: Mapping[str, Any]) -> Key | None:
    instance_key, n = int(payload["instance_key"]), int(payload["n"])
    with engine.command(instance_key) as door:
        case = load_tree(door.connection, door.root, instance_key=instance_key)
        instance = case.instances[instance_key]
        if instance.suspended:
            later = door.world.now + WHILE_SUSPENDED
            pending_effects.postpone(door.connection, effect.key, effect.fence, due_at=later)
            return None
        if not pending_effects.remove(door.connection, effect.key, effect.fence):
            return None
        if instance.state is not InstanceState.ACTIVE or not is_waiting(door.connection, instance_key, n):
            _keep_again(door.connection, door.world, payload)
            return None
        advance = push(
            case,
            door.world,
            SYSTEM,
            Trigger(instance_key, n, _variables(payload)),
        )
        finish(engine, door.connection, door.world, case, advance)
        return instance.root_key


def _variables(payload: Mapping[str, Any]) -> Variables:
    """Those out of the buffer are the text that is kept there."""
    variables = payload["variables"]
    return dict(from_text(variables) if isinstance(variables, str) else variables)


def _keep_again(connection: Connection, world: DatabaseWorld, payload: Mapping[str, Any]) -> None:
    """The one receiver of a message has gone on without it: it waits for the next one, as long as it was meant to."""
    if "expires_at" in payload and (expires_at := datetime.fromisoformat(payload["expires_at"])) > world.now:
        keep_message(connection, world, payload["name"], payload["correlation_key"], _variables(payload), expires_at)


def keep_message(
    connection: Connection,
    world: DatabaseWorld,
    name: str,
    correlation_key: str,
    variables: Mapping[str, Any],
    expires_at: datetime,
    *,
    key: Key | None = None,
    message_id: str | None = None,
    consumed: bool = False,
) -> None:
    """Puts a message into the buffer."""
    row = {
        "key": world.key() if key is None else key,
        "name": name,
        "correlation_key": correlation_key,
        "message_id": message_id,
        "variables": to_text(variables),
        "published_at": world.now,
        "expires_at": expires_at,
        "consumed": consumed,
    }
    messages.publish(connection, row)


def is_waiting(connection: Connection, instance_key: Key, n: int) -> bool:
    """Whether a message or signal is still awaited at this activation."""
    return message_subscriptions.is_waiting(connection, instance_key, n) or signal_subscriptions.is_waiting(
        connection, instance_key, n
    )


def _start(engine: Engine, effect: Record, payload: Mapping[str, Any]) -> Key | None:
    with engine.opening() as (connection, world):
        if not pending_effects.remove(connection, effect.key, effect.fence):
            return None
        published, variables = world.published(int(payload["definition_key"])), payload["variables"]
        starter = opening.starter_of(published, variables, world.directory.users)
        instance = opening.new_instance(world, published, starter=starter, variables=variables)
        case = Case.of([instance])
        answered = not opening.start_answers_missing(world, published, variables, starter, payload["element_id"])
        begin = Begin(instance.key, opening.numbered(instance, published, variables), at=payload["element_id"], answered=answered)
        finish(engine, connection, world, case, push(case, world, SYSTEM, begin))
        return instance.key


def _route(engine: Engine, effect: Record, payload: Mapping[str, Any]) -> None:
    name, correlation_key = str(payload["name"]), str(payload.get("correlation_key") or "")
    with engine.opening() as (connection, world):
        if not pending_effects.remove(connection, effect.key, effect.fence):
            return
        variables, expires_at = payload["variables"], world.now + KEPT_FOR
        routed = route_message(engine, connection, world, name, correlation_key, variables, expires_at=expires_at, at_once=False)
        if not routed:
            keep_message(connection, world, name, correlation_key, variables, expires_at)


def _broadcast(engine: Engine, effect: Record, payload: Mapping[str, Any]) -> None:
    with engine.opening() as (connection, world):
        if pending_effects.remove(connection, effect.key, effect.fence):
            route_signal(engine, connection, world, str(payload["name"]), payload["variables"], at_once=False)


def _row(world: DatabaseWorld, kind: str, payload: Mapping[str, Any], at_once: bool) -> dict[str, Any]:
    """Leased where the command applies it itself: a worker that were faster would leave the command with an empty hand."""
    return {
        "key": world.key(),
        "kind": kind,
        "source_key": None,
        "payload": to_text(payload),
        "created_at": world.now,
        "due_at": world.now,
        "lease_until": world.now + LEASE if at_once else None,
        "fence": 0,
    }


def _as_record(row: Mapping[str, Any]) -> Record:
    return Record(**row)
