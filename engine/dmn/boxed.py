"""Boxed expressions to closures of a frame. DMN 1.5, 7.3 and chapter 10.2."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from lxml import etree

from engine.dmn.evaluation import LEVELS_OF_A_CALL
from engine.dmn.table_reading import read_table
from engine.dmn.types import ANY, SIMPLE, Type, coerced
from engine.dmn.xml import Problems, child, children, tag, text_of
from engine.errors import InvalidInput
from engine.feel.calling import call_function
from engine.feel.compiler.iteration import PARTIAL, items_of, selected
from engine.feel.expression import Expression, compile_expression, compile_unary_tests
from engine.feel.scope import Closure, Frame, Run
from engine.feel.values import Function, Value

FEEL_LANGUAGES = frozenset(
    {
        "feel",
        "http://www.omg.org/spec/FEEL/20140401",
        "http://www.omg.org/spec/DMN/20151101/FEEL",
        "http://www.omg.org/spec/DMN/20180521/FEEL/",
        "https://www.omg.org/spec/DMN/20191111/FEEL/",
        "https://www.omg.org/spec/DMN/20211108/FEEL/",
        "https://www.omg.org/spec/DMN/20230324/FEEL/",
    }
)


class Compiler:
    """Compiles the logic of one file. `names`: every name its expressions may use; `type_named`: its item definitions."""

    def __init__(self, names: Iterable[str], type_named: Callable[[str], Type | None], problems: Problems) -> None:
        self.names = frozenset(names)
        self.problems = problems
        self._type_named = type_named
        self._compilers: dict[str, Callable[[etree._Element], Closure]] = {
            "literalExpression": self._literal,
            "decisionTable": self._table,
            "context": self._context,
            "invocation": self._invocation,
            "functionDefinition": self.function,
            "relation": self._relation,
            "list": self._list,
            "conditional": self._conditional,
            "filter": self._filter,
            "for": self._for,
            "some": self._quantified,
            "every": self._quantified,
        }

    # -- parts of all expressions

    def logic(self, parent: etree._Element | None) -> etree._Element | None:
        return child(parent, *self._compilers)

    def inside(self, parent: etree._Element, missing: str) -> Closure:
        """The boxed expression in an element."""
        element = self.logic(parent)
        if element is None:
            self.problems.add(parent, missing)
            return lambda _frame: None
        return self.compile(element)

    def compile(self, element: etree._Element) -> Closure:
        closure = self._compilers[tag(element)](element)
        wanted = self.type_of(element)
        if wanted is None or tag(element) == "functionDefinition":
            return closure
        what = element.get("label") or tag(element)
        return lambda frame: coerced(closure(frame), wanted, frame.run, what)

    def type_of(self, element: etree._Element | None) -> Type | None:
        reference = None if element is None else element.get("typeRef")
        return None if reference is None or element is None else self.type_named(reference, element)

    def type_named(self, reference: str, element: etree._Element) -> Type | None:
        """The type of that name; None for Any, and (with a problem) for none known."""
        reference = reference.strip()
        for name in (reference, reference.rpartition(":")[2], reference.rpartition("}")[2]):
            if name in ANY or not name:
                return None
            known = self._type_named(name)
            if known is not None:
                return known
            if name in SIMPLE:
                return Type(name, kind=SIMPLE[name])
        self.problems.add(element, f"expected a type, but {reference!r} is not defined")
        return None

    def expression(self, element: etree._Element | None, text: str) -> Expression | None:
        """Compiled FEEL; None (with a problem) where it is not valid."""
        return self._compiled(element, text, compile_expression)

    def tests(self, element: etree._Element | None, text: str) -> Expression | None:
        return self._compiled(element, text, compile_unary_tests)

    def _compiled(self, element: etree._Element | None, text: str, compiler: Callable[..., Expression]) -> Expression | None:
        if element is None:
            return None
        language = element.get("expressionLanguage")
        if language and language.lower() not in FEEL_LANGUAGES and language not in FEEL_LANGUAGES:
            self.problems.add(element, f"expected FEEL, but the expression language is {language}")
            return None
        try:
            return compiler(text, names=self.names)
        except InvalidInput as problem:
            self.problems.add(element, f"{text[:80]!r}: {problem.message}")
            return None

    # -- the boxed expressions

    def _literal(self, element: etree._Element) -> Closure:
        text = text_of(element)
        if child(element, "importedValues") is not None:
            self.problems.add(element, "expected a text, but imported values are not supported")
        if not text:
            return lambda _frame: None
        expression = self.expression(element, text)
        return (lambda _frame: None) if expression is None else expression.within

    def _table(self, element: etree._Element) -> Closure:
        return read_table(element, self).evaluate

    def _context(self, element: etree._Element) -> Closure:
        entries: list[tuple[str | None, Closure]] = []
        for entry in children(element, "contextEntry"):
            variable = child(entry, "variable")
            closure = self.inside(entry, "expected a context entry to have an expression, but it has none")
            name = None if variable is None else variable.get("name")
            wanted = self.type_of(variable)
            logic = self.logic(entry)
            is_function = logic is not None and tag(logic) == "functionDefinition"
            entries.append((name, closure if is_function else _typed(closure, wanted, name or "result")))
        names = [name for name, _ in entries if name is not None]
        if len(set(names)) != len(names):
            self.problems.add(element, "expected every context entry once, but a name is there twice")

        def build(frame: Frame) -> Value:
            context: dict[str, Value] = {}
            inner = Frame(context, frame, frame.run)
            for name, closure in entries:
                value = closure(inner)
                if name is None:
                    return value
                context[name] = value
            return context

        return build

    def _invocation(self, element: etree._Element) -> Closure:
        called = self.inside(element, "expected an invocation to name a function, but it does not")
        bindings: list[tuple[str, Closure]] = []
        for binding in children(element, "binding"):
            parameter = child(binding, "parameter")
            name = "" if parameter is None else parameter.get("name", "")
            value = self.logic(binding)
            closure: Closure = (lambda _frame: None) if value is None else self.compile(value)
            bindings.append((name, _typed(closure, self.type_of(parameter), name)))

        def invoke(frame: Frame) -> Value:
            function = called(frame)
            given = {name: closure(frame) for name, closure in bindings}
            if not isinstance(function, Function) or set(given) != set(function.parameters):
                frame.run.warn("invalid_argument", "expected a function with the bound parameters, but it is none")
                return None
            return call_function(function, [given[name] for name in function.parameters], frame.run)

        return invoke

    def function(self, element: etree._Element) -> Closure:
        """A function definition; `Function` values close over the frame they are made in."""
        if element.get("kind", "FEEL") != "FEEL":
            self.problems.add(element, f"expected a FEEL function, but functions of kind {element.get('kind')} are not run here")
        parameters = [(item.get("name", ""), self.type_of(item)) for item in children(element, "formalParameter")]
        body = self.inside(element, "expected a function to have a body, but it has none")
        names = tuple(name for name, _ in parameters)

        def define(frame: Frame) -> Value:
            def call(run: Run, values: list[Value]) -> Value:
                arguments: dict[str, Value] = {}
                for (name, wanted), value in zip(parameters, values, strict=True):
                    arguments[name] = coerced(value, wanted, run, name)
                    if arguments[name] is None and value is not None:
                        return None
                run.descend(LEVELS_OF_A_CALL)
                result = body(Frame(arguments, frame, run))
                run.ascend(LEVELS_OF_A_CALL)
                return result

            return Function(names, call)

        return define

    def _relation(self, element: etree._Element) -> Closure:
        columns = [(column.get("name", ""), self.type_of(column)) for column in children(element, "column")]
        rows: list[list[Closure]] = []
        for row in children(element, "row"):
            cells = [self.compile(cell) for cell in children(row, *self._compilers)]
            if len(cells) != len(columns):
                self.problems.add(row, f"expected {len(columns)} cells, but the row has {len(cells)}")
                continue
            rows.append([_typed(cell, wanted, name) for cell, (name, wanted) in zip(cells, columns, strict=True)])
        names = [name for name, _ in columns]
        return lambda frame: [{name: cell(frame) for name, cell in zip(names, row, strict=True)} for row in rows]

    def _list(self, element: etree._Element) -> Closure:
        items = [self.compile(item) for item in children(element, *self._compilers)]
        return lambda frame: [item(frame) for item in items]

    def _part(self, element: etree._Element, name: str) -> Closure:
        part = child(element, name)
        missing = f"expected a {tag(element)} to have {name!r}, but it has none"
        if part is None:
            self.problems.add(element, missing)
            return lambda _frame: None
        return self.inside(part, missing)

    def _conditional(self, element: etree._Element) -> Closure:
        condition, then, otherwise = (self._part(element, name) for name in ("if", "then", "else"))

        def choose(frame: Frame) -> Value:
            truth = condition(frame)
            if truth is True:
                return then(frame)
            return otherwise(frame) if truth is False or truth is None else None

        return choose

    def _filter(self, element: etree._Element) -> Closure:
        source, match = self._part(element, "in"), self._part(element, "match")
        return lambda frame: selected(source(frame), match, frame)

    def _for(self, element: etree._Element) -> Closure:
        name, source, body = element.get("iteratorVariable", "item"), self._part(element, "in"), self._part(element, "return")

        def loop(frame: Frame) -> Value:
            items = items_of(source(frame), frame.run)
            if items is None:
                return None
            results: list[Value] = []
            for index in range(len(items)):
                frame.run.spend(1 + (len(results) >> 4))
                results.append(body(Frame({name: items[index], PARTIAL: results.copy()}, frame, frame.run)))
                frame.run.fits_list(len(results))
            return results

        return loop

    def _quantified(self, element: etree._Element) -> Closure:
        decides = tag(element) == "some"
        name, source, condition = (
            element.get("iteratorVariable", "item"),
            self._part(element, "in"),
            self._part(element, "satisfies"),
        )

        def decide(frame: Frame) -> bool | None:
            items = items_of(source(frame), frame.run)
            if items is None:
                return None
            result: bool | None = not decides
            for index in range(len(items)):
                frame.run.spend()
                truth = condition(Frame({name: items[index]}, frame, frame.run))
                if type(truth) is bool and truth is decides:
                    return truth
                if type(truth) is not bool:
                    result = None
            return result

        return decide


def _typed(closure: Closure, wanted: Type | None, what: str) -> Closure:
    if wanted is None:
        return closure
    return lambda frame: coerced(closure(frame), wanted, frame.run, what)
