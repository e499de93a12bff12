"""Opened packages in memory: rosters, and papers once they are unlocked.

Neither names nor items are ever written in the clear: the package file stays sealed, and the
paper key lies in the database sealed to the centre, so that a restart needs no code again.
"""

import base64
import hmac
import json
import threading
from collections.abc import Iterable

from sqlite_utils import Database

from kiosk.exam.programme.blueprint import Examination
from kiosk.exam.programme.programme import Programme
from kiosk.exam.programme.retention import DataClass
from kiosk.exam.typed_numbers import plain_number, shape_of
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import NotFound, PackageDeleted, PackageFileDamaged, SittingState
from kiosk.store.centre import packages, retention, sittings
from kiosk.store.centre.data_classes import PACKAGES
from kiosk.store.centre.packages import PackageFiles, Parties, open_stored
from kiosk.store.centre.sittings import Sitting
from kiosk.store.exam import attempts, guests
from kiosk.store.exam.attempts import Attempt
from kiosk.store.exam.guests import Guest
from kiosk.store.files import read_numbers, write_durably
from sync.wire.errors import WireError
from sync.wire.packages.contents import PaperContents, RosterCandidate
from sync.wire.packages.package import OpenedPackage, open_package

NO_NAME = "—"
"""Stands for a name or number that has been deleted."""


