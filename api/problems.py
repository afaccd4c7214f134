"""Every error that leaves this server is a problem document (RFC 9457): the one table from rejections to HTTP.

Members: `type`, `title`, `status`, `detail`, `instance` (the published clients need all five), then `code` (stable),
`facts` (the values a sentence in the reader's language needs), `errors` (field problems: `{path, code, message}`)
and, for a fault, `reference` (the number under which the log tells the rest).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, TooManyRequests

from api.json_text import write_json
from engine.errors import AlreadyExists, Conflict, InvalidInput, NotAllowed, NotFound, Rejection, WrongState

_LOG = structlog.get_logger("api")

BY_KIND: dict[type[Rejection], tuple[int, str]] = {
    NotFound: (404, "NOT_FOUND"),
    NotAllowed: (403, "FORBIDDEN"),
    WrongState: (409, "INVALID_STATE"),
    AlreadyExists: (409, "ALREADY_EXISTS"),
    InvalidInput: (400, "INVALID_ARGUMENT"),
    Conflict: (409, "CONFLICT"),
}

BY_CODE: dict[str, tuple[int, str]] = {
    "not_signed_in": (401, "Unauthorized"),
    "wrong_credentials": (401, "Unauthorized"),
    "method_not_allowed": (405, "METHOD_NOT_ALLOWED"),
    "content_changed": (412, "PRECONDITION_FAILED"),
    "precondition_failed": (412, "PRECONDITION_FAILED"),
    "body_too_large": (413, "CONTENT_TOO_LARGE"),
    "unsupported_media_type": (415, "UNSUPPORTED_MEDIA_TYPE"),
    "too_many_attempts": (429, "RESOURCE_EXHAUSTED"),
}
"""Codes whose status is not that of their kind."""

_BY_STATUS: dict[int, str] = {
    400: "invalid_request",
    401: "not_signed_in",
    403: "not_allowed",
    404: "route_not_found",
    405: "method_not_allowed",
    412: "precondition_failed",
    413: "body_too_large",
    415: "unsupported_media_type",
    422: "invalid_request",
    429: "too_many_attempts",
}
"""The code of what the framework itself refuses."""


def problem(
    status: int,
    title: str,
    detail: str,
    *,
    code: str,
    facts: Mapping[str, Any] | None = None,
    errors: Sequence[Mapping[str, Any]] = (),
    headers: Mapping[str, str] | None = None,
    **members: Any,
) -> Response:
    """A finished problem document; `members` are added at its top level."""
    document: dict[str, Any] = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": request.path,
        "code": code,
        "facts": dict(facts or {}),
        **members,
    }
    if errors:
        document["errors"] = list(errors)
    return Response(write_json(document), status, headers, content_type="application/problem+json")


def status_and_title(rejection: Rejection) -> tuple[int, str]:
    if rejection.code in BY_CODE:
        return BY_CODE[rejection.code]
    return next(BY_KIND[kind] for kind in type(rejection).__mro__ if kind in BY_KIND)


def from_rejection(rejection: Rejection) -> Response:
    """`problems` among the facts (a list of field or model problems) becomes the member `errors`."""
    status, title = status_and_title(rejection)
    facts = {name: _plain(value) for name, value in rejection.facts.items()}
    errors = facts.pop("problems", ())
    headers = {}
    if status in {429, 503}:
        headers["Retry-After"] = str(facts.get("retry_after_seconds", 1))
    if status == 405:
        headers["Allow"] = ", ".join(facts.get("allowed", ()))
    return problem(status, title, rejection.message, code=rejection.code, facts=facts, errors=errors, headers=headers)


def from_http_error(error: HTTPException) -> Response:
    """What the framework refuses. Headers it needs (Allow, Retry-After) stay; validation messages become `errors`."""
    if error.response is not None and error.code is None:
        return _as_response(error)
    status = error.code or 500
    if status < 400:
        return _as_response(error)
    if status == 500:
        # A fault while another problem was being told, or one that Flask caught itself.
        return from_fault(getattr(error, "original_exception", None) or error)
    headers: dict[str, str] = {}
    if isinstance(error, MethodNotAllowed):
        headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
    if isinstance(error, TooManyRequests):
        headers["Retry-After"] = str(error.retry_after or 1)
    if status == 422:
        status = 400
    code = _BY_STATUS.get(status, "invalid_request")
    title = BY_CODE[code][1] if code in BY_CODE else _TITLES.get(status, HTTPStatus(status).name)
    data: Mapping[str, Any] = getattr(error, "data", None) or {}
    detail = error.description or HTTPStatus(status).phrase
    # webargs puts the place ("json", "query") on top of marshmallow's messages.
    errors = [error for messages in (data.get("messages") or {}).values() for error in field_errors(messages)]
    if errors:
        detail = f"Expected a valid request, but {errors[0]['path'] or 'it'}: {errors[0]['message']}"
    return problem(status, title, detail, code=code, errors=errors, headers=headers)


_TITLES = {400: "INVALID_ARGUMENT", 401: "Unauthorized", 403: "FORBIDDEN", 404: "NOT_FOUND"}


def from_fault(error: Exception) -> Response:
    """A bug or a lost database: the log gets everything under a number, the caller gets the number."""
    reference = secrets.token_hex(6)
    _LOG.error("request failed", reference=reference, method=request.method, path=request.path, exc_info=error)
    detail = f"Something went wrong on our side; nothing was changed. Please tell your administrator the number {reference}."
    return problem(500, "INTERNAL_SERVER_ERROR", detail, code="internal_error", reference=reference)


def field_errors(messages: Any, path: str = "") -> list[dict[str, str]]:
    """marshmallow's tree of messages as a flat list: `{path: "changeset.retries", code, message}`."""
    if isinstance(messages, Mapping):
        found = []
        for name, below in messages.items():
            step = "" if name == "_schema" else str(name)
            found += field_errors(below, f"{path}.{step}" if path and step else path or step)
        return found
    if isinstance(messages, list | tuple):
        return [error for below in messages for error in field_errors(below, path)]
    return [{"path": path, "code": "invalid", "message": str(messages)}]


def install(app: Flask) -> None:
    app.register_error_handler(Rejection, from_rejection)
    app.register_error_handler(HTTPException, from_http_error)
    app.register_error_handler(Exception, from_fault)


def _as_response(error: HTTPException) -> Response:
    response = error.get_response()
    assert isinstance(response, Response)
    return response


def _plain(value: Any) -> Any:
    """Facts may hold the engine's own values (problems of a form, enums); the wire knows JSON only."""
    if isinstance(value, Mapping):
        return {str(name): _plain(member) for name, member in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(member) for member in value]
    members = getattr(value, "__dataclass_fields__", None)
    if members is not None:
        return {name: _plain(getattr(value, name)) for name in members}
    if isinstance(value, str | int | float | bool) or value is None or hasattr(value, "isoformat"):
        return value
    return str(value)
