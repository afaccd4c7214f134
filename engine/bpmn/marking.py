"""The marking: what is open in an instance, as JSON; and the small tree rebuilt from it.

    {"n": last activation number, "t": [token, ...], "o": outcome, "e": 1 when over, "c": compensable of the process}
    token = [n, name, state, container's n, causes, facts?]

`state` is SpiffWorkflow's. `facts` = a token's `internal_data`, plus `"l"` (its own variables) and `"u"` (not in the log).
Facts: via (flow it came by), arrivals (of a fired join), ends (activations that ended inside), wait, incident, finishing, armed,
loop, index, todo, compensable. Decimal numbers are `{"$": "1.50"}`, so any JSON library can keep it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.bpmn.definition import Definition
from engine.bpmn.scopes import Scope
from engine.bpmn.tree import ROOT, Token, Tree
from engine.bpmn.world import World
from engine.vocabulary import Variables


@dataclass
class State:
    """`marking` is JSON; `variables` are the instance's own (JSON with decimals)."""

    marking: dict[str, Any]
    variables: Variables


def dump(tree: Tree) -> State:
    marking: dict[str, Any] = {"n": tree.last_number, "t": [_dumped(token) for token in tree.tokens()]}
    if tree.outcome:
        marking["o"] = tree.outcome
    if tree.is_over:
        marking["e"] = 1
    compensable = tree.root.internal_data.get("compensable")
    if compensable:
        marking["c"] = compensable
    return State(marking, dict(tree.root.scope.local))


def _dumped(token: Token) -> list[Any]:
    facts = {name: packed(value) for name, value in token.internal_data.items()}
    if token.data is not token.owner.data:
        facts["l"] = packed(token.scope.local)
    if not token.is_recorded:
        facts["u"] = 1
    row: list[Any] = [token.n, token.task_spec.name, token.state, token.owner.n, list(token.causes)]
    return [*row, facts] if facts else row


def load(definition: Definition, world: World, state: State | None) -> Tree:
    tree = Tree(definition, world)
    if state is None:
        return tree
    marking = state.marking
    tree.root.data = Scope(None, dict(state.variables))
    tree.outcome = marking.get("o")
    tree.is_over = bool(marking.get("e"))
    if "c" in marking:
        tree.root.internal_data["compensable"] = marking["c"]
    for row in marking["t"]:
        _grow(tree, row)
    tree.last_number = marking["n"]
    return tree


def _grow(tree: Tree, row: list[Any]) -> None:
    n, name, token_state, owner_n, causes = row[:5]
    facts = {key: unpacked(value) for key, value in row[5].items()} if len(row) > 5 else {}
    owner = tree.root if owner_n == ROOT else tree.tasks[owner_n]
    token = Token(tree, tree.spec.task_specs[name], owner, token_state, n)
    token.causes = tuple(causes)
    token.is_recorded = not facts.pop("u", None)
    local = facts.pop("l", None)
    token.data = owner.data if local is None else Scope(owner.data, local)
    token.internal_data = facts


def packed(value: Any) -> Any:
    if isinstance(value, Decimal):
        return {"$": str(value)}
    if isinstance(value, Mapping):
        inner = {name: packed(each) for name, each in value.items()}
        return {"$": inner} if "$" in inner else inner
    if isinstance(value, list | tuple):
        return [packed(each) for each in value]
    return value


def unpacked(value: Any) -> Any:
    if isinstance(value, dict):
        if value.keys() == {"$"}:
            inner = value["$"]
            return Decimal(inner) if isinstance(inner, str) else {name: unpacked(each) for name, each in inner.items()}
        return {name: unpacked(each) for name, each in value.items()}
    if isinstance(value, list):
        return [unpacked(each) for each in value]
    return value
