"""All use cases of a centre in one place, as the web and the command line get them."""

from dataclasses import dataclass

from kiosk.hall.accounts import StaffAccounts
from kiosk.hall.attempts import Attempts
from kiosk.hall.attendance import Attendance
from kiosk.hall.backups import BackupDesk
from kiosk.hall.checkin import CheckIn
from kiosk.hall.closing import Closing
from kiosk.hall.departures import DepartureDesk
from kiosk.hall.devices import AttemptDevices
from kiosk.hall.disk import DiskWatch
from kiosk.hall.edge import EdgeWatch
from kiosk.hall.guests import Guests
from kiosk.hall.held_answers import HeldAnswersDesk
from kiosk.hall.inspections import Inspections
from kiosk.hall.journals import Journals
from kiosk.hall.late_answers import LateAnswersDesk
from kiosk.hall.leases import Leases
from kiosk.hall.ledgers import Ledgers
from kiosk.hall.outages import Outages
from kiosk.hall.pauses import Pauses
from kiosk.hall.portraits import Portraits
from kiosk.hall.proctoring import Proctoring
from kiosk.hall.readiness import ReadinessDesk
from kiosk.hall.respite import Respite
from kiosk.hall.results import Results
from kiosk.hall.retention import Retention
from kiosk.hall.returns import Returns
from kiosk.hall.rooms import Rooms
from kiosk.hall.seating import Seating
from kiosk.hall.set_aside import SetAside
from kiosk.hall.sittings import Sittings
from kiosk.hall.staff import StaffDesk
from kiosk.hall.sync import SyncDesk
from kiosk.hall.terminals import Terminals
from kiosk.hall.time_watch import TimeWatch
from kiosk.hall.verification import VerificationDesk
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
