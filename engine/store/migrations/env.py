"""Run by Alembic for each upgrade; the connection and its transaction are given by `migrate`."""

from __future__ import annotations

from alembic import context

from engine.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
