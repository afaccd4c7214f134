"""Deployments and what they brought."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.store.columns import Instant, Key

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "deployment",
        sa.Column("key", Key, autoincrement=False, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("by_user", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("key", name="deployment_pkey"),
    )
    op.create_table(
        "definition",
        sa.Column("key", Key, autoincrement=False, nullable=False),
        sa.Column("deployment_key", Key, nullable=False),
        sa.Column("process_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("version_tag", sa.Text(), nullable=True),
        sa.Column("resource_name", sa.Text(), nullable=False),
        sa.Column("xml", sa.Text(), nullable=False),
        sa.Column("xml_digest", sa.Text(), nullable=False),
        sa.Column("settings", sa.Text(), server_default="{}", nullable=False),
        sa.Column("has_start_form", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("start_form_id", sa.Text(), nullable=True),
        sa.Column("is_latest", sa.Boolean(), nullable=False),
        sa.Column("deployed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="definition_pkey"),
    )
    op.create_index("definition_deployment", "definition", ["deployment_key"])
    _partial("definition_latest", "definition", ["process_id"], "is_latest", unique=True)
    op.create_index("definition_version", "definition", ["process_id", "version"], unique=True)
    op.create_table(
        "decision_definition",
        sa.Column("key", Key, autoincrement=False, nullable=False),
        sa.Column("deployment_key", Key, nullable=False),
        sa.Column("decision_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("version_tag", sa.Text(), nullable=True),
        sa.Column("requirements_id", sa.Text(), nullable=False),
        sa.Column("requirements_key", Key, nullable=False),
        sa.Column("requirements_name", sa.Text(), nullable=True),
        sa.Column("requirements_version", sa.Integer(), nullable=False),
        sa.Column("resource_name", sa.Text(), nullable=False),
        sa.Column("xml", sa.Text(), nullable=False),
        sa.Column("xml_digest", sa.Text(), nullable=False),
        sa.Column("is_latest", sa.Boolean(), nullable=False),
        sa.Column("deployed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="decision_definition_pkey"),
    )
    op.create_index("decision_definition_deployment", "decision_definition", ["deployment_key"])
    _partial("decision_definition_latest", "decision_definition", ["decision_id"], "is_latest", unique=True)
    op.create_index("decision_definition_version", "decision_definition", ["decision_id", "version"], unique=True)
    op.create_table(
        "form_definition",
        sa.Column("key", Key, autoincrement=False, nullable=False),
        sa.Column("deployment_key", Key, nullable=False),
        sa.Column("form_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("resource_name", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("document_digest", sa.Text(), nullable=False),
        sa.Column("is_latest", sa.Boolean(), nullable=False),
        sa.Column("deployed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="form_definition_pkey"),
    )
    op.create_index("form_definition_deployment", "form_definition", ["deployment_key"])
    _partial("form_definition_latest", "form_definition", ["form_id"], "is_latest", unique=True)
    op.create_index("form_definition_version", "form_definition", ["form_id", "version"], unique=True)
    op.create_table(
        "resource",
        sa.Column("key", Key, autoincrement=False, nullable=False),
        sa.Column("deployment_key", Key, nullable=False),
        sa.Column("resource_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("resource_name", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("content_digest", sa.Text(), nullable=False),
        sa.Column("is_latest", sa.Boolean(), nullable=False),
        sa.Column("deployed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="resource_pkey"),
    )
    op.create_index("resource_deployment", "resource", ["deployment_key"])
    _partial("resource_latest", "resource", ["resource_id"], "is_latest", unique=True)
    op.create_index("resource_version", "resource", ["resource_id", "version"], unique=True)


def _partial(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    op.create_index(name, table, columns, unique=unique, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
