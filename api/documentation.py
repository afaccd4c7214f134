"""The OpenAPI document and a page that renders it: made on the server, no script, no address outside this house."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Response, render_template, request

from api.application import application
from api.blueprint import Pages
from api.json_text import answer
from api.permissions import OPEN
from api.web_pages import CONTENT_SECURITY_POLICY

pages = Pages("documentation")

_METHODS = ("get", "post", "put", "patch", "delete")


def specification() -> dict[str, Any]:
    """The OpenAPI 3.1 document of the current application."""
    document: dict[str, Any] = application().extensions["guicheng.api"].spec.to_dict()
    document["components"].setdefault("securitySchemes", {}).update(
        {
            "basic": {"type": "http", "scheme": "basic"},
            "token": {"type": "http", "scheme": "bearer"},
            "session": {"type": "apiKey", "in": "cookie", "name": "guicheng_session"},
        }
    )
    return {**document, "security": [{"basic": []}, {"token": []}, {"session": []}]}


@pages.page("/v2/openapi.json", OPEN)
def openapi() -> Response:
    response = answer(specification())
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


@pages.page("/docs", OPEN)
def docs() -> Response:
    """The document as a page to read."""
    document = specification()
    page = render_template("documentation.html", document=document, groups=list(_groups(document)), describe=describe)
    return Response(page, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": CONTENT_SECURITY_POLICY})


def _groups(document: dict[str, Any]) -> Iterator[tuple[dict[str, Any], list[tuple[str, str, dict[str, Any]]]]]:
    """Each tag with its operations as (method, path, operation)."""
    for tag in document.get("tags", ()):
        operations = [
            (method, path, item[method])
            for path, item in document["paths"].items()
            for method in _METHODS
            if method in item and tag["name"] in item[method].get("tags", ())
        ]
        yield tag, operations


def describe(schema: dict[str, Any] | None, document: dict[str, Any]) -> list[tuple[str, str, bool, str]]:
    """The members of an object schema as (name, type, required, what is allowed); a reference is followed once."""
    if not schema:
        return []
    found = _follow(schema, document)
    required = set(found.get("required", ()))
    return [(name, type_name(member), name in required, _allowed(member)) for name, member in found.get("properties", {}).items()]


def type_name(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"].rsplit("/", 1)[-1])
    for joined in ("allOf", "anyOf", "oneOf"):
        if joined in schema:
            return " | ".join(type_name(part) for part in schema[joined])
    kind = schema.get("type", "any")
    name = " | ".join(kind) if isinstance(kind, list) else str(kind)
    if "array" in name:
        return name.replace("array", f"[{type_name(schema.get('items', {}))}]")
    return f"{name} ({schema['format']})" if "format" in schema else name


def _follow(schema: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        found: dict[str, Any] = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
        return found
    return schema


def _allowed(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return ", ".join(str(value) for value in schema["enum"] if value is not None)
    bounds = [f"{name} {schema[name]}" for name in ("minimum", "maximum", "minLength", "maxLength", "pattern") if name in schema]
    return ", ".join(bounds)
