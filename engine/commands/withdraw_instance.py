"""Withdraw a case: its starter takes it back."""

from __future__ import annotations

from engine.access import may
from engine.advance import withdrawing
from engine.commands.finish import finish
from engine.engine import Engine
from engine.store.loading import load_tree
from engine.vocabulary import Actor, Key


def withdraw_instance(engine: Engine, actor: Actor, instance_key: Key, *, reason: str | None = None) -> None:
    """Rejections: `instance_not_found`, `not_allowed`, `instance_ended`, `instance_suspended`,
    `wrong_state` (called by another), `withdraw_too_late`."""
    with engine.command(instance_key) as door:
        case = load_tree(door.connection, door.root, instance_key=instance_key)
        instance = case.instances[instance_key]
        may.withdraw(actor, instance)
        advance = withdrawing.withdraw(case, door.world, actor, instance, reason=reason)
        finish(engine, door.connection, door.world, case, advance)
