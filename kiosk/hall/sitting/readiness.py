"""Collects what must be known before a sitting: package, terminals, portraits, disk, clock."""

from collections import Counter

from kiosk.exam.readiness import Backup, Facts, Finding, findings
from kiosk.exam.typed_numbers import plain_number
from kiosk.hall.checkin.terminals import Terminals
from kiosk.hall.context import CentreContext
from kiosk.hall.delivery.status import SyncStatus
from kiosk.hall.machine.backups import Backups
from kiosk.hall.machine.disk import DiskWatch
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.sitting.portraits import Portraits
from kiosk.store.centre import revocations
from sync.wire.packages.contents import RosterCandidate

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
        )
        return findings(facts)

    def _backup(self) -> Backup | None:
        backups = self._backups
        return Backup(backups.hours(), backups.is_old()) if backups.is_used else None


def _doubles(roster: tuple[RosterCandidate, ...]) -> list[str]:
    """Return candidates who share an identity number or a seat."""
    numbers = Counter(plain_number(one.identity_no) for one in roster)
    seats = Counter(plain_number(one.seat) for one in roster if one.seat)
    return [
        f"{one.name} ({one.seat})"
        for one in roster
        if numbers[plain_number(one.identity_no)] > 1 or seats[plain_number(one.seat)] > 1
    ]
