"""Tokens to a tree, by precedence climbing, without going back: the time is linear in the text. DMN 1.5, 10.3.1.2."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import DecimalException
from itertools import pairwise
from typing import TypeVar

from engine.errors import InvalidInput
from engine.feel import tree
from engine.feel.lexer import Kind, Names, Token, invalid, tokenize, unquoted
from engine.feel.limits import NESTING, exceeded
from engine.feel.temporal import parse_literal
from engine.feel.values import NUMBERS

_OR, _AND, _COMPARISON, _SUM, _PRODUCT, _POWER, _POSTFIX = range(1, 8)
_COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
_SUMS = frozenset({"+", "-"})
_PRODUCTS = frozenset({"*", "/"})
_RESERVED = frozenset({"then", "else", "return", "satisfies", "in", "and", "or", "between", "instance", "of"})
_CONSTANTS = {"true": True, "false": False, "null": None}
_NOT_IN_NAMES = frozenset("()[]{},")
_BOUNDS = frozenset({"]", ")", "["})
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
_MEMBERS_WITH_BLANKS = ("time offset", "start included", "end included")


_Node = TypeVar("_Node", bound=tree.Node)


class Parser:
    def __init__(self, text: str, names: Iterable[str] = ()) -> None:
        self._text = text
        self._tokens = tokenize(text)
        self._index = 0
        self._names = Names([*_MEMBERS_WITH_BLANKS, *names])
        self._types = Names(_SIMPLE_TYPES)
        self._depth = 0
        self._reads_input = False
        self._range_end_depth: int | None = None

    # -- the two entrances

    def expression(self) -> tree.Node:
        return self._whole(self._parse(_OR))

    def unary_tests(self) -> tree.UnaryTests:
        start = self._token.start
        if self._token.text == "-" and self._tokens[1].kind is Kind.END:
            self._index += 1
            return tree.UnaryTests(start, ())
        if self._token.text == "not" and self._tokens[1].text == "(" and self._closing(1) == len(self._tokens) - 2:
            self._index += 2
            tests = self._tests()
            self._expect(")")
            self._whole(tests[0])
            return tree.UnaryTests(start, tests, True)
        tests = self._tests()
        self._whole(tests[0])
        return self._checked(tree.UnaryTests(start, tests))

    def _whole(self, node: tree.Node) -> tree.Node:
        if self._token.kind is not Kind.END:
            raise self._unexpected()
        return self._checked(node)

    def _checked(self, node: _Node) -> _Node:
        if tree.height(node) > 2 * NESTING:
            raise exceeded("levels of nesting in an expression", NESTING)
        return node

    # -- tokens

    @property
    def _token(self) -> Token:
        return self._tokens[self._index]

    def _unexpected(self, expected: str | None = None) -> InvalidInput:
        token = self._token
        found = "the text ends" if token.kind is Kind.END else f"found {token.text[:30]!r}"
        before = self._tokens[self._index - 1] if self._index else None
        if expected is None and token.kind is Kind.WORD and before is not None and before.kind is Kind.WORD:
            return self._invalid(f"expected an operator, but found {token.text[:30]!r}; a name with blanks must be a known name")
        return self._invalid(f"expected {expected or 'an operator or the end'}, but {found}")

    def _invalid(self, sentence: str, position: int | None = None) -> InvalidInput:
        return invalid(self._text, self._token.start if position is None else position, sentence)

    def _accept(self, text: str) -> bool:
        token = self._token
        if token.text != text or token.kind is Kind.STRING:
            return False
        self._index += 1
        return True

    def _expect(self, text: str) -> None:
        if not self._accept(text):
            raise self._unexpected(repr(text))

    def _is_symbol(self, texts: frozenset[str]) -> bool:
        token = self._token
        return token.kind is Kind.SYMBOL and token.text in texts

    def _closing(self, opening: int) -> int:
        """The index of the bracket that closes the one at `opening`; -1 where none does."""
        depth = 0
        for index in range(opening, len(self._tokens)):
            token = self._tokens[index]
            if token.kind is Kind.SYMBOL:
                if token.text in "([{":
                    depth += 1
                elif token.text in ")]}":
                    depth -= 1
                    if depth == 0:
                        return index
        return -1

    def _name(self) -> str:
        known = self._names.longest(self._tokens, self._index)
        if known is not None:
            name, self._index = known
            return name
        if self._token.kind is not Kind.WORD:
            raise self._unexpected("a name")
        self._index += 1
        return self._tokens[self._index - 1].text

    def _new_name(self, ends: frozenset[str]) -> str:
        """A name that is declared here: all tokens up to one of `ends`, with blanks where the text has them."""
        first = after = self._index
        if self._token.kind is not Kind.WORD:
            raise self._unexpected("a name")
        while self._tokens[after].kind is not Kind.END and self._tokens[after].text not in ends:
            after += 1
        parts = self._tokens[first:after]
        is_broken = any(part.text in _NOT_IN_NAMES or part.kind is Kind.STRING for part in parts)
        if is_broken or not parts or self._tokens[after].kind is Kind.END:
            raise self._unexpected("a name")
        self._index = after
        name = parts[0].text
        for before, part in pairwise(parts):
            name += (" " if part.start > before.end else "") + part.text
        self._names.add(name)
        return name

    # -- expressions by precedence

    def _parse(self, level: int) -> tree.Node:
        self._depth += 1
        if self._depth > NESTING:
            raise exceeded("levels of nesting in an expression", NESTING)
        node = self._infix(self._prefix(), level)
        self._depth -= 1
        return node

    def _infix(self, left: tree.Node, level: int) -> tree.Node:
        links = 0
        while True:
            following = self._operator(left, level)
            if following is None:
                return left
            left = following
            links += 1
            if links > NESTING:
                raise exceeded("links in a chain", NESTING)

    def _operator(self, left: tree.Node, level: int) -> tree.Node | None:
        token = self._token
        text = token.text
        if token.kind is Kind.SYMBOL:
            if text in (".", "[", "("):
                return self._postfix(left, text)
            if text == "**" and level <= _POWER:
                return self._arithmetic(left, frozenset({"**"}), _POSTFIX)
            if text in _PRODUCTS and level <= _PRODUCT:
                return self._arithmetic(left, _PRODUCTS, _POWER)
            if text in _SUMS and level <= _SUM:
                return self._arithmetic(left, _SUMS, _PRODUCT)
            if text in _COMPARISONS and level <= _COMPARISON:
                self._index += 1
                return tree.Comparison(left.position, text, left, self._parse(_SUM))
        elif token.kind is Kind.WORD:
            return self._word_operator(left, text, level)
        return None

    def _word_operator(self, left: tree.Node, word: str, level: int) -> tree.Node | None:
        if word == "and" and level <= _AND:
            return tree.Conjunction(left.position, self._operands(left, word, _COMPARISON))
        if word == "or" and level <= _OR:
            return tree.Disjunction(left.position, self._operands(left, word, _AND))
        if word == "between" and level <= _COMPARISON:
            self._index += 1
            low = self._parse(_SUM)
            self._expect("and")
            return tree.Between(left.position, left, low, self._parse(_SUM))
        if word == "in" and level <= _COMPARISON:
            self._index += 1
            return self._in(left)
        if word == "instance":
            self._index += 1
            self._expect("of")
            return tree.InstanceOf(left.position, left, self._type())
        return None

    def _operands(self, first: tree.Node, word: str, level: int) -> tuple[tree.Node, ...]:
        operands = [first]
        while self._accept(word):
            operands.append(self._parse(level))
        return tuple(operands)

    def _arithmetic(self, first: tree.Node, operators: frozenset[str], level: int) -> tree.Node:
        rest = []
        while self._is_symbol(operators):
            operator = self._token.text
            self._index += 1
            rest.append((operator, self._parse(level)))
        return tree.Arithmetic(first.position, first, tuple(rest))

    def _in(self, value: tree.Node) -> tree.Node:
        start = self._token.start
        if self._token.text != "(":
            return tree.In(value.position, value, (self._test(_SUM),))
        self._index += 1
        tests = self._tests()
        if len(tests) == 1 and self._token.text == ".." and tests[0].operator is None:
            return tree.In(value.position, value, (self._as_test(self._range(start, tests[0].operand, False)),))
        self._expect(")")
        if len(tests) == 1 and tests[0].operator is None:
            operand = self._infix(tests[0].operand, _SUM)
            tests = (tree.Test(operand.position, None, operand, tests[0].reads_input),)
        return tree.In(value.position, value, tests)

    def _tests(self) -> tuple[tree.Test, ...]:
        tests = [self._test(_OR)]
        while self._accept(","):
            tests.append(self._test(_OR))
        return tuple(tests)

    def _test(self, level: int) -> tree.Test:
        outer, self._reads_input = self._reads_input, False
        start, operator = self._token.start, None
        if self._is_symbol(_COMPARISONS):
            operator = self._token.text
            self._index += 1
            level = _SUM
        operand = self._parse(level)
        test = tree.Test(start, operator, operand, self._reads_input)
        self._reads_input = outer or self._reads_input
        return test

    def _as_test(self, operand: tree.Node) -> tree.Test:
        return tree.Test(operand.position, None, operand, False)

    # -- what follows a value

    def _postfix(self, left: tree.Node, symbol: str) -> tree.Node | None:
        if symbol == "[" and self._depth == self._range_end_depth and self._closes_range(left):
            return None
        self._index += 1
        if symbol == ".":
            return tree.Path(left.position, left, self._name())
        if symbol == "(":
            return self._call(left)
        condition = self._inside_brackets(_OR)
        self._expect("]")
        return tree.Filter(left.position, left, condition)

    def _inside_brackets(self, level: int) -> tree.Node:
        outer, self._range_end_depth = self._range_end_depth, None
        node = self._parse(level)
        self._range_end_depth = outer
        return node

    def _closes_range(self, left: tree.Node) -> bool:
        """Whether this `[` ends a range (`]1..10[`) and does not begin a filter (`[1..limits[2]]`)."""
        if isinstance(left, tree.Literal):
            return True
        closing = self._closing(self._index)
        return closing < 0 or self._tokens[closing + 1].text not in _BOUNDS

    def _call(self, function: tree.Node) -> tree.Node:
        if self._accept(")"):
            return tree.Call(function.position, function, ())
        names: list[str] = []
        arguments: list[tree.Node] = []
        is_named = self._named_argument_follows()
        while True:
            if is_named:
                names.append(self._new_name(frozenset({":", ",", ")"})))
                self._expect(":")
            arguments.append(self._inside_brackets(_OR))
            if not self._accept(","):
                break
        self._expect(")")
        if len(set(names)) != len(names):
            raise self._invalid("expected every argument once, but a name is there twice", function.position)
        return tree.Call(function.position, function, tuple(arguments), tuple(names) if is_named else None)

    def _named_argument_follows(self) -> bool:
        index = self._index
        if self._tokens[index].kind is not Kind.WORD:
            return False
        while self._tokens[index].kind in (Kind.WORD, Kind.NUMBER) or self._tokens[index].text in ("-", "'", "+"):
            index += 1
        return self._tokens[index].text == ":"

    # -- what begins a value

    def _prefix(self) -> tree.Node:
        token = self._token
        if token.kind is Kind.WORD:
            return self._word(token)
        if token.kind is Kind.NUMBER:
            self._index += 1
            try:
                return tree.Literal(token.start, NUMBERS.create_decimal(token.text))
            except DecimalException:
                raise self._invalid("expected a number below 1E+6145, but this one is larger", token.start) from None
        if token.kind is Kind.STRING:
            self._index += 1
            return tree.Literal(token.start, unquoted(token.text))
        if token.text == "-":
            self._index += 1
            return tree.Negation(token.start, self._parse(_POSTFIX))
        if token.text == "(":
            return self._parenthesis(token.start)
        if token.text == "[":
            return self._list_or_range(token.start)
        if token.text == "]":
            self._index += 1
            return self._range(token.start, self._inside_brackets(_SUM), False)
        if token.text == "{":
            return self._context(token.start)
        if token.text == "@":
            return self._at_literal(token.start)
        raise self._unexpected("an expression")

    def _word(self, token: Token) -> tree.Node:
        word = token.text
        if self._names.longest(self._tokens, self._index) is None:
            if word in _CONSTANTS:
                self._index += 1
                return tree.Literal(token.start, _CONSTANTS[word])
            if word == "if":
                return self._if(token.start)
            if word == "for":
                self._index += 1
                iterations = self._iterations("return")
                return tree.For(token.start, iterations, self._parse(_OR))
            if word in ("some", "every") and self._tokens[self._index + 1].kind is Kind.WORD:
                self._index += 1
                iterations = self._iterations("satisfies")
                return tree.Quantified(token.start, word == "every", iterations, self._parse(_OR))
            if word == "function" and self._tokens[self._index + 1].text == "(":
                return self._function(token.start)
            if word in _RESERVED:
                raise self._unexpected("an expression")
        name = self._name()
        if name == "?":
            self._reads_input = True
        return tree.Name(token.start, name)

    def _if(self, start: int) -> tree.Node:
        self._index += 1
        condition = self._parse(_OR)
        self._expect("then")
        then = self._parse(_OR)
        self._expect("else")
        return tree.If(start, condition, then, self._parse(_OR))

    def _iterations(self, end: str) -> tuple[tree.Iteration, ...]:
        iterations = []
        while True:
            start = self._token.start
            name = self._new_name(frozenset({"in"}))
            self._expect("in")
            source = self._parse(_OR)
            last = self._parse(_OR) if self._accept("..") else None
            iterations.append(tree.Iteration(start, name, source, last))
            if not self._accept(","):
                break
        self._expect(end)
        return tuple(iterations)

    def _function(self, start: int) -> tree.Node:
        self._index += 2
        parameters: list[str] = []
        types: list[tree.Type | None] = []
        while not self._accept(")"):
            if parameters:
                self._expect(",")
            parameters.append(self._new_name(frozenset({":", ",", ")"})))
            types.append(self._type() if self._accept(":") else None)
        if self._token.text == "external":
            raise self._invalid("expected a FEEL function, but external functions are not run here")
        outer, self._reads_input = self._reads_input, False
        body = self._parse(_OR)
        self._reads_input = outer
        return tree.FunctionOf(start, tuple(parameters), tuple(types), body, tree.height(body))

    def _parenthesis(self, start: int) -> tree.Node:
        self._index += 1
        if self._is_symbol(_COMPARISONS):
            return self._unary_range(start)
        node = self._inside_brackets(_OR)
        if self._token.text == "..":
            return self._range(start, node, False)
        self._expect(")")
        return node

    def _unary_range(self, start: int) -> tree.Node:
        operator = self._token.text
        if operator == "!=":
            raise self._unexpected("one of <, <=, >, >=, =")
        self._index += 1
        bound = self._inside_brackets(_SUM)
        self._expect(")")
        if operator == "=":
            return tree.RangeOf(start, bound, bound, True, True)
        if operator.startswith("<"):
            return tree.RangeOf(start, None, bound, False, operator == "<=")
        return tree.RangeOf(start, bound, None, operator == ">=", False)

    def _list_or_range(self, start: int) -> tree.Node:
        self._index += 1
        items: list[tree.Node] = []
        if self._accept("]"):
            return tree.ListOf(start, ())
        while True:
            items.append(self._inside_brackets(_OR))
            if not self._accept(","):
                break
        if len(items) == 1 and self._token.text == "..":
            return self._range(start, items[0], True)
        self._expect("]")
        return tree.ListOf(start, tuple(items))

    def _range(self, start: int, low: tree.Node, low_included: bool) -> tree.Node:
        self._expect("..")
        outer, self._range_end_depth = self._range_end_depth, self._depth + 1
        high = self._parse(_SUM)
        self._range_end_depth = outer
        if not self._is_symbol(_BOUNDS):
            raise self._unexpected("the end of a range")
        self._index += 1
        return tree.RangeOf(start, low, high, low_included, self._tokens[self._index - 1].text == "]")

    def _context(self, start: int) -> tree.Node:
        self._index += 1
        entries: list[tuple[str, tree.Node]] = []
        while not self._accept("}"):
            if entries:
                self._expect(",")
            if self._token.kind is Kind.STRING:
                key = unquoted(self._token.text)
                self._names.add(key)
                self._index += 1
            else:
                key = self._new_name(frozenset({":", ",", "}"}))
            self._expect(":")
            entries.append((key, self._inside_brackets(_OR)))
        return tree.ContextOf(start, tuple(entries))

    def _at_literal(self, start: int) -> tree.Node:
        self._index += 1
        if self._token.kind is not Kind.STRING:
            raise self._unexpected('a text such as @"2026-01-31"')
        value = parse_literal(unquoted(self._token.text))
        self._index += 1
        return tree.Literal(start, value)

    # -- types

    def _type(self) -> tree.Type:
        self._depth += 1
        if self._depth > NESTING:
            raise exceeded("levels of nesting in an expression", NESTING)
        node = self._any_type()
        self._depth -= 1
        return node

    def _any_type(self) -> tree.Type:
        start = self._token.start
        known = self._types.longest(self._tokens, self._index)
        if known is not None:
            name, self._index = known
            return tree.SimpleType(start, name)
        name = self._name()
        if name in ("list", "range") and self._accept("<"):
            item = self._type()
            self._expect(">")
            return tree.ListType(start, item) if name == "list" else tree.RangeType(start, item)
        if name == "context" and self._accept("<"):
            return self._context_type(start)
        if name == "function" and self._accept("<"):
            return self._function_type(start)
        if name in _SIMPLE_TYPES:
            return tree.SimpleType(start, name)
        while self._accept("."):
            name += "." + self._name()
        return tree.NamedType(start, name)

    def _context_type(self, start: int) -> tree.Type:
        entries = []
        while True:
            name = self._new_name(frozenset({":", ",", ">"}))
            self._expect(":")
            entries.append((name, self._type()))
            if not self._accept(","):
                break
        self._expect(">")
        return tree.ContextType(start, tuple(entries))

    def _function_type(self, start: int) -> tree.Type:
        parameters: list[tree.Type] = []
        while not self._accept(">"):
            if parameters:
                self._expect(",")
            parameters.append(self._type())
        self._expect("->")
        return tree.FunctionType(start, tuple(parameters), self._type())
