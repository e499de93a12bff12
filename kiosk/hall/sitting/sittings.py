"""Sittings: package import and unlock (architecture, "How a sitting goes")."""

from collections.abc import Sequence
from typing import Any

from sqlite_utils import Database

from kiosk.credentials.throttling import FREE_TRIES
from kiosk.exam.checkin.liveness import VerificationRules
from kiosk.exam.event_kinds import EventKind
from kiosk.exam.programme.privacy import PrivacyRules
from kiosk.exam.programme.programme import Programme
from kiosk.exam.programme.retention import CLASSES, RetentionRules
from kiosk.exam.programme.staff_reasons import offered
from kiosk.exam.states import SittingStatus
from kiosk.exam.values import of_attributes
from kiosk.hall.accounts.throttle import Throttle
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import PackageDeleted, PackageRevoked, SittingState, TooEarly
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.paper_titles import titles
from kiosk.hall.sitting.guests import Guests
from kiosk.hall.sitting.rosters import Rosters
from kiosk.hall.views.check_in import PrivacyView
from kiosk.hall.views.sittings import PaperView, RoomView, SittingView
from kiosk.store.centre import portraits, retention, revocations, sittings
from kiosk.store.centre.packages import PackageFiles
from kiosk.store.centre.sittings import Sitting
from kiosk.store.centre.throttle import key_of
from kiosk.store.exam import events
from sync.wire.errors import TooBusy, WrongUnlockCode
from sync.wire.packages.package import OpenedPackage
from sync.wire.packages.unlock import normalise
from sync.wire.sealing.costly import Queue

USUAL = PrivacyView(
    programme_title={},
    handler={},
    contact="",
    pictures_to_headquarters=PrivacyRules().pictures_to_headquarters,
    id_card=VerificationRules().id_card,
    portraits_compared=VerificationRules().compare_portraits,
    personal_form=False,
    notes=False,
    days=RetentionRules().model_dump(),
    hotline="",
)


