"""What a candidate's terminal can do, and which camera it looks through (R13).

A terminal whose camera, microphone, loudspeaker or network failed its check starts no exam until
staff admit that with a reason. After the check the candidate's pages say when camera or microphone
has gone, or is back: nobody learns that only when the exam has begun. Labels come from the
browser: they are a hint for people.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from sqlite_utils import Database

from kiosk.exam.attempt.states import OVER, SITTING
from kiosk.exam.checkin.devices import DEVICES, SLOW_NETWORK_MS, clean_label, is_virtual, rules_off
from kiosk.exam.event_kinds import EventKind
from kiosk.hall.attempt.admission import Admission
from kiosk.hall.checkin.inspections import BEFORE
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import DevicesFine, NotFound
from kiosk.hall.proctoring.incidents import IncidentLog
from kiosk.hall.proctoring.monitor import Proctoring
from kiosk.hall.reasons import reasoned
from kiosk.store.centre import terminals
from kiosk.store.exam import attempts, devices, incidents, tallies
from kiosk.store.exam.attempts import Attempt
from kiosk.store.exam.devices import Devices

MOST_CHANGES = 20
"""A terminal that names ever other cameras is noted so often, and no more."""

CHANGED, VIRTUAL = "camera_changed", "camera_virtual"


def failed_devices(check: Mapping[str, Any]) -> tuple[str, ...]:
    """What did not pass a device check."""
    works = {**check, "network": int(check["server_ms"]) <= SLOW_NETWORK_MS}
    return tuple(name for name in DEVICES if not works[name])


class AttemptDevices:
    """The devices of each attempt, from sign-in to the end."""

    def __init__(
        self, context: CentreContext, admission: Admission, log: IncidentLog, proctoring: Proctoring
    ) -> None:
        self._context = context
        self._admission = admission
        self._log = log
        self._proctoring = proctoring

    def at_sign_in(self, db: Database, attempt: Attempt, check: Mapping[str, Any]) -> None:
        """Keep what the terminal's check says of the attempt that sits down there."""
        known = devices.of_attempt(db, attempt.id)
        camera = clean_label(check.get("details", {}).get("camera"))
        self._keep(db, attempt, replace(known, failed=failed_devices(check), camera=camera))
        if is_virtual(camera) and camera != known.camera:
            self._record(db, attempt, EventKind.CAMERA_VIRTUAL, "terminal", camera=camera)

    def _keep(self, db: Database, attempt: Attempt, found: Devices) -> None:
        """Keep what fails now; before the exam the candidate waits for staff, or no longer."""
        known = devices.of_attempt(db, attempt.id)
        devices.keep(db, found)
        if found.missing and found.failed != known.failed:
            count = tallies.add(db, attempt.id, EventKind.DEVICES_FAILED)
            if tallies.worth_noting(count):
                self._record(
                    db, attempt, EventKind.DEVICES_FAILED, "terminal", devices=list(found.missing)
                )
        if found.missing:
            self._admission.withdraw(db, attempt.id)
        else:
            self._admission.settle(db, attempt.id)

    def report_missing(self, attempt_id: str, missing: Iterable[str]) -> None:
        """The page says which devices its browser no longer has; they fail beside the check's.

        An admission ends when its device works again: a page cannot switch rules off.
        Raises NotFound.
        """
        gone = set(missing)

        def job(db: Database) -> bool:
            attempt, known = self._get(db, attempt_id), devices.of_attempt(db, attempt_id)
            failed = self._failed_now(db, attempt, gone)
            if attempt.state in OVER or failed == known.failed:
                return False
            admitted = tuple(name for name in known.admitted if name in known.failed)
            found = replace(known, failed=failed, admitted=admitted)
            self._keep(db, attempt, found)
            return found.without != known.without

        db = self._context.store.read()
        failed = self._failed_now(db, self._get(db, attempt_id), gone)
        if failed != devices.of_attempt(db, attempt_id).failed and self._context.store.write(job):
            self.renew(attempt_id)

    @staticmethod
    def _failed_now(db: Database, attempt: Attempt, gone: set[str]) -> tuple[str, ...]:
        terminal = terminals.get(db, attempt.terminal_id or "")
        check = terminal.device_check if terminal else None
        failed = {*gone, *(failed_devices(check) if check else ())}
        return tuple(name for name in DEVICES if name in failed)

    def at_check(self, db: Database, terminal_id: str, check: Mapping[str, Any]) -> None:
        """A terminal was checked again: its candidate before the exam goes on, or no longer."""
        for attempt in attempts.at_terminal(db, terminal_id):
            if attempt.state in BEFORE:
                self.at_sign_in(db, attempt, check)

    def renew(self, attempt_id: str) -> None:
        """Watch by the rules that the present terminal can serve."""
        self._proctoring.renew(attempt_id)

    def admit(self, attempt_id: str, reason: str, by: str) -> None:
        """Let a candidate sit the exam without what failed; its rules are off from now on.

        Raises ReasonMissing, NotFound, or DevicesFine when nothing failed.
        """
        why = reasoned(reason)

        def job(db: Database) -> None:
            attempt = self._get(db, attempt_id)
            known = devices.of_attempt(db, attempt_id)
            if not known.missing:
                raise DevicesFine()
            admitted = tuple(name for name in DEVICES if name in {*known.admitted, *known.failed})
            devices.keep(db, replace(known, admitted=admitted, admitted_by=by, reason=why))
            self._record(
                db,
                attempt,
                EventKind.DEVICES_ADMITTED,
                by,
                devices=list(known.missing),
                rules_off=list(rules_off(known.failed)),
                reason=why,
            )
            self._admission.settle(db, attempt_id)

        self._context.store.write(job)
        self.renew(attempt_id)

    def report_camera(self, attempt_id: str, label: str) -> None:
        """The page has opened its camera: note one that is another than before, or a program.

        Raises NotFound.
        """
        camera = clean_label(label)

        def job(db: Database) -> tuple[Attempt, Devices]:
            attempt, known = self._get(db, attempt_id), devices.of_attempt(db, attempt_id)
            if camera != known.camera and known.changes < MOST_CHANGES:
                changes = known.changes + bool(known.camera)
                devices.keep(db, replace(known, camera=camera, changes=changes))
            return attempt, known

        read = self._context.store.read()
        if devices.of_attempt(read, attempt_id).camera == camera and not is_virtual(camera):
            return
        attempt, known = self._context.store.write(job)
        if attempt.state not in SITTING or known.changes >= MOST_CHANGES:
            return
        if known.camera and camera != known.camera:
            self._report(attempt, CHANGED, before=known.camera, camera=camera)
        if is_virtual(camera) and not self._reported(attempt_id, VIRTUAL):
            self._report(attempt, VIRTUAL, camera=camera)

    def _report(self, attempt: Attempt, rule: str, **details: str) -> None:
        note = " → ".join(details[name] or "?" for name in ("before", "camera") if name in details)
        self._log.report(attempt.id, attempt.sitting_id, rule, follow_up="review", note=note)

    def _reported(self, attempt_id: str, rule: str) -> bool:
        found = incidents.of_attempt(self._context.store.read(), attempt_id)
        return any(incident.rule == rule for incident in found)

    def _record(
        self, db: Database, attempt: Attempt, kind: EventKind, who: str, **data: object
    ) -> None:
        self._context.record(db, attempt.sitting_id, kind, who, attempt.id, **data)

    @staticmethod
    def _get(db: Database, attempt_id: str) -> Attempt:
        attempt = attempts.get(db, attempt_id)
        if attempt is None:
            raise NotFound()
        return attempt
