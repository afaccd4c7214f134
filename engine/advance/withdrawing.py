"""The starter takes the case back, and an administrator ends it."""

from __future__ import annotations

from engine.advance.advance import Advance
from engine.advance.case import Case, active
from engine.advance.push import Motion, push
from engine.advance.records import Event, Instance
from engine.advance.stimuli import End, Trigger
from engine.advance.world import World
from engine.bpmn.waits import WaitKind
from engine.errors import WrongState
from engine.vocabulary import ActivationState, Actor, CaseOutcome, Variables

WITHDRAW_MESSAGE = "gc.withdraw"
"""The internal message an event sub-process may listen to: then the diagram decides what a withdrawal does."""


def withdraw(case: Case, world: World, actor: Actor, instance: Instance, *, reason: str | None = None) -> Advance:
    """The case ends as withdrawn, or goes the way its diagram draws for `gc.withdraw`.

    WrongState `withdraw_too_late` once one of the elements in the process's `gc.withdraw_until` is done, `wrong_state` for a
    case that another one called: its caller would wait for it for ever.
    """
    active(instance)
    _refuse_called(instance)
    _refuse_too_late(world, instance)
    listener = _listener(case, world, instance)
    if listener is None:
        return push(case, world, actor.user_id, End(instance.key, CaseOutcome.WITHDRAWN, reason))
    payload: Variables = {} if reason is None else {"reason": reason}
    event = Event(instance.key, instance.root_key, "case.withdrawal_requested", actor.user_id, None, payload)
    trigger = Trigger(instance.key, listener, {"withdraw_reason": reason})
    return push(case, world, actor.user_id, trigger, advance=Advance(events=[event]))


def _refuse_too_late(world: World, instance: Instance) -> None:
    definition = world.published(instance.definition_key).definition
    named = {part.strip() for part in definition.properties.get("gc.withdraw_until", "").split(",") if part.strip()}
    if not named:
        return
    done = (a.element_id for a in world.log(instance.key) if a.state is ActivationState.DONE)
    until = next((element_id for element_id in done if element_id in named), None)
    if until is not None:
        raise WrongState("withdraw_too_late", f"expected {until!r} not to be done yet, but it is", until=until)


def _refuse_called(instance: Instance) -> None:
    if instance.parent_key is not None:
        root = str(instance.root_key)
        raise WrongState("wrong_state", f"expected a case that no other called, but {root} called this one", root=root)


def _listener(case: Case, world: World, instance: Instance) -> int | None:
    """The activation of an open listener for the withdrawal, if the diagram drew one."""
    run = Motion(case, world, "", Advance()).run(instance.key)
    waits = (w.n for w in run.open_waits() if w.kind is WaitKind.MESSAGE and w.name == WITHDRAW_MESSAGE)
    return next(waits, None)


def cancel(case: Case, world: World, actor: Actor, instance: Instance, *, reason: str | None = None) -> Advance:
    """An administrator, or another system, ends the case; what it called ends with it. `wrong_state` for a called one."""
    active(instance)
    _refuse_called(instance)
    return push(case, world, actor.user_id, End(instance.key, CaseOutcome.CANCELED, reason))
