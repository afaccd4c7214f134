"""What a diagram names must be there before it goes live: forms, decisions, processes, roles and people."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.bpmn.definition import Definition, Element
from engine.errors import InvalidInput
from engine.people import Directory
from engine.people.policies import check_rules

_ROLE_FUNCTION = re.compile(r'(?:holders of|holders exactly in|on duty)\s*\(\s*"([^"]*)"')


@dataclass(frozen=True, slots=True)
class Shelf:
    """What can be named: ids of everything deployed, and of what is about to be."""

    forms: Collection[str] = ()
    decisions: Collection[str] = ()
    processes: Mapping[str, Definition] = field(default_factory=dict)


def check(definitions: Iterable[Definition], shelf: Shelf, directory: Directory) -> None:
    """InvalidInput `invalid_bpmn` with every dangling name and every circle of calls."""
    problems = [problem for definition in definitions for problem in _problems(definition, shelf, directory)]
    if problems:
        raise InvalidInput("invalid_bpmn", problems[0]["sentence"], problems=problems)


def check_settings(settings: Mapping[str, Mapping[str, Any]], directory: Directory) -> None:
    """InvalidInput `invalid_resource` where a `process.yaml` (by its folder) names a role that is none."""
    for folder, named in settings.items():
        for name in ("owner_role", "may_start", "may_see", "may_edit", "may_publish"):
            roles = named.get(name, [])
            for role in [roles] if isinstance(roles, str) else roles:
                if role != "employee" and role not in directory.roles:
                    sentence = f"expected a role of the organisation in {name} of {folder}/process.yaml, but {role!r} is none"
                    raise InvalidInput("invalid_resource", sentence, role=role)


def _problems(definition: Definition, shelf: Shelf, directory: Directory) -> Iterator[dict[str, Any]]:
    if definition.start_form_id is not None and definition.start_form_id not in shelf.forms:
        yield _problem(definition, None, "unknown_form", f"expected a form {definition.start_form_id!r}, but there is none")
    for element in definition.elements.values():
        for code, sentence in _of_element(element, shelf, directory):
            yield _problem(definition, element, code, sentence)
    circle = _circle(definition, shelf)
    if circle:
        yield _problem(definition, None, "call_circle", f"expected calls to end, but they go round: {' -> '.join(circle)}")


def _of_element(element: Element, shelf: Shelf, directory: Directory) -> Iterator[tuple[str, str]]:
    if element.form_id is not None and element.form_id not in shelf.forms:
        yield "unknown_form", f"expected a form {element.form_id!r}, but there is none"
    decision = element.called_decision
    if decision is not None and not decision.startswith("=") and decision not in shelf.decisions:
        yield "unknown_decision", f"expected a decision {decision!r}, but there is none"
    called = element.called_process
    if called is not None and not called.startswith("=") and called not in shelf.processes:
        yield "unknown_process", f"expected a process {called!r}, but there is none"
    elif called is not None and called in shelf.processes and not shelf.processes[called].begins_by_itself:
        yield "unknown_process", f"expected a process that begins by itself, but {called!r} waits for an event"
    for role in _roles(element):
        if role != "employee" and role not in directory.roles:
            yield "unknown_role", f"expected a role of the organisation, but {role!r} is none"
    for name in _literal(element.properties.get("gc.copy_to")):
        if name not in directory.users and name != "employee" and name.partition("@")[0] not in directory.roles:
            yield "unknown_role", f"expected a person or a role of the organisation, but gc.copy_to names {name!r}"
    for person in _literal(element.assignee) + _literal(element.candidate_users):
        if person not in directory.users:
            yield "unknown_person", f"expected a person of the organisation, but {person!r} is none"
    try:
        check_rules(element.properties.get("gc.starter_is_approver", "superior"), element.properties.get("gc.nobody", "incident"))
    except InvalidInput as refused:
        yield "unknown_rule", refused.message


def _roles(element: Element) -> list[str]:
    named = [name.partition("@")[0] for name in _literal(element.candidate_groups)]
    for text in (element.assignee, element.candidate_groups, element.candidate_users):
        named += _ROLE_FUNCTION.findall(text or "")
    nobody = element.properties.get("gc.nobody", "")
    return named + ([nobody.removeprefix("role:")] if nobody.startswith("role:") else [])


def _literal(text: str | None) -> list[str]:
    if text is None or text.startswith("="):
        return []
    return [name.strip() for name in text.split(",") if name.strip()]


def _circle(definition: Definition, shelf: Shelf) -> list[str]:
    """Processes that call one another without an end, beginning with this one."""

    def calls(process_id: str) -> list[str]:
        known = definition if process_id == definition.process_id else shelf.processes.get(process_id)
        found = known.elements.values() if known is not None else ()
        return [e.called_process for e in found if e.called_process and not e.called_process.startswith("=")]

    todo, seen = [[definition.process_id]], set()
    while todo:
        path = todo.pop()
        for called in calls(path[-1]):
            if called == definition.process_id:
                return [*path, called]
            if called not in seen:
                seen.add(called)
                todo.append([*path, called])
    return []


def _problem(definition: Definition, element: Element | None, code: str, sentence: str) -> dict[str, Any]:
    return {
        "element_id": element.element_id if element is not None else definition.process_id,
        "line": element.line if element is not None else 0,
        "code": code,
        "sentence": sentence,
    }
