"""The starter as his own approver, and seats that nobody can fill."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from engine.errors import InvalidInput
from engine.people import Directory, apply_nobody_rule, apply_starter_rule, resolve
from engine.people.company import read
from engine.people.policies import check_rules
from engine.vocabulary import Seat

DOCUMENT = read((Path(__file__).parents[2] / "processes" / "company.yaml").read_text("utf-8"))
DEMO = Directory.from_document(DOCUMENT)
MONDAY = datetime.fromisoformat("2026-03-02T09:00+08:00")
SALES_MANAGER = resolve(DEMO, candidate_groups="sales_manager")
OFFICE = resolve(DEMO, candidate_groups="gm_office")
VACANT = resolve(DEMO, candidate_groups="dgm_marketing")


def names(seats: tuple[Seat, ...]) -> list[str]:
    return [seat.candidate for seat in seats]


def test_a_manager_who_starts_a_contract_is_reviewed_by_the_deputy_general_manager() -> None:
    seating = apply_starter_rule(DEMO, SALES_MANAGER, "wang.lei", "superior", MONDAY)
    assert names(seating.seats) == ["user:li.hua"]
    code, facts = seating.seats[0].reasons[0]
    assert (code, facts) == ("starter_is_approver", {"starter": "wang.lei", "instead_of": "role:sales_manager"})
    assert seating.excluded == frozenset()


@pytest.mark.parametrize(("starter", "superior"), [("wang.lei", "li.hua"), ("ren.xin", "li.hua"), ("xu.fan", "he.jun")])
def test_a_department_head_who_asks_for_leave_is_answered_from_above(starter: str, superior: str) -> None:
    head = DEMO.head_of(str(DEMO.unit_of(starter, MONDAY)), MONDAY)
    assert head == starter
    seating = apply_starter_rule(DEMO, [Seat(f"user:{head}")], starter, "superior", MONDAY)
    assert names(seating.seats) == [f"user:{superior}"]


def test_another_starter_changes_nothing() -> None:
    for rule in ("superior", "skip", "self"):
        seating = apply_starter_rule(DEMO, SALES_MANAGER, "lin.yue", rule, MONDAY)
        assert (seating.seats, seating.skipped, seating.vacant, seating.excluded) == (SALES_MANAGER, (), (), frozenset())


def test_a_role_that_others_hold_too_stays_and_the_starter_is_kept_out() -> None:
    for rule in ("superior", "skip"):
        seating = apply_starter_rule(DEMO, OFFICE, "gu.mei", rule, MONDAY)
        assert (seating.seats, seating.excluded) == (OFFICE, frozenset({"gu.mei"}))


def test_the_starters_seat_may_be_skipped_or_left_to_himself() -> None:
    skipped = apply_starter_rule(DEMO, SALES_MANAGER, "wang.lei", "skip", MONDAY)
    assert (skipped.seats, skipped.skipped) == ((), SALES_MANAGER)
    himself = apply_starter_rule(DEMO, SALES_MANAGER, "wang.lei", "self", MONDAY)
    assert (himself.seats, himself.skipped) == (SALES_MANAGER, ())


def test_the_seat_of_a_starter_with_nobody_above_is_left_to_the_nobody_rule() -> None:
    top = Seat("role:group_president")
    seating = apply_starter_rule(DEMO, [top], "rong.hai", "superior", MONDAY)
    assert (seating.seats, seating.excluded) == ((top,), frozenset({"rong.hai"}))
    assert apply_nobody_rule(DEMO, seating.seats, "incident", MONDAY, excluded=seating.excluded).vacant == (top,)
    answered = apply_nobody_rule(DEMO, seating.seats, "role:group_vp", MONDAY, excluded=seating.excluded)
    assert names(answered.seats) == ["role:group_vp"]


def test_a_superior_who_sits_already_has_one_seat() -> None:
    seats = resolve(DEMO, candidate_groups="sales_manager", candidate_users="li.hua")
    assert names(apply_starter_rule(DEMO, seats, "wang.lei", "superior", MONDAY).seats) == ["user:li.hua"]


def test_a_seat_nobody_can_fill_is_vacant_unless_a_rule_says_more() -> None:
    incident = apply_nobody_rule(DEMO, VACANT, "incident", MONDAY)
    assert (incident.seats, incident.vacant) == ((), VACANT)
    skip = apply_nobody_rule(DEMO, VACANT, "skip", MONDAY)
    assert (skip.seats, skip.skipped, skip.vacant) == ((), VACANT, ())
    superior = apply_nobody_rule(DEMO, VACANT, "superior", MONDAY)
    assert names(superior.seats) == ["user:he.jun"]
    assert superior.seats[0].reasons[0] == ("nobody", {"instead_of": "role:dgm_marketing", "rule": "superior"})
    role = apply_nobody_rule(DEMO, VACANT, "role:marketing_director", MONDAY)
    assert names(role.seats) == ["role:marketing_director"]


def test_seats_somebody_can_fill_stay_in_their_order() -> None:
    seats = (*OFFICE, *VACANT, *SALES_MANAGER)
    assert names(apply_nobody_rule(DEMO, seats, "superior", MONDAY).seats) == [
        "role:gm_office",
        "user:he.jun",
        "role:sales_manager",
    ]


def test_a_replacement_nobody_can_fill_leaves_the_seat_vacant() -> None:
    assert names(apply_nobody_rule(DEMO, VACANT, "role:design_manager", MONDAY).vacant) == ["role:dgm_marketing"]
    top = Seat("role:group_president")
    assert apply_nobody_rule(DEMO, [top], "superior", MONDAY, excluded=frozenset({"rong.hai"})).vacant == (top,)


def test_a_role_whose_only_holder_is_kept_out_counts_as_empty() -> None:
    seating = apply_nobody_rule(DEMO, SALES_MANAGER, "superior", MONDAY, excluded=frozenset({"wang.lei"}))
    assert names(seating.seats) == ["user:li.hua"]
    both = apply_nobody_rule(DEMO, SALES_MANAGER, "superior", MONDAY, excluded=frozenset({"wang.lei", "li.hua"}))
    assert names(both.seats) == ["user:he.jun"]


def test_the_manager_of_somebody_who_left_takes_over() -> None:
    members = [m | {"until": "2026-02-28"} if m["user"] == "zhao.ming" else m for m in DOCUMENT["memberships"]]
    directory = Directory.from_document(DOCUMENT | {"memberships": members})
    seating = apply_nobody_rule(directory, [Seat("user:zhao.ming")], "superior", MONDAY)
    assert names(seating.seats) == ["user:wang.lei"]
    assert apply_nobody_rule(directory, [Seat("user:unknown")], "superior", MONDAY).vacant


def test_refuses_settings_that_mean_nothing() -> None:
    check_rules("superior", "role:gm")
    for starter, nobody in (("boss", "incident"), ("self", "ignore"), ("self", "role:"), ("", "skip")):
        with pytest.raises(InvalidInput) as refused:
            check_rules(starter, nobody)
        assert refused.value.code == "invalid_bpmn"
    with pytest.raises(InvalidInput):
        apply_nobody_rule(DEMO, VACANT, "role:king", MONDAY)
