"""Decisions: ask a table, with the whole explanation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response

from api.application import engine
from api.blueprint import Blueprint
from api.json_text import answer
from api.permissions import WORK
from api.shapes import answer_shape, json_object, key, list_of, shape, text, whole
from api.tenant import TENANT
from engine import codec
from engine.dmn.explanation import Evaluated, Row
from engine.errors import InvalidInput
from engine.queries import decisions

blueprint = Blueprint("decisions", "Decision tables of the company.")

LONGEST = 10_000_000
"""Characters of a JSON text in an answer."""

_ASK = shape(
    "EvaluateDecision",
    {
        "decisionDefinitionId": text(null=True, most=300),
        "decisionDefinitionKey": key(null=True),
        "variables": json_object(null=True),
    },
)
_INPUT = answer_shape("EvaluatedInput", {"inputId": text(), "inputName": text(), "inputValue": text(most=LONGEST)})
_OUTPUT = answer_shape(
    "EvaluatedOutput",
    {
        "outputId": text(),
        "outputName": text(),
        "outputValue": text(most=LONGEST),
        "ruleId": text(null=True),
        "ruleIndex": whole(null=True),
    },
)
_RULE = answer_shape("MatchedRule", {"ruleId": text(), "ruleIndex": whole(), "evaluatedOutputs": list_of(_OUTPUT)})
_DECISION = answer_shape(
    "EvaluatedDecision",
    {
        "decisionDefinitionId": text(),
        "decisionDefinitionKey": key(),
        "decisionDefinitionName": text(),
        "decisionDefinitionVersion": whole(),
        "decisionDefinitionType": text(),
        "output": text(most=LONGEST),
        "tenantId": text(),
        "decisionEvaluationInstanceKey": text(),
        "evaluatedInputs": list_of(_INPUT),
        "matchedRules": list_of(_RULE),
    },
)
EVALUATION = answer_shape(
    "DecisionEvaluation",
    {
        "decisionDefinitionId": text(),
        "decisionDefinitionKey": key(),
        "decisionDefinitionName": text(),
        "decisionDefinitionVersion": whole(),
        "decisionEvaluationKey": key(),
        "decisionInstanceKey": key(),
        "decisionRequirementsId": text(),
        "decisionRequirementsKey": key(),
        "output": text(most=LONGEST),
        "failedDecisionDefinitionId": text(null=True),
        "failureMessage": text(null=True),
        "tenantId": text(),
        "evaluatedDecisions": list_of(_DECISION),
    },
)


@blueprint.post("/decision-definitions/evaluation", WORK, takes=_ASK, gives=EVALUATION)
def evaluate(body: dict[str, Any]) -> Response:
    """Evaluate a decision

    `output`, `inputValue` and `outputValue` are JSON texts.
    """
    if (body.get("decisionDefinitionId") is None) == (body.get("decisionDefinitionKey") is None):
        raise InvalidInput("invalid_request", "Expected either decisionDefinitionId or decisionDefinitionKey")
    evaluation = decisions.evaluate(
        engine(),
        decision_id=body.get("decisionDefinitionId"),
        decision_key=body.get("decisionDefinitionKey"),
        variables=body.get("variables"),
    )
    return answer(view(evaluation))


def view(evaluation: decisions.Evaluation) -> dict[str, Any]:
    decision = evaluation.decision
    failed = next((each for each in evaluation.result.decisions if each.problem is not None), None)
    return {
        "decisionDefinitionId": decision.decision_id,
        "decisionDefinitionKey": str(decision.key),
        "decisionDefinitionName": decision.name or decision.decision_id,
        "decisionDefinitionVersion": decision.version,
        "decisionEvaluationKey": str(evaluation.key),
        "decisionInstanceKey": str(evaluation.key),
        "decisionRequirementsId": decision.requirements_id,
        "decisionRequirementsKey": str(decision.requirements_key),
        "output": codec.to_text(evaluation.result.value),
        "failedDecisionDefinitionId": None if failed is None else failed.decision_id,
        "failureMessage": None if failed is None else failed.problem,
        "tenantId": TENANT,
        "evaluatedDecisions": [_decision(each, at, evaluation) for at, each in enumerate(evaluation.result.decisions, 1)],
    }


def _decision(evaluated: Evaluated, at: int, evaluation: decisions.Evaluation) -> dict[str, Any]:
    deployed = evaluation.rows.get(evaluated.decision_id, evaluation.decision)
    is_table = evaluated.kind in {"decisionTable", "decision_table"}
    # A row that holds is not yet a hit: the policy FIRST takes one alone.
    hit = {index for index, _ in evaluated.rules_hit}
    return {
        "decisionDefinitionId": evaluated.decision_id,
        "decisionDefinitionKey": str(deployed.key),
        "decisionDefinitionName": evaluated.name or evaluated.decision_id,
        "decisionDefinitionVersion": deployed.version,
        "decisionDefinitionType": "DECISION_TABLE" if is_table else "LITERAL_EXPRESSION",
        "output": codec.to_text(evaluated.value),
        "tenantId": TENANT,
        "decisionEvaluationInstanceKey": f"{evaluation.key}-{at}",
        "evaluatedInputs": [
            {"inputId": str(n), "inputName": each.label, "inputValue": codec.to_text(each.value)}
            for n, each in enumerate(evaluated.inputs, 1)
        ],
        "matchedRules": [_rule(row, evaluated.output_ids) for row in evaluated.rows if row.index in hit],
    }


def _rule(row: Row, output_ids: Mapping[str, str]) -> dict[str, Any]:
    return {
        "ruleId": row.rule_id,
        "ruleIndex": row.index,
        "evaluatedOutputs": [
            {
                "outputId": output_ids.get(name, name),
                "outputName": name,
                "outputValue": codec.to_text(value),
                "ruleId": row.rule_id,
                "ruleIndex": row.index,
            }
            for name, value in (row.outputs or {}).items()
        ],
    }
