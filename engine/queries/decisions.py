"""Ask a decision table something, without a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine import dmn
from engine.engine import Engine
from engine.errors import NotFound
from engine.keys import new_key
from engine.store import decision_definitions
from engine.store.records import Record
from engine.vocabulary import Key


@dataclass(frozen=True, slots=True)
class Evaluation:
    """`rows`: the deployed decision of each id that took part, where it is deployed."""

    key: Key
    decision: Record
    result: dmn.Result
    rows: Mapping[str, Record]


def evaluate(
    engine: Engine, *, decision_id: str | None = None, decision_key: Key | None = None, variables: Mapping[str, Any] | None = None
) -> Evaluation:
    """The latest version of `decision_id`, or exactly `decision_key`, with its explanation. It leaves no trace.

    Raises NotFound("decision_not_found"), InvalidInput("limit_exceeded").
    """
    with engine.looking() as connection:
        if decision_key is not None:
            row = decision_definitions.find(connection, decision_key)
        else:
            row = decision_definitions.find_version(connection, decision_id or "")
        if row is None:
            named = decision_id if decision_key is None else decision_key
            raise NotFound("decision_not_found", f"expected a decision {named!r}, but there is none", decision=str(named))

        def required(other: str) -> Any:
            found = engine.library.decision(connection, other)
            return None if found is None else found[1].evaluate(other, {}).value

        model = engine.library.model(row)
        result = model.evaluate(row.decision_id, dict(variables or {}), explain=True, requires=required)
        ids = sorted({each.decision_id for each in result.decisions} | {row.decision_id})
        rows = {each.decision_id: each for each in decision_definitions.latest(connection, ids)}
    return Evaluation(new_key(engine.clock.now()), row, result, {**rows, row.decision_id: row})
