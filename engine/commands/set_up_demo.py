"""The first start: the demo company, its logins and its processes. Later starts bring only processes that have changed."""

from __future__ import annotations

from engine import shipped
from engine.commands.deploy import deploy
from engine.commands.import_organisation import import_organisation
from engine.commands.set_passwords import set_passwords
from engine.engine import Engine
from engine.people import company
from engine.store import deployments
from engine.vocabulary import Actor

DEMO_PASSWORD = "guicheng-demo"  # noqa: S105  printed at every start, and only for the demo company

_HOUSE = Actor("system", "Guicheng", roles=frozenset({"administrator"}))


def set_up_demo(engine: Engine) -> bool:
    """Whether this was the first start. Does nothing to a house with an organisation of its own but keep processes current."""
    is_first = engine.directory().revision == 0
    if is_first:
        import_organisation(engine, _HOUSE, company.read(shipped.company()))
        set_passwords(engine, _HOUSE, engine.directory().users, DEMO_PASSWORD)
    files = shipped.resources()
    note = f"shipped {shipped.digest(files)}"
    with engine.looking() as connection:
        is_current = deployments.find_noted(connection, note) is not None
    if not is_current:
        deploy(engine, _HOUSE, files, note=note)
    return is_first
