"""`instance of` and the types of parameters."""

from __future__ import annotations

from engine.feel import tree
from engine.feel.compiler.dispatch import compile_node, compiles
from engine.feel.scope import Closure, Frame, Run
from engine.feel.values import Function, Range, Value, kind


@compiles(tree.InstanceOf)
def _instance_of(node: tree.InstanceOf) -> Closure:
    value, type_, position = compile_node(node.value), node.type, node.position

    def check(frame: Frame) -> bool | None:
        result = fits(value(frame), type_, frame.run)
        if result is None and isinstance(type_, tree.NamedType):
            frame.run.warn("unknown_type", f"expected a type {type_.name}, but there is none", type_.name, position)
        return result

    return check


def fits(value: Value, type_: tree.Type, run: Run) -> bool | None:
    """Whether the value is of that type; None where the type is not known here."""
    if isinstance(type_, tree.SimpleType):
        if value is None:
            return type_.name == "Null"
        return type_.name == "Any" or kind(value) == type_.name
    if isinstance(type_, tree.ListType):
        return type(value) is list and all(fits(item, type_.item, run) is True for item in value)
    if isinstance(type_, tree.RangeType):
        return isinstance(value, Range) and all(
            end is None or fits(end, type_.item, run) is True for end in (value.low, value.high)
        )
    if isinstance(type_, tree.ContextType):
        return type(value) is dict and all(
            name in value and (value[name] is None or fits(value[name], entry, run) is True) for name, entry in type_.entries
        )
    if isinstance(type_, tree.FunctionType):
        return isinstance(value, Function) and len(value.parameters) == len(type_.parameters)
    return run.admits(type_.name, value)
