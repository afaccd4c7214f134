"""Who holds what, who is above whom, who is on duty: in the demo company."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from engine.errors import InvalidInput, NotFound
from engine.people import Directory
from engine.people.company import read

DOCUMENT = read((Path(__file__).parents[2] / "processes" / "company.yaml").read_text("utf-8"))
DEMO = Directory.from_document(DOCUMENT)
MONDAY = datetime.fromisoformat("2026-03-02T09:00+08:00")


def with_members(*members: dict[str, Any], **roles: Any) -> Directory:
    return Directory.from_document(DOCUMENT | {"memberships": DOCUMENT["memberships"] + list(members)} | roles)


def test_a_person_stands_for_himself_his_roles_and_everybody() -> None:
    assert DEMO.principals("tao.ning", MONDAY) == {
        "user:tao.ning",
        "role:archivist",
        "role:archivist@gm_office",
        "role:seal_keeper",
        "role:seal_keeper@gm_office",
        "role:employee",
        "role:employee@gm_office",
    }


def test_knows_post_roles_and_unit_of_a_person() -> None:
    assert DEMO.roles_of("sun.ying", MONDAY) == ("marketing_director", "publisher", "employee")
    assert DEMO.unit_of("lin.yue", MONDAY) == "sales_north"


def test_refuses_a_person_who_is_not_there() -> None:
    with pytest.raises(NotFound) as refused:
        DEMO.principals("nobody", MONDAY)
    assert refused.value.code == "user_not_found"


def test_a_membership_holds_from_its_first_to_its_last_day_in_the_companys_zone() -> None:
    directory = with_members(
        {"user": "lin.yue", "role": "auditor", "unit": "supervision", "from": "2026-03-02", "until": "2026-03-03"}
    )
    held = [
        "role:auditor" in directory.principals("lin.yue", datetime.fromisoformat(moment))
        for moment in (
            "2026-03-01T23:59+08:00",
            "2026-03-02T00:00+08:00",
            "2026-03-03T23:59+08:00",
            "2026-03-04T00:00+08:00",
        )
    ]
    assert held == [False, True, True, False]
    assert "role:auditor" in directory.principals("lin.yue", datetime(2026, 3, 1, 16, 0, tzinfo=UTC))


def test_somebody_who_left_stands_only_for_himself_and_heads_nothing() -> None:
    members = [m | {"until": "2026-02-28"} if m["user"] == "zhao.ming" else m for m in DOCUMENT["memberships"]]
    directory = Directory.from_document(DOCUMENT | {"memberships": members})
    assert directory.principals("zhao.ming", MONDAY) == {"user:zhao.ming"}
    assert not directory.is_active("zhao.ming", MONDAY)
    assert directory.unit_of("zhao.ming", MONDAY) is None
    assert directory.head_of("sales_north", MONDAY) == "wang.lei"
    assert directory.line_manager("lin.yue", at=MONDAY) == "wang.lei"
    assert directory.superior_of("zhao.ming", MONDAY) == "wang.lei"


def test_holders_climb_to_the_nearest_unit_that_has_one() -> None:
    assert DEMO.holders("sales_manager", MONDAY, "branch_1") == ("wang.lei",)
    assert DEMO.nearest_unit_with("sales_manager", "branch_1", MONDAY) == "sales"
    assert DEMO.holders("gm", MONDAY, "finance") == ("he.jun",)
    assert DEMO.holders("sales_manager", MONDAY, "finance") == ()
    assert DEMO.holders("gm_office", MONDAY) == ("gu.mei", "pan.ting")


def test_holders_exactly_in_do_not_climb() -> None:
    assert DEMO.holders_exactly_in("sales_manager", "branch_1", MONDAY) == ()
    assert DEMO.holders_exactly_in("sales_manager", "sales", MONDAY) == ("wang.lei",)


def test_everybody_is_an_employee() -> None:
    assert set(DEMO.holders("employee", MONDAY)) == set(DEMO.users)
    assert DEMO.holders_exactly_in("employee", "sales_north", MONDAY) == ("lin.yue", "zhao.ming")


def test_refuses_unknown_roles_and_units() -> None:
    for ask in (
        lambda: DEMO.holders("king", MONDAY),
        lambda: DEMO.holders("gm", MONDAY, "moon"),
        lambda: DEMO.head_of("moon", MONDAY),
        lambda: DEMO.on_duty("gm", MONDAY),
    ):
        with pytest.raises(InvalidInput) as refused:
            ask()
        assert refused.value.code == "invalid_organisation"


@pytest.mark.parametrize(
    ("user", "line"),
    [
        ("lin.yue", ["zhao.ming", "wang.lei", "li.hua", "he.jun", "lei.shan", "meng.qi", "rong.hai"]),
        ("he.yun", ["xia.lin", "wang.lei", "li.hua"]),
        ("tang.jia", ["song.an", "zhao.ming", "wang.lei"]),
        ("chen.bo", ["wang.lei", "li.hua"]),
        ("du.qing", ["xu.fan", "he.jun"]),  # two accountants hold the role above alike: the head of the unit
        ("yan.li", ["shi.kai", "he.jun"]),
        ("sun.ying", ["he.jun"]),  # the role above is vacant and passes on
        ("fan.yi", ["li.hua"]),
        ("zhong.yi", ["he.jun"]),  # a head whose role reports to none: the head above
        ("su.wen", ["ning.bo", "cao.rui"]),
        ("meng.qi", ["rong.hai"]),
        ("rong.hai", []),
    ],
)
def test_knows_the_line_upwards(user: str, line: list[str]) -> None:
    upwards = DEMO.superiors_of(user, MONDAY)
    assert list(upwards[: len(line)]) == line
    if not line:
        assert upwards == ()


def test_everybody_but_the_president_ends_up_under_the_president() -> None:
    for user in DEMO.users:
        line = DEMO.superiors_of(user, MONDAY)
        assert user not in line
        assert len(set(line)) == len(line)
        assert user == "rong.hai" or line[-1] == "rong.hai"


def test_a_line_manager_has_a_level() -> None:
    assert DEMO.line_manager("lin.yue", at=MONDAY) == "zhao.ming"
    assert DEMO.line_manager("lin.yue", 3, at=MONDAY) == "li.hua"
    for level in (0, -1, 99):
        assert DEMO.line_manager("lin.yue", level, at=MONDAY) is None


def test_managers_up_to_a_role_end_with_its_holder() -> None:
    assert DEMO.managers_up_to("lin.yue", "dgm", MONDAY) == ("zhao.ming", "wang.lei", "li.hua")
    assert DEMO.managers_up_to("he.jun", "dgm", MONDAY) == ()


def test_a_line_that_turns_in_a_circle_ends() -> None:
    document = {
        "name": {"zh": "c"},
        "calendars": DOCUMENT["calendars"],
        "units": [
            {"id": "a", "name": {"zh": "a"}, "calendar": "company", "head": "ann"},
            {"id": "b", "name": {"zh": "b"}, "calendar": "company", "head": "bob"},
        ],
        "roles": [{"id": "x", "name": {"zh": "x"}, "reports_to": "y"}, {"id": "y", "name": {"zh": "y"}}],
        "users": [{"id": "ann", "name": {"zh": "ann"}}, {"id": "bob", "name": {"zh": "bob"}}],
        "memberships": [{"user": "ann", "role": "x", "unit": "b"}, {"user": "bob", "role": "y", "unit": "a"}],
    }
    directory = Directory.from_document(document)
    assert directory.superiors_of("ann", MONDAY) == ("bob",)


def test_an_accountant_has_two_masters() -> None:
    assert DEMO.functional_manager("ma.liang", MONDAY) == "wang.lei"
    assert DEMO.line_manager("ma.liang", at=MONDAY) == "xu.fan"
    assert DEMO.functional_manager("du.qing", MONDAY) is None


def test_a_unit_without_a_head_is_headed_from_above() -> None:
    assert DEMO.head_of("sales_north", MONDAY) == "zhao.ming"
    assert DEMO.head_of("sales_south", MONDAY) == "wang.lei"
    assert DEMO.head_of("hotel_front", MONDAY) == "he.jun"


@pytest.mark.parametrize(
    ("moment", "person"),
    [
        ("2026-03-02T06:59+08:00", "he.jun"),
        ("2026-03-02T07:00+08:00", "zhu.dan"),
        ("2026-03-02T14:59+08:00", "zhu.dan"),
        ("2026-03-02T15:00+08:00", "hu.jie"),
        ("2026-03-02T22:59+08:00", "hu.jie"),
        ("2026-03-02T23:00+08:00", "he.jun"),
    ],
)
def test_the_shift_says_who_is_on_duty_and_at_night_the_head(moment: str, person: str) -> None:
    assert DEMO.on_duty("front_desk", datetime.fromisoformat(moment)) == (person,)


def test_a_night_shift_belongs_to_the_day_it_starts() -> None:
    roster = {
        "role": "front_desk",
        "unit": "hotel_front",
        "shifts": [{"id": "night", "name": {"zh": "夜班"}, "start": "22:00", "end": "06:00"}],
        "duties": [{"user": "zhu.dan", "shift": "night", "weekdays": "fri", "from": "2026-03-06", "until": "2026-03-06"}],
    }
    directory = Directory.from_document(DOCUMENT | {"rosters": [roster]})
    present = [
        directory.on_duty("front_desk", datetime.fromisoformat(moment)) == ("zhu.dan",)
        for moment in (
            "2026-03-06T05:00+08:00",
            "2026-03-06T22:00+08:00",
            "2026-03-07T05:59+08:00",
            "2026-03-07T06:00+08:00",
            "2026-03-07T23:00+08:00",
            "2026-03-13T23:00+08:00",
        )
    ]
    assert present == [False, True, True, False, False, False]


def test_a_shift_that_ends_when_it_starts_lasts_a_whole_day() -> None:
    roster = {
        "role": "front_desk",
        "unit": "hotel_front",
        "shifts": [{"id": "all", "name": {"zh": "全天"}, "start": "08:00", "end": "08:00"}],
        "duties": [{"user": "zhu.dan", "shift": "all", "weekdays": "mon"}],
    }
    directory = Directory.from_document(DOCUMENT | {"rosters": [roster]})
    on_duty = [
        directory.on_duty("front_desk", datetime.fromisoformat(f"2026-03-{moment}+08:00")) == ("zhu.dan",)
        for moment in ("02T07:59", "02T08:00", "03T07:59", "03T08:00")
    ]
    assert on_duty == [False, True, True, False]


def test_policy_set_and_calendar_come_from_the_nearest_unit_that_says() -> None:
    assert (DEMO.policy_set_of("sales_north"), DEMO.policy_set_of("project_team")) == ("standard", "strict")
    assert (DEMO.calendar_of("branch_1").id, DEMO.calendar_of("finance").id) == ("sales", "company")


def test_finds_people_by_a_piece_of_their_name() -> None:
    assert [user.id for user in DEMO.find_users("林")] == ["lin.yue"]
    assert [user.id for user in DEMO.find_users(" WANG ")] == ["wang.lei"]
    assert [user.id for user in DEMO.find_users("yue")] == ["lin.yue"]
    assert len(DEMO.find_users("", limit=5)) == 5
    assert DEMO.find_users("%") == ()


def test_calls_a_seat_by_its_names() -> None:
    assert DEMO.name_of("user:lin.yue").zh == "林岳"
    assert DEMO.name_of("role:sales_manager").in_language("en") == "Sales Manager"
    assert DEMO.name_of("role:employee@finance").in_language("zh") == "财务部全体员工"
    assert DEMO.name_of("role:gone@moon").zh == "moongone"
    assert DEMO.name_of("user:gone").en == "gone"


def test_keeps_substitutes_and_committees() -> None:
    substitute = DEMO.organisation.substitutes[0]
    assert (substitute.user, substitute.substitute) == ("wang.lei", "zhao.ming")
    assert "gm_meeting" in [committee.id for committee in DEMO.organisation.committees]


def test_the_demo_company_has_every_person_of_its_list() -> None:
    assert len(DEMO.users) == 51
    assert DEMO.users["lin.yue"].name.en == "Lin Yue"
    assert all(DEMO.is_active(user, MONDAY) for user in DEMO.users)
    for role, holder in (("administrator", "admin"), ("publisher", "sun.ying"), ("process_editor", "qian.wei")):
        assert DEMO.holders(role, MONDAY) == (holder,)
