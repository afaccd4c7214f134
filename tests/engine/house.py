"""A running product over a test database: the demo company, a frozen clock, and diagrams of a few words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import sqlalchemy as sa

from engine.assembly import assemble
from engine.clock import FrozenClock
from engine.codec import from_text
from engine.commands import (
    activate_jobs,
    cancel_instance,
    claim_task,
    complete_task,
    deploy,
    import_organisation,
    publish_message,
    return_task,
    start_instance,
    withdraw_instance,
)
from engine.engine import Engine
from engine.people import company
from engine.publishing import versions
from engine.queries import case as case_query
from engine.queries import check, inbox
from engine.settings import Settings
from engine.store.database import Database
from engine.store.incidents import incident
from engine.store.instances import instance
from engine.store.tasks import task
from engine.store.work_items import work_item
from engine.vocabulary import Actor, Key
from engine.work.duties import fire_due_timers, work_until_quiet
from tests.engine import bpmn_story
from tests.engine.bpmn_story import Shape

COMPANY = Path(__file__).resolve().parents[2] / "processes" / "company.yaml"
ADMINISTRATOR = Actor("admin", "admin", frozenset({"user:admin"}), frozenset({"administrator"}))
MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""Nine o'clock in Shanghai."""


def signed(element_id: str, groups: str = "", *, users: str = "", assignee: str = "", form: str = "", **settings: str) -> Shape:
    """An approval step; `settings` are its gc. properties (`sign="all"`)."""
    return _task(element_id, groups, users, assignee, form, {"sign": "any", **settings})


def plain(element_id: str, groups: str = "", *, users: str = "", assignee: str = "", form: str = "", **settings: str) -> Shape:
    """A task that one person does."""
    return _task(element_id, groups, users, assignee, form, settings)


def _task(element_id: str, groups: str, users: str, assignee: str, form: str, settings: Mapping[str, str]) -> Shape:
    who = {"candidateGroups": groups, "candidateUsers": users, "assignee": assignee}
    named = "".join(f" {name}={quoteattr(value)}" for name, value in who.items() if value)
    pairs = "".join(
        f'<zeebe:property name="gc.{name.replace("__", ".")}" value={quoteattr(value)}/>' for name, value in settings.items()
    )
    extensions = f"<zeebe:userTask/><zeebe:assignmentDefinition{named}/>"
    extensions += f'<zeebe:formDefinition formId="{form}"/>' if form else ""
    extensions += f"<zeebe:properties>{pairs}</zeebe:properties>" if pairs else ""
    return Shape("userTask", element_id, "", extensions, {"name": element_id})


def diagram(flows: str, *shapes: Shape | list[Shape], process: str = "p", form: str = "", **settings: str) -> bytes:
    """Begins at `s`, ends at `e`; `form` is filled in at the start, `settings` are gc. properties of the process."""
    start = f'<zeebe:formDefinition formId="{form}"/>' if form else ""
    xml = bpmn_story.diagram(flows, *shapes, extensions=bpmn_story.gc(dialect="1", **settings), start=start)
    return xml.replace(b'<process id="p" name="P"', f'<process id="{process}" name="{process}"'.encode())


