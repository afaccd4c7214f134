"""An organisation document is read strictly, and written as it was read."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from engine.errors import InvalidInput
from engine.people import Directory
from engine.people.company import read

COMPANY = Path(__file__).parents[2] / "processes" / "company.yaml"


def name(text: str) -> dict[str, str]:
    return {"zh": text, "en": text}


SMALL: dict[str, Any] = {
    "name": name("company"),
    "calendars": [{"id": "office", "hours": "09:00-18:00"}],
    "units": [
        {"id": "top", "name": name("top"), "calendar": "office", "head": "ann"},
        {"id": "below", "name": name("below"), "parent": "top"},
    ],
    "roles": [{"id": "boss", "name": name("boss")}, {"id": "clerk", "name": name("clerk"), "reports_to": "boss"}],
    "users": [{"id": "ann", "name": name("Ann")}, {"id": "bob", "name": name("Bob"), "email": "bob@example.com"}],
    "memberships": [
        {"user": "ann", "role": "boss", "unit": "top"},
        {"user": "bob", "role": "clerk", "unit": "below", "from": "2026-01-01", "until": "2026-12-31"},
    ],
    "rosters": [
        {
            "role": "clerk",
            "unit": "below",
            "shifts": [{"id": "day", "name": name("day"), "start": "08:00", "end": "16:00"}],
            "duties": [{"user": "bob", "shift": "day", "weekdays": "mon-fri"}],
        }
    ],
    "substitutes": [{"user": "ann", "substitute": "bob", "processes": ["leave_request"], "amount_up_to": "1000.00"}],
    "committees": [{"id": "board", "name": name("board"), "chair": "boss", "members": ["clerk"]}],
}


def changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    document = deepcopy(SMALL)
    change(document)
    return document


def problems_of(document: Any) -> list[dict[str, str]]:
    with pytest.raises(InvalidInput) as refused:
        Directory.from_document(document)
    assert refused.value.code == "invalid_organisation"
    found: list[dict[str, str]] = refused.value.facts["problems"]
    return found


def test_reads_a_small_organisation() -> None:
    directory = Directory.from_document(SMALL, revision=7)
    assert (directory.revision, list(directory.users), list(directory.units)) == (7, ["ann", "bob"], ["top", "below"])


@pytest.mark.parametrize("document", [SMALL, read(COMPANY.read_text("utf-8"))], ids=["small", "company"])
def test_is_written_as_it_was_read(document: dict[str, Any]) -> None:
    written = Directory.from_document(document).to_document()
    assert Directory.from_document(json.loads(json.dumps(written))).to_document() == written
    for part in ("users", "roles"):
        assert written[part] == document[part]
    for part in ("units", "memberships"):
        assert written[part] == document[part]


WRONG: list[tuple[Callable[[dict[str, Any]], object], str]] = [
    (lambda d: d.update(people=[]), "/people"),
    (lambda d: d.update(units={}), "/units"),
    (lambda d: d.update(units=["top"]), "/units/0"),
    (lambda d: d.update(zone="Asia/Nowhere"), "/calendars/0"),
    (lambda d: d["calendars"][0].update(hours="late"), "/calendars/0"),
    (lambda d: d["units"][0].pop("name"), "/units/0/name"),
    (lambda d: d["units"][0].update(name={"en": "top"}), "/units/0/name/zh"),
    (lambda d: d["units"][0].update(haed="ann"), "/units/0/haed"),
    (lambda d: d["units"][0].update(id="top@1"), "/units/0/id"),
    (lambda d: d["units"][0].update(id=5), "/units/0/id"),
    (lambda d: d["units"][0].update(head="eve"), "/units/0/head"),
    (lambda d: d["units"][0].update(calendar="night"), "/units/0/calendar"),
    (lambda d: d["units"][0].pop("calendar"), "/units/0/calendar"),
    (lambda d: d["units"][0].update(parent="below"), "/units"),
    (lambda d: d["units"][1].update(parent="nowhere"), "/units/1/parent"),
    (lambda d: d["units"].append(d["units"][0]), "/units/2/id"),
    (lambda d: d["roles"][0].update(reports_to="clerk"), "/roles"),
    (lambda d: d["roles"][0].update(reports_to="king"), "/roles/0/reports_to"),
    (lambda d: d["roles"].append({"id": "employee", "name": name("all")}), "/roles"),
    (lambda d: d["users"].append(d["users"][0]), "/users/2/id"),
    (lambda d: d["users"][0].update(email=["x"]), "/users/0/email"),
    (lambda d: d["users"][0].update(email="x" * 201), "/users/0/email"),
    (lambda d: d["users"][0].update(functional_manager="eve"), "/users/0/functional_manager"),
    (lambda d: d["memberships"][0].update(role="king"), "/memberships/0/role"),
    (lambda d: d["memberships"][0].pop("unit"), "/memberships/0/unit"),
    (lambda d: d["memberships"][0].update(until="soon"), "/memberships/0/until"),
    (lambda d: d["memberships"][1].update(until="2025-12-31"), "/memberships/1/until"),
    (lambda d: d["rosters"][0].update(role="king"), "/rosters/0/role"),
    (lambda d: d["rosters"][0]["shifts"][0].update(start="8:00"), "/rosters/0/shifts/0/start"),
    (lambda d: d["rosters"][0]["shifts"][0].update(end="24:00"), "/rosters/0/shifts/0/end"),
    (lambda d: d["rosters"][0]["duties"][0].update(shift="night"), "/rosters/0/duties/0/shift"),
    (lambda d: d["rosters"][0]["duties"][0].update(weekdays="always"), "/rosters/0/duties/0/weekdays"),
    (lambda d: d["rosters"][0]["duties"][0].update(user="eve"), "/rosters/0/duties/0/user"),
    (lambda d: d["substitutes"][0].update(substitute="ann"), "/substitutes/0"),
    (lambda d: d["substitutes"][0].update(amount_up_to="much"), "/substitutes/0/amount_up_to"),
    (lambda d: d["substitutes"][0].update(processes="leave"), "/substitutes/0/processes"),
    (lambda d: d["committees"][0].update(chair="king"), "/committees/0/chair"),
    (lambda d: d["committees"][0].update(members=["king"]), "/committees/0/members"),
    (lambda d: d["committees"][0].update(members=["a,b"]), "/committees/0/members"),
    (lambda d: d["committees"][0].update(members=[1]), "/committees/0/members"),
]


@pytest.mark.parametrize(("change", "path"), WRONG)
def test_says_where_a_document_is_wrong(change: Callable[[dict[str, Any]], object], path: str) -> None:
    assert path in [problem["path"] for problem in problems_of(changed(change))]


def test_a_membership_may_last_one_day() -> None:
    document = changed(lambda d: d["memberships"][1].update({"from": "2026-03-02", "until": "2026-03-02"}))
    assert Directory.from_document(document).to_document()["memberships"] == document["memberships"]


def test_names_every_problem_at_once() -> None:
    document = changed(lambda d: (d["units"][0].update(id="?"), d["users"][0].update(id="?"), d.update(extra=1)))
    assert {"/units/0/id", "/users/0/id", "/extra"} <= {problem["path"] for problem in problems_of(document)}


@pytest.mark.parametrize("document", [None, [], "company", 5, {}])
def test_refuses_what_is_no_organisation(document: Any) -> None:
    assert problems_of(document)


@pytest.mark.parametrize(
    "text",
    ["", "- a", "a: [", "a: &x [1]\nb: *x", "a: 1\na: 2", "a: !!python/object/apply:os.system [ls]", "[" * 5000, "a: \x00"],
)
def test_refuses_a_company_file_that_is_none(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read(text)
    assert refused.value.code == "invalid_organisation"


def test_refuses_a_company_file_that_is_too_large() -> None:
    with pytest.raises(InvalidInput) as refused:
        read("a: " + "x" * 2_000_001)
    assert refused.value.code == "body_too_large"


def test_reads_clock_times_dates_and_off_as_text() -> None:
    document = read("a: 07:00\nb: 2026-03-02\nc: off\nd: 2027\ne:\nf: null\ng: no")
    assert document == {"a": "07:00", "b": "2026-03-02", "c": "off", "d": 2027, "e": None, "f": None, "g": "no"}
