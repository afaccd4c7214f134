"""A form document (form-js JSON) becomes a `Form`. What is not understood is refused: nothing in a form is silently ignored."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from forms import components as known
from forms.fields import Field, Level
from forms.form import Form
from forms.order import CyclicFields, in_order
from forms.problems import FormError, Problem, shown, step
from forms.read_field import read_field
from forms.reading import LONGEST_SHOWN_TEXT, Reader
from forms.values import schema_of

MOST_COMPONENTS = 300
DEEPEST_GROUP = 5
MOST_PARTS = 20_000
DEEPEST_PART = 30

_ID = re.compile(r"[A-Za-z_][\w.-]{0,99}", re.ASCII)


def compile_form(document: Mapping[str, Any]) -> Form:
    """`document` is the parsed JSON of a .form file. Raises `FormError` with every problem, each at its JSON pointer.

    FEEL is not parsed here: `Form.expressions` lists it for whoever publishes the form.
    """
    problems = _plain_json(document)
    if problems:
        raise FormError(problems)
    reader = Reader(document, "", problems)
    reader.only(known.DOCUMENT | known.DOCUMENT_HARMLESS, "unknown_member", "member of a form")
    form_id = reader.text("id") or ""
    if not _ID.fullmatch(form_id):
        reader.refuse("id", "invalid_value", f"expected an id of letters, digits, _, - and ., but got {shown(form_id)}")
    if reader.members.get("type") != "default":
        reader.refuse("type", "invalid_value", f'expected the type "default", but got {shown(reader.members.get("type"))}')
    version = reader.members.get("schemaVersion")
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        reader.refuse("schemaVersion", "invalid_value", f"expected a whole number, but got {shown(version)}")
    properties = reader.within("properties")
    _gc_only(properties, known.DOCUMENT_PROPERTIES)
    title = properties.words("gc.name") or form_id
    title_en = properties.words("gc.name.en") or title
    level = _Walk(problems).level(reader, (), in_table=False)
    if problems:
        raise FormError(problems)
    return Form(form_id, title, title_en, copy.deepcopy(dict(document)), level)


class _Walk:
    """Through all components, from the outside to the inside."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        self.seen = 0

    def level(self, reader: Reader, hide: tuple[str, ...], *, in_table: bool) -> Level:
        found: dict[str, Field] = {}
        for field in self._components(reader, hide, 0, in_table=in_table):
            if field.key in found:
                self._refuse(field.pointer, "duplicate_key", f"expected each key once, but {shown(field.key)} is there twice")
            found.setdefault(field.key, field)
        fields = tuple(found.values())
        for field in fields:
            self._known_neighbours(field, fields)
        try:
            ordered = in_order(fields)
        except CyclicFields as circle:
            self._refuse(
                reader.path, "cycle", f"expected fields that can be computed one after another, but {circle} is a circle"
            )
            ordered = fields
        return Level(fields, ordered, schema_of(fields))

    def _components(self, reader: Reader, hide: tuple[str, ...], depth: int, *, in_table: bool) -> list[Field]:
        components = reader.members.get("components")
        if not isinstance(components, list):
            reader.refuse("components", "invalid_value", f"expected a list of components, but got {shown(components)}")
            return []
        if depth > DEEPEST_GROUP:
            reader.refuse("components", "too_large", f"expected groups at most {DEEPEST_GROUP} deep, but this one is deeper")
            return []
        fields: list[Field] = []
        for index, component in enumerate(components):
            self.seen += 1
            place = step(step(reader.path, "components"), index)
            if self.seen > MOST_COMPONENTS:
                if self.seen == MOST_COMPONENTS + 1:
                    self._refuse(place, "too_large", f"expected at most {MOST_COMPONENTS} components, but there are more")
            elif not isinstance(component, Mapping) or not isinstance(component.get("type"), str):
                self._refuse(place, "unknown_component", f"expected a component with a type, but got {shown(component)}")
            else:
                fields += self._component(Reader(component, place, self.problems), hide, depth, in_table=in_table)
        return fields

    def _component(self, reader: Reader, hide: tuple[str, ...], depth: int, *, in_table: bool) -> list[Field]:
        kind = reader.members["type"]
        if kind in known.UNSUPPORTED_COMPONENTS:
            reader.refuse(
                "type", "unsupported_component", f"expected no {kind}, but there is one: {known.UNSUPPORTED_COMPONENTS[kind]}"
            )
            return []
        if kind not in known.ANSWERS and kind not in known.CONTAINERS and kind not in known.SHOWN:
            reader.refuse("type", "unknown_component", f"expected a type of component that is known here, but got {shown(kind)}")
            return []
        conditional = reader.within("conditional")
        conditional.only({"hide"}, "unknown_member", "condition")
        own = conditional.expression("hide")
        hide = hide if own is None else (*hide, own)
        self._members(reader, kind)
        if kind in known.CONTAINERS:
            reader.words("label")
            return self._components(reader, hide, depth + 1, in_table=in_table)
        if kind in known.SHOWN:
            reader.words("text", LONGEST_SHOWN_TEXT)
            return []
        if kind == "dynamiclist" and in_table:
            reader.refuse("type", "unsupported_component", "expected no table in a table, but there is one")
            return []
        field = read_field(reader, hide, lambda: self.level(reader, (), in_table=True))
        return [] if field is None else [field]

    def _members(self, reader: Reader, kind: str) -> None:
        honoured = known.COMMON | known.COMMON_HARMLESS | known.HARMLESS.get(kind, frozenset())
        properties = known.PROPERTIES_OF_ALL | known.PROPERTIES.get(kind, frozenset())
        if kind in known.ANSWERS:
            honoured |= known.ANSWERS[kind] | known.OF_ANSWERS
            properties |= known.PROPERTIES_OF_ANSWERS
        else:
            honoured |= known.CONTAINERS.get(kind, frozenset()) | known.SHOWN.get(kind, frozenset()) | {"label"}
        unsupported = {name for name in reader.members if name in known.UNSUPPORTED_MEMBERS and name not in honoured}
        for name in unsupported:
            if reader.members[name] not in ("", None):
                reader.refuse(
                    name, "unsupported_member", f"expected no {name}, but it is there: {known.UNSUPPORTED_MEMBERS[name]}"
                )
        reader.only(honoured | unsupported, "unknown_member", f"member of a {kind}")
        _gc_only(reader.within("properties"), properties, with_options=kind in known.WITH_OPTIONS)
        reader.words("description", LONGEST_SHOWN_TEXT)
        for member, right in (("isRepeating", True), ("allowAddRemove", True)):
            if reader.members.get(member, right) is not right:
                reader.refuse(member, "unsupported_member", f"expected {member} to be true, but it is not")
        serializing = reader.members.get("timeSerializingFormat", "utc_offset")
        if serializing not in ("utc_offset", "utc_normalized", "no_timezone"):
            reader.refuse(
                "timeSerializingFormat", "invalid_value", f"expected a known way to write times, but got {shown(serializing)}"
            )

    def _known_neighbours(self, field: Field, fields: tuple[Field, ...]) -> None:
        for name, other in (("gc.after", field.after), ("gc.notBefore", field.not_before)):
            if other is not None and not any(
                each.key == other and each.kind == field.kind and each is not field for each in fields
            ):
                place = step(step(field.pointer, "properties"), name)
                self._refuse(place, "invalid_value", f"expected another {field.kind} beside this one, but {shown(other)} is none")

    def _refuse(self, path: str, code: str, message: str) -> None:
        self.problems.append(Problem(path, code, message))


