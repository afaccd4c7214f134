"""What a person typed, checked against the form and the field rights of the step. The server decides; the page only helps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine import feel
from engine.advance.case import Case
from engine.advance.expressions import Expressions
from engine.advance.opening import field_rights, is_start_task
from engine.advance.records import Instance, Task
from engine.advance.world import Published, World
from engine.bpmn.definition import Definition, Element
from engine.errors import InvalidInput
from engine.vocabulary import Variables
from forms import Form, FormError


def default_right(definition: Definition, element: Element) -> str:
    """A step reads the form the case began with; it writes a form of its own, and the starter writes the start form."""
    if is_start_task(element):
        return "write"
    return "read" if element.form_id == definition.start_form_id else "write"


def start_answers(world: World, published: Published, answers: Variables, starter: str) -> Variables:
    """The start form's answers, checked; without a form whatever was given. InvalidInput `invalid_answers`."""
    definition = published.definition
    if definition.start_form_id is None or definition.start_event_id is None:
        return answers
    found = world.form(definition.start_form_id, published)
    if found is None:
        raise InvalidInput("invalid_form", f"expected a form {definition.start_form_id!r}, but there is none")
    element = definition.elements[definition.start_event_id]
    draft = Instance(
        key=0,
        root_key=0,
        definition_key=published.key,
        process_id=definition.process_id,
        version=published.version,
        process_name=definition.name,
        starter=starter,
        started_at=world.now,
        organisation_revision=world.directory.revision,
        starter_unit=world.directory.unit_of(starter, world.now),
    )
    return check(world, draft, definition, element, found[1], answers, {})


def task_answers(case: Case, world: World, task: Task, answers: Variables) -> Variables:
    """A task's answers, checked; without a form whatever was given. InvalidInput `invalid_answers`."""
    if task.form_id is None:
        return answers
    published = world.published(task.definition_key)
    found = world.form(task.form_id, published)
    if found is None:
        raise InvalidInput("invalid_form", f"expected a form {task.form_id!r}, but there is none")
    instance = case.instances[task.instance_key]
    element = published.definition.elements[task.element_id]
    return check(world, instance, published.definition, element, found[1], answers, instance.variables)


def check(
    world: World,
    instance: Instance,
    definition: Definition,
    element: Element,
    form: Form,
    answers: Mapping[str, Any],
    variables: Mapping[str, Any],
) -> Variables:
    try:
        return form.check(
            answers,
            rights=field_rights(element),
            default_right=default_right(definition, element),
            variables=variables,
            evaluate=evaluator(world, instance),
            now=world.now,
        )
    except FormError as refused:
        problems = [{"path": p.path, "code": p.code, "message": p.message} for p in refused.problems]
        first = problems[0]["message"] if problems else "expected answers that fit the form"
        raise InvalidInput("invalid_answers", first, problems=problems) from None


def evaluator(world: World, instance: Instance) -> Callable[[str, Mapping[str, Any]], Any]:
    """FEEL as a form uses it: its texts have no leading `=`; JSON in, JSON out."""
    expressions = Expressions(world, instance)

    def evaluate(text: str, context: Mapping[str, Any]) -> Any:
        return feel.to_json(expressions.evaluate("=" + text, context))

    return evaluate
