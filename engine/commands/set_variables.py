"""Set variables of a case from outside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.access import may
from engine.advance.case import active
from engine.advance.push import push
from engine.advance.stimuli import SetVariables
from engine.commands.finish import finish
from engine.engine import Engine
from engine.store.loading import load_tree
from engine.vocabulary import Actor, Key


def set_variables(engine: Engine, actor: Actor, instance_key: Key, variables: Mapping[str, Any], *, n: int | None = None) -> None:
    """Of the instance, or local to its activation `n`. Rejections: `not_allowed`, `instance_not_found`, `instance_ended`."""
    with engine.command(instance_key) as door:
        may.administer(actor)
        case = load_tree(door.connection, door.root, instance_key=instance_key)
        active(case.instances[instance_key])
        advance = push(case, door.world, actor.user_id, SetVariables(instance_key, dict(variables), n))
        finish(engine, door.connection, door.world, case, advance)
