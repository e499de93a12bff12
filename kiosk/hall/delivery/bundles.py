"""Result bundles: the signed and sealed files of ended attempts in the outbox."""

import logging
import re
import sqlite3
from collections import Counter, defaultdict

from sqlite_utils import Database

from kiosk import __version__
from kiosk.exam.attempt.parts import PartEnd
from kiosk.exam.attempt.states import AttemptState
from kiosk.exam.checkin.devices import rules_off
from kiosk.exam.errors import ExamError
from kiosk.exam.event_kinds import PAGE_SIGNALS
from kiosk.exam.troubles import Troubles
from kiosk.hall.checkin.devices import failed_devices
from kiosk.hall.checkin.personal_forms import opened
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import NotFound
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.transitions import AttemptTransitions
from kiosk.store.centre import outbox, terminals
from kiosk.store.centre.outbox import (
    EVIDENCE,
    FIRST,
    INCIDENT_EVIDENCE,
    RESULT,
    ROUTINE_EVIDENCE,
    OutboxItem,
)
from kiosk.store.exam import (
    answer_seals,
    answers,
    attempts,
    devices,
    events,
    guests,
    incidents,
    notes,
    page_leaves,
    personal_forms,
    tallies,
    time_credits,
)
from kiosk.store.exam.answers import Answer
from kiosk.store.exam.attempts import Attempt
from kiosk.store.exam.incidents import EvidenceRow
from kiosk.store.times import to_text
from sync.wire import canonical
from sync.wire.delivery.answer_log import MOST_REVISIONS, AnswerLog
from sync.wire.delivery.bundle import seal_bundle
from sync.wire.delivery.result import (
    MOST_NOTES,
    BundleAnswer,
    BundleCredit,
    BundleIncident,
    BundleNotes,
    BundlePageLeave,
    BundlePart,
    Chain,
    ChainEvent,
    CheckInFaceCheck,
    CheckInRecord,
    ConductCounts,
    DeviceCheckRecord,
    EvidenceRef,
    HandAdmission,
    PackageRef,
    PersonalFormRecord,
    ResultBundle,
    Timing,
    VisionRecord,
)
from sync.wire.model import IDENTIFIER
from sync.wire.sealing.keys import PublicKeys

_log = logging.getLogger(__name__)
_ITEM = re.compile(IDENTIFIER)


