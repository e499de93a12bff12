"""Incidents and their pictures: written once, sealed, limited in number (R20, R21)."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlite_utils import Database

from kiosk.exam.attempt.states import AttemptState
from kiosk.exam.event_kinds import AnyEventKind, EventKind, rule_began, rule_over
from kiosk.exam.proctoring import RuleEvent
from kiosk.hall.clock import exam_time
from kiosk.hall.context import CentreContext
from kiosk.hall.results_wanted import tell_again
from kiosk.store.centre import sittings
from kiosk.store.errors import StorageFull
from kiosk.store.exam import acts, attempts, breaks, incidents, tallies
from kiosk.store.exam.incidents import EvidenceRow, Incident
from kiosk.vision.contact_sheet import contact_sheet

_log = logging.getLogger(__name__)

MOST_OF_RULE = 200
"""Maximum number of incidents of one rule in an attempt; further ones are only counted."""

Pictures = Sequence[tuple[datetime, bytes]]
"""Pictures as JPEG with their exam time."""


SAT = frozenset({AttemptState.IN_PROGRESS})
WATCHED = SAT | {AttemptState.CHECKED_IN, AttemptState.READY, AttemptState.PAUSED}


class IncidentLog:
    """Opens and closes incidents of running attempts."""

    def __init__(self, context: CentreContext) -> None:
        self._context = context

    def open(
        self,
        attempt_id: str,
        sitting_id: str,
        event: RuleEvent,
        full: Pictures,
        small: Pictures,
        interval_ms: int | None = None,
    ) -> str | None:
        """Open an incident with full frames and a contact sheet of the small pictures before.

        ``interval_ms``: the interval at which this terminal's frames were requested. Returns
        the incident's id, or None when the attempt is not running, the candidate is on a toilet
        break, or the attempt has too many incidents of the rule.
        """
        incident = Incident(
            id=self._context.ids(),
            attempt_id=attempt_id,
            rule=event.rule,
            started_at=exam_time(event.since),
            ended_at=None,
            measured=event.measured,
            threshold=event.threshold,
            follow_up=event.follow_up,
            frame_interval_ms=interval_ms,
        )
        details = {
            "measured": event.measured,
            "threshold": event.threshold,
            "frame_interval_ms": interval_ms,
        }
        if self._crowded(attempt_id, sitting_id, event.rule, details):
            return None
        return self._write(incident, sitting_id, "camera", details, full, small)

    def _crowded(
        self, attempt_id: str, sitting_id: str, rule: str, details: Mapping[str, object]
    ) -> bool:
        """Count an incident; return whether the attempt has too many of its rule."""

        def job(db: Database) -> bool:
            number = tallies.add(db, attempt_id, rule_began(rule))
            if number <= MOST_OF_RULE:
                return False
            if tallies.worth_noting(number):
                more = {"number": number, **details}
                kind = rule_began(rule)
                self._context.record(db, sitting_id, kind, "camera", attempt_id, **more)
            return True

        return self._context.store.write(job)

    def mark(
        self,
        attempt_id: str,
        sitting_id: str,
        rule: str,
        note: str,
        by: str,
        full: Pictures,
        small: Pictures,
        act_id: str | None = None,
    ) -> str | None:
        """Record what staff saw and no camera proves: headphones, eating, a note passed on."""
        now = self._context.time.now()
        incident = Incident(
            self._context.ids(), attempt_id, rule, now, now, None, None, "review", by, note
        )
        return self._write(incident, sitting_id, by, {"note": note}, full, small, act_id=act_id)

    def report(
        self,
        attempt_id: str,
        sitting_id: str,
        rule: str,
        small: Pictures = (),
        measured: float | None = None,
        threshold: float | None = None,
        follow_up: str = "staff",
        note: str | None = None,
        **details: object,
    ) -> str | None:
        """Open an incident that no frame shows, also at check-in.

        With ``follow_up="review"`` it begins and ends now; others last until :meth:`end`.
        Returns its id, or None when the attempt is over.
        """
        now = self._context.time.now()
        incident = Incident(
            id=self._context.ids(),
            attempt_id=attempt_id,
            rule=rule,
            started_at=now,
            ended_at=now if follow_up == "review" else None,
            measured=measured,
            threshold=threshold,
            follow_up=follow_up,
            note=note,
        )
        details = {**details, **({"note": note} if note else {})}
        return self._write(incident, sitting_id, "system", details, (), small, WATCHED)

    def end(self, sitting_id: str, attempt_id: str, incident_id: str, rule: str) -> None:
        """Close an incident that :meth:`report` opened."""
        self._close(sitting_id, attempt_id, incident_id, rule, self._context.time.now())

    def _write(
        self,
        incident: Incident,
        sitting_id: str,
        who: str,
        details: Mapping[str, object],
        full: Pictures,
        small: Pictures,
        states: frozenset[AttemptState] = SAT,
        act_id: str | None = None,
    ) -> str | None:
        try:
            shown = full if self._has_room(incident.attempt_id) else []
            rows = [self._kept(sitting_id, incident, "frame", at, jpeg) for at, jpeg in shown]
            rows += self._sheet(sitting_id, incident, "before", small)
        except (OSError, StorageFull) as error:  # the event then says that pictures are lost
            _log.warning("no pictures could be kept of incident %s: %s", incident.id, error)
            rows, details = [], {**details, "pictures": "lost"}

        def job(db: Database) -> bool:
            attempt = attempts.get(db, incident.attempt_id)
            if attempt is None or attempt.state not in states:
                return False
            # A frame from before a toilet break may be analysed after its beginning.
            if who == "camera" and breaks.open_of(db, attempt.id) is not None:
                return False
            if act_id and not _is_first(db, sitting_id, act_id, incident):
                return False
            incidents.open_incident(db, incident)
            self._add(db, rows)
            kind = rule_began(incident.rule)
            self._context.record(
                db, sitting_id, kind, who, incident.attempt_id, incident=incident.id, **details
            )
            return True

        return incident.id if self._context.store.write(job) else None

    def add_after(
        self, sitting_id: str, attempt_id: str, incident_id: str, small: Pictures
    ) -> None:
        """Add the contact sheet of the small pictures taken after an incident began."""
        incident = Incident(incident_id, attempt_id, "", self._context.time.now(), None, None, None)
        try:
            rows = self._sheet(sitting_id, incident, "after", small)
        except (OSError, StorageFull) as error:
            _log.warning("no pictures could be kept after incident %s: %s", incident_id, error)
            return

        def job(db: Database) -> None:
            self._add(db, rows)
            if rows:
                tell_again(db, attempt_id)

        self._context.store.write(job)

    def _sheet(
        self, sitting_id: str, incident: Incident, kind: str, small: Pictures
    ) -> list[EvidenceRow]:
        if not small or not self._has_room(incident.attempt_id):
            return []
        local = self._context.local
        captions = [(local(at).strftime("%H:%M:%S"), jpeg) for at, jpeg in small]
        return [self._kept(sitting_id, incident, kind, small[-1][0], contact_sheet(captions))]

    def _has_room(self, attempt_id: str) -> bool:
        """Whether the attempt and the centre may store more pictures.

        Raises:
            StorageFull: the remaining disk space is for answers only.
        """
        if not self._context.room_for_pictures():
            raise StorageFull("pictures are given up first")
        vision, db = self._context.settings.vision, self._context.store.read()
        few = incidents.evidence_count(db, attempt_id) < vision.evidence_per_attempt
        return few and incidents.evidence_bytes(db) < vision.evidence_mb * 1_000_000

    def _kept(
        self, sitting_id: str, incident: Incident, kind: str, at: datetime, jpeg: bytes
    ) -> EvidenceRow:
        sha256 = self._context.keep_sealed(sitting_id, "pictures", jpeg)
        return EvidenceRow(sha256, incident.attempt_id, incident.id, kind, at, len(jpeg))

    def _add(self, db: Database, rows: list[EvidenceRow]) -> None:
        """Add pictures within the limits of attempt and centre; the incident is stored anyway."""
        vision = self._context.settings.vision
        for row in rows:
            # Checked again inside the job: other threads add pictures at the same time.
            few = incidents.evidence_count(db, row.attempt_id) < vision.evidence_per_attempt
            if few and incidents.evidence_bytes(db) + row.size <= vision.evidence_mb * 1_000_000:
                incidents.add_evidence(db, row)

    def close(self, sitting_id: str, attempt_id: str, incident_id: str, event: RuleEvent) -> None:
        """Close an incident whose rule is no longer broken."""
        self._close(sitting_id, attempt_id, incident_id, event.rule, exam_time(event.at))

    def _close(
        self, sitting_id: str, attempt_id: str, incident_id: str, rule: str, at: datetime
    ) -> None:
        def job(db: Database) -> None:
            incidents.close_incident(db, incident_id, at)
            self._context.record(
                db,
                sitting_id,
                rule_over(rule),
                "camera",
                attempt_id,
                incident=incident_id,
            )
            tell_again(db, attempt_id)

        self._context.store.write(job)

    def note(self, sitting_id: str, attempt_id: str, kind: AnyEventKind, **data: object) -> None:
        """Record an event that is no incident, unless it has come too often."""

        def job(db: Database) -> None:
            if tallies.worth_noting(tallies.add(db, attempt_id, kind)):
                self._context.record(db, sitting_id, kind, "camera", attempt_id, **data)

        self._context.store.write(job)

    def note_everywhere(self, kind: EventKind) -> None:
        """Record an event in every sitting that is not over."""

        def job(db: Database) -> None:
            for sitting in sittings.everyone(db):
                if not sitting.over:
                    self._context.record(db, sitting.id, kind, "system", None)

        self._context.store.write(job)


def _is_first(db: Database, sitting_id: str, act_id: str, incident: Incident) -> bool:
    what = f"{incident.attempt_id} {incident.rule} {incident.note}"
    return acts.is_first(db, sitting_id, act_id, what, incident.started_at)
