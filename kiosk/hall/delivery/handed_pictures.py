"""Chosen pictures of one attempt for headquarters' review, sealed, for people to carry.

Pictures that the programme allows to leave need nothing else. Others need the candidate's written
consent, or headquarters' written request in a case; on a request only pictures of incidents leave.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from kiosk.exam.event_kinds import EventKind
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import NotFound, PicturesStay
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.reasons import reasoned
from kiosk.store.centre import sittings
from kiosk.store.exam import attempts, incidents
from kiosk.store.exam.attempts import Attempt
from kiosk.store.exam.incidents import EvidenceRow
from sync.wire import canonical
from sync.wire.delivery.evidence import seal_evidence
from sync.wire.exchange.container import Files
from sync.wire.exchange.handed_pictures import (
    LIST,
    Ground,
    HandedPicture,
    HandedPictures,
    picture_name,
    sign_list,
)


@dataclass(frozen=True)
class PictureView:
    """A picture that is stored here. ``rule``: of its incident; None at check-in."""

    attempt_id: str
    sitting_id: str
    sha256: str
    kind: str
    at: str
    incident_id: str | None
    rule: str | None


@dataclass(frozen=True)
class HandOver:
    """What is asked for. ``incident_ids``: none for all of the attempt.

    ``ground``: None where the programme lets pictures leave. ``reference``: where the consent is
    kept, or the number of the case. ``carrier``: who takes the pictures to headquarters.
    """

    attempt_id: str
    reason: str
    carrier: str
    incident_ids: Collection[str] = ()
    ground: Ground | None = None
    reference: str = ""


class PictureHandOver:
    """Lists stored pictures, and seals chosen ones for headquarters."""

    def __init__(self, context: CentreContext, papers: OpenedPackages) -> None:
        self._context = context
        self._papers = papers

    def of_candidate(self, admission_no: str) -> Sequence[PictureView]:
        """Return what is stored of a candidate in all sittings, oldest first."""
        db, found = self._context.store.read(), list[PictureView]()
        for sitting in sittings.everyone(db):
            attempt = attempts.find(db, sitting.id, admission_no)
            if attempt is not None:
                found += self._of_attempt(db, attempt)
        return found

    def files(self, asked: HandOver, by: str) -> Files:
        """Return sealed pictures and their signed list, and record who takes them and why.

        Raises:
            NotFound: there is no such attempt, or no such picture.
            ReasonMissing: reason or carrier are empty.
            PicturesStay: nothing permits that they leave the centre.
        """
        db = self._context.store.read()
        attempt = attempts.get(db, asked.attempt_id)
        if attempt is None:
            raise NotFound()
        reason, carrier = reasoned(asked.reason), reasoned(asked.carrier)[:100]
        ground = self._ground(attempt, asked)
        rows = self._chosen(db, asked, ground)
        sealed = [(row, self._sealed(row.sha256)) for row in rows]
        listed = HandedPictures(
            centre_code=self._context.settings.centre_code,
            sitting_id=attempt.sitting_id,
            attempt_id=attempt.id,
            ground=ground,
            reference=asked.reference.strip()[:200],
            reason=reason,
            carrier=carrier,
            written_by=by,
            written_at=self._context.clock.now(),
            pictures=tuple(_entry(row, data) for row, data in sealed),
        )
        self._record(listed, by)
        pictures = [(picture_name(row.sha256), data) for row, data in sealed]
        return [*pictures, (LIST, sign_list(listed, self._context.keys))]

    def _of_attempt(self, db: Database, attempt: Attempt) -> Sequence[PictureView]:
        rules = {incident.id: incident.rule for incident in incidents.of_attempt(db, attempt.id)}
        return [
            PictureView(
                attempt_id=attempt.id,
                sitting_id=attempt.sitting_id,
                sha256=row.sha256,
                kind=row.kind,
                at=self._context.local(row.at).isoformat(timespec="seconds"),
                incident_id=row.incident_id,
                rule=rules.get(row.incident_id or ""),
            )
            for row in incidents.evidence_of(db, attempt.id)
        ]

    def _ground(self, attempt: Attempt, asked: HandOver) -> Ground:
        programme = self._papers.programme(self._papers.sitting(attempt.sitting_id), attempt.paper)
        if programme.privacy.pictures_to_headquarters:
            return "programme"
        if asked.ground not in ("consent", "case") or not asked.reference.strip():
            raise PicturesStay()
        return asked.ground

    def _chosen(self, db: Database, asked: HandOver, ground: Ground) -> Sequence[EvidenceRow]:
        rows = incidents.evidence_of(db, asked.attempt_id)
        if asked.incident_ids:
            rows = [row for row in rows if row.incident_id in asked.incident_ids]
            if {row.incident_id for row in rows} != set(asked.incident_ids):
                raise NotFound()
        if ground == "case":  # without consent, nothing of the face check
            rows = [row for row in rows if row.incident_id is not None]
        if not rows:
            raise NotFound()
        return rows

    def _sealed(self, sha256: str) -> bytes:
        context = self._context
        try:
            picture = context.open_sealed(sha256)
        except FileNotFoundError as error:
            raise NotFound() from error
        code = context.settings.centre_code
        return seal_evidence(picture, code, context.keys, context.hq.current)

    def _record(self, listed: HandedPictures, by: str) -> None:
        facts = {
            "pictures": [picture.id for picture in listed.pictures],
            "ground": listed.ground,
            "reference": listed.reference,
            "reason": listed.reason,
            "carrier": listed.carrier,
        }

        def job(db: Database) -> None:
            kind = EventKind.PICTURES_HANDED_OVER
            self._context.record(db, listed.sitting_id, kind, by, listed.attempt_id, **facts)

        self._context.store.write(job)


def _entry(row: EvidenceRow, data: bytes) -> HandedPicture:
    digest = canonical.digest(data)
    return HandedPicture(id=row.sha256, incident_id=row.incident_id, size=len(data), sha256=digest)
