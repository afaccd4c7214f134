"""What can be wrong with a form or with the answers given to it; every problem has a place, a stable code and a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

LONGEST_PATH = 200

CODES: dict[str, str] = {
    # answers
    "required": "nothing was given where something must be",
    "unknown_field": "the form has no such field",
    "hidden_field": "the reader may not see this field, so may not answer it",
    "read_only_field": "the reader may see this field but not change it",
    "computed_field": "the field is computed here; what was sent differs",
    "wrong_type": "another kind of value is expected",
    "not_text": "the text holds characters that cannot be kept",
    "too_short": "too few characters",
    "too_long": "too many characters",
    "too_few": "too few rows, choices or files",
    "too_many": "too many rows, choices or files",
    "repeated": "the same choice is given twice",
    "out_of_range": "the number or date is outside its limits",
    "too_many_digits": "the number has more digits than are kept exactly",
    "too_many_decimals": "the number has more decimal places than the field has",
    "pattern": "the text has not the expected form",
    "not_an_option": "the value is none of the choices",
    "not_a_date": "no date, time or date and time of ISO 8601",
    "date_order": "the two dates are in the wrong order",
    "file_type": "a file of a type that is not accepted",
    "unknown_reference": "no such person, unit or role",
    # form documents
    "invalid_form": "the document is no form",
    "unknown_component": "no such type of component",
    "unsupported_component": "a known type of component that forms here do not have",
    "unknown_member": "the component has no such member",
    "unsupported_member": "a known member that is not honoured, so it may not be there",
    "unknown_property": "no such gc. property on this component",
    "invalid_value": "the member has a value that it cannot have",
    "invalid_key": "no usable key of a field",
    "duplicate_key": "two fields have the same key",
    "cycle": "fields whose values depend on each other",
    "too_large": "the form has more parts than a form may have",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """`path` is a JSON pointer without its first slash (`lines/0/qty`; in a form document `components/3/validate/max`);
    `facts` are the values a sentence of the interface needs, for example `{"max": 100}`."""

    path: str
    code: str
    message: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.code not in CODES:
            raise LookupError(f"{self.code!r} is not a registered code of a form problem")


class FormError(Exception):
    """The form, or the answers to it, are refused; `problems` names all that is wrong, not only the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{problem.path or '/'}: {problem.message}" for problem in self.problems[:5]))


def step(path: str, part: object) -> str:
    """The path one step deeper. Whatever a stranger used as a key, the path stays short, printable and one line."""
    text = str(part)[:LONGEST_PATH].encode("unicode_escape", "replace").decode("ascii") if _is_odd(part) else str(part)
    text = text.replace("~", "~0").replace("/", "~1")
    return f"{path}/{text}" if path else text


def shown(value: object) -> str:
    """A value as a message may quote it: its kind, and its text when that is short."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value}"' if len(value) <= 60 and value.isprintable() else f"a text of {len(value)} characters"
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}"
    if isinstance(value, int) and abs(value) >= 10**34:
        return "a number of more than 34 digits"
    text = str(value)
    return text if len(text) <= 60 else f"{text[:60]}..."


def _is_odd(part: object) -> bool:
    return not isinstance(part, str | int) or (isinstance(part, str) and (len(part) > LONGEST_PATH or not part.isprintable()))
