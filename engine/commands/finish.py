"""The end of every command: write what the push changed, buffer what others must hear, hand out what was waiting."""

from __future__ import annotations

from engine.advance.advance import Advance
from engine.advance.case import Case
from engine.codec import to_text
from engine.engine import Engine
from engine.library import DatabaseWorld
from engine.library.outbox import write_deliveries
from engine.store import messages, pending_effects, recording
from engine.store.database import Connection


def finish(engine: Engine, connection: Connection, world: DatabaseWorld, case: Case, advance: Advance) -> None:
    """Nothing outside the database is touched: deliveries and effects are rows of this commit."""
    history = recording.write(connection, case, advance, world.now)
    write_deliveries(engine.library, connection, world, case, history)
    _hand_out_buffered(connection, world, advance)
    world.leaves_work |= bool(advance.effects) or any(job.key for job in advance.jobs.values())


def _hand_out_buffered(connection: Connection, world: DatabaseWorld, advance: Advance) -> None:
    """A message that came before its instance waited is handed out now, in a transaction of its own."""
    for subscription in advance.messages.values():
        if not subscription.key or subscription.state != "waiting":
            continue
        kept = messages.buffered(connection, subscription.name, subscription.correlation_key or "", world.now)
        if kept and messages.consume(connection, kept[0].key):
            payload = {
                "instance_key": str(subscription.instance_key),
                "n": subscription.n,
                "variables": kept[0].variables,
                "name": subscription.name,
                "correlation_key": subscription.correlation_key or "",
                "expires_at": kept[0].expires_at.isoformat(),
            }
            row = {
                "key": world.key(),
                "kind": "deliver",
                "source_key": subscription.root_key,
                "payload": to_text(payload),
                "created_at": world.now,
                "due_at": world.now,
            }
            pending_effects.add(connection, [row])
            world.leaves_work = True
