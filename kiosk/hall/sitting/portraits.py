"""Registered portraits: checked on arrival and compared with each other (R9, R15).

Findings are for staff: they should know the day before that a portrait is unusable, and look into
two admissions with one face.
"""

from collections.abc import Collection

from sqlite_utils import Database

from kiosk.exam.event_kinds import EventKind
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import NotFound, ReasonMissing
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.proctoring.face_analysis import Faces
from kiosk.hall.views.sittings import LookalikePair, PortraitProblem, PortraitReport
from kiosk.store.centre import portraits, sittings
from kiosk.store.centre.portraits import Lookalike
from kiosk.store.centre.sittings import Sitting
from kiosk.store.exam import attempts
from kiosk.vision.errors import PictureRefused

AT_ONCE = 10
"""Portraits checked in one sweep, so that it does not delay the workers for long."""


class Portraits:
    """The portraits of this centre's sittings."""

    def __init__(self, context: CentreContext, papers: OpenedPackages, faces: Faces) -> None:
        self._context = context
        self._papers = papers
        self._faces = faces

    def sweep(self) -> None:
        """Check some portraits; once all of a sitting are checked, compare them."""
        if self._faces.stopped:
            return
        for sitting in sittings.everyone(self._context.store.read()):
            usable = not sitting.over and self._papers.readable(sitting)
            if usable and self._work_on(sitting):
                return

    def _work_on(self, sitting: Sitting) -> bool:
        """Do one batch of work for a sitting; return False when none is left."""
        db = self._context.store.read()
        known = portraits.problems(db, sitting.id)
        waiting = [number for number in self._roster(sitting) if number not in known][:AT_ONCE]
        if waiting:
            found = {number: self._problems(sitting.id, number) for number in waiting}
            now = self._context.time.now()
            self._context.store.write(lambda db: portraits.set_problems(db, sitting.id, found, now))
            return True
        if portraits.compared(db, sitting.id):
            return False
        self._compare(sitting)
        return True

    def _roster(self, sitting: Sitting) -> dict[str, str]:
        """Return names by admission number."""
        candidates = self._papers.package(sitting).roster.candidates
        return {candidate.admission_no: candidate.name for candidate in candidates}

    def _problems(self, sitting_id: str, admission_no: str) -> tuple[str, ...]:
        picture = self._papers.portrait(sitting_id, admission_no)
        if picture is None:
            return ("no_portrait",)
        self._faces.renew(sitting_id, admission_no)
        try:
            return self._faces.read_portrait(picture).advice
        except PictureRefused as error:
            return (error.code,)

    def _compare(self, sitting: Sitting) -> None:
        vectors = {
            number: vector
            for number in self._to_compare(sitting)
            if (vector := self._reference(sitting.id, number)) is not None
        }
        pairs = [Lookalike(*pair) for pair in self._faces.alike(vectors)]
        now = self._context.time.now()

        def job(db: Database) -> None:
            portraits.set_lookalikes(db, sitting.id, pairs, now)
            self._context.record(
                db, sitting.id, EventKind.PORTRAITS_CHECKED, "system", None, lookalikes=len(pairs)
            )

        self._context.store.write(job)

    def _to_compare(self, sitting: Sitting) -> list[str]:
        """Return the candidates whose programmes allow their portraits to be compared."""
        return [
            person.admission_no
            for person in self._papers.package(sitting).roster.candidates
            if self._papers.programme(sitting, person.paper).check_in.compare_portraits
        ]

    def _reference(self, sitting_id: str, admission_no: str) -> bytes | None:
        return self._faces.reference(
            sitting_id, admission_no, lambda: self._papers.portrait(sitting_id, admission_no)
        )

    def report(self, sitting_id: str, rooms: Collection[str] = ()) -> PortraitReport:
        """Return the findings so far, about all candidates or those of some rooms.

        Raises:
            NotFound: there is no such sitting.
        """
        sitting = self._papers.sitting(sitting_id)
        db = self._context.store.read()
        roster = self._roster(sitting)
        seats = {
            attempt.admission_no: attempt.seat
            for attempt in attempts.of_sitting(db, sitting_id)
            if not rooms or attempt.room in rooms
        }
        known = portraits.problems(db, sitting_id)
        return PortraitReport(
            checked=len(known),
            total=len(roster),
            done=portraits.compared(db, sitting_id),
            problems=[
                PortraitProblem(number, roster[number], seats[number], wrong)
                for number, wrong in sorted(known.items())
                if wrong and number in roster and number in seats
            ],
            lookalikes=[
                LookalikePair(
                    pair.first,
                    roster[pair.first],
                    pair.second,
                    roster[pair.second],
                    pair.similarity,
                )
                for pair in portraits.lookalikes(db, sitting_id)
                if {pair.first, pair.second} <= roster.keys()
                and {pair.first, pair.second} & seats.keys()
            ],
        )

    def enrol(self, sitting_id: str, admission_no: str, jpeg: bytes, reason: str, by: str) -> None:
        """Use a picture taken at the staff desk as the portrait; the candidate has all tries again.

        Raises:
            ReasonMissing: the reason is empty.
            NotFound: there is no such candidate.
            PortraitUnusable, VisionError: the picture does not show exactly one clear face.
        """
        if not reason.strip():
            raise ReasonMissing()
        self._papers.candidate(sitting_id, admission_no)
        self._faces.require_portrait(jpeg)
        evidence = self._context.keep_sealed(sitting_id, "portraits", jpeg)
        now = self._context.time.now()

        def job(db: Database) -> None:
            sittings.enrol_portrait(db, sitting_id, admission_no, evidence, by, reason, now)
            attempt = attempts.find(db, sitting_id, admission_no)
            if attempt is None:
                raise NotFound()
            attempts.clear_tries(db, attempt.id)
            portraits.forget(db, sitting_id, admission_no)
            self._context.record(
                db,
                sitting_id,
                EventKind.PORTRAIT_CAPTURED,
                by,
                attempt.id,
                reason=reason.strip()[:500],
            )

        self._context.store.write(job)
        self._faces.renew(sitting_id, admission_no)
