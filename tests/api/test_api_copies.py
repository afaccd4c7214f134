"""Copies over HTTP: the cases I was told of."""

from __future__ import annotations

from typing import Any

import pytest

SIGN = 'name="gc.sign" value="any" />'


@pytest.fixture
def telling(desk: Any, order: str) -> Any:
    told = f'{SIGN}<zeebe:property name="gc.copy_to" value="gm" />'
    assert desk.deploy(order_bpmn=order.replace(SIGN, told)).status_code == 200
    return desk


def test_copies_are_listed_for_those_who_hold_the_role(telling: Any) -> None:
    case = telling.start()
    found = telling.get("/copies", by="he.jun").json
    assert [(copy["processInstanceKey"], copy["elementId"], copy["candidate"]) for copy in found["items"]] == [
        (case, "approve", "role:gm")
    ]
    assert found["page"] == {"nextCursor": None}
    assert telling.get("/copies", by="wang.lei").json["items"] == []
    assert telling.get(f"/process-instances/{case}", by="he.jun").status_code == 200


def test_copies_are_turned_page_by_page(telling: Any) -> None:
    cases = {telling.start() for _ in range(3)}
    first = telling.get("/copies?limit=2", by="he.jun").json
    rest = telling.get(f"/copies?limit=2&cursor={first['page']['nextCursor']}", by="he.jun").json
    assert {copy["processInstanceKey"] for copy in first["items"] + rest["items"]} == cases
    assert rest["page"]["nextCursor"] is None
