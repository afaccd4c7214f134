"""Pages of a list that is ordered by time, newest first: the place where one ended, as an opaque text."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime

from marshmallow import ValidationError

from api.json_text import read_json, write_json
from api.shapes import answer_shape, read_key, text
from engine.errors import InvalidInput

DEFAULT_LIMIT = 50
MAX_LIMIT = 200

CURSOR = {"limit": text(most=4), "cursor": text(most=300)}
PAGE = answer_shape("CursorPage", {"nextCursor": text(null=True)})


def limit_of(written: str | None) -> int:
    limit = int(written) if written is not None and written.isascii() and written.isdigit() else DEFAULT_LIMIT
    if (written is not None and str(limit) != written) or not 1 <= limit <= MAX_LIMIT:
        raise InvalidInput("invalid_request", f"Expected a limit from 1 to {MAX_LIMIT}, but got {written!r}")
    return limit


def cursor_of(moment: datetime, key: int) -> str:
    return base64.b64encode(write_json([moment.isoformat(), str(key)])).decode()


def position_of(cursor: str | None) -> tuple[datetime, int] | None:
    if cursor is None:
        return None
    try:
        opened_at, item_key = read_json(base64.b64decode(cursor, validate=True))
        position = datetime.fromisoformat(opened_at), read_key(item_key)
    except (InvalidInput, ValidationError, ValueError, TypeError, binascii.Error):
        raise InvalidInput("invalid_request", "Expected a cursor from an answer, but it is none") from None
    if position[0].tzinfo is None:
        raise InvalidInput("invalid_request", "Expected a cursor from an answer, but it is none")
    return position
