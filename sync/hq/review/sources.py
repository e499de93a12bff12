"""What of a result bundle people have to look at: incidents, and whatever else needs a judgement.

A measured value is never a judgement. Everything here starts as an open incident.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, get_args

from kiosk.exam.event_kinds import EventKind
from kiosk.exam.proctoring.rules import CAMERA_RULES, DEFAULTS, FollowUp
from kiosk.exam.programme.programme import Programme

Document = Mapping[str, Any]


class Source(StrEnum):
    """Where an incident comes from."""

    RULE = "rule"
    STAFF = "staff"
    PAGE_LEAVE = "page_leave"
    IDENTITY = "identity"
    ADMISSION = "admission"
    RECORD = "record"
    VOIDED = "voided"


PAGE_LEAVE, IDENTITY_BY_STAFF, ADMITTED = "page_leave", "identity_by_staff", "admitted_by_hand"
VOIDED, CHAIN_BROKEN = "voided_at_centre", "event_log_altered"
ANSWERS = {what: f"answers_{what}" for what in ("unsealed", "altered", "forged")}
URGENT, CALLED, SEEN, RECORDED = 4, 3, 2, 1
SEVERITY: Mapping[FollowUp, int] = {
    "advice": RECORDED,
    "record": RECORDED,
    "warn": SEEN,
    "review": SEEN,
    "staff": CALLED,
    "staff_urgent": URGENT,
}
"""Urgency by what followed at the centre; it orders lists and decides nothing."""


@dataclass(frozen=True)
class Found:
    """One thing to be judged; ``incident_id`` is the same in every later bundle."""

    incident_id: str
    source: Source
    rule: str
    started_at: datetime
    ended_at: datetime | None
    severity: int
    measured: float | None = None
    threshold: float | None = None
    frame_interval_ms: int | None = None
    note: str = ""
    reported_by: str = ""
    evidence: Sequence[str] = field(default=())


def found_in(
    document: Document,
    programme: Programme | None,
    *,
    chain_ok: bool,
    answer_findings: Sequence[Mapping[str, Any]] | None,
) -> Sequence[Found]:
    """Return what is to be judged of an attempt, in the order of time.

    ``programme``: None where headquarters does not know the package; usual settings then hold.
    """
    ended = _time(document["timing"]["ended_at"])
    found = [
        *_incidents(document, programme),
        *_page_leaves(document),
        *_identity(document),
        *_admission(document, ended),
        *_record(chain_ok, answer_findings or (), ended),
    ]
    if document.get("voided"):
        reason = _voided(document)
        found.append(
            Found("voided", Source.VOIDED, VOIDED, reason[0] or ended, None, URGENT,
                  note=reason[1], reported_by=reason[2])
        )  # fmt: skip
    return sorted(found, key=lambda incident: (incident.started_at, incident.incident_id))


def _incidents(document: Document, programme: Programme | None) -> Iterator[Found]:
    for row in document["incidents"]:
        rule, measured = row["rule"], row.get("measured")
        by_camera = measured is not None or rule in CAMERA_RULES
        yield Found(
            incident_id=row["id"],
            source=Source.RULE if by_camera else Source.STAFF,
            rule=rule,
            started_at=_time(row["started_at"]),
            ended_at=_time(row["ended_at"]) if row.get("ended_at") else None,
            severity=_severity(rule, programme),
            measured=measured,
            threshold=row.get("threshold"),
            frame_interval_ms=row.get("frame_interval_ms"),
            note=row.get("note") or "",
            evidence=tuple(row.get("evidence", ())),
        )


def _severity(rule: str, programme: Programme | None) -> int:
    if rule not in CAMERA_RULES:
        return CALLED
    if programme is not None:
        return SEVERITY[programme.proctoring.rule(rule).follow_up]
    usual = DEFAULTS[rule]["follow_up"]
    return SEVERITY[usual] if usual in get_args(FollowUp) else SEEN


def _page_leaves(document: Document) -> Iterator[Found]:
    conduct = document["conduct"]
    counted, limit = 0, conduct["leave_limit"]
    for row in conduct.get("page_leaves", ()):
        reversed_by = row.get("reversed_by") or ""
        counted += not row.get("reversal")
        ends = row.get("reversal") is None and counted >= limit
        yield Found(
            incident_id=f"leave-{row['number']}",
            source=Source.PAGE_LEAVE,
            rule=PAGE_LEAVE,
            started_at=_time(row["started_at"]),
            ended_at=_time(row["ended_at"]) if row.get("ended_at") else None,
            # A leave that staff at the centre do not count is shown with their reason.
            severity=RECORDED if row.get("reversal") else CALLED if ends else SEEN,
            measured=float(counted),
            threshold=float(limit),
            note=row.get("reversal") or row["cause"],
            reported_by=reversed_by,
        )


def _identity(document: Document) -> Iterator[Found]:
    bands = (document.get("vision") or {}).get("thresholds", {})
    checks = (document.get("check_in") or {}).get("face_checks", ())
    for number, row in enumerate(checks, start=1):
        if not row.get("by"):
            continue
        yield Found(
            incident_id=f"identity-{number}",
            source=Source.IDENTITY,
            rule=IDENTITY_BY_STAFF,
            started_at=_time(row["at"]),
            ended_at=_time(row["at"]),
            severity=SEEN,
            measured=_score_before(checks[: number - 1]),
            threshold=bands.get("pass_at"),
            note=row.get("reason") or row["outcome"],
            reported_by=row["by"],
            evidence=tuple(filter(None, [row.get("evidence")])),
        )


def _score_before(checks: Sequence[Mapping[str, Any]]) -> float | None:
    """Return the last score that a face check gave before staff decided."""
    scores = [row["score"] for row in checks if row.get("score") is not None]
    return scores[-1] if scores else None


def _admission(document: Document, ended: datetime) -> Iterator[Found]:
    guest = document.get("admitted")
    if guest:
        at = _time(guest["at"]) if guest.get("at") else ended
        yield Found(
            "admitted", Source.ADMISSION, ADMITTED, at, at, SEEN,
            note=guest["reason"], reported_by=guest["by"],
        )  # fmt: skip


def _record(
    chain_ok: bool, findings: Sequence[Mapping[str, Any]], ended: datetime
) -> Iterator[Found]:
    if not chain_ok:
        yield Found("event-log", Source.RECORD, CHAIN_BROKEN, ended, ended, URGENT)
    for number, finding in enumerate(findings, start=1):
        span = f"{finding['first']}-{finding['last']}" if finding["last"] else ""
        yield Found(
            f"answers-{number}", Source.RECORD, ANSWERS[finding["what"]], ended, ended,
            # Without a seal: as a rule the centre's software is older than seals.
            SEEN if finding["what"] == "unsealed" else URGENT,
            note=span,
        )  # fmt: skip


def _voided(document: Document) -> tuple[datetime | None, str, str]:
    """Return when, why and by whom the centre voided the attempt, as its events say."""
    for event in reversed(document["chain"]["events"]):
        if event["kind"] == EventKind.ATTEMPT_VOIDED:
            return _time(event["at"]), str(event["data"].get("why", "")), event["who"]
    return None, "", ""


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
