"""People and roles as an answer names them."""

from __future__ import annotations

from api.shapes import answer_shape, text

PERSON = answer_shape("Person", {"id": text(), "name": text()})
"""`id` of a candidate is `user:<id>`, `role:<id>` or `role:<id>@<unit>`; of a person the user id."""
