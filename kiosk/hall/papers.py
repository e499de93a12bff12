"""Opened packages in memory: rosters, and papers once they are unlocked.

Neither names nor items are ever written in the clear: the package file stays sealed, and the
paper key lies in the database sealed to the centre, so that a restart needs no code again.
"""

import base64
import hmac
import json
import threading

from sqlite_utils import Database

from kiosk.exam.blueprint import Examination
from kiosk.exam.programme import Programme
from kiosk.hall.centre import Centre
from kiosk.hall.errors import NotFound, SittingState
from kiosk.store import sittings
from kiosk.store.files import write_durably
from kiosk.store.sittings import Sitting
from sync.wire.contents import PaperContents, RosterCandidate
from sync.wire.package import OpenedPackage, open_package


class Papers:
    """The sealed contents of this centre's packages, opened as far as they may be."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._lock = threading.Lock()
        self._packages: dict[str, OpenedPackage] = {}
        self._rosters: dict[str, dict[str, RosterCandidate]] = {}
        self._papers: dict[str, PaperContents] = {}

    def sitting(self, sitting_id: str) -> Sitting:
        """The sitting of that id; raise NotFound."""
        return self.sitting_in(self._centre.store.read(), sitting_id)

    def sitting_in(self, db: Database, sitting_id: str) -> Sitting:
        """The same inside a write job, which sees what it has just changed."""
        found = sittings.get(db, sitting_id)
        if found is None:
            raise NotFound()
        return found

    def open(self, data: bytes) -> OpenedPackage:
        """Check a package that has just arrived; raise the WireError that says what is wrong."""
        centre = self._centre
        return open_package(
            data,
            centre.keys,
            centre.hq,
            centre.settings.centre_code,
            centre.clock.now(),
            self._newest_version,
        )

    def raise_watermark(self, sitting_id: str, version: int) -> None:
        """Remember the newest version outside the database, which could be restored."""
        marks = self._watermarks()
        marks[sitting_id] = max(version, marks.get(sitting_id, 0))
        write_durably(
            self._centre.folders.watermarks, json.dumps(marks, indent=1, sort_keys=True).encode()
        )

    def package(self, sitting: Sitting) -> OpenedPackage:
        """The sitting's package with its roster open."""
        with self._lock:
            opened = self._packages.get(sitting.id)
            if opened is None or opened.manifest.package_id != sitting.package_id:
                opened = self._packages[sitting.id] = self._load(sitting)
                self._papers.pop(sitting.id, None)
                self._rosters[sitting.id] = {c.admission_no: c for c in opened.roster.candidates}
            return opened

    def programme(self, sitting: Sitting) -> Programme:
        """The programme that the package brings."""
        return self.package(sitting).programme

    def examination(self, sitting: Sitting) -> Examination:
        """The examination of the sitting's trade and level."""
        info = self.package(sitting).manifest.sitting
        return self.programme(sitting).examination(info.trade, info.level)

    def roster(self, sitting: Sitting) -> dict[str, RosterCandidate]:
        """The sitting's candidates by admission number."""
        self.package(sitting)
        return self._rosters[sitting.id]

    def candidate(self, sitting_id: str, admission_no: str) -> RosterCandidate:
        """One candidate of the roster; raise NotFound."""
        found = self.roster(self.sitting(sitting_id)).get(admission_no)
        if found is None:
            raise NotFound()
        return found

    def paper(self, sitting: Sitting) -> PaperContents:
        """The paper; raise SittingState while it is shut."""
        opened = self.package(sitting)
        if sitting.sealed_paper_key is None:
            raise SittingState(state=sitting.state)
        with self._lock:
            paper = self._papers.get(sitting.id)
            if paper is None:
                key = self._centre.keys.unseal(sitting.sealed_paper_key)
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
        db = self._centre.store.read()
        enrolled = sittings.enrolled_portrait(db, sitting_id, admission_no)
        if enrolled is not None:
            return self._centre.open_sealed(enrolled)
        encoded = self.candidate(sitting_id, admission_no).portrait_jpeg_b64
        return None if encoded is None else base64.b64decode(encoded)

    def find(self, admission_no: str, identity_no: str) -> list[tuple[Sitting, RosterCandidate]]:
        """Open sittings whose roster has exactly this pair of numbers, the latest first."""
        found = []
        for sitting in sittings.everyone(self._centre.store.read()):
            candidate = None
            if not sitting.over:
                candidate = self.roster(sitting).get(admission_no)
            if candidate and same_number(candidate.identity_no, identity_no):
                found.append((sitting, candidate))
        return found

    def identity_numbers(self, admission_no: str) -> list[str]:
        """With what number this admission number is registered, in each open sitting."""
        known = sittings.everyone(self._centre.store.read())
        found = (self.roster(sitting).get(admission_no) for sitting in known if not sitting.over)
        return [candidate.identity_no for candidate in found if candidate]

    def _load(self, sitting: Sitting) -> OpenedPackage:
        # The window was checked at import; a restart after it must still find the paper.
        centre = self._centre
        return open_package(
            centre.folders.packages.get(sitting.package_file),
            centre.keys,
            centre.hq,
            centre.settings.centre_code,
            sitting.imported_at,
        )

    def _newest_version(self, sitting_id: str) -> int | None:
        """The newest version ever seen, by database or watermark, whichever is higher."""
        kept = sittings.get(self._centre.store.read(), sitting_id)
        newest = max(self._watermarks().get(sitting_id, 0), kept.version if kept else 0)
        return newest or None

    def _watermarks(self) -> dict[str, int]:
        path = self._centre.folders.watermarks
        marks: dict[str, int] = json.loads(path.read_text()) if path.exists() else {}
        return marks


def same_number(kept: str, typed: str) -> bool:
    """Compare identity numbers in constant time; a final x may be typed small."""
    return hmac.compare_digest(kept.strip().upper().encode(), typed.strip().upper().encode())