class Sittings:
    """The sittings of this centre."""

    def __init__(self, context: CentreContext, papers: OpenedPackages) -> None:
        self._context = context
        self._papers = papers
        self._guests = Guests(context, papers)
        self._rosters = Rosters(context, papers)
        self._throttle = Throttle(context.store, context.clock)
        self._codes = Queue(waiting=1)

    def list(self) -> list[SittingView]:
        """Return all sittings whose package is readable, the latest first."""
        everyone = sittings.everyone(self._context.store.read())
        return [self.view(sitting) for sitting in everyone if self._papers.readable(sitting)]

    def rooms(self) -> Sequence[RoomView]:
        """Return the rooms of all sittings that are not over, by id."""
        found: dict[str, str] = {}
        for sitting in sittings.everyone(self._context.store.read()):
            if not sitting.over and self._papers.readable(sitting):
                found = {**self._papers.rooms(sitting), **found}
        return [RoomView(room, name) for room, name in sorted(found.items())]

    def damaged(self) -> Sequence[str]:
        """Return titles of sittings whose package is missing or damaged on the disk."""
        everyone = sittings.everyone(self._context.store.read())
        return [
            sitting.title
            for sitting in everyone
            if not self._papers.readable(sitting) and not self._deleted(sitting)
        ]

    def _deleted(self, sitting: Sitting) -> bool:
        return retention.package_gone(self._context.store.read(), sitting.id)

    def privacy(self) -> Sequence[PrivacyView]:
        """Return what the programmes of open sittings do with data, each statement once.

        Without an open sitting, return what a programme does by default.
        """
        found: list[PrivacyView] = []
        for sitting in sittings.everyone(self._context.store.read()):
            if not sitting.over and self._papers.readable(sitting):
                views = map(_privacy, self._papers.programmes(sitting))
                found.extend(view for view in views if view not in found)
        return found or [USUAL]

    def view(self, sitting: Sitting) -> SittingView:
        """Return one sitting as staff see it.

        Raises:
            PackageFileDamaged: its package is missing or damaged.
        """
        package, db = self._papers.package(sitting), self._context.store.read()
        info = package.manifest.sitting
        named = titles(info, package.programmes)
        return of_attributes(
            SittingView,
            sitting,
            programme_titles=[one.title.model_dump() for one in package.programmes.values()],
            papers=[PaperView(one.id, named[one.id], one.duration_minutes) for one in info.papers],
            rooms=[of_attributes(RoomView, one) for one in info.rooms],
            unlock_not_before=info.unlock_not_before,
            candidates=len(self._papers.roster(sitting)),
            revoked=revocations.reason_for(db, sitting.package_id),
            deleted=[what for what in CLASSES if what in retention.deleted_classes(db, sitting.id)],
            pledge=any(
                programme.exam_rules.pledge is not None for programme in package.programmes.values()
            ),
            reasons=offered(programme.staff_reasons for programme in package.programmes.values()),
        )

    def import_package(self, data: bytes, by: str) -> SittingView:
        """Check and import a package. A rejected one leaves nothing behind.

        The same package again has no effect, except that damaged files are replaced.

        Raises:
            WireError: the package is damaged, outdated or foreign.
            PackageRevoked: headquarters has revoked it.
            PackageDeleted: data of its sitting have been deleted.
            SittingState: the sitting has another package and is unlocked already.
        """
        opened = self._papers.open(data)
        sitting_id = opened.manifest.sitting.id
        known = sittings.get(self._context.store.read(), sitting_id)
        if known and retention.deleted_classes(self._context.store.read(), sitting_id):
            raise PackageDeleted(title=known.title)
        if known and known.package_id == opened.manifest.package_id:
            if not self._papers.readable(known):
                self._papers.keep(known.id, data)
            return self.view(known)
        self.require_valid(opened.manifest.package_id)
        if known and known.state is not SittingStatus.IMPORTED:
            raise SittingState(state=known.state)
        # Files first, then rows: a crash in between leaves an unused file, not a sitting without
        # a paper.
        sitting = self._sitting(opened, self._papers.keep(sitting_id, data))
        self._context.store.write(lambda db: self._take_in(db, sitting, opened, by))
        # After the import: if it fails, the same version can be imported again.
        self._papers.raise_watermark(sitting_id, sitting.version)
        if known:
            self._papers.shred(known)
        return self.view(sitting)

    def receive_revocation(self, sitting_id: str, package_id: str, reason: str) -> None:
        """Revoke a package: it cannot be unlocked or started any more.

        A running sitting continues; staff see the revocation in the event log and decide. The
        same revocation again has no effect.
        """
        now = self._context.time.now()

        def job(db: Database) -> None:
            new = revocations.add(db, package_id, reason, now)
            known = sittings.get(db, sitting_id)
            if new and known is not None and known.package_id == package_id:
                named = {"package_id": package_id, "reason": reason}
                self._context.record(db, sitting_id, EventKind.PACKAGE_REVOKED, "system", **named)

        self._context.store.write(job)

    def require_valid(self, package_id: str) -> None:
        """Check that a package has not been revoked.

        Raises:
            PackageRevoked: headquarters has revoked it.
        """
        reason = revocations.reason_for(self._context.store.read(), package_id)
        if reason is not None:
            raise PackageRevoked(reason=reason)

    def has_package(self, sitting_id: str, version: int, package_id: str) -> bool:
        """Whether a package need not be fetched: it or a newer one is here, or it is too late.

        After a restore headquarters may give a version to another package, so the id is
        compared, too. A package that arrives after the paper was unlocked can never be used.
        The event log records that, from which headquarters learns it.
        """
        known = sittings.get(self._context.store.read(), sitting_id)
        if known is None:
            return False
        # A restored headquarters may use a version again for another package.
        if known.version > version or known.package_id == package_id:
            return True
        if known.state is SittingStatus.IMPORTED:
            return False
        self._note_too_late(sitting_id, version, package_id)
        return True

    def _note_too_late(self, sitting_id: str, version: int, package_id: str) -> None:
        kind, named = EventKind.PACKAGE_TOO_LATE, {"package_id": package_id}

        def job(db: Database) -> None:
            if not events.noted(db, sitting_id, kind, "package_id", package_id):
                self._context.record(db, sitting_id, kind, "system", **named, version=version)

        self._context.store.write(job)

    def receive_package(self, data: bytes) -> None:
        """Import a package that came by sync."""
        self.import_package(data, "system")

    def _sitting(self, opened: OpenedPackage, files: PackageFiles) -> Sitting:
        manifest = opened.manifest
        return Sitting(
            id=manifest.sitting.id,
            package_id=manifest.package_id,
            version=manifest.version,
            package_file=files.head,
            roster_file=files.roster,
            paper_file=files.paper,
            title=manifest.sitting.title,
            starts_at=manifest.sitting.starts_at,
            state=SittingStatus.IMPORTED,
            imported_at=self._context.clock.now(),
            sealed_paper_key=None,
            started_at=None,
        )

    def _take_in(self, db: Database, sitting: Sitting, opened: OpenedPackage, by: str) -> None:
        sittings.put_package(db, sitting)
        portraits.forget(db, sitting.id)
        self._guests.follow_roster(db, sitting.id, opened.roster.candidates)
        removed = self._rosters.follow(db, opened)
        more: dict[str, Any] = {"removed": removed} if removed else {}
        self._context.record(
            db,
            sitting.id,
            EventKind.PACKAGE_IMPORTED,
            by,
            package_id=sitting.package_id,
            version=sitting.version,
            digest=opened.digest,
            **more,
        )

    def unlock(self, sitting_id: str, code: str, by: str) -> None:
        """Unlock the paper with the code that headquarters released.

        Raises:
            NotFound: there is no such sitting.
            PackageRevoked: headquarters has revoked the package.
            SittingState: the paper is unlocked already, or the sitting is over.
            TooEarly: it is before the earliest time.
            MistypedUnlockCode: the check character is wrong; no try is counted.
            WrongUnlockCode: the code is wrong.
            TooManyTries: too many wrong codes; wait.
            TooBusy: too many codes are being checked; no try is counted.
        """
        sitting = self._papers.sitting(sitting_id)
        self.require_valid(sitting.package_id)
        if sitting.state is not SittingStatus.IMPORTED:
            raise SittingState(state=sitting.state)
        package = self._papers.package(sitting)
        earliest = package.manifest.sitting.unlock_not_before
        if self._context.clock.now() < earliest:
            raise TooEarly(at=earliest)
        key = self._try_code(sitting, package, code, by)
        sealed = self._context.sitting_keys.seal(sitting_id, "papers", key)
        now = self._context.time.now()

        def job(db: Database) -> None:
            sittings.set_unlocked(db, sitting_id, sealed, now)
            self._context.record(db, sitting_id, EventKind.PAPER_UNLOCKED, by)

        self._context.store.write(job)

    def unlock_released(self, sitting_id: str, package_id: str, code: str) -> None:
        """Unlock the paper with a code that came by sync.

        Does nothing if the paper is unlocked, or if the code is for another package.
        """
        sitting = self._papers.sitting(sitting_id)
        if sitting.state is SittingStatus.IMPORTED and sitting.package_id == package_id:
            self.unlock(sitting_id, code, "system")

    def _try_code(self, sitting: Sitting, package: OpenedPackage, code: str, by: str) -> bytes:
        normalise(code)  # a wrong check character means a typing error, which costs no try
        # Counted per account: one's wrong codes must not delay others, or the code from sync.
        tries = key_of("unlock", by, sitting.id)
        with self._codes.turn():
            self._throttle.begin({tries: FREE_TRIES})
            try:
                key = package.unlock(code, self._context.keys)
            except TooBusy:
                self._throttle.give_back([tries])
                raise
            except WrongUnlockCode:
                self._context.store.write(
                    lambda db: self._context.record(db, sitting.id, EventKind.UNLOCK_REFUSED, by)
                )
                raise
        self._throttle.succeeded([tries])
        return key


def _privacy(programme: Programme) -> PrivacyView:
    rules, check_in = programme.privacy, programme.check_in
    return PrivacyView(
        programme_title=programme.title.model_dump(),
        handler=rules.handler.model_dump() if rules.handler else {},
        contact=rules.contact,
        pictures_to_headquarters=rules.pictures_to_headquarters,
        id_card=check_in.id_card,
        portraits_compared=check_in.compare_portraits,
        personal_form=programme.personal_form is not None,
        notes=programme.tools.notes,
        days=programme.retention.model_dump(),
        hotline=programme.exam_rules.hotline,
    )
