"""A centre's parts, assembled and run."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from kiosk.bootstrap.backup import BackupFailed, make_backup
from kiosk.bootstrap.backup_places import BackupPlaces
from kiosk.bootstrap.enrolment import finish_change
from kiosk.bootstrap.link import inlets_of, open_link
from kiosk.bootstrap.setup import hq_keys, settings_of, web_secret
from kiosk.edge import watch
from kiosk.exam.errors import ExamError
from kiosk.exam.ports import Clock
from kiosk.hall.accounts.room_rights import RoomRights
from kiosk.hall.accounts.staff_accounts import StaffAccounts
from kiosk.hall.accounts.staff_sign_in import StaffSignIn
from kiosk.hall.attempt.admission import Admission
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
from kiosk.hall.attempt.presenter import AttemptPresenter
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
from kiosk.hall.clock import ExamTime
from kiosk.hall.context import CentreContext, Folders
from kiosk.hall.delivery.announcements import Announcements
from kiosk.hall.delivery.bundles import Results
from kiosk.hall.delivery.event_logs import EventLogs
from kiosk.hall.delivery.status import SyncStatus
from kiosk.hall.event_log import EventLogReader
from kiosk.hall.machine.backups import Backups
from kiosk.hall.machine.disk import DiskWatch
from kiosk.hall.machine.edge import EdgeWatch
from kiosk.hall.machine.restore_detection import RestoreDetection
from kiosk.hall.machine.time_watch import TimeWatch
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.prints import PrintedSet
from kiosk.hall.proctoring.face_analysis import Faces, open_faces
from kiosk.hall.proctoring.incidents import IncidentLog
from kiosk.hall.proctoring.monitor import Proctoring
from kiosk.hall.proctoring.seen_incidents import SeenIncidents
from kiosk.hall.proctoring.set_aside import SetAside
from kiosk.hall.retention.deletion import Retention
from kiosk.hall.retention.lapsed import Lapsed
from kiosk.hall.room import Rooms
from kiosk.hall.services import CentreServices
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
from kiosk.hall.transitions import AttemptTransitions
from kiosk.server.gate import ServerLimits
from kiosk.server.serving import listening
from kiosk.store.errors import StorageDamaged
from kiosk.store.exam import attempts
from kiosk.store.sqlite.database import Store, require_database
from kiosk.system import SystemClock, entropy, new_id
from kiosk.vision.packs.manifest import weights_below
from kiosk.web.app import create_app
from kiosk.web.mock_exam import MockExam
from sync.agent.agent import SyncAgent
from sync.agent.push import Outgoing, Push
from sync.agent.removable_media import Media
from sync.agent.schedule import Schedule
from sync.wire.delivery.emergency import EmergencyKey
from sync.wire.sealing.keys import KeyPair

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Running:
    """An open centre. The process must exit when ``broken`` or ``serving_ended`` is set.

    ``broken``: the disk failed. ``serving_ended``: the web server stopped unexpectedly.
    """

    hall: CentreServices
    data: Path
    broken: threading.Event
    media: Media
    serving_ended: threading.Event = field(default_factory=threading.Event)


@contextmanager
def open_centre(data: Path, clock: Clock | None = None) -> Iterator[Running]:
    """Open the centre of a data directory and run its background jobs while the block runs.

    Raises:
        NoCentre: the directory contains no centre.
        SettingsError: the settings or the certificate cannot be used.
        StoreError: the database is missing, damaged, or in use.
        KeysUnusable: the centre's keys cannot be read.
        VisionError: the face pack cannot be used.
    """
    with ExitStack() as stack:
        broken = threading.Event()
        centre = centre_of(data, clock or SystemClock(), broken, stack)
        faces = open_faces(centre.settings.vision, weights_below(data))
        stack.callback(faces.close)
        schedule = Schedule(centre.clock)
        emergency = EmergencyKey.at(data / "keys" / "emergency.pem")
        restore_detection = RestoreDetection(centre)
        # Before anything is recorded or sent: a restored database must begin its new epoch first.
        restore_detection.at_start()
        hall = build_hall(centre, faces, emergency, lambda: schedule.now("sync-now"))
        link = open_link(inlets_of(hall.sittings, centre), centre, restore_detection, stack)
        if link.push is not None and link.agent is not None:
            hall.sync.watch(_outgoing(link.push), _busy(link.agent))
        hall.sync.carry(link.media)
        places = BackupPlaces(data, centre.settings.backup)
        hall.backups.use(places, lambda: schedule.now("backup-now"))
        _schedule(schedule, hall, link.agent, centre, data)
        schedule.start()
        stack.callback(schedule.close)
        yield Running(hall, data, broken, link.media)


def _outgoing(push: Push) -> Callable[[], Outgoing]:
    return lambda: push.outgoing


def _busy(agent: SyncAgent) -> Callable[[], bool]:
    return lambda: agent.busy


@contextmanager
def serving(running: Running, host: str, port: int, mock: MockExam | None = None) -> Iterator[str]:
    """Serve the centre's pages while the block runs; yield the address.

    ``mock``: the mock exam that they belong to.
    """
    app = create_app(running.hall, secret=web_secret(running.data), mock=mock)
    server = running.hall.settings.server
    limits = ServerLimits(
        connections=server.connections,
        connections_per_address=server.connections_per_address,
        unfinished_per_address=server.unfinished_per_address,
        proxies=server.trusted_proxies,
    )
    serving_ended = running.serving_ended
    with listening(app, host, port, server.threads, limits=limits, ended=serving_ended) as url:
        # Until pages are served, candidates cannot work: the time since at_start is lost as well.
        running.hall.outages.served()
        running.hall.respite.served()
        yield url


def centre_of(data: Path, clock: Clock, broken: threading.Event, stack: ExitStack) -> CentreContext:
    """Open the contents of a data directory without running anything; ``stack`` closes them.

    ``broken`` is set when the disk fails.

    Raises:
        NoCentre: the directory contains no centre.
        SettingsError: the settings or the certificate cannot be used.
        StoreError: the database is missing, damaged, or in use.
        KeysUnusable: the centre's keys cannot be read.
    """
    settings = settings_of(data)
    require_database(data)
    store = Store(data, on_failure=broken.set)
    stack.callback(store.close)
    # Before the keys are read: a change of keys that was cut short may have left those of both
    # pairs.
    finish_change(data)
    hq = hq_keys(data, settings)
    return CentreContext(
        settings=settings,
        store=store,
        folders=Folders.below(data),
        keys=KeyPair.load(data / "keys"),
        hq=hq,
        clock=clock,
        time=ExamTime(store, clock, anew=not attempts.being_sat(store.read())),
        ids=new_id,
        entropy=entropy,
    )


def build_hall(
    centre: CentreContext, faces: Faces, emergency: EmergencyKey, trigger_sync: Callable[[], None]
) -> CentreServices:
    """Assemble the use cases of a centre, and account for the time since it was last up."""
    papers = OpenedPackages(centre)
    progress = AttemptTransitions(centre, papers)
    sittings = Sittings(centre, papers)
    admission = Admission(papers, progress)
    pauses = Pauses(centre, papers, progress)
    group_pauses = GroupPauses(centre, papers, progress)
    outages = Outages(centre, papers, progress, group_pauses)
    # Before any other part works with attempts: the downtime must be measured from the last tick.
    outages.at_start()
    given_time = GivenTime(centre, papers, progress)
    leases, respite = Leases(centre, papers, progress, outages), Respite(centre.time)
    log = IncidentLog(centre)
    set_aside = SetAside(centre, log)
    proctoring = Proctoring(centre, papers, faces, log, set_aside)
    devices = AttemptDevices(centre, admission, log, proctoring)
    terminals = Terminals(centre, devices)
    returns = Returns(centre, papers, leases, terminals, devices)
    views = AttemptPresenter(centre, papers, progress, proctoring, admission)
    parts = AttemptParts(centre, progress)
    ends = AttemptEnds(centre, papers, progress, views, leases, respite, parts)
    page_leaves = PageLeaveTracker(centre, papers, progress)
    late_answers = LateAnswerDecisions(centre, papers, progress, emergency)
    portraits, sync = Portraits(centre, papers, faces), SyncStatus(centre, trigger_sync)
    disk, edge, backups = DiskWatch(centre), EdgeWatch(), Backups(centre)
    rooms = Rooms(centre, papers, sittings, proctoring, leases, disk, edge)
    readiness = ReadinessReports(centre, papers, portraits, sync, terminals, disk, backups)
    return CentreServices(
        settings=centre.settings,
        staff=StaffSignIn(centre),
        accounts=StaffAccounts(centre.store, centre.clock),
        room_rights=RoomRights(centre, papers),
        terminals=terminals,
        devices=devices,
        sittings=sittings,
        starts=Starts(centre, papers, sittings, progress),
        closing=Closing(centre, papers, progress, group_pauses),
        rooms=rooms,
        board=BoardFeed(rooms, centre.entropy),
        seating=Seating(centre, papers, terminals),
        mock_exams=MockExams(centre),
        moves=Moves(centre, papers, progress, leases),
        checkin=CheckIn(centre, papers, leases, returns, devices),
        returns=returns,
        attendance=Attendance(centre, papers, progress, pauses),
        guests=Guests(centre, papers),
        personal_forms=PersonalForms(centre, papers, admission),
        pledges=Pledges(centre, papers),
        breaks=Breaks(centre, papers, progress),
        calls=Calls(centre, progress),
        misconduct=MisconductRecords(centre, papers, progress),
        messages=Messages(centre, papers, progress),
        announcements=Announcements(centre),
        set_aside=set_aside,
        seen_incidents=SeenIncidents(centre),
        verification=IdentityVerification(centre, papers, admission, faces, set_aside),
        inspections=Inspections(centre, papers, progress, admission),
        live_pictures=LivePictures(centre),
        portraits=portraits,
        readiness=readiness,
        event_log=EventLogReader(centre, papers),
        prints=PrintedSet(centre, papers),
        day=DayGuide(centre, papers, sync, readiness, backups),
        attempts=Attempts(centre, papers, progress, views, ends, respite, parts),
        ends=ends,
        parts=parts,
        notes=NotesPads(centre, papers, progress),
        leases=leases,
        page_leaves=page_leaves,
        pauses=pauses,
        group_pauses=group_pauses,
        chosen_seats=ChosenSeats(centre, papers, pauses, given_time),
        given_time=given_time,
        outages=outages,
        respite=respite,
        late_answers=late_answers,
        held_answers=HeldAnswerDecisions(centre, papers),
        records=AttemptRecords(centre, page_leaves, late_answers),
        proctoring=proctoring,
        results=Results(centre, papers, progress, faces.record),
        event_logs=EventLogs(centre),
        retention=Retention(centre, papers, Lapsed(centre, papers, progress)),
        sync=sync,
        watch=TimeWatch(centre),
        disk=disk,
        edge=edge,
        backups=backups,
    )


def _keep_time(hall: CentreServices) -> None:
    """Credit the time that the server was down, before a new tick hides how long that was."""
    hall.outages.catch_up()
    hall.watch.keep()


def back_up(hall: CentreServices, data: Path, folder: Path, keep: int) -> None:
    """Make a backup. A failure is shown to staff and does not affect the exam."""
    try:
        if not folder.is_dir():
            raise BackupFailed(target=folder, why="it is not there")
        make_backup(data, folder, keep)
    except StorageDamaged as error:
        _log.critical("%s", error)
        hall.disk.backup_problem = "database_damaged"
    except ExamError as error:
        _log.warning("%s", error)
        hall.disk.backup_problem = "backup_failed"
    else:
        hall.disk.backup_problem = None


def _schedule(
    schedule: Schedule,
    hall: CentreServices,
    agent: SyncAgent | None,
    centre: CentreContext,
    data: Path,
) -> None:
    schedule.every(1, "respite", hall.respite.beat)
    schedule.every(1, "time-out", hall.ends.sweep)
    schedule.every(1, "repair-limit", hall.group_pauses.sweep)
    schedule.every(1, "results", hall.results.sweep)
    schedule.every(1, "event_logs", hall.event_logs.sweep)
    schedule.every(1, "camera-rules", hall.proctoring.tick)
    schedule.every(1, "live-pictures", hall.live_pictures.tick)
    schedule.every(1, "references", hall.proctoring.prepare)
    # After a power cut, only about five seconds of exam time are unknown.
    schedule.every(5, "clock", partial(_keep_time, hall))
    schedule.every(10, "disk", hall.disk.sweep)
    schedule.every(
        watch.EVERY_SECONDS,
        "https",
        lambda: watch.refresh_edge_watch(centre.settings, hall.edge, centre.clock.now()),
    )
    schedule.every(1, "portraits", hall.portraits.sweep)
    schedule.every(3600, "retention", hall.retention.sweep)
    schedule.on_demand("backup-now", hall.backups.work)
    backup = centre.settings.backup
    if backup.to is not None:
        job = partial(back_up, hall, data, backup.to, backup.keep)
        schedule.every(backup.every_minutes * 60, "backup", job)
    if agent is not None:
        schedule.every(centre.settings.sync.interval_seconds, "sync", agent.run)
        schedule.on_demand("sync-now", lambda: agent.run(force=True))
