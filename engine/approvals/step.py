"""How a user task is decided, read from its `gc.` properties."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, cast

from engine.errors import InvalidInput
from engine.vocabulary import SignMode, Stance

Decide: TypeAlias = Literal["early", "all"]
Different: TypeAlias = Literal["", "unit"]

DEFAULT_OUTCOMES = "approve:for, reject:against"
RECEIPT_OUTCOMES = "received:for"
PLAIN_OUTCOMES = "done:for"

MAX_COUNT = 100
_OUTCOME_NAME = re.compile(r"[^\W\d]\w*(?:[.-]\w+)*")
_NOT_BUILT = ("ratio", "weight", "committee")


@dataclass(frozen=True, slots=True)
class Step:
    """`needed` is the number of for-votes in mode COUNT (1 elsewhere); `different="unit"` asks for voters of different units.

    `outcomes` keeps the order the author wrote: the first name of a stance stands for it where no vote names one.
    """

    mode: SignMode = SignMode.ANY
    needed: int = 1
    decide: Decide = "early"
    outcomes: Mapping[str, Stance] = field(default_factory=lambda: parse_outcomes(DEFAULT_OUTCOMES))
    different: Different = ""

    @classmethod
    def from_properties(cls, properties: Mapping[str, str]) -> Step:
        """Read `gc.sign`, `gc.decide`, `gc.outcomes`, `gc.different`; other names are not ours to judge.

        Without `gc.sign` it is a plain task: one person does it, one outcome `done` unless `gc.outcomes` names others.
        Raises InvalidInput("invalid_bpmn", property=…, text=…).
        """
        sign = properties.get("gc.sign")
        mode, needed = (SignMode.ANY, 1) if sign is None else _parse_sign(sign)
        decide = properties.get("gc.decide", "early").strip()
        if decide not in ("early", "all"):
            raise _refused("gc.decide", decide, "early or all")
        different = properties.get("gc.different", "").strip()
        if different not in ("", "unit"):
            raise _refused("gc.different", different, "unit")
        if different and mode is not SignMode.COUNT:
            raise _refused("gc.different", different, "gc.sign=count:<n> beside it")
        text = properties.get("gc.outcomes")
        if text is None:
            text = _default_outcomes(sign is None, mode)
        outcomes = parse_outcomes(text)
        stances = set(outcomes.values())
        if mode is SignMode.RECEIPT and stances != {Stance.FOR}:
            raise _refused("gc.outcomes", text, "only outcomes `for` on a receipt, which nobody can reject")
        if Stance.FOR not in stances:
            raise _refused("gc.outcomes", text, "at least one outcome `for`")
        return cls(mode, needed, cast(Decide, decide), outcomes, cast(Different, different))

    def named(self, stance: Stance) -> str | None:
        """The first outcome of this stance, None when the step has none."""
        return next((name for name, its_stance in self.outcomes.items() if its_stance is stance), None)


def parse_outcomes(text: str) -> dict[str, Stance]:
    """`approve:for, reject:against` -> names with their stance, in the order written. A name alone is `for`.

    Raises InvalidInput("invalid_bpmn") for an empty, malformed or repeated name and for an unknown stance.
    """
    outcomes: dict[str, Stance] = {}
    for part in text.split(","):
        name, colon, stance = (piece.strip() for piece in part.partition(":"))
        if not _OUTCOME_NAME.fullmatch(name):
            raise _refused("gc.outcomes", text, "names like approve:for, reject:against")
        if name in outcomes:
            raise _refused("gc.outcomes", text, f"each name once, and {name!r} is there twice")
        try:
            outcomes[name] = Stance(stance) if colon else Stance.FOR
        except ValueError:
            raise _refused("gc.outcomes", text, "for, against or abstain after the colon") from None
    return outcomes


def _parse_sign(text: str) -> tuple[SignMode, int]:
    word, colon, number = (piece.strip() for piece in text.partition(":"))
    if word in _NOT_BUILT:
        raise _refused("gc.sign", text, f"a mode that is built ({word} is not yet)")
    if word == SignMode.COUNT:
        if not re.fullmatch(r"[0-9]{1,3}", number) or not 1 <= int(number) <= MAX_COUNT:
            raise _refused("gc.sign", text, f"count:<n> with n from 1 to {MAX_COUNT}")
        return SignMode.COUNT, int(number)
    if colon or word not in set(SignMode):
        raise _refused("gc.sign", text, "any, all, sequential, count:<n> or receipt")
    return SignMode(word), 1


def _default_outcomes(plain: bool, mode: SignMode) -> str:
    if plain:
        return PLAIN_OUTCOMES
    return RECEIPT_OUTCOMES if mode is SignMode.RECEIPT else DEFAULT_OUTCOMES


def _refused(name: str, text: str, expected: str) -> InvalidInput:
    return InvalidInput("invalid_bpmn", f"expected {name} to be {expected}, but it is {text!r}", property=name, text=text)
