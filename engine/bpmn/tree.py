"""The small tree SpiffWorkflow steps on: one task per open token, containers above what is open inside them.

A token that has left an element is removed at once, so the tree is the marking and nothing more.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.definition import Definition
from engine.bpmn.failures import ElementFailed
from engine.bpmn.scopes import Scope
from engine.bpmn.script_engine import FeelEngine
from engine.bpmn.waits import Activation, Closed, Moved, Wait, WaitKind
from engine.bpmn.world import World
from engine.vocabulary import ActivationState, Traced

if TYPE_CHECKING:
    from engine.bpmn.elements.flow_node import FlowNode

ROOT = -1
"""The number of the process itself: the container of all, not an activation."""

STEPS_AT_ONCE = 20_000
"""Steps an instance may take without waiting for anything; then it loops for ever."""


class Token(Task):  # type: ignore[misc]  # SpiffWorkflow ships no types
    """A SpiffWorkflow task that is one open token, numbered as its activation.

    `data` is the scope, by reference. `internal_data` holds what must survive between runs (see engine.bpmn.marking).
    `is_recorded`: its activation is in the log. Armed events and arrivals at a join are open without being recorded.
    `is_spent`: its activation is done already, though it still stands (an end event that throws).
    """

    STARTED = TaskState.STARTED
    WAITING = TaskState.WAITING
    READY = TaskState.READY
    ERROR = TaskState.ERROR

    def __init__(self, tree: Tree, spec: FlowNode, parent: Token | None, state: int, n: int) -> None:
        super().__init__(tree, spec, parent, state, id=n)
        self.data: Scope
        self.causes: tuple[int, ...] = ()
        self.is_recorded = False
        self.is_spent = False
        self.taken: tuple[str, ...] = ()

    @property
    def n(self) -> int:
        return int(self.id)

    @property
    def is_root(self) -> bool:
        return self.n == ROOT

    @property
    def tree(self) -> Tree:
        tree: Tree = self.workflow
        return tree

    @property
    def spec(self) -> FlowNode:
        spec: FlowNode = self.task_spec
        return spec

    @property
    def owner(self) -> Token:
        """The container it stands in; the process for the outermost."""
        owner: Token | None = self.workflow.tasks.get(self._parent)
        return self if owner is None else owner

    @property
    def scope(self) -> Scope:
        scope: Scope = self.data
        return scope

    @property
    def is_armed(self) -> bool:
        """An event that waits beside what is running; it does not keep its container open."""
        return "armed" in self.internal_data

    def own_scope(self) -> Scope:
        if self.data is self.owner.data and self.n != ROOT:
            self.data = Scope(self.owner.data)
        return self.scope

    def working(self) -> list[Token]:
        """The tokens inside that keep this container open."""
        return [token for token in self.children if not token.is_armed]

    def up(self) -> Iterator[Token]:
        """This token and its containers, the process last."""
        token = self
        while token.n != ROOT:
            yield token
            token = token.owner
        yield token

    def note_end(self, child: Token) -> None:
        """What follows this container will follow from `child`, and from what ended inside that."""
        self.internal_data.setdefault("ends", []).extend((child.n, *child.internal_data.get("ends", ())))

    def _add_child(self, task_spec: FlowNode, state: int = TaskState.FUTURE) -> Token:
        return Token(self.workflow, task_spec, self, state, self.workflow.new_number())

    def _set_state(self, value: int) -> None:
        # Stock sets a time stamp and writes a log line with the whole task on each change.
        self._state = value

    def _inherit_data(self) -> None:
        """Stock merges the parent's data into a copy; here data is the scope itself."""


