"""Tables of marking: plans, what there is to mark, who marks, and every mark ever given."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from sync.hq.persistence.tables import metadata as metadata
from sync.hq.persistence.types import Exact, UtcTime

marking_plans = Table(
    "marking_plans",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("sitting_id", ForeignKey("sittings.id"), nullable=False),
    Column("paper", String(64), nullable=False),
    Column("programme_id", String(64), nullable=False),
    Column("settings", JSON, nullable=False),
    # Draws who marks twice, the order of answers and their codes.
    Column("seed", String(32), nullable=False),
    Column("state", String(16), nullable=False),
    Column("why", Text, nullable=False),
    # The newest of ``results.cursor`` whose answers are in ``marking_answers``.
    Column("seen", Integer, nullable=False),
    Column("opened_at", UtcTime, nullable=False),
    Column("opened_by", String(100), nullable=False),
    UniqueConstraint("sitting_id", "paper"),
)

marking_items = Table(
    "marking_items",
    metadata,
    Column("plan_id", ForeignKey("marking_plans.id"), primary_key=True),
    Column("item_id", String(64), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("version", Integer),
    Column("points", Exact, nullable=False),
    Column("step", Exact, nullable=False),
    Column("item", JSON, nullable=False),
    Column("scheme", JSON, nullable=False),
    Column("rule", JSON, nullable=False),
    Column("paused", Boolean, nullable=False),
)

# Whose answers a plan has: the bundle that counted when they were last looked at.
marking_scripts = Table(
    "marking_scripts",
    metadata,
    Column("plan_id", ForeignKey("marking_plans.id"), primary_key=True),
    Column("centre_code", String(32), primary_key=True),
    Column("attempt_id", String(64), primary_key=True),
    Column("bundle_id", String(64), nullable=False),
    Column("counts", Boolean, nullable=False),
)

# An answer to be marked. What it says is in ``bundles.document``; another answer of the same
# candidate to the same item is another row.
marking_answers = Table(
    "marking_answers",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("plan_id", ForeignKey("marking_plans.id"), nullable=False),
    Column("item_id", String(64), nullable=False),
    Column("centre_code", String(32), nullable=False),
    Column("attempt_id", String(64), nullable=False),
    Column("bundle_id", ForeignKey("bundles.id"), nullable=False),
    Column("answer_digest", String(64), nullable=False),
    # Random, and where markers go on; answers of one script stay together.
    Column("place", Integer, nullable=False),
    Column("stage", String(16), nullable=False),
    # Whether a marker can get it.
    Column("open", Boolean, nullable=False),
    Column("wanted", Integer, nullable=False),
    Column("first_by", String(64)),
    Column("second_by", String(64)),
    Column("third_by", String(64)),
    Column("lease", String(64), unique=True),
    Column("leased_to", String(64)),
    Column("leased_at", UtcTime),
    Column("leased_until", UtcTime),
    Column("points", Exact),
    Column("how", String(32), nullable=False),
    Column("settled_at", UtcTime),
    # What identifies its author, and whether a person has looked at that.
    Column("disclosed", JSON, nullable=False),
    Column("disclosure", String(16), nullable=False),
    Column("words", Integer, nullable=False),
    Column("added_at", UtcTime, nullable=False),
    UniqueConstraint("plan_id", "item_id", "centre_code", "attempt_id", "answer_digest"),
)
Index(
    "marking_answers_to_do",
    marking_answers.c.plan_id,
    marking_answers.c.item_id,
    marking_answers.c.open,
    marking_answers.c.place,
)
Index(
    "marking_answers_by_stage",
    marking_answers.c.plan_id,
    marking_answers.c.stage,
    marking_answers.c.place,
)
Index("marking_answers_in_order", marking_answers.c.plan_id, marking_answers.c.place)
Index(
    "marking_answers_disclosing",
    marking_answers.c.plan_id,
    marking_answers.c.disclosure,
    marking_answers.c.place,
)
# Has all that progress counts, so that no row is read for it.
Index(
    "marking_answers_counted",
    marking_answers.c.plan_id,
    marking_answers.c.item_id,
    marking_answers.c.stage,
    marking_answers.c.wanted,
    marking_answers.c.first_by,
    marking_answers.c.second_by,
)
Index(
    "marking_answers_of_attempt",
    marking_answers.c.centre_code,
    marking_answers.c.attempt_id,
    marking_answers.c.plan_id,
)
Index("marking_answers_held", marking_answers.c.leased_to, marking_answers.c.plan_id)

marking_markers = Table(
    "marking_markers",
    metadata,
    Column("plan_id", ForeignKey("marking_plans.id"), primary_key=True),
    # Empty: every item of the plan.
    Column("item_id", String(64), primary_key=True),
    Column("username", ForeignKey("accounts.username"), primary_key=True),
    Column("least_a_day", Integer, nullable=False),
    Column("most_a_day", Integer),
    Column("least", Integer, nullable=False),
    Column("most", Integer),
    Column("paused_at", UtcTime),
    Column("paused_by", String(100)),
    # Control scripts before the last resumption no longer count against the marker.
    Column("resumed_at", UtcTime),
    Column("why", Text, nullable=False),
    Column("assigned_at", UtcTime, nullable=False),
    Column("assigned_by", String(100), nullable=False),
    Column("ended_at", UtcTime),
)

# Scripts with agreed marks; a changed mark is a new row.
marking_controls = Table(
    "marking_controls",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("plan_id", ForeignKey("marking_plans.id"), nullable=False),
    Column("item_id", String(64), nullable=False),
    Column("answer_id", ForeignKey("marking_answers.id"), nullable=False),
    Column("purpose", String(16), nullable=False),
    Column("points", Exact, nullable=False),
    Column("criteria", JSON, nullable=False),
    Column("reason", Text, nullable=False),
    Column("set_at", UtcTime, nullable=False),
    Column("set_by", String(100), nullable=False),
    Column("retired_at", UtcTime),
    Column("retired_by", String(100)),
)
Index("marking_controls_of_item", marking_controls.c.plan_id, marking_controls.c.item_id)

# A control script dealt to a marker, held like an answer.
marking_control_leases = Table(
    "marking_control_leases",
    metadata,
    Column("lease", String(64), primary_key=True),
    Column("control_id", ForeignKey("marking_controls.id"), nullable=False),
    Column("plan_id", ForeignKey("marking_plans.id"), nullable=False),
    Column("username", String(64), nullable=False),
    Column("leased_at", UtcTime, nullable=False),
    Column("leased_until", UtcTime, nullable=False),
    UniqueConstraint("control_id", "username"),
)

# Append-only: a mark that is taken back is followed by a row that says so.
marks = Table(
    "marks",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("plan_id", ForeignKey("marking_plans.id"), nullable=False),
    Column("item_id", String(64), nullable=False),
    Column("answer_id", ForeignKey("marking_answers.id"), nullable=False),
    Column("username", String(64), nullable=False),
    Column("role", String(16), nullable=False),
    # Counts the marks of one person for one answer.
    Column("version", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("points", Exact),
    Column("criteria", JSON, nullable=False),
    Column("comment", Text, nullable=False),
    Column("referred", String(16), nullable=False),
    Column("seconds", Integer, nullable=False),
    Column("at", UtcTime, nullable=False),
    # The date in the console's time zone.
    Column("day", String(10), nullable=False),
    Column("control_id", ForeignKey("marking_controls.id")),
    # The mark that this one replaces or takes back.
    Column("follows", Integer),
    UniqueConstraint("answer_id", "username", "version"),
)
Index("marks_of_marker", marks.c.plan_id, marks.c.username, marks.c.day, marks.c.id)
# Has all that progress counts.
Index(
    "marks_counted",
    marks.c.plan_id,
    marks.c.username,
    marks.c.version,
    marks.c.role,
    marks.c.item_id,
    marks.c.day,
    marks.c.kind,
    marks.c.seconds,
)
Index("marks_of_control", marks.c.control_id)
Index("marks_that_follow", marks.c.follows)
