"""Incidents, the pictures that show them, and verifications at check-in."""

import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from kiosk.exam.identity.outcomes import FaceOutcome
from kiosk.store.rows import one, value
from kiosk.store.times import maybe_time, to_text, to_time


@dataclass(frozen=True)
class Incident:
    """A rule that became active, or something that staff marked; open while ``ended_at`` is None.

    A person judges it later. ``by`` and ``note``: the member of staff who marked it, and the
    reason. ``frame_interval_ms``: the interval of this terminal's frames when it began.
    ``seen_at`` and ``seen_by``: when staff acknowledged it, which judges nothing, and who did.
    """

    id: str
    attempt_id: str
    rule: str
    started_at: datetime
    ended_at: datetime | None
    measured: float | None
    threshold: float | None
    follow_up: str = "record"
    by: str | None = None
    note: str | None = None
    frame_interval_ms: int | None = None
    seen_at: datetime | None = None
    seen_by: str | None = None


@dataclass(frozen=True)
class IncidentCounts:
    """Incidents of an attempt: all, those that staff have not acknowledged, and those open."""

    total: int = 0
    new: int = 0
    open: int = 0


@dataclass(frozen=True)
class EvidenceRow:
    """A sealed picture, named by the SHA-256 of its plain bytes."""

    sha256: str
    attempt_id: str
    incident_id: str | None
    kind: str
    at: datetime
    size: int


@dataclass(frozen=True)
class LastCheck:
    """When an attempt was last checked or decided about, and its newest check-in picture."""

    at: datetime
    picture: str | None
    picture_at: datetime | None


@dataclass(frozen=True)
class Verification:
    """One face check at check-in, or a decision of staff (then with ``by`` and ``reason``)."""

    attempt_id: str
    at: datetime
    outcome: FaceOutcome
    score: float | None
    advice: tuple[str, ...]
    evidence: str | None = None
    by: str | None = None
    reason: str | None = None


def open_incident(db: Database, incident: Incident) -> None:
    row = {
        "id": incident.id,
        "attempt_id": incident.attempt_id,
        "rule": incident.rule,
        "started_at": to_text(incident.started_at),
        "measured": incident.measured,
        "threshold": incident.threshold,
        "follow_up": incident.follow_up,
        "by": incident.by,
        "note": incident.note,
        "frame_interval_ms": incident.frame_interval_ms,
        "ended_at": None if incident.ended_at is None else to_text(incident.ended_at),
    }
    db.table("incidents").insert(row)


def close_incident(db: Database, incident_id: str, at: datetime) -> None:
    """Record that the rule is no longer broken; no effect when the incident is already closed."""
    db.execute(
        "UPDATE incidents SET ended_at = ? WHERE id = ? AND ended_at IS NULL",
        [to_text(at), incident_id],
    )


def close_all(db: Database, attempt_id: str, at: datetime) -> None:
    """Close all open incidents of an attempt when it ends or the server restarts."""
    db.execute(
        "UPDATE incidents SET ended_at = ? WHERE attempt_id = ? AND ended_at IS NULL",
        [to_text(at), attempt_id],
    )


def of_attempt(db: Database, attempt_id: str) -> list[Incident]:
    """Return an attempt's incidents, oldest first."""
    rows = db.query(
        "SELECT * FROM incidents WHERE attempt_id = ? ORDER BY started_at, id", [attempt_id]
    )
    return [_incident(row) for row in rows]


def of_sitting(db: Database, sitting_id: str) -> list[Incident]:
    """Return a sitting's incidents, newest first."""
    rows = db.query(
        "SELECT incidents.* FROM incidents JOIN attempts ON attempts.id = attempt_id"
        " WHERE sitting_id = ? ORDER BY incidents.started_at DESC, incidents.id",
        [sitting_id],
    )
    return [_incident(row) for row in rows]


