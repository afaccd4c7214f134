"""Hand out buffered messages that somebody waits for after all.

A message may be published in the very moment in which a case begins to wait, each unseen by the other until both have
committed. Then neither hands it over; whoever looks again does.
"""

from __future__ import annotations

from engine.codec import to_text
from engine.engine import Engine
from engine.store import messages, pending_effects


def hand_out_messages(engine: Engine) -> int:
    """How many were handed out, each as an effect of its own."""
    with engine.looking() as connection:
        missed = messages.missed(connection, engine.clock.now())
    if not missed:
        return 0
    handed = 0
    with engine.opening() as (connection, world):
        served: set[tuple[int, int]] = set()
        for message in messages.missed(connection, world.now):
            place = (message.instance_key, message.n)
            if place in served or not messages.consume(connection, message.key):
                continue
            served.add(place)
            payload = {
                "instance_key": str(message.instance_key),
                "n": message.n,
                "variables": message.variables,
                "name": message.name,
                "correlation_key": message.correlation_key,
                "expires_at": message.expires_at.isoformat(),
            }
            row = {
                "key": world.key(),
                "kind": "deliver",
                "source_key": message.root_key,
                "payload": to_text(payload),
                "created_at": world.now,
                "due_at": world.now,
            }
            pending_effects.add(connection, [row])
            world.leaves_work = True
            handed += 1
    return handed
