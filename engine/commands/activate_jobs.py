"""Hand jobs out to a worker, each for a while; one that lets its deadline pass is handed out again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from engine.codec import from_text
from engine.engine import Engine
from engine.store import jobs
from engine.store.records import Record


@dataclass(frozen=True, slots=True)
class ActivatedJob:
    """`job` is the row; `variables` only those asked for, where any were named."""

    job: Record
    variables: dict[str, Any]
    headers: dict[str, str]


def activate_jobs(
    engine: Engine,
    job_types: Sequence[str],
    *,
    worker: str,
    lasting: timedelta,
    limit: int,
    fetch: Sequence[str] | None = None,
) -> list[ActivatedJob]:
    """Never the same job twice before its deadline; the fence of the row grows each time."""
    now = engine.clock.now()
    with engine.database.reading() as connection:
        if not jobs.is_due(connection, job_types, now):
            return []
    with engine.database.transaction() as connection:
        rows = jobs.activate(connection, job_types, worker=worker, now=now, deadline=now + lasting, limit=limit)
    return [_activated(row, fetch) for row in rows]


def _activated(row: Record, fetch: Sequence[str] | None) -> ActivatedJob:
    variables: dict[str, Any] = from_text(row.variables)
    if fetch:
        variables = {name: variables[name] for name in fetch if name in variables}
    return ActivatedJob(row, variables, from_text(row.headers))
