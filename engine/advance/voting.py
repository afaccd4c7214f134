"""One person's vote on a step, and what follows from it. Shared by the commands and the rehearsal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from engine.advance import opening
from engine.advance.advance import Advance
from engine.advance.case import Case, active, undecided
from engine.advance.push import push
from engine.advance.records import Event, Instance, Task, WorkItem
from engine.advance.stimuli import Complete, Reject, Rewind, SetVariables, Stimulus
from engine.advance.world import World
from engine.approvals import Ballot, Step, may_vote, outcome_of_vote, tally
from engine.approvals import claimed as turns_after_claim
from engine.approvals import released as turns_after_release
from engine.bpmn.definition import Definition, Element
from engine.errors import Conflict, InvalidInput, NotAllowed
from engine.vocabulary import Actor, Stance, TaskState, Variables, WorkItemState


def vote(
    case: Case,
    world: World,
    actor: Actor,
    task: Task,
    *,
    outcome: str | None = None,
    comment: str | None = None,
    variables: Mapping[str, Any] | None = None,
    digest: str | None = None,
) -> Advance:
    """Casts the actor's vote on their seat; once the votes decide the step, the case moves.

    `variables` are answers that were checked already. Rejections: the closed list of `approvals.may_vote`,
    `approvals.outcome_of_vote` and `reason_missing`; `task_already_decided`, `task_canceled`, `instance_ended`.
    """
    undecided(task)
    instance = active(case.instances[task.instance_key])
    element = element_of(world, task)
    step = Step.from_properties(element.properties)
    items = case.work_items[task.key]
    item = seat_to_act_on(case, world, actor, task)
    named = outcome_of_vote(step, outcome)
    stance = step.outcomes[named]
    _reason_given(element, named, stance, comment)
    item.state, item.outcome, item.comment = WorkItemState.DONE, named, comment
    item.decided_by, item.decided_at, item.answers_digest = actor.user_id, world.now, digest
    advance = Advance(work_items={item.key: item})
    result = tally(step, _in_order(items))
    for index in result.open_next:
        _move(advance, items, index, WorkItemState.OPEN)
    cast = {"task": str(task.key), "outcome": named, "comment": comment, "n": task.n}
    if result.outcome is None:
        advance.events.append(_event(instance, task, "vote.cast", actor, cast))
        if not variables:
            return advance
        return push(case, world, actor.user_id, SetVariables(instance.key, variables), advance=advance)
    for index in result.withdraw:
        _move(advance, items, index, WorkItemState.WITHDRAWN)
    task.state, task.outcome, task.ended_at = TaskState.COMPLETED, result.outcome, world.now
    advance.tasks[task.key] = task
    advance.events.append(_event(instance, task, "task.decided", actor, {**cast, "decided": result.outcome}))
    definition = world.published(task.definition_key).definition
    stimuli = _then(definition, element, task, result.outcome, step.outcomes[result.outcome], dict(variables or {}))
    return push(case, world, actor.user_id, *stimuli, advance=advance)


def claim(case: Case, world: World, actor: Actor, task: Task) -> Advance:
    """The actor takes a pool's seat for themselves; claiming one's own seat again changes nothing."""
    undecided(task)
    active(case.instances[task.instance_key])
    element = element_of(world, task)
    step = Step.from_properties(element.properties)
    items = case.work_items[task.key]
    if item_of(items, actor).assignee == actor.user_id:
        return Advance()
    item = seat_to_act_on(case, world, actor, task)
    turns = turns_after_claim(step, ballots(items), item.seat, actor.user_id)
    item.assignee = actor.user_id
    advance = Advance(work_items={item.key: item})
    for index in turns.open_next:
        _move(advance, items, index, WorkItemState.OPEN)
    if is_plain(element):
        for other in items:
            if other is not item and other.state is WorkItemState.OPEN:
                _move(advance, items, other.seat, WorkItemState.WAITING)
    return advance


def release(case: Case, world: World, actor: Actor, task: Task) -> Advance:
    """A claimed seat goes back to its pool. Conflict `not_claimed` where the actor holds none of this task."""
    undecided(task)
    active(case.instances[task.instance_key])
    element = element_of(world, task)
    step = Step.from_properties(element.properties)
    items = case.work_items[task.key]
    mine = [i for i in items if i.assignee == actor.user_id and i.state is WorkItemState.OPEN]
    if not mine or mine[0].candidate == f"user:{actor.user_id}":
        raise Conflict("not_claimed", f"expected a seat that {actor.user_id} has claimed, but there is none")
    item = mine[0]
    turns = turns_after_release(step, ballots(items), item.seat)
    item.assignee = None
    advance = Advance(work_items={item.key: item})
    for index in turns.wait_again:
        _move(advance, items, index, WorkItemState.WAITING)
    if is_plain(element):
        for other in items:
            if other is not item and other.state is WorkItemState.WAITING:
                _move(advance, items, other.seat, WorkItemState.OPEN)
    return advance


def element_of(world: World, task: Task) -> Element:
    return world.published(task.definition_key).definition.elements[task.element_id]


def outcome_among(world: World, task: Task, variables: Mapping[str, Any]) -> tuple[str | None, Variables]:
    """The outcome that a completion's variables name, for clients that send no outcome of their own, and the answers.

    The outcome is no answer, unless the form has a field of that name.
    """
    properties, answers = element_of(world, task).properties, dict(variables)
    name = properties.get("gc.outcome_variable", "outcome")
    named = answers.get(name)
    if not isinstance(named, str) or not {"gc.sign", "gc.outcomes"} & properties.keys():
        return None, answers
    found = world.form(task.form_id, world.published(task.definition_key)) if task.form_id is not None else None
    if found is None or all(field.key != name for field in found[1].fields):
        del answers[name]
    return named, answers


def is_plain(element: Element) -> bool:
    """A task one person does, as against a step that people sign."""
    return "gc.sign" not in element.properties


def item_of(items: Sequence[WorkItem], actor: Actor) -> WorkItem:
    """The seat the actor would act on: a claimed one before one in a pool, an open one before any other."""

    def is_mine(item: WorkItem) -> bool:
        return item.assignee == actor.user_id or (item.assignee is None and item.candidate in actor.principals)

    mine = [item for item in items if is_mine(item)]
    for state in (WorkItemState.OPEN, WorkItemState.WAITING):
        fitting = [item for item in mine if item.state is state]
        if fitting:
            return min(fitting, key=lambda item: (item.assignee is None, item.seat))
    if any(item.decided_by == actor.user_id and item.state is WorkItemState.DONE for item in items):
        raise NotAllowed("already_voted", f"expected a first vote, but {actor.user_id} has voted here", voter=actor.user_id)
    taken = [i for i in items if i.candidate in actor.principals and i.assignee and i.state is WorkItemState.OPEN]
    if taken:
        raise Conflict("claimed_by_other", f"expected a free task, but {taken[0].assignee} has it", by=taken[0].assignee)
    raise NotAllowed("not_a_candidate", f"expected one of the candidates, but {actor.user_id} is none", user=actor.user_id)


def seat_to_act_on(case: Case, world: World, actor: Actor, task: Task) -> WorkItem:
    """The actor's seat, if they may vote on it now, and so return the case from it. Rejections: those of `may_vote`."""
    instance, element, items = case.instances[task.instance_key], element_of(world, task), case.work_items[task.key]
    step, item = Step.from_properties(element.properties), item_of(items, actor)
    excluded = opening.excluded_from(world, case, instance, element)
    may_vote(step, ballots(items), item.seat, actor.user_id, excluded=excluded, units=_units(world, items, actor))
    return item


