"""Unary tests and `in`."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, TypeAlias

from engine.feel import tree
from engine.feel.compiler.dispatch import compile_node, compiles
from engine.feel.compiler.operations import opposite
from engine.feel.operators import contains, equal, ordered, passes
from engine.feel.scope import Closure, Frame, raw
from engine.feel.values import Range, Value

INPUT = "?"
_CONDITIONS = (
    tree.Comparison,
    tree.Conjunction,
    tree.Disjunction,
    tree.Between,
    tree.In,
    tree.Quantified,
    tree.InstanceOf,
    tree.Call,
)
_Test: TypeAlias = Callable[[Frame, Value], bool | None]
_ORDERS: dict[str, Callable[[Any, Any], bool]] = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def _test(node: tree.Test) -> _Test:
    operand = compile_node(node.operand)
    if node.operator is None:
        if node.reads_input:
            return lambda frame, value: operand(Frame({INPUT: value}, frame, frame.run)) is True
        if isinstance(node.operand, tree.RangeOf):
            return lambda frame, value: _within(operand(frame), value)
        if isinstance(node.operand, _CONDITIONS):
            return lambda frame, value: _satisfied(operand(frame), value, frame)
        return lambda frame, value: passes(value, operand(frame), frame.run)
    if node.operator == "=":
        return lambda frame, value: equal(value, operand(frame), frame.run)
    if node.operator == "!=":
        return lambda frame, value: opposite(equal(value, operand(frame), frame.run))
    order = _ORDERS[node.operator]
    return lambda frame, value: ordered(order, value, operand(frame))


def _within(extent: Range | None, value: Value) -> bool | None:
    return None if extent is None else contains(extent, value)


def _satisfied(test: Value, value: Value, frame: Frame) -> bool | None:
    # a condition that does not name the input (`amount > limit`) stands for itself, unless the input is a truth value too
    if test is True and type(value) is not bool:
        return True
    return passes(value, test, frame.run)


def _any(tests: tuple[_Test, ...], frame: Frame, value: Value) -> bool | None:
    result: bool | None = False
    for test in tests:
        passed = test(frame, value)
        if passed is True:
            return True
        if passed is None:
            result = None
    return result


@compiles(tree.In)
def _in(node: tree.In) -> Closure:
    value, tests = compile_node(node.value), tuple(_test(test) for test in node.tests)
    if len(tests) == 1:
        (test,) = tests
        return lambda frame: test(frame, value(frame))
    return lambda frame: _any(tests, frame, value(frame))


@compiles(tree.UnaryTests)
def _unary_tests(node: tree.UnaryTests) -> Closure:
    """True or False: a null test does not pass."""
    if not node.tests:
        return lambda _frame: True
    tests = tuple(_test(test) for test in node.tests)
    if node.is_negated:
        return lambda frame: _any(tests, frame, _input(frame)) is False
    return lambda frame: _any(tests, frame, _input(frame)) is True


def _input(frame: Frame) -> Value:
    value, scope = raw(frame, INPUT)
    if scope is None:
        return None
    return scope.read(INPUT, value) if scope.parent is None else value
