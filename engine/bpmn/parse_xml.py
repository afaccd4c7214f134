"""Bytes into an XML tree, hardened: no DTD, no entities, no network, bounded. The only use of lxml for BPMN."""

from __future__ import annotations

from typing import Any, TypeAlias, cast

from lxml import etree

from engine.errors import InvalidInput

LARGEST = 2_000_000
"""Bytes of one diagram."""

Node: TypeAlias = etree._Element


def read(xml: bytes) -> Node:
    """The root element. Raises InvalidInput("invalid_xml" | "limit_exceeded")."""
    if len(xml) > LARGEST:
        raise InvalidInput(
            "limit_exceeded", f"expected a diagram of at most {LARGEST} bytes, but it has {len(xml)}", limit=LARGEST
        )
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as failure:
        line = failure.lineno or 0
        sentence = f"expected well-formed XML, but line {line} is not: {failure.msg}"
        raise InvalidInput("invalid_xml", sentence, problems=[_problem(line, sentence)]) from failure
    except ValueError as failure:
        raise InvalidInput("invalid_xml", f"expected well-formed XML, but {failure}", problems=[]) from failure
    document = cast("Any", root.getroottree().docinfo)
    if document.doctype or document.internalDTD is not None:
        sentence = "expected XML without a document type, but it declares one"
        raise InvalidInput("invalid_xml", sentence, problems=[_problem(1, sentence)])
    return root


def line_of(node: Node) -> int:
    return int(cast("int | None", node.sourceline) or 0)


def text_in(node: Node) -> str:
    return "".join(str(part) for part in node.itertext()).strip()


def local_name(node: Node) -> str:
    return etree.QName(node).localname


def namespace(node: Node) -> str:
    return etree.QName(node).namespace or ""


def split_name(name: str) -> tuple[str, str]:
    """(namespace, local name) of an attribute."""
    found = etree.QName(name)
    return found.namespace or "", found.localname


def _problem(line: int, sentence: str) -> dict[str, object]:
    return {"element_id": None, "line": line, "code": "invalid_xml", "sentence": sentence}
