"""Errors, escalations and signals thrown inside an instance: who catches them (BPMN 2.0.2, 10.5.1 and 10.5.7)."""

from __future__ import annotations

from typing import Any

from engine.bpmn.definition import EventKind
from engine.bpmn.elements.boundary_event import BoundaryEvent
from engine.bpmn.elements.catching import Catching
from engine.bpmn.elements.sub_process import EventStart, EventSubProcess
from engine.bpmn.tree import Token
from engine.bpmn.waits import Throw, ThrowKind, WaitKind


def throw(token: Token, kind: EventKind, code: str, variables: dict[str, Any], *, spends: bool = False) -> bool:
    """Bring an error or escalation to the innermost event that catches it; an equal code wins over a catch-all.

    `spends`: the thrower's own activation is done once it is caught. False: nobody inside catches it, and it is thrown out
    of the instance.
    """
    for at in token.up():
        if at.is_root:
            break
        for exactly in (True, False):
            for boundary in at.spec.attached(kind):
                if isinstance(boundary, BoundaryEvent) and _matches(boundary, code, exactly):
                    if spends:
                        token.tree.spend(token)
                    boundary.throw_at(at, token.n, variables)
                    return True
        if isinstance(at.spec, EventSubProcess):
            continue
        for exactly in (True, False):
            for start in at.owner.spec.listeners():
                if isinstance(start, EventStart) and start.awaited().kind is kind and _matches(start, code, exactly):
                    if spends:
                        token.tree.spend(token)
                    start.throw_at(at.owner, token.n, variables)
                    return True
    thrown = ThrowKind.ERROR if kind is EventKind.ERROR else ThrowKind.ESCALATION
    token.tree.moved.thrown.append(Throw(thrown, code, token.n, token.spec.element.element_id, variables=variables))
    return False


def _matches(spec: Catching, code: str, exactly: bool) -> bool:
    name = spec.awaited().name
    return name == code if exactly else name is None


def throw_signal(token: Token, name: str, variables: dict[str, Any]) -> None:
    """To everything in this instance that waits for it, at once; then out to the others."""
    tree = token.tree
    for waiting in list(tree.tokens()):
        wait = tree.wait_of(waiting) if waiting.id in tree.tasks else None
        if wait is not None and wait.kind is WaitKind.SIGNAL and wait.name == name and isinstance(waiting.spec, Catching):
            waiting.spec.fire(waiting, dict(variables))
    tree.moved.thrown.append(Throw(ThrowKind.SIGNAL, name, token.n, token.spec.element.element_id, variables=variables))
