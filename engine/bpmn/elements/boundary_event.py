"""An event on the border of an activity (BPMN 2.0.2, 10.5.4)."""

from __future__ import annotations

from typing import Any

from engine.bpmn.elements.catching import Listening
from engine.bpmn.tree import Token
from engine.vocabulary import ActivationState


class BoundaryEvent(Listening):
    def fire(self, token: Token, variables: dict[str, Any]) -> None:
        token.tree.close_wait(token, ActivationState.DONE)
        host = token.owner
        if not self.element.is_interrupting:
            self.arm_again(token, host)
        token.move_to(host.owner)
        self._go(token, host, (), variables)

    def throw_at(self, host: Token, thrower: int, variables: dict[str, Any]) -> None:
        """An error or escalation from inside `host` arrives."""
        token = host.tree.place(self.name, host.owner, ())
        self._go(token, host, (thrower,), variables)

    def _go(self, token: Token, host: Token, causes: tuple[int, ...], variables: dict[str, Any]) -> None:
        tree = token.tree
        token.data = token.owner.data
        self.disarm(token)
        stopped = tree.close(host, token.n) if self.element.is_interrupting else []
        token.causes = tuple(sorted({host.n, *causes, *stopped}))
        self.accept(token, variables)
        tree.again(token)
