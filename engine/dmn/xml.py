"""DMN files as trees of elements, read with every door shut, and the problems found in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from engine.errors import InvalidInput

MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 100
MOST_PROBLEMS = 100
NAMESPACES = (
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
)
"""DMN 1.1 to 1.5."""


@dataclass(slots=True)
class Problems:
    """What is wrong in a file; each problem is `{"element_id", "line", "message"}`."""

    found: list[dict[str, Any]] = field(default_factory=list)

    def add(self, element: etree._Element, message: str) -> None:
        if len(self.found) == MOST_PROBLEMS:
            return
        problem = {"element_id": nearest_id(element), "line": element.sourceline, "message": message}
        if problem not in self.found:
            self.found.append(problem)

    def raise_if_any(self) -> None:
        if self.found:
            first = self.found[0]
            raise InvalidInput(
                "invalid_dmn", f"line {first['line']}, element {first['element_id']}: {first['message']}", problems=self.found
            )


def parse(xml: bytes) -> etree._Element:
    """The root element. Raises InvalidInput("invalid_xml"): not well-formed, over 2 MB, too deep, or with a document type."""
    if len(xml) > MAX_BYTES:
        raise InvalidInput("invalid_xml", f"expected at most {MAX_BYTES} bytes of XML, but got {len(xml)}", limit=MAX_BYTES)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as problem:
        raise InvalidInput("invalid_xml", f"expected XML, but {problem}", line=getattr(problem, "lineno", None)) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise InvalidInput("invalid_xml", "expected XML without a document type, but it has one")
    if _is_too_deep(root):
        raise InvalidInput("invalid_xml", f"expected at most {MAX_DEPTH} levels of elements, but it has more", limit=MAX_DEPTH)
    return root


def _is_too_deep(root: etree._Element) -> bool:
    level = [root]
    for _ in range(MAX_DEPTH):
        level = [child for parent in level for child in parent]
        if not level:
            return False
    return True


def tag(element: etree._Element) -> str:
    """The local name of a DMN element; empty for elements of other namespaces (diagrams, extensions)."""
    name = etree.QName(element)
    return name.localname if name.namespace in NAMESPACES else ""


def children(element: etree._Element | None, *tags: str) -> Iterator[etree._Element]:
    """The DMN children of those names; all of them where none is named."""
    if element is not None:
        for child in element:
            name = tag(child)
            if name and (not tags or name in tags):
                yield child


def child(element: etree._Element | None, *tags: str) -> etree._Element | None:
    return next(children(element, *tags), None)


def text_of(element: etree._Element | None) -> str:
    """The text in the `text` child."""
    found = child(element, "text")
    return "" if found is None else (found.text or "").strip()


def nearest_id(element: etree._Element) -> str:
    """The id of the element or of what it is in."""
    current: etree._Element | None = element
    while current is not None:
        identifier = current.get("id")
        if identifier:
            return identifier
        current = current.getparent()
    return tag(element)
