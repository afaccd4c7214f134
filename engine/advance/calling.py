"""A call activity: another process begins as a part of this case, and tells its caller when it has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.advance import opening
from engine.advance.records import Instance
from engine.advance.stimuli import Begin
from engine.bpmn.waits import Wait
from engine.errors import InvalidInput

if TYPE_CHECKING:
    from engine.advance.push import Motion

MOST_DEPTH = 20


def call(motion: Motion, instance: Instance, wait: Wait) -> None:
    """Begins the called process; an incident of the call where that cannot be."""
    world, run = motion.world, motion.run(instance.key)
    called = world.called(wait.name, wait.binding, motion.published(instance))
    if called is None or not called.definition.begins_by_itself:
        why = "there is none" if called is None else "it waits for an event"
        sentence = f"expected a process {wait.name!r} that begins by itself, but {why}"
        run.fail(wait.n, "called_element_error", sentence, {"process": wait.name})
        return
    if _depth(motion, instance) >= MOST_DEPTH:
        run.fail(wait.n, "call_too_deep", f"expected at most {MOST_DEPTH} calls in one another", {})
        return
    try:
        answered = not opening.start_answers_missing(world, called, wait.variables, instance.starter)
    except InvalidInput as refused:
        run.fail(wait.n, "called_element_error", refused.message, {"process": wait.name})
        return
    child = opening.new_instance(world, called, starter=instance.starter, parent=(instance, wait.n), variables=wait.variables)
    activation = motion.advance.activations.get((instance.key, wait.n))
    if activation is not None and activation.entered_step:  # one that is tried again was written before, under its first key
        child.parent_activation_key = activation.key
    motion.case.instances[child.key] = child
    motion.apply(Begin(child.key, opening.numbered(child, called, wait.variables), answered=answered))


def _depth(motion: Motion, instance: Instance) -> int:
    depth, parent = 0, instance.parent_key
    while parent is not None:
        depth, parent = depth + 1, motion.case.instances[parent].parent_key
    return depth
