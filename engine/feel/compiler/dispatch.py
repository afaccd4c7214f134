"""Which function compiles which node."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from engine.feel import tree
from engine.feel.scope import Closure

_Node = TypeVar("_Node", bound=tree.Node)
_COMPILERS: dict[type[tree.Node], Callable[[Any], Closure]] = {}


def compiles(sort: type[_Node]) -> Callable[[Callable[[_Node], Closure]], Callable[[_Node], Closure]]:
    def register(compiler: Callable[[_Node], Closure]) -> Callable[[_Node], Closure]:
        _COMPILERS[sort] = compiler
        return compiler

    return register


def compile_node(node: tree.Node) -> Closure:
    return _COMPILERS[type(node)](node)
