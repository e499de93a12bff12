"""Makes the data directories that later versions must be able to open.

``python -m tools.data_directory tests/data`` writes ``tests/data/VERSION`` with ``centre.tar.xz``,
``headquarters.tar.xz`` and ``expected.json``, which has what is in them. The product's own services
do the work: headquarters packs a sitting, the centre holds it, one result is confirmed by a USB
stick and one still waits. The keys in them are for tests only, and open nothing else.
"""

import hashlib
import json
import shutil
import sys
import tarfile
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from kiosk import __version__
from kiosk.bootstrap.centre import build_hall, centre_of
from kiosk.bootstrap.link import Link, inlets_of, open_link
from kiosk.bootstrap.setup import REQUEST, accept_certificate, create_centre
from kiosk.exam.items.item import AnswerValue
from kiosk.exam.programme.personal_form import PersonalField
from kiosk.exam.states import ItemState
from kiosk.hall.context import CentreContext
from kiosk.hall.inputs import AnswerWrite, ConductSignal, DeviceCheck
from kiosk.hall.machine.restore_detection import RestoreDetection
from kiosk.hall.proctoring.incidents import IncidentLog
from kiosk.hall.services import CentreServices
from kiosk.rehearsal.candidate import PERSONAL
from kiosk.rehearsal.environment import usual_content
from kiosk.rehearsal.people import make_people
from kiosk.store.centre import outbox, sittings, staff
from kiosk.store.exam import answers, attempts, events, incidents
from kiosk.system import SystemClock, entropy, new_id
from kiosk.vision.samples import sample_frame, sample_portrait
from sync.hq.authoring.interchange.toml import read_document
from sync.hq.core.roles import WIDEST
from sync.hq.registration.roster_file import RosterEntry
from sync.hq.services import HqServices, initialise, open_headquarters
from sync.hq.sittings import NewPaper, NewSitting
from sync.wire.delivery.emergency import EmergencyKey
from sync.wire.exchange.container import FolderContainer, write_folder
from tests.web.faces import NoFaces

CENTRE, STAFF, PASSWORD = "TEST01", "chief", "for tests only"
BY = "command-line:data-directory"
README = "Made by tools/data_directory.py for tests. Its keys protect nothing: never use them.\n"
LEFT_OUT = ("reserve", "database.lock")
"""Files that a start makes again."""
MAX_BYTES = 300_000


@dataclass
class Clock:
    """A clock that goes on only when it is told to."""

    wall: datetime
    seconds: float = 1000.0
    boot_id: str = "data-directory"

    def now(self) -> datetime:
        """Wall clock."""
        return self.wall

    def monotonic(self) -> float:
        """Seconds since boot."""
        return self.seconds

    def pass_time(self, minutes: float) -> None:
        """Let both clocks run."""
        self.wall += timedelta(minutes=minutes)
        self.seconds += minutes * 60


@dataclass(frozen=True)
class Centre:
    """An open centre without background jobs."""

    context: CentreContext
    hall: CentreServices
    link: Link


@contextmanager
def open_centre(data: Path, clock: Clock) -> Iterator[Centre]:
    """Open a centre as a starting server does."""
    with ExitStack() as stack:
        context = centre_of(data, clock, threading.Event(), stack)
        restore_detection = RestoreDetection(context)
        restore_detection.at_start()
        emergency = EmergencyKey.at(data / "keys" / "emergency.pem")
        hall = build_hall(context, NoFaces(), emergency, lambda: None)  # type: ignore[arg-type]
        link = open_link(inlets_of(hall.sittings, context), context, restore_detection, stack)
        yield Centre(context, hall, link)


def exchange(stick: Path, centre: Centre, hq: HqServices) -> None:
    """Carry a USB stick from the centre to headquarters and back."""
    write_folder(stick, centre.link.media.outbound(), lambda _: None)
    medium = FolderContainer(stick)
    reports = hq.media.take(medium, BY)
    problems = [str(problem) for report in reports for problem in report.problems]
    write_folder(stick, hq.media.answer(medium, CENTRE), lambda _: None)
    problems += map(str, centre.link.media.take(medium).problems)
    if problems:
        raise RuntimeError(f"the USB stick was not accepted: {problems}")


