"""A compiled form: what the rest of the product asks of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from forms.check import Asked, Granted, check, missing
from forms.fields import Evaluate, Exists, Field, Level, Rights
from forms.visible import visible


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """Immutable; one per version of a form, shared by all threads. `document` is the form-js JSON it was compiled from."""

    form_id: str
    title: str
    title_en: str
    document: Mapping[str, Any]
    level: Level

    @property
    def fields(self) -> tuple[Field, ...]:
        return self.level.fields

    def expressions(self) -> Iterator[tuple[str, str]]:
        """All FEEL of the form (without "="), each with the JSON pointer of its component."""
        for field in self.level.fields:
            for each in (field, *(field.table.fields if field.table else ())):
                for text in each.expressions():
                    yield each.pointer, text

    def check(
        self,
        answers: object,
        *,
        rights: Rights,
        variables: Mapping[str, Any],
        evaluate: Evaluate,
        now: datetime,
        default_right: str = "write",
        exists: Exists | None = None,
    ) -> dict[str, Any]:
        """The values to keep: those of writable fields that are there or are being cleared (None), and all computed ones;
        nothing for a reader who may write nothing.

        `rights`: field key, or `table.column`, to write, read, hide or mask. `variables`: what the case holds now; expressions
        read it too. `now` is aware, in the company's zone: times without a zone are read in it. `exists(kind, id)` answers
        whether a person, unit or role is known; without it they are not looked up. Numbers come back as int or Decimal, dates
        as ISO text, files as `{attachment_key, name, digest}`. Raises `FormError` with all problems.
        """
        asked = Asked(evaluate, now, exists)
        return check(self.level, answers, Granted(rights, default_right), variables, asked)

    def required_missing(
        self,
        variables: Mapping[str, Any],
        *,
        evaluate: Evaluate,
        rights: Rights | None = None,
        default_right: str = "write",
    ) -> list[str]:
        """Keys of the fields that someone with these rights would still have to fill. Empty: the step needs no one."""
        return missing(self.level, Granted(rights or {}, default_right), variables, Asked(evaluate))

    def visible(
        self,
        values: Mapping[str, Any],
        rights: Rights,
        *,
        default_right: str = "read",
        evaluate: Evaluate | None = None,
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """The form document and the values as this reader may have them.

        Hidden fields are in neither, nor is any formula that names one; masked values are texts with stars; what may not be
        written has `readonly: true`, and every answer component says `gc.right`. Conditions that the reader cannot evaluate,
        because they name a hidden or masked field, are decided here with `evaluate`; without it they are dropped.
        """
        return visible(self.document, self.level, values, Granted(rights, default_right), evaluate)
