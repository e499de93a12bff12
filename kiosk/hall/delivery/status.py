"""What staff see of sync, and how they force it. The agent itself is ``sync.agent``."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from sqlite_utils import Database

from kiosk.exam.attempt.cases import DELIVERIES
from kiosk.exam.errors import ErrorRecord, ExamError
from kiosk.exam.event_kinds import EventKind
from kiosk.exam.states import LinkState, SittingStatus
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import NotFound
from kiosk.hall.views.sync import (
    Confirmed,
    KindView,
    RemovableMediaView,
    Sending,
    SyncProblem,
    SyncView,
)
from kiosk.store.centre import contact, outbox, sittings
from kiosk.store.exam import attempts, cases
from sync.wire.exchange.container import Files, MediaContainer


class Outgoing(Protocol):
    """What is being sent now; ``kind`` is None when nothing is."""

    @property
    def kind(self) -> str | None:
        """Result, event log or evidence."""
        ...

    @property
    def done(self) -> int:
        """Items sent in this turn."""
        ...

    @property
    def total(self) -> int:
        """Items to send in this turn."""
        ...


class ReceivedMedia(Protocol):
    """Result of importing a USB stick."""

    @property
    def receipts(self) -> Mapping[str, int]:
        """Number of receipts by kind."""
        ...

    @property
    def notices(self) -> int:
        """Number of packages, codes and revocations."""
        ...

    @property
    def announcements(self) -> int:
        """Number of announcements."""
        ...

    @property
    def problems(self) -> Sequence[ExamError]:
        """What could not be taken."""
        ...


class Media(Protocol):
    """Writes and reads USB sticks; implemented by ``sync.agent.removable_media``."""

    def outbound(self) -> Files:
        """Everything that waits, and an index."""
        ...

    def take(self, container: MediaContainer) -> ReceivedMedia:
        """Import what headquarters has written."""
        ...


class SyncStatus:
    """Sync with headquarters as the centre sees it: what waits, what is there, the last contact."""

    def __init__(self, context: CentreContext, trigger: Callable[[], None]) -> None:
        self._context = context
        self._trigger = trigger
        self._outgoing: Callable[[], Outgoing | None] = lambda: None
        self._busy: Callable[[], bool] = lambda: False
        self._media: Media | None = None

    def watch(self, outgoing: Callable[[], Outgoing], busy: Callable[[], bool]) -> None:
        """Connect the agent, whose progress is shown from now on."""
        self._outgoing, self._busy = outgoing, busy

    def carry(self, media: Media) -> None:
        """Enable USB sticks."""
        self._media = media

    def stick(self, by: str) -> Files:
        """Return the files for a USB stick; the same bytes as over the network.

        Raises:
            NotFound: this server has no support for sticks.
        """
        self._log(EventKind.MEDIA_WRITTEN, by)
        return self._noted(self._carrier().outbound(), self._context.time.now())

    def _noted(self, files: Files, at: datetime) -> Files:
        """Yield the files; once the last was read, note that the stick has what waited ``at``."""
        yield from files
        self._context.store.write(lambda db: outbox.note_stick(db, at))

    def receive_media(self, container: MediaContainer, by: str) -> RemovableMediaView:
        """Import what headquarters wrote to a USB stick.

        Raises:
            NotFound: this server has no support for sticks.
            MediaEmpty, MediaDamaged, BadSignature: the stick is unusable. Nothing is imported.
        """
        taken = self._carrier().take(container)
        self._log(EventKind.MEDIA_RECEIVED, by)
        return RemovableMediaView(
            dict(taken.receipts),
            taken.notices,
            taken.announcements,
            [ErrorRecord.of(error) for error in taken.problems],
        )

    def _carrier(self) -> Media:
        if self._media is None:
            raise NotFound
        return self._media

    def _log(self, kind: EventKind, by: str) -> None:
        """Record an event in every sitting that is not over, because it concerns all of them."""

        def job(db: Database) -> None:
            for sitting in sittings.everyone(db):
                if not sitting.over:
                    self._context.record(db, sitting.id, kind, by)

        self._context.store.write(job)

    def view(self) -> SyncView:
        """Return the state of sync; ``off`` without an address of headquarters."""
        db = self._context.store.read()
        last = contact.get(db)
        kinds = {kind: KindView(**found) for kind, found in outbox.counts(db).items()}
        said, known = contact.completeness(db), sittings.everyone(db)
        return SyncView(
            state=last.state if self._context.settings.sync.hq_url else LinkState.OFF,
            busy=self._busy(),
            last_contact=last.last_contact,
            next_try=last.next_try,
            kinds=kinds,
            waiting=sum(kind.waiting for kind in kinds.values()),
            delivered=sum(kind.delivered for kind in kinds.values()),
            sending=self._sending(),
            confirmed=None if said is None else Confirmed(said.at, dict(said.held)),
            complete=said is not None and said.complete and _as_said(kinds, said.held),
            unsealed=bool(
                outbox.sittings_to_seal(db, [sitting.id for sitting in known if sitting.over])
            ),
            running=sum(sitting.state is SittingStatus.STARTED for sitting in known),
            writing=len(attempts.being_sat(db)),
            undecided=sum(case.kind in DELIVERIES for case in cases.open_cases(db)),
            errors=list(last.errors),
            trouble=last.trouble,
            clock_offset_s=last.clock_offset_s,
            problems=[
                self._problem(db, item, item.error) for item in outbox.problems(db) if item.error
            ],
        )

    def sync_now(self) -> None:
        """Start a sync now, ignoring the back-off. Does not wait for it."""
        self._trigger()

    def _sending(self) -> Sending | None:
        now = self._outgoing()
        if now is None or now.kind is None:
            return None
        return Sending(now.kind, now.done, now.total)

    def _problem(self, db: Database, item: outbox.OutboxItem, error: ErrorRecord) -> SyncProblem:
        attempt = attempts.get(db, item.attempt_id) if item.attempt_id else None
        return SyncProblem(
            kind=item.kind,
            id=item.id,
            admission_no=attempt.admission_no if attempt else None,
            tries=item.tries,
            next_try=item.next_try_at,
            refused=error.code == outbox.REFUSED_BY_HQ,
            error=error,
        )


def _as_said(kinds: Mapping[str, KindView], held: Mapping[str, int]) -> bool:
    """Whether nothing has been added since headquarters confirmed that it has everything."""
    return all(not one.waiting and one.delivered == held.get(kind) for kind, one in kinds.items())
