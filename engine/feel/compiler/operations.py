"""Operators and conditionals."""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeAlias

from engine.feel import tree
from engine.feel.compiler.dispatch import compile_node, compiles
from engine.feel.operators import ARITHMETIC, FAILURES, equal, negate, no_result, ordered
from engine.feel.scope import Closure, Frame, Run
from engine.feel.values import NUMBERS, Value

_Operation: TypeAlias = Callable[[Value, Value, Run], Value]
_ORDERS: dict[str, Callable[[Any, Any], bool]] = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


@compiles(tree.Comparison)
def _comparison(node: tree.Comparison) -> Closure:
    left, right = compile_node(node.left), compile_node(node.right)
    if node.operator == "=":
        return lambda frame: equal(left(frame), right(frame), frame.run)
    if node.operator == "!=":
        return lambda frame: opposite(equal(left(frame), right(frame), frame.run))
    order = _ORDERS[node.operator]

    def compare(frame: Frame) -> bool | None:
        a, b = left(frame), right(frame)
        if type(a) is Decimal and type(b) is Decimal:
            return order(a, b)
        return ordered(order, a, b)

    return compare


def opposite(truth: bool | None) -> bool | None:
    return None if truth is None else not truth


@compiles(tree.Conjunction)
def _conjunction(node: tree.Conjunction) -> Closure:
    operands = tuple(compile_node(operand) for operand in node.operands)

    def all_true(frame: Frame) -> bool | None:
        result: bool | None = True
        for operand in operands:
            value = operand(frame)
            if value is False:
                return False
            if value is not True:
                result = None
        return result

    return all_true


@compiles(tree.Disjunction)
def _disjunction(node: tree.Disjunction) -> Closure:
    operands = tuple(compile_node(operand) for operand in node.operands)

    def any_true(frame: Frame) -> bool | None:
        result: bool | None = False
        for operand in operands:
            value = operand(frame)
            if value is True:
                return True
            if value is not False:
                result = None
        return result

    return any_true


@compiles(tree.Between)
def _between(node: tree.Between) -> Closure:
    value, low, high = compile_node(node.value), compile_node(node.low), compile_node(node.high)

    def between(frame: Frame) -> bool | None:
        point = value(frame)
        above = ordered(operator.ge, point, low(frame))
        below = ordered(operator.le, point, high(frame))
        if above is False or below is False:
            return False
        return True if above and below else None

    return between


@compiles(tree.If)
def _if(node: tree.If) -> Closure:
    condition, then, otherwise = compile_node(node.condition), compile_node(node.then), compile_node(node.otherwise)
    return lambda frame: then(frame) if condition(frame) is True else otherwise(frame)


@compiles(tree.Negation)
def _negation(node: tree.Negation) -> Closure:
    if isinstance(node.operand, tree.Literal) and type(node.operand.value) is Decimal:
        constant = NUMBERS.minus(node.operand.value)
        return lambda _frame: constant
    operand, position = compile_node(node.operand), node.position

    def negation(frame: Frame) -> Value:
        value = operand(frame)
        result = negate(value)
        if result is None and value is not None:
            frame.run.warn("failed_operation", no_result("-", None, value), None, position)
        return result

    return negation


@compiles(tree.Arithmetic)
def _arithmetic(node: tree.Arithmetic) -> Closure:
    first, position = compile_node(node.first), node.position
    steps = tuple((sign, ARITHMETIC[sign], compile_node(operand)) for sign, operand in node.rest)
    if len(steps) == 1:
        ((sign, operation, second),) = steps
        return lambda frame: _applied(sign, operation, first(frame), second(frame), frame.run, position)

    def chain(frame: Frame) -> Value:
        value = first(frame)
        for sign, operation, operand in steps:
            value = _applied(sign, operation, value, operand(frame), frame.run, position)
        return value

    return chain


def _applied(
    sign: str, operation: Callable[[Value, Value, Run], Value], left: Value, right: Value, run: Run, position: int
) -> Value:
    if left is None or right is None:
        return None
    try:
        result = operation(left, right, run)
    except FAILURES:
        run.warn(
            "failed_operation",
            f"expected a result of {sign!r}, but there is none (division by zero or out of range)",
            None,
            position,
        )
        return None
    if result is None:
        run.warn("failed_operation", no_result(sign, left, right), None, position)
    return result
