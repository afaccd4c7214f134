"""Waiting for a message, a signal or a moment."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from engine.bpmn.definition import EventDefinition, EventKind, TimerKind
from engine.bpmn.elements.flow_node import FINISHING, FlowNode
from engine.bpmn.failures import ElementFailed, text_of
from engine.bpmn.scopes import Scope
from engine.bpmn.script_engine import is_expression
from engine.bpmn.timers import Due, first_due, next_due
from engine.bpmn.tree import Token, Tree
from engine.bpmn.waits import Wait, WaitKind
from engine.vocabulary import ActivationState

WAIT_KINDS = {EventKind.MESSAGE: WaitKind.MESSAGE, EventKind.SIGNAL: WaitKind.SIGNAL, EventKind.TIMER: WaitKind.TIMER}


class Catching(FlowNode):
    """The facts of a wait are evaluated once, when it opens, and kept with the token."""

    def awaited(self) -> EventDefinition:
        event = self.element.event
        if event is None:
            raise LookupError(f"{self.name} awaits nothing")
        return event

    def prepare(self, tree: Tree, scope: Scope) -> dict[str, Any]:
        event = self.awaited()
        if event.kind is EventKind.TIMER:
            value = tree.engine.value(event.text, scope, {}) if is_expression(event.text) else event.text
            return due_facts(first_due(event.timer or TimerKind.DURATION, value, tree.world.now, tree.world.zone))
        facts = {"name": text_of(tree.engine.stored(event.name or "", scope), f"the name of a {event.kind}")}
        if event.correlation_key is not None:
            facts["key"] = key_text(tree.engine.stored(event.correlation_key, scope), event.correlation_key)
        return facts

    def wait(self, token: Token) -> Wait | None:
        facts = token.internal_data.get("wait")
        if facts is None:
            return None
        kind = WAIT_KINDS[self.awaited().kind]
        due_at = datetime.fromisoformat(facts["due"]) if "due" in facts else None
        return Wait(token.n, self.element.element_id, kind, facts.get("name", ""), due_at, facts.get("key"))

    def fire(self, token: Token, variables: dict[str, Any]) -> None:
        """What it waited for has happened."""
        token.tree.close_wait(token, ActivationState.DONE)
        self.complete_with(token, variables)


class Armed(Catching):
    """May wait beside what is running: placed with the facts of its wait, it is armed."""

    def _update_hook(self, my_task: Token) -> bool:
        if not my_task.is_armed:
            return True
        my_task._set_state(my_task.WAITING)
        my_task.tree.open_wait(my_task)
        return False


class Listening(Armed):
    """An event on a border: armed, or placed unarmed where it is thrown at. One that cannot be armed is its own incident."""

    def _run_hook(self, my_task: Token) -> bool | None:
        if not my_task.is_armed:
            stepped: bool | None = super()._run_hook(my_task)
            return stepped
        my_task.internal_data["wait"] = self.prepare(my_task.tree, my_task.scope)
        my_task.tree.open_wait(my_task)
        return None

    def arm_in(self, token: Token) -> None:
        try:
            facts = {"armed": 1, "wait": self.prepare(token.tree, token.scope)}
        except ElementFailed as failure:
            broken = token._add_child(self)
            broken.data = token.data
            broken.internal_data["armed"] = 1
            token.tree.open_incident(broken, failure.code, failure.sentence, failure.facts)
        else:
            token.tree.place(self.name, token, (), facts=facts)

    def spring(self, token: Token, host: Token) -> None:
        """The armed token has done its part; what happens now is an activation with a number of its own."""
        token.tree.close_wait(token, ActivationState.DONE)
        if not self.element.is_interrupting:
            self._arm_again(token, host)
        token.tree._remove_task(token.id)

    def _arm_again(self, token: Token, host: Token) -> None:
        """After firing without interrupting: messages and signals wait on, a cycle until its repetitions are used up."""
        facts = token.internal_data["wait"]
        if self.awaited().kind is EventKind.TIMER:
            due = next_due(Due(datetime.fromisoformat(facts["due"]), facts.get("left", 0), facts.get("every", "")))
            if due is None:
                return
            facts = due_facts(due)
        token.tree.place(self.name, host, (), facts={"armed": 1, "wait": facts})


class CatchEvent(Armed):
    """An intermediate catch event (BPMN 2.0.2, 10.5.4)."""

    def begin(self, token: Token) -> bool:
        if token.internal_data.pop("fired", None):
            return True
        token.internal_data["wait"] = self.prepare(token.tree, token.scope)
        token._set_state(token.STARTED)
        token.tree.open_wait(token)
        return False

    def fire(self, token: Token, variables: dict[str, Any]) -> None:
        if not token.is_armed:
            super().fire(token, variables)
            return
        tree, gateway = token.tree, token.owner
        tree.close_wait(token, ActivationState.DONE)
        happened = tree.place(self.name, gateway.owner, (gateway.n,), via=token.internal_data["via"], facts={"fired": 1})
        tree._remove_task(token.id)
        tree.spend(gateway)
        tree.close(gateway)
        self.accept(happened, variables)


def due_facts(due: Due) -> dict[str, Any]:
    facts: dict[str, Any] = {"due": due.at.astimezone(UTC).isoformat()}
    if due.interval:
        facts |= {"left": due.left, "every": due.interval}
    return facts


def key_text(value: Any, expression: str) -> str:
    if isinstance(value, bool) or value is None or not isinstance(value, str | int | Decimal):
        raise ElementFailed(
            "correlation_key_missing",
            f"expected {expression.removeprefix('=')} to be a text or a number, but it is {value!s:.100}",
        )
    return value if isinstance(value, str) else format(Decimal(value).normalize(), "f")


def finish_now(token: Token) -> None:
    """What a container held has ended. One with an incident finishes when that is repaired."""
    token.internal_data[FINISHING] = 1
    if token.state != token.ERROR:
        token.tree.again(token)
