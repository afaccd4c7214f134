"""Decision models: what a file holds, and its evaluation. DMN 1.5, chapters 6 and 7."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from engine.dmn.evaluation import LEVELS_OF_A_CALL, LIMITS, Evaluation
from engine.dmn.explanation import Evaluated, Result
from engine.dmn.types import Type, coerced, from_host
from engine.errors import NotFound
from engine.feel.conversion import from_python, to_json
from engine.feel.limits import Limits, exceeded
from engine.feel.scope import MISSING, Closure, Frame, Run, raw
from engine.feel.values import Function, Value

LEVELS_OF_A_REQUIREMENT = 4
"""What going from a decision to one it requires costs of the depth."""


@dataclass(frozen=True, slots=True)
class InputData:
    id: str
    name: str
    type: Type | None


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a decision or knowledge model may read. `kind`: input, decision, knowledge, service or external (a decision that is
    in no file at hand, known by its id). `alias`: the name of the import it comes from."""

    kind: str
    id: str
    name: str
    model: Model | None
    alias: str | None


@dataclass(frozen=True, slots=True)
class Decision:
    """`kind`: the boxed expression of its logic as in DMN (`decisionTable`, `literalExpression`, …), or `none`."""

    id: str
    name: str
    kind: str
    required_decisions: tuple[str, ...]
    required_inputs: tuple[str, ...]
    requirements: tuple[Requirement, ...]
    type: Type | None
    logic: Closure


@dataclass(frozen=True, slots=True)
class Knowledge:
    """A business knowledge model: a function with a name."""

    id: str
    name: str
    requirements: tuple[Requirement, ...]
    type: Type | None
    definition: Closure


@dataclass(frozen=True, slots=True)
class Service:
    """A decision service. `inputs`: input data, then input decisions."""

    id: str
    name: str
    type: Type | None
    output_decisions: tuple[str, ...]
    input_decisions: tuple[str, ...]
    input_data: tuple[str, ...]


