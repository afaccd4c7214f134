"""Complete a job: its case goes on with what the worker found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.advance.case import active
from engine.advance.push import push
from engine.advance.stimuli import Complete
from engine.commands.finish import finish
from engine.engine import Engine
from engine.errors import NotFound, WrongState
from engine.store import jobs
from engine.store.loading import load_tree
from engine.store.records import Record
from engine.vocabulary import Actor, Key


def complete_job(engine: Engine, actor: Actor, job_key: Key, *, variables: Mapping[str, Any] | None = None) -> None:
    """A worker whose deadline has passed may still complete, unless another has the job by now and completed it.

    Rejections: `job_not_found` (also when it has ended), `job_has_incident`, `instance_suspended`.
    """
    with engine.command(job_key, of="job") as door:
        job = open_job(jobs.find(door.connection, job_key), job_key)
        case = load_tree(door.connection, door.root, instance_key=job.instance_key)
        active(case.instances[job.instance_key])
        complete = Complete(job.instance_key, job.n, dict(variables or {}))
        finish(engine, door.connection, door.world, case, push(case, door.world, actor.user_id, complete))


def open_job(job: Record | None, job_key: Key) -> Record:
    """The job, if a worker may still answer it."""
    if job is None or job.ended_at is not None:
        raise NotFound("job_not_found", f"expected an open job {job_key}, but there is none", key=str(job_key))
    if job.state == "failed":
        raise WrongState("job_has_incident", f"expected a job without an incident, but job {job_key} has one")
    return job
