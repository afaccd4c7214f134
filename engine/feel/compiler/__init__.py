"""Trees to closures: every node becomes one Python function of a frame, once; running it touches the tree no more."""

from engine.feel.compiler import access, functions, iteration, operations, types, unary_tests
from engine.feel.compiler.dispatch import compile_node

GROUPS = (access, functions, iteration, operations, types, unary_tests)
"""Importing a group registers its compilers."""

__all__ = ["GROUPS", "compile_node"]