def _gc_only(properties: Reader, names: frozenset[str], *, with_options: bool = False) -> None:
    """Names that begin with gc. must be known; all others belong to other tools."""
    ours = {name: value for name, value in properties.members.items() if name.startswith("gc.")}
    if with_options:
        ours = {name: value for name, value in ours.items() if not name.startswith(known.OPTION_LABEL)}
    Reader(ours, properties.path, properties.problems).only(names, "unknown_property", "gc. property")


def _plain_json(document: object) -> list[Problem]:
    """Bounds the whole document before anything walks it by recursion."""
    if not isinstance(document, Mapping):
        return [Problem("", "invalid_form", f"expected a form document, but got {shown(document)}")]
    waiting: list[tuple[object, str, int]] = [(document, "", 0)]
    parts = 0
    while waiting:
        value, path, depth = waiting.pop()
        parts += 1
        if parts > MOST_PARTS or depth > DEEPEST_PART:
            return [Problem(path, "too_large", "expected a form of sensible size and depth, but there is more")]
        if isinstance(value, Mapping):
            if not all(isinstance(key, str) for key in value):
                return [Problem(path, "invalid_form", "expected JSON, but a name of a member is no text")]
            waiting += [(each, step(path, key), depth + 1) for key, each in value.items()]
        elif isinstance(value, list):
            waiting += [(each, step(path, index), depth + 1) for index, each in enumerate(value)]
        elif value is not None and not isinstance(value, str | int | float | Decimal | bool):
            return [Problem(path, "invalid_form", f"expected JSON, but got a {type(value).__name__}")]
    return []
