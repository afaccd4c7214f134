"""Tokens to a tree, by precedence climbing, without going back: the time is linear in the text. DMN 1.5, 10.3.1.2."""

from __future__ import annotations

from decimal import DecimalException
from typing import TypeVar

from engine.feel import tree
from engine.feel.cursor import Cursor
from engine.feel.lexer import Kind, Names, Token, unquoted
from engine.feel.limits import NESTING, exceeded
from engine.feel.temporal import parse_literal
from engine.feel.type_parser import parse_type
from engine.feel.values import NUMBERS

_OR, _AND, _COMPARISON, _SUM, _PRODUCT, _POWER, _POSTFIX = range(1, 8)
_COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
_SUMS = frozenset({"+", "-"})
_PRODUCTS = frozenset({"*", "/"})
_RESERVED = frozenset({"then", "else", "return", "satisfies", "in", "and", "or", "between", "instance", "of"})
_CONSTANTS = {"true": True, "false": False, "null": None}
_BOUNDS = frozenset({"]", ")", "["})
MEMBERS_WITH_BLANKS = ("time offset", "start included", "end included")
_MEMBERS_WITH_BLANKS = Names(MEMBERS_WITH_BLANKS)
_FILTER_LENGTH = 500
"""Tokens a filter may have at the end of a range."""


_Node = TypeVar("_Node", bound=tree.Node)


