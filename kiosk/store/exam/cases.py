"""Cases that wait for a decision of staff, read in one query for all sittings."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from kiosk.exam.attempt.cases import CaseKind

# Written out where it follows from the state: SQLite takes the index of open attempts only then.
_OPEN = """
SELECT sitting_id, id AS attempt_id, 'held' AS kind FROM attempts
 WHERE state NOT IN ('ended', 'voided') AND state = 'paused'
 AND pause_reason IN ('staff', 'held', 'reopened', 'returned')
UNION ALL SELECT sitting_id, id, 'identity' FROM attempts
 WHERE state NOT IN ('ended', 'voided') AND state = 'checked_in' AND check_in = 'staff'
UNION ALL SELECT sitting_id, id, 'lost_time' FROM attempts
 WHERE outage_seconds > 0 AND state NOT IN ('ended', 'voided')
UNION ALL SELECT DISTINCT sitting_id, attempts.id, 'inspection'
 FROM findings JOIN attempts ON attempts.id = attempt_id
 WHERE cleared_at IS NULL AND state IN ('registered', 'checked_in', 'ready')
UNION ALL SELECT sitting_id, attempts.id, 'late_answers'
 FROM late_answers JOIN attempts ON attempts.id = attempt_id WHERE late_answers.state = 'waiting'
UNION ALL SELECT sitting_id, attempt_id, 'misconduct' FROM misconduct_records
 WHERE state IN ('written', 'witnessed')
UNION ALL SELECT coalesce(sitting_id, ''), attempt_id, 'held_answers'
 FROM held_answers LEFT JOIN attempts ON attempts.id = attempt_id
 WHERE held_answers.state <> 'undeliverable'
"""


@dataclass(frozen=True)
class Case:
    """Something that staff decide; ``sitting_id`` is "" for an attempt unknown here."""

    sitting_id: str
    attempt_id: str
    kind: CaseKind


def open_cases(db: Database, sitting_id: str | None = None) -> Sequence[Case]:
    """Return the open cases of a sitting, or of all; one for each delivery of late answers."""
    rows = db.query(
        f"SELECT * FROM ({_OPEN}) WHERE :sitting IS NULL OR sitting_id = :sitting",  # noqa: S608
        {"sitting": sitting_id},
    )
    return [Case(**row) for row in rows]