class Tree(BpmnWorkflow):  # type: ignore[misc]  # SpiffWorkflow ships no types
    def __init__(self, definition: Definition, world: World) -> None:
        super().__init__(definition.spec, script_engine=FeelEngine(world), deserializing=True)
        self.definition = definition
        self.world = world
        self.moved = Moved()
        self.last_number = 0
        self.is_over = False
        self.outcome: str | None = None
        self.ready: deque[Token] = deque()
        self.task_tree = Token(self, definition.spec.start, None, TaskState.STARTED, ROOT)
        self.task_tree.data = Scope()

    @property
    def root(self) -> Token:
        root: Token = self.task_tree
        return root

    @property
    def engine(self) -> FeelEngine:
        engine: FeelEngine = self.script_engine
        return engine

    def new_number(self) -> int:
        self.last_number += 1
        return self.last_number

    def token(self, n: int) -> Token | None:
        token: Token | None = self.tasks.get(n)
        return token

    def tokens(self) -> Iterator[Token]:
        """Containers before what is inside them."""
        todo = self.root.children[::-1]
        while todo:
            token = todo.pop()
            yield token
            todo += token.children[::-1]

    # -- coming, stepping, going

    def place(
        self,
        name: str,
        owner: Token,
        causes: Iterable[int],
        *,
        via: str | None = None,
        local: dict[str, Any] | None = None,
        facts: dict[str, Any] | None = None,
    ) -> Token:
        """A new token before the element `name`; it begins when its turn comes."""
        token = owner._add_child(self.spec.task_specs[name])
        token.causes = tuple(causes)
        token.data = owner.data if local is None else Scope(owner.data, local)
        if facts:
            token.internal_data.update(facts)
        if via is not None:
            token.internal_data["via"] = via
        token.task_spec._update(token)
        return token

    def again(self, token: Token) -> None:
        """Let a token that stands (waiting, container, incident) take its next step."""
        token._set_state(TaskState.READY)
        self.ready.append(token)

    def settle(self) -> None:
        """Step until everything waits."""
        steps = 0
        while True:
            while self.ready:
                token = self.ready.popleft()
                if self.tasks.get(token.id) is token and token.state == TaskState.READY:
                    steps += 1
                    self._step(token, steps)
            if not any(token.spec.fire_when_at_rest(token) for token in list(self.tokens()) if token.state == TaskState.WAITING):
                self._tell_deadlock()
                return

    def _tell_deadlock(self) -> None:
        """Nothing will ever happen again in an instance where tokens wait only for each other: somebody has to repair it."""
        stuck = None
        for token in () if self.is_over else self.tokens():
            if self.wait_of(token) is not None:
                return
            stuck = token if token.state == TaskState.WAITING else stuck
        if stuck is not None:
            element_id = stuck.spec.element.element_id
            sentence = f"expected another token to come to {element_id}, but none can; a retry lets this one pass alone"
            self.open_incident(stuck, "deadlock", sentence, {"element": element_id})

    def _step(self, token: Token, steps: int) -> None:
        try:
            if steps > STEPS_AT_ONCE:
                raise ElementFailed(
                    "endless_loop", f"expected the instance to wait for something within {STEPS_AT_ONCE} steps, but it did not"
                )
            token.run()
        except ElementFailed as failure:
            self.open_incident(token, failure.code, failure.sentence, failure.facts)
        except Exception as failure:  # noqa: BLE001  # one element of one token: the other tokens go on
            self.open_incident(token, "element_failed", f"{type(failure).__name__}: {failure!s:.300}", {})

    def leave(self, token: Token) -> None:
        """The token is through: follow the flows chosen by its element, or end here."""
        owner = token.owner
        if not token.is_spent:
            self.log(token, ActivationState.DONE)
        for armed in token.children:
            self.close(armed)
        self._remember_compensation(token, owner)
        causes = (token.n, *token.internal_data.get("ends", ()))
        for flow_id in token.taken:
            flow = self.spec.flows[flow_id]
            self.place(flow.target, owner, causes, via=flow_id)
        self._remove_task(token.id)
        if not token.taken:
            owner.spec.child_ended(owner, token)

    def _remember_compensation(self, token: Token, owner: Token) -> None:
        inner = token.internal_data.get("compensable", [])
        element = token.spec.element
        if inner or (element.compensated_by and not token.spec.is_instance):
            owner.internal_data.setdefault("compensable", []).append([token.n, element.element_id, inner])

    def spend(self, token: Token) -> None:
        """Its activation is done now, whatever becomes of the token."""
        self.log(token, ActivationState.DONE)
        token.is_spent = True

    # -- the log

    def record(self, token: Token) -> None:
        if not token.is_recorded:
            token.is_recorded = True
            self.log(token, ActivationState.OPEN)

    def log(self, token: Token, state: ActivationState, stopped_by: int | None = None, *, is_traced: bool = True) -> None:
        element_id = token.spec.element.element_id
        arrivals = tuple((via, tuple(causes)) for via, causes in token.internal_data.get("arrivals", ()))
        owner = None if token.owner.is_root else token.owner.n
        self.moved.activations[token.n] = Activation(token.n, element_id, owner, token.causes, arrivals, stopped_by, state)
        if is_traced and token.spec.is_traced:
            traced = {ActivationState.OPEN: Traced.ENTERED, ActivationState.DONE: Traced.COMPLETED}
            self.moved.trace.append((element_id, traced.get(state, Traced.CANCELED)))
            self.moved.traced.append(token.n)

    # -- waiting

    def open_wait(self, token: Token) -> None:
        wait = token.spec.wait(token)
        if wait is not None:
            self.moved.opened.append(wait)

    def close_wait(self, token: Token, state: ActivationState) -> None:
        wait = self.wait_of(token)
        if wait is not None:
            self.moved.closed.append(Closed(wait.n, wait.element_id, wait.kind, state))

    def wait_of(self, token: Token) -> Wait | None:
        incident = token.internal_data.get("incident")
        if incident is not None:
            code, sentence, facts = incident
            return Wait(token.n, token.spec.element.element_id, WaitKind.INCIDENT, code, sentence=sentence, facts=facts)
        if token.state not in (TaskState.WAITING, TaskState.STARTED):
            return None
        return token.spec.wait(token)

    def open_incident(self, token: Token, code: str, sentence: str, facts: Any) -> None:
        if not token.is_armed:
            self.record(token)
        token._set_state(TaskState.ERROR)
        token.internal_data["incident"] = [code, sentence, dict(facts)]
        wait = self.wait_of(token)
        if wait is not None:
            self.moved.opened.append(wait)

    # -- stopping

    def close(self, token: Token, stopped_by: int | None = None) -> list[int]:
        """Cancel a token with all inside it. Returns the numbers of the activations this stopped.

        With `stopped_by` also what had not begun yet, and arrivals at joins, leave a row: a return may need them again.
        """
        stopped = [n for child in token.children for n in self.close(child, stopped_by)]
        armed = token.is_armed
        self.close_wait(token, ActivationState.CANCELED)
        if not token.is_spent and (token.is_recorded or (stopped_by is not None and not armed)):
            if token.state == TaskState.WAITING and "via" in token.internal_data:
                token.internal_data["arrivals"] = [[token.internal_data["via"], list(token.causes)]]
            self.log(token, ActivationState.CANCELED, stopped_by, is_traced=token.is_recorded)
            stopped.append(token.n)
        self._remove_task(token.id)
        return stopped

    def stop_beside(self, token: Token, scope: Token) -> None:
        """Stop everything else in `scope`; the token follows from it, so that a return can begin it again."""
        path = set(token.up())
        stopped = [
            n
            for around in path
            if scope in around.up()
            for other in around.children
            if other not in path
            for n in self.close(other, token.n)
        ]
        token.causes = tuple(sorted({*token.causes, *stopped}))

    def end_scope(self, scope: Token, token: Token) -> None:
        """The token is done and takes everything else in `scope` with it."""
        self.stop_beside(token, scope)
        self.spend(token)
        scope.note_end(token)
        for child in scope.children:
            self.close(child, token.n)

    def end(self) -> None:
        for token in self.root.children:
            self.close(token)
        self.ready.clear()
        self.is_over = True
        self.moved.ended = True

    # -- SpiffWorkflow's own refreshing, which would look at every task after each step

    def _task_completed_notify(self, _task: Token) -> None:
        self.last_task = None

    def refresh_timers(self) -> None:
        """Timers fire by their own stimulus; the clock is the world's."""
