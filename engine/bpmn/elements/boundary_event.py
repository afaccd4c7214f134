"""An event on the border of an activity (BPMN 2.0.2, 10.5.4)."""

from __future__ import annotations

from typing import Any

from engine.bpmn.elements.catching import Listening
from engine.bpmn.tree import Token


class BoundaryEvent(Listening):
    def fire(self, token: Token, variables: dict[str, Any]) -> None:
        host = token.owner
        self.spring(token, host)
        self._go(host, (), variables)

    def throw_at(self, host: Token, thrower: int, variables: dict[str, Any]) -> None:
        """An error or escalation from inside `host` arrives."""
        self._go(host, (thrower,), variables)

    def _go(self, host: Token, causes: tuple[int, ...], variables: dict[str, Any]) -> None:
        tree = host.tree
        token = tree.place(self.name, host.owner, ())
        stopped = tree.close(host, token.n) if self.element.is_interrupting else []
        token.causes = tuple(sorted({host.n, *causes, *stopped}))
        self.accept(token, variables)
