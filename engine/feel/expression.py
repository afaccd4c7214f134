"""Compiled expressions: the door of this room."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from engine.errors import InvalidInput
from engine.feel import tree
from engine.feel.builtins import BUILTINS
from engine.feel.compiler import compile_node
from engine.feel.lexer import Names
from engine.feel.limits import DEFAULT, Limits, exceeded
from engine.feel.parser import MEMBERS_WITH_BLANKS, Parser
from engine.feel.references import called_functions, free_names
from engine.feel.scope import Closure, FeelWarning, Frame, Run
from engine.feel.values import Function, Value

_KEPT_LENGTH = 2000
"""Longer texts are compiled anew: the cache shall not hold on to them."""


class Explained(NamedTuple):
    value: Value
    warnings: list[FeelWarning]


class Expression:
    """A compiled text; it holds no state and may be shared by threads."""

    __slots__ = ("_closure", "_tree", "_weight", "text", "warnings")

    def __init__(self, text: str, node: tree.Node, closure: Closure) -> None:
        self.text = text
        self._tree = node
        self._closure = closure
        self._weight = tree.weight(node)
        self.warnings: tuple[FeelWarning, ...] = tuple(_unknown_types(node))

    def evaluate(
        self, context: Mapping[str, Any], *, functions: Mapping[str, Function] | None = None, limits: Limits = DEFAULT
    ) -> Value:
        """The value; null where FEEL says so. `context` is read, never copied or changed.

        Raises InvalidInput("limit_exceeded").
        """
        return self._run(context, Run(limits, functions, None))

    def evaluate_explained(
        self, context: Mapping[str, Any], *, functions: Mapping[str, Function] | None = None, limits: Limits = DEFAULT
    ) -> Explained:
        """The value, and why parts of it are null."""
        warnings: list[FeelWarning] = []
        return Explained(self._run(context, Run(limits, functions, warnings)), warnings)

    def within(self, frame: Frame) -> Value:
        """As a part of a larger evaluation (a decision), which gives the names and owns the budget."""
        frame.run.spend(1 + self._weight)
        return self._closure(frame)

    def _run(self, context: Mapping[str, Any], run: Run) -> Value:
        try:
            return self._closure(Frame(context, None, run))
        except RecursionError:
            # the host called from so deep that even a permitted height is too much
            raise exceeded("levels of nested calls", run.limits.depth) from None

    def references(self) -> frozenset[str]:
        """Free names it may read: variables, not built-in or called functions. Inside a filter that includes names
        that may turn out to be members of the items."""
        return free_names(self._tree)

    def called_functions(self) -> frozenset[str]:
        """Names of the functions it calls that are not built in."""
        return called_functions(self._tree) - BUILTINS.keys()

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"


def _unknown_types(node: tree.Node) -> Iterable[FeelWarning]:
    if isinstance(node, tree.NamedType):
        yield FeelWarning("unknown_type", f"expected a type {node.name}, but there is none", node.name, node.position)
    for child in node.children():
        yield from _unknown_types(child)


def compile_expression(text: str, *, names: Iterable[str] | None = None, functions: Collection[str] | None = None) -> Expression:
    """`names` and `functions`: those in scope; they matter where a name holds blanks or operators. A leading `=` is skipped.

    Raises InvalidInput("invalid_expression", position=, line=, column=, text=) or InvalidInput("limit_exceeded").
    """
    return _compiled(text, names, functions, False)


def compile_unary_tests(text: str, *, names: Iterable[str] | None = None, functions: Collection[str] | None = None) -> Expression:
    """The tests of a decision table's cell: true or false for the input value `?` of the context. Raises as above."""
    return _compiled(text, names, functions, True)


def is_expression(text: str) -> bool:
    """Whether an attribute's value is FEEL and not a literal: it begins with `=`."""
    return text.startswith("=")


def _compiled(text: str, names: Iterable[str] | None, functions: Collection[str] | None, are_tests: bool) -> Expression:
    if not isinstance(text, str):
        raise InvalidInput("invalid_expression", f"expected a text, but got {type(text).__name__}", position=0, text="")
    known = _with_blanks(names if isinstance(names, frozenset) else frozenset(names or ()))
    if functions:
        known |= _with_blanks(frozenset(functions))
    if len(text) <= _KEPT_LENGTH:
        return _kept(text, known, are_tests)
    return _compile(text, known, are_tests)


def _compile(text: str, names: frozenset[str], are_tests: bool) -> Expression:
    # a blank in place of the sign keeps the positions right
    source = " " + text[1:] if text.startswith("=") and not are_tests else text
    try:
        parser = Parser(source, _in_scope(names))
        node = parser.unary_tests() if are_tests else parser.expression()
        return Expression(text, node, compile_node(node))
    except RecursionError:
        raise exceeded("levels of nesting in an expression", DEFAULT.depth) from None


_kept = lru_cache(4096)(_compile)


@lru_cache(256)
def _with_blanks(names: frozenset[str]) -> frozenset[str]:
    """Those that need the lexer's help."""
    return frozenset(name for name in names if not name.isidentifier())


_ALWAYS_IN_SCOPE = Names([*MEMBERS_WITH_BLANKS, *BUILTINS])


@lru_cache(256)
def _in_scope(names: frozenset[str]) -> Names:
    return Names(names, _ALWAYS_IN_SCOPE)
