"""What comes next, if everybody agrees: the same push on a copy, with the assumed answers it lists."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass

from engine.advance.advance import Advance
from engine.advance.case import Case
from engine.advance.opening import outcome_variables
from engine.advance.push import push
from engine.advance.records import Job, Subscription, Task, Timer
from engine.advance.stimuli import Complete
from engine.advance.world import World
from engine.approvals import Step
from engine.vocabulary import InstanceState, Key, Stance, TaskState, WorkItemState

MOST_STEPS = 50
LOOPS = "depends_on_answers"
"""A step would open a second time: what it is answered decides how it goes on."""


@dataclass(frozen=True, slots=True)
class ComingStep:
    """A step that opens later. `assumed` is the outcome it is given here, so that what follows can be seen."""

    process_id: str
    element_id: str
    name: str
    name_en: str
    seats: tuple[str, ...]
    assumed: str


@dataclass(frozen=True, slots=True)
class Preview:
    """`waits_for`: messages, timers and jobs it comes to rest at. `outcome` is set where the case would end."""

    steps: tuple[ComingStep, ...]
    waits_for: tuple[tuple[str, str], ...]
    ends: bool
    outcome: str | None
    stopped_by: tuple[str, ...]
    """Where the preview cannot see further: codes of incidents on the way, or `LOOPS`."""


def coming_steps(case: Case, world: World) -> Preview:
    """`case` holds every live instance and every open task of the call tree; it is not changed.

    `world` must give keys and numbers without writing.
    """
    copy = deepcopy(case)
    first = {task.key for task in copy.tasks.values()}
    steps: list[ComingStep] = []
    loops: list[str] = []
    seen_places: set[tuple[Key, str]] = set()
    seen = Advance()
    while len(steps) < MOST_STEPS:
        task = next((t for t in copy.tasks.values() if t.state is TaskState.CREATED), None)
        if task is None:
            break
        place = (task.instance_key, task.element_id)
        if task.key not in first and place in seen_places:
            loops.append(LOOPS)
            break
        seen_places.add(place)
        assumed = _decide(copy, world, task)
        if task.key not in first:
            seats = tuple(item.candidate for item in copy.work_items.get(task.key, []))
            steps.append(ComingStep(task.process_id, task.element_id, task.name, task.name_en, seats, assumed))
        variables = outcome_variables(world.published(task.definition_key).definition.elements[task.element_id], assumed)
        seen = push(copy, world, "", Complete(task.instance_key, task.n, variables), advance=seen)
    root = next(i for i in copy.instances.values() if i.parent_key is None)
    return Preview(
        tuple(steps),
        _waits(copy, seen),
        root.state is not InstanceState.ACTIVE,
        root.outcome,
        (*dict.fromkeys(incident.kind for incident in seen.incidents.values() if incident.state == "active"), *loops),
    )


def _decide(case: Case, world: World, task: Task) -> str:
    """Marks the step as agreed to; what it was given."""
    step = Step.from_properties(world.published(task.definition_key).definition.elements[task.element_id].properties)
    assumed = step.named(Stance.FOR) or next(iter(step.outcomes))
    task.state, task.outcome = TaskState.COMPLETED, assumed
    for item in case.work_items.get(task.key, []):
        if item.state in (WorkItemState.OPEN, WorkItemState.WAITING):
            item.state = WorkItemState.WITHDRAWN
    return assumed


def _waits(case: Case, seen: Advance) -> tuple[tuple[str, str], ...]:
    alive = {key for key, instance in case.instances.items() if instance.state is InstanceState.ACTIVE}
    rows: list[tuple[str, Subscription | Job | Timer]] = [("message", row) for row in seen.messages.values()]
    rows += [("job", row) for row in seen.jobs.values()]
    rows += [("timer", row) for row in seen.timers.values()]
    return tuple(
        (kind, row.element_id)
        for kind, row in rows
        if row.key and row.state in ("waiting", "created") and row.instance_key in alive
    )
