"""Context functions. DMN 1.5, 10.3.4.6."""

from __future__ import annotations

from engine.feel.builtins.registry import NoResult, builtin
from engine.feel.values import Value


@builtin("get value", "m: context|null, key: any", "context: context|null, key: any", "m: context|null, keys: any")
def get_value(context: dict[str, Value] | None, key: Value) -> Value:
    """`key` may be a list: a path."""
    path = key if type(key) is list else [key]
    value: Value = context
    for step in path:
        if type(value) is not dict or type(step) is not str:
            return None
        value = value.get(step)
    return value if path else None


@builtin("get entries", "m: context", "context: context")
def get_entries(context: dict[str, Value]) -> list[Value]:
    return [{"key": key, "value": value} for key, value in context.items()]


@builtin("context", "entries: list")
def context_of(entries: list[Value]) -> dict[str, Value]:
    context: dict[str, Value] = {}
    for entry in entries:
        if type(entry) is not dict or not {"key", "value"} <= entry.keys() or type(entry["key"]) is not str:
            raise NoResult("expected entries with a key and a value")
        if entry["key"] in context:
            raise NoResult(f"expected every key once, but {entry['key']!r} is there twice")
        context[entry["key"]] = entry["value"]
    return context


@builtin("context put", "context: context, key: string, value: any", "context: context, keys: list, value: any")
def context_put(context: dict[str, Value], key: str | list[Value], value: Value) -> dict[str, Value]:
    path: list[Value] = key if type(key) is list else [key]
    if not path or len(path) > 100 or any(type(step) is not str for step in path):
        raise NoResult("expected a key or a path of keys")
    return _put(context, path, value)


def _put(context: Value, path: list[Value], value: Value) -> dict[str, Value]:
    if type(context) is not dict:
        raise NoResult(f"expected a context at {path[0]!r}, but it is none")
    if len(path) == 1:
        return {**context, path[0]: value}
    return {**context, path[0]: _put(context.get(path[0], {}), path[1:], value)}


@builtin("context merge", "contexts: list")
def context_merge(contexts: list[Value]) -> dict[str, Value]:
    merged: dict[str, Value] = {}
    for context in contexts:
        if type(context) is not dict:
            raise NoResult("expected a list of contexts")
        merged.update(context)
    return merged
