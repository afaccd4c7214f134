"""The parsed expression. Every node knows where it begins in the text and how high its tree is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import TypeAlias

from engine.feel.values import Value


@dataclass(frozen=True, slots=True)
class Node:
    position: int

    def children(self) -> Iterator[Node]:
        for field in fields(self):
            yield from _nodes(getattr(self, field.name))


def _nodes(value: object) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _nodes(item)


@dataclass(frozen=True, slots=True)
class Literal(Node):
    value: Value


@dataclass(frozen=True, slots=True)
class Name(Node):
    name: str


@dataclass(frozen=True, slots=True)
class Path(Node):
    source: Node
    member: str


@dataclass(frozen=True, slots=True)
class Filter(Node):
    source: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """`names` gives the parameter names of a call with named arguments."""

    function: Node
    arguments: tuple[Node, ...]
    names: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Negation(Node):
    operand: Node


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """`first (operator operand)*`, evaluated from left to right."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Conjunction(Node):
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Disjunction(Node):
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Between(Node):
    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class Test(Node):
    """A unary test: `operator` compares the input with the operand; None: the operand itself is the test.
    `reads_input`: it names `?`."""

    operator: str | None
    operand: Node
    reads_input: bool


@dataclass(frozen=True, slots=True)
class In(Node):
    value: Node
    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class UnaryTests(Node):
    """No tests: `-`, anything passes."""

    tests: tuple[Test, ...]
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class If(Node):
    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Iteration(Node):
    """`name in source` or `name in source..end`."""

    name: str
    source: Node
    end: Node | None


@dataclass(frozen=True, slots=True)
class For(Node):
    iterations: tuple[Iteration, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    is_every: bool
    iterations: tuple[Iteration, ...]
    condition: Node


@dataclass(frozen=True, slots=True)
class ListOf(Node):
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ContextOf(Node):
    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class RangeOf(Node):
    """An end that is None is open (`(< 5)`)."""

    low: Node | None
    high: Node | None
    low_included: bool
    high_included: bool


@dataclass(frozen=True, slots=True)
class FunctionOf(Node):
    parameters: tuple[str, ...]
    types: tuple[Type | None, ...]
    body: Node
    levels: int


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    value: Node
    type: Type


@dataclass(frozen=True, slots=True)
class SimpleType(Node):
    name: str


@dataclass(frozen=True, slots=True)
class ListType(Node):
    item: Type


@dataclass(frozen=True, slots=True)
class RangeType(Node):
    item: Type


@dataclass(frozen=True, slots=True)
class ContextType(Node):
    entries: tuple[tuple[str, Type], ...]


@dataclass(frozen=True, slots=True)
class FunctionType(Node):
    parameters: tuple[Type, ...]
    result: Type


@dataclass(frozen=True, slots=True)
class NamedType(Node):
    """A type defined outside the expression."""

    name: str


Type: TypeAlias = SimpleType | ListType | RangeType | ContextType | FunctionType | NamedType


def every_node(node: Node) -> Iterator[Node]:
    """The node and all below it, without recursion."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        yield found
        waiting.extend(found.children())


def weight(node: Node) -> int:
    """Steps that one evaluation of a long text costs; none where it is short."""
    return sum(1 for _ in every_node(node)) // 16


def height(node: Node) -> int:
    """Levels of the tree, without recursion: it is asked of trees that may be too high."""
    highest, level = 0, [node]
    while level:
        highest += 1
        level = [child for parent in level for child in parent.children()]
    return highest
