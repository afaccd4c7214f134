"""What a person typed, checked against the form and the field rights of the step. The server decides; the page only helps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.advance.case import Case
from engine.advance.opening import draft, field_rights, form_evaluator, is_start_task
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
    return check(world, draft(world, published, starter), definition, element, found[1], answers, {})


def task_answers(case: Case, world: World, task: Task, answers: Variables) -> Variables:
    """A task's answers, checked; without a form whatever the step lets people write. InvalidInput `invalid_answers`."""
    published = world.published(task.definition_key)
    if task.form_id is None:
        _refuse_unwritable(field_rights(published.definition.elements[task.element_id]), answers)
        return answers
    found = world.form(task.form_id, published)
    if found is None:
        raise InvalidInput("invalid_form", f"expected a form {task.form_id!r}, but there is none")
    instance = case.instances[task.instance_key]
    element = published.definition.elements[task.element_id]
    return check(world, instance, published.definition, element, found[1], answers, seen_at(instance, task))


def _refuse_unwritable(rights: Mapping[str, str], answers: Variables) -> None:
    code = {"read": "read_only_field", "mask": "read_only_field", "hide": "hidden_field"}
    message = "expected no answer, but this field may not be changed here"
    problems = [
        {"path": name, "code": code[rights[name]], "message": message, "facts": {}}
        for name in answers
        if rights.get(name, "write") != "write"
    ]
    if problems:
        raise InvalidInput("invalid_answers", message, problems=problems)


def seen_at(instance: Instance, task: Task) -> Variables:
    """The variables as the step sees them: its own names before the instance's."""
    return {**instance.variables, **task.local_variables}


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
            evaluate=form_evaluator(world, instance),
            now=world.now.astimezone(world.directory.zone),
        )
    except FormError as refused:
        problems: list[dict[str, Any]] = [
            {"path": p.path, "code": p.code, "message": p.message, "facts": p.facts} for p in refused.problems
        ]
        first = str(problems[0]["message"]) if problems else "expected answers that fit the form"
        raise InvalidInput("invalid_answers", first, problems=problems) from None
