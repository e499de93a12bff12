"""Classes of a sitting's data: which rows and files belong to each.

Statements have one parameter, ``:sitting``; those of :data:`CLEARED` may also use ``:through``
and ``:head``, the last event and its hash.
"""

from collections.abc import Mapping, Sequence

PACKAGES, EVIDENCE, OUTBOX = "packages", "evidence", "outbox"
"""Folders that contain files of sittings."""

ATTEMPTS = "attempt_id IN (SELECT id FROM attempts WHERE sitting_id = :sitting)"
SITTING = "sitting_id = :sitting"

_BEFORE_EVENT_LOG: dict[str, dict[str, str]] = {
    "portraits": dict.fromkeys(
        (
            "captured_portraits",
            "portrait_checks",
            "lookalikes",
            "portrait_comparisons",
            "guests",
            "personal_forms",
        ),
        SITTING,
    ),
    "papers": {},
    "pictures": {"evidence": ATTEMPTS},
    "answers": dict.fromkeys(
        (
            "answers",
            "latest_answers",
            "late_answers",
            "held_answers",
            "notes",
            "bookmarks",
            "page_tokens",
            "candidate_sessions",
        ),
        ATTEMPTS,
    ),
}
_EVENT_LOG = {
    "events": SITTING,
    "verifications": ATTEMPTS,
    "page_leaves": ATTEMPTS,
    "seen_leaves": ATTEMPTS,
    "findings": ATTEMPTS,
    "attempt_devices": ATTEMPTS,
    "tallies": ATTEMPTS,
    "part_ends": ATTEMPTS,
    "calls": SITTING,
    "breaks": SITTING,
    "acts": SITTING,
    "misconduct_records": SITTING,
    "message_receipts": SITTING,
    "messages": SITTING,
    "time_credits": SITTING,
    "group_starts": SITTING,
    "group_pauses": SITTING,
    "room_events": SITTING,
    "incidents": ATTEMPTS,
    "attempts": SITTING,
}

DELETED: Mapping[str, Mapping[str, str]] = {
    **_BEFORE_EVENT_LOG,
    "event_log": {
        **{table: which for rows in _BEFORE_EVENT_LOG.values() for table, which in rows.items()},
        **_EVENT_LOG,
    },
}
"""For each class its tables with a condition on rows, in an order that satisfies foreign keys.

The event log's class deletes rows of all other classes, too: some may have been added since.
"""

# What a class clears or marks in rows that stay; runs before its own rows are deleted.
CLEARED: Mapping[str, Sequence[str]] = {
    "portraits": (),
    "papers": (
        "UPDATE sittings SET sealed_paper_key = NULL, seating_seed = NULL WHERE id = :sitting",
    ),
    "pictures": (
        f"UPDATE verifications SET evidence = NULL WHERE {ATTEMPTS}",  # noqa: S608
    ),
    "answers": (
        "UPDATE attempts SET answer_seals = NULL, form = NULL, lease_hash = NULL"
        " WHERE sitting_id = :sitting",
        "UPDATE outbox SET deleted = 1 WHERE kind = 'result' AND sitting_id = :sitting",
    ),
    "event_log": (
        "UPDATE terminals SET returns_to = NULL WHERE returns_to IN"
        " (SELECT id FROM attempts WHERE sitting_id = :sitting)",
        "UPDATE outbox SET deleted = 1 WHERE sitting_id = :sitting"
        " AND kind IN ('event_log', 'result')",
        "UPDATE sittings SET events_deleted = :through,"
        " events_deleted_head = :head WHERE id = :sitting",
    ),
}

AFTER: Mapping[str, Sequence[str]] = dict.fromkeys(
    ("pictures", "event_log"),
    (
        "UPDATE outbox SET deleted = 1 WHERE kind = 'evidence' AND sitting_id = :sitting"
        " AND id NOT IN (SELECT sha256 FROM evidence)",
    ),
)
"""A picture that another sitting also uses stays deliverable."""

_FILES_BEFORE: dict[str, tuple[tuple[str, str], ...]] = {
    "portraits": (
        (PACKAGES, "SELECT roster_file FROM sittings WHERE id = :sitting"),
        (EVIDENCE, f"SELECT evidence FROM captured_portraits WHERE {SITTING}"),  # noqa: S608
    ),
    "papers": ((PACKAGES, "SELECT paper_file FROM sittings WHERE id = :sitting"),),
    "pictures": (
        (EVIDENCE, f"SELECT sha256 FROM evidence WHERE {ATTEMPTS}"),  # noqa: S608
        (
            EVIDENCE,
            f"SELECT evidence FROM verifications WHERE {ATTEMPTS}"  # noqa: S608
            " AND evidence IS NOT NULL",
        ),
        (OUTBOX, f"SELECT sha256 FROM evidence WHERE {ATTEMPTS}"),  # noqa: S608
    ),
    "answers": (
        (EVIDENCE, f"SELECT sha256 FROM late_answers WHERE {ATTEMPTS}"),  # noqa: S608
        (OUTBOX, f"SELECT id FROM outbox WHERE kind = 'result' AND {SITTING}"),  # noqa: S608
    ),
}
FILES: Mapping[str, Sequence[tuple[str, str]]] = {
    **_FILES_BEFORE,
    "event_log": (
        *(where for files in _FILES_BEFORE.values() for where in files),
        (PACKAGES, "SELECT package_file FROM sittings WHERE id = :sitting"),
        (OUTBOX, f"SELECT id FROM outbox WHERE kind = 'event_log' AND {SITTING}"),  # noqa: S608
    ),
}

_DELETED_WITH = "SELECT 1 FROM deletions WHERE sitting_id = sittings.id AND class IN"
HEAD_GONE = f"EXISTS ({_DELETED_WITH} ('event_log'))"
"""Whether the head of a sitting's package has been deleted."""

# Files have content names, so two sittings can share one: it is removed only with its last user.
IN_USE = {
    PACKAGES: f"SELECT package_file FROM sittings WHERE NOT ({HEAD_GONE})"  # noqa: S608
    " UNION SELECT roster_file FROM sittings"
    f" WHERE NOT EXISTS ({_DELETED_WITH} ('portraits', 'event_log'))"
    " UNION SELECT paper_file FROM sittings"
    f" WHERE NOT EXISTS ({_DELETED_WITH} ('papers', 'event_log'))",
    EVIDENCE: "SELECT sha256 FROM evidence UNION SELECT evidence FROM captured_portraits UNION"
    " SELECT sha256 FROM late_answers UNION"
    " SELECT evidence FROM verifications WHERE evidence IS NOT NULL",
    OUTBOX: "SELECT id FROM outbox WHERE deleted = 0",
}