def centre_contents(db: Database) -> dict[str, Any]:
    """Return what a centre has stored of the exam, as values of JSON."""
    found = []
    for sitting in sittings.everyone(db):
        chain = list(reversed(events.of_sitting(db, sitting.id)))
        candidates = {
            attempt.admission_no: {
                "state": attempt.state,
                "answers": answers.latest(db, attempt.id),
                "leaves": attempt.leaves,
                "incidents": [incident.rule for incident in incidents.of_attempt(db, attempt.id)],
                "pictures": len(incidents.evidence_of(db, attempt.id)),
            }
            for attempt in attempts.of_sitting(db, sitting.id)
        }
        log = {
            "entries": len(chain),
            "head": events.head(db, sitting.id).hash,
            "broken_at": events.broken_at(chain, events.gone(db, sitting.id)),
        }
        found.append({"title": sitting.title, "candidates": candidates, "event_log": log})
    states = tuple(ItemState)
    boxes = {state: outbox.ids(db, outbox.RESULT, state) for state in states}
    people = [account.username for account in staff.accounts(db)]
    return {"sittings": found, "outbox": boxes, "staff": people}


def headquarters_contents(hq: HqServices) -> dict[str, Any]:
    """Return what headquarters has received, and its own log, as values of JSON."""
    names = ("bundle_id", "admission_no", "status", "objective")
    results = [vars(result) for result in hq.results.newest(None)]
    return {
        "results": [{name: str(result[name]) for name in names} for result in results],
        "audit_log": {
            "head": hq.audit_log.newest(1)[0].hash,
            "broken_at": hq.audit_log.verify().broken_at,
        },
    }


def make(out: Path) -> Path:
    """Make the directories of this version below ``out``, in place of those that are there."""
    target = out / __version__
    with tempfile.TemporaryDirectory() as folder:
        base, clock = Path(folder), Clock(SystemClock().now().replace(microsecond=0))
        expected = {**_held(base, clock), "made_at": clock.now().isoformat()}
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        for name in ("centre", "headquarters"):
            _pack(base / name, target / f"{name}.tar.xz")
    text = json.dumps(expected, ensure_ascii=False, indent=1, sort_keys=True)
    (target / "expected.json").write_text(text + "\n", "utf-8")
    return target


def unpack(archive: Path, folder: Path) -> Path:
    """Unpack one of the two; returns the data directory."""
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    return folder / archive.name.removesuffix(".tar.xz")


def _held(base: Path, clock: Clock) -> dict[str, Any]:
    """Hold a sitting from the package to the second result."""
    data, hq_data, stick = base / "centre", base / "headquarters", base / "stick"
    stick.mkdir()
    initialise(hq_data, entropy)
    create_centre(data, CENTRE, "测试考点", None, STAFF, PASSWORD)
    with closing(open_headquarters(hq_data, clock, new_id, entropy)) as hq:
        certificate = _prepare(hq, (data / REQUEST).read_bytes())
        accept_certificate(data, certificate, clock, lambda _fingerprint: True)
        with open_centre(data, clock) as centre:
            exchange(stick, centre, hq)
            _exam(centre, clock, lambda: exchange(stick, centre, hq))
            centre_holds = centre_contents(centre.context.store.read())
        return {"centre": centre_holds, "headquarters": headquarters_contents(hq)}


