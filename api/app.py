"""Puts the HTTP side together: one Flask application over one assembled engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, g, request
from marshmallow.fields import Field
from werkzeug.exceptions import RequestEntityTooLarge

from api import (
    approving,
    attachments,
    callbacks,
    cases,
    copies,
    decisions,
    deployments,
    documentation,
    health,
    inbox,
    incidents,
    jobs,
    messages,
    problems,
    process_definitions,
    process_instances,
    session,
    user_tasks,
    variables,
    web_pages,
)
from api.application import Application, application
from api.blueprint import Api, Blueprint, KeyInPath, Pages
from api.permissions import check
from api.shapes import Flag, JsonObject, KeyText, Moment, Whole
from engine.engine import Engine
from engine.version import VERSION

RESOURCES: tuple[Blueprint, ...] = (
    session.blueprint,
    inbox.blueprint,
    copies.blueprint,
    user_tasks.blueprint,
    approving.blueprint,
    process_instances.blueprint,
    cases.blueprint,
    attachments.blueprint,
    process_definitions.blueprint,
    deployments.blueprint,
    decisions.blueprint,
    messages.blueprint,
    jobs.blueprint,
    incidents.blueprint,
    variables.blueprint,
    callbacks.blueprint,
    health.blueprint,
)
PAGES: tuple[Pages, ...] = (health.pages, documentation.pages, web_pages.pages)

DOCUMENTED_FIELDS: tuple[tuple[type[Field[Any]], str, str | None], ...] = (
    (KeyText, "string", None),
    (Moment, "string", "date-time"),
    (Whole, "integer", None),
    (Flag, "boolean", None),
    (JsonObject, "object", None),
)
"""How the API document tells our own fields: without this each would be "anything"."""

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
"""Of every answer that does not say otherwise."""


def create_app(engine: Engine) -> Application:
    """`engine` is the assembled product (`engine.engine.Engine`); its settings bound bodies."""
    app = Application(engine)
    app.config.update(
        API_TITLE="Guicheng 规程",
        API_VERSION=VERSION,
        OPENAPI_VERSION="3.1.0",
        MAX_CONTENT_LENGTH=engine.settings.max_body,
        MAX_FORM_MEMORY_SIZE=engine.settings.max_body,
        MAX_FORM_PARTS=200,
    )
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    app.url_map.converters["key"] = KeyInPath
    app.url_map.converters["page"] = web_pages.PageInPath
    problems.install(app)
    health.measure(app)
    app.before_request(_admit)
    app.after_request(_finish)
    api = Api(app)
    app.extensions["guicheng.api"] = api
    for field, kind, form in DOCUMENTED_FIELDS:
        api.register_field(field, kind, form)
    for blueprint in RESOURCES:
        api.register_blueprint(blueprint)
    for pages in PAGES:
        app.register_blueprint(pages)
    routes: Sequence[Blueprint | Pages] = (*RESOURCES, *PAGES)
    for some in routes:
        app.declared.update(some.declared)
    return app


def _admit() -> Response | None:
    """Before every view: is the body small enough, who asks, may they call this route, was it asked before?"""
    app, endpoint = application(), request.endpoint
    if endpoint is None or request.method == "OPTIONS":
        return None
    declared = app.declared[endpoint]
    limit = app.engine.settings.max_body if declared.body_limit is None else declared.body_limit
    if (request.content_length or 0) > limit:
        raise RequestEntityTooLarge(f"Expected a body of at most {limit} bytes.")
    request.max_content_length = limit
    g.actor = None if declared.permission.is_open else app.signing_in.actor(request)
    check(declared.permission, g.actor)
    return app.idempotency.before(request, g.actor)


def _finish(response: Response) -> Response:
    response = application().idempotency.after(response)
    headers = response.headers
    for name, value in SECURITY_HEADERS.items():
        if name not in headers:
            headers.add(name, value)
    if response.status_code == 401:
        response.headers.setdefault("WWW-Authenticate", 'Bearer realm="guicheng"')
    return response
