"""Exclusive, parallel, inclusive and event-based gateways (BPMN 2.0.2, 13.4)."""

from __future__ import annotations

from SpiffWorkflow.bpmn.specs.defaults import ExclusiveGateway as SpiffExclusiveGateway
from SpiffWorkflow.bpmn.specs.defaults import InclusiveGateway as SpiffInclusiveGateway
from SpiffWorkflow.bpmn.specs.defaults import ParallelGateway as SpiffParallelGateway

from engine.bpmn.elements.catching import CatchEvent
from engine.bpmn.elements.flow_node import FlowNode
from engine.bpmn.failures import ElementFailed
from engine.bpmn.tree import Token


class ExclusiveGateway(FlowNode, SpiffExclusiveGateway):  # type: ignore[misc]  # SpiffWorkflow ships no types
    def choose_flows(self, token: Token) -> tuple[str, ...]:
        default = next((flow.flow_id for flow in self.flows if flow.is_default), None)
        for flow in self.flows:
            if flow.is_default:
                continue
            if flow.condition is None or self.holds(token, flow.condition, default is not None):
                return (flow.flow_id,)
        if default is None and self.flows:
            raise ElementFailed("no_flow_taken", f"expected a condition behind {self.element.element_id} to be true, but none is")
        return () if default is None else (default,)


class Joining(FlowNode):
    """Arrivals wait as tokens of their own; firing consumes the oldest of each incoming flow and keeps their causes."""

    def arrivals(self, owner: Token) -> dict[str, Token]:
        """The oldest arrival by flow."""
        waiting = [token for token in owner.children if token.spec is self and token.state == token.WAITING]
        oldest: dict[str, Token] = {}
        for token in sorted(waiting, key=lambda token: token.n):
            oldest.setdefault(str(token.internal_data["via"]), token)
        return oldest

    def consume(self, token: Token, others: list[Token]) -> None:
        arrived = [token, *others]
        token.internal_data["arrivals"] = [[each.internal_data["via"], list(each.causes)] for each in arrived]
        token.causes = tuple(sorted({cause for each in arrived for cause in each.causes}))
        for each in others:
            token.tree._remove_task(each.id)

    def _waits(self, token: Token) -> bool:
        return len(self.element.incoming) > 1 and "via" in token.internal_data and "arrivals" not in token.internal_data


class ParallelGateway(Joining, SpiffParallelGateway):  # type: ignore[misc]  # SpiffWorkflow ships no types
    def _update_hook(self, my_task: Token) -> bool:
        if not self._waits(my_task):
            return True
        others = self.arrivals(my_task.owner)
        others.pop(my_task.internal_data["via"], None)
        if len(others) + 1 < len(self.element.incoming):
            my_task._set_state(my_task.WAITING)
            return False
        self.consume(my_task, list(others.values()))
        return True


class InclusiveGateway(Joining, SpiffInclusiveGateway):  # type: ignore[misc]  # SpiffWorkflow ships no types
    """Joins once no other token can still come on a flow that has none (BPMN 2.0.2, 13.4.3)."""

    def _update_hook(self, my_task: Token) -> bool:
        if not self._waits(my_task):
            return True
        my_task._set_state(my_task.WAITING)
        return False

    def fire_when_at_rest(self, token: Token) -> bool:
        arrived = self.arrivals(token.owner)
        if token is not max(arrived.values(), key=lambda arrival: arrival.n):
            return False
        reach = self.process.reach[self.element.element_id]
        for other in token.owner.working():
            flows = reach.get(other.spec.element.element_id, frozenset())
            if other.spec is not self and flows and not flows & arrived.keys():
                return False
        self.consume(token, [each for each in arrived.values() if each is not token])
        token.tree.again(token)
        return True

    def choose_flows(self, token: Token) -> tuple[str, ...]:
        return FlowNode.choose_flows(self, token)


class EventBasedGateway(FlowNode):
    """Waits for the first of the events behind it."""

    def begin(self, token: Token) -> bool:
        for armed in token.children:
            token.tree.close(armed)
        for flow in self.flows:
            choice = self.process.task_specs[flow.target]
            if isinstance(choice, CatchEvent):
                facts = {"armed": 1, "wait": choice.prepare(token.tree, token.scope), "via": flow.flow_id}
                token.tree.place(choice.name, token, (), facts=facts)
        return False