def counts(db: Database, sitting_id: str) -> dict[str, IncidentCounts]:
    """Return the numbers of incidents by attempt; attempts without one are left out."""
    rows = db.query(
        "SELECT attempt_id, count(*) AS total, sum(incidents.seen_at IS NULL) AS new,"
        " sum(incidents.ended_at IS NULL) AS open FROM attempts"
        " JOIN incidents ON attempt_id = attempts.id WHERE sitting_id = ? GROUP BY attempt_id",
        [sitting_id],
    )
    return {row.pop("attempt_id"): IncidentCounts(**row) for row in rows}


def open_in(db: Database, sitting_id: str) -> int:
    """Return how many incidents of the sitting still go on."""
    sql = (
        "SELECT count(*) FROM attempts JOIN incidents ON attempt_id = attempts.id"
        " WHERE sitting_id = ? AND incidents.ended_at IS NULL"
    )
    return int(value(db, sql, [sitting_id]))


def set_seen(
    db: Database, attempt_id: str, incident_ids: Collection[str], at: datetime, by: str
) -> list[str]:
    """Mark incidents of an attempt as acknowledged; return the rules of those that were new."""
    rules = []
    for incident_id in sorted(set(incident_ids)):
        found = one(
            db,
            "UPDATE incidents SET seen_at = ?, seen_by = ? WHERE id = ? AND attempt_id = ?"
            " AND seen_at IS NULL RETURNING rule",
            [to_text(at), by, incident_id, attempt_id],
        )
        rules += [found["rule"]] if found else []
    return rules


def seen_leaves(db: Database, sitting_id: str) -> dict[str, int]:
    """Return how many page leaves staff have acknowledged, by attempt."""
    rows = db.query(
        "SELECT attempt_id, seen_leaves.leaves FROM seen_leaves JOIN attempts ON attempts.id ="
        " attempt_id WHERE sitting_id = ?",
        [sitting_id],
    )
    return {row["attempt_id"]: row["leaves"] for row in rows}


def set_seen_leaves(db: Database, attempt_id: str, leaves: int) -> bool:
    """Store how many page leaves are acknowledged; return whether that is more than before."""
    before = value(db, "SELECT leaves FROM seen_leaves WHERE attempt_id = ?", [attempt_id]) or 0
    if leaves <= before:
        return False
    row = {"attempt_id": attempt_id, "leaves": leaves}
    db.table("seen_leaves").insert(row, pk="attempt_id", replace=True)
    return True


def lower_seen_leaves(db: Database, attempt_id: str, leaves: int) -> None:
    """Let no more page leaves be acknowledged than count: one was reversed."""
    db.execute(
        "UPDATE seen_leaves SET leaves = min(leaves, ?) WHERE attempt_id = ?", [leaves, attempt_id]
    )


def add_evidence(db: Database, row: EvidenceRow) -> None:
    """Record a sealed picture; no effect when the attempt already has it."""
    fields = {**vars(row), "at": to_text(row.at)}
    db.table("evidence").insert(fields, pk=("sha256", "attempt_id"), ignore=True)


def evidence_of(db: Database, attempt_id: str) -> list[EvidenceRow]:
    """Return an attempt's pictures, oldest first."""
    rows = db.query("SELECT * FROM evidence WHERE attempt_id = ? ORDER BY at, sha256", [attempt_id])
    return [EvidenceRow(**{**row, "at": to_time(row["at"])}) for row in rows]


def pictures_of(db: Database, sitting_id: str) -> dict[str, list[EvidenceRow]]:
    """Return the pictures that show a sitting's incidents, by incident, oldest first."""
    rows = db.query(
        "SELECT evidence.* FROM attempts JOIN evidence ON attempt_id = attempts.id"
        " WHERE sitting_id = ? AND incident_id IS NOT NULL ORDER BY at, sha256",
        [sitting_id],
    )
    found: dict[str, list[EvidenceRow]] = defaultdict(list)
    for row in rows:
        found[row["incident_id"]].append(EvidenceRow(**{**row, "at": to_time(row["at"])}))
    return found


