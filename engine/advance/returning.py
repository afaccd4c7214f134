"""RETURN: from an open step back to one the case has passed. Semantics: docs/explanation/return.md."""

from __future__ import annotations

from collections.abc import Sequence

from engine.advance.advance import Advance
from engine.advance.case import Case, active, undecided
from engine.advance.push import push
from engine.advance.records import Event, Instance, Task
from engine.advance.stimuli import Rewind
from engine.advance.voting import element_of, seat_to_act_on
from engine.advance.world import World
from engine.bpmn.activations import past
from engine.bpmn.definition import Element, Kind
from engine.errors import InvalidInput, NotAllowed
from engine.vocabulary import ActivationState, Actor

_PLACES_TO_RETURN_TO = frozenset({Kind.USER_TASK, Kind.START_EVENT})


def return_task(
    case: Case,
    world: World,
    actor: Actor,
    task: Task,
    *,
    targets: Sequence[str] = (),
    comment: str | None = None,
    allow_irreversible: bool = False,
) -> Advance:
    """Returns the case from `task` to `targets` (element ids; none: the start).

    Rejections: `verb_not_offered` where the step does not allow it, `reason_missing`, `not_passed`,
    `target_is_multi_instance`, `other_instance`, `irreversible`, and those of a vote on the same task.
    """
    undecided(task)
    instance = active(case.instances[task.instance_key])
    element = element_of(world, task)
    if not offers_return(element.properties.get("gc.allow", ""), is_step="gc.sign" in element.properties):
        raise NotAllowed("verb_not_offered", "expected a step that may be returned, but its diagram forbids it", verb="return")
    seat_to_act_on(case, world, actor, task)
    if not (comment or "").strip():
        raise InvalidInput("reason_missing", "expected a reason for the return, but none was given")
    wanted = tuple(targets) or (_start(world, task),)
    payload = {"task": str(task.key), "to": list(wanted), "comment": comment, "n": task.n}
    advance = Advance(events=[Event(instance.key, instance.root_key, "task.returned", actor.user_id, task.element_id, payload)])
    goes_back, from_n = _whose(case, world, instance, task.n, wanted)
    rewind = Rewind(goes_back.key, from_n, wanted, allow_irreversible=allow_irreversible)
    return push(case, world, actor.user_id, rewind, advance=advance)


def _whose(case: Case, world: World, instance: Instance, n: int, wanted: Sequence[str]) -> tuple[Instance, int]:
    """The instance that goes back, and from which activation: a called case is left, and canceled with the call, where all
    targets are its caller's and the call lets returns through (`gc.allow=return`). Else its own elements are meant."""
    here, at = instance, n
    while not set(wanted) <= world.published(here.definition_key).definition.elements.keys():
        if here.parent_key is None or here.parent_n is None:
            return instance, n
        caller, at = case.instances[here.parent_key], here.parent_n
        call = _element_at(world, caller, at)
        if call is None or not offers_return(call.properties.get("gc.allow", ""), is_step=False):
            return instance, n
        here = caller
    return here, at


def _element_at(world: World, instance: Instance, n: int) -> Element | None:
    found = next((a.element_id for a in world.log(instance.key) if a.n == n), None)
    return None if found is None else world.published(instance.definition_key).definition.elements[found]


def offers_return(allowed: str, *, is_step: bool) -> bool:
    """`gc.allow` lists the verbs of a step. Without it an approval step may be returned, a plain task may not."""
    if not allowed.strip():
        return is_step
    return "return" in {verb.strip() for verb in allowed.split(",")}


def return_targets(world: World, instance: Instance, task: Task) -> list[str]:
    """The elements people worked on before this step, the nearest first: where a return may go."""
    definition = world.published(task.definition_key).definition
    log = world.log(instance.key)
    passed = past(log, task.n)
    found: dict[str, None] = {}
    for activation in sorted(log, key=lambda a: -a.n):
        element = definition.elements.get(activation.element_id)
        if (
            activation.n in passed
            and activation.n != task.n
            and activation.state is ActivationState.DONE
            and element is not None
            and element.kind in _PLACES_TO_RETURN_TO
            and (element.kind is Kind.USER_TASK or definition.start_form_id is not None)
            and element.multi_instance is None
        ):
            found.setdefault(activation.element_id)
    return list(found)


def _start(world: World, task: Task) -> str:
    definition = world.published(task.definition_key).definition
    if definition.start_event_id is None or definition.start_form_id is None:
        raise InvalidInput("not_passed", "expected a process that starts with a form, but this one does not")
    return definition.start_event_id
