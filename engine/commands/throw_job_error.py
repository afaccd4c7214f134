"""Turn a job into a BPMN error: the diagram's error event takes it, or it is an incident."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.advance.case import active
from engine.advance.push import push
from engine.advance.stimuli import ThrowError
from engine.commands.complete_job import open_job
from engine.commands.finish import finish
from engine.engine import Engine
from engine.store import jobs
from engine.store.loading import load_tree
from engine.vocabulary import Actor, Key


def throw_job_error(
    engine: Engine,
    actor: Actor,
    job_key: Key,
    code: str,
    *,
    message: str = "",
    variables: Mapping[str, Any] | None = None,
) -> None:
    """Rejections: `job_not_found`, `job_has_incident`, `instance_suspended`."""
    with engine.command(job_key, of="job") as door:
        job = open_job(jobs.find(door.connection, job_key), job_key)
        case = load_tree(door.connection, door.root, instance_key=job.instance_key)
        active(case.instances[job.instance_key])
        error = ThrowError(job.instance_key, job.n, code, message, dict(variables or {}))
        advance = push(case, door.world, actor.user_id, error)
        for incident in advance.incidents.values():
            incident.job_key = job_key
        finish(engine, door.connection, door.world, case, advance)
        jobs.note_error(door.connection, job_key, code, message or None)
