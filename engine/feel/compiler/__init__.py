"""Trees to closures: every node becomes one Python function of a frame, once; running it touches the tree no more."""

from __future__ import annotations

from engine.feel import tree
from engine.feel.compiler import access, functions, iteration, operations, tests, types
from engine.feel.compiler.dispatch import compile_node
from engine.feel.scope import Closure

__all__ = ["Closure", "access", "compile_node", "functions", "iteration", "operations", "tests", "tree", "types"]
