"""Decision tables from their elements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from engine.dmn.table import AGGREGATORS, HIT_POLICIES, InputColumn, OutputColumn, Rule, Table
from engine.dmn.xml import child, children, nearest_id, tag, text_of
from engine.feel.expression import Expression, compile_expression

if TYPE_CHECKING:
    from engine.dmn.boxed import Compiler


def read_table(element: etree._Element, compiler: Compiler) -> Table:
    """Every fault is added to the compiler's problems."""
    problems = compiler.problems
    inputs = tuple(_input(column, compiler) for column in children(element, "input"))
    columns = list(children(element, "output"))
    outputs = tuple(_output(column, len(columns) == 1, element, compiler) for column in columns)
    hit_policy, aggregator = element.get("hitPolicy", "UNIQUE"), element.get("aggregation")
    if hit_policy not in HIT_POLICIES:
        problems.add(element, f"expected one of the hit policies {', '.join(HIT_POLICIES)}, but got {hit_policy!r}")
    if aggregator is not None and (aggregator not in AGGREGATORS or hit_policy != "COLLECT"):
        problems.add(element, f"expected an aggregation of {', '.join(AGGREGATORS)} with COLLECT, but got {aggregator!r}")
    if aggregator is not None and len(outputs) > 1:
        problems.add(element, "expected one output where results are aggregated, but there are several")
    if hit_policy in ("PRIORITY", "OUTPUT ORDER") and all(column.order is None for column in outputs):
        problems.add(element, f"expected output values that give the order for {hit_policy}, but there are none")
    if not outputs:
        problems.add(element, "expected a decision table to have an output, but it has none")
    names = [column.name for column in outputs]
    if len(set(names)) != len(names) or (len(names) > 1 and "" in names):
        problems.add(element, "expected every output to have a name of its own, but a name is missing or there twice")
    rules = tuple(
        rule
        for position, row in enumerate(children(element, "rule"), 1)
        if (rule := _rule(row, position, len(inputs), len(outputs), compiler)) is not None
    )
    owner = element.getparent()
    is_logic_of_decision = owner is not None and tag(owner) == "decision"
    identifier = nearest_id(owner if is_logic_of_decision and owner is not None else element)
    name = (owner.get("name") if owner is not None else None) or identifier
    return Table(identifier, name, hit_policy, aggregator, inputs, outputs, rules)


def _input(column: etree._Element, compiler: Compiler) -> InputColumn:
    holder = child(column, "inputExpression")
    text = text_of(holder)
    if not text:
        compiler.problems.add(column, "expected an input to have an expression, but it has none")
    expression = compiler.expression(holder, text or "null")
    return InputColumn(
        column.get("id") or "",
        column.get("label") or text,
        expression or compile_expression("null"),
        compiler.type_of(holder),
        _tests(child(column, "inputValues"), compiler),
    )


def _tests(holder: etree._Element | None, compiler: Compiler) -> Expression | None:
    text = text_of(holder)
    return compiler.tests(holder, text) if text else None


def _output(column: etree._Element, is_only: bool, table: etree._Element, compiler: Compiler) -> OutputColumn:
    default = child(column, "defaultOutputEntry")
    values = child(column, "outputValues")
    order = text_of(values)
    name = column.get("name") or (column.get("label") or table.get("outputLabel") or "result" if is_only else "")
    return OutputColumn(
        column.get("id") or "",
        name,
        compiler.type_of(column),
        compiler.expression(values, f"[{order}]") if order else None,
        compiler.expression(default, text_of(default)) if text_of(default) else None,
    )


def _rule(row: etree._Element, position: int, inputs: int, outputs: int, compiler: Compiler) -> Rule | None:
    conditions, results = list(children(row, "inputEntry")), list(children(row, "outputEntry"))
    if len(conditions) != inputs or len(results) != outputs:
        compiler.problems.add(
            row, f"expected {inputs} input and {outputs} output entries, but the rule has {len(conditions)} and {len(results)}"
        )
        return None
    tests = tuple(None if text_of(entry) in ("", "-") else compiler.tests(entry, text_of(entry)) for entry in conditions)
    entries = tuple(None if text_of(entry) in ("", "-") else compiler.expression(entry, text_of(entry)) for entry in results)
    annotations = tuple(text_of(entry) for entry in children(row, "annotationEntry"))
    description = child(row, "description")
    if not annotations and description is not None and description.text:
        annotations = (description.text.strip(),)
    return Rule(row.get("id") or f"row {position}", tests, entries, annotations)
