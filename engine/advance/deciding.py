"""A business rule task: its decision is evaluated in the push that reaches it; what it found is kept to explain the course."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.advance.explained import explained
from engine.advance.records import DecisionMade, Instance
from engine.bpmn.waits import Wait
from engine.errors import InvalidInput

if TYPE_CHECKING:
    from engine.advance.push import Motion


def decide(motion: Motion, instance: Instance, wait: Wait) -> None:
    """Completes the task with the decision's value; an incident where there is none, or it fails on these inputs."""
    run, expressions, published = motion.run(instance.key), motion.expressions(instance), motion.published(instance)
    context = {**wait.variables, **expressions.names}
    try:
        result = motion.world.decide(wait.name, wait.binding, context, expressions.functions, published)
    except InvalidInput as refused:
        run.fail(wait.n, "decision_evaluation_error", refused.message, {"decision": wait.name})
        return
    if result is None:
        run.fail(wait.n, "called_decision_error", f"expected a decision {wait.name!r}, but there is none", {})
        return
    problem = next((made.problem for made in result.decisions if made.problem is not None), None)
    if problem is not None:
        run.fail(wait.n, "decision_evaluation_error", problem, {"decision": wait.name})
        return
    key = motion.world.key()
    motion.advance.decisions.append(DecisionMade(key, instance.key, wait.n, wait.element_id, wait.name, explained(result)))
    element = published.definition.elements[wait.element_id]
    run.complete(wait.n, {element.result_variable or wait.name: result.value})
