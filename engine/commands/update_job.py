"""Change a job's retries, or give its worker more time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from engine.engine import Engine
from engine.errors import NotFound, WrongState
from engine.store import jobs
from engine.vocabulary import Key


def update_job(engine: Engine, job_key: Key, *, retries: int | None = None, lasting: timedelta | None = None) -> None:
    """`lasting` counts from now; it needs a job that a worker has. Rejections: `job_not_found`, `wrong_state`."""
    with engine.command(job_key, of="job") as door:
        job = jobs.find(door.connection, job_key)
        if job is None or job.ended_at is not None:
            raise NotFound("job_not_found", f"expected an open job {job_key}, but there is none", key=str(job_key))
        changes: dict[str, Any] = {} if retries is None else {"retries": retries}
        if lasting is not None:
            if job.state != "activated":
                raise WrongState("wrong_state", "expected a job that a worker has, but none has it", state=job.state)
            changes.update(deadline=door.world.now + lasting, due_at=door.world.now + lasting)
        if changes:
            jobs.change(door.connection, job_key, **changes)
            door.world.leaves_work = True
