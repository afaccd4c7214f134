"""What an evaluation says about itself: for every decision what went in, which rows hit and why, what came out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from engine.feel.scope import FeelWarning
from engine.feel.values import Value


@dataclass(frozen=True, slots=True)
class Input:
    """A column of a decision table: its label or expression, the value it had, its id in the file (empty where it has none)."""

    label: str
    value: Any
    id: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One rule; `index` counts from 1. `cells`: whether each input entry was true."""

    index: int
    rule_id: str
    cells: tuple[bool, ...]
    is_hit: bool
    outputs: dict[str, Any] | None
    annotations: tuple[str, ...] = ()


@dataclass(slots=True)
class Evaluated:
    """One decision of an evaluation. `inputs` and `rows` are filled only when explaining; `rules_hit`: pairs of row index
    and rule id; `problem`: why a decision table has no result; `output_ids`: of the output columns, by name."""

    decision_id: str
    name: str
    kind: str
    value: Any = None
    inputs: list[Input] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    rules_hit: list[tuple[int, str]] = field(default_factory=list)
    problem: str | None = None
    output_ids: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Result:
    """`value` is JSON-able with Decimal numbers (opaque references stay as they are); `feel_value` is the same as FEEL values."""

    value: Any
    feel_value: Value
    decisions: list[Evaluated]
    warnings: list[FeelWarning]