class Model:
    """One file, ready to decide. Immutable once loaded; may be shared by threads."""

    def __init__(self, name: str, namespace: str, model_id: str = "") -> None:
        self.model_id = model_id or name
        self.name = name
        self.namespace = namespace
        self._decisions: dict[str, Decision] = {}
        self.inputs: dict[str, InputData] = {}
        self.knowledge: dict[str, Knowledge] = {}
        self.services: dict[str, Service] = {}
        self.types: dict[str, Type] = {}

    @property
    def decisions(self) -> Mapping[str, Decision]:
        return MappingProxyType(self._decisions)

    def add(self, decision: Decision) -> None:
        self._decisions[decision.id] = decision

    def evaluate(
        self,
        decision_id: str,
        inputs: Mapping[str, Any],
        *,
        functions: Mapping[str, Function] | None = None,
        explain: bool = False,
        requires: Callable[[str], Any] | None = None,
        limits: Limits = LIMITS,
    ) -> Result:
        """Decide. `inputs` by the names of the input data; dates and durations may be ISO texts where the input data has
        such a type.

        `requires(decision_id)` answers a required decision of another file. Raises NotFound("decision_not_found"),
        InvalidInput("limit_exceeded").
        """
        if decision_id not in self._decisions:
            raise NotFound(
                "decision_not_found", f"expected a decision {decision_id!r}, but the model has none", decision_id=decision_id
            )
        run = Evaluation(inputs, functions, requires, explain, limits)
        try:
            value = self.decide(decision_id, run)
        except RecursionError:
            raise exceeded("levels of nested calls", limits.depth) from None
        return Result(to_json(value, keep_references=True), value, run.decided, run.warnings or [])

    def decide(self, decision_id: str, run: Evaluation) -> Value:
        """The value of a decision within an evaluation, worked out once."""
        key = (id(self), decision_id)
        if key in run.results:
            return run.results[key]
        decision = self._decisions[decision_id]
        run.descend(LEVELS_OF_A_REQUIREMENT)
        frame = self.frame(decision.requirements, run)
        run.ascend(LEVELS_OF_A_REQUIREMENT)
        record = Evaluated(decision.id, decision.name, decision.kind)
        outer, types = run.current, run.types
        run.current, run.types = record, self.types
        value = coerced(decision.logic(frame), decision.type, run, decision.name)
        run.current, run.types = outer, types
        record.value = to_json(value, keep_references=True)
        run.decided.append(record)
        run.results[key] = value
        return value

    def frame(self, requirements: tuple[Requirement, ...], run: Evaluation) -> Frame:
        """The names that the requirements bring in; behind them, what the host gave."""
        names: dict[str, Value] = {}
        for requirement in requirements:
            value = self._required(requirement, run)
            if value is MISSING:
                continue
            if requirement.alias is None:
                names[requirement.name] = value
            else:
                names[requirement.alias] = {**names.get(requirement.alias, {}), requirement.name: value}
        return Frame(names, run.outer, run)

    def _required(self, requirement: Requirement, run: Evaluation) -> Value:
        model = requirement.model or self
        if requirement.kind == "input":
            return model.input(model.inputs[requirement.id], run, requirement.alias)
        if requirement.kind == "decision":
            return model.decide(requirement.id, run)
        if requirement.kind == "knowledge":
            return model.function(model.knowledge[requirement.id], run)
        if requirement.kind == "service":
            return model.service(model.services[requirement.id])
        if run.requires is None:
            run.warn(
                "unknown_decision", f"expected a decision {requirement.id} of another file, but none is at hand", requirement.id
            )
            return MISSING
        return from_python(run.requires(requirement.id))

    def input(self, data: InputData, run: Evaluation, alias: str | None = None) -> Value:
        if alias is not None:
            imported, _ = raw(run.outer, alias)
            if isinstance(imported, Mapping) and data.name in imported:
                return from_host(from_python(imported[data.name]), data.type, run, data.name)
        value, scope = raw(run.outer, data.name)
        if scope is None:
            return MISSING
        return from_host(scope.read(data.name, value), data.type, run, data.name)

    def function(self, knowledge: Knowledge, run: Evaluation) -> Function:
        key = (id(self), knowledge.id)
        if key in run.functions_made:
            return run.functions_made[key]
        run.descend(LEVELS_OF_A_REQUIREMENT)
        frame = self.frame(knowledge.requirements, run)
        run.ascend(LEVELS_OF_A_REQUIREMENT)
        names: dict[str, Value] = dict(frame.names)
        defined = knowledge.definition(Frame(names, run.outer, run))
        assert isinstance(defined, Function)
        inner = defined

        def call(at: Run, values: list[Value]) -> Value:
            return coerced(inner.call(at, values), knowledge.type, at, knowledge.name)

        function = Function(inner.parameters, call)
        # it may call itself
        names[knowledge.name] = function
        run.functions_made[key] = function
        return function

    def service(self, service: Service) -> Function:
        """A decision service as a function of its input data and input decisions; several outputs make a context."""
        data = [self.inputs[identifier] for identifier in service.input_data]
        decisions = [self._decisions[identifier] for identifier in service.input_decisions]
        parameters: list[InputData | Decision] = [*data, *decisions]

        def call(run: Run, values: list[Value]) -> Value:
            assert isinstance(run, Evaluation)
            arguments = [coerced(value, item.type, run, item.name) for value, item in zip(values, parameters, strict=True)]
            if any(after is None and before is not None for before, after in zip(values, arguments, strict=True)):
                return None
            results, outer, limit = run.results, run.outer, len(data)
            run.results = {(id(self), decision.id): value for decision, value in zip(decisions, arguments[limit:], strict=True)}
            run.outer = Frame({item.name: value for item, value in zip(data, arguments, strict=False)}, Frame({}, None, run), run)
            run.descend(LEVELS_OF_A_CALL)
            outputs = {self._decisions[name].name: self.decide(name, run) for name in service.output_decisions}
            run.ascend(LEVELS_OF_A_CALL)
            run.results, run.outer = results, outer
            result = next(iter(outputs.values())) if len(outputs) == 1 else outputs
            return coerced(result, service.type, run, service.name)

        return Function(tuple(item.name for item in parameters), call)