def evidence_kept(db: Database, sha256: str) -> bool:
    """Return whether the picture belongs to an attempt or an enrolment here."""
    return (
        one(
            db,
            "SELECT 1 AS found FROM evidence WHERE sha256 = ? UNION ALL"
            " SELECT 1 FROM captured_portraits WHERE evidence = ? LIMIT 1",
            [sha256, sha256],
        )
        is not None
    )


def owners(db: Database, sha256: str) -> list[str]:
    """Return the attempts that a picture belongs to, as evidence or as portrait."""
    rows = db.query(
        "SELECT attempt_id AS id FROM evidence WHERE sha256 = ? UNION"
        " SELECT attempts.id FROM captured_portraits JOIN attempts"
        " USING (sitting_id, admission_no) WHERE evidence = ?",
        [sha256, sha256],
    )
    return [row["id"] for row in rows]


def evidence_count(db: Database, attempt_id: str) -> int:
    return int(value(db, "SELECT count(*) FROM evidence WHERE attempt_id = ?", [attempt_id]))


def evidence_bytes(db: Database) -> int:
    """Return the size of all pictures before sealing."""
    # Triggers maintain the sum: adding up the table with every picture would be too slow.
    return int(value(db, "SELECT bytes FROM evidence_total", []))


def all_pictures(db: Database) -> list[str]:
    """Return the SHA-256 of every stored picture."""
    return [row["sha256"] for row in db.query("SELECT DISTINCT sha256 FROM evidence")]


def add_verification(db: Database, verification: Verification) -> None:
    """Record one face check or one decision of staff."""
    row = {
        **vars(verification),
        "at": to_text(verification.at),
        "advice": json.dumps(verification.advice),
    }
    db.table("verifications").insert(row)


def verifications(db: Database, attempt_id: str) -> Sequence[Verification]:
    """Return the attempt's verifications, oldest first."""
    rows = db.query("SELECT * FROM verifications WHERE attempt_id = ? ORDER BY id", [attempt_id])
    return [_verification(row) for row in rows]


def latest_picture(db: Database, attempt_id: str) -> str | None:
    """Return the SHA-256 of the newest picture of the check-in, or None."""
    found: str | None = value(
        db,
        "SELECT evidence FROM verifications WHERE attempt_id = ? AND evidence IS NOT NULL"
        " ORDER BY id DESC LIMIT 1",
        [attempt_id],
    )
    return found


def last_checks(db: Database, sitting_id: str) -> dict[str, LastCheck]:
    """Return the last check or decision at check-in of each attempt of a sitting, by attempt."""
    rows = db.query(
        "SELECT attempt_id, at, evidence FROM verifications"
        " JOIN attempts ON attempts.id = attempt_id WHERE sitting_id = ? ORDER BY verifications.id",
        [sitting_id],
    )
    found: dict[str, LastCheck] = {}
    for row in rows:
        at = to_time(row["at"])
        check, before = LastCheck(at, row["evidence"], at), found.get(row["attempt_id"])
        if check.picture is None:
            check = replace(before, at=at) if before else LastCheck(at, None, None)
        found[row["attempt_id"]] = check
    return found


def accepted_picture(db: Database, attempt_id: str) -> str | None:
    """Return the newest picture that staff had when they last passed the candidate by hand."""
    accepted = latest = None
    for face_check in verifications(db, attempt_id):
        latest = face_check.evidence or latest
        if face_check.outcome is FaceOutcome.BY_HAND:
            accepted = latest
    return accepted


def _verification(row: dict[str, Any]) -> Verification:
    fields = {key: val for key, val in row.items() if key != "id"}
    advice = tuple(json.loads(row["advice"]))
    fixed = {"at": to_time(row["at"]), "outcome": FaceOutcome(row["outcome"]), "advice": advice}
    return Verification(**{**fields, **fixed})


def _incident(row: dict[str, Any]) -> Incident:
    times = {
        "started_at": to_time(row["started_at"]),
        "ended_at": maybe_time(row["ended_at"]),
        "seen_at": maybe_time(row["seen_at"]),
    }
    return Incident(**{**row, **times})
