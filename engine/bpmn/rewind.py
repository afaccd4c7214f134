"""Return: undo the causal future of a target, and begin there again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.bpmn.tree import Tree
from engine.bpmn.waits import Activation


@dataclass(frozen=True, slots=True)
class Undone:
    voided: tuple[int, ...] = ()


def rewind(
    tree: Tree, log: Sequence[Activation], from_n: int | None, targets: Sequence[str], *, allow_irreversible: bool
) -> Undone:
    return Undone()