class House:
    def __init__(
        self,
        database: Database,
        folder: Path,
        *files: bytes,
        at: datetime = MONDAY,
        private_callbacks: frozenset[str] = frozenset(),
        **named: bytes,
    ) -> None:
        self.clock = FrozenClock(at)
        self.database = database
        self.started: list[Key] = []
        settings = Settings(database_url="", data=folder, secret="x" * 32, private_callbacks=private_callbacks)
        self.engine: Engine = assemble(settings, clock=self.clock, database=database)
        import_organisation.import_organisation(self.engine, ADMINISTRATOR, company.read(COMPANY.read_text(encoding="utf-8")))
        all_files = {f"{place}.bpmn": content for place, content in enumerate(files)}
        all_files.update({name.replace("__", "."): content for name, content in named.items()})
        if all_files:
            self.deploy(all_files)

    def deploy(self, files: Mapping[str, bytes]) -> versions.Deployment:
        return deploy.deploy(self.engine, ADMINISTRATOR, files)

    def actor(self, user: str) -> Actor:
        return ADMINISTRATOR if user == "admin" else self.engine.actor(user)

    def start(self, by: str = "lin.yue", process: str = "p", **variables: Any) -> Key:
        started = start_instance.start_instance(self.engine, self.actor(by), process_id=process, variables=variables)
        self.started.append(started.instance.key)
        return self.started[-1]

    def inbox(self, user: str) -> list[str]:
        return [item.element_id for item in inbox.inbox(self.engine, self.actor(user), limit=100)]

    def task(self, element_id: str) -> Key:
        """The latest task at the element, open ones first."""
        found = sa.select(task).where(task.c.element_id == element_id)
        with self.database.reading() as connection:
            rows = connection.execute(
                found.order_by((task.c.state == "created").desc(), task.c.opened_at.desc(), task.c.n.desc())
            ).all()
        return int(rows[0].key)

    def vote(self, user: str, element_id: str, outcome: str | None = None, comment: str | None = None, **answers: Any) -> None:
        complete_task.complete_task(
            self.engine, self.actor(user), self.task(element_id), outcome=outcome, comment=comment, answers=answers
        )

    def claim(self, user: str, element_id: str) -> None:
        claim_task.claim_task(self.engine, self.actor(user), self.task(element_id))

    def claim_as(self, actor: Actor, task_key: Key) -> None:
        claim_task.claim_task(self.engine, actor, task_key)

    def complete_as(self, actor: Actor, task_key: Key, **answers: Any) -> None:
        complete_task.complete_task(self.engine, actor, task_key, answers=answers)

    def send_back(self, user: str, element_id: str, *targets: str, comment: str = "wrong") -> None:
        return_task.return_task(self.engine, self.actor(user), self.task(element_id), targets=targets, comment=comment)

    def cancel(self, key: Key | None = None, **options: Any) -> None:
        """The case, or the latest one."""
        cancel_instance.cancel_instance(self.engine, ADMINISTRATOR, self.started[-1] if key is None else key, **options)

    def withdraw(self, user: str, key: Key | None = None, **options: Any) -> None:
        wanted = self.started[-1] if key is None else key
        withdraw_instance.withdraw_instance(self.engine, self.actor(user), wanted, **options)

    def publish(self, name: str, key: str = "", **options: Any) -> publish_message.PublishedMessage:
        return publish_message.publish_message(self.engine, ADMINISTRATOR, name, correlation_key=key, **options)

    def job(self, job_type: str = "work", *, lasting: timedelta = timedelta(minutes=5)) -> activate_jobs.ActivatedJob:
        found = activate_jobs.activate_jobs(self.engine, [job_type], worker="w", lasting=lasting, limit=1)
        return found[0]

    def jobs(self, job_type: str = "work") -> int:
        """How many could be activated now; they are."""
        return len(activate_jobs.activate_jobs(self.engine, [job_type], worker="w", lasting=timedelta(minutes=5), limit=50))

    def later(self, by: timedelta) -> None:
        self.clock.advance(by)
        while fire_due_timers(self.engine):
            pass
        self.work()

    def work(self) -> None:
        work_until_quiet(self.engine)

    def row(self, key: Key) -> Any:
        with self.database.reading() as connection:
            return connection.execute(sa.select(instance).where(instance.c.key == key)).one()

    def variables(self, key: Key) -> dict[str, Any]:
        return dict(from_text(self.row(key).variables))

    def items(self, element_id: str) -> list[tuple[str, str]]:
        """(candidate, state) of every work item there ever was at the element, in order."""
        found = sa.select(work_item).where(work_item.c.element_id == element_id)
        with self.database.reading() as connection:
            rows = connection.execute(found.order_by(work_item.c.opened_at, work_item.c.task_key, work_item.c.seat)).all()
        return [(row.candidate, row.state) for row in rows]

    def incidents(self) -> list[Any]:
        with self.database.reading() as connection:
            return list(connection.execute(sa.select(incident).where(incident.c.state == "active")))

    def history(self, key: Key, by: str = "admin") -> list[str]:
        return [line.kind for line in case_query.timeline(self.engine, self.actor(by), key)]

    def problems(self) -> list[str]:
        return check.problems_of(self.engine)
