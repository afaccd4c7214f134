"""Variables of cases, one row each, as systems ask for them. People see variables through the forms of their tasks."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.codec import from_text, to_text
from engine.engine import Engine
from engine.errors import InvalidInput, NotFound
from engine.queries import matching
from engine.queries.search_request import Condition, Found, Operator, SearchRequest
from engine.store import activations, instances
from engine.vocabulary import Key

LONGEST_SHOWN = 8_192
"""Characters of a value that a search shows when it may cut."""

_SCOPES = frozenset({"processInstanceKey", "scopeKey"})


@dataclass(frozen=True, slots=True)
class Variable:
    """`value` is JSON text. The key is made of case and name, so that it stays while the value changes."""

    key: Key
    name: str
    value: str
    scope_key: Key
    instance_key: Key
    root_key: Key


def find(engine: Engine, request: SearchRequest) -> Found:
    """Items: `Variable`. Raises InvalidInput("invalid_request") unless the filter names the cases."""
    keys: set[Key] = set()
    for part in request.filter.parts:
        match part:
            case Condition(name, Operator.EQ, int(key)) if name in _SCOPES:
                keys.add(key)
            case Condition(name, Operator.IN, tuple(several)) if name in _SCOPES:
                keys.update(key for key in several if isinstance(key, int))
    if not keys:
        raise InvalidInput("invalid_request", "Expected a filter on processInstanceKey or scopeKey, but there is none")
    with engine.looking() as connection:
        cases = [instances.find(connection, key) for key in sorted(keys)]
    found = [
        variable for case in cases if case is not None for variable in listed(from_text(case.variables), case.key, case.root_key)
    ]
    return matching.search(found, request, members, "variableKey")


def scope(engine: Engine, element_instance_key: Key) -> tuple[Key, int | None]:
    """The case and the activation that a key means; a case's own key means no activation.

    Raises NotFound("element_not_found").
    """
    with engine.looking() as connection:
        if instances.find(connection, element_instance_key) is not None:
            return element_instance_key, None
        activation = activations.find_by_key(connection, element_instance_key)
    if activation is None:
        raise NotFound("element_not_found", f"expected a case or one of its elements, but {element_instance_key} is none")
    return int(activation.instance_key), int(activation.n)


def listed(variables: Mapping[str, Any], instance_key: Key, root_key: Key) -> list[Variable]:
    return [
        Variable(_key(instance_key, name), name, to_text(value), instance_key, instance_key, root_key)
        for name, value in variables.items()
    ]


def members(variable: Variable) -> dict[str, Any]:
    return {
        "name": variable.name,
        "value": variable.value,
        "tenantId": "<default>",
        "isTruncated": len(variable.value) > LONGEST_SHOWN,
        "variableKey": variable.key,
        "scopeKey": variable.scope_key,
        "processInstanceKey": variable.instance_key,
    }


def _key(instance_key: Key, name: str) -> Key:
    return int.from_bytes(hashlib.sha256(f"{instance_key}:{name}".encode()).digest()[:8]) >> 1
