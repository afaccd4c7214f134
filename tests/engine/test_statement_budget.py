"""How many SQL statements a request may cost (DESIGN 12), counted on warm caches, in the process of the benchmark."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.queries import inbox, instances
from engine.store.database import Database
from tests.engine.bpmn_story import boundary, end, gateway, timer
from tests.engine.house import House, diagram, plain

CONTRACT_REVIEW = diagram(
    "s->fill;fill->fork;fork->legal;fork->finance;legal->join;finance->join;join->amount;amount-[=amount > 1000]->gm;"
    'amount-[*]->small;late->too_late;gm->decision;decision-[=decision = "return"]->fill;decision-[*]->e',
    plain("fill", "sales_rep"),
    plain("legal", "contract_officer"),
    plain("finance", "finance_accountant"),
    plain("gm", "gm"),
    gateway("parallel", "fork", "join"),
    gateway("exclusive", "amount", "decision"),
    boundary("late", "gm", timer("P1D"), interrupting=False),
    end("small"),
    end("too_late"),
)


@pytest.fixture
def house(database: Database, tmp_path: Path) -> House:
    """The whole process has been walked once, so what a process keeps in memory is there."""
    made = House(database, tmp_path, CONTRACT_REVIEW)
    walk(made)
    return made


def walk(house: House, count: Callable[[str, Callable[[], object]], None] = lambda _, act: act() and None) -> None:
    """One case from start to end; `count` is told what each step is and does it."""
    keys: list[int] = []
    count("start", lambda: keys.append(house.start(amount=5000)))
    for user, element in (("lin.yue", "fill"), ("luo.ping", "legal"), ("ma.liang", "finance"), ("he.jun", "gm")):
        actor, task = house.actor(user), house.task(element)
        count(f"claim {element}", lambda actor=actor, task=task: house.claim_as(actor, task))  # type: ignore[misc]  # bound at once
        count(f"complete {element}", lambda actor=actor, task=task: house.complete_as(actor, task))  # type: ignore[misc]  # bound at once
    assert house.row(keys[0]).state == "completed"


def test_keeps_the_budget_of_every_step_of_a_case(house: House) -> None:
    counts: dict[str, list[str]] = {}

    def count(name: str, act: Callable[[], object]) -> None:
        with house.database.count_statements() as counted:
            act()
        counts[name] = counted.texts

    walk(house, count)
    limits = {"start": 8, "claim": 3, "complete": 8}
    over = {name: texts for name, texts in counts.items() if len(texts) > limits[name.split()[0]]}
    assert not over, "\n".join(f"{name}: {len(texts)}\n  " + "\n  ".join(texts) for name, texts in over.items())


def test_shows_an_inbox_with_one_statement(house: House) -> None:
    house.start(amount=1)
    actor = house.actor("lin.yue")
    with house.database.count_statements() as counted:
        page = inbox.inbox(house.engine, actor, limit=50)
    assert [item.element_id for item in page] == ["fill"]
    assert counted.count == 1, counted.texts


def test_reads_ones_case_with_one_statement(house: House) -> None:
    key = house.start(amount=1)
    actor = house.actor("lin.yue")
    with house.database.count_statements() as counted:
        assert instances.get(house.engine, actor, key).key == key
    assert counted.count == 1, counted.texts


def test_a_task_that_others_need_not_hear_of_costs_no_more_with_a_subscription_elsewhere(house: House) -> None:
    from engine.commands.subscribe_callback import subscribe_callback
    from tests.engine.house import ADMINISTRATOR

    subscribe_callback(house.engine, ADMINISTRATOR, "https://example.com/x", process_id="another")
    walk(house)
    test_keeps_the_budget_of_every_step_of_a_case(house)
