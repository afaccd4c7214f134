"""Documents of a case, and who may ask."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.store.columns import Instant, Key

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "document_revision",
        sa.Column("instance_key", Key, autoincrement=False, nullable=False),
        sa.Column("form_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("by_user", sa.Text(), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("instance_key", "form_id", "revision", name="document_revision_pkey"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "decision_record",
        sa.Column("key", Key, autoincrement=False, nullable=False),
        sa.Column("instance_key", Key, nullable=False),
        sa.Column("n", sa.Integer(), nullable=True),
        sa.Column("element_id", sa.Text(), nullable=True),
        sa.Column("decision_id", sa.Text(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="decision_record_pkey"),
    )
    op.create_index("decision_record_instance", "decision_record", ["instance_key", "n"])
    op.create_table(
        "comment",
        sa.Column("key", Key, autoincrement=False, nullable=False),
        sa.Column("instance_key", Key, nullable=False),
        sa.Column("root_key", Key, nullable=False),
        sa.Column("task_key", Key, nullable=True),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="comment_pkey"),
    )
    op.create_index("comment_root", "comment", ["root_key", "at"])
    op.create_table(
        "attachment",
        sa.Column("key", Key, autoincrement=False, nullable=False),
        sa.Column("root_key", Key, nullable=True),
        sa.Column("instance_key", Key, nullable=True),
        sa.Column("task_key", Key, nullable=True),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("uploaded_by", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="attachment_pkey"),
    )
    op.create_index("attachment_root", "attachment", ["root_key", "at"])
    op.create_table(
        "blob",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="blob_pkey"),
    )
    op.create_table(
        "copy",
        sa.Column("key", Key, autoincrement=False, nullable=False),
        sa.Column("instance_key", Key, nullable=False),
        sa.Column("root_key", Key, nullable=False),
        sa.Column("element_id", sa.Text(), nullable=True),
        sa.Column("candidate", sa.Text(), nullable=False),
        sa.Column("by_user", sa.Text(), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("read_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("key", name="copy_pkey"),
    )
    op.create_index("copy_candidate", "copy", ["candidate", "at", "key"])
    op.create_index("copy_root", "copy", ["root_key"])
    op.create_table(
        "register_entry",
        sa.Column("key", Key, autoincrement=False, nullable=False),
        sa.Column("register", sa.Text(), nullable=False),
        sa.Column("instance_key", Key, nullable=False),
        sa.Column("n", sa.Integer(), nullable=True),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("by_user", sa.Text(), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="register_entry_pkey"),
    )
    op.create_index("register_entry_instance", "register_entry", ["instance_key"])
    op.create_index("register_entry_register", "register_entry", ["register", "at", "key"])
    op.create_table(
        "notification",
        sa.Column("key", Key, autoincrement=False, nullable=False),
        sa.Column("candidate", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), server_default="{}", nullable=False),
        sa.Column("instance_key", Key, nullable=True),
        sa.Column("task_key", Key, nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("read_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("key", name="notification_pkey"),
    )
    op.create_index("notification_candidate", "notification", ["candidate", "at", "key"])
    op.create_index("notification_instance", "notification", ["instance_key"])
    op.create_table(
        "organisation",
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("by_user", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("revision", name="organisation_pkey"),
    )
    op.create_table(
        "user_credential",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="user_credential_pkey"),
    )
    op.create_table(
        "session",
        sa.Column("id_hash", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("csrf", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("user_agent", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id_hash", name="session_pkey"),
    )
    op.create_index("session_expires", "session", ["expires_at"])
    op.create_index("session_user", "session", ["user_id"])
    op.create_table(
        "api_token",
        sa.Column("key", Key, autoincrement=False, nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=True),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.Column("last_used_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("key", name="api_token_pkey"),
    )
    op.create_index("api_token_hash", "api_token", ["token_hash"], unique=True)
    op.create_index("api_token_user", "api_token", ["user_id"])
    op.create_table(
        "idempotency",
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_digest", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", sa.Text(), server_default="{}", nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("actor", "key", name="idempotency_pkey"),
    )
    op.create_index("idempotency_created", "idempotency", ["created_at"])
