"""The company file (`processes/company.yaml`): an organisation document as a person writes it."""

from __future__ import annotations

import re
from typing import Any

import yaml

from engine.errors import InvalidInput

MAX_BYTES = 2_000_000


class _CompanyLoader(yaml.SafeLoader):
    """YAML without its surprises: `07:00`, `off`, `no` and dates stay text, only whole numbers and null are more."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - the attribute of yaml's resolver

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            # a few nested aliases make a small file a huge document
            raise yaml.composer.ComposerError(None, None, "aliases are not read here", parent.start_mark if parent else None)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        names = [key.value for key, _ in node.value]
        twice = sorted({str(name) for name in names if names.count(name) > 1})
        if twice:
            raise yaml.constructor.ConstructorError(None, None, f"{twice[0]} is there twice", node.start_mark)
        return super().construct_mapping(node, deep)


_CompanyLoader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"[0-9]{1,9}\Z"), list("0123456789"))
_CompanyLoader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"(?:null|~|)\Z"), ["n", "~", ""])


def read(text: str) -> dict[str, Any]:
    """The organisation document of a YAML text; what it must hold is checked by `Directory.from_document`.

    Raises InvalidInput("invalid_organisation" | "body_too_large").
    """
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise InvalidInput("body_too_large", f"expected at most {MAX_BYTES} bytes, but the file is larger", limit=MAX_BYTES)
    try:
        document = _CompanyLoader(text).get_single_data()
    except yaml.YAMLError as malformed:
        mark = getattr(malformed, "problem_mark", None)
        problem = getattr(malformed, "problem", None)
        raise _refused("YAML" if mark is None else f"YAML without mistakes (line {mark.line + 1}: {problem})") from None
    except RecursionError:
        raise _refused("fewer levels") from None
    if not isinstance(document, dict):
        raise _refused("a mapping")
    return document


def _refused(expected: str) -> InvalidInput:
    message = f"expected {expected}, but the company file is something else"
    return InvalidInput("invalid_organisation", message, problems=[{"path": "", "message": message}])
