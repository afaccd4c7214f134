"""The loop in the middle: a stimulus moves an instance, what opens is answered or written down, until all is at rest."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from engine.advance import builtin_jobs, opening
from engine.advance.advance import Advance
from engine.advance.calling import call
from engine.advance.case import Case
from engine.advance.copying import copy_at_start
from engine.advance.deciding import decide
from engine.advance.expressions import Expressions
from engine.advance.records import (
    ActivationRow,
    Effect,
    Event,
    Incident,
    Instance,
    Job,
    Subscription,
    Timer,
)
from engine.advance.stimuli import (
    Begin,
    Complete,
    End,
    Fail,
    Reject,
    Retry,
    Rewind,
    SetVariables,
    Stimulus,
    ThrowError,
    Trigger,
)
from engine.advance.world import Published, World
from engine.bpmn.definition import Kind
from engine.bpmn.run import Run, State, Undone
from engine.bpmn.run import World as RunWorld
from engine.bpmn.waits import Closed, Moved, Throw, ThrowKind, Wait, WaitKind
from engine.errors import InvalidInput
from engine.vocabulary import ActivationState, CaseOutcome, InstanceState, Key, TaskState, Traced, WorkItemState

MOST_ROUNDS = 200
STEPS = "s"
"""Beside the marking: how long the trace of the instance is."""


def push(case: Case, world: World, actor: str, *stimuli: Stimulus, advance: Advance | None = None) -> Advance:
    """Applies the stimuli in order and runs the call tree to rest.

    `case` holds every live instance of the tree; new ones are added to it. `advance` lets a command that has
    already decided something (a vote) hand in what it changed. Rejections of a stimulus leave nothing behind
    that is written, because nothing is written here.
    """
    motion = Motion(case, world, actor, advance if advance is not None else Advance())
    for stimulus in stimuli:
        motion.apply(stimulus)
        motion.settle()
    motion.close()
    return motion.advance


class Motion:
    """One push under way: the runs that were woken, and the waits that still want an answer."""

    def __init__(self, case: Case, world: World, actor: str, advance: Advance) -> None:
        self.case = case
        self.world = world
        self.actor = actor
        self.advance = advance
        self._runs: dict[Key, Run] = {}
        self._expressions: dict[Key, Expressions] = {}
        self._todo: deque[tuple[Key, Wait]] = deque()
        self._steps: dict[Key, int] = {}
        self._undone: set[tuple[Key, int]] = set()  # what a return took back while it was open
        self._taken_up: set[tuple[Key, int]] = set()  # waits this push answers itself, so that nothing is written of them

    # -- what the parts of the loop use ---------------------------------------------------------------------------
    def published(self, instance: Instance) -> Published:
        return self.world.published(instance.definition_key)

    def expressions(self, instance: Instance) -> Expressions:
        known = self._expressions.get(instance.key)
        if known is None:
            known = self._expressions[instance.key] = Expressions(self.world, instance)
        return known

    def run(self, instance_key: Key) -> Run:
        known = self._runs.get(instance_key)
        if known is None:
            instance = self.case.instances[instance_key]
            expressions = self.expressions(instance)
            state = State(instance.marking, dict(instance.variables)) if instance.marking else None
            known = Run(
                self.published(instance).definition,
                RunWorld(self.world.now, expressions.functions, expressions.names, expressions.zone),
                state,
            )
            self._runs[instance_key] = known
        return known

    def _waits_at(self, instance_key: Key, n: int) -> bool:
        return any(wait.n == n for wait in self.run(instance_key).open_waits())

    def record(self, instance: Instance, kind: str, element_id: str | None = None, /, **payload: Any) -> None:
        self.advance.events.append(Event(instance.key, instance.root_key, kind, self.actor, element_id, payload))

    # -- the stimulus ---------------------------------------------------------------------------------------------
    def apply(self, stimulus: Stimulus) -> None:
        instance = self.case.instances[stimulus.instance_key]
        run = self.run(instance.key)
        match stimulus:
            case Begin():
                self.advance.created.add(instance.key)
                run.begin(dict(stimulus.variables), at=stimulus.at, open_start_task=not stimulus.answered)
                self.record(instance, "case.started", starter=instance.starter)
                copy_at_start(self, instance)
            case Complete():
                run.complete(stimulus.n, dict(stimulus.variables))
            case Trigger():
                run.trigger(stimulus.n, dict(stimulus.variables))
            case ThrowError():
                run.throw_error(stimulus.n, stimulus.code, stimulus.message, dict(stimulus.variables))
            case Fail():
                run.fail(stimulus.n, stimulus.code, stimulus.sentence, stimulus.facts)
            case Retry():
                run.retry(stimulus.n)
            case SetVariables():
                run.set_variables(dict(stimulus.variables), stimulus.n)
            case Reject():
                run.end_scope(stimulus.n, CaseOutcome.REJECTED)
            case Rewind():
                log = self.world.log(instance.key)
                undone = run.rewind(log, stimulus.from_n, stimulus.targets, allow_irreversible=stimulus.allow_irreversible)
                self._void(instance, undone)
            case End():
                self._terminate(instance, stimulus.outcome, stimulus.reason)
        self._collect(instance)

    def _void(self, instance: Instance, undone: Undone) -> None:
        """Votes on steps that a return undid count no longer; systems hear of the machine work it undid."""
        elements = self.published(instance).definition.elements
        self._undone.update((instance.key, n) for n in undone.canceled)
        for activation in undone.voided:
            kind = elements[activation.element_id].kind
            if kind is Kind.USER_TASK or (kind is Kind.START_EVENT and elements[activation.element_id].form_id is not None):
                self.advance.closed_tasks[(instance.key, activation.n)] = "void"
                self.record(instance, "task.voided", activation.element_id, n=activation.n)
            elif kind in _FELT_OUTSIDE:
                self.record(instance, "activation.voided", activation.element_id, n=activation.n)

    def settle(self) -> None:
        for _ in range(MOST_ROUNDS):
            if not self._todo:
                return
            for _ in range(len(self._todo)):
                instance_key, wait = self._todo.popleft()
                instance = self.case.instances[instance_key]
                if instance.state is InstanceState.ACTIVE and self._waits_at(instance_key, wait.n):
                    self._answer(instance, wait)
                    self._collect(instance)
        while self._todo:
            instance_key, wait = self._todo.popleft()
            instance = self.case.instances[instance_key]
            if self._waits_at(instance_key, wait.n):
                self.run(instance_key).fail(
                    wait.n, "too_many_steps", f"expected the case to come to rest within {MOST_ROUNDS} rounds", {}
                )
                self._collect(instance, answer=False)

    def close(self) -> None:
        """Takes the woken runs down to their markings."""
        for key, run in self._runs.items():
            instance = self.case.instances[key]
            state = run.state()
            if state.variables != instance.variables or key in self.advance.created:
                self.advance.variables_changed.add(key)
                instance.variables = state.variables
                self._entitle(instance)
            instance.marking = {**state.marking, STEPS: self._steps.get(key, instance.marking.get(STEPS, 0))}
            instance.has_incident = any(w.kind is WaitKind.INCIDENT for w in run.open_waits())
            self.advance.instances[key] = instance

    def _entitle(self, instance: Instance) -> None:
        """A text that fails on these values stays as it was: what a case is called must not hold it up."""
        properties = self.published(instance).definition.properties
        expressions = self.expressions(instance)
        with suppress(InvalidInput):
            if "gc.title" in properties:
                instance.title = expressions.text(properties["gc.title"], instance.variables)
            if "gc.summary" in properties:
                instance.summary = expressions.text(properties["gc.summary"], instance.variables)

    # -- what a run hands out -------------------------------------------------------------------------------------
    def _collect(self, instance: Instance, *, answer: bool = True) -> None:
        moved = self._runs[instance.key].drain()
        elements = self.published(instance).definition.elements
        now = self.world.now
        for activation in moved.activations.values():
            place = (instance.key, activation.n)
            row = self.advance.activations.get(place)
            if row is None:
                row = ActivationRow(
                    instance.key,
                    activation.n,
                    self.world.key(),
                    activation.element_id,
                    elements[activation.element_id].kind,
                    activation.owner,
                    activation.causes,
                    activation.arrivals,
                    activation.stopped_by,
                    activation.state,
                    now,
                )
                self.advance.activations[place] = row
            row.causes, row.stopped_by, row.state = activation.causes, activation.stopped_by, activation.state
            row.ended_at = None if activation.state is ActivationState.OPEN else now
        self._number_steps(instance, moved)
        for closed in moved.closed:
            self._write_closed(instance, closed)
        for wait in moved.opened:
            if (answer and wait.kind in _ANSWERED_HERE) or builtin_jobs.knows(wait):
                self._todo.append((instance.key, wait))
            else:
                self._write_open(instance, wait)
        for thrown in moved.thrown:
            self._throw(instance, thrown)
        if moved.ended and instance.state is InstanceState.ACTIVE:
            self._finish(instance, moved.outcome)

    def _number_steps(self, instance: Instance, moved: Moved) -> None:
        """Each line of the trace has its place in the instance, so that the log can tell the order again."""
        for (element_id, what), n in zip(moved.trace, moved.traced, strict=True):
            step = self._steps[instance.key] = self._steps.get(instance.key, instance.marking.get(STEPS, 0)) + 1
            row = self.advance.activations[instance.key, n]
            if what is Traced.ENTERED:
                row.entered_step = step
            else:
                row.ended_step, row.ended_as = step, str(what)
            self.advance.trace.append((instance.key, element_id, what))

    def _answer(self, instance: Instance, wait: Wait) -> None:
        self._taken_up.add((instance.key, wait.n))
        match wait.kind:
            case WaitKind.USER_TASK:
                opening.open_task(self, instance, wait)
            case WaitKind.DECISION:
                decide(self, instance, wait)
            case WaitKind.CALL:
                call(self, instance, wait)
            case _:
                builtin_jobs.perform(self, instance, wait)

    def _write_open(self, instance: Instance, wait: Wait) -> None:
        place, key, now = (instance.key, wait.n), self.world.key(), self.world.now
        common = (key, instance.key, instance.root_key, wait.n, wait.element_id)
        ended = self._of_kind(wait.kind).get(place)
        if ended is not None and not ended.key:
            self.advance.reopened.setdefault(wait.kind, []).append(ended)
        match wait.kind:
            case WaitKind.TIMER:
                assert wait.due_at is not None
                self.advance.timers[place] = Timer(*common, wait.due_at)
            case WaitKind.JOB:
                self.advance.jobs[place] = Job(*common, wait.name, wait.retries, now, wait.headers, wait.variables)
            case WaitKind.MESSAGE:
                self.advance.messages[place] = Subscription(*common, wait.name, wait.correlation_key)
            case WaitKind.SIGNAL:
                self.advance.signals[place] = Subscription(*common, wait.name)
            case WaitKind.INCIDENT:
                self.advance.incidents[place] = Incident(*common, wait.name, wait.sentence, now, wait.facts)
                self.record(instance, "incident.opened", wait.element_id, kind=wait.name, sentence=wait.sentence)
            case _:
                raise AssertionError(f"{wait.kind} is answered at once, not written")

    def _of_kind(self, kind: WaitKind) -> Mapping[tuple[Key, int], Timer | Job | Subscription | Incident]:
        advance = self.advance
        waits: Mapping[WaitKind, Mapping[tuple[Key, int], Timer | Job | Subscription | Incident]] = {
            WaitKind.TIMER: advance.timers,
            WaitKind.JOB: advance.jobs,
            WaitKind.MESSAGE: advance.messages,
            WaitKind.SIGNAL: advance.signals,
            WaitKind.INCIDENT: advance.incidents,
        }
        return waits.get(kind, {})

    def _write_closed(self, instance: Instance, closed: Closed) -> None:
        place, common = (instance.key, closed.n), (instance.key, instance.root_key, closed.n, closed.element_id)
        gone, now = "done" if closed.state is ActivationState.DONE else "canceled", self.world.now
        match closed.kind:
            case WaitKind.USER_TASK:
                self._close_task(instance, closed)
            case WaitKind.CALL:
                child = self.case.called_from(instance.key, closed.n)
                is_open = child is not None and child.state is InstanceState.ACTIVE  # else its own error ended it
                if child is not None and is_open and closed.state is not ActivationState.DONE:
                    self._terminate(child, CaseOutcome.CANCELED, None)
                    self._collect(child)
            case WaitKind.TIMER:
                timer = self.advance.timers.setdefault(place, Timer(0, *common, now))
                timer.state = gone
            case WaitKind.JOB if place not in self._taken_up:
                job = self.advance.jobs.setdefault(place, Job(0, *common, "", 0, now))
                job.state = "completed" if closed.state is ActivationState.DONE else "canceled"
            case WaitKind.MESSAGE:
                self.advance.messages.setdefault(place, Subscription(0, *common, "")).state = gone
            case WaitKind.SIGNAL:
                self.advance.signals.setdefault(place, Subscription(0, *common, "")).state = gone
            case WaitKind.INCIDENT:
                incident = self.advance.incidents.setdefault(place, Incident(0, *common, "", "", now))
                incident.state = "resolved"
                if closed.state is not ActivationState.DONE:  # the failed job it was about, if any, ends with it
                    self.advance.jobs.setdefault(place, Job(0, *common, "", 0, now)).state = "canceled"
                self.record(instance, "incident.resolved", closed.element_id)

    def _close_task(self, instance: Instance, closed: Closed) -> None:
        """A task that nobody decided: its seats end. Votes already cast are void where a return took the step back."""
        if closed.state is ActivationState.DONE:
            return
        void = closed.state is ActivationState.VOID or (instance.key, closed.n) in self._undone
        task = self.case.task_at(instance.key, closed.n)
        if task is None and (instance.key, closed.n) in self._taken_up:
            return  # it could not be opened
        if task is None:
            self.advance.closed_tasks[(instance.key, closed.n)] = "void" if void else "canceled"
        elif task.state is not TaskState.CANCELED:
            was_open = task.state is TaskState.CREATED
            if was_open:
                task.state, task.ended_at = TaskState.CANCELED, self.world.now
            self.advance.tasks[task.key] = task
            for item in self.case.work_items.get(task.key, []):
                if item.state in _STILL_OWED:
                    item.state = WorkItemState.WITHDRAWN
                elif item.state is WorkItemState.DONE and void:
                    item.state = WorkItemState.VOID
                else:
                    continue
                self.advance.work_items[item.key] = item
        self.record(instance, "task.voided" if void else "task.canceled", closed.element_id, n=closed.n)

    def _throw(self, instance: Instance, thrown: Throw) -> None:
        parent = self.case.instances.get(instance.parent_key) if instance.parent_key is not None else None
        match thrown.kind:
            case ThrowKind.MESSAGE | ThrowKind.SIGNAL:
                self.record(instance, f"{thrown.kind}.sent", thrown.element_id, name=thrown.name, key=thrown.correlation_key)
                self.advance.effects.append(
                    Effect(
                        self.world.key(),
                        str(thrown.kind),
                        thrown.name,
                        dict(thrown.variables),
                        thrown.correlation_key,
                        instance.root_key,
                    )
                )
            case ThrowKind.ERROR if parent is not None and instance.parent_n is not None:  # of a root: its run has an incident
                self._terminate(instance, CaseOutcome.REJECTED, thrown.name)
                self._collect(instance)
                self.run(parent.key).throw_error(instance.parent_n, thrown.name, "", dict(thrown.variables))
                self._collect(parent)
            case ThrowKind.ESCALATION if parent is not None and instance.parent_n is not None:
                self.run(parent.key).throw_escalation(instance.parent_n, thrown.name, dict(thrown.variables))
                self._collect(parent)

    # -- ends -----------------------------------------------------------------------------------------------------
    def _terminate(self, instance: Instance, outcome: CaseOutcome, reason: str | None) -> None:
        """Ends an instance and all it called, before an end event."""
        for child in list(self.case.descendants(instance.key)):
            if child.state is InstanceState.ACTIVE:
                self._over(child, InstanceState.TERMINATED, outcome)
                self.run(child.key).cancel()
                self._collect(child)
        self._over(instance, InstanceState.COMPLETED if outcome is CaseOutcome.REJECTED else InstanceState.TERMINATED, outcome)
        self.run(instance.key).cancel()
        payload: Mapping[str, Any] = {} if reason is None else {"reason": reason}
        kind = {CaseOutcome.WITHDRAWN: "case.withdrawn", CaseOutcome.CANCELED: "case.canceled"}.get(outcome, "case.ended")
        self.record(instance, kind, outcome=str(outcome), **payload)

    def _over(self, instance: Instance, state: InstanceState, outcome: str | None) -> None:
        instance.state, instance.outcome, instance.ended_at = state, outcome, self.world.now
        instance.suspended = False

    def _finish(self, instance: Instance, outcome: str | None) -> None:
        self._over(instance, InstanceState.COMPLETED, outcome)
        self.record(instance, "case.ended", outcome=outcome)
        self._tell_caller(instance)

    def _tell_caller(self, instance: Instance) -> None:
        if instance.parent_key is None or instance.parent_n is None:
            return
        parent = self.case.instances[instance.parent_key]
        if parent.state is InstanceState.ACTIVE and self._waits_at(parent.key, instance.parent_n):
            variables = {**self.run(instance.key).variables, "case_outcome": instance.outcome}
            self.run(parent.key).complete(instance.parent_n, variables)
            self._collect(parent)


_ANSWERED_HERE = frozenset({WaitKind.USER_TASK, WaitKind.DECISION, WaitKind.CALL})
_FELT_OUTSIDE = frozenset({Kind.SERVICE_TASK, Kind.SEND_TASK, Kind.CALL_ACTIVITY, Kind.INTERMEDIATE_THROW_EVENT})
"""What may have changed something elsewhere: others are told when a return takes it back."""
_STILL_OWED = frozenset({WorkItemState.WAITING, WorkItemState.OPEN, WorkItemState.DELEGATED})
