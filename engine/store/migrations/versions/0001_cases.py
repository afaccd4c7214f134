"""Cases: instances, what happened in them, what people owe."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.store.columns import Instant, Key

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "instance",
        sa.Column("key", Key, autoincrement=False, nullable=False),
        sa.Column("root_key", Key, nullable=False),
        sa.Column("parent_key", Key, nullable=True),
        sa.Column("parent_n", sa.Integer(), nullable=True),
        sa.Column("parent_activation_key", Key, nullable=True),
        sa.Column("definition_key", Key, nullable=False),
        sa.Column("process_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("version_tag", sa.Text(), nullable=True),
        sa.Column("process_name", sa.Text(), nullable=True),
        sa.Column("process_name_en", sa.Text(), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("business_id", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("summary", sa.Text(), server_default="[]", nullable=False),
        sa.Column("starter", sa.Text(), nullable=True),
        sa.Column("starter_unit", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("suspended", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("suspended_at", Instant(), nullable=True),
        sa.Column("has_incident", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("marking", sa.Text(), nullable=False),
        sa.Column("variables", sa.Text(), nullable=False),
        sa.Column("organisation_revision", sa.Integer(), server_default="0", nullable=False),
        sa.Column("seq", sa.Integer(), server_default="0", nullable=False),
        sa.Column("chain_head", sa.Text(), server_default="", nullable=False),
        sa.Column("salt", sa.Text(), server_default="", nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.Column("tags", sa.Text(), server_default="[]", nullable=False),
        sa.PrimaryKeyConstraint("key", name="instance_pkey"),
    )
    _partial("instance_business_id", "instance", ["business_id"], "business_id IS NOT NULL")
    op.create_index("instance_number", "instance", ["number"], unique=True)
    op.create_index("instance_process", "instance", ["process_id", "started_at", "key"])
    op.create_index("instance_root", "instance", ["root_key"])
    op.create_index("instance_starter", "instance", ["starter", "started_at", "key"])
    op.create_table(
        "activation",
        sa.Column("instance_key", Key, autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", Key, nullable=False),
        sa.Column("element_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("owner", sa.Integer(), nullable=True),
        sa.Column("causes", sa.Text(), server_default="[]", nullable=False),
        sa.Column("arrivals", sa.Text(), server_default="[]", nullable=False),
        sa.Column("stopped_by", sa.Integer(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("entered_step", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("ended_step", sa.Integer(), nullable=True),
        sa.Column("ended_as", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("instance_key", "n", name="activation_pkey"),
        sqlite_with_rowid=False,
    )
    op.create_index("activation_key", "activation", ["key"])
    op.create_table(
        "task",
        sa.Column("key", Key, autoincrement=False, nullable=False),
        sa.Column("instance_key", Key, nullable=False),
        sa.Column("root_key", Key, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("activation_key", Key, nullable=False),
        sa.Column("element_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("process_id", sa.Text(), nullable=False),
        sa.Column("definition_key", Key, nullable=False),
        sa.Column("form_id", sa.Text(), nullable=True),
        sa.Column("form_key", Key, nullable=True),
        sa.Column("sign", sa.Text(), nullable=True),
        sa.Column("local_variables", sa.Text(), server_default="{}", nullable=False),
        sa.Column("assignee", sa.Text(), nullable=True),
        sa.Column("priority", sa.Integer(), server_default="50", nullable=False),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("follow_up_at", Instant(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("candidate_groups", sa.Text(), server_default="[]", nullable=False),
        sa.Column("candidate_users", sa.Text(), server_default="[]", nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("starter", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("key", name="task_pkey"),
    )
    _partial("task_assignee", "task", ["assignee"], "assignee IS NOT NULL")
    op.create_index("task_instance", "task", ["instance_key", "n"])
    _partial("task_open", "task", ["opened_at", "key"], "state = 'created'")
    op.create_index("task_opened", "task", ["opened_at", "key"])
    op.create_index("task_root", "task", ["root_key"])
    op.create_table(
        "work_item",
        sa.Column("key", Key, autoincrement=False, nullable=False),
        sa.Column("task_key", Key, nullable=False),
        sa.Column("instance_key", Key, nullable=False),
        sa.Column("root_key", Key, nullable=False),
        sa.Column("seat", sa.Integer(), nullable=False),
        sa.Column("candidate", sa.Text(), nullable=False),
        sa.Column("assignee", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("acted_for", sa.Text(), nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("answers_digest", sa.Text(), nullable=True),
        sa.Column("reasons", sa.Text(), server_default="[]", nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("task_name", sa.Text(), nullable=True),
        sa.Column("task_name_en", sa.Text(), nullable=True),
        sa.Column("element_id", sa.Text(), nullable=False),
        sa.Column("process_id", sa.Text(), nullable=False),
        sa.Column("process_name", sa.Text(), nullable=True),
        sa.Column("process_name_en", sa.Text(), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("summary", sa.Text(), server_default="[]", nullable=False),
        sa.Column("starter", sa.Text(), nullable=True),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("priority", sa.Integer(), server_default="50", nullable=False),
        sa.PrimaryKeyConstraint("key", name="work_item_pkey"),
    )
    _partial("work_item_assignee", "work_item", ["assignee", "opened_at", "key"], "state = 'open' AND assignee IS NOT NULL")
    _partial("work_item_decided", "work_item", ["decided_by", "decided_at", "key"], "decided_by IS NOT NULL")
    op.create_index("work_item_instance", "work_item", ["instance_key"])
    _partial("work_item_pool", "work_item", ["candidate", "opened_at", "key"], "state = 'open' AND assignee IS NULL")
    op.create_index("work_item_root", "work_item", ["root_key"])
    op.create_index("work_item_task", "work_item", ["task_key"])
    op.create_table(
        "event",
        sa.Column("instance_key", Key, autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("root_key", Key, nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=True),
        sa.Column("element_id", sa.Text(), nullable=True),
        sa.Column("payload", sa.Text(), nullable=True),
        sa.Column("salt", sa.Text(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("instance_key", "seq", name="event_pkey"),
    )
    op.create_index("event_root", "event", ["root_key", "at"])
    op.create_table(
        "activity",
        sa.Column("key", Key, autoincrement=False, nullable=False),
        sa.Column("instance_key", Key, nullable=True),
        sa.Column("root_key", Key, nullable=True),
        sa.Column("task_key", Key, nullable=True),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=True),
        sa.Column("payload", sa.Text(), server_default="{}", nullable=False),
        sa.PrimaryKeyConstraint("key", name="activity_pkey"),
    )
    op.create_index("activity_root", "activity", ["root_key", "at"])
    op.create_table(
        "incident",
        sa.Column("key", Key, autoincrement=False, nullable=False),
        sa.Column("instance_key", Key, nullable=False),
        sa.Column("root_key", Key, nullable=False),
        sa.Column("n", sa.Integer(), nullable=True),
        sa.Column("activation_key", Key, nullable=True),
        sa.Column("element_id", sa.Text(), nullable=False),
        sa.Column("process_id", sa.Text(), nullable=False),
        sa.Column("definition_key", Key, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), server_default="{}", nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("job_key", Key, nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("resolved_at", Instant(), nullable=True),
        sa.Column("resolved_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("key", name="incident_pkey"),
    )
    _partial("incident_active", "incident", ["created_at", "key"], "state = 'active'")
    op.create_index("incident_instance", "incident", ["instance_key"])
    op.create_index("incident_root", "incident", ["root_key"])


def _partial(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    op.create_index(name, table, columns, unique=unique, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