class Parser(Cursor):
    def __init__(self, text: str, names: Names | None = None) -> None:
        super().__init__(text, _MEMBERS_WITH_BLANKS if names is None else names)
        self._reads_input = False
        self._range_end_depth: int | None = None

    # -- the two entrances

    def expression(self) -> tree.Node:
        return self._whole(self._parse(_OR))

    def unary_tests(self) -> tree.UnaryTests:
        start = self.token.start
        if self.token.text == "-" and self.tokens[1].kind is Kind.END:
            self.index += 1
            return tree.UnaryTests(start, ())
        if self.token.text == "not" and self.tokens[1].text == "(" and self.closing(1, len(self.tokens)) == len(self.tokens) - 2:
            self.index += 2
            tests = self._tests()
            self.expect(")")
            self._whole(tests[0])
            return tree.UnaryTests(start, tests, True)
        tests = self._tests()
        self._whole(tests[0])
        return self._checked(tree.UnaryTests(start, tests))

    def _whole(self, node: tree.Node) -> tree.Node:
        if self.token.kind is not Kind.END:
            raise self.unexpected()
        return self._checked(node)

    def _checked(self, node: _Node) -> _Node:
        if tree.height(node) > 2 * NESTING:
            raise exceeded("levels of nesting in an expression", NESTING)
        return node

    # -- expressions by precedence

    def _parse(self, level: int) -> tree.Node:
        self.descend()
        node = self._infix(self._prefix(), level)
        self.depth -= 1
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
        token = self.token
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
                self.index += 1
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
            self.index += 1
            low = self._parse(_SUM)
            self.expect("and")
            return tree.Between(left.position, left, low, self._parse(_SUM))
        if word == "in" and level <= _COMPARISON:
            self.index += 1
            return self._in(left)
        if word == "instance":
            self.index += 1
            self.expect("of")
            return tree.InstanceOf(left.position, left, parse_type(self))
        return None

    def _operands(self, first: tree.Node, word: str, level: int) -> tuple[tree.Node, ...]:
        operands = [first]
        while self.accept(word):
            operands.append(self._parse(level))
        return tuple(operands)

    def _arithmetic(self, first: tree.Node, operators: frozenset[str], level: int) -> tree.Node:
        rest = []
        while self.is_symbol(operators):
            operator = self.token.text
            self.index += 1
            rest.append((operator, self._parse(level)))
        return tree.Arithmetic(first.position, first, tuple(rest))

    def _in(self, value: tree.Node) -> tree.Node:
        start = self.token.start
        if self.token.text != "(":
            return tree.In(value.position, value, (self._test(_SUM),))
        self.index += 1
        tests = self._tests()
        if len(tests) == 1 and self.token.text == ".." and tests[0].operator is None:
            return tree.In(value.position, value, (self._as_test(self._range(start, tests[0].operand, False)),))
        self.expect(")")
        if len(tests) == 1 and tests[0].operator is None:
            operand = self._infix(tests[0].operand, _SUM)
            tests = (tree.Test(operand.position, None, operand, tests[0].reads_input),)
        return tree.In(value.position, value, tests)

    def _tests(self) -> tuple[tree.Test, ...]:
        tests = [self._test(_OR)]
        while self.accept(","):
            tests.append(self._test(_OR))
        return tuple(tests)

    def _test(self, level: int) -> tree.Test:
        outer, self._reads_input = self._reads_input, False
        start, operator = self.token.start, None
        if self.is_symbol(_COMPARISONS):
            operator = self.token.text
            self.index += 1
            level = _SUM
        operand = self._parse(level)
        test = tree.Test(start, operator, operand, self._reads_input)
        self._reads_input = outer or self._reads_input
        return test

    def _as_test(self, operand: tree.Node) -> tree.Test:
        return tree.Test(operand.position, None, operand, False)

    # -- what follows a value

    def _postfix(self, left: tree.Node, symbol: str) -> tree.Node | None:
        if symbol == "[" and self.depth == self._range_end_depth and self._closes_range(left):
            return None
        self.index += 1
        if symbol == ".":
            return tree.Path(left.position, left, self.name())
        if symbol == "(":
            return self._call(left)
        condition = self._inside_brackets(_OR)
        self.expect("]")
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
        closing = self.closing(self.index, _FILTER_LENGTH)
        return closing < 0 or self.tokens[closing + 1].text not in _BOUNDS

    def _call(self, function: tree.Node) -> tree.Node:
        if self.accept(")"):
            return tree.Call(function.position, function, ())
        names: list[str] = []
        arguments: list[tree.Node] = []
        is_named = self._named_argument_follows()
        while True:
            if is_named:
                names.append(self.new_name(frozenset({":", ",", ")"})))
                self.expect(":")
            arguments.append(self._inside_brackets(_OR))
            if not self.accept(","):
                break
        self.expect(")")
        if len(set(names)) != len(names):
            raise self.refusal("expected every argument once, but a name is there twice", function.position)
        return tree.Call(function.position, function, tuple(arguments), tuple(names) if is_named else None)

    def _named_argument_follows(self) -> bool:
        index = self.index
        if self.tokens[index].kind is not Kind.WORD:
            return False
        while self.tokens[index].kind in (Kind.WORD, Kind.NUMBER) or self.tokens[index].text in ("-", "'", "+"):
            index += 1
        return self.tokens[index].text == ":"

    # -- what begins a value

    def _prefix(self) -> tree.Node:
        token = self.token
        if token.kind is Kind.WORD:
            return self._word(token)
        if token.kind is Kind.NUMBER:
            self.index += 1
            try:
                return tree.Literal(token.start, NUMBERS.create_decimal(token.text))
            except DecimalException:
                raise self.refusal("expected a number below 1E+6145, but this one is larger", token.start) from None
        if token.kind is Kind.STRING:
            self.index += 1
            return tree.Literal(token.start, unquoted(token.text))
        if token.text == "-":
            self.index += 1
            return tree.Negation(token.start, self._parse(_POSTFIX))
        if token.text == "(":
            return self._parenthesis(token.start)
        if token.text == "[":
            return self._list_or_range(token.start)
        if token.text == "]":
            self.index += 1
            return self._range(token.start, self._inside_brackets(_SUM), False)
        if token.text == "{":
            return self._context(token.start)
        if token.text == "@":
            return self._at_literal(token.start)
        raise self.unexpected("an expression")

    def _word(self, token: Token) -> tree.Node:
        word = token.text
        if self.names.longest(self.tokens, self.index) is None:
            if word in _CONSTANTS:
                self.index += 1
                return tree.Literal(token.start, _CONSTANTS[word])
            if word == "if":
                return self._if(token.start)
            if word == "for":
                self.index += 1
                iterations = self._iterations("return")
                return tree.For(token.start, iterations, self._parse(_OR))
            if word in ("some", "every") and self.tokens[self.index + 1].kind is Kind.WORD:
                self.index += 1
                iterations = self._iterations("satisfies")
                return tree.Quantified(token.start, word == "every", iterations, self._parse(_OR))
            if word == "function" and self.tokens[self.index + 1].text == "(":
                return self._function(token.start)
            if word in _RESERVED:
                raise self.unexpected("an expression")
        name = self.name()
        if name == "?":
            self._reads_input = True
        return tree.Name(token.start, name)

    def _if(self, start: int) -> tree.Node:
        self.index += 1
        condition = self._parse(_OR)
        self.expect("then")
        then = self._parse(_OR)
        self.expect("else")
        return tree.If(start, condition, then, self._parse(_OR))

    def _iterations(self, end: str) -> tuple[tree.Iteration, ...]:
        iterations = []
        while True:
            start = self.token.start
            name = self.new_name(frozenset({"in"}))
            self.expect("in")
            source = self._parse(_OR)
            last = self._parse(_OR) if self.accept("..") else None
            iterations.append(tree.Iteration(start, name, source, last))
            if not self.accept(","):
                break
        self.expect(end)
        return tuple(iterations)

    def _function(self, start: int) -> tree.Node:
        self.index += 2
        parameters: list[str] = []
        types: list[tree.Type | None] = []
        while not self.accept(")"):
            if parameters:
                self.expect(",")
            parameters.append(self.new_name(frozenset({":", ",", ")"})))
            types.append(parse_type(self) if self.accept(":") else None)
        if self.token.text == "external":
            raise self.refusal("expected a FEEL function, but external functions are not run here")
        outer, self._reads_input = self._reads_input, False
        body = self._parse(_OR)
        self._reads_input = outer
        return tree.FunctionOf(start, tuple(parameters), tuple(types), body, tree.height(body))

    def _parenthesis(self, start: int) -> tree.Node:
        self.index += 1
        if self.is_symbol(_COMPARISONS):
            return self._unary_range(start)
        node = self._inside_brackets(_OR)
        if self.token.text == "..":
            return self._range(start, node, False)
        self.expect(")")
        return node

    def _unary_range(self, start: int) -> tree.Node:
        operator = self.token.text
        if operator == "!=":
            raise self.unexpected("one of <, <=, >, >=, =")
        self.index += 1
        bound = self._inside_brackets(_SUM)
        self.expect(")")
        if operator == "=":
            return tree.RangeOf(start, bound, bound, True, True)
        if operator.startswith("<"):
            return tree.RangeOf(start, None, bound, False, operator == "<=")
        return tree.RangeOf(start, bound, None, operator == ">=", False)

    def _list_or_range(self, start: int) -> tree.Node:
        self.index += 1
        items: list[tree.Node] = []
        if self.accept("]"):
            return tree.ListOf(start, ())
        while True:
            items.append(self._inside_brackets(_OR))
            if not self.accept(","):
                break
        if len(items) == 1 and self.token.text == "..":
            return self._range(start, items[0], True)
        self.expect("]")
        return tree.ListOf(start, tuple(items))

    def _range(self, start: int, low: tree.Node, low_included: bool) -> tree.Node:
        self.expect("..")
        outer, self._range_end_depth = self._range_end_depth, self.depth + 1
        high = self._parse(_SUM)
        self._range_end_depth = outer
        if not self.is_symbol(_BOUNDS):
            raise self.unexpected("the end of a range")
        self.index += 1
        return tree.RangeOf(start, low, high, low_included, self.tokens[self.index - 1].text == "]")

    def _context(self, start: int) -> tree.Node:
        self.index += 1
        entries: list[tuple[str, tree.Node]] = []
        while not self.accept("}"):
            if entries:
                self.expect(",")
            if self.token.kind is Kind.STRING:
                key = unquoted(self.token.text)
                self.names.add(key)
                self.index += 1
            else:
                key = self.new_name(frozenset({":", ",", "}"}))
            self.expect(":")
            entries.append((key, self._inside_brackets(_OR)))
        return tree.ContextOf(start, tuple(entries))

    def _at_literal(self, start: int) -> tree.Node:
        self.index += 1
        if self.token.kind is not Kind.STRING:
            raise self.unexpected('a text such as @"2026-01-31"')
        value = parse_literal(unquoted(self.token.text))
        self.index += 1
        return tree.Literal(start, value)
