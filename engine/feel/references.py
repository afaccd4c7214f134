"""Which names of its surroundings an expression uses."""

from __future__ import annotations

from collections.abc import Iterator

from engine.feel import tree
from engine.feel.builtins import BUILTINS

_ALWAYS_BOUND = frozenset({"?"})


def free_names(node: tree.Node) -> frozenset[str]:
    return frozenset(_read(node, _ALWAYS_BOUND))


def called_functions(node: tree.Node) -> frozenset[str]:
    return frozenset(_called(node, frozenset()))


def _read(node: tree.Node, bound: frozenset[str]) -> Iterator[str]:
    if isinstance(node, tree.Name):
        if node.name not in bound and node.name not in BUILTINS:
            yield node.name
        return
    if isinstance(node, tree.Call) and isinstance(node.function, tree.Name):
        for argument in node.arguments:
            yield from _read(argument, bound)
        return
    for child, inner in _scoped(node, bound):
        yield from _read(child, inner)


def _called(node: tree.Node, bound: frozenset[str]) -> Iterator[str]:
    if isinstance(node, tree.Call) and isinstance(node.function, tree.Name) and node.function.name not in bound:
        yield node.function.name
    for child, inner in _scoped(node, bound):
        yield from _called(child, inner)


def _scoped(node: tree.Node, bound: frozenset[str]) -> Iterator[tuple[tree.Node, frozenset[str]]]:
    """The children, each with the names bound around it."""
    if isinstance(node, tree.For | tree.Quantified):
        for iteration in node.iterations:
            yield iteration.source, bound
            if iteration.end is not None:
                yield iteration.end, bound
            bound |= {iteration.name}
        yield (node.body, bound | {"partial"}) if isinstance(node, tree.For) else (node.condition, bound)
    elif isinstance(node, tree.Filter):
        yield node.source, bound
        yield node.condition, bound | {"item"}
    elif isinstance(node, tree.ContextOf):
        for name, value in node.entries:
            yield value, bound
            bound |= {name}
    elif isinstance(node, tree.FunctionOf):
        yield node.body, bound.union(node.parameters)
    else:
        for child in node.children():
            yield child, bound
