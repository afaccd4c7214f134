"""Calls and function definitions."""

from __future__ import annotations

from engine.feel import tree
from engine.feel.builtins import BUILTINS
from engine.feel.calling import call_function
from engine.feel.compiler.dispatch import compile_node, compiles
from engine.feel.compiler.types import fits
from engine.feel.scope import MISSING, Closure, Frame, Run, raw
from engine.feel.values import Function, Value

LEVELS_OF_A_CALL = 3
"""What a call costs of the depth beside the height of the function's body."""


@compiles(tree.Call)
def _call(node: tree.Call) -> Closure:
    arguments = tuple(compile_node(argument) for argument in node.arguments)
    names, position = node.names, node.position
    if isinstance(node.function, tree.Name):
        return _call_by_name(node.function.name, arguments, names, position)
    function = compile_node(node.function)

    def call(frame: Frame) -> Value:
        return _invoked(function(frame), "", [argument(frame) for argument in arguments], names, frame.run, position)

    return call


def _call_by_name(name: str, arguments: tuple[Closure, ...], names: tuple[str, ...] | None, position: int) -> Closure:
    builtin = BUILTINS.get(name)

    def call(frame: Frame) -> Value:
        run = frame.run
        values = [argument(frame) for argument in arguments]
        function, _ = raw(frame, name)
        if not isinstance(function, Function):
            # a variable that happens to be called like a function does not hide it
            function = run.functions.get(name) if run.functions is not None else None
            if function is None:
                if builtin is not None:
                    return builtin.invoke(values, names, run, position)
                run.warn("unknown_function", f"expected a function {name}, but there is none", name, position)
                return None
        return _invoked(function, name, values, names, run, position)

    return call


def _invoked(function: Value, name: str, values: list[Value], names: tuple[str, ...] | None, run: Run, position: int) -> Value:
    if not isinstance(function, Function):
        run.warn("unknown_function", "expected a function, but it is none", name or None, position)
        return None
    if names is not None:
        ordered = _in_order(function, dict(zip(names, values, strict=True)))
        if ordered is None:
            run.warn("invalid_argument", f"expected the parameters {', '.join(function.parameters)}", name or None, position)
            return None
        values = ordered
    return call_function(function, values, run, name or None, position)


def _in_order(function: Function, named: dict[str, Value]) -> list[Value] | None:
    if not named.keys() <= set(function.parameters):
        return None
    values = [named.get(parameter, MISSING) for parameter in function.parameters]
    while values and values[-1] is MISSING:
        values.pop()
    return None if MISSING in values else values


@compiles(tree.FunctionOf)
def _function(node: tree.FunctionOf) -> Closure:
    parameters, body = node.parameters, compile_node(node.body)
    types = tuple((index, type_) for index, type_ in enumerate(node.types) if type_ is not None)
    levels, cost = node.levels + LEVELS_OF_A_CALL, tree.weight(node.body)

    def define(frame: Frame) -> Value:
        def call(run: Run, values: list[Value]) -> Value:
            for index, type_ in types:
                if values[index] is not None and not fits(values[index], type_, run):
                    run.warn(
                        "invalid_argument", f"expected another type for {parameters[index]}", parameters[index], node.position
                    )
                    return None
            run.spend(cost)
            run.descend(levels)
            result = body(Frame(dict(zip(parameters, values, strict=True)), frame, run))
            run.ascend(levels)
            return result

        return Function(parameters, call)

    return define
