"""Our blueprint: a route cannot be written without its permission, bodies are read exactly, the documentation is complete."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

import flask
import flask_smorest  # type: ignore[import-untyped]  # the library has no types
import marshmallow
from apispec import APISpec
from flask_smorest.spec.plugins import FlaskPlugin  # type: ignore[import-untyped]  # the library has no types
from webargs.core import missing
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import UnsupportedMediaType
from werkzeug.routing import BaseConverter, ValidationError

from api.json_text import read_json
from api.permissions import Permission
from api.shapes import MAX_KEY, answer_shape, json_object, text, whole

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Declared:
    """What a route says of itself. `body_limit` in bytes, None: as the settings say; `gives` is the shape of its answer."""

    permission: Permission
    body_limit: int | None = None
    gives: marshmallow.Schema | None = None


PROBLEM = answer_shape(
    "Problem",
    {
        "type": text(),
        "title": text(),
        "status": whole(),
        "detail": text(),
        "instance": text(),
        "code": text(),
        "facts": json_object(),
    },
)
"""The documented part of a problem document; `errors` and `reference` come only where there are any (see `api.problems`)."""


class KeyInPath(BaseConverter):
    """A key of ours in a path: digits; anything else is no such thing (404)."""

    regex = "[0-9]{1,19}"

    def to_python(self, value: str) -> int:
        number = int(value)
        if number > MAX_KEY:
            raise ValidationError
        return number

    def to_url(self, value: int) -> str:
        return str(value)


def json_body() -> Any:
    """The body of this request: None when it is absent, empty or `null`.

    An empty body with a JSON content type is no body. Raises UnsupportedMediaType for a body that is not JSON.
    """
    request = flask.request
    raw = request.get_data(cache=True)
    if not raw:
        return None
    if not request.is_json:
        raise UnsupportedMediaType("Expected a body of type application/json.")
    return read_json(raw)


class BodyParser(FlaskParser):
    """webargs, reading our JSON and answering 400 (not 422) to what a shape refuses."""

    DEFAULT_VALIDATION_STATUS = 400
    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "json": None}  # noqa: RUF012  webargs declares it so

    def load_json(self, req: flask.Request, schema: marshmallow.Schema) -> Any:
        body = json_body()
        return missing if body is None else body

    def _handle_invalid_json_error(self, error: Exception, req: flask.Request, *args: Any, **kwargs: Any) -> NoReturn:
        raise error


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]  # the library has no types
    ARGUMENTS_PARSER = BodyParser()

    def __init__(self, name: str, description: str) -> None:
        super().__init__(name, __name__, url_prefix="/v2", description=description)
        self.declared: dict[str, Declared] = {}
        self._prepare_doc_cbks.append(self._document_what_all_share)

    def get(self, rule: str, permission: Permission, **described: Any) -> Callable[[View], View]:
        """A GET route; `described` as in `_operation`."""
        return self._operation("GET", rule, permission, **described)

    def post(self, rule: str, permission: Permission, **described: Any) -> Callable[[View], View]:
        """A POST route."""
        return self._operation("POST", rule, permission, **described)

    def put(self, rule: str, permission: Permission, **described: Any) -> Callable[[View], View]:
        """A PUT route."""
        return self._operation("PUT", rule, permission, **described)

    def patch(self, rule: str, permission: Permission, **described: Any) -> Callable[[View], View]:
        """A PATCH route."""
        return self._operation("PATCH", rule, permission, **described)

    def delete(self, rule: str, permission: Permission, **described: Any) -> Callable[[View], View]:
        """A DELETE route."""
        return self._operation("DELETE", rule, permission, **described)

    def _operation(
        self,
        method: str,
        rule: str,
        permission: Permission,
        *,
        takes: marshmallow.Schema | None = None,
        query: marshmallow.Schema | None = None,
        gives: marshmallow.Schema | None = None,
        media_type: str | None = None,
        body_limit: int | None = None,
        document: Mapping[str, Any] | None = None,
    ) -> Callable[[View], View]:
        """Registers a view under `/v2`.

        `takes`: shape of the JSON body, given to the view first; `query`: shape of the query string, given next; keys of
        the path follow by name. `gives`: shape of the answer (204 without one, unless `media_type` names another kind of
        body); the view returns a finished response. `body_limit` in bytes, None: as the settings say.
        `document`: more of the OpenAPI operation.
        """

        def register(view: View) -> View:
            status = 204 if gives is None and media_type is None else 200
            schema = {"type": "string"} if gives is None and media_type is not None else gives
            decorated = self.response(status, schema, content_type=media_type)(view)
            if query is not None:
                decorated = self.arguments(query, location="query")(decorated)
            if takes is not None:
                has_required = any(member.required for member in takes.fields.values())
                decorated = self.arguments(takes, required=has_required)(decorated)
            if document is not None:
                decorated = self.doc(**document)(decorated)
            self.add_url_rule(rule, view.__name__, decorated, methods=[method])
            endpoint = f"{self.name}.{self._endpoints[-1]}"
            self.declared[endpoint] = Declared(permission, body_limit, gives)
            return view

        return register

    def _document_what_all_share(self, doc: dict[str, Any], doc_info: Any, *, method: str, **_: Any) -> dict[str, Any]:
        doc.setdefault("responses", {})["default"] = "DEFAULT_ERROR"
        if method != "get":
            doc.setdefault("parameters", []).append("IDEMPOTENCY_KEY")
        return doc


class Pages(flask.Blueprint):
    """Routes that are no part of the documented API: pages, files, probes. They declare their permission all the same."""

    def __init__(self, name: str) -> None:
        super().__init__(name, __name__)
        self.declared: dict[str, Declared] = {}

    def page(self, rule: str, permission: Permission) -> Callable[[View], View]:
        """A GET route."""

        def register(view: View) -> View:
            endpoint = f"{self.name}.{view.__name__}"
            self.declared[endpoint] = Declared(permission)
            self.add_url_rule(rule, view_func=view)
            return view

        return register


class Api(flask_smorest.Api):  # type: ignore[misc]  # the library has no types
    """flask-smorest's document; errors are not its business (`api.problems`)."""

    def __init__(self, app: flask.Flask) -> None:
        super().__init__(app, spec_kwargs={"flask_plugin": PathPlugin()})
        self.register_converter(KeyInPath, lambda _: {"type": "string", "pattern": "^[0-9]+$"})

    def _register_error_handlers(self) -> None:
        """`api.problems.install` registers them."""

    def _register_responses(self) -> None:
        spec: APISpec = self.spec
        content = {"application/problem+json": {"schema": PROBLEM}}
        for name in ("DEFAULT_ERROR", "BAD_REQUEST"):
            spec.components.response(name, {"description": "A problem document (RFC 9457)", "content": content}, lazy=True)
        spec.components.parameter(
            "IDEMPOTENCY_KEY",
            "header",
            {
                "name": "Idempotency-Key",
                "description": "The same key with the same request again gets the first answer; nothing is done twice.",
                "required": False,
                "schema": {"type": "string", "maxLength": 200},
            },
            lazy=True,
        )


class PathPlugin(FlaskPlugin):  # type: ignore[misc]  # the library has no types
    """Paths and their parameters under their public names: `user_task_key` is documented as `userTaskKey`."""

    @staticmethod
    def flaskpath2openapi(path: str) -> str:
        return re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", lambda found: "{" + public_name(found[1]) + "}", path)

    def rule_to_params(self, rule: Any) -> list[dict[str, Any]]:
        parameters: list[dict[str, Any]] = super().rule_to_params(rule)
        return [{**parameter, "name": public_name(parameter["name"])} for parameter in parameters]


def public_name(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.title() for word in others)
