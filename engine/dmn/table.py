"""Decision tables: conditions, hit policies and aggregators. DMN 1.5, chapter 8."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.dmn.evaluation import Evaluation
from engine.dmn.explanation import Evaluated, Input, Row
from engine.dmn.types import Type, coerced, from_host, passes
from engine.feel.builtins import BUILTINS
from engine.feel.conversion import to_json
from engine.feel.expression import Expression
from engine.feel.operators import equal
from engine.feel.scope import Frame
from engine.feel.values import Value

HIT_POLICIES = ("UNIQUE", "FIRST", "PRIORITY", "ANY", "COLLECT", "RULE ORDER", "OUTPUT ORDER")
AGGREGATORS = {"SUM": "sum", "COUNT": "count", "MIN": "min", "MAX": "max"}
_SINGLE_HIT = frozenset({"UNIQUE", "FIRST", "PRIORITY", "ANY"})


@dataclass(frozen=True, slots=True)
class InputColumn:
    id: str
    label: str
    expression: Expression
    type: Type | None
    allowed: Expression | None


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """`order`: the output values, most important first."""

    id: str
    name: str
    type: Type | None
    order: Expression | None
    default: Expression | None


@dataclass(frozen=True, slots=True)
class Rule:
    """`tests`: None where the entry is empty or `-`; `outputs`: None where the entry is empty."""

    id: str
    tests: tuple[Expression | None, ...]
    outputs: tuple[Expression | None, ...]
    annotations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """`id`: of the decision whose logic it is, else its own."""

    id: str
    name: str
    hit_policy: str
    aggregator: str | None
    inputs: tuple[InputColumn, ...]
    outputs: tuple[OutputColumn, ...]
    rules: tuple[Rule, ...]

    def evaluate(self, frame: Frame) -> Value:
        run = frame.run
        assert isinstance(run, Evaluation)
        values = [from_host(column.expression.within(frame), column.type, run, column.label) for column in self.inputs]
        record = self._record(run)
        if run.explains:
            record.output_ids = {column.name: column.id for column in self.outputs}
            record.inputs = [
                Input(column.label, to_json(value, keep_references=True), column.id)
                for column, value in zip(self.inputs, values, strict=True)
            ]
        for column, value in zip(self.inputs, values, strict=True):
            if column.allowed is not None and value is not None and not passes(column.allowed, value, run):
                return _without_result(run, record, f"the value of {column.label} is none of its input values")
        hits = self._hits(values, frame, record, run)
        if not hits:
            if all(column.default is None for column in self.outputs):
                run.warn("no_result", f"no row of {self.name} hits, and there is no default output", self.name)
                return None
            return self._default(frame)
        return self._decided(hits, frame, record, run)

    def _record(self, run: Evaluation) -> Evaluated:
        """Where to write the explanation: a table inside other logic gets an entry of its own."""
        if run.current is not None and run.current.decision_id == self.id and not run.current.rules_hit:
            return run.current
        record = Evaluated(self.id, self.name, "decision_table")
        if run.explains:
            run.decided.append(record)
        return record

    def _hits(self, values: list[Value], frame: Frame, record: Evaluated, run: Evaluation) -> list[tuple[int, list[Value]]]:
        """The rows that hit, by position, each with its outputs."""
        inputs = [Frame({"?": value}, frame, run) for value in values]
        hits: list[tuple[int, list[Value]]] = []
        for position, rule in enumerate(self.rules):
            run.spend(1 + len(rule.tests))
            tests = zip(rule.tests, inputs, strict=True)
            if run.explains:
                cells = tuple(test is None or test.within(column) is True for test, column in tests)
                is_hit = all(cells)
            else:
                cells = ()
                is_hit = all(test is None or test.within(column) is True for test, column in tests)
            outputs = self._outputs(rule, frame, run) if is_hit else None
            if outputs is not None:
                hits.append((position, outputs))
            if is_hit and not (self.hit_policy == "FIRST" and record.rules_hit):
                record.rules_hit.append((position + 1, rule.id))
            if run.explains:
                record.rows.append(self._row(position, rule, cells, is_hit, outputs))
            if is_hit and self.hit_policy == "FIRST" and not run.explains:
                break
        return hits

    def _row(self, position: int, rule: Rule, cells: tuple[bool, ...], is_hit: bool, outputs: list[Value] | None) -> Row:
        named = None
        if outputs is not None:
            named = {
                column.name: to_json(value, keep_references=True) for column, value in zip(self.outputs, outputs, strict=True)
            }
        return Row(position + 1, rule.id, cells, is_hit, named, rule.annotations)

    def _outputs(self, rule: Rule, frame: Frame, run: Evaluation) -> list[Value]:
        return [
            coerced(None if entry is None else entry.within(frame), column.type, run, column.name)
            for column, entry in zip(self.outputs, rule.outputs, strict=True)
        ]

    def _default(self, frame: Frame) -> Value:
        return self._shaped([None if column.default is None else column.default.within(frame) for column in self.outputs])

    def _shaped(self, outputs: list[Value]) -> Value:
        """One output is its value, several are a context."""
        if len(outputs) == 1:
            return outputs[0]
        return {column.name: value for column, value in zip(self.outputs, outputs, strict=True)}

    def _decided(self, hits: list[tuple[int, list[Value]]], frame: Frame, record: Evaluated, run: Evaluation) -> Value:
        rows = ", ".join(str(position + 1) for position, _ in hits)
        if self.hit_policy == "UNIQUE" and len(hits) > 1:
            return _without_result(run, record, f"the hit policy UNIQUE allows one row, but rows {rows} hit")
        if self.hit_policy in ("PRIORITY", "OUTPUT ORDER"):
            rank = self._ranking(frame, run)
            hits = sorted(hits, key=lambda hit: rank(hit[1]))
        results = [self._shaped(outputs) for _, outputs in hits]
        if self.hit_policy == "ANY" and not all(equal(result, results[0], run) is True for result in results):
            return _without_result(run, record, f"the hit policy ANY needs equal outputs, but rows {rows} differ")
        if self.hit_policy in _SINGLE_HIT:
            return results[0]
        if self.aggregator is None:
            return results
        return BUILTINS[AGGREGATORS[self.aggregator]].invoke([results], None, run)

    def _ranking(self, frame: Frame, run: Evaluation) -> Callable[[list[Value]], list[int]]:
        orders = [None if column.order is None else column.order.within(frame) for column in self.outputs]

        def rank(outputs: list[Value]) -> list[int]:
            ranks = []
            for order, value in zip(orders, outputs, strict=True):
                if order is not None:
                    places = (place for place, known in enumerate(order) if equal(known, value, run) is True)
                    ranks.append(next(places, len(order)))
            return ranks

        return rank


def _without_result(run: Evaluation, record: Evaluated, problem: str) -> None:
    run.warn("no_result", problem)
    record.problem = problem
