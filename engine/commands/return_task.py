"""Return a case from a step to one it has passed."""

from __future__ import annotations

from collections.abc import Sequence

from engine.advance import returning
from engine.commands.finish import finish
from engine.engine import Engine
from engine.store.loading import load_task
from engine.vocabulary import Actor, Key


def return_task(engine: Engine, actor: Actor, task_key: Key, *, targets: Sequence[str] = (), comment: str | None = None) -> None:
    """`targets`: element ids; none: the start. A reason is always needed.

    Rejections: those of a vote, `verb_not_offered`, `reason_missing`, `not_passed`, `target_is_multi_instance`,
    `other_instance`, `irreversible`.
    """
    with engine.command(task_key, of="task") as door:
        case, task = load_task(door.connection, door.root, task_key)
        advance = returning.return_task(
            case,
            door.world,
            actor,
            task,
            targets=targets,
            comment=comment,
            allow_irreversible=actor.is_administrator,
        )
        finish(engine, door.connection, door.world, case, advance)
