"""Fail a job: it waits for another try, or becomes an incident when no retries are left."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from engine.advance.push import push
from engine.advance.stimuli import Fail, SetVariables, Stimulus
from engine.commands.complete_job import open_job
from engine.commands.finish import finish
from engine.engine import Engine
from engine.store import jobs
from engine.store.loading import load_tree
from engine.vocabulary import Actor, Key

NO_RETRIES = "job_no_retries"


def fail_job(
    engine: Engine,
    actor: Actor,
    job_key: Key,
    *,
    retries: int = 0,
    message: str = "",
    back_off: timedelta = timedelta(0),
    variables: Mapping[str, Any] | None = None,
) -> None:
    """`variables` become local to the job's activity. Rejections: `job_not_found`, `job_has_incident`."""
    with engine.command(job_key, of="job") as door:
        job, now = open_job(jobs.find(door.connection, job_key), job_key), door.world.now
        stimuli: list[Stimulus] = []
        if variables:
            stimuli.append(SetVariables(job.instance_key, dict(variables), job.n))
        if retries <= 0:
            sentence = message or "expected the worker to do the job, but it has no tries left"
            stimuli.append(Fail(job.instance_key, job.n, NO_RETRIES, sentence, {"job": str(job_key)}))
        if stimuli:
            case = load_tree(door.connection, door.root, instance_key=job.instance_key)
            advance = push(case, door.world, actor.user_id, *stimuli)
            advance.jobs.clear()  # the row itself is kept, as failed, for the incident to name
            for incident in advance.incidents.values():
                incident.job_key = job_key
            finish(engine, door.connection, door.world, case, advance)
        changes: dict[str, Any] = {"retries": max(retries, 0), "error_message": message or None}
        if retries > 0:
            changes.update(state="created", due_at=now + back_off, deadline=None, worker=None)
        else:
            changes.update(state="failed")
        jobs.change(door.connection, job_key, **changes)
        door.world.leaves_work |= retries > 0