class Results:
    """Makes result bundles. Each ended attempt gets one, also after a crash."""

    def __init__(
        self,
        context: CentreContext,
        papers: OpenedPackages,
        progress: AttemptTransitions,
        vision: VisionRecord,
    ) -> None:
        self._context = context
        self._papers = papers
        self._transitions = progress
        self._vision = vision
        self._troubles = Troubles(context.clock.monotonic)

    def sweep(self) -> int:
        """Bundle every ended attempt whose newest state is in no bundle; return how many.

        An attempt that cannot be bundled is logged and retried after a pause that grows to a
        minute; it does not delay others.
        """
        done = 0
        for attempt_id in outbox.attempts_to_bundle(self._context.store.read()):
            if self._troubles.due(attempt_id):
                done += self._try(attempt_id)
        return done

    def _try(self, attempt_id: str) -> bool:
        try:
            self.bundle(attempt_id)
        except (ExamError, OSError, ValueError, sqlite3.DatabaseError) as error:
            if text := self._troubles.failed(attempt_id, error):
                _log.error("attempt %s cannot be bundled now: %s", attempt_id, text)
            return False
        self._troubles.worked(attempt_id)
        return True

    def bundle(self, attempt_id: str) -> str:
        """Seal an attempt's present state into the outbox; return the bundle's id.

        Raises:
            NotFound: the attempt does not exist or has not ended.
        """
        db, hq = self._context.store.read(), self._context.hq.current
        bundle = self._build(db, attempt_id, hq)
        sealed = seal_bundle(bundle, self._context.keys, hq)
        self._context.folders.outbox.put(sealed.id, sealed.data)
        item = OutboxItem(
            kind=RESULT,
            id=sealed.id,
            sitting_id=bundle.sitting_id,
            priority=FIRST[RESULT],
            attempt_id=attempt_id,
            revision=bundle.revision,
            chain_head=bundle.chain.head,
        )
        now, pictures = self._context.time.now(), self._pictures(db, bundle)

        def job(db: Database) -> None:
            # In one transaction, so that after a crash the outbox has the result with its
            # pictures or neither.
            outbox.add_result(db, item, now)
            for row in pictures:
                outbox.add(db, _evidence_item(row, item.sitting_id), now)

        self._context.store.write(job)
        return sealed.id

    def _pictures(self, db: Database, bundle: ResultBundle) -> list[EvidenceRow]:
        """Return the attempt's pictures for headquarters: none unless the programme says so."""
        sitting = self._papers.sitting(bundle.sitting_id)
        programme = self._papers.programme(sitting, bundle.paper)
        if not programme.privacy.pictures_to_headquarters:
            return []
        return incidents.evidence_of(db, bundle.attempt_id)

    def _build(self, db: Database, attempt_id: str, hq: PublicKeys) -> ResultBundle:
        context = self._context
        attempt = attempts.get(db, attempt_id)
        if attempt is None or attempt.ended_at is None or attempt.end_reason is None:
            raise NotFound()
        sitting = self._papers.sitting(attempt.sitting_id)
        return ResultBundle(
            centre_code=context.settings.centre_code,
            sender_key_id=context.keys.public.key_id,
            recipient_key_id=hq.key_id,
            attempt_id=attempt.id,
            revision=attempt.wanted_revision,
            candidate_id=attempt.candidate_id,
            admission_no=attempt.admission_no,
            sitting_id=sitting.id,
            package=PackageRef(id=sitting.package_id, version=sitting.version),
            paper=attempt.paper,
            room=attempt.room,
            form=attempt.form,
            answers=_answers(answers.revisions(db, attempt.id)),
            answer_log=_answer_log(db, attempt),
            timing=Timing(
                started_at=attempt.started_at,
                ended_at=attempt.ended_at,
                extra_minutes=attempt.extra_minutes,
                credits=_credits(db, attempt),
                parts=self._parts(db, attempt),
            ),
            end_reason=attempt.end_reason,
            voided=attempt.state is AttemptState.VOIDED,
            conduct=self._conduct(db, attempt),
            incidents=_incidents(db, attempt),
            check_in=_check_in(db, attempt),
            device_check=_device_check(db, attempt),
            evidence=_evidence(db, attempt),
            chain=_chain(db, attempt),
            admitted=self._admitted(db, attempt),
            personal_form=self._personal_form(db, attempt),
            software=f"exam-kiosk {__version__}",
            vision=self._vision,
            notes=_notes(db, attempt),
        )

    def _parts(self, db: Database, attempt: Attempt) -> tuple[BundlePart, ...]:
        """Return the times of parts that were sat in order; the last one ends with the attempt."""
        course = self._transitions.course(db, attempt) if attempt.started_at else None
        if course is None or attempt.ended_at is None or attempt.end_reason is None:
            return ()
        last = PartEnd(attempt.ended_at, attempt.end_reason, 0)
        sitting = self._papers.sitting_in(db, attempt.sitting_id)
        examination = self._papers.examination(sitting, attempt.paper)
        ends = [(span, span.end or last) for span in course.spans]
        return tuple(
            BundlePart(
                part=span.part.id,
                name=examination.part(span.part.id).name,
                started_at=span.began_at,
                ended_at=max(span.began_at, end.at),
                end_reason=end.reason,
            )
            for span, end in ends
        )

    def _admitted(self, db: Database, attempt: Attempt) -> HandAdmission | None:
        """Return a guest's name and identity number, which headquarters has in no roster."""
        guest = guests.get(db, attempt.id)
        if guest is None or guest.roster_no is not None:
            return None
        person = self._papers.candidate(attempt.sitting_id, attempt.admission_no)
        return HandAdmission.copied_from(
            guest, name=person.name, identity_no=person.identity_no, seat=attempt.seat
        )

    def _personal_form(self, db: Database, attempt: Attempt) -> PersonalFormRecord | None:
        """Return the form of check-in; None without one, and once its key is destroyed."""
        stored = personal_forms.get(db, attempt.id)
        if stored is None:
            return None
        return PersonalFormRecord.copied_from(stored, values=opened(self._context, stored))

    def _conduct(self, db: Database, attempt: Attempt) -> ConductCounts:
        counted = tallies.of(db, attempt.id, PAGE_SIGNALS)
        kinds = Counter(
            event.kind
            for event in events.of_attempt(db, attempt.id)
            if event.kind in PAGE_SIGNALS and event.kind not in counted
        )
        sitting = self._papers.sitting(attempt.sitting_id)
        limit = self._papers.programme(sitting, attempt.paper).conduct.leave_limit
        return ConductCounts(
            leaves=attempt.leaves,
            leave_limit=limit,
            signals={**kinds, **counted},
            page_leaves=_page_leaves(db, attempt),
        )


