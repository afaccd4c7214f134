"""A house over a real database for scenarios: every verb is a command, every look a query."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from engine.assembly import assemble
from engine.clock import FrozenClock
from engine.codec import from_text
from engine.commands import (
    activate_jobs,
    broadcast_signal,
    cancel_instance,
    claim_task,
    complete_job,
    complete_task,
    deploy,
    fail_job,
    import_organisation,
    publish_message,
    release_task,
    resolve_incident,
    return_task,
    set_variables,
    start_instance,
    throw_job_error,
    withdraw_instance,
)
from engine.engine import Engine
from engine.errors import NotFound
from engine.people import Directory
from engine.queries import inbox as inbox_query
from engine.rehearsal.simulated_house import people_of
from engine.settings import Settings
from engine.store import attachments
from engine.store.activations import activation
from engine.store.database import Database
from engine.store.events import event
from engine.store.incidents import incident
from engine.store.instances import instance
from engine.store.notifications import notification
from engine.store.register_entries import register_entry
from engine.store.tasks import task
from engine.store.timers import timer
from engine.vocabulary import Actor, Key, Traced
from engine.work.duties import fire_due_timers, work_until_quiet

ADMINISTRATOR = Actor("admin", "admin", frozenset({"user:admin"}), frozenset({"administrator"}))


class CommandHouse:
    """`files`: what is deployed before the story begins."""

    def __init__(self, database: Database, organisation: Directory, files: Mapping[str, bytes], folder: Path) -> None:
        self._database = database
        self._organisation = organisation
        self._files = files
        self._folder = folder
        self._engine: Engine | None = None
        self._clock: FrozenClock | None = None
        self._root: Key | None = None
        self._sent: list[str] = []

    @property
    def engine(self) -> Engine:
        assert self._engine is not None, "the story begins with `begin`"
        return self._engine

    @property
    def clock(self) -> FrozenClock:
        assert self._clock is not None, "the story begins with `begin`"
        return self._clock

    def begin(self, at: datetime) -> None:
        self._clock = FrozenClock(at)
        settings = Settings(database_url="", data=self._folder, secret="x" * 32)
        self._engine = assemble(settings, clock=self._clock, database=self._database)
        import_organisation.import_organisation(self._engine, ADMINISTRATOR, self._organisation.to_document())
        deploy.deploy(self._engine, ADMINISTRATOR, self._files)

    def actor(self, user: str) -> Actor:
        return self.engine.actor(user)

    def start(self, process: str, by: str, answers: Mapping[str, Any], at: str | None) -> None:
        assert at is None, "an event starts a process by its message or signal"
        self._upload(by, answers)
        started = start_instance.start_instance(self.engine, self.actor(by), process_id=process, variables=answers)
        self._root = self._root or started.instance.key
        self._settle()

    def inbox(self, user: str) -> list[str]:
        found = inbox_query.inbox(self.engine, self.actor(user), limit=1000)
        return [f"{item.process_id}/{item.element_id}" for item in found]

    def vote(self, user: str, place: str, outcome: str | None, comment: str | None, answers: Mapping[str, Any]) -> None:
        key = self._task(user, place)
        self._upload(user, answers)
        complete_task.complete_task(self.engine, self.actor(user), key, outcome=outcome, comment=comment, answers=answers)
        self._settle()

    def claim(self, user: str, place: str) -> None:
        claim_task.claim_task(self.engine, self.actor(user), self._task(user, place))

    def release(self, user: str, place: str) -> None:
        release_task.release_task(self.engine, self.actor(user), self._task(user, place))

    def return_to(self, user: str, place: str, target: str | None, comment: str) -> None:
        targets = () if target is None else (target,)
        return_task.return_task(self.engine, self.actor(user), self._task(user, place), targets=targets, comment=comment)
        self._settle()

    def withdraw(self, user: str, comment: str | None) -> None:
        withdraw_instance.withdraw_instance(self.engine, self.actor(user), self._first_case(), reason=comment)
        self._settle()

    def cancel(self, user: str, comment: str | None) -> None:
        cancel_instance.cancel_instance(self.engine, self.actor(user), self._first_case(), reason=comment)
        self._settle()

    def publish(self, name: str, key: str, variables: Mapping[str, Any], time_to_live: timedelta) -> None:
        publish_message.publish_message(
            self.engine, ADMINISTRATOR, name, correlation_key=key, variables=variables, time_to_live=time_to_live
        )
        self._settle()

    def signal(self, name: str, variables: Mapping[str, Any]) -> None:
        broadcast_signal.broadcast_signal(self.engine, name, variables=variables)
        self._settle()

    def complete_job(self, job_type: str, variables: Mapping[str, Any]) -> None:
        complete_job.complete_job(self.engine, ADMINISTRATOR, self._job(job_type), variables=variables)
        self._settle()

    def fail_job(self, job_type: str, message: str) -> None:
        fail_job.fail_job(self.engine, ADMINISTRATOR, self._job(job_type), message=message)
        self._settle()

    def throw_error(self, job_type: str, code: str, variables: Mapping[str, Any]) -> None:
        throw_job_error.throw_job_error(self.engine, ADMINISTRATOR, self._job(job_type), code, variables=variables)
        self._settle()

    def resolve(self, element: str, variables: Mapping[str, Any]) -> None:
        rows = self._rows(sa.select(incident).where(incident.c.element_id == element, incident.c.state == "active"))
        if not rows:
            raise NotFound("incident_not_found", f"expected an incident at {element!r}, but there is none")
        if variables:
            set_variables.set_variables(self.engine, ADMINISTRATOR, rows[0].instance_key, variables)
        resolve_incident.resolve_incident(self.engine, ADMINISTRATOR, rows[0].key)
        self._settle()

    def until(self, moment: datetime) -> None:
        """What falls due on the way happens at its own moment, in order."""
        waiting = sa.select(sa.func.min(timer.c.due_at)).where(timer.c.state == "waiting")
        while True:
            with self._database.reading() as connection:
                due = connection.execute(waiting).scalar()
            if due is None or due > moment:
                break
            self.clock.set(max(due, self.now()))
            fire_due_timers(self.engine)
            self._settle()
        self.clock.set(moment)

    def now(self) -> datetime:
        return self.clock.now()

    def decide(self, decision: str, inputs: Mapping[str, Any]) -> Any:
        with self.engine.looking() as connection:
            found = self.engine.library.decision(connection, decision)
            if found is None:
                raise NotFound("decision_not_found", f"expected a decision {decision!r}, but there is none")
            parameters = self.engine.library.parameters(connection)
        return found[1].evaluate(decision, inputs, requires=lambda _: parameters).value

    def state(self) -> tuple[bool, str, str | None, Mapping[str, Any]]:
        row = self._rows(sa.select(instance).where(instance.c.key == self._first_case()))[0]
        return row.state != "active", row.state, row.outcome, from_text(row.variables)

    def trace(self) -> list[tuple[str, Traced]]:
        """From the activation log, one instance after another."""
        found = sa.select(instance.c.process_id, activation).join(instance, instance.c.key == activation.c.instance_key)
        traces: dict[Key, list[tuple[int, str, Traced]]] = {}
        for row in self._rows(found.order_by(instance.c.started_at, instance.c.key, activation.c.n)):
            lines, place = traces.setdefault(row.instance_key, []), f"{row.process_id}/{row.element_id}"
            if row.entered_step:
                lines.append((row.entered_step, place, Traced.ENTERED))
            if row.ended_step:
                lines.append((row.ended_step, place, Traced(row.ended_as)))
        return [(place, what) for lines in traces.values() for _, place, what in sorted(lines)]

    def registers(self) -> list[tuple[str, Mapping[str, Any]]]:
        return [
            (row.register, from_text(row.record)) for row in self._rows(sa.select(register_entry).order_by(register_entry.c.key))
        ]

    def notified(self) -> list[str]:
        rows = self._rows(sa.select(notification).order_by(notification.c.at, notification.c.key))
        return people_of((row.candidate for row in rows), self._organisation, self.now())

    def messages(self) -> list[str]:
        rows = self._rows(
            sa.select(event).where(event.c.type.in_(("message.sent", "signal.sent"))).order_by(event.c.at, event.c.seq)
        )
        return [from_text(row.payload)["name"] for row in rows]

    def started(self) -> list[str]:
        return [row.process_id for row in self._rows(sa.select(instance).order_by(instance.c.started_at, instance.c.key))]

    def incidents(self) -> list[str]:
        return [row.kind for row in self._rows(sa.select(incident).where(incident.c.state == "active"))]

    def due(self, place: str) -> datetime | None:
        process, _, element = place.partition("/")
        found = sa.select(task).where(task.c.process_id == process, task.c.element_id == element, task.c.state == "created")
        rows = self._rows(found)
        return rows[0].due_at if rows else None

    def _upload(self, user: str, answers: Mapping[str, Any]) -> None:
        """The files that a story's answers name, as if the person had brought them before."""
        for value in answers.values():
            for file in value if isinstance(value, list) else ():
                if isinstance(file, Mapping) and "attachment_key" in file:
                    row = {"key": int(file["attachment_key"]), "digest": file["digest"], "name": file["name"]}
                    row |= {"media_type": "application/pdf", "size": 1, "uploaded_by": user, "at": self.now()}
                    with self._database.transaction() as connection:
                        if not attachments.find_all(connection, [row["key"]]):
                            attachments.add(connection, row)

    def _settle(self) -> None:
        work_until_quiet(self.engine)

    def _rows(self, found: sa.Select[Any]) -> list[Any]:
        with self._database.reading() as connection:
            return list(connection.execute(found))

    def _first_case(self) -> Key:
        if self._root is None:
            roots = sa.select(instance).where(instance.c.parent_key.is_(None)).order_by(instance.c.started_at, instance.c.key)
            rows = self._rows(roots)
            if not rows:
                raise NotFound("instance_not_found", "expected a case, but none was started")
            self._root = rows[0].key
        return self._root

    def _task(self, user: str, place: str) -> Key:
        """The task at the place: one in the person's inbox, else an open one, else the latest there was."""
        for item in inbox_query.inbox(self.engine, self.actor(user), limit=1000):
            if f"{item.process_id}/{item.element_id}" == place:
                return int(item.task_key)
        process, _, element = place.partition("/")
        found = sa.select(task).where(task.c.process_id == process, task.c.element_id == element)
        rows = self._rows(found.order_by((task.c.state == "created").desc(), task.c.opened_at.desc(), task.c.key.desc()))
        if not rows:
            raise NotFound("task_not_found", f"expected a task at {place!r}, but there never was one", place=place)
        return int(rows[0].key)

    def _job(self, job_type: str) -> Key:
        found = activate_jobs.activate_jobs(self.engine, [job_type], worker="story", lasting=timedelta(minutes=5), limit=1)
        if not found:
            raise NotFound("job_not_found", f"expected a job of type {job_type!r}, but there is none", type=job_type)
        return int(found[0].job.key)
