"""Why a rule decided as it did, small enough to keep with the case."""

from __future__ import annotations

from typing import Any

from engine import dmn
from engine.feel import to_json
from engine.people import SeatReference

MOST_ROWS = 200


def explained(result: dmn.Result) -> dict[str, Any]:
    """`{decisions: [{id, name, value, inputs: [{label, value}], rows: [{index, id, cells, hit, outputs}]}]}`, the first rows."""
    return {
        "decisions": [
            {
                "id": made.decision_id,
                "name": made.name,
                "value": _json(made.value),
                "inputs": [{"label": each.label, "value": _json(each.value)} for each in made.inputs],
                "rows": [
                    {
                        "index": row.index,
                        "id": row.rule_id,
                        "cells": list(row.cells),
                        "hit": row.is_hit,
                        "outputs": _json(row.outputs),
                    }
                    for row in made.rows[:MOST_ROWS]
                ],
            }
            for made in result.decisions
        ]
    }


def _json(value: Any) -> Any:
    """JSON; a person or role that a decision named stands as its candidate."""
    return _plain(to_json(value, keep_references=True))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.candidate if isinstance(value, SeatReference) else value
