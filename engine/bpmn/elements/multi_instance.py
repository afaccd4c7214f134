"""The body of a multi-instance activity (BPMN 2.0.2, 13.3.7): one token that holds a token per instance.

Facts of a body: `total`, `completed`, `terminated`, the `items` a sequential one still has to start, `met` once the
completion condition was true. Its output list is local to it, in the order of the items, until it ends.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from engine.bpmn.definition import MultiInstance
from engine.bpmn.elements.activity import Activity
from engine.bpmn.elements.catching import finish_now
from engine.bpmn.failures import ElementFailed
from engine.bpmn.process_spec import INSTANCE
from engine.bpmn.script_engine import compiled
from engine.bpmn.tree import Token
from engine.bpmn.waits import Wait

MOST_INSTANCES = 1_000


class MultiInstanceBody(Activity):
    is_traced = False

    @property
    def loop(self) -> MultiInstance:
        loop = self.element.multi_instance
        if loop is None:
            raise LookupError(f"{self.name} is no multi-instance activity")
        return loop

    def map_inputs(self, token: Token) -> None:
        """Variables are mapped by each instance."""

    def map_outputs(self, token: Token) -> None:
        if self.loop.output_collection:
            token.owner.scope.assign(self.loop.output_collection, token.scope.local[self.loop.output_collection])

    def wait(self, _token: Token) -> Wait | None:
        return None

    def begin(self, token: Token) -> bool:
        items = self._items(token)
        facts: dict[str, Any] = {"total": len(items), "completed": 0, "terminated": 0}
        token.own_scope()
        if self.loop.output_collection:
            token.scope.define(self.loop.output_collection, [None] * len(items))
        token.internal_data["loop"] = facts
        if self.loop.is_sequential:
            facts["items"] = items[1:]
            items = items[:1]
        for index, item in enumerate(items):
            self._start(token, index, item)
        return not items

    def _items(self, token: Token) -> list[Any]:
        engine = token.tree.engine
        if self.loop.cardinality is not None:
            number = engine.stored(f"={self.loop.cardinality.removeprefix('=')}", token.scope)
            if isinstance(number, bool) or not isinstance(number, int | Decimal) or not 0 <= number <= MOST_INSTANCES:
                raise ElementFailed(
                    "collection_not_a_list", f"expected a number of instances up to {MOST_INSTANCES}, but found {number!s:.100}"
                )
            return [None] * int(number)
        expression = f"={(self.loop.collection or '').removeprefix('=')}"
        items = engine.stored(expression, token.scope)
        if not isinstance(items, list) or len(items) > MOST_INSTANCES:
            missing = engine.missing(expression, token.scope) if items is None else None
            raise ElementFailed(
                "collection_not_a_list",
                f"expected {expression.removeprefix('=')} to be a list of at most {MOST_INSTANCES}, but it is {items!s:.100}",
                expression=expression,
                missing=missing,
            )
        return items

    def _start(self, token: Token, index: int, item: Any) -> None:
        local: dict[str, Any] = {"loopCounter": index + 1}
        if self.loop.input_element:
            local[self.loop.input_element] = item
        for name in self._output_names():
            local.setdefault(name, None)
        token.tree.place(f"{self.name}{INSTANCE}", token, (token.n,), local=local, facts={"index": index})

    def _output_names(self) -> list[str]:
        """An output that is a plain variable is local to its instance; instances must not overwrite each other's."""
        text = (self.loop.output_element or "").removeprefix("=").strip()
        names = compiled(text).references() if text else frozenset()
        return [name for name in names if text == name or text.startswith(f"{name}.")]

    def collect(self, token: Token, instance: Token) -> None:
        loop, facts = self.loop, token.internal_data["loop"]
        engine = token.tree.engine
        if loop.output_collection:
            results = list(token.scope.local[loop.output_collection])
            element = f"={(loop.output_element or '').removeprefix('=')}"
            results[instance.internal_data["index"]] = engine.stored(element, instance.scope) if loop.output_element else None
            token.scope.define(loop.output_collection, results)
        if loop.completion_condition is None:
            return
        completed = facts["completed"] + 1
        counters = {
            "numberOfInstances": facts["total"],
            "numberOfCompletedInstances": completed,
            "numberOfTerminatedInstances": facts["terminated"],
            "numberOfActiveInstances": len(token.working()) - 1,
        }
        met = engine.value(loop.completion_condition, instance.scope, counters)
        if met is not None and not isinstance(met, bool):
            raise ElementFailed(
                "condition_not_boolean", f"expected the completion condition to be true or false, but it is {met!s:.100}"
            )
        facts["met"] = bool(met)

    def child_ended(self, token: Token, child: Token) -> None:
        facts = token.internal_data["loop"]
        facts["completed"] += 1
        token.note_end(child)
        working = token.working()
        if facts.get("met"):
            for other in working:
                token.tree.close(other)
            facts["terminated"] += len(working) + len(facts.pop("items", ()))
            finish_now(token)
        elif facts.get("items"):
            self._start(token, facts["completed"], facts["items"].pop(0))
        elif not working:
            finish_now(token)
