"""How a step reads its properties."""

from __future__ import annotations

import pytest

from engine.approvals import Step, parse_outcomes
from engine.errors import InvalidInput
from engine.vocabulary import SignMode, Stance


def test_a_task_without_gc_sign_is_done_by_one_person_with_one_outcome() -> None:
    step = Step.from_properties({})
    assert (step.mode, step.needed, step.decide) == (SignMode.ANY, 1, "early")
    assert step.outcomes == {"done": Stance.FOR}


@pytest.mark.parametrize(
    ("text", "mode", "needed"),
    [
        ("any", SignMode.ANY, 1),
        ("all", SignMode.ALL, 1),
        ("sequential", SignMode.SEQUENTIAL, 1),
        ("count:1", SignMode.COUNT, 1),
        ("count:2", SignMode.COUNT, 2),
        ("count:100", SignMode.COUNT, 100),
        (" count : 3 ", SignMode.COUNT, 3),
        ("receipt", SignMode.RECEIPT, 1),
    ],
)
def test_reads_the_sign_mode(text: str, mode: SignMode, needed: int) -> None:
    step = Step.from_properties({"gc.sign": text})
    assert (step.mode, step.needed) == (mode, needed)


def test_an_approval_step_approves_or_rejects_and_a_receipt_only_receives() -> None:
    assert Step.from_properties({"gc.sign": "all"}).outcomes == {"approve": Stance.FOR, "reject": Stance.AGAINST}
    assert Step.from_properties({"gc.sign": "receipt"}).outcomes == {"received": Stance.FOR}


def test_a_plain_task_may_name_its_outcomes() -> None:
    step = Step.from_properties({"gc.outcomes": "fixed:for, not_fixed:against"})
    assert (step.mode, list(step.outcomes)) == (SignMode.ANY, ["fixed", "not_fixed"])


@pytest.mark.parametrize(
    "properties",
    [
        {"gc.sign": ""},
        {"gc.sign": "every"},
        {"gc.sign": "any:2"},
        {"gc.sign": "count"},
        {"gc.sign": "count:0"},
        {"gc.sign": "count:-1"},
        {"gc.sign": "count:101"},
        {"gc.sign": "count:1e2"},
        {"gc.sign": "count:２"},
        {"gc.sign": "ratio:0.6"},
        {"gc.sign": "weight:a=2"},
        {"gc.sign": "committee"},
        {"gc.sign": "all", "gc.decide": "late"},
        {"gc.sign": "all", "gc.different": "unit"},
        {"gc.sign": "count:2", "gc.different": "department"},
        {"gc.sign": "receipt", "gc.outcomes": "received:for, refused:against"},
        {"gc.sign": "all", "gc.outcomes": "reject:against"},
    ],
)
def test_refuses_properties_that_mean_nothing(properties: dict[str, str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        Step.from_properties(properties)
    assert refused.value.code == "invalid_bpmn"


def test_says_that_a_known_mode_is_not_built_yet() -> None:
    with pytest.raises(InvalidInput, match="ratio is not yet"):
        Step.from_properties({"gc.sign": "ratio:0.6"})


def test_reads_outcomes_in_the_order_written() -> None:
    outcomes = parse_outcomes("approve:for, approve_with_change:for, pass:abstain ,reject : against,同意")
    assert list(outcomes.items()) == [
        ("approve", Stance.FOR),
        ("approve_with_change", Stance.FOR),
        ("pass", Stance.ABSTAIN),
        ("reject", Stance.AGAINST),
        ("同意", Stance.FOR),
    ]


@pytest.mark.parametrize(
    "text", ["", "approve:", "approve:maybe", ":for", "a:for,,b:for", "a:for,a:against", "1a:for", "a b:for"]
)
def test_refuses_outcomes_that_cannot_be_read(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_outcomes(text)
