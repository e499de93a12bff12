"""Which attempt a candidate signs in to, when several rosters have the same numbers."""

from collections.abc import Sequence

from sqlite_utils import Database

from kiosk.exam.attempt.which_sitting import Entry, choose
from kiosk.exam.states import SITTING_OPEN
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import SittingToChoose
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.paper_titles import subtitle
from kiosk.hall.views.check_in import SittingChoice
from kiosk.store.centre.sittings import Sitting
from kiosk.store.exam import attempts
from kiosk.store.exam.attempts import Attempt
from sync.wire.packages.contents import RosterCandidate

Found = Sequence[tuple[Sitting, RosterCandidate]]


class Choices:
    """Chooses among a candidate's sittings, or asks the candidate."""

    def __init__(self, context: CentreContext, papers: OpenedPackages) -> None:
        self._context = context
        self._papers = papers

    def attempt(self, found: Found, sitting_id: str | None) -> Attempt | None:
        """Return the attempt that a sign-in is for, or None.

        ``sitting_id``: the candidate's choice, if already made.

        Raises:
            SittingToChoose: several sittings are possible.
        """
        db = self._context.store.read()
        attempt_of = {sitting.id: _attempt(db, sitting, person) for sitting, person in found}
        if sitting_id is not None:
            return attempt_of.get(sitting_id)
        entries = [
            _entry(sitting, attempt)
            for sitting, _ in found
            if (attempt := attempt_of[sitting.id]) is not None
        ]
        chosen = {entry.attempt_id for entry in choose(entries, self._context.clock.now())}
        left = [one for one in attempt_of.values() if one is not None and one.id in chosen]
        if len(left) > 1:
            raise SittingToChoose(self._offered(left))
        return left[0] if left else None

    def _offered(self, left: Sequence[Attempt]) -> list[SittingChoice]:
        offered = [self._choice(attempt) for attempt in left]
        return sorted(offered, key=lambda choice: (choice.starts_at, choice.sitting_id))

    def _choice(self, attempt: Attempt) -> SittingChoice:
        sitting = self._papers.sitting(attempt.sitting_id)
        programme = self._papers.programme(sitting, attempt.paper)
        return SittingChoice(
            sitting_id=sitting.id,
            title=sitting.title,
            programme_title=programme.title.model_dump(),
            subtitle=subtitle(programme, self._papers.info(sitting, attempt.paper)),
            starts_at=sitting.starts_at,
            room=self._papers.room_name(sitting, attempt.room),
            seat=attempt.seat,
        )


def _attempt(db: Database, sitting: Sitting, person: RosterCandidate) -> Attempt | None:
    return attempts.find(db, sitting.id, person.admission_no)


def _entry(sitting: Sitting, attempt: Attempt) -> Entry:
    return Entry(
        attempt_id=attempt.id,
        state=attempt.state,
        open=sitting.state in SITTING_OPEN,
        starts_at=sitting.starts_at,
        undone=attempt.sign_in_undone,
    )
