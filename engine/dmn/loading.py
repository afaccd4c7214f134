"""Files to models: every reference resolved, every expression compiled, everything not understood refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from engine.dmn.boxed import FEEL_LANGUAGES, Compiler
from engine.dmn.model import Decision, InputData, Knowledge, Model, Requirement, Service
from engine.dmn.schema import check
from engine.dmn.types import ANY, SIMPLE, Type, find_cycle
from engine.dmn.xml import Problems, child, children, nearest_id, parse, tag, text_of
from engine.errors import InvalidInput
from engine.feel.scope import Frame
from engine.feel.values import Value

_NAMED = ("inputData", "decision", "businessKnowledgeModel", "decisionService")
_KINDS = {"inputData": "input", "decision": "decision", "businessKnowledgeModel": "knowledge", "decisionService": "service"}


def load(xml: bytes, *, imports: Mapping[str, Model] | None = None) -> Model:
    """The decision model of a DMN 1.1 to 1.5 file. `imports`: models at hand, by namespace.

    Raises InvalidInput("invalid_xml"), InvalidInput("invalid_dmn", problems=[{"element_id", "line", "message"}]).
    """
    root = parse(xml)
    problems = Problems()
    if tag(root) != "definitions":
        problems.add(root, f"expected DMN definitions of version 1.1 to 1.5, but got {etree.QName(root).text}")
        problems.raise_if_any()
    check(root, problems)
    try:
        model = _File(root, problems, imports or {}).read()
    except RecursionError:
        sentence = "expected types that refer to each other less deeply"
        problem = {"element_id": nearest_id(root), "line": root.sourceline, "message": sentence}
        raise InvalidInput("invalid_dmn", sentence, problems=[problem]) from None
    problems.raise_if_any()
    return model


class _File:
    def __init__(self, root: etree._Element, problems: Problems, imports: Mapping[str, Model]) -> None:
        self._root = root
        self._problems = problems
        self._model = Model(root.get("name", ""), root.get("namespace", ""), root.get("id", ""))
        self._imported = {
            imports[namespace].namespace: (element.get("name", ""), imports[namespace])
            for element in children(root, "import")
            if (namespace := element.get("namespace", "")) in imports
        }
        self._by_id: dict[str, etree._Element] = {}
        self._type_elements: dict[str, etree._Element] = {}
        self._compiler = Compiler(self._names(), self._type, problems)

    def read(self) -> Model:
        language = self._root.get("expressionLanguage", "feel")
        if language not in FEEL_LANGUAGES and language.lower() not in FEEL_LANGUAGES:
            self._problems.add(self._root, f"expected FEEL, but the expression language is {language}")
        self._read_types()
        for element in children(self._root, *_NAMED):
            identifier = _id(element)
            if not identifier or identifier in self._by_id:
                self._problems.add(element, f"expected an id of its own, but {identifier!r} is missing or there twice")
            self._by_id[identifier] = element
        for element in children(self._root, "inputData"):
            variable = child(element, "variable")
            data = InputData(_id(element), _name(element), self._compiler.type_of(variable))
            self._model.inputs[data.id] = data
        for element in children(self._root, "decision"):
            self._model.add(self._decision(element))
        for element in children(self._root, "businessKnowledgeModel"):
            self._read_knowledge(element)
        for element in children(self._root, "decisionService"):
            self._read_service(element)
        self._refuse_cycles()
        return self._model

    def _names(self) -> set[str]:
        """Every name that an expression of the file may use."""
        names = {
            name
            for element in self._root.iter()
            if tag(element) not in ("", "definitions", "decisionTable", "rule")
            for name in (element.get("name"), element.get("iteratorVariable"))
            if name
        }
        for alias, model in self._imported.values():
            names.add(alias)
            for part in (model.decisions, model.inputs, model.knowledge, model.services):
                names.update(item.name for item in part.values())
            for type_ in model.types.values():
                names.update(name for name, _ in type_.parts)
        return names

    # -- types

    def _read_types(self) -> None:
        for element in children(self._root, "itemDefinition"):
            name = element.get("name", "")
            if not name or name in self._type_elements:
                self._problems.add(element, f"expected a type with a name of its own, but {name!r} is missing or there twice")
            self._type_elements[name] = element
        for name in self._type_elements:
            self._type(name)
        cycle = find_cycle(self._model.types.values())
        if cycle is not None:
            self._problems.add(
                self._type_elements[cycle.name], f"expected {cycle.name} to be based on another type, but it is based on itself"
            )
            # checking any value against it would not end
            self._problems.raise_if_any()

    def _type(self, name: str) -> Type | None:
        known = self._model.types.get(name)
        if known is not None:
            return known
        element = self._type_elements.get(name)
        if element is not None:
            # known before it is complete: a component may be of the type it is in
            type_ = self._model.types[name] = Type(name)
            self._complete(type_, element)
            return type_
        alias, _, imported_name = name.partition(".")
        for import_name, model in self._imported.values():
            if alias == import_name and imported_name in model.types:
                return model.types[imported_name]
        return None

    def _complete(self, type_: Type, element: etree._Element) -> None:
        type_.is_collection = element.get("isCollection") == "true"
        parts = []
        for component in children(element, "itemComponent"):
            part = Type(component.get("name", ""))
            self._complete(part, component)
            parts.append((part.name, part))
        type_.parts = tuple(parts)
        type_.is_function = child(element, "functionItem") is not None
        base = child(element, "typeRef")
        reference = "" if base is None else (base.text or "").strip()
        if base is not None and reference and reference not in ANY:
            found = self._compiler.type_named(reference, base)
            if found is not None and found.name in SIMPLE and found.kind is not None:
                type_.kind = found.kind
            else:
                type_.base = found
        allowed, constraint = child(element, "allowedValues"), child(element, "typeConstraint")
        type_.allowed = self._compiler.tests(allowed, text_of(allowed)) if text_of(allowed) else None
        type_.constraint = self._compiler.tests(constraint, text_of(constraint)) if text_of(constraint) else None

    # -- the graph

    def _decision(self, element: etree._Element) -> Decision:
        requirements = tuple(self._requirements(element))
        logic = self._compiler.logic(element)
        return Decision(
            id=_id(element),
            name=_name(element),
            kind="none" if logic is None else tag(logic),
            required_decisions=tuple(item.id for item in requirements if item.kind in ("decision", "external")),
            required_inputs=tuple(item.name for item in requirements if item.kind == "input"),
            requirements=requirements,
            type=self._compiler.type_of(child(element, "variable")),
            logic=_nothing if logic is None else self._compiler.compile(logic),
        )

    def _read_knowledge(self, element: etree._Element) -> None:
        logic = child(element, "encapsulatedLogic")
        if logic is None:
            self._problems.add(element, "expected a business knowledge model to have logic, but it has none")
            return
        variable = child(element, "variable")
        declared = self._compiler.type_of(variable)
        self._model.knowledge[_id(element)] = Knowledge(
            _id(element),
            _name(element),
            # a function that calls itself knows itself without a requirement
            tuple(item for item in self._requirements(element) if item.model is not None or item.id != _id(element)),
            # a function type describes the model itself, any other its results
            None if declared is not None and declared.is_function else declared,
            self._compiler.function(logic),
        )

    def _read_service(self, element: etree._Element) -> None:
        targets: dict[str, list[str]] = {"outputDecision": [], "inputDecision": [], "inputData": [], "encapsulatedDecision": []}
        for reference in children(element, *targets):
            wanted = "inputData" if tag(reference) == "inputData" else "decision"
            identifier = reference.get("href", "").rpartition("#")[2]
            target = self._by_id.get(identifier)
            if target is None or tag(target) != wanted:
                self._problems.add(reference, f"expected a {wanted} of this file, but {reference.get('href')} is none")
                continue
            targets[tag(reference)].append(identifier)
        if not targets["outputDecision"]:
            self._problems.add(element, "expected a decision service to have an output decision, but it has none")
        self._model.services[_id(element)] = Service(
            _id(element),
            _name(element),
            self._compiler.type_of(child(element, "variable")),
            tuple(targets["outputDecision"]),
            tuple(targets["inputDecision"]),
            tuple(targets["inputData"]),
        )

    def _requirements(self, element: etree._Element) -> Iterator[Requirement]:
        for requirement in children(element, "informationRequirement", "knowledgeRequirement"):
            for reference in children(requirement):
                found = self._requirement(reference)
                if found is not None:
                    yield found

    def _requirement(self, reference: etree._Element) -> Requirement | None:
        file, _, identifier = reference.get("href", "").partition("#")
        wanted = tag(reference)
        if file and file != self._model.namespace:
            return self._imported_requirement(reference, file, identifier)
        target = self._by_id.get(identifier)
        kinds = {"requiredInput": ("inputData",), "requiredDecision": ("decision",)}.get(
            wanted, ("businessKnowledgeModel", "decisionService")
        )
        if target is None or tag(target) not in kinds:
            self._problems.add(reference, f"expected the id of a {' or '.join(kinds)}, but {reference.get('href')} is none")
            return None
        return Requirement(_KINDS[tag(target)], identifier, _name(target), None, None)

    def _imported_requirement(self, reference: etree._Element, file: str, identifier: str) -> Requirement | None:
        if file in self._imported:
            alias, model = self._imported[file]
            for kind, part in (
                ("input", model.inputs),
                ("decision", model.decisions),
                ("knowledge", model.knowledge),
                ("service", model.services),
            ):
                if identifier in part:
                    item = part[identifier]
                    return Requirement(kind, identifier, item.name, model, alias)
        elif tag(reference) == "requiredDecision":
            return Requirement("external", identifier, identifier, None, None)
        self._problems.add(reference, f"expected an element of an imported file, but {reference.get('href')} is not at hand")
        return None

    def _refuse_cycles(self) -> None:
        done: set[str] = set()
        for start in (*self._model.decisions, *self._model.knowledge):
            path: list[tuple[str, Iterator[str]]] = [(start, iter(self._required(start)))]
            open_ids = {start}
            while path and start not in done:
                current, rest = path[-1]
                following = next(rest, None)
                if following is None:
                    path.pop()
                    open_ids.discard(current)
                    done.add(current)
                elif following in open_ids:
                    self._problems.add(
                        self._by_id[current],
                        f"expected no cycle of requirements, but {current} needs itself by {following}",
                    )
                    return
                elif following not in done:
                    open_ids.add(following)
                    path.append((following, iter(self._required(following))))

    def _required(self, decision_id: str) -> tuple[str, ...]:
        found = self._model.decisions.get(decision_id) or self._model.knowledge.get(decision_id)
        if found is None:
            return ()
        return tuple(item.id for item in found.requirements if item.kind in ("decision", "knowledge") and item.model is None)


def _nothing(_frame: Frame) -> Value:
    return None


def _id(element: etree._Element) -> str:
    return element.get("id") or element.get("name") or ""


def _name(element: etree._Element) -> str:
    """The name that expressions use."""
    variable = child(element, "variable")
    declared = None if variable is None else variable.get("name")
    return declared or element.get("name") or _id(element)
