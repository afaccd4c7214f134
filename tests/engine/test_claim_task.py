"""Claiming through the command: a pool's seat for oneself, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest

from engine.commands.claim_task import claim_task
from engine.errors import Conflict, NotAllowed, NotFound, Rejection, WrongState
from engine.store import work_items
from engine.store.database import Database
from engine.store.loading import load_for_claim
from tests.engine.house import House, diagram, plain, signed


def test_takes_the_task_out_of_everybody_elses_inbox(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, diagram("s->a;a->e", signed("a", "finance_accountant")))
    house.start()
    house.claim("ma.liang", "a")
    assert house.inbox("ma.liang") == ["a"]
    assert house.inbox("qiu.yan") == []
    assert house.problems() == []


def test_changes_nothing_when_one_has_the_task_already(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, diagram("s->a;a->e", signed("a", "finance_accountant")))
    key = house.start()
    house.claim("ma.liang", "a")
    house.claim("ma.liang", "a")
    assert house.history(key).count("task.claimed") == 1


def test_refuses_even_ones_own_task_where_an_override_is_not_allowed(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, diagram("s->a;a->e", signed("a", "finance_accountant")))
    house.start()
    house.claim("ma.liang", "a")
    with pytest.raises(Conflict) as refused:
        claim_task(house.engine, house.actor("ma.liang"), house.task("a"), allow_override=False)
    assert refused.value.code == "claimed_by_other"


def test_hides_a_plain_task_from_its_other_group_once_one_has_it(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, diagram("s->a;a->e", plain("a", "finance_accountant,gm")))
    house.start()
    assert house.inbox("he.jun") == house.inbox("ma.liang") == ["a"]
    house.claim("ma.liang", "a")
    assert house.inbox("he.jun") == []
    with pytest.raises(Rejection) as refused:
        house.claim("he.jun", "a")
    assert refused.value.code in ("claimed_by_other", "not_your_turn")
    with pytest.raises(Rejection):
        house.vote("he.jun", "a")
    assert house.problems() == []


def test_lets_as_many_different_people_claim_as_must_sign(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, diagram("s->a;a->e", signed("a", "finance_accountant", sign="count:2")))
    key = house.start()
    house.claim("ma.liang", "a")
    assert house.inbox("qiu.yan") == ["a"]
    house.claim("qiu.yan", "a")
    assert house.inbox("ma.liang") == house.inbox("qiu.yan") == ["a"]
    house.vote("qiu.yan", "a", "approve")
    house.vote("ma.liang", "a", "approve")
    assert house.row(key).state == "completed"
    assert house.problems() == []


@pytest.mark.parametrize(
    ("user", "before", "kind", "code"),
    [
        ("he.jun", lambda _: None, NotAllowed, "not_a_candidate"),
        ("qiu.yan", lambda house: house.claim("ma.liang", "a"), Conflict, "claimed_by_other"),
        ("qiu.yan", lambda house: house.vote("ma.liang", "a", "approve"), WrongState, "task_already_decided"),
        ("ma.liang", lambda house: house.cancel(), WrongState, "task_canceled"),
    ],
)
def test_refuses_a_claim_that_makes_no_sense(
    database: Database, tmp_path: Path, user: str, before: Callable[[House], None], kind: type[Rejection], code: str
) -> None:
    house = House(database, tmp_path, diagram("s->a;a->e", signed("a", "finance_accountant")))
    house.start()
    before(house)
    items = house.items("a")
    with pytest.raises(kind) as refused:
        house.claim(user, "a")
    assert refused.value.code == code
    assert house.items("a") == items


def test_refuses_a_claim_of_who_decided_a_step_that_must_be_somebody_elses(database: Database, tmp_path: Path) -> None:
    chart = diagram("s->a;a->b;b->e", signed("a", "finance_accountant"), signed("b", "finance_accountant", different_from="a"))
    house = House(database, tmp_path, chart)
    house.start()
    house.vote("ma.liang", "a", "approve")
    with pytest.raises(NotAllowed) as refused:
        house.claim("ma.liang", "b")
    assert refused.value.code == "separation_of_duties"


def test_refuses_a_claim_before_ones_turn(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, diagram("s->a;a->e", signed("a", "sales_manager,gm", sign="sequential")))
    house.start()
    with pytest.raises(WrongState) as refused:
        house.claim("he.jun", "a")
    assert refused.value.code == "not_your_turn"


def test_refuses_a_task_that_never_was(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path)
    with pytest.raises(NotFound) as refused:
        claim_task(house.engine, house.actor("he.jun"), 5)
    assert refused.value.code == "task_not_found"


@pytest.mark.parametrize("shape", [signed("a", "finance_accountant"), plain("a", "finance_accountant,gm")], ids=["step", "plain"])
def test_of_two_claims_at_once_one_takes_the_task(database: Database, tmp_path: Path, shape: object) -> None:
    house = House(database, tmp_path, diagram("s->a;a->e", shape))  # type: ignore[arg-type]  # a shape
    rival = "he.jun" if "gm" in str(shape) else "qiu.yan"
    for _ in range(8):
        house.start()
        answers = at_once(house, "ma.liang", rival)
        assert sorted(answers) == ["claimed_by_other", "done"] or sorted(answers) == ["done", "not_your_turn"]
        owners = [user for user in ("ma.liang", rival) if "a" in house.inbox(user)]
        assert len(owners) == 1
        house.vote(owners[0], "a", "approve" if "gc.sign" in str(shape) else None)
        assert house.inbox("ma.liang") == house.inbox(rival) == []
        house.clock.advance(timedelta(seconds=1))
    assert house.problems() == []


def at_once(house: House, *users: str) -> list[str]:
    """What each was told who claimed the task `a` in the same instant."""
    task, gate, answers = house.task("a"), Barrier(len(users)), []

    def claim(user: str) -> None:
        gate.wait()
        try:
            claim_task(house.engine, house.actor(user), task)
            answers.append("done")
        except Rejection as refused:
            answers.append(refused.code)

    threads = [Thread(target=claim, args=(user,)) for user in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_a_claim_and_a_vote_at_once_leave_one_decided_task(database: Database, tmp_path: Path) -> None:
    """What a claim writes must not touch a seat that a vote has closed meanwhile."""
    house = House(database, tmp_path, diagram("s->a;a->e", signed("a", "finance_accountant,gm")))
    for _ in range(8):
        key = house.start()
        task, gate, refused = house.task("a"), Barrier(2), []

        def claim(task: int = task, gate: Barrier = gate, refused: list[str] = refused) -> None:
            gate.wait()
            try:
                claim_task(house.engine, house.actor("ma.liang"), task)
            except Rejection as why:
                refused.append(why.code)

        thread = Thread(target=claim)
        thread.start()
        gate.wait()
        house.vote("he.jun", "a", "approve")
        thread.join()
        assert house.row(key).state == "completed"
        assert house.inbox("ma.liang") == []
        house.clock.advance(timedelta(seconds=1))
    assert house.problems() == []


def test_a_vote_does_not_write_over_a_claim_that_came_first(database: Database, tmp_path: Path) -> None:
    """The vote waits for the claim under way, and then finds the seat taken."""
    house = House(database, tmp_path, diagram("s->a;a->e", signed("a", "finance_accountant")))
    house.start()
    task = house.task("a")
    refused: list[str] = []

    def vote() -> None:
        try:
            house.vote("qiu.yan", "a", "approve")
        except Rejection as why:
            refused.append(why.code)

    thread = Thread(target=vote)
    with house.engine.claiming() as (connection, _):
        case, _ = load_for_claim(connection, task, locked=True)
        thread.start()
        assert work_items.claim(connection, case.work_items[task][0].key, "ma.liang")
    thread.join()
    assert refused == ["claimed_by_other"]
    assert house.inbox("ma.liang") == ["a"]
