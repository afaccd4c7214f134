"""What is wrong with a diagram, gathered: a person repairs all of it at once."""

from __future__ import annotations

from typing import Any

from engine.bpmn.parse_xml import Node, line_of
from engine.errors import InvalidInput

MOST = 200


class Problems:
    """`items`: {element_id, line, code, sentence}."""

    def __init__(self) -> None:
        self.items: list[dict[str, Any]] = []

    def add(self, code: str, sentence: str, node: Node | None = None, *, element_id: str | None = None, line: int = 0) -> None:
        if node is not None:
            element_id = element_id or _nearest_id(node)
            line = line or line_of(node)
        if len(self.items) < MOST:
            self.items.append({"element_id": element_id, "line": line, "code": code, "sentence": sentence})

    def raise_if_any(self) -> None:
        if not self.items:
            return
        first = self.items[0]
        where = f"{first['element_id']} (line {first['line']}): " if first["element_id"] else f"line {first['line']}: "
        raise InvalidInput("invalid_bpmn", where + first["sentence"], problems=self.items)


def _nearest_id(node: Node) -> str | None:
    here: Node | None = node
    while here is not None:
        found = here.get("id")
        if found:
            return str(found)
        here = here.getparent()
    return None