def _answers(revisions: list[Answer]) -> tuple[BundleAnswer, ...]:
    by_item: dict[str, list[Answer]] = defaultdict(list)
    for revision in revisions:
        # Other rows were altered outside this program; the answer log in the bundle proves that.
        if revision.seq > 0 and _ITEM.fullmatch(revision.item_id):
            by_item[revision.item_id].append(revision)
    return tuple(_answer(by_item[item]) for item in sorted(by_item))


def _answer_log(db: Database, attempt: Attempt) -> AnswerLog:
    revisions = answers.log(db, attempt.id)[:MOST_REVISIONS]
    return AnswerLog(seals=answer_seals.of(db, attempt.id), revisions=tuple(revisions))


def _notes(db: Database, attempt: Attempt) -> BundleNotes | None:
    kept = notes.of_attempt(db, attempt.id)
    return BundleNotes.copied_from(kept, text=kept.text[:MOST_NOTES]) if kept else None


def _answer(revisions: list[Answer]) -> BundleAnswer:
    last = revisions[-1]
    history = [[r.seq, r.digest, to_text(r.saved_at)] for r in revisions]
    return BundleAnswer.copied_from(
        last,
        revisions=len(revisions),
        revisions_digest=canonical.digest(canonical.dumps(history)),
    )


def _credits(db: Database, attempt: Attempt) -> tuple[BundleCredit, ...]:
    return tuple(
        BundleCredit.copied_from(credit, seconds=round(credit.seconds, 3))
        for credit in time_credits.credits_of(db, attempt.id)
    )


def _page_leaves(db: Database, attempt: Attempt) -> tuple[BundlePageLeave, ...]:
    return tuple(
        BundlePageLeave.copied_from(entry)
        for entry in page_leaves.of_attempt(db, attempt.id).entries
    )


def _incidents(db: Database, attempt: Attempt) -> tuple[BundleIncident, ...]:
    shown: dict[str | None, list[str]] = defaultdict(list)
    for row in incidents.evidence_of(db, attempt.id):
        shown[row.incident_id].append(row.sha256)
    return tuple(
        BundleIncident.copied_from(incident, evidence=tuple(shown[incident.id]))
        for incident in incidents.of_attempt(db, attempt.id)
    )


def _check_in(db: Database, attempt: Attempt) -> CheckInRecord:
    face_checks = tuple(
        CheckInFaceCheck.copied_from(face_check)
        for face_check in incidents.verifications(db, attempt.id)
    )
    return CheckInRecord(
        outcome=attempt.check_in,
        score=attempt.check_in_score,
        consent_face=attempt.consent_face,
        face_checks=face_checks,
    )


def _device_check(db: Database, attempt: Attempt) -> DeviceCheckRecord | None:
    terminal = terminals.get(db, attempt.terminal_id) if attempt.terminal_id else None
    if terminal is None or terminal.device_check is None:
        return None
    check, own = terminal.device_check, devices.of_attempt(db, attempt.id)
    return DeviceCheckRecord(
        terminal=terminal.name,
        checked_at=terminal.checked_at,
        camera=check["camera"],
        microphone=check["microphone"],
        loudspeaker=check["loudspeaker"],
        network="network" not in failed_devices(check),
        server_ms=check["server_ms"],
        without=own.without,
        rules_off=rules_off(own.without),
        admitted_by=own.admitted_by if own.without else None,
        reason=own.reason if own.without else None,
        camera_label=own.camera,
        camera_changes=own.changes,
    )


def _evidence(db: Database, attempt: Attempt) -> tuple[EvidenceRef, ...]:
    return tuple(EvidenceRef.copied_from(row) for row in incidents.evidence_of(db, attempt.id))


def _evidence_item(row: EvidenceRow, sitting_id: str) -> OutboxItem:
    priority = ROUTINE_EVIDENCE if row.incident_id is None else INCIDENT_EVIDENCE
    return OutboxItem(EVIDENCE, row.sha256, sitting_id, priority, row.attempt_id)


def _chain(db: Database, attempt: Attempt) -> Chain:
    head = events.head(db, attempt.sitting_id)
    return Chain(
        epoch=head.epoch,
        seq=head.seq,
        head=head.hash,
        events=tuple(
            ChainEvent.copied_from(event, epoch=None if event.epoch == head.epoch else event.epoch)
            for event in events.of_attempt(db, attempt.id)
        ),
    )
