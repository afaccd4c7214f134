"""Embedded and event sub-processes, and the process itself: containers of tokens with a scope of their own."""

from __future__ import annotations

from typing import Any

from engine.bpmn.elements.activity import ARMED_KINDS, Activity
from engine.bpmn.elements.catching import Listening, finish_now
from engine.bpmn.elements.flow_node import FlowNode
from engine.bpmn.tree import Token


class Container(FlowNode):
    def scope_id(self) -> str | None:
        return self.element.element_id

    def listeners(self) -> tuple[FlowNode, ...]:
        return tuple(self.process.task_specs[name] for name in self.process.listeners.get(self.scope_id(), ()))

    def arm_listeners(self, token: Token) -> None:
        for start in self.listeners():
            if isinstance(start, EventStart) and start.awaited().kind in ARMED_KINDS:
                start.arm_in(token)

    def child_ended(self, token: Token, child: Token) -> None:
        token.note_end(child)
        if not token.working():
            finish_now(token)


class SubProcess(Container, Activity):
    """An embedded sub-process (BPMN 2.0.2, 13.3.4): done when no token is left inside."""

    def open(self, token: Token) -> None:
        token.own_scope()
        super().open(token)

    def begin(self, token: Token) -> bool:
        self.arm_listeners(token)
        if token.working():
            # It went on after a return and only its inputs had failed.
            return False
        initial = self.process.initial[self.element.element_id]
        for name in initial:
            token.tree.place(name, token, (token.n,))
        return not initial


class EventSubProcess(Container):
    """Entered by its start event; see `EventStart`."""


class ProcessRoot(Container):
    """The process as the container of all. Not an activation, no row in the log."""

    def scope_id(self) -> str | None:
        return None

    def child_ended(self, token: Token, _child: Token) -> None:
        if not token.working():
            token.tree.end()


class EventStart(Listening):
    """The start event of an event sub-process (BPMN 2.0.2, 10.5.6 and 13.5.4): waits in the surrounding scope."""

    def fire(self, token: Token, variables: dict[str, Any]) -> None:
        scope = token.owner
        self.spring(token, scope)
        self._enter(scope, (), variables)

    def throw_at(self, scope: Token, thrower: int, variables: dict[str, Any]) -> None:
        self._enter(scope, (thrower,), variables)

    def _enter(self, scope: Token, causes: tuple[int, ...], variables: dict[str, Any]) -> None:
        tree = scope.tree
        container = self.contain(scope)
        stopped: list[int] = []
        if self.element.is_interrupting:
            for other in scope.children:
                if other is not container:
                    stopped += tree.close(other, container.n)
        around = () if scope.is_root else (scope.n,)
        container.causes = tuple(sorted({*around, *causes, *stopped}))
        tree.record(container)
        container.spec.arm_listeners(container)
        token = tree.place(self.name, container, (container.n,))
        self.accept(token, variables)

    def contain(self, scope: Token) -> Token:
        """The event sub-process as a container in `scope`, still empty."""
        container = scope._add_child(self.process.task_specs[self.element.scope_id])
        container._set_state(container.STARTED)
        container.data = scope.data
        container.own_scope()
        return container
