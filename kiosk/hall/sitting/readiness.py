"""Collects what must be known before a sitting: package, terminals, portraits, disk, clock."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlite_utils import Database

from kiosk.exam.readiness import Backup, Facts, Finding, PaperFacts, RoomFacts, findings
from kiosk.exam.typed_numbers import plain_number
from kiosk.hall.checkin.terminals import Terminals
from kiosk.hall.context import CentreContext
from kiosk.hall.delivery.status import SyncStatus
from kiosk.hall.machine.backups import Backups
from kiosk.hall.machine.disk import DiskWatch
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.paper_titles import titles
from kiosk.hall.rights import INVIGILATOR
from kiosk.hall.seats import Seats
from kiosk.hall.sitting.portraits import Portraits
from kiosk.printing.fonts import installed_font, is_printable
from kiosk.store.centre import revocations, staff
from kiosk.store.centre.sittings import Sitting
from kiosk.store.exam import attempts
from sync.wire.packages.contents import RosterCandidate
from sync.wire.packages.manifest import RoomInfo

NO_PORTRAIT = "no_portrait"


class ReadinessReports:
    """Reports how ready the centre is for a sitting."""

    def __init__(
        self,
        context: CentreContext,
        papers: OpenedPackages,
        portraits: Portraits,
        sync: SyncStatus,
        terminals: Terminals,
        disk: DiskWatch,
        backups: Backups,
    ) -> None:
        self._backups = backups
        self._disk = disk
        self._context = context
        self._papers = papers
        self._portraits = portraits
        self._sync = sync
        self._terminals = terminals
        self._seats = Seats(papers)

    def report(self, sitting_id: str) -> tuple[Finding, ...]:
        """Return all findings, good and bad.

        Raises:
            NotFound: there is no such sitting.
        """
        sitting = self._papers.sitting(sitting_id)
        package, db = self._papers.package(sitting), self._context.store.read()
        manifest, roster = package.manifest, package.roster.candidates
        known = self._terminals.listed()
        portraits = self._portraits.report(sitting_id)
        missing = [
            problem.name for problem in portraits.problems if NO_PORTRAIT in problem.problems
        ]
        unusable = [one.name for one in portraits.problems if NO_PORTRAIT not in one.problems]
        facts = Facts(
            now=self._context.clock.now(),
            starts_at=sitting.starts_at,
            not_before=manifest.not_before,
            not_after=manifest.not_after,
            revoked=revocations.reason_for(db, sitting.package_id),
            candidates=len(roster),
            terminals=len(known),
            terminals_failed=[
                one.name for one in known if one.device_check and not one.device_check.get("ok")
            ],
            portraits_checked=portraits.checked,
            portraits_missing=missing,
            portraits_unusable=unusable,
            lookalikes=len(portraits.lookalikes),
            doubles=_doubles(roster),
            disk=self._disk.view(len(roster)),
            evidence_mb=self._context.settings.vision.evidence_mb,
            clock_offset_s=self._sync.view().clock_offset_s,
            backup=self._backup(),
            has_font=installed_font() is not None,
            unprintable=[
                f"{candidate.name} ({candidate.seat})"
                for candidate in roster
                if not is_printable(candidate.name)
            ],
            **self._groups(db, sitting),
        )
        return findings(facts)

    def _groups(self, db: Database, sitting: Sitting) -> dict[str, Any]:
        """Return the facts about rooms, papers and seats."""
        package, known = self._papers.package(sitting), self._terminals.listed()
        info, roster = package.manifest.sitting, self._papers.roster(sitting)
        people, named = (
            Counter(one.room for one in roster.values()),
            titles(info, package.programmes),
        )
        sat = Counter(one.paper for one in roster.values())
        bound = Counter(terminal.room for terminal in known)
        rooms = [RoomFacts(one.name, people[one.id], bound[one.id]) for one in info.rooms]
        papers = [
            PaperFacts(named[one.id], sat[one.id], one.duration_minutes) for one in info.papers
        ]
        return {
            "rooms": rooms if len(rooms) > 1 else (),
            "papers": papers if len(papers) > 1 else (),
            "unattended": _unattended(db, info.rooms),
            "clashes": [
                f"{roster[one.admission_no].name} ({one.seat}, {other.title})"
                for one, other in self._seats.clashes(db, sitting)
                if one.admission_no in roster
            ],
            "off_roster": [
                one.admission_no
                for one in attempts.of_sitting(db, sitting.id)
                if one.admission_no not in roster
            ],
        }

    def _backup(self) -> Backup | None:
        backups = self._backups
        return Backup(backups.hours(), backups.is_old()) if backups.is_used else None


def _unattended(db: Database, rooms: Sequence[RoomInfo]) -> list[str]:
    """Return the names of rooms in which no invigilator may act.

    The chief acts everywhere, but cannot be in several rooms. A centre with one room that its
    chief runs alone lacks nothing.
    """
    accounts = [one for one in staff.accounts(db) if one.role == INVIGILATOR and not one.locked_at]
    assigned = [staff.rooms(db, one.username) for one in accounts]
    if len(rooms) == 1 and not any(assigned):
        return []
    return [room.name for room in rooms if not any(not own or room.id in own for own in assigned)]


def _doubles(roster: tuple[RosterCandidate, ...]) -> list[str]:
    """Return candidates who share an identity number or a seat."""
    numbers = Counter(plain_number(one.identity_no) for one in roster)
    seats = Counter((one.room, plain_number(one.seat)) for one in roster if one.seat)
    return [
        f"{one.name} ({one.seat})"
        for one in roster
        if numbers[plain_number(one.identity_no)] > 1 or seats[one.room, plain_number(one.seat)] > 1
    ]
