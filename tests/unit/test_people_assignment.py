"""From an assignment to ordered seats, and who may fill them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from engine.errors import InvalidInput
from engine.people import Directory, SeatReference, resolve, starter_context, who
from engine.people.company import read
from engine.vocabulary import Seat

DEMO = Directory.from_document(read((Path(__file__).parents[2] / "processes" / "company.yaml").read_text("utf-8")))
MONDAY = datetime.fromisoformat("2026-03-02T09:00+08:00")


def candidates(**assignment: Any) -> list[str]:
    return [seat.candidate for seat in resolve(DEMO, **assignment)]


def test_roles_become_seats_in_the_order_written() -> None:
    assert candidates(candidate_groups="gm, dgm ,gm_office") == ["role:gm", "role:dgm", "role:gm_office"]


def test_a_role_may_be_asked_in_a_unit() -> None:
    assert candidates(candidate_groups="sales_manager@sales") == ["role:sales_manager@sales"]
    assert candidates(candidate_groups="employee@finance,employee") == ["role:employee@finance", "role:employee"]


def test_people_become_seats() -> None:
    assert candidates(candidate_users="lin.yue,wang.lei") == ["user:lin.yue", "user:wang.lei"]
    assert candidates(assignee="lin.yue") == ["user:lin.yue"]


def test_takes_what_an_expression_yielded() -> None:
    head = SeatReference("user:wang.lei", (("head_of", {"unit": "sales"}),))
    role = SeatReference("role:gm_office")
    assert candidates(candidate_groups=["gm", role, ["dgm,gm"]]) == ["role:gm", "role:gm_office", "role:dgm"]
    assert candidates(candidate_users=[head, "lin.yue"]) == ["user:wang.lei", "user:lin.yue"]
    assert candidates(assignee=starter_context(DEMO, "lin.yue", MONDAY)) == ["user:lin.yue"]
    assert resolve(DEMO, assignee=head) == (Seat("user:wang.lei", head.reasons),)


def test_takes_a_reference_that_a_variable_kept_as_text() -> None:
    kept = ["user:lin.yue", "role:gm", "role:sales_manager@sales"]
    assert candidates(candidate_users=kept) == kept
    assert candidates(candidate_groups=kept) == kept
    assert SeatReference("role:gm").feel_text() == "role:gm"


def test_every_seat_says_why() -> None:
    (seat,) = resolve(DEMO, candidate_groups="gm")
    assert seat.reasons == (("role", {"role": "gm"}),)
    (seat,) = resolve(DEMO, candidate_users="lin.yue")
    assert seat.reasons == (("named", {"by": "candidateUsers", "user": "lin.yue"}),)


def test_an_assignee_takes_the_task_and_nobody_named_leaves_it_to_the_candidates() -> None:
    assert candidates(assignee="lin.yue", candidate_groups="gm") == ["user:lin.yue"]
    assert candidates(assignee=None, candidate_groups="gm", candidate_users="lin.yue") == ["role:gm", "user:lin.yue"]
    assert candidates(assignee="", candidate_groups="gm") == ["role:gm"]


def test_nobody_named_gives_no_seats() -> None:
    assert resolve(DEMO) == ()
    assert resolve(DEMO, candidate_groups=" , ", candidate_users=[], assignee=None) == ()


@pytest.mark.parametrize(
    ("assignment", "path"),
    [
        ({"candidate_groups": "gm,king"}, "candidateGroups"),
        ({"candidate_groups": "gm@moon"}, "candidateGroups"),
        ({"candidate_groups": "gm@"}, "candidateGroups"),
        ({"candidate_groups": 5}, "candidateGroups"),
        ({"candidate_groups": "role:"}, "candidateGroups"),
        ({"candidate_users": "user:"}, "candidateUsers"),
        ({"candidate_users": "user:eve"}, "candidateUsers"),
        ({"assignee": "role:king"}, "candidateGroups"),
        ({"candidate_users": "lin.yue,eve"}, "candidateUsers"),
        ({"candidate_users": {"name": "lin.yue"}}, "candidateUsers"),
        ({"assignee": "gm"}, "assignee"),
        ({"assignee": True}, "assignee"),
    ],
)
def test_says_who_is_unknown(assignment: dict[str, Any], path: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        resolve(DEMO, **assignment)
    assert refused.value.code == "invalid_organisation"
    assert refused.value.facts["problems"][0]["path"] == path


@pytest.mark.parametrize(
    ("candidate", "people"),
    [
        ("user:lin.yue", ("lin.yue",)),
        ("user:gone", ()),
        ("role:gm_office", ("gu.mei", "pan.ting")),
        ("role:sales_manager@sales", ("wang.lei",)),
        ("role:sales_manager@sales_north", ()),
        ("role:dgm_marketing", ()),
        ("role:king", ()),
        ("role:gm@moon", ()),
        ("role:employee@sales_north", ("lin.yue", "zhao.ming")),
    ],
)
def test_knows_who_may_fill_a_seat(candidate: str, people: tuple[str, ...]) -> None:
    assert who(DEMO, Seat(candidate), MONDAY) == people


def test_who_may_fill_a_seat_has_it_among_his_principals() -> None:
    for candidate in ("user:lin.yue", "role:gm_office", "role:sales_manager@sales", "role:employee"):
        for person in DEMO.users:
            assert (person in who(DEMO, Seat(candidate), MONDAY)) == (candidate in DEMO.principals(person, MONDAY))
