"""How a new case, and a step that opens, come to be: number and title, seats and work items, or a decision at once."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from engine import feel
from engine.advance.case import Case
from engine.advance.copying import copy_to
from engine.advance.expressions import Expressions
from engine.advance.records import Instance, Task, WorkItem
from engine.advance.world import Published, World
from engine.approvals import Step, most_signers, open_items
from engine.bpmn.definition import Definition, Element, Kind
from engine.bpmn.waits import Wait
from engine.errors import InvalidInput
from engine.people import policies, resolve, who
from engine.vocabulary import Seat, SignMode, Stance, Variables, WorkItemState

if TYPE_CHECKING:
    from engine.advance.push import Motion

CASE_NUMBER_VARIABLE = "case_number"
SYSTEM = "system"
"""The starter and the actor where no person is."""
FIELD_RIGHT = "gc.field."


def new_instance(
    world: World,
    published: Published,
    *,
    starter: str,
    variables: Mapping[str, Any],
    parent: tuple[Instance, int] | None = None,
    business_id: str | None = None,
    tags: Sequence[str] = (),
) -> Instance:
    """An instance that has not begun yet. A called one belongs to the call tree and the starter of its caller; the number
    among the variables it was given is its caller's."""
    definition, key = published.definition, world.key()
    pattern = published.settings.get("numbering")
    given = variables.get(_number_variable(published)) if parent is None else None
    number = str(given) if given else world.next_number(definition.process_id, pattern) if pattern else None
    return Instance(
        key=key,
        root_key=key if parent is None else parent[0].root_key,
        parent_key=None if parent is None else parent[0].key,
        parent_n=None if parent is None else parent[1],
        definition_key=published.key,
        process_id=definition.process_id,
        version=published.version,
        process_name=definition.name,
        process_name_en=definition.name_en,
        version_tag=definition.version_tag,
        starter=starter,
        starter_unit=world.directory.unit_of(starter, world.now),
        started_at=world.now,
        organisation_revision=world.directory.revision,
        number=number,
        business_id=business_id,
        title=definition.name,
        salt=f"{world.key():x}",
        tags=tuple(tags),
    )


def numbered(instance: Instance, published: Published, variables: Mapping[str, Any]) -> Variables:
    """The start variables with the case's number under the name the process gives it (`number_variable`)."""
    if instance.number is None:
        return dict(variables)
    return {**variables, _number_variable(published): instance.number}


def _number_variable(published: Published) -> str:
    return str(published.settings.get("number_variable", CASE_NUMBER_VARIABLE))


def starter_of(published: Published, variables: Mapping[str, Any], people: Container[str]) -> str:
    """Whose case a message or signal starts: the person its variables name (`starter`, or what the process's
    `starter_variable` says), else the house itself."""
    named = variables.get(str(published.settings.get("starter_variable", "starter")))
    return named if isinstance(named, str) and named in people else SYSTEM


def start_answers_missing(
    world: World, published: Published, variables: Mapping[str, Any], starter: str, at: str | None = None
) -> bool:
    """Whether a called or message-started case still needs its start form: a required field of it has no value.

    `at`: the start event, None for the one with the form. A start event that leads to a first step of its own opens no
    start task: that step gathers what is missing.
    """
    definition = published.definition
    if definition.start_form_id is None or definition.start_event_id is None or not _leads_where_the_form_does(definition, at):
        return False
    found = world.form(definition.start_form_id, published)
    rights = field_rights(definition.elements[definition.start_event_id])
    evaluate = form_evaluator(world, draft(world, published, starter))
    return found is not None and bool(found[1].required_missing(variables, evaluate=evaluate, rights=rights))


def _leads_where_the_form_does(definition: Definition, at: str | None) -> bool:
    if at is None or at == definition.start_event_id:
        return True
    begins = (definition.elements[at], definition.elements[definition.start_event_id or at])
    first, forms_first = ({definition.flows[flow].target for flow in each.outgoing} for each in begins)
    return first == forms_first


def field_rights(element: Element) -> dict[str, str]:
    """Field key -> write, read, hide or mask, as the step says."""
    return {
        name.removeprefix(FIELD_RIGHT): value.strip()
        for name, value in element.properties.items()
        if name.startswith(FIELD_RIGHT)
    }


def form_evaluator(world: World, instance: Instance) -> Callable[[str, Mapping[str, Any]], Any]:
    """FEEL as a form uses it: its texts have no leading `=`; JSON in, JSON out."""
    expressions = Expressions(world, instance)

    def evaluate(text: str, context: Mapping[str, Any]) -> Any:
        return feel.to_json(expressions.evaluate("=" + text, context))

    return evaluate


def draft(world: World, published: Published, starter: str) -> Instance:
    """An instance nobody has started, for what must be evaluated before there is one."""
    return Instance(
        key=0,
        root_key=0,
        definition_key=published.key,
        process_id=published.definition.process_id,
        version=published.version,
        process_name=published.definition.name,
        starter=starter,
        started_at=world.now,
        organisation_revision=world.directory.revision,
        starter_unit=world.directory.unit_of(starter, world.now),
    )