def ballots(items: Sequence[WorkItem]) -> tuple[Ballot, ...]:
    return tuple(Ballot(i.seat, i.candidate, i.state, voter=i.decided_by, outcome=i.outcome, assignee=i.assignee) for i in items)


def _in_order(items: Sequence[WorkItem]) -> tuple[Ballot, ...]:
    given = sorted((i for i in items if i.decided_at), key=lambda i: (i.decided_at, i.seat))
    order = {item.seat: place + 1 for place, item in enumerate(given)}
    return tuple(replace(ballot, order=order.get(ballot.index, 0)) for ballot in ballots(items))


def _then(
    definition: Definition, element: Element, task: Task, outcome: str, stance: Stance, answers: Variables
) -> list[Stimulus]:
    """What the step's decision does: the diagram's own course, or what `gc.on_reject` says of a rejection."""
    place = (task.instance_key, task.n)
    variables = {**answers, **opening.outcome_variables(element, outcome)}
    on_reject = element.properties.get("gc.on_reject", "flow")
    if stance is not Stance.AGAINST or on_reject == "flow":
        return [Complete(*place, variables)]
    if on_reject == "end":
        return [SetVariables(task.instance_key, variables), Reject(*place)]
    target = definition.start_event_id if on_reject == "return_to_start" else on_reject.partition(":")[2]
    kept: list[Stimulus] = [SetVariables(task.instance_key, answers)] if answers else []
    return [*kept, Rewind(*place, (target or "",))]


def _reason_given(element: Element, outcome: str, stance: Stance, comment: str | None) -> None:
    """`gc.reason` names outcomes; `reject` stands for every one that is against."""
    needs = {part.strip() for part in element.properties.get("gc.reason", "").split(",")}
    is_needed = outcome in needs or (stance is Stance.AGAINST and "reject" in needs)
    if is_needed and not (comment or "").strip():
        raise InvalidInput("reason_missing", f"expected a reason for {outcome!r}, but none was given", outcome=outcome)


def _move(advance: Advance, items: Sequence[WorkItem], seat: int, state: WorkItemState) -> None:
    item = next(i for i in items if i.seat == seat)
    item.state = state
    advance.work_items[item.key] = item


def _units(world: World, items: Sequence[WorkItem], actor: Actor) -> dict[str, str]:
    people = {actor.user_id, *(i.decided_by for i in items if i.decided_by), *(i.assignee for i in items if i.assignee)}
    return {person: unit for person in people if (unit := world.directory.unit_of(person, world.now))}


def _event(instance: Instance, task: Task, kind: str, actor: Actor, payload: Mapping[str, Any]) -> Event:
    return Event(instance.key, instance.root_key, kind, actor.user_id, task.element_id, payload)
