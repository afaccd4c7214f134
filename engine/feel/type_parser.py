"""Types in expressions: `instance of` and function parameters. DMN 1.5, 10.3.1.2, grammar rule 66."""

from __future__ import annotations

from engine.feel import tree
from engine.feel.cursor import Cursor
from engine.feel.lexer import Names

_SIMPLE_TYPES = (
    "years and months duration",
    "days and time duration",
    "date and time",
    "number",
    "string",
    "boolean",
    "date",
    "time",
    "Any",
    "Null",
    "list",
    "context",
    "range",
    "function",
)
_SIMPLE = Names(_SIMPLE_TYPES)


def parse_type(cursor: Cursor) -> tree.Type:
    cursor.descend()
    node = _any_type(cursor)
    cursor.depth -= 1
    return node


def _any_type(cursor: Cursor) -> tree.Type:
    start = cursor.token.start
    known = _SIMPLE.longest(cursor.tokens, cursor.index)
    if known is not None:
        name, cursor.index = known
        return tree.SimpleType(start, name)
    name = cursor.name()
    if name in ("list", "range") and cursor.accept("<"):
        item = parse_type(cursor)
        cursor.expect(">")
        return tree.ListType(start, item) if name == "list" else tree.RangeType(start, item)
    if name == "context" and cursor.accept("<"):
        return _context_type(cursor, start)
    if name == "function" and cursor.accept("<"):
        return _function_type(cursor, start)
    if name in _SIMPLE_TYPES:
        return tree.SimpleType(start, name)
    while cursor.accept("."):
        name += "." + cursor.name()
    return tree.NamedType(start, name)


def _context_type(cursor: Cursor, start: int) -> tree.Type:
    entries = []
    while True:
        name = cursor.new_name(frozenset({":", ",", ">"}))
        cursor.expect(":")
        entries.append((name, parse_type(cursor)))
        if not cursor.accept(","):
            break
    cursor.expect(">")
    return tree.ContextType(start, tuple(entries))


def _function_type(cursor: Cursor, start: int) -> tree.Type:
    parameters: list[tree.Type] = []
    while not cursor.accept(">"):
        if parameters:
            cursor.expect(",")
        parameters.append(parse_type(cursor))
    cursor.expect("->")
    return tree.FunctionType(start, tuple(parameters), parse_type(cursor))
