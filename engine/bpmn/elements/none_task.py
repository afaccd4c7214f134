"""Undefined and manual tasks: done by people outside, so the token passes."""

from __future__ import annotations

from SpiffWorkflow.bpmn.specs.defaults import ManualTask

from engine.bpmn.elements.activity import Activity


class PassingTask(Activity, ManualTask):  # type: ignore[misc]  # SpiffWorkflow ships no types
    """BPMN 2.0.2, 10.3.3 (abstract task, manual task)."""
