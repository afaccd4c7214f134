"""An element that cannot go on: raised inside a step, turned into an incident of its token. Never leaves engine.bpmn."""

from __future__ import annotations

from typing import Any


class ElementFailed(Exception):
    """`code` is stable, `facts` are what a sentence needs (e.g. `missing`: the variable that is not there)."""

    def __init__(self, code: str, sentence: str, **facts: Any) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.facts = facts


def text_of(value: Any, what: str) -> str:
    """A name that must not be empty; an incident otherwise."""
    if isinstance(value, str) and value:
        return value
    raise ElementFailed("expression_failed", f"expected {what}, but found {value!s:.100}")
