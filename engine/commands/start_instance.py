"""Start a case: check the answers of its start form, number it, begin it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.access import may
from engine.advance import answering, opening
from engine.advance.case import Case
from engine.advance.push import push
from engine.advance.records import Instance
from engine.advance.stimuli import Begin
from engine.advance.world import Published
from engine.commands.bind_files import bind_files
from engine.commands.finish import finish
from engine.engine import Engine
from engine.errors import NotFound
from engine.vocabulary import Actor, Key, Variables


@dataclass(frozen=True, slots=True)
class Started:
    instance: Instance
    published: Published


def start_instance(
    engine: Engine,
    actor: Actor,
    *,
    process_id: str | None = None,
    definition_key: Key | None = None,
    version: int | None = None,
    variables: Mapping[str, Any] | None = None,
    business_id: str | None = None,
    tags: Sequence[str] = (),
) -> Started:
    """Starts the latest version, or the one named.

    Rejections: `definition_not_found`, `may_not_start`, `invalid_answers` (with the fields' problems).
    """
    with engine.opening() as (connection, world):
        if definition_key is not None:
            published: Published | None = world.published(definition_key)
        else:
            published = engine.library.find_process(connection, process_id or "", version)
        if published is None:
            raise NotFound("definition_not_found", f"expected a process {process_id!r}, but there is none", process=process_id)
        may.start(actor, published)
        given: Variables = answering.start_answers(world, published, dict(variables or {}), actor.user_id)
        # Where the process numbers its cases the next number is this one's, whatever the starter sent under that name.
        chosen = {} if "numbering" in published.settings else given
        instance = opening.new_instance(
            world, published, starter=actor.user_id, variables=chosen, business_id=business_id, tags=tags
        )
        if published.definition.start_form_id is not None:
            bind_files(connection, actor, instance, given)
        case = Case.of([instance])
        begin = Begin(instance.key, opening.numbered(instance, published, given))
        advance = push(case, world, actor.user_id, begin)
        if published.definition.start_form_id is not None:
            advance.answers.append((instance.key, published.definition.start_form_id, given, actor.user_id))
        finish(engine, connection, world, case, advance)
    return Started(instance, published)
