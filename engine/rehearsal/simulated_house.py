"""A house in memory for scenarios: `engine.rehearsal.play.House` over a `Simulation`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from engine.errors import NotFound
from engine.people import Directory, who
from engine.rehearsal.simulation import SimulatedTask, Simulation
from engine.vocabulary import Key, Seat, TaskState, Traced


class SimulatedHouse:
    """`deploy` puts the diagrams, tables and forms of the story into a fresh simulation."""

    def __init__(self, organisation: Directory, deploy: Callable[[Simulation], None]) -> None:
        self._organisation = organisation
        self._deploy = deploy
        self._simulation: Simulation | None = None

    @property
    def simulation(self) -> Simulation:
        assert self._simulation is not None, "the story begins with `begin`"
        return self._simulation

    def begin(self, at: datetime) -> None:
        self._simulation = Simulation(now=at, organisation=self._organisation)
        self._deploy(self._simulation)

    def start(self, process: str, by: str, answers: Mapping[str, Any], at: str | None) -> None:
        self.simulation.start_as(process, by, dict(answers), at=at)

    def inbox(self, user: str) -> list[str]:
        return [f"{task.process_id}/{task.element_id}" for task in self.simulation.inbox(user)]

    def vote(self, user: str, place: str, outcome: str | None, comment: str | None, answers: Mapping[str, Any]) -> None:
        task = self._task(user, place)
        self.simulation.complete(task, by=user, outcome=outcome, comment=comment, variables=answers)

    def claim(self, user: str, place: str) -> None:
        self.simulation.claim(self._task(user, place), user)

    def release(self, user: str, place: str) -> None:
        self.simulation.release(self._task(user, place), user)

    def return_to(self, user: str, place: str, target: str | None, comment: str) -> None:
        self.simulation.return_to(self._task(user, place), target, by=user, comment=comment)

    def withdraw(self, user: str, comment: str | None) -> None:
        self.simulation.withdraw(by=user, comment=comment)

    def cancel(self, user: str, comment: str | None) -> None:
        self.simulation.cancel(by=user, comment=comment)

    def publish(self, name: str, key: str, variables: Mapping[str, Any], time_to_live: timedelta) -> None:
        self.simulation.publish(name, key, variables, time_to_live=time_to_live)

    def signal(self, name: str, variables: Mapping[str, Any]) -> None:
        self.simulation.signal(name, variables)

    def complete_job(self, job_type: str, variables: Mapping[str, Any]) -> None:
        self.simulation.complete_job(self._job(job_type), variables)

    def fail_job(self, job_type: str, message: str) -> None:
        self.simulation.fail_job(self._job(job_type), message)

    def throw_error(self, job_type: str, code: str, variables: Mapping[str, Any]) -> None:
        self.simulation.throw_error(self._job(job_type), code, "", variables)

    def resolve(self, element: str, variables: Mapping[str, Any]) -> None:
        found = [i for i in self.simulation.incidents() if i.element_id == element]
        if not found:
            raise NotFound("incident_not_found", f"expected an incident at {element!r}, but there is none")
        self.simulation.resolve(found[0], variables)

    def until(self, moment: datetime) -> None:
        self.simulation.until(moment)

    def now(self) -> datetime:
        return self.simulation.clock.now()

    def decide(self, decision: str, inputs: Mapping[str, Any]) -> Any:
        return self.simulation.decide(decision, inputs)

    def state(self) -> tuple[bool, str, str | None, Mapping[str, Any]]:
        case = self.simulation.first_case()
        return self.simulation.is_ended(), str(case.state), case.outcome, case.variables

    def trace(self) -> list[tuple[str, Traced]]:
        """One instance after another."""
        book = self.simulation.book
        return [
            (f"{instance.process_id}/{element}", what)
            for instance in book.instances.values()
            for key, element, what in book.trace
            if key == instance.key
        ]

    def registers(self) -> list[tuple[str, Mapping[str, Any]]]:
        return [(entry.register, entry.record) for entry in self.simulation.book.registers]

    def notified(self) -> list[str]:
        return people_of((n.candidate for n in self.simulation.book.notifications), self._organisation, self.now())

    def messages(self) -> list[str]:
        return [effect.name for effect in self.simulation.book.sent]

    def started(self) -> list[str]:
        return [instance.process_id for instance in self.simulation.book.instances.values()]

    def incidents(self) -> list[str]:
        return [incident.kind for incident in self.simulation.incidents()]

    def due(self, place: str) -> datetime | None:
        return next((t.due_at for t in self.simulation.tasks() if f"{t.process_id}/{t.element_id}" == place), None)

    def rules_hit(self) -> set[str]:
        """Ids of the rules of decision tables that hit in this story."""
        explained = [made.explanation for made in self.simulation.book.decisions] + self.simulation.asked
        return {str(row["id"]) for each in explained for decision in each["decisions"] for row in decision["rows"] if row["hit"]}

    def _task(self, user: str, place: str) -> SimulatedTask | Key:
        """The task at the place: one in the person's inbox, else an open one, else the latest there was."""
        mine = [task for task in self.simulation.inbox(user) if f"{task.process_id}/{task.element_id}" == place]
        if mine:
            return mine[0]
        known = [t for t in self.simulation.book.tasks.values() if f"{t.process_id}/{t.element_id}" == place]
        if not known:
            raise NotFound("task_not_found", f"expected a task at {place!r}, but there never was one", place=place)
        still = [t for t in known if t.state is TaskState.CREATED]
        return (still or known)[-1].key

    def _job(self, job_type: str) -> Any:
        found = self.simulation.jobs(job_type)
        if not found:
            raise NotFound("job_not_found", f"expected a job of type {job_type!r}, but there is none", type=job_type)
        return found[0]


def people_of(candidates: Iterable[str], organisation: Directory, at: datetime) -> list[str]:
    """The user ids that candidates stand for."""
    return [person for candidate in candidates for person in who(organisation, Seat(candidate), at)]
