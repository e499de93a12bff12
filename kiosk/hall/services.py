"""All use cases of a centre in one object, for the web and the command line."""

from dataclasses import dataclass

from kiosk.hall.accounts.room_rights import RoomRights
from kiosk.hall.accounts.staff_accounts import StaffAccounts
from kiosk.hall.accounts.staff_sign_in import StaffSignIn
from kiosk.hall.attempt.attempts import Attempts
from kiosk.hall.attempt.breaks import Breaks
from kiosk.hall.attempt.calls import Calls
from kiosk.hall.attempt.chosen_seats import ChosenSeats
from kiosk.hall.attempt.ends import AttemptEnds
from kiosk.hall.attempt.given_time import GivenTime
from kiosk.hall.attempt.group_pauses import GroupPauses
from kiosk.hall.attempt.held_answers import HeldAnswerDecisions
from kiosk.hall.attempt.late_answers import LateAnswerDecisions
from kiosk.hall.attempt.leases import Leases
from kiosk.hall.attempt.messages import Messages
from kiosk.hall.attempt.misconduct import MisconductRecords
from kiosk.hall.attempt.notes import NotesPads
from kiosk.hall.attempt.outages import Outages
from kiosk.hall.attempt.page_leaves import PageLeaveTracker
from kiosk.hall.attempt.parts import AttemptParts
from kiosk.hall.attempt.pauses import Pauses
from kiosk.hall.attempt.pledges import Pledges
from kiosk.hall.attempt.records import AttemptRecords
from kiosk.hall.attempt.respite import Respite
from kiosk.hall.board_feed import BoardFeed
from kiosk.hall.checkin.devices import AttemptDevices
from kiosk.hall.checkin.inspections import Inspections
from kiosk.hall.checkin.live_pictures import LivePictures
from kiosk.hall.checkin.personal_forms import PersonalForms
from kiosk.hall.checkin.returns import Returns
from kiosk.hall.checkin.sign_in import CheckIn
from kiosk.hall.checkin.terminals import Terminals
from kiosk.hall.checkin.verification import IdentityVerification
from kiosk.hall.delivery.announcements import Announcements
from kiosk.hall.delivery.bundles import Results
from kiosk.hall.delivery.event_logs import EventLogs
from kiosk.hall.delivery.status import SyncStatus
from kiosk.hall.event_log import EventLogReader
from kiosk.hall.machine.backups import Backups
from kiosk.hall.machine.disk import DiskWatch
from kiosk.hall.machine.edge import EdgeWatch
from kiosk.hall.machine.time_watch import TimeWatch
from kiosk.hall.prints import PrintedSet
from kiosk.hall.proctoring.monitor import Proctoring
from kiosk.hall.proctoring.seen_incidents import SeenIncidents
from kiosk.hall.proctoring.set_aside import SetAside
from kiosk.hall.retention.deletion import Retention
from kiosk.hall.room import Rooms
from kiosk.hall.sitting.attendance import Attendance
from kiosk.hall.sitting.closing import Closing
from kiosk.hall.sitting.day import DayGuide
from kiosk.hall.sitting.guests import Guests
from kiosk.hall.sitting.mock_exams import MockExams
from kiosk.hall.sitting.moves import Moves
from kiosk.hall.sitting.portraits import Portraits
from kiosk.hall.sitting.readiness import ReadinessReports
from kiosk.hall.sitting.seating import Seating
from kiosk.hall.sitting.sittings import Sittings
from kiosk.hall.sitting.starts import Starts
from kiosk.settings import Settings


@dataclass(frozen=True)
class CentreServices:
    """The use cases of one centre."""

    settings: Settings
    staff: StaffSignIn
    accounts: StaffAccounts
    room_rights: RoomRights
    terminals: Terminals
    devices: AttemptDevices
    sittings: Sittings
    starts: Starts
    closing: Closing
    day: DayGuide
    event_log: EventLogReader
    prints: PrintedSet
    rooms: Rooms
    board: BoardFeed
    seating: Seating
    moves: Moves
    mock_exams: MockExams
    checkin: CheckIn
    attendance: Attendance
    guests: Guests
    returns: Returns
    verification: IdentityVerification
    personal_forms: PersonalForms
    pledges: Pledges
    breaks: Breaks
    calls: Calls
    misconduct: MisconductRecords
    messages: Messages
    announcements: Announcements
    set_aside: SetAside
    seen_incidents: SeenIncidents
    inspections: Inspections
    live_pictures: LivePictures
    portraits: Portraits
    readiness: ReadinessReports
    attempts: Attempts
    ends: AttemptEnds
    parts: AttemptParts
    notes: NotesPads
    leases: Leases
    page_leaves: PageLeaveTracker
    pauses: Pauses
    group_pauses: GroupPauses
    chosen_seats: ChosenSeats
    given_time: GivenTime
    outages: Outages
    respite: Respite
    late_answers: LateAnswerDecisions
    held_answers: HeldAnswerDecisions
    records: AttemptRecords
    proctoring: Proctoring
    results: Results
    event_logs: EventLogs
    retention: Retention
    sync: SyncStatus
    watch: TimeWatch
    disk: DiskWatch
    edge: EdgeWatch
    backups: Backups
