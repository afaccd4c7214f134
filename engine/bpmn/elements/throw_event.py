"""Throwing: intermediate throw events, send tasks without a job, and end events (BPMN 2.0.2, 10.5.3 and 10.5.4)."""

from __future__ import annotations

from typing import Any

from engine.bpmn.definition import EventKind
from engine.bpmn.elements.activity import Activity
from engine.bpmn.elements.catching import finish_now, key_text
from engine.bpmn.elements.flow_node import FlowNode
from engine.bpmn.elements.job_task import Job
from engine.bpmn.elements.sub_process import EventSubProcess
from engine.bpmn.failures import ElementFailed, text_of
from engine.bpmn.throwing import throw, throw_signal
from engine.bpmn.tree import Token
from engine.bpmn.waits import Throw, ThrowKind


class Throwing(FlowNode):
    """`thrown`: (name, variables) of a token's event, evaluated before it is thrown."""

    def thrown(self, token: Token) -> tuple[str, dict[str, Any]]:
        event = self.element.event
        if event is None:
            raise LookupError(f"{self.name} throws nothing")
        name = text_of(token.tree.engine.stored(event.name or "", token.scope), f"the name of a {event.kind}")
        return name, dict(token.scope.local) if self.element.inputs else token.scope.flat()

    def throw_message(self, token: Token) -> None:
        event = self.element.event
        name, variables = self.thrown(token)
        key = None
        if event is not None and event.correlation_key is not None:
            key = key_text(token.tree.engine.stored(event.correlation_key, token.scope), event.correlation_key)
        message = Throw(ThrowKind.MESSAGE, name, token.n, self.element.element_id, key, variables)
        token.tree.moved.thrown.append(message)


class SendMessageTask(Throwing, Activity):
    def begin(self, token: Token) -> bool:
        self.throw_message(token)
        return True


class ThrowEvent(Throwing):
    """The token goes on first, then a signal or escalation is thrown: what it interrupts had not begun yet."""

    def begin(self, token: Token) -> bool:
        if self.element.event is not None and self.element.event.kind is EventKind.MESSAGE:
            self.throw_message(token)
        return True

    def _on_complete_hook(self, my_task: Token) -> None:
        event = self.element.event
        name, variables = self.thrown(my_task) if event and event.kind in (EventKind.SIGNAL, EventKind.ESCALATION) else ("", {})
        super()._on_complete_hook(my_task)
        if event and event.kind is EventKind.SIGNAL:
            throw_signal(my_task, name, variables)
        elif event and event.kind is EventKind.ESCALATION:
            throw(my_task, EventKind.ESCALATION, name, {})

    def finish(self, token: Token) -> None:
        if self.element.event and self.element.event.kind in (EventKind.SIGNAL, EventKind.ESCALATION):
            self.thrown(token)  # fails here, where it can become an incident, not after the token has gone on
        super().finish(token)


class EndEvent(Throwing):
    def begin(self, token: Token) -> bool:
        event, tree = self.element.event, token.tree
        kind = EventKind.NONE if event is None else event.kind
        if kind is EventKind.MESSAGE:
            self.throw_message(token)
        elif kind is EventKind.TERMINATE:
            tree.stop_beside(token, token.owner)
        elif kind in (EventKind.ERROR, EventKind.ESCALATION, EventKind.SIGNAL):
            return self._throw(token, kind)
        return True

    def _throw(self, token: Token, kind: EventKind) -> bool:
        """The event acts while the token still stands, so that its scope cannot end before what catches it."""
        name, variables = self.thrown(token)
        tree = token.tree
        if kind is EventKind.SIGNAL:
            tree.spend(token)
            throw_signal(token, name, variables)
            return token.id in tree.tasks
        caught = throw(token, kind, name, {}, spends=True)
        if kind is EventKind.ERROR and not caught:
            raise ElementFailed("unhandled_error", f"expected somebody to catch the error {name}, but nobody does", error=name)
        return kind is EventKind.ESCALATION and token.id in tree.tasks

    def finish(self, token: Token) -> None:
        outcome = self.element.properties.get("gc.case_outcome")
        if outcome and token.tree.outcome != "rejected":
            token.tree.outcome = outcome
        super().finish(token)


class JobThrowEvent(Job):
    """An intermediate or end event whose message a worker sends."""


class JobEndEvent(Job, EndEvent):
    pass


class CompensationThrow(EndEvent):
    """Runs the handlers of what is done in its scope, the last one first, and waits for each (BPMN 2.0.2, 13.5.5)."""

    def begin(self, token: Token) -> bool:
        scope = token.owner
        while isinstance(scope.spec, EventSubProcess):
            scope = scope.owner
        records = scope.internal_data.get("compensable", [])
        activity = self.element.event.activity if self.element.event else None
        chosen = [record for record in records if activity in (None, record[1])]
        if chosen:
            scope.internal_data["compensable"] = [record for record in records if record not in chosen]
        token.internal_data["todo"] = [step for record in reversed(chosen) for step in self._handlers(record)]
        token._set_state(token.STARTED)
        return not self._next(token)

    def _handlers(self, record: list[Any]) -> list[list[Any]]:
        n, element_id, inner = record
        handler = self.process.elements[element_id].compensated_by
        if handler is not None:
            return [[n, handler]]
        return [step for each in reversed(inner) for step in self._handlers(each)]

    def _next(self, token: Token) -> bool:
        todo = token.internal_data["todo"]
        if not todo:
            return False
        n, handler = todo.pop(0)
        token.tree.place(handler, token, (n, token.n))
        return True

    def child_ended(self, token: Token, child: Token) -> None:
        token.note_end(child)
        if not token.working() and not self._next(token):
            finish_now(token)
