"""Many people on few cases at once, through the commands: whatever the interleaving, what must hold holds."""

from __future__ import annotations

from pathlib import Path
from random import Random
from threading import Barrier, Thread

from engine.commands.release_task import release_task
from engine.errors import Rejection
from engine.store import work_items
from engine.store.database import Database
from tests.engine.bpmn_story import gateway
from tests.engine.house import House, diagram, plain, signed

CHART = diagram(
    "s->f;f->a;f->b;a->j;b->j;j->c;c->d;d->e",
    gateway("parallel", "f", "j"),
    signed("a", "finance_accountant,finance_manager", sign="all"),
    signed("b", "finance_accountant", sign="count:2"),
    signed("c", "gm,dgm"),
    plain("d", "finance_accountant,gm"),
)
PEOPLE = ("ma.liang", "qiu.yan", "xu.fan", "he.jun", "li.hua")
CASES = 3
TURNS = 25


def test_people_who_claim_release_vote_and_return_at_random_leave_sound_cases(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, CHART)
    for _ in range(CASES):
        house.start()
    gate = Barrier(len(PEOPLE))
    faults: list[BaseException] = []

    def act(user: str, seed: int) -> None:
        choose, actor = Random(seed), house.actor(user)  # noqa: S311  repeatable chance, no secret
        gate.wait()
        for _ in range(TURNS):
            try:
                with database.reading() as connection:
                    owed = work_items.inbox(connection, candidates=actor.principals, assignees=[user], limit=20)
                if not owed:
                    continue
                item = choose.choice(owed)
                verb = choose.choice(["claim", "release", "vote", "vote", "return"])
                if verb == "claim":
                    house.claim_as(actor, item.task_key)
                elif verb == "release":
                    release_task(house.engine, actor, item.task_key)
                elif verb == "return" and item.element_id == "c":
                    house.send_back(user, "c", "b", comment="again")
                else:
                    outcome = {} if item.element_id == "d" else {"outcome": "approve"}
                    house.complete_as(actor, item.task_key, **outcome)
            except Rejection:
                continue  # somebody else was faster
            except Exception as fault:  # noqa: BLE001  whatever it is, the test shows it
                faults.append(fault)

    threads = [Thread(target=act, args=(user, number)) for number, user in enumerate(PEOPLE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert house.problems() == []
    votes = 0
    for key in house.started:
        with database.reading() as connection:
            items = work_items.of_tree(connection, key)
        voted = [(item.task_key, item.seat) for item in items if item.state == "done"]
        assert len(voted) == len(set(voted))
        votes += sum(item.decided_by is not None for item in items)
        for task in {item.task_key for item in items if item.element_id == "b"}:
            voters = [item.decided_by for item in items if item.task_key == task and item.state == "done"]
            assert len(voters) == len(set(voters)) <= 2
    assert votes > CASES, "too little happened to prove anything"