def open_task(motion: Motion, instance: Instance, wait: Wait) -> None:
    """Seats the step. A step that nobody need sign is decided at once; one that nobody can sign is an incident."""
    element = motion.published(instance).definition.elements[wait.element_id]
    run = motion.run(instance.key)
    variables = run.variables_at(wait.n)
    try:
        step = Step.from_properties(element.properties)
        seats = _seats(motion, instance, element, step, variables)
        due_at = motion.expressions(instance).moment(element.due_date, variables)
        follow_up_at = motion.expressions(instance).moment(element.follow_up_date, variables)
        priority = _priority(motion, instance, element)
    except InvalidInput as refused:
        run.fail(wait.n, "assignment_error", refused.message, {**refused.facts, "element": element.element_id})
        return
    if seats is None:
        people = "somebody" if step.needed == 1 else f"{step.needed} different people"
        run.fail(wait.n, "nobody_found", f"expected {people} who may decide this step, but the organisation has none", {})
        return
    if not seats:
        outcome = step.named(Stance.FOR) or next(iter(step.outcomes))
        motion.record(instance, "task.skipped", element.element_id, n=wait.n, outcome=outcome)
        run.complete(wait.n, outcome_variables(element, outcome))
        return
    published = motion.published(instance)
    form_id = _form_id(published.definition, element)
    found = motion.world.form(form_id, published) if form_id else None
    if form_id and found is None:
        run.fail(wait.n, "form_not_found", f"expected a form {form_id!r}, but there is none", {"form": form_id})
        return
    task = _task(motion, instance, wait, element, step, seats)
    task.form_id, task.form_key = form_id, found[0] if found else None
    task.due_at, task.follow_up_at, task.priority = due_at, follow_up_at, priority
    _seat(motion, task, step, seats)
    motion.record(instance, "task.opened", element.element_id, n=wait.n, seats=[seat.candidate for seat in seats])
    if not is_start_task(element):
        copy_to(motion, instance, element.properties, variables, element.element_id)


def outcome_variables(element: Element, outcome: str) -> Variables:
    """What a decided step leaves behind for the diagram."""
    if not {"gc.sign", "gc.outcomes", "gc.outcome_variable"} & element.properties.keys():
        return {}
    return {element.properties.get("gc.outcome_variable", "outcome"): outcome}


def is_start_task(element: Element) -> bool:
    return element.kind is Kind.START_EVENT


def _form_id(definition: Definition, element: Element) -> str | None:
    return definition.start_form_id if is_start_task(element) else element.form_id


def _seats(
    motion: Motion, instance: Instance, element: Element, step: Step, variables: Mapping[str, Any]
) -> tuple[Seat, ...] | None:
    """The seats after all policies; empty: nobody need sign; None: nobody can."""
    world, expressions = motion.world, motion.expressions(instance)
    if is_start_task(element):
        return _start_seats(world, motion.published(instance), instance.starter)

    def value(text: str | None) -> Any:
        return None if text is None else expressions.evaluate(text, variables)

    seats = resolve(
        world.directory,
        assignee=value(element.assignee),
        candidate_groups=value(element.candidate_groups),
        candidate_users=value(element.candidate_users),
    )
    at, properties = world.now, element.properties
    if "gc.sign" not in properties:
        return _settle(policies.apply_nobody_rule(world.directory, seats, properties.get("gc.nobody", "incident"), at))
    rule = properties.get("gc.starter_is_approver", "superior")
    ruled = policies.apply_starter_rule(world.directory, seats, instance.starter, rule, at)
    if seats and not ruled.seats and not ruled.vacant:
        return ()
    excluded = excluded_from(world, motion.case, instance, element)
    rule = properties.get("gc.nobody", "incident")
    filled = policies.apply_nobody_rule(world.directory, ruled.seats, rule, at, excluded=excluded)
    if filled.seats and step.mode is SignMode.ANY:
        return filled.seats  # any one person decides, so a seat that nobody fills holds nothing up
    if filled.seats and step.mode is SignMode.COUNT:
        filled = _with_enough_people(world, step, filled, rule, excluded)
    return _settle(replace(filled, vacant=(*ruled.vacant, *filled.vacant)))


def _start_seats(world: World, published: Published, starter: str) -> tuple[Seat, ...] | None:
    """The starter's; where a message or a timer began the case for nobody, or its starter has left, the process's owners'."""
    owner = published.settings.get("owner_role")
    seats = [Seat(f"user:{starter}", (("starter", {"starter": starter}),))]
    if owner is not None:
        rule = f"role:{owner}"
        seats.append(Seat(rule, (("nobody", {"instead_of": seats[0].candidate, "rule": rule}),)))
    return next(((seat,) for seat in seats if who(world.directory, seat, world.now)), None)


