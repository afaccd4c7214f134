"""A folder of data as the first start leaves it, with a few small processes beside the shipped ones."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine.assembly import assemble
from engine.commands.deploy import deploy
from engine.commands.set_up_demo import set_up_demo
from engine.settings import Settings
from tests.engine.bpmn_story import catch, timer
from tests.engine.house import ADMINISTRATOR, diagram, plain, signed

PROCESSES = {
    "joint.bpmn": diagram(
        "s->a;a->b;b->e",
        signed("a", "finance_manager,contract_officer", sign="all"),
        signed("b", "gm"),
        process="joint",
    ),
    "either.bpmn": diagram("s->a;a->e", signed("a", "dgm,gm"), process="either"),
    "timed.bpmn": diagram("s->t;t->a;a->e", catch("t", timer("PT1S")), plain("a", "gm"), process="timed"),
}


@pytest.fixture(scope="session")
def first_start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("first")
    engine = assemble(Settings.from_environment({"GUICHENG_DATA": str(data)}))
    set_up_demo(engine)
    deploy(engine, ADMINISTRATOR, PROCESSES)
    engine.database.close()
    return data


@pytest.fixture
def data(first_start: Path, tmp_path: Path) -> Path:
    return shutil.copytree(first_start, tmp_path / "data")
