"""Cancel a case: an administrator ends it, with all it called."""

from __future__ import annotations

from engine.access import may
from engine.advance import withdrawing
from engine.commands.finish import finish
from engine.engine import Engine
from engine.store.loading import load_tree
from engine.vocabulary import Actor, Key


def cancel_instance(engine: Engine, actor: Actor, instance_key: Key, *, reason: str | None = None) -> None:
    """Rejections: `instance_not_found`, `not_allowed`, `instance_ended`, `instance_suspended`,
    `wrong_state` (called by another)."""
    with engine.command(instance_key) as door:
        may.administer(actor)
        case = load_tree(door.connection, door.root, instance_key=instance_key)
        advance = withdrawing.cancel(case, door.world, actor, case.instances[instance_key], reason=reason)
        finish(engine, door.connection, door.world, case, advance)
