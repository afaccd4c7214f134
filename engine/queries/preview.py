"""Who is next: the way of a case from here, if everybody agrees. Nothing is written."""

from __future__ import annotations

import itertools

from engine.advance.case import Case
from engine.engine import Engine
from engine.errors import WrongState
from engine.library import DatabaseWorld
from engine.queries.case import seen_instance
from engine.rehearsal.preview import Preview, coming_steps
from engine.store import instances, tasks, work_items
from engine.store.loading import instance_from, item_from, task_from
from engine.vocabulary import Actor, Key


class ReadingWorld(DatabaseWorld):
    """Gives keys and numbers that nobody will ever have."""

    _numbers = itertools.count(-1, -1)

    def key(self) -> Key:
        return next(self._numbers)

    def next_number(self, process_id: str, pattern: str) -> str:
        return pattern


def preview(engine: Engine, actor: Actor, instance_key: Key) -> Preview:
    """Rejections: `instance_not_found`, `not_allowed`, `instance_ended`."""
    with engine.looking() as connection:
        root_key = seen_instance(engine, connection, actor, instance_key).root_key
        rows = instances.read_tree(connection, root_key)
        if not rows:
            raise WrongState("instance_ended", "expected a case that runs, but it has ended")
        live = {row.key: instance_from(row) for row in rows}
        open_tasks = [task_from(row, live[row.instance_key].process_name) for row in tasks.open_in_tree(connection, root_key)]
        case = Case.of(live.values(), open_tasks, map(item_from, work_items.of_tree(connection, root_key)))
        world = ReadingWorld(connection, engine.library, engine.clock.now(), engine.settings.zone)
        return coming_steps(case, world)
