"""All use cases of a centre in one place, as the web and the command line get them."""

from dataclasses import dataclass

from kiosk.hall.accounts.staff_accounts import StaffAccounts
from kiosk.hall.accounts.staff_sign_in import StaffDesk
from kiosk.hall.attempt.attempts import Attempts
from kiosk.hall.attempt.case_file import Ledgers
from kiosk.hall.attempt.held_answers import HeldAnswersDesk
from kiosk.hall.attempt.late_answers import LateAnswersDesk
from kiosk.hall.attempt.leases import Leases
from kiosk.hall.attempt.outages import Outages
from kiosk.hall.attempt.page_leaves import DepartureDesk
from kiosk.hall.attempt.pauses import Pauses
from kiosk.hall.attempt.respite import Respite
from kiosk.hall.checkin.devices import AttemptDevices
from kiosk.hall.checkin.inspections import Inspections
from kiosk.hall.checkin.returns import Returns
from kiosk.hall.checkin.sign_in import CheckIn
from kiosk.hall.checkin.terminals import Terminals
from kiosk.hall.checkin.verification import VerificationDesk
from kiosk.hall.delivery.bundles import Results
from kiosk.hall.delivery.event_logs import Journals
from kiosk.hall.delivery.status import SyncDesk
from kiosk.hall.machine.backups import BackupDesk
from kiosk.hall.machine.disk import DiskWatch
from kiosk.hall.machine.edge import EdgeWatch
from kiosk.hall.machine.time_watch import TimeWatch
from kiosk.hall.proctoring.monitor import Proctoring
from kiosk.hall.proctoring.set_aside import SetAside
from kiosk.hall.retention.deletion import Retention
from kiosk.hall.room import Rooms
from kiosk.hall.sitting.attendance import Attendance
from kiosk.hall.sitting.closing import Closing
from kiosk.hall.sitting.guests import Guests
from kiosk.hall.sitting.portraits import Portraits
from kiosk.hall.sitting.readiness import ReadinessDesk
from kiosk.hall.sitting.seating import Seating
from kiosk.hall.sitting.sittings import Sittings
from kiosk.settings import Settings


@dataclass(frozen=True)
class Hall:
    """The exam hall."""

    settings: Settings
    staff: StaffDesk
    accounts: StaffAccounts
    terminals: Terminals
    devices: AttemptDevices
    sittings: Sittings
    closing: Closing
    rooms: Rooms
    seating: Seating
    checkin: CheckIn
    attendance: Attendance
    guests: Guests
    returns: Returns
    verification: VerificationDesk
    set_aside: SetAside
    inspections: Inspections
    portraits: Portraits
    readiness: ReadinessDesk
    attempts: Attempts
    leases: Leases
    departures: DepartureDesk
    pauses: Pauses
    outages: Outages
    respite: Respite
    late_answers: LateAnswersDesk
    held_answers: HeldAnswersDesk
    ledgers: Ledgers
    proctoring: Proctoring
    results: Results
    journals: Journals
    retention: Retention
    sync: SyncDesk
    watch: TimeWatch
    disk: DiskWatch
    edge: EdgeWatch
    backups: BackupDesk
