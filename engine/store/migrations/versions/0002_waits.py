"""What cases wait for, and what they send."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.store.columns import Instant, Key

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "timer",
        sa.Column("key", Key, autoincrement=False, nullable=False),
        sa.Column("instance_key", Key, nullable=True),
        sa.Column("root_key", Key, nullable=True),
        sa.Column("n", sa.Integer(), nullable=True),
        sa.Column("definition_key", Key, nullable=True),
        sa.Column("element_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="element", nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("lease_until", Instant(), nullable=True),
        sa.Column("fence", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("key", name="timer_pkey"),
    )
    _partial("timer_definition", "timer", ["definition_key"], "definition_key IS NOT NULL")
    _partial("timer_due", "timer", ["due_at"], "state = 'waiting'")
    op.create_index("timer_instance", "timer", ["instance_key", "n"])
    op.create_table(
        "job",
        sa.Column("key", Key, autoincrement=False, nullable=False),
        sa.Column("instance_key", Key, nullable=False),
        sa.Column("root_key", Key, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("activation_key", Key, nullable=False),
        sa.Column("element_id", sa.Text(), nullable=False),
        sa.Column("process_id", sa.Text(), nullable=False),
        sa.Column("definition_key", Key, nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("retries", sa.Integer(), nullable=False),
        sa.Column("priority", sa.Integer(), server_default="50", nullable=False),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.Column("deadline", Instant(), nullable=True),
        sa.Column("fence", sa.Integer(), server_default="0", nullable=False),
        sa.Column("headers", sa.Text(), server_default="{}", nullable=False),
        sa.Column("variables", sa.Text(), server_default="{}", nullable=False),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("key", name="job_pkey"),
    )
    _partial("job_due", "job", ["type", "due_at"], "state IN ('created', 'activated')")
    op.create_index("job_instance", "job", ["instance_key", "n"])
    op.create_table(
        "message_subscription",
        sa.Column("key", Key, autoincrement=False, nullable=False),
        sa.Column("instance_key", Key, nullable=True),
        sa.Column("root_key", Key, nullable=True),
        sa.Column("n", sa.Integer(), nullable=True),
        sa.Column("definition_key", Key, nullable=True),
        sa.Column("element_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("correlation_key", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="message_subscription_pkey"),
    )
    op.create_index("message_subscription_instance", "message_subscription", ["instance_key", "n"])
    _partial("message_subscription_name", "message_subscription", ["name", "correlation_key"], "state = 'waiting'")
    op.create_table(
        "signal_subscription",
        sa.Column("key", Key, autoincrement=False, nullable=False),
        sa.Column("instance_key", Key, nullable=True),
        sa.Column("root_key", Key, nullable=True),
        sa.Column("n", sa.Integer(), nullable=True),
        sa.Column("definition_key", Key, nullable=True),
        sa.Column("element_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="signal_subscription_pkey"),
    )
    op.create_index("signal_subscription_instance", "signal_subscription", ["instance_key", "n"])
    _partial("signal_subscription_name", "signal_subscription", ["name"], "state = 'waiting'")
    op.create_table(
        "message",
        sa.Column("key", Key, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("correlation_key", sa.Text(), server_default="", nullable=False),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column("variables", sa.Text(), server_default="{}", nullable=False),
        sa.Column("published_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("consumed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="message_pkey"),
    )
    op.create_index("message_expires", "message", ["expires_at"])
    _partial("message_id", "message", ["name", "message_id"], "message_id IS NOT NULL", unique=True)
    op.create_index("message_waiting", "message", ["name", "correlation_key", "expires_at"])
    op.create_table(
        "pending_effect",
        sa.Column("key", Key, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source_key", Key, nullable=True),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("lease_until", Instant(), nullable=True),
        sa.Column("fence", sa.Integer(), server_default="0", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("key", name="pending_effect_pkey"),
    )
    op.create_index("pending_effect_due", "pending_effect", ["due_at", "key"])
    epoch = op.create_table(
        "epoch",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="epoch_pkey"),
    )
    op.create_table(
        "number_series",
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("series", name="number_series_pkey"),
    )
    op.create_table(
        "callback_subscription",
        sa.Column("key", Key, autoincrement=False, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("process_id", sa.Text(), nullable=True),
        sa.Column("element_id", sa.Text(), nullable=True),
        sa.Column("event_types", sa.Text(), server_default="[]", nullable=False),
        sa.Column("instance_key", Key, nullable=True),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="callback_subscription_pkey"),
    )
    _partial("callback_subscription_instance", "callback_subscription", ["instance_key"], "instance_key IS NOT NULL")
    op.create_table(
        "delivery",
        sa.Column("key", Key, autoincrement=False, nullable=False),
        sa.Column("subscription_key", Key, nullable=False),
        sa.Column("instance_key", Key, nullable=False),
        sa.Column("root_key", Key, nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_at", Instant(), nullable=False),
        sa.Column("lease_until", Instant(), nullable=True),
        sa.Column("fence", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_status", sa.Integer(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("done_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("key", name="delivery_pkey"),
    )
    _partial("delivery_due", "delivery", ["next_at"], "state = 'pending'")
    op.create_index("delivery_root", "delivery", ["root_key"])
    op.create_index("delivery_sequence", "delivery", ["subscription_key", "instance_key", "sequence"], unique=True)
    op.bulk_insert(epoch, [{"name": name, "value": 0} for name in ("organisation", "definitions", "subscriptions")])


def _partial(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    op.create_index(name, table, columns, unique=unique, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
