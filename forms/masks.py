"""What a reader with the right `mask` sees in place of a value: enough to recognise it, too little to use it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from forms.fields import Field

COVERED = "****"


def masked(rules: Field, value: Any) -> str | None:
    """None where there is nothing to mask; the text never tells how long a short value was."""
    if value is None or value == "" or value == []:
        return None
    return MASKS[rules.mask or _mask_of(rules)](str(value))


def _phone(text: str) -> str:
    return f"{text[:3]}{COVERED}{text[-4:]}" if len(text) >= 11 else COVERED


def _id_card(text: str) -> str:
    return f"{text[:4]}{'*' * 10}{text[-4:]}" if len(text) >= 15 else COVERED


def _bank_card(text: str) -> str:
    return f"{COVERED}{text[-4:]}" if len(text) >= 12 else COVERED


def _name(text: str) -> str:
    return f"{text[0]}*"


def _email(text: str) -> str:
    name, at, domain = text.partition("@")
    return f"{name[:1]}{COVERED}@{domain}" if at else COVERED


def _all(text: str) -> str:  # noqa: ARG001 one signature for all masks
    return COVERED


MASKS: dict[str, Callable[[str], str]] = {
    "phone": _phone,
    "id_card": _id_card,
    "bank_card": _bank_card,
    "name": _name,
    "email": _email,
    "all": _all,
}


def _mask_of(rules: Field) -> str:
    if rules.type in ("phone", "id_card", "bank_card", "email"):
        return rules.type
    return "name" if rules.type == "person" else "all"
