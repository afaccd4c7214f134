"""Deploy files: diagrams, decision tables, forms. All or nothing; what is unchanged keeps its key and version."""

from __future__ import annotations

from collections.abc import Mapping

from engine.access import may
from engine.engine import Engine
from engine.library import DatabaseWorld
from engine.publishing import references, versions
from engine.publishing.reading import Read, read_files
from engine.store import decision_definitions, deployments, epochs, form_definitions
from engine.store.database import Connection
from engine.vocabulary import Actor


def deploy(engine: Engine, actor: Actor, files: Mapping[str, bytes], *, note: str = "") -> versions.Deployment:
    """`files` by name; the ending says the kind, `process.yaml` is the settings of the diagrams in its folder.

    Rejections: `not_allowed`, `invalid_bpmn`, `invalid_dmn`, `invalid_xml`, `invalid_form`, `invalid_resource`, each
    with the problems found (element, line, sentence).
    """
    may.publish(actor)
    read = read_files(files)
    with engine.opening() as (connection, world):
        epochs.bump(connection, "definitions")  # first: its row makes deployments queue, so that versions follow one another
        _check(connection, world, engine, read)
        deployment = versions.Deployment(world.key())
        deployments.add(connection, {"key": deployment.key, "at": world.now, "by_user": actor.user_id, "note": note})
        versions.keep_decisions(connection, world, read, deployment)
        versions.keep_forms(connection, world, read, deployment)
        versions.keep_processes(connection, world, read, deployment)
        versions.keep_others(connection, world, read, deployment)
    engine.refresh()
    return deployment


def _check(connection: Connection, world: DatabaseWorld, engine: Engine, read: Read) -> None:
    known = {p.definition.process_id: p.definition for p in engine.library.latest_processes(connection)}
    shelf = references.Shelf(
        forms={f.form_id for _, _, f in read.forms} | {row.form_id for row in form_definitions.latest(connection)},
        decisions={d for _, _, m in read.models for d in m.decisions}
        | {row.decision_id for row in decision_definitions.latest(connection)},
        processes={**known, **{d.process_id: d for _, _, d in read.processes}},
    )
    references.check_settings(read.settings, world.directory)
    references.check((d for _, _, d in read.processes), shelf, world.directory)
