"""ETags of single resources, and `If-Match` before something is done to one: offered everywhere, required nowhere."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from flask import Response, request

from api.json_text import write_json
from engine.errors import Conflict


def tagged(response: Response) -> Response:
    """Adds the tag of the body; 304 without a body when the caller has it already."""
    response.set_etag(_tag(response.get_data()))
    response.cache_control.no_cache = True
    response.make_conditional(request)
    return response


def check_precondition(current: Callable[[], dict[str, Any]]) -> None:
    """With `If-Match`, compares it with the tag of what a GET would answer now. Raises Conflict("precondition_failed").

    Without the header nothing is read: the commands themselves refuse what is no longer possible.
    """
    if "If-Match" not in request.headers or request.if_match.star_tag:
        return
    if _tag(write_json(current())) not in request.if_match:
        raise Conflict("precondition_failed", "Expected the version named by If-Match, but it has changed since")


def _tag(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:32]
