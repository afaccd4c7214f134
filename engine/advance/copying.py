"""抄送: people and roles that `gc.copy_to` tells of a case, when it starts or when a step of it opens. They need not act."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine.advance.records import Copy, Instance
from engine.errors import InvalidInput
from engine.people import addressees

if TYPE_CHECKING:
    from engine.advance.push import Motion


def copy_at_start(motion: Motion, instance: Instance) -> None:
    """Whom the process and its start event name."""
    definition, variables = motion.published(instance).definition, motion.run(instance.key).variables
    copy_to(motion, instance, definition.properties, variables)
    if definition.start_event_id is not None:
        start = definition.elements[definition.start_event_id]
        copy_to(motion, instance, start.properties, variables, start.element_id)


def copy_to(
    motion: Motion,
    instance: Instance,
    properties: Mapping[str, str],
    variables: Mapping[str, Any],
    element_id: str | None = None,
) -> None:
    """One copy for each whom `gc.copy_to` names. Who cannot be told of a case does not hold it up: history says why."""
    if "gc.copy_to" not in properties:
        return
    try:
        to = motion.expressions(instance).evaluate(properties["gc.copy_to"], variables)
        seats = addressees(motion.world.directory, to)
    except InvalidInput as refused:
        motion.record(instance, "case.copy_failed", element_id, sentence=refused.message)
        return
    motion.advance.copies += [
        Copy(motion.world.key(), instance.key, instance.root_key, seat.candidate, motion.actor, element_id) for seat in seats
    ]
    if seats:
        motion.record(instance, "case.copied", element_id, to=[seat.candidate for seat in seats])
