"""`Simulation`: diagrams, rules and forms run in memory under a virtual clock, by the same push and the same approval policy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from engine.access import may
from engine.advance import answering, opening, returning, voting, withdrawing
from engine.advance.advance import Advance
from engine.advance.case import Case, undecided
from engine.advance.explained import explained
from engine.advance.push import push
from engine.advance.records import Effect, Instance, Job, Task
from engine.advance.resources import definitions_of, form_of, model_of
from engine.advance.routing import Listener, message_receivers, signal_receivers
from engine.advance.stimuli import Begin, Complete, Fail, Retry, SetVariables, ThrowError, Trigger
from engine.clock import FrozenClock
from engine.errors import NotAllowed, NotFound, WrongState
from engine.people import Directory
from engine.rehearsal.anyone import HOLDER, anybody, organisation_for
from engine.rehearsal.memory import Book, Deployed, MemoryWorld, Message
from engine.vocabulary import Actor, InstanceState, Key, TaskState, Traced, Variables, WorkItemState


@dataclass(frozen=True, slots=True)
class SimulatedTask:
    """An open user task. `seats` are the candidates that still owe a vote; `form_id` its form, if any."""

    key: Key
    process_id: str
    element_id: str
    state: TaskState
    candidate_roles: tuple[str, ...]
    assignee: str | None
    seats: tuple[str, ...]
    form_id: str | None
    due_at: datetime | None


class Simulation:
    """Runs cases without a database.

    `organisation` None: anybody may act, every role has a holder. The clock stands still until `advance`.
    """

    def __init__(self, *, now: datetime, organisation: Directory | None = None) -> None:
        self.clock = FrozenClock(now)
        self.book = Book()
        self.deployed = Deployed()
        self._anyone_may = organisation is None
        self._people: set[str] = set()
        self.asked: list[dict[str, Any]] = []
        """What the decisions that were asked alone have explained."""
        directory = organisation if organisation is not None else organisation_for((), ())
        self.world = MemoryWorld(self.deployed, self.book, directory, self.clock.now())

    # -- deploy and start -----------------------------------------------------------------------------------------
    def deploy(self, *resources: bytes, settings: Mapping[str, Mapping[str, Any]] | None = None) -> list[str]:
        """BPMN, DMN and form files, told apart by their content. Returns the ids of what they hold."""
        deployed: list[str] = []
        for content in resources:
            head = content.lstrip()[:1]
            if head in (b"{", b"["):
                form = form_of(content)
                self.deployed.forms[form.form_id] = form
                deployed.append(form.form_id)
            elif b"spec/DMN/" in content:
                model = model_of(content)
                self.deployed.models.update(dict.fromkeys(model.decisions, model))
                deployed += model.decisions
            else:
                for definition in definitions_of(content):
                    own = (settings or {}).get(definition.process_id, {})
                    self.deployed.add_process(definition, own, self.world.key())
                    deployed.append(definition.process_id)
        self._meet()
        return deployed

    def start(
        self, process_id: str, variables: Mapping[str, Any] | None = None, *, starter: str = HOLDER, at: str | None = None
    ) -> Key:
        """Starts a case; `variables` are the answers of its start form where it has one."""
        published = self.deployed.latest(process_id)
        if published is None:
            raise NotFound("definition_not_found", f"expected a process {process_id!r}, but there is none", process=process_id)
        self._meet(starter)
        given = dict(variables or {})
        if at is None:
            given = answering.start_answers(self.world, published, given, starter)
        instance = opening.new_instance(self.world, published, starter=starter, variables=given)
        case = Case.of([instance])
        answered = at is None or not opening.start_answers_missing(self.world, published, given, starter, at)
        begin = Begin(instance.key, opening.numbered(instance, published, given), at=at, answered=answered)
        self._apply(push(case, self.world, starter, begin))
        return instance.key

    def start_as(self, process_id: str, by: str, answers: Mapping[str, Any], *, at: str | None = None) -> Key:
        """The same with the question whether this person may start the process at all."""
        published = self.deployed.latest(process_id)
        if published is not None:
            may.start(self.actor(by), published)
        return self.start(process_id, answers, starter=by, at=at)

    def decide(self, decision_id: str, inputs: Mapping[str, Any]) -> Any:
        """A decision alone. NotFound `decision_not_found`."""
        result = self.world.evaluate(decision_id, inputs)
        if result is None:
            raise NotFound("decision_not_found", f"expected a decision {decision_id!r}, but there is none")
        self.asked.append(explained(result))
        return result.value

    def first_case(self) -> Instance:
        """The first case of this simulation."""
        return self._instance(None)

    # -- what is there --------------------------------------------------------------------------------------------
    def tasks(self) -> list[SimulatedTask]:
        return [self._seen(task) for task in self.book.tasks.values() if task.state is TaskState.CREATED]

    def inbox(self, user_id: str) -> list[SimulatedTask]:
        """Open tasks this person may act on now: their own, and those in the pools of their roles."""
        actor = self.actor(user_id)
        mine = {
            item.task_key
            for item in self.book.work_items.values()
            if item.state is WorkItemState.OPEN
            and (item.assignee == user_id or (item.assignee is None and item.candidate in actor.principals))
        }
        return [task for task in self.tasks() if task.key in mine]

    def jobs(self, job_type: str | None = None) -> list[Job]:
        return [j for j in self.book.jobs.values() if j.state == "created" and job_type in (None, j.type)]

    def incidents(self) -> list[Any]:
        return [incident for incident in self.book.incidents.values() if incident.state == "active"]

    def variables(self, instance_key: Key | None = None) -> Variables:
        return dict(self._instance(instance_key).variables)

    def is_ended(self, instance_key: Key | None = None) -> bool:
        return self._instance(instance_key).state is not InstanceState.ACTIVE

    def outcome(self, instance_key: Key | None = None) -> str | None:
        return self._instance(instance_key).outcome

    def trace(self, instance_key: Key | None = None) -> list[tuple[str, Traced]]:
        """Flow nodes in the order they were entered, completed or canceled; None: of all instances."""
        return [(element, what) for key, element, what in self.book.trace if instance_key in (None, key)]

    def due(self) -> datetime | None:
        """When the next timer is due, if one waits."""
        return min((t.due_at for t in self.book.timers.values() if t.state == "waiting"), default=None)

    # -- people ---------------------------------------------------------------------------------------------------
    def actor(self, user_id: str) -> Actor:
        if self._anyone_may:
            return anybody(user_id, self.book.work_items.values())
        directory = self.world.directory
        return Actor(
            user_id,
            directory.user(user_id).name.zh,
            directory.principals(user_id, self.clock.now()),
            frozenset(directory.roles_of(user_id, self.clock.now())),
        )

    def claim(self, task: SimulatedTask | Key, by: str) -> None:
        self._act(task, lambda case, loaded: voting.claim(case, self.world, self.actor(by), loaded))

    def release(self, task: SimulatedTask | Key, by: str) -> None:
        self._act(task, lambda case, loaded: voting.release(case, self.world, self.actor(by), loaded))

    def complete(
        self,
        task: SimulatedTask | Key,
        *,
        by: str = HOLDER,
        outcome: str | None = None,
        variables: Mapping[str, Any] | None = None,
        comment: str | None = None,
    ) -> None:
        """Does a task or casts a vote. `variables` are checked against the task's form where it has one."""

        def act(case: Case, loaded: Task) -> Advance:
            undecided(loaded)
            voting.item_of(case.work_items[loaded.key], self.actor(by))
            checked = answering.task_answers(case, self.world, loaded, dict(variables or {}))
            actor = self.actor(by)
            return voting.vote(case, self.world, actor, loaded, outcome=outcome, comment=comment, variables=checked)

        self._act(task, act)

    vote = complete

    def return_to(self, task: SimulatedTask | Key, target: str | None = None, *, by: str, comment: str = "") -> None:
        """RETURN to an element the case has passed; None: to the start."""
        targets = () if target is None else (target,)

        def act(case: Case, loaded: Task) -> Advance:
            actor = self.actor(by)
            return returning.return_task(case, self.world, actor, loaded, targets=targets, comment=comment)

        self._act(task, act)

    def withdraw(self, instance_key: Key | None = None, *, by: str, comment: str | None = None) -> None:
        instance = self._instance(instance_key)
        if instance.starter != by and not self._anyone_may:
            raise NotAllowed("not_allowed", f"expected the starter {instance.starter}, but it is {by}")
        case = self.book.tree(instance.key)
        loaded = case.instances[instance.key]
        self._apply(withdrawing.withdraw(case, self.world, self.actor(by), loaded, reason=comment))

    def cancel(self, instance_key: Key | None = None, *, by: str = "admin", comment: str | None = None) -> None:
        instance = self._instance(instance_key)
        case = self.book.tree(instance.key)
        self._apply(withdrawing.cancel(case, self.world, self.actor(by), case.instances[instance.key], reason=comment))

    # -- machines -------------------------------------------------------------------------------------------------
    def complete_job(self, job: Job, variables: Mapping[str, Any] | None = None) -> None:
        self._push(job.instance_key, Complete(job.instance_key, job.n, dict(variables or {})))

    def fail_job(self, job: Job, message: str = "", *, retries: int = 0) -> None:
        """A worker gave up: with retries left the job waits again, without it is an incident."""
        if retries > 0:
            job.retries = retries
            return
        self._push(job.instance_key, Fail(job.instance_key, job.n, "job_no_retries", message or "the job failed", {}))

    def throw_error(self, job: Job, code: str, message: str = "", variables: Mapping[str, Any] | None = None) -> None:
        self._push(job.instance_key, ThrowError(job.instance_key, job.n, code, message, dict(variables or {})))

    def resolve(self, incident: Any, variables: Mapping[str, Any] | None = None) -> None:
        """The incident was repaired, perhaps by setting variables; its element is tried again."""
        stimuli: list[Any] = [SetVariables(incident.instance_key, dict(variables))] if variables else []
        self._push(incident.instance_key, *stimuli, Retry(incident.instance_key, incident.n))

    def publish(
        self,
        name: str,
        key: str = "",
        variables: Mapping[str, Any] | None = None,
        *,
        time_to_live: timedelta = timedelta(0),
    ) -> int:
        """Hands a message to whoever waits for it, or keeps it for `time_to_live`. Returns how many received it."""
        received = self._deliver(name, key, dict(variables or {}))
        if not received and time_to_live > timedelta(0):
            self.book.buffered.append(Message(name, key, dict(variables or {}), self.clock.now() + time_to_live))
        return received

    def signal(self, name: str, variables: Mapping[str, Any] | None = None) -> int:
        """Hands a signal to all who wait for it, and starts the processes that begin with it."""
        given = dict(variables or {})
        places = signal_receivers((s for s in self.book.signals.values() if s.state == "waiting"), name)
        for instance_key, n in places:
            if self.book.signals[instance_key, n].state == "waiting":
                self._push(instance_key, Trigger(instance_key, n, given))
        starts = self._starts(lambda published: published.definition.signal_starts, name)
        for process_id, element_id in starts:
            self.start(process_id, given, starter=self._starter(process_id, given), at=element_id)
        return len(places) + len(starts)

    def advance(self, by: timedelta) -> None:
        """Lets time pass; what falls due on the way happens at its own moment, in order."""
        self.until(self.clock.now() + by)

    def until(self, moment: datetime) -> None:
        while (due := self.due()) is not None and due <= moment:
            self._set_clock(max(due, self.clock.now()))
            timer = min(
                (t for t in self.book.timers.values() if t.state == "waiting"), key=lambda t: (t.due_at, t.instance_key, t.n)
            )
            if self.book.instances[timer.instance_key].suspended:
                raise WrongState("instance_suspended", "expected a case that runs, but it is suspended")
            self._push(timer.instance_key, Trigger(timer.instance_key, timer.n))
        self._set_clock(moment)

    # -- inner ----------------------------------------------------------------------------------------------------
    def _meet(self, *people: str) -> None:
        """Without an organisation of the author's own, whoever turns up has a post and every role."""
        if self._anyone_may:
            self._people.update(people)
            latest = [versions[-1].definition for versions in self.deployed.processes.values()]
            self.world.directory = organisation_for(latest, sorted(self._people))

    def _set_clock(self, moment: datetime) -> None:
        self.clock.set(moment)
        self.world.now = self.clock.now()
        self.book.buffered = [m for m in self.book.buffered if m.expires_at > self.clock.now()]

    def _instance(self, instance_key: Key | None) -> Instance:
        if instance_key is not None:
            return self.book.instances[instance_key]
        first = next((i for i in self.book.instances.values() if i.parent_key is None), None)
        if first is None:
            raise NotFound("instance_not_found", "expected a case, but none was started")
        return first

    def _seen(self, task: Task) -> SimulatedTask:
        owed = [i.candidate for i in self.book.items_of(task.key) if i.state in (WorkItemState.OPEN, WorkItemState.WAITING)]
        return SimulatedTask(
            task.key,
            task.process_id,
            task.element_id,
            task.state,
            task.candidate_groups,
            next((i.assignee for i in self.book.items_of(task.key) if i.assignee), None),
            tuple(owed),
            task.form_id,
            task.due_at,
        )

    def _act(self, task: SimulatedTask | Key, act: Callable[[Case, Task], Advance]) -> None:
        key = task.key if isinstance(task, SimulatedTask) else task
        known = self.book.tasks.get(key)
        if known is None:
            raise NotFound("task_not_found", f"expected a task {key}, but there is none", key=str(key))
        case = self.book.tree(known.instance_key, known)
        self._apply(act(case, case.tasks[key]))

    def _push(self, instance_key: Key, *stimuli: Any) -> None:
        self._apply(push(self.book.tree(instance_key), self.world, "", *stimuli))

    def _apply(self, advance: Advance) -> None:
        self.book.apply(advance)
        self._hand_out_buffered(advance)
        while self.book.effects:
            self._take_effect(self.book.effects.pop(0))

    def _take_effect(self, effect: Effect) -> None:
        if effect.kind == "signal":
            self.signal(effect.name, effect.variables)
        else:
            self.publish(effect.name, effect.correlation_key or "", effect.variables)

    def _hand_out_buffered(self, advance: Advance) -> None:
        for subscription in list(advance.messages.values()):
            for message in list(self.book.buffered):
                wanted = (subscription.name, subscription.correlation_key or "")
                if subscription.state == "waiting" and wanted == (message.name, message.correlation_key):
                    self.book.buffered.remove(message)
                    self._push(subscription.instance_key, Trigger(subscription.instance_key, subscription.n, message.variables))
                    break

    def _deliver(self, name: str, key: str, variables: Variables) -> int:
        listeners = [
            Listener(s, self.book.instances[s.instance_key].process_id)
            for s in self.book.messages.values()
            if s.state == "waiting"
        ]
        receivers = message_receivers(listeners, name, key)
        for subscription in receivers:
            self._push(subscription.instance_key, Trigger(subscription.instance_key, subscription.n, variables))
        taken = {self.book.instances[s.instance_key].process_id for s in receivers}
        starts = [s for s in self._starts(lambda p: p.definition.message_starts, name) if s[0] not in taken]
        for process_id, element_id in starts:
            self.start(process_id, variables, starter=self._starter(process_id, variables), at=element_id)
        return len(receivers) + len(starts)

    def _starts(self, of: Callable[[Any], Sequence[tuple[str, str]]], name: str) -> list[tuple[str, str]]:
        return [
            (process_id, element_id)
            for process_id, versions in self.deployed.processes.items()
            for element_id, wanted in of(versions[-1])
            if wanted == name
        ]

    def _starter(self, process_id: str, variables: Mapping[str, Any]) -> str:
        published = self.deployed.latest(process_id)
        assert published is not None, "only what is deployed is started by a message"
        people = {str(variables.get("starter"))} if self._anyone_may else set(self.world.directory.users)
        return opening.starter_of(published, variables, people)
