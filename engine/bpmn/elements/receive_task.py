"""A receive task: an activity that waits for a message."""

from __future__ import annotations

from engine.bpmn.elements.activity import Activity
from engine.bpmn.elements.catching import CatchEvent


class ReceiveTask(CatchEvent, Activity):
    pass
