"""Event logs, evidence, unfinished uploads, contacts, enrolment by network, changed keys."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the tables of sync."""
    _event_logs()
    _evidence()
    _centres()


def _event_logs() -> None:
    op.create_table(
        "event_logs",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("centre_code", sa.String(32), nullable=False),
        sa.Column("sitting_id", sa.String(64), nullable=False),
        sa.Column("first_seq", sa.Integer(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("head", sa.String(64), nullable=False),
        sa.Column("broken_at", sa.Integer()),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("blob", sa.String(64), nullable=False),
        sa.Column("receipt", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["centre_code"], ["centres.code"]),
        sa.PrimaryKeyConstraint("id"),
    )
    columns = ["centre_code", "sitting_id", "first_seq"]
    op.create_index("event_logs_of_sitting", "event_logs", columns)


def _evidence() -> None:
    op.create_table(
        "evidence",
        sa.Column("centre_code", sa.String(32), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("blob", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("receipt", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["centre_code"], ["centres.code"]),
        sa.PrimaryKeyConstraint("centre_code", "sha256"),
    )
    op.create_table(
        "evidence_uploads",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("centre_code", sa.String(32), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["centre_code"], ["centres.code"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_evidence_uploads_centre_code", "evidence_uploads", ["centre_code"])
    op.create_table(
        "evidence_parts",
        sa.Column("upload_id", sa.String(64), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("blob", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["upload_id"], ["evidence_uploads.id"]),
        sa.PrimaryKeyConstraint("upload_id", "start"),
    )


def _centres() -> None:
    op.create_table(
        "contacts",
        sa.Column("centre_code", sa.String(32), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("contact", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("software", sa.String(100), nullable=False),
        sa.Column("clock_offset_s", sa.Float()),
        sa.Column("closed", sa.JSON(), nullable=False),
        sa.Column("held", sa.JSON(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["centre_code"], ["centres.code"]),
        sa.PrimaryKeyConstraint("centre_code"),
    )
    op.create_table(
        "enrolment_requests",
        sa.Column("key_id", sa.String(32), nullable=False),
        sa.Column("centre_code", sa.String(32), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("remote", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key_id"),
    )
    op.create_table(
        "retired_keys",
        sa.Column("centre_code", sa.String(32), nullable=False),
        sa.Column("key_id", sa.String(32), nullable=False),
        sa.Column("signing_key", sa.LargeBinary(), nullable=False),
        sa.Column("box_key", sa.LargeBinary(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["centre_code"], ["centres.code"]),
        sa.PrimaryKeyConstraint("centre_code", "key_id"),
    )
