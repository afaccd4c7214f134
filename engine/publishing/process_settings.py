"""`process.yaml`: what is said of a process beside its diagram. A misspelt name must not vanish: it may be the one that
says who may start it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import yaml

from engine.advance.numbering import is_numbering
from engine.errors import InvalidInput

LARGEST = 64 * 1024
DEEPEST = 20


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_roles(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _is_name(value: Any) -> bool:
    return _is_text(value) or (isinstance(value, dict) and value.keys() <= {"zh", "en"} and all(map(_is_text, value.values())))


_KNOWN: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "name": (_is_name, "a text, or one in zh and one in en"),
    "owner_role": (_is_text, "a role"),
    "may_start": (_is_roles, "a list of roles"),
    "may_see": (_is_roles, "a list of roles"),
    "may_edit": (_is_roles, "a list of roles"),
    "may_publish": (_is_roles, "a list of roles"),
    "numbering": (lambda value: _is_text(value) and is_numbering(value), "a pattern that counts, such as HT-{year}-{seq:4}"),
    "number_variable": (_is_text, "the name of a variable"),
    "starter_variable": (_is_text, "the name of a variable"),
    "confidential": (lambda value: isinstance(value, bool), "true or false"),
}


def read_settings(name: str, content: bytes) -> dict[str, Any]:
    """The settings in the file `name`. InvalidInput `invalid_resource`."""
    if len(content) > LARGEST:
        raise _refused(name, f"at most {LARGEST} bytes, but there are {len(content)}")
    try:
        _refuse_what_grows(name, content)
        settings = yaml.safe_load(content)
    except (yaml.YAMLError, ValueError) as fault:
        raise _refused(name, f"YAML, but {fault}") from None
    if not isinstance(settings, dict):
        raise _refused(name, "names with their values")
    for key, value in settings.items():
        if key not in _KNOWN:
            raise _refused(name, f"only {', '.join(_KNOWN)}, but {key!r} is there")
        fits, expected = _KNOWN[key]
        if not fits(value):
            raise _refused(name, f"{key} to be {expected}, but it is {str(value)[:100]!r}")
    return settings


def _refuse_what_grows(name: str, content: bytes) -> None:
    """A few lines of aliases of aliases stand for gigabytes; a deep nesting exhausts the reader."""
    depth = 0
    for event in yaml.parse(content):
        if isinstance(event, yaml.AliasEvent):
            raise _refused(name, "no aliases")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise _refused(name, f"at most {DEEPEST} levels")


def _refused(name: str, expected: str) -> InvalidInput:
    return InvalidInput("invalid_resource", f"expected in {name} {expected}")
