"""Calling function values."""

from __future__ import annotations

from engine.feel.conversion import from_python
from engine.feel.scope import Run
from engine.feel.values import Function, Value


def call_function(
    function: Function, values: list[Value], run: Run, name: str | None = None, position: int | None = None
) -> Value:
    """Null where the number of arguments does not fit."""
    if not function.required <= len(values) <= len(function.parameters):
        wanted = ", ".join(function.parameters) or "nothing"
        run.warn("invalid_argument", f"expected the arguments ({wanted}), but got {len(values)}", name, position)
        return None
    run.spend()
    result = function.call(run, values)
    return from_python(result) if function.is_native else result
