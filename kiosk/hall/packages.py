"""Opened packages in memory: rosters, and papers once they are unlocked.

Neither names nor items are ever written in the clear. The package files stay sealed, and the
paper key is stored in the database sealed to the centre, so a restart needs no unlock code.
"""

import base64
import hmac
import json
import threading
from collections.abc import Iterable, Mapping, Sequence

from sqlite_utils import Database

from kiosk.exam.attempt.groups import Group
from kiosk.exam.attempt.timing import TimeRules
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
from sync.wire.packages.contents import PackedPaper, PaperContents, RosterCandidate
from sync.wire.packages.manifest import PaperInfo
from sync.wire.packages.package import OpenedPackage, open_package

NO_NAME = "—"
"""Replaces a name or number that has been deleted."""


class OpenedPackages:
    """The decrypted contents of this centre's packages: rosters, and papers that are unlocked."""

    def __init__(self, context: CentreContext) -> None:
        self._context = context
        self._lock = threading.Lock()
        self._packages: dict[str, OpenedPackage] = {}
        self._rosters: dict[str, dict[str, RosterCandidate]] = {}
        self._shapes: dict[str, frozenset[str]] = {}
        self._numbers: dict[str, dict[str, list[RosterCandidate]]] = {}
        self._papers: dict[str, PaperContents] = {}

    def sitting(self, sitting_id: str) -> Sitting:
        """Return the sitting of that id.

        Raises:
            NotFound: there is no such sitting.
        """
        return self.sitting_in(self._context.store.read(), sitting_id)

    def sitting_in(self, db: Database, sitting_id: str) -> Sitting:
        """Like :meth:`sitting`, inside a write job, which sees its own changes."""
        found = sittings.get(db, sitting_id)
        if found is None:
            raise NotFound()
        return found

    def open(self, data: bytes) -> OpenedPackage:
        """Decrypt and check a package that has just arrived.

        Raises:
            WireError: the package is damaged, forged, outdated or for another centre.
        """
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
        """Store the newest version seen in a file that no restored database can lower."""
        marks = self._watermarks()
        marks[sitting_id] = max(version, marks.get(sitting_id, 0))
        write_durably(
            self._context.folders.watermarks, json.dumps(marks, indent=1, sort_keys=True).encode()
        )

    def package(self, sitting: Sitting) -> OpenedPackage:
        """Return the sitting's package with its roster decrypted.

        A package that is in memory is returned without waiting for one that is being opened.

        Raises:
            PackageDeleted: its retention period is over.
            PackageFileDamaged: its files are missing or damaged.
        """
        # Read without the lock: decrypting a large package must not stop a room that is running.
        if (opened := self._opened(sitting)) is not None:
            return opened
        with self._lock:
            opened = self._opened(sitting)
            if opened is None:
                opened = self._load(sitting)
                self._papers.pop(sitting.id, None)
                self._keep_roster(sitting, opened)
                # Last, because readers without the lock take an entry here as proof that the
                # roster is indexed.
                self._packages[sitting.id] = opened
            return opened

    def _opened(self, sitting: Sitting) -> OpenedPackage | None:
        opened = self._packages.get(sitting.id)
        current = opened is not None and opened.manifest.package_id == sitting.package_id
        return opened if current else None

    def _keep_roster(self, sitting: Sitting, opened: OpenedPackage) -> None:
        """Index the roster together with the guests.

        A guest whom a later roster contains has one entry, and may sign in with either admission
        number.
        """
        db, roster = self._context.store.read(), list(opened.roster.candidates)
        if self._deleted(sitting.id, "portraits"):
            roster = _nameless(attempts.of_sitting(db, sitting.id))
        everybody = {c.admission_no: c for c in roster}
        numbers = _by_number(everybody.values())
        for guest, entry in self.guests(db, sitting.id):
            # The later roster wins: headquarters knows the candidate by its number.
            person = everybody.get(guest.roster_no or "", entry)
            everybody[person.admission_no] = person
            numbers.setdefault(plain_number(entry.admission_no), []).append(person)
        self._rosters[sitting.id], self._numbers[sitting.id] = everybody, numbers
        self._shapes[sitting.id] = frozenset(map(shape_of, numbers))

    def guests(self, db: Database, sitting_id: str) -> list[tuple[Guest, RosterCandidate]]:
        """Return the guests whom staff admitted, with the personal data recorded then."""
        unseal = self._context.sitting_keys.open
        return [
            (guest, RosterCandidate.model_validate_json(unseal(guest.sealed)))
            for guest in guests.of_sitting(db, sitting_id)
        ]

    def forget(self, sitting_id: str) -> None:
        """Read the sitting's package and guests from disk on next use."""
        with self._lock:
            self._packages.pop(sitting_id, None)

    def drop(self, sitting_id: str) -> None:
        """Remove a sitting from memory, because a part of its package has been deleted."""
        with self._lock:
            kept = (self._packages, self._papers, self._rosters, self._numbers, self._shapes)
            for opened in kept:
                opened.pop(sitting_id, None)

    def info(self, sitting: Sitting, paper_id: str) -> PaperInfo:
        """Return what the package says about a paper while it is locked.

        Raises:
            NotFound: the sitting has no such paper.
        """
        try:
            return self.package(sitting).manifest.sitting.paper(paper_id)
        except KeyError as error:
            raise NotFound() from error

    def programme(self, sitting: Sitting, paper_id: str) -> Programme:
        """Return the programme of a paper."""
        return self.package(sitting).programmes[self.info(sitting, paper_id).programme]

    def programmes(self, sitting: Sitting) -> Sequence[Programme]:
        """Return the programmes of all papers."""
        return list(self.package(sitting).programmes.values())

    def time_rules(self, sitting: Sitting, group: Group) -> Sequence[TimeRules]:
        """Return the time rules of a group's papers."""
        papers = self.package(sitting).manifest.sitting.papers
        named = [paper.id for paper in papers if group.paper in (None, paper.id)]
        return [self.programme(sitting, paper_id).time for paper_id in named]

    def require_group(self, sitting: Sitting, group: Group) -> None:
        """Check that the sitting has the room and the paper of a group.

        Raises:
            NotFound: it does not.
        """
        info = self.package(sitting).manifest.sitting
        rooms, papers = ({one.id for one in part} for part in (info.rooms, info.papers))
        if group.room not in {None, *rooms} or group.paper not in {None, *papers}:
            raise NotFound()

    def rooms(self, sitting: Sitting) -> Mapping[str, str]:
        """Return the names of the sitting's rooms by id."""
        return {room.id: room.name for room in self.package(sitting).manifest.sitting.rooms}

    def room_name(self, sitting: Sitting, room: str) -> str:
        """Return the name of a room; "" where the sitting has only one.

        A room that the sitting does not have is named by its id.
        """
        rooms = self.rooms(sitting)
        return "" if len(rooms) == 1 and room in rooms else rooms.get(room, room)

    def place(self, sitting: Sitting, room: str, seat: str) -> str:
        """Return a seat as people find it: with its room where the sitting has several."""
        return f"{self.room_name(sitting, room)} {seat}".strip()

    def examination(self, sitting: Sitting, paper_id: str) -> Examination:
        """Return the examination of a paper: of its trade and level, with its parts."""
        return self.info(sitting, paper_id).examination(self.programme(sitting, paper_id))

    def roster(self, sitting: Sitting) -> dict[str, RosterCandidate]:
        """Return candidates by admission number; deleted names read ``NO_NAME``."""
        self.package(sitting)
        return self._rosters[sitting.id]

    def candidate(self, sitting_id: str, admission_no: str) -> RosterCandidate:
        """Return one candidate of the roster.

        Raises:
            NotFound: the sitting or the number does not exist.
        """
        found = self.roster(self.sitting(sitting_id)).get(admission_no)
        if found is None:
            raise NotFound()
        return found

    def paper(self, sitting: Sitting, paper_id: str) -> PackedPaper:
        """Return an unlocked paper; raises like :meth:`papers`."""
        return self.papers(sitting).paper(paper_id)

    def papers(self, sitting: Sitting) -> PaperContents:
        """Return the unlocked papers.

        Raises:
            SittingState: the paper is still locked.
            PackageDeleted: its retention period is over.
        """
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
                paper = self._papers[sitting.id] = opened.papers(key)
            return paper

    def picture(self, sitting: Sitting, name: str) -> bytes:
        """Return a picture of the paper's items.

        Raises:
            NotFound: the paper has no such picture.
            SittingState: the paper is still locked.
        """
        encoded = self.papers(sitting).pictures.get(name)
        if encoded is None:
            raise NotFound()
        return base64.b64decode(encoded)

    def portrait(self, sitting_id: str, admission_no: str) -> bytes | None:
        """Return the portrait to compare with: the staff desk's, else headquarters'."""
        db = self._context.store.read()
        enrolled = sittings.captured_portrait(db, sitting_id, admission_no)
        if enrolled is not None:
            return self._context.open_sealed(enrolled)
        encoded = self.candidate(sitting_id, admission_no).portrait_jpeg_b64
        return None if encoded is None else base64.b64decode(encoded)

    def find(self, admission_no: str, identity_no: str) -> list[tuple[Sitting, RosterCandidate]]:
        """Return open sittings whose roster has this pair of numbers, in any notation."""
        number = plain_number(admission_no)
        return [
            (sitting, candidate)
            for sitting in self._open()
            for candidate in self._numbered(sitting, number)
            if same_number(candidate.identity_no, identity_no)
        ]

    def _numbered(self, sitting: Sitting, number: str) -> list[RosterCandidate]:
        """Return the candidates with this admission number; older packages may have several."""
        self.package(sitting)
        return self._numbers[sitting.id].get(number, [])

    def readable(self, sitting: Sitting) -> bool:
        """Whether the sitting's package is present and intact."""
        try:
            self.package(sitting)
        except PackageFileDamaged:
            return False
        return True

    def keep(self, sitting_id: str, data: bytes) -> PackageFiles:
        """Store the files of a package that has been checked."""
        return packages.keep(
            self._context.folders.packages, self._context.sitting_keys, sitting_id, data
        )

    def shred(self, former: Sitting) -> None:
        """Overwrite and delete the files of a replaced package that no row still uses."""
        # Files are named by their hash, so another sitting may use the same one.
        used = retention.in_use(self._context.store.read(), PACKAGES)
        for file in {former.package_file, former.roster_file, former.paper_file} - used:
            self._context.folders.packages.shred(file)

    def identity_numbers(self, admission_no: str) -> list[str]:
        """Return the identity numbers registered under this admission number in open sittings."""
        return [
            candidate.identity_no
            for sitting in self._open()
            for candidate in self._numbered(sitting, admission_no)
        ]

    def may_be_number(self, admission_no: str) -> bool:
        """Whether an open sitting has admission numbers with digits in the same places."""
        shape = shape_of(admission_no)
        return any(shape in self._shapes[sitting.id] for sitting in self._open())

    def _open(self) -> list[Sitting]:
        """Return sittings that are not over and whose package is present and intact."""
        everyone = sittings.everyone(self._context.store.read())
        return [sitting for sitting in everyone if not sitting.over and self.readable(sitting)]

    def _load(self, sitting: Sitting) -> OpenedPackage:
        # Its validity was checked at import; a restart after that must still find the paper.
        context, db = self._context, self._context.store.read()
        if retention.package_gone(db, sitting.id):
            raise PackageDeleted(title=sitting.title)
        try:
            return open_stored(
                context.folders.packages,
                context.sitting_keys,
                sitting,
                retention.deleted_classes(db, sitting.id),
                Parties(context.keys, context.hq.ever, context.settings.centre_code),
            )
        except (OSError, WireError) as error:
            raise PackageFileDamaged(str(error), title=sitting.title) from error

    def _deleted(self, sitting_id: str, what: DataClass) -> bool:
        return what in retention.deleted_classes(self._context.store.read(), sitting_id)

    def _newest_version(self, sitting_id: str) -> int | None:
        """Return the higher of the database's version and the watermark; None for a new sitting."""
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
    """Return what remains of a deleted roster: admission numbers and seats."""
    return [
        RosterCandidate(
            candidate_id=attempt.candidate_id,
            admission_no=attempt.admission_no,
            identity_no=NO_NAME,
            name=NO_NAME,
            room=attempt.room,
            seat=attempt.seat,
            paper=attempt.paper,
        )
        for attempt in known
    ]


def same_number(kept: str, typed: str) -> bool:
    """Compare two numbers in constant time, in any notation."""
    return hmac.compare_digest(plain_number(kept).encode(), plain_number(typed).encode())