def _with_enough_people(
    world: World, step: Step, seating: policies.Seating, rule: str, excluded: frozenset[str]
) -> policies.Seating:
    """`count:n` needs n different people: where fewer may sign, `gc.nobody` names more of them, or the seats are vacant.

    `skip` names nobody: it drops a seat that nobody fills, it does not turn two signatures into one.
    """
    seats, directory, at = seating.seats, world.directory, world.now
    while True:
        people = {seat.candidate: sorted(set(who(directory, seat, at)) - excluded) for seat in seats}
        known = {person for several in people.values() for person in several}
        units = {person: unit for person in known if (unit := directory.unit_of(person, at))} if step.different else {}
        if most_signers(step, open_items(step, seats), people, units) >= step.needed:
            return replace(seating, seats=seats)
        more = policies.replacement(directory, seats[-1], rule, at, excluded | known)
        if more is None or more.candidate in people:
            return replace(seating, vacant=(*seating.vacant, *seats))
        seats = (*seats, more)


def _settle(seating: policies.Seating) -> tuple[Seat, ...] | None:
    """None where a seat is vacant, or nobody was named at all."""
    if seating.vacant or not (seating.seats or seating.skipped):
        return None
    return seating.seats


def excluded_from(world: World, case: Case, instance: Instance, element: Element) -> frozenset[str]:
    """People who may not decide this step: deciders of the elements in `gc.different_from`, and who asks."""
    properties = element.properties
    if "gc.sign" not in properties:
        return frozenset()
    named = [part.strip() for part in properties.get("gc.different_from", "").split(",") if part.strip()]
    excluded = world.deciders(instance.key, named) | _deciding_now(case, instance, named) if named else frozenset()
    return excluded if properties.get("gc.starter_is_approver", "superior") == "self" else excluded | {instance.starter}


def _deciding_now(case: Case, instance: Instance, element_ids: Sequence[str]) -> frozenset[str]:
    """Who decided one of these elements in this very push, so that nothing is written of it yet."""
    decided = [t.key for t in case.tasks.values() if t.instance_key == instance.key and t.element_id in element_ids]
    items = [item for key in decided for item in case.work_items.get(key, ())]
    return frozenset(item.decided_by for item in items if item.decided_by is not None and item.state is WorkItemState.DONE)


def _task(motion: Motion, instance: Instance, wait: Wait, element: Element, step: Step, seats: Sequence[Seat]) -> Task:
    definition = motion.published(instance).definition
    names = [seat.candidate.partition(":") for seat in seats]
    is_named = element.assignee is not None and len(seats) == 1 and seats[0].candidate.startswith("user:")
    return Task(
        key=motion.world.key(),
        instance_key=instance.key,
        root_key=instance.root_key,
        n=wait.n,
        element_id=element.element_id,
        name=element.name or definition.name,
        name_en=element.name_en,
        process_id=instance.process_id,
        process_name=instance.process_name,
        definition_key=instance.definition_key,
        opened_at=motion.world.now,
        local_variables=_own_names(motion, instance, wait, element),
        sign={
            "mode": str(step.mode),
            "needed": step.needed,
            "decide": step.decide,
            "outcomes": {name: str(stance) for name, stance in step.outcomes.items()},
        },
        starter=instance.starter,
        title=instance.title,
        assignee=seats[0].candidate.removeprefix("user:") if is_named else None,
        candidate_groups=tuple(dict.fromkeys(name.partition("@")[0] for kind, _, name in names if kind == "role")),
        candidate_users=tuple(dict.fromkeys(name for kind, _, name in names if kind == "user" and not is_named)),
    )


def _own_names(motion: Motion, instance: Instance, wait: Wait, element: Element) -> Variables:
    """What the step sees and the instance does not hold, or holds otherwise: a multi-instance's item, mapped inputs."""
    if not wait.variables and element.scope_id is None:
        return {}
    run = motion.run(instance.key)
    seen, around = run.variables_at(wait.n), run.variables
    own = {name: value for name, value in seen.items() if name not in around or around[name] is not value}
    return dict(feel.to_json(own))


def _priority(motion: Motion, instance: Instance, element: Element) -> int:
    if element.priority is None:
        return 50
    value = feel.to_json(motion.expressions(instance).evaluate(element.priority, instance.variables))
    try:
        return min(max(int(value), 0), 100)
    except (TypeError, ValueError):
        return 50


def _seat(motion: Motion, task: Task, step: Step, seats: Sequence[Seat]) -> None:
    by_candidate = {seat.candidate: seat for seat in seats}
    items = [
        WorkItem(
            key=motion.world.key(),
            task_key=task.key,
            instance_key=task.instance_key,
            root_key=task.root_key,
            seat=ballot.index,
            candidate=ballot.candidate,
            state=ballot.state,
            opened_at=motion.world.now,
            assignee=task.assignee,
            reasons=by_candidate[ballot.candidate].reasons,
        )
        for ballot in open_items(step, seats)
    ]
    motion.case.tasks[task.key] = task
    motion.case.work_items[task.key] = items
    motion.advance.tasks[task.key] = task
    motion.advance.work_items.update({item.key: item for item in items})
