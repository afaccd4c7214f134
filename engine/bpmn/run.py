"""One run of an instance: rebuilt from its marking, moved by verbs, asked what happened, and put away again.

A verb settles the instance before it returns: afterwards everything waits. Whoever pushes answers the waits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from engine.bpmn.definition import Definition, EventKind, Kind
from engine.bpmn.elements.catching import Catching, finish_now
from engine.bpmn.elements.sub_process import Container
from engine.bpmn.marking import State, dump, load
from engine.bpmn.rewind import Undone, rewind
from engine.bpmn.throwing import throw
from engine.bpmn.tree import Token
from engine.bpmn.waits import Activation, Moved, Wait, WaitKind
from engine.bpmn.world import World
from engine.errors import InvalidInput, NotFound, WrongState
from engine.vocabulary import ActivationState

__all__ = ["Run", "State", "Undone", "World"]

ANSWERED = (WaitKind.USER_TASK, WaitKind.JOB, WaitKind.DECISION, WaitKind.CALL)
HAPPENING = (WaitKind.TIMER, WaitKind.MESSAGE, WaitKind.SIGNAL)


class Run:
    """Raises WrongState("wrong_state") when a verb does not fit what activation `n` waits for."""

    def __init__(self, definition: Definition, world: World, state: State | None = None) -> None:
        self.definition = definition
        self._tree = load(definition, world, state)

    # -- verbs

    def begin(self, variables: Mapping[str, Any], *, at: str | None = None, open_start_task: bool = False) -> None:
        """`at`: the start event (message, signal, timer), the none start event by default. `open_start_task`: the form of
        the start is still to be filled in, so the instance waits at the event that has it, whatever event began it."""
        tree, spec = self._tree, self.definition.spec
        if tree.last_number or tree.is_over:
            raise WrongState("wrong_state", "expected an instance that has not begun, but it has")
        for name, value in variables.items():
            tree.root.scope.define(name, value)
        tree.root.spec.arm_listeners(tree.root)
        if at is not None:
            element = self.definition.elements.get(at)
            if element is None or element.kind is not Kind.START_EVENT or element.scope_id is not None:
                raise InvalidInput("invalid_request", f"expected a start event of the process, but {at} is none")
            with_form = self.definition.start_event_id if self.definition.start_form_id is not None else None
            begins: tuple[str, ...] = (with_form,) if open_start_task and with_form is not None else (at,)
        elif self.definition.start_event_id is not None:
            begins = (self.definition.start_event_id,)
        else:
            begins = tuple(name for name in spec.initial[None] if self.definition.elements[name].kind is not Kind.START_EVENT)
        if not begins:
            raise InvalidInput(
                "invalid_request", f"expected a start event to begin at, but {self.definition.process_id} has only others"
            )
        for name in begins:
            opens = open_start_task and self.definition.elements[name].form_id is not None
            tree.place(name, tree.root, (), facts={"as_task": 1} if opens else None)
        tree.settle()

    def complete(self, n: int, variables: Mapping[str, Any]) -> None:
        """Answers a user task, job, decision or call. A decision's answer is `{result_variable: value}`."""
        token = self._waiting(n, *ANSWERED)
        self._tree.close_wait(token, ActivationState.DONE)
        token.spec.complete_with(token, dict(variables))
        self._tree.settle()

    def trigger(self, n: int, variables: Mapping[str, Any] | None = None) -> None:
        """What a timer, message or signal wait waited for has happened."""
        token = self._waiting(n, *HAPPENING)
        if isinstance(token.spec, Catching):
            token.spec.fire(token, dict(variables or {}))
        self._tree.settle()

    def throw_error(self, n: int, code: str, message: str, variables: Mapping[str, Any] | None = None) -> bool:
        """A BPMN error from the job or called case at `n`. False: nobody catches it; an incident is open instead."""
        token = self._waiting(n, WaitKind.JOB, WaitKind.CALL, WaitKind.DECISION, WaitKind.USER_TASK)
        caught = throw(token, EventKind.ERROR, code, dict(variables or {}))
        if not caught:
            facts = {"error": code, "message": message}
            self._to_incident(
                token, "unhandled_error", f"expected somebody to catch the error {code}, but nobody does: {message}", facts
            )
        self._tree.settle()
        return caught

    def throw_escalation(self, n: int, code: str, variables: Mapping[str, Any] | None = None) -> bool:
        """An escalation from the job or called case at `n`, which goes on unless it is interrupted."""
        caught = throw(self._waiting(n, *ANSWERED), EventKind.ESCALATION, code, dict(variables or {}))
        self._tree.settle()
        return caught

    def retry(self, n: int) -> None:
        """Try the element of an incident again."""
        token = self._waiting(n, WaitKind.INCIDENT)
        self._tree.close_wait(token, ActivationState.DONE)
        del token.internal_data["incident"]
        self._tree.again(token)
        self._tree.settle()

    def fail(self, n: int, code: str, sentence: str, facts: Mapping[str, Any] | None = None) -> None:
        """What activation `n` waits for cannot come: an incident."""
        self._to_incident(self._waiting(n, *ANSWERED), code, sentence, facts or {})

    def set_variables(self, variables: Mapping[str, Any], n: int | None = None) -> None:
        """Set names of the instance, or local names of activation `n`."""
        scope = self._tree.root.scope if n is None else self._open(n).own_scope()
        for name, value in variables.items():
            scope.define(name, value)

    def end_scope(self, n: int, outcome: str) -> None:
        """Activation `n` is done, and with it all that is around it in its scope: a sub-process, or the process itself,
        which then ends with `outcome`."""
        token = self._waiting(n, *ANSWERED)
        scope = next(around for around in token.owner.up() if isinstance(around.spec, Container))
        self._tree.close_wait(token, ActivationState.DONE)
        self._tree.end_scope(scope, token)
        if scope.is_root:
            self._tree.outcome = outcome
            self._tree.end()
        else:
            finish_now(scope)
        self._tree.settle()

    def cancel(self) -> None:
        """Close everything; the instance is over."""
        if self._tree.is_over:
            raise WrongState("instance_ended", "expected a running instance, but it has ended")
        self._tree.end()

    def rewind(
        self, log: Sequence[Activation], from_n: int | None, targets: Sequence[str], *, allow_irreversible: bool = False
    ) -> Undone:
        """Return to `targets` from activation `from_n` (None: from wherever the instance ended). See engine.bpmn.rewind."""
        undone = rewind(self._tree, log, from_n, targets, allow_irreversible=allow_irreversible)
        self._tree.settle()
        return undone

    # -- what is, and what happened

    @property
    def is_over(self) -> bool:
        return self._tree.is_over

    @property
    def variables(self) -> Mapping[str, Any]:
        return self._tree.root.scope.local

    def variables_at(self, n: int) -> Mapping[str, Any]:
        """Every name activation `n` sees."""
        return self._open(n).scope.flat()

    def element_at(self, n: int) -> str:
        """The element of an open activation."""
        return str(self._open(n).spec.element.element_id)

    def open_waits(self) -> list[Wait]:
        waits = (self._tree.wait_of(token) for token in self._tree.tokens())
        return [wait for wait in waits if wait is not None]

    def drain(self) -> Moved:
        """What happened since the last call. A wait that opened and closed in between is left out."""
        moved, self._tree.moved = self._tree.moved, Moved()
        moved.outcome = self._tree.outcome
        balance = Counter((closed.n, closed.kind) for closed in moved.closed)
        balance.subtract((wait.n, wait.kind) for wait in moved.opened)
        still = {(n, kind) for n, kind in balance if self._waits_for(n, kind)}
        # A wait was there before if it closed more often than it opened, counting that it may stand now.
        before = {key for key, closes in balance.items() if closes + (key in still) > 0}
        moved.closed = [
            closed for closed in {(c.n, c.kind): c for c in moved.closed}.values() if (closed.n, closed.kind) in before
        ]
        moved.opened = [wait for wait in {(w.n, w.kind): w for w in moved.opened}.values() if (wait.n, wait.kind) in still]
        return moved

    def state(self) -> State:
        return dump(self._tree)

    # -- finding tokens

    def _open(self, n: int) -> Token:
        token = self._tree.token(n)
        if token is None:
            raise NotFound("element_not_found", f"expected an open activation, but {n} is not open", n=n)
        return token

    def _waits_for(self, n: int, kind: WaitKind) -> bool:
        token = self._tree.token(n)
        wait = None if token is None else self._tree.wait_of(token)
        return wait is not None and wait.kind is kind

    def _waiting(self, n: int, *kinds: WaitKind) -> Token:
        token = self._tree.token(n)
        wait = None if token is None else self._tree.wait_of(token)
        if token is None or wait is None or wait.kind not in kinds:
            found = "nothing" if wait is None else f"a {wait.kind}"
            raise WrongState(
                "wrong_state", f"expected activation {n} to wait for a {' or '.join(kinds)}, but it waits for {found}", n=n
            )
        return token

    def _to_incident(self, token: Token, code: str, sentence: str, facts: Mapping[str, Any]) -> None:
        self._tree.close_wait(token, ActivationState.CANCELED)
        self._tree.open_incident(token, code, sentence, facts)