class OpenedPackages:
    """The sealed contents of this centre's packages, opened as far as they may be."""

    def __init__(self, context: CentreContext) -> None:
        self._context = context
        self._lock = threading.Lock()
        self._packages: dict[str, OpenedPackage] = {}
        self._rosters: dict[str, dict[str, RosterCandidate]] = {}
        self._shapes: dict[str, frozenset[str]] = {}
        self._numbers: dict[str, dict[str, list[RosterCandidate]]] = {}
        self._papers: dict[str, PaperContents] = {}

    def sitting(self, sitting_id: str) -> Sitting:
        """The sitting of that id; raise NotFound."""
        return self.sitting_in(self._context.store.read(), sitting_id)

    def sitting_in(self, db: Database, sitting_id: str) -> Sitting:
        """The same inside a write job, which sees what it has just changed."""
        found = sittings.get(db, sitting_id)
        if found is None:
            raise NotFound()
        return found

    def open(self, data: bytes) -> OpenedPackage:
        """Check a package that has just arrived; raise the WireError that says what is wrong."""
        context = self._context
        return open_package(
            data,
            context.keys,
            context.hq,
            context.settings.centre_code,
            context.clock.now(),
            self._newest_version,
        )

    def raise_watermark(self, sitting_id: str, version: int) -> None:
        """Remember the newest version outside the database, which could be restored."""
        marks = self._watermarks()
        marks[sitting_id] = max(version, marks.get(sitting_id, 0))
        write_durably(
            self._context.folders.watermarks, json.dumps(marks, indent=1, sort_keys=True).encode()
        )

    def package(self, sitting: Sitting) -> OpenedPackage:
        """The sitting's package with its roster open.

        What is open already waits for no other package that is being opened.
        """
        if (opened := self._opened(sitting)) is not None:
            return opened
        with self._lock:
            opened = self._opened(sitting)
            if opened is None:
                opened = self._load(sitting)
                self._papers.pop(sitting.id, None)
                self._keep_roster(sitting, opened)
                self._packages[sitting.id] = opened
            return opened

    def _opened(self, sitting: Sitting) -> OpenedPackage | None:
        opened = self._packages.get(sitting.id)
        current = opened is not None and opened.manifest.package_id == sitting.package_id
        return opened if current else None

    def _keep_roster(self, sitting: Sitting, opened: OpenedPackage) -> None:
        """The roster with whom staff admitted beside it.

        Whom a later roster has stands there once, and may sign in by the guest's number, too.
        """
        db, roster = self._context.store.read(), list(opened.roster.candidates)
        if self._deleted(sitting.id, "portraits"):
            roster = _nameless(attempts.of_sitting(db, sitting.id))
        everybody = {c.admission_no: c for c in roster}
        numbers = _by_number(everybody.values())
        for guest, entry in self.guests(db, sitting.id):
            person = everybody.get(guest.roster_no or "", entry)
            everybody[person.admission_no] = person
            numbers.setdefault(plain_number(entry.admission_no), []).append(person)
        self._rosters[sitting.id], self._numbers[sitting.id] = everybody, numbers
        self._shapes[sitting.id] = frozenset(map(shape_of, numbers))

    def guests(self, db: Database, sitting_id: str) -> list[tuple[Guest, RosterCandidate]]:
        """Whom staff admitted beside the roster, with what was written down then."""
        unseal = self._context.sitting_keys.open
        return [
            (guest, RosterCandidate.model_validate_json(unseal(guest.sealed)))
            for guest in guests.of_sitting(db, sitting_id)
        ]

    def forget(self, sitting_id: str) -> None:
        """Read the sitting's package and guests again when they are wanted next."""
        with self._lock:
            self._packages.pop(sitting_id, None)

    def drop(self, sitting_id: str) -> None:
        """Leave nothing of a sitting in memory: a part of its package has been deleted."""
        with self._lock:
            kept = (self._packages, self._papers, self._rosters, self._numbers, self._shapes)
            for opened in kept:
                opened.pop(sitting_id, None)

    def programme(self, sitting: Sitting) -> Programme:
        """The programme that the package brings."""
        return self.package(sitting).programme

    def examination(self, sitting: Sitting) -> Examination:
        """The examination of the sitting's trade and level."""
        info = self.package(sitting).manifest.sitting
        return self.programme(sitting).examination(info.trade, info.level)

    def roster(self, sitting: Sitting) -> dict[str, RosterCandidate]:
        """The sitting's candidates by admission number; all called NO_NAME once deleted."""
        self.package(sitting)
        return self._rosters[sitting.id]

    def candidate(self, sitting_id: str, admission_no: str) -> RosterCandidate:
        """One candidate of the roster; raise NotFound."""
        found = self.roster(self.sitting(sitting_id)).get(admission_no)
        if found is None:
            raise NotFound()
        return found

    def paper(self, sitting: Sitting) -> PaperContents:
        """The paper; raise SittingState while it is shut, or PackageDeleted."""
        opened = self.package(sitting)
        if self._deleted(sitting.id, "papers"):
            raise PackageDeleted(title=sitting.title)
        if sitting.sealed_paper_key is None:
            raise SittingState(state=sitting.state)
        paper = self._papers.get(sitting.id)
        if paper is not None:
            return paper
        with self._lock:
            paper = self._papers.get(sitting.id)
            if paper is None:
                key = self._context.sitting_keys.open(sitting.sealed_paper_key)
                paper = self._papers[sitting.id] = opened.paper(key)
            return paper

    def picture(self, sitting: Sitting, name: str) -> bytes:
        """A picture of the paper's items; raise NotFound, or SittingState while it is shut."""
        encoded = self.paper(sitting).pictures.get(name)
        if encoded is None:
            raise NotFound()
        return base64.b64decode(encoded)

    def portrait(self, sitting_id: str, admission_no: str) -> bytes | None:
        """The portrait to compare with: taken at the staff desk if there is one, else HQ's."""
        db = self._context.store.read()
        enrolled = sittings.captured_portrait(db, sitting_id, admission_no)
        if enrolled is not None:
            return self._context.open_sealed(enrolled)
        encoded = self.candidate(sitting_id, admission_no).portrait_jpeg_b64
        return None if encoded is None else base64.b64decode(encoded)

    def find(self, admission_no: str, identity_no: str) -> list[tuple[Sitting, RosterCandidate]]:
        """Open sittings whose roster has this pair of numbers, however they were typed."""
        number = plain_number(admission_no)
        return [
            (sitting, candidate)
            for sitting in self._open()
            for candidate in self._numbered(sitting, number)
            if same_number(candidate.identity_no, identity_no)
        ]

    def _numbered(self, sitting: Sitting, number: str) -> list[RosterCandidate]:
        """Who has this admission number; a package of old may spell two alike."""
        self.package(sitting)
        return self._numbers[sitting.id].get(number, [])

    def readable(self, sitting: Sitting) -> bool:
        """Whether the sitting's package is here and whole: one that is not harms no other."""
        try:
            self.package(sitting)
        except PackageFileDamaged:
            return False
        return True

    def keep(self, sitting_id: str, data: bytes) -> PackageFiles:
        """Put a package that has been checked on the disk, in place of damaged files of it."""
        return packages.keep(
            self._context.folders.packages, self._context.sitting_keys, sitting_id, data
        )

    def shred(self, former: Sitting) -> None:
        """Leave nothing of a package that a newer one has replaced."""
        used = retention.in_use(self._context.store.read(), PACKAGES)
        for file in {former.package_file, former.roster_file, former.paper_file} - used:
            self._context.folders.packages.shred(file)

    def identity_numbers(self, admission_no: str) -> list[str]:
        """With what number this admission number is registered, in each open sitting."""
        return [
            candidate.identity_no
            for sitting in self._open()
            for candidate in self._numbered(sitting, admission_no)
        ]

    def may_be_number(self, admission_no: str) -> bool:
        """Whether an open sitting has admission numbers of that shape."""
        shape = shape_of(admission_no)
        return any(shape in self._shapes[sitting.id] for sitting in self._open())

    def _open(self) -> list[Sitting]:
        """Sittings that are not over, and whose package is here and whole."""
        everyone = sittings.everyone(self._context.store.read())
        return [sitting for sitting in everyone if not sitting.over and self.readable(sitting)]

    def _load(self, sitting: Sitting) -> OpenedPackage:
        # The window was checked at import; a restart after it must still find the paper.
        context, db = self._context, self._context.store.read()
        if retention.package_gone(db, sitting.id):
            raise PackageDeleted(title=sitting.title)
        try:
            return open_stored(
                context.folders.packages,
                context.sitting_keys,
                sitting,
                retention.deleted_classes(db, sitting.id),
                Parties(context.keys, context.hq, context.settings.centre_code),
            )
        except (OSError, WireError) as error:
            raise PackageFileDamaged(str(error), title=sitting.title) from error

    def _deleted(self, sitting_id: str, what: DataClass) -> bool:
        return what in retention.deleted_classes(self._context.store.read(), sitting_id)

    def _newest_version(self, sitting_id: str) -> int | None:
        """The newest version ever seen, by database or watermark, whichever is higher."""
        kept = sittings.get(self._context.store.read(), sitting_id)
        newest = max(self._watermarks().get(sitting_id, 0), kept.version if kept else 0)
        return newest or None

    def _watermarks(self) -> dict[str, int]:
        return read_numbers(self._context.folders.watermarks)


def _by_number(candidates: Iterable[RosterCandidate]) -> dict[str, list[RosterCandidate]]:
    found: dict[str, list[RosterCandidate]] = {}
    for candidate in candidates:
        found.setdefault(plain_number(candidate.admission_no), []).append(candidate)
    return found


def _nameless(known: Iterable[Attempt]) -> list[RosterCandidate]:
    """What is left of a roster that has been deleted: numbers and seats, without names."""
    return [
        RosterCandidate(
            candidate_id=attempt.candidate_id,
            admission_no=attempt.admission_no,
            identity_no=NO_NAME,
            name=NO_NAME,
            seat=attempt.seat,
        )
        for attempt in known
    ]


def same_number(kept: str, typed: str) -> bool:
    """Compare numbers in constant time, however they were typed."""
    return hmac.compare_digest(plain_number(kept).encode(), plain_number(typed).encode())
