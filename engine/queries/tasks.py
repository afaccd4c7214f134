"""User tasks: search, one, and what a person sees of its form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.advance import answering
from engine.advance.opening import field_rights, form_evaluator
from engine.advance.records import Instance, Task, WorkItem
from engine.engine import Engine
from engine.errors import NotAllowed, NotFound
from engine.library import DatabaseWorld
from engine.queries import matching, variables, visibility
from engine.queries.search_request import AllOf, Condition, Found, Operator, Page, SearchRequest
from engine.store import form_definitions, search, searchables
from engine.store import tasks as stored
from engine.store.database import Connection
from engine.store.loading import load_for_claim
from engine.store.records import Record
from engine.vocabulary import Actor, Key


@dataclass(frozen=True, slots=True)
class FilledForm:
    """A form and the values in it, as far as this person may see either."""

    key: Key
    form_id: str
    version: int
    schema: dict[str, Any]
    values: dict[str, Any]


def find(engine: Engine, actor: Actor, request: SearchRequest) -> Found:
    """Items: rows of the store's `task` with `version`, `process_name`, `business_id`, `tags`, `number` of their case."""
    visibility.refuse_by_variables(actor, request.filter)
    with engine.looking() as connection:
        return search.search(connection, searchables.TASKS, request, only=visibility.of_tasks(actor, request))


def get(engine: Engine, actor: Actor, task_key: Key) -> Record:
    """Raises NotFound("task_not_found"), NotAllowed("not_allowed")."""
    # A page of two: one that is not full needs no counting.
    request = SearchRequest(AllOf((Condition("userTaskKey", Operator.EQ, task_key),)), page=Page(2))
    with engine.looking() as connection:
        found = search.search(connection, searchables.TASKS, request, only=visibility.taking_part(actor))
        if found.items:
            task: Record = found.items[0]
            return task
        if stored.find(connection, task_key) is None:
            raise NotFound("task_not_found", f"expected a task {task_key}, but there is none", key=str(task_key))
    raise NotAllowed("not_allowed", f"expected somebody who takes part in the case, but {actor.user_id} does not")


def form(engine: Engine, actor: Actor, task_key: Key) -> FilledForm | None:
    """None for a task without a form. Only for those who have, had or may have a seat: rights belong to the step.

    Raises NotFound("task_not_found"), NotAllowed("not_a_candidate").
    """
    with engine.looking() as connection:
        instance, task = _seated(connection, actor, task_key)
        return None if task.form_id is None else _filled(engine, connection, instance, task)


def shown_variables(engine: Engine, actor: Actor, task_key: Key, request: SearchRequest) -> Found:
    """Items: `engine.queries.variables.Variable`. With a form the values of its fields, else what the step does not hide.

    Raises NotFound("task_not_found"), NotAllowed("not_a_candidate").
    """
    with engine.looking() as connection:
        instance, task = _seated(connection, actor, task_key)
        filled = None if task.form_id is None else _filled(engine, connection, instance, task)
        if filled is not None:
            values = filled.values
        else:
            published = _world(engine, connection).published(task.definition_key)
            rights = field_rights(published.definition.elements[task.element_id])
            seen = answering.seen_at(instance, task)
            values = {name: value for name, value in seen.items() if rights.get(name) not in ("hide", "mask")}
    found = variables.listed(values, instance.key, instance.root_key)
    return matching.search(found, request, variables.members, "variableKey")


def _filled(engine: Engine, connection: Connection, instance: Instance, task: Task) -> FilledForm | None:
    world = _world(engine, connection)
    published = world.published(task.definition_key)
    found = world.form(task.form_id or "", published)
    if found is None or found[0] is None:
        return None
    row = form_definitions.find(connection, found[0])
    if row is None:
        return None
    element = published.definition.elements[task.element_id]
    schema, values = found[1].visible(
        answering.seen_at(instance, task),
        field_rights(element),
        default_right=answering.default_right(published.definition, element),
        evaluate=form_evaluator(world, instance),
    )
    return FilledForm(int(row.key), row.form_id, row.version, schema, values)


def _seated(connection: Connection, actor: Actor, task_key: Key) -> tuple[Instance, Task]:
    case, task = load_for_claim(connection, task_key)
    items = case.work_items.get(task.key, [])
    if not actor.is_administrator and not any(_has_seat(actor, item) for item in items):
        raise NotAllowed("not_a_candidate", f"expected somebody with a seat on the task, but {actor.user_id} has none")
    return case.instances[task.instance_key], task


def _has_seat(actor: Actor, item: WorkItem) -> bool:
    return item.candidate in actor.principals or actor.user_id in (item.assignee, item.decided_by)


def _world(engine: Engine, connection: Connection) -> DatabaseWorld:
    return DatabaseWorld(connection, engine.library, engine.clock.now(), engine.settings.zone)
