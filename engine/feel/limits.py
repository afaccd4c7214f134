"""What an evaluation may use up. Counted in steps, never in time: the same text and values give the same answer
under any load."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import InvalidInput

TEXT_LENGTH = 100_000
"""Characters of one expression."""

NESTING = 100
"""Levels of brackets, conditionals and calls in one expression; also the height of its tree."""

DATA_DEPTH = 100
"""Levels of lists and contexts in a value."""


@dataclass(frozen=True, slots=True)
class Limits:
    """`steps`: loop turns, calls, list items and pieces of text touched; `depth`: levels of tree under evaluation at one time
    (recursive functions add up); `string_length`: characters; `list_length`: items."""

    steps: int = 200_000
    depth: int = 300
    string_length: int = 1_000_000
    list_length: int = 100_000


DEFAULT = Limits()


def exceeded(what: str, limit: int) -> InvalidInput:
    return InvalidInput(
        "limit_exceeded", f"expected at most {limit} {what}, but the expression needs more", limit=limit, what=what
    )


class Budget:
    """What is left of the limits during one evaluation."""

    __slots__ = ("depth", "limits", "steps")

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.steps = limits.steps
        self.depth = limits.depth

    def spend(self, steps: int = 1) -> None:
        self.steps -= steps
        if self.steps < 0:
            raise exceeded("steps", self.limits.steps)

    def descend(self, levels: int) -> None:
        """Go `levels` deeper; the caller gives them back with `ascend`."""
        self.depth -= levels
        if self.depth < 0:
            self.depth += levels
            raise exceeded("levels of nested calls", self.limits.depth)

    def ascend(self, levels: int) -> None:
        self.depth += levels

    def fits_string(self, length: int) -> None:
        if length > self.limits.string_length:
            raise exceeded("characters in a string", self.limits.string_length)
        self.spend(length >> 6)

    def fits_list(self, length: int) -> None:
        if length > self.limits.list_length:
            raise exceeded("items in a list", self.limits.list_length)
