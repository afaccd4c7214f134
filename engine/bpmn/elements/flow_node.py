"""What every flow node does: begin, perhaps wait, finish (map variables, choose flows), leave.

SpiffWorkflow calls `_update_hook` when a token comes, `_on_ready_hook` when it may go, `_run_hook` for each step and
`_on_complete_hook` when it is through.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin

from engine.bpmn.definition import Element, EventKind
from engine.bpmn.failures import ElementFailed
from engine.bpmn.process_spec import INSTANCE, ProcessSpec
from engine.bpmn.scopes import assign_path, define_path
from engine.bpmn.tree import Token
from engine.bpmn.waits import Wait

FINISHING = "finishing"


class FlowNode(BpmnSpecMixin):  # type: ignore[misc]  # SpiffWorkflow ships no types
    is_traced = True
    """Whether it shows in the trace."""

    def __init__(self, process: ProcessSpec, name: str, element: Element) -> None:
        super().__init__(process, name)
        self.process = process
        self.element = element
        self.is_instance = name.endswith(INSTANCE)
        self.flows = () if self.is_instance else tuple(process.flows[flow_id] for flow_id in element.outgoing)

    def test(self) -> None:
        """Stock asks for an incoming connection; our flows are checked when a diagram is parsed."""

    # -- SpiffWorkflow's hooks

    def _update_hook(self, _my_task: Token) -> bool:
        return True

    def _on_ready_hook(self, my_task: Token) -> None:
        my_task.tree.ready.append(my_task)

    def _run_hook(self, my_task: Token) -> bool | None:
        facts = my_task.internal_data
        if not facts.get(FINISHING):
            self.open(my_task)
            if not self.begin(my_task):
                return None
            facts[FINISHING] = 1
        self.finish(my_task)
        return True

    def _on_complete_hook(self, my_task: Token) -> None:
        my_task.tree.leave(my_task)

    # -- what the kinds of elements say for themselves

    def open(self, token: Token) -> None:
        """The token enters the element."""
        token.tree.record(token)
        self.map_inputs(token)

    def begin(self, _token: Token) -> bool:
        """Do the element's work. False: it waits, and `Tree.again` will finish it."""
        return True

    def finish(self, token: Token) -> None:
        """Before the token leaves: map outputs, choose flows. May fail, and is then repeated by a retry."""
        self.map_outputs(token)
        if self.is_instance:
            token.owner.spec.collect(token.owner, token)
        token.taken = self.choose_flows(token)

    def wait(self, _token: Token) -> Wait | None:
        """What an open token of this element waits for."""
        return None

    def child_ended(self, _token: Token, _child: Token) -> None:
        """A token inside this one came to its end."""
        raise LookupError(f"{self.name} holds no tokens")

    def collect(self, _token: Token, _instance: Token) -> None:
        """An instance of this multi-instance body is about to end."""
        raise LookupError(f"{self.name} has no instances")

    def fire_when_at_rest(self, _token: Token) -> bool:
        """Whether a waiting token could go on now that nothing else moves; it is set going then."""
        return False

    def complete_with(self, token: Token, variables: dict[str, Any]) -> None:
        """Take the answer of whoever this element waited for, and go on."""
        self.accept(token, variables)
        token.internal_data[FINISHING] = 1
        token.tree.again(token)

    def accept(self, token: Token, variables: dict[str, Any]) -> None:
        """Without output mappings the answer goes to the scopes that own its names; with them it stays local until mapped."""
        scope = token.own_scope() if self.element.outputs else token.scope
        for name, value in variables.items():
            if self.element.outputs:
                scope.define(name, value)
            else:
                scope.assign(name, value)

    # -- variables and flows

    def map_inputs(self, token: Token) -> None:
        for source, target in self.element.inputs:
            value = token.tree.engine.stored(source, token.scope)
            define_path(token.own_scope(), target, value)

    def map_outputs(self, token: Token) -> None:
        values = [(target, token.tree.engine.stored(source, token.scope)) for source, target in self.element.outputs]
        for target, value in values:
            assign_path(token.owner.scope, target, value)

    def choose_flows(self, token: Token) -> tuple[str, ...]:
        """Unconditional flows always, conditional ones when true, the default flow when no condition is (BPMN 2.0.2, 8.3.13)."""
        default = next((flow.flow_id for flow in self.flows if flow.is_default), None)
        taken = []
        conditions = 0
        for flow in self.flows:
            if flow.condition is not None and not flow.is_default:
                if self.holds(token, flow.condition, default is not None):
                    conditions += 1
                    taken.append(flow.flow_id)
            elif not flow.is_default:
                taken.append(flow.flow_id)
        if not conditions and default is not None:
            taken.append(default)
        if not taken and self.flows:
            raise ElementFailed("no_flow_taken", f"expected a condition behind {self.element.element_id} to be true, but none is")
        return tuple(taken)

    def holds(self, token: Token, condition: str, has_default: bool) -> bool:
        """A condition that is null is an incident, unless a default flow takes the token."""
        value = token.tree.engine.evaluate(token, condition)
        if isinstance(value, bool):
            return value
        if has_default and value is None:
            return False
        missing = token.tree.engine.missing(condition, token.scope)
        because = f"; {missing} is missing" if missing else ""
        raise ElementFailed(
            "condition_not_boolean",
            f"expected the condition {condition.removeprefix('=')} to be true or false, but it is {value!s:.100}{because}",
            expression=condition,
            missing=missing,
        )

    def arm_listeners(self, token: Token) -> None:
        """Let the event sub-processes directly inside wait; only scopes have any."""

    def listeners(self) -> tuple[FlowNode, ...]:
        """The start events of the event sub-processes directly inside; only scopes have any."""
        return ()

    def attached(self, *kinds: EventKind) -> list[FlowNode]:
        """The boundary events of this activity that catch one of `kinds`."""
        if self.is_instance:
            return []
        specs = [self.process.task_specs[name] for name in self.process.boundaries.get(self.element.element_id, ())]
        return [spec for spec in specs if spec.element.event is not None and spec.element.event.kind in kinds]
