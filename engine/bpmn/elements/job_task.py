"""Work for a machine: service tasks, and send, script, business rule tasks and throw events that name a job type."""

from __future__ import annotations

from SpiffWorkflow.bpmn.specs.defaults import ServiceTask

from engine.bpmn.elements.activity import Activity
from engine.bpmn.elements.flow_node import FlowNode
from engine.bpmn.failures import ElementFailed, text_of
from engine.bpmn.tree import Token
from engine.bpmn.waits import Wait, WaitKind


class Job(FlowNode):
    def begin(self, token: Token) -> bool:
        engine = token.tree.engine
        job_type = text_of(engine.stored(self.element.job_type or "", token.scope), "a job type")
        retries = engine.stored(self.element.retries, token.scope)
        try:
            token.internal_data["wait"] = {"name": job_type, "retries": max(int(retries), 0)}
        except (TypeError, ValueError, ArithmeticError):
            raise ElementFailed("expression_failed", f"expected a number of retries, but found {retries!s:.100}") from None
        token._set_state(token.STARTED)
        token.tree.open_wait(token)
        return False

    def wait(self, token: Token) -> Wait | None:
        facts = token.internal_data["wait"]
        return Wait(
            token.n,
            self.element.element_id,
            WaitKind.JOB,
            facts["name"],
            retries=facts["retries"],
            headers=self.element.headers,
            variables=token.scope.flat(),
        )


class JobTask(Job, Activity, ServiceTask):  # type: ignore[misc]  # SpiffWorkflow ships no types
    pass