def _prepare(hq: HqServices, request: bytes) -> bytes:
    """Fill headquarters; returns the centre's certificate."""
    content, now = usual_content(), hq.clock.now()
    hq.accounts.create(STAFF, PASSWORD, BY, WIDEST)
    hq.tokens.create("tests", ("results:read",), BY)
    programme = hq.programmes.take(content.programme, BY)
    items = read_document(dict(content.items))[1]
    hq.item_import.store(hq.item_import.preview(programme, items), BY)
    certificate = hq.centres.approve(request, BY)
    new = NewSitting(
        title="测试场次",
        starts_at=now + timedelta(minutes=10),
        papers=[NewPaper(programme.id, duration_minutes=120)],
        unlock_not_before=now,
    )
    sitting = hq.sittings.create(new, BY)
    hq.registration.import_roster(sitting.id, CENTRE, _roster(), BY)
    hq.packages.build(sitting.id, CENTRE, BY)
    hq.unlocking.code(sitting.id, CENTRE, BY)
    return certificate


def _roster() -> list[RosterEntry]:
    people = make_people(3)
    return [
        RosterEntry(
            identity_no=person.identity_no,
            name=person.name,
            admission_no=person.admission_no,
            seat=person.seat,
            portrait=sample_portrait(number) if number == 0 else None,
        )
        for number, person in enumerate(people)
    ]


def _exam(centre: Centre, clock: Clock, deliver: Callable[[], None]) -> None:
    """Three candidates: one's result is confirmed, one's waits, and one still answers."""
    hall = centre.hall
    (sitting,) = hall.sittings.list()
    hall.accounts.add("second", PASSWORD, "invigilator", BY)
    seated = [_check_in(hall, person.admission_no, person.identity_no) for person in make_people(3)]
    clock.pass_time(10)
    hall.starts.start(sitting.id, BY)
    for attempt_id in seated:
        _answer(hall, attempt_id)
    clock.pass_time(5)
    signals = [ConductSignal("left", "blur"), ConductSignal("returned")]
    hall.page_leaves.conduct(seated[0], signals)
    picture = [(clock.now(), sample_frame(1))]
    IncidentLog(centre.context).mark(seated[1], sitting.id, "eating", "an apple", BY, picture, ())
    for attempt_id in seated[:2]:
        hall.ends.hand_in(attempt_id)
        hall.results.sweep()
        if attempt_id == seated[0]:
            deliver()


def _check_in(hall: CentreServices, admission_no: str, identity_no: str) -> str:
    terminal = hall.terminals.register("127.0.0.1", "test")
    check = DeviceCheck(camera=True, microphone=True, loudspeaker=True, server_ms=1)
    hall.terminals.record_check(terminal.terminal_id, check)
    session = hall.checkin.sign_in(
        terminal, admission_no, identity_no, consent_face=False, remote="127.0.0.1"
    )
    values = {**PERSONAL, PersonalField.NAME: "考生"}
    hall.personal_forms.save(session.attempt_id, values, final=True)
    hall.verification.decide(session.attempt_id, passed=True, reason="same person", by=BY)
    return session.attempt_id


def _answer(hall: CentreServices, attempt_id: str) -> None:
    """Answer each question with its first option, or in words."""
    items = hall.attempts.view(attempt_id).items
    writes = [
        AnswerWrite(number, item.id, _value(item.type, [option.id for option in item.options]))
        for number, item in enumerate(items, start=1)
    ]
    hall.attempts.save(attempt_id, writes)


def _value(kind: str, options: list[str]) -> AnswerValue | None:
    if kind == "multiple_choice":
        return options[:2]
    return options[0] if options else "两句话的回答。"


def _pack(data: Path, archive: Path) -> None:
    (data / "README").write_text(README, "utf-8")
    with tarfile.open(archive, "w:xz", preset=9) as tar:
        tar.add(data, data.name, filter=_kept)
    if archive.stat().st_size > MAX_BYTES:
        raise RuntimeError(f"{archive} is larger than {MAX_BYTES} bytes")


def _kept(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    if Path(member.name).name in LEFT_OUT:
        return None
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


def main() -> None:
    """Make them and say what came out."""
    target = make(Path(sys.argv[1]))
    for path in sorted(target.iterdir()):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
        print(f"{path}  {path.stat().st_size} bytes  {digest}")


if __name__ == "__main__":
    main()
