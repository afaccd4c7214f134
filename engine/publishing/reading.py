"""The files of a deployment, told apart by their names and parsed before anything is locked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine import dmn
from engine.advance.resources import definitions_of, form_of, model_of
from engine.bpmn.definition import Definition
from engine.errors import InvalidInput
from engine.publishing.process_settings import read_settings
from forms import Form, FormError

LARGEST_DIAGRAM = 2 * 1024 * 1024


@dataclass(slots=True)
class Read:
    """The files, parsed; `settings` by the folder they lie in."""

    processes: list[tuple[str, bytes, Definition]] = field(default_factory=list)
    models: list[tuple[str, bytes, dmn.Model]] = field(default_factory=list)
    forms: list[tuple[str, bytes, Form]] = field(default_factory=list)
    others: list[tuple[str, bytes]] = field(default_factory=list)
    settings: dict[str, dict[str, Any]] = field(default_factory=dict)


def read_files(files: Mapping[str, bytes]) -> Read:
    """Parses everything before anything is locked."""
    read = Read()
    for name, content in files.items():
        folder, _, plain = name.rpartition("/")
        if plain.endswith((".bpmn", ".dmn")) and len(content) > LARGEST_DIAGRAM:
            raise InvalidInput("body_too_large", f"expected a diagram of at most {LARGEST_DIAGRAM} bytes, but {name} is larger")
        if plain.endswith((".bpmn", ".dmn")):
            _refuse_other_encodings(name, content)
        if plain.endswith(".bpmn"):
            read.processes += [(name, content, definition) for definition in definitions_of(content)]
        elif plain.endswith(".dmn"):
            read.models.append((name, content, model_of(content)))
        elif plain.endswith(".form"):
            read.forms.append((name, content, _form(name, content)))
        elif plain == "process.yaml":
            read.settings[folder] = read_settings(name, content)
        else:
            read.others.append((name, content))
    _once("process", (d.process_id for _, _, d in read.processes))
    _once("decision", (d for _, _, m in read.models for d in m.decisions))
    _once("form", (f.form_id for _, _, f in read.forms))
    return read


def _once(kind: str, ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for each in ids:
        if each in seen:
            raise InvalidInput("invalid_resource", f"expected each {kind} once in a deployment, but {each!r} is there twice")
        seen.add(each)


def _form(name: str, content: bytes) -> Form:
    try:
        return form_of(content)
    except (ValueError, FormError) as refused:
        problems = [{"path": p.path, "code": p.code, "message": p.message} for p in getattr(refused, "problems", ())]
        raise InvalidInput("invalid_form", f"expected a form in {name}, but {refused}", problems=problems) from None


def _refuse_other_encodings(name: str, content: bytes) -> None:
    """What is deployed is kept as text and handed out again: one encoding spares everybody the guess."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise InvalidInput("invalid_xml", f"expected {name} in UTF-8, but byte {fault.start} is not", problems=[]) from None
