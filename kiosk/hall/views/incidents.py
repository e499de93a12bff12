"""Incidents and the event log, as staff see them."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class EvidenceView:
    """A picture of an incident; ``kind`` is frame, before or after (contact sheets)."""

    sha256: str
    kind: str
    at: datetime


@dataclass(frozen=True)
class IncidentView:
    """One incident with its evidence."""

    id: str
    attempt_id: str
    admission_no: str
    name: str
    rule: str
    started_at: datetime
    ended_at: datetime | None
    measured: float | None
    threshold: float | None
    follow_up: str
    by: str | None
    note: str | None
    frame_interval_ms: int | None
    seen_at: datetime | None
    seen_by: str | None
    evidence: list["EvidenceView"]
