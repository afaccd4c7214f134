"""Resolve an incident: what failed is tried again."""

from __future__ import annotations

from engine.advance.push import push
from engine.advance.stimuli import Retry
from engine.commands.fail_job import NO_RETRIES
from engine.commands.finish import finish
from engine.engine import Engine
from engine.errors import NotFound, WrongState
from engine.store import incidents, jobs
from engine.store.loading import load_tree
from engine.vocabulary import Actor, Key


def resolve_incident(engine: Engine, actor: Actor, incident_key: Key) -> None:
    """A job's incident needs retries first (see `update_job`); its job is then offered again as a new one.

    Rejections: `incident_not_found`, `incident_resolved`, `job_has_incident` (no retries).
    """
    with engine.command(incident_key, of="incident") as door:
        incident = incidents.find(door.connection, incident_key)
        if incident is None:
            raise NotFound("incident_not_found", f"expected an incident {incident_key}, but there is none")
        if incident.state != "active":
            raise WrongState("incident_resolved", f"expected an open incident, but it was resolved at {incident.resolved_at}")
        job = jobs.find(door.connection, incident.job_key) if incident.job_key else None
        if job is not None and incident.kind == NO_RETRIES and job.retries < 1:
            raise WrongState("job_has_incident", "expected a job with retries, but it has none", job=str(job.key))
        case = load_tree(door.connection, door.root, instance_key=incident.instance_key)
        advance = push(case, door.world, actor.user_id, Retry(incident.instance_key, incident.n))
        if job is not None:
            for opened in advance.jobs.values():
                opened.retries = max(job.retries, 1)
            jobs.end(door.connection, job.instance_key, [job.n], state="canceled", at=door.world.now)
        finish(engine, door.connection, door.world, case, advance)
