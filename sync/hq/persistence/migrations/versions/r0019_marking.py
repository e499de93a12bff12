"""Marking: plans, items, answers to be marked, markers, control scripts and marks (R11, R23)."""

from alembic import op
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Integer,
    String,
    Text,
    UniqueConstraint,
)

revision = "r0019_marking"
down_revision = "r0018_keys"

AT = DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    _marking_plans()
    _marking_items()
    _marking_scripts()
    _marking_answers()
    _marking_markers()
    _marking_controls()
    _marking_control_leases()
    _marks()


def _marking_plans() -> None:
    op.create_table(
        "marking_plans",
        Column("id", String(64), primary_key=True),
        Column("sitting_id", String(64), ForeignKey("sittings.id"), nullable=False),
        Column("paper", String(64), nullable=False),
        Column("programme_id", String(64), nullable=False),
        Column("settings", JSON, nullable=False),
        Column("seed", String(32), nullable=False),
        Column("state", String(16), nullable=False),
        Column("why", Text, nullable=False),
        Column("seen", Integer, nullable=False),
        Column("opened_at", AT, nullable=False),
        Column("opened_by", String(100), nullable=False),
        UniqueConstraint("sitting_id", "paper"),
    )


def _marking_items() -> None:
    op.create_table(
        "marking_items",
        Column("plan_id", String(64), ForeignKey("marking_plans.id"), primary_key=True),
        Column("item_id", String(64), primary_key=True),
        Column("number", Integer, nullable=False),
        Column("version", Integer),
        Column("points", String(32), nullable=False),
        Column("step", String(32), nullable=False),
        Column("item", JSON, nullable=False),
        Column("scheme", JSON, nullable=False),
        Column("rule", JSON, nullable=False),
        Column("paused", Boolean, nullable=False),
    )


def _marking_scripts() -> None:
    op.create_table(
        "marking_scripts",
        Column("plan_id", String(64), ForeignKey("marking_plans.id"), primary_key=True),
        Column("centre_code", String(32), primary_key=True),
        Column("attempt_id", String(64), primary_key=True),
        Column("bundle_id", String(64), nullable=False),
        Column("counts", Boolean, nullable=False),
    )


def _marking_answers() -> None:
    op.create_table(
        "marking_answers",
        Column("id", String(64), primary_key=True),
        Column("plan_id", String(64), ForeignKey("marking_plans.id"), nullable=False),
        Column("item_id", String(64), nullable=False),
        Column("centre_code", String(32), nullable=False),
        Column("attempt_id", String(64), nullable=False),
        Column("bundle_id", String(64), ForeignKey("bundles.id"), nullable=False),
        Column("answer_digest", String(64), nullable=False),
        Column("place", Integer, nullable=False),
        Column("stage", String(16), nullable=False),
        Column("open", Boolean, nullable=False),
        Column("wanted", Integer, nullable=False),
        Column("first_by", String(64)),
        Column("second_by", String(64)),
        Column("third_by", String(64)),
        Column("lease", String(64), unique=True),
        Column("leased_to", String(64)),
        Column("leased_at", AT),
        Column("leased_until", AT),
        Column("points", String(32)),
        Column("how", String(32), nullable=False),
        Column("settled_at", AT),
        Column("disclosed", JSON, nullable=False),
        Column("disclosure", String(16), nullable=False),
        Column("words", Integer, nullable=False),
        Column("added_at", AT, nullable=False),
        UniqueConstraint("plan_id", "item_id", "centre_code", "attempt_id", "answer_digest"),
    )
    op.create_index("marking_answers_by_stage", "marking_answers", ["plan_id", "stage", "place"])
    op.create_index(
        "marking_answers_counted",
        "marking_answers",
        ["plan_id", "item_id", "stage", "wanted", "first_by", "second_by"],
    )
    op.create_index(
        "marking_answers_disclosing", "marking_answers", ["plan_id", "disclosure", "place"]
    )
    op.create_index("marking_answers_held", "marking_answers", ["leased_to", "plan_id"])
    op.create_index("marking_answers_in_order", "marking_answers", ["plan_id", "place"])
    op.create_index(
        "marking_answers_of_attempt", "marking_answers", ["centre_code", "attempt_id", "plan_id"]
    )
    op.create_index(
        "marking_answers_to_do", "marking_answers", ["plan_id", "item_id", "open", "place"]
    )


def _marking_markers() -> None:
    op.create_table(
        "marking_markers",
        Column("plan_id", String(64), ForeignKey("marking_plans.id"), primary_key=True),
        Column("item_id", String(64), primary_key=True),
        Column("username", String(64), ForeignKey("accounts.username"), primary_key=True),
        Column("least_a_day", Integer, nullable=False),
        Column("most_a_day", Integer),
        Column("least", Integer, nullable=False),
        Column("most", Integer),
        Column("paused_at", AT),
        Column("paused_by", String(100)),
        Column("resumed_at", AT),
        Column("why", Text, nullable=False),
        Column("assigned_at", AT, nullable=False),
        Column("assigned_by", String(100), nullable=False),
        Column("ended_at", AT),
    )


def _marking_controls() -> None:
    op.create_table(
        "marking_controls",
        Column("id", String(64), primary_key=True),
        Column("plan_id", String(64), ForeignKey("marking_plans.id"), nullable=False),
        Column("item_id", String(64), nullable=False),
        Column("answer_id", String(64), ForeignKey("marking_answers.id"), nullable=False),
        Column("purpose", String(16), nullable=False),
        Column("points", String(32), nullable=False),
        Column("criteria", JSON, nullable=False),
        Column("reason", Text, nullable=False),
        Column("set_at", AT, nullable=False),
        Column("set_by", String(100), nullable=False),
        Column("retired_at", AT),
        Column("retired_by", String(100)),
    )
    op.create_index("marking_controls_of_item", "marking_controls", ["plan_id", "item_id"])


def _marking_control_leases() -> None:
    op.create_table(
        "marking_control_leases",
        Column("lease", String(64), primary_key=True),
        Column("control_id", String(64), ForeignKey("marking_controls.id"), nullable=False),
        Column("plan_id", String(64), ForeignKey("marking_plans.id"), nullable=False),
        Column("username", String(64), nullable=False),
        Column("leased_at", AT, nullable=False),
        Column("leased_until", AT, nullable=False),
        UniqueConstraint("control_id", "username"),
    )


def _marks() -> None:
    op.create_table(
        "marks",
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column("plan_id", String(64), ForeignKey("marking_plans.id"), nullable=False),
        Column("item_id", String(64), nullable=False),
        Column("answer_id", String(64), ForeignKey("marking_answers.id"), nullable=False),
        Column("username", String(64), nullable=False),
        Column("role", String(16), nullable=False),
        Column("version", Integer, nullable=False),
        Column("kind", String(16), nullable=False),
        Column("points", String(32)),
        Column("criteria", JSON, nullable=False),
        Column("comment", Text, nullable=False),
        Column("referred", String(16), nullable=False),
        Column("seconds", Integer, nullable=False),
        Column("at", AT, nullable=False),
        Column("day", String(10), nullable=False),
        Column("control_id", String(64), ForeignKey("marking_controls.id")),
        Column("follows", Integer),
        UniqueConstraint("answer_id", "username", "version"),
    )
    op.create_index(
        "marks_counted",
        "marks",
        ["plan_id", "username", "version", "role", "item_id", "day", "kind", "seconds"],
    )
    op.create_index("marks_of_control", "marks", ["control_id"])
    op.create_index("marks_of_marker", "marks", ["plan_id", "username", "day", "id"])
    op.create_index("marks_that_follow", "marks", ["follows"])
