"""A sitting from headquarters' package to the last deletion, with a real headquarters (E.3)."""

import base64
import re
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.bootstrap.kept_files import sitting_keys
from kiosk.bootstrap.link import Link, inlets_of, open_link
from kiosk.bootstrap.retention import kept
from kiosk.bootstrap.setup import CERTIFICATE, REQUEST, create_centre
from kiosk.exam.programme.retention import CLASSES
from kiosk.hall.inputs import AnswerWrite
from kiosk.hall.machine.restore_detection import RestoreDetection
from kiosk.server.serving import listening
from kiosk.settings import read_text, read_toml, resource
from kiosk.store.centre import retention
from kiosk.store.centre.sitting_keys import SITTING_KEYS, SittingKeys, key_name
from kiosk.store.exam import incidents
from kiosk.store.exam.incidents import EvidenceRow
from kiosk.system import entropy, new_id
from sync.hq.authoring.interchange.toml import read_document
from sync.hq.core.roles import WIDEST
from sync.hq.registration.roster_file import RosterEntry
from sync.hq.services import HqServices, initialise, open_headquarters
from sync.hq.sittings import NewPaper, NewSitting
from sync.hq.web.app import create_app
from sync.wire.delivery.deletion import read_deletion
from sync.wire.errors import WireError
from sync.wire.sealing.keys import KeyPair
from tests.centres import NOON, PASSWORD, USERNAME, ManualClock, Site
from tests.faces import portrait
from tests.hall.conftest import Room, open_room
from tests.hq.desk import PROGRAMME, QUICK
from tests.hq.intake.test_answer_findings import sign_in

BY = "staff:chief"
CODE = "BJ01"
NAME, IDENTITY_NO, ADMISSION_NO = "欧阳考生", "99000119900101001X", "2026T0001"
ESSAY = "碳排放核算边界的说明文字"
PICTURE = b"\xff\xd8\xff\xe0 a picture that the camera took \xff\xd9" * 20
PERIODS = {"portraits": 30, "papers": 60, "pictures": 90, "answers": 120, "event_log": 150}
DAYS = 86_400


@dataclass
class Whole:
    """Headquarters behind its address, and the centre that it sent a package to."""

    hq: HqServices
    room: Room
    link: Link
    sitting: str
    stack: ExitStack

    @property
    def data(self) -> Path:
        """The centre's data directory."""
        return self.room.site.data

    def sync(self) -> None:
        """Close what is over, and call headquarters until it says that it has everything."""
        for _ in range(12):
            self.room.hall.results.sweep()
            self.room.hall.event_logs.sweep()
            self.link.run_round()
            if self.room.hall.sync.view().complete:
                return
        raise AssertionError(self.room.hall.sync.view())

    def states(self) -> dict[str, tuple[str, str | None]]:
        """What ``kiosk retention`` shows."""
        return {one.data: (one.state, one.waits_for) for one in kept(self.data)}


def programme() -> str:
    """The shipped programme with short periods and no form; pictures go to headquarters."""
    text = read_text(resource(f"config/programmes/{PROGRAMME}.toml"))
    text = text.replace("pictures_to_headquarters = false", "pictures_to_headquarters = true")
    for name, days in PERIODS.items():
        text = re.sub(rf"(?m)^{name} = \d+", f"{name} = {days}", text)
    return re.sub(r"(?ms)^\[personal_form\].*?(?=^\[)", "", text)


def prepare(folder: Path, clock: ManualClock) -> tuple[HqServices, str]:
    """A headquarters with a sitting of tomorrow."""
    initialise(folder, entropy)
    hq = open_headquarters(folder, clock, new_id, entropy, QUICK)
    hq.accounts.create(USERNAME, PASSWORD, BY, WIDEST)
    taken = hq.programmes.take(programme(), BY)
    items = read_document(read_toml(resource(f"config/items/{PROGRAMME}.toml")))[1]
    hq.item_import.store(hq.item_import.preview(taken, items), BY)
    new = NewSitting("2026年4月", NOON + timedelta(days=1), [NewPaper(PROGRAMME)])
    return hq, hq.sittings.create(new, BY).id


@pytest.fixture
def whole(tmp_path: Path, clock: ManualClock) -> Iterator[Whole]:
    """Both, running; the package is at the centre."""
    with ExitStack() as stack:
        hq, sitting = prepare(tmp_path / "hq", clock)
        stack.callback(hq.close)
        url = stack.enter_context(listening(create_app(hq), "127.0.0.1", 0, 4))
        data = tmp_path / "centre"
        create_centre(data, CODE, "测试考点", url, USERNAME, PASSWORD)
        (data / CERTIFICATE).write_bytes(hq.centres.approve((data / REQUEST).read_bytes(), BY))
        entry = RosterEntry(IDENTITY_NO, NAME, ADMISSION_NO, portrait=portrait(0))
        hq.registration.import_roster(sitting, CODE, [entry], BY)
        hq.packages.build(sitting, CODE, BY)
        keys = KeyPair.load(data / "keys")
        site = Site(data, KeyPair.load(tmp_path / "hq" / "keys"), keys)
        room = stack.enter_context(open_room(site, clock))
        centre = room.hall.event_logs._context
        restore_detection = RestoreDetection(centre)
        restore_detection.at_start()
        link = open_link(inlets_of(room.hall.sittings, centre), centre, restore_detection, stack)
        link.run_round()
        yield Whole(hq, room, link, sitting, stack)


@pytest.fixture
def clock() -> ManualClock:
    """The clock of both."""
    return ManualClock()


def hold(whole: Whole) -> None:
    """Somebody sits the exam, answers, and is photographed."""
    room, hall = whole.room, whole.room.hall
    room.clock.pass_time(DAYS)
    hall.sittings.unlock(whole.sitting, whole.hq.unlocking.code(whole.sitting, CODE, BY), BY)
    attempt_id = room.ready(1)
    hall.starts.start(whole.sitting, BY)
    items = hall.attempts.view(attempt_id).items
    essay = next(item for item in items if item.type == "short_answer")
    hall.attempts.save(attempt_id, [AnswerWrite(1, essay.id, ESSAY)])
    centre, now = hall.event_logs._context, room.clock.now()
    name = centre.keep_sealed(whole.sitting, "pictures", PICTURE)
    row = EvidenceRow(name, attempt_id, None, "check_in", now, len(PICTURE))
    room.store.write(lambda db: incidents.add_evidence(db, row))
    seen = hall.closing.view(whole.sitting)
    hall.closing.close(whole.sitting, seen.mark, seen.writing, "time is over", BY)


def known(whole: Whole) -> dict[str, dict[str, bytes]]:
    """For each class what somebody would look for."""
    papers = whole.room.hall.attempts._papers
    sitting = papers.sitting(whole.sitting)
    item = papers.paper(sitting, "1").paper.items[0]
    sealed = (whole.data / "packages" / str(sitting.paper_file)).read_bytes()
    key = (whole.data / SITTING_KEYS / key_name(whole.sitting, "papers")).read_bytes()
    return {
        "portraits": {
            "name": NAME.encode(),
            "number": IDENTITY_NO.encode(),
            "face": base64.b64encode(portrait(0))[100:500],
        },
        "papers": {"question": item.stem.encode(), "sealed": sealed, "key": key},
        "pictures": {"picture": PICTURE},
        "answers": {"essay": ESSAY.encode()},
        "event_log": {"reason": b"time is over", "admission number": ADMISSION_NO.encode()},
    }


def texts(whole: Whole) -> list[bytes]:
    """Every file byte by byte, and opened by all keys that are left, as a thief of them would."""
    keys = sitting_keys(whole.data, KeyPair.load(whole.data / "keys"))
    found = [path.read_bytes() for path in whole.data.rglob("*") if path.is_file()]
    opened = _opened(found, keys)
    return [*found, *opened, *_opened(opened, keys)]  # a roster is sealed to the centre below


def _opened(found: list[bytes], keys: SittingKeys) -> list[bytes]:
    opened = []
    for data in found:
        with suppress(WireError, OSError):
            opened.append(keys.open(data))
    return opened


def there(whole: Whole, wanted: dict[str, bytes]) -> set[str]:
    """Which of these lie anywhere in the centre's data."""
    found = texts(whole)
    return {name for name, text in wanted.items() if any(text in data for data in found)}


def test_data_live_as_long_as_the_programme_says_and_no_longer(whole: Whole) -> None:
    hold(whole)
    wanted = known(whole)
    whole.sync()
    assert there(whole, wanted["portraits"]) == {"name", "number", "face"}
    assert there(whole, wanted["papers"]) == {"sealed", "key"}
    assert there(whole, wanted["pictures"]) == {"picture"}
    assert there(whole, wanted["answers"]) == {"essay"}
    assert there(whole, wanted["event_log"]) == {"reason", "admission number"}
    passed = 0
    for name in CLASSES:
        whole.room.clock.pass_time((PERIODS[name] + 1 - passed) * DAYS)
        passed = PERIODS[name] + 1
        assert name not in deleted(whole)
        whole.sync()
        assert whole.states()[name] == ("due", None)
        whole.room.hall.retention.sweep()
        whole.sync()
        assert there(whole, wanted[name]) == set(), name
    assert deleted(whole) == set(CLASSES)
    whole.room.store.close()
    assert all(there(whole, wanted[name]) == set() for name in CLASSES)


def deleted(whole: Whole) -> set[str]:
    """Classes of which the deletion is complete."""
    return {data for data, (state, _) in whole.states().items() if state == "deleted"}


def test_headquarters_gets_a_signed_receipt_for_each_class_and_shows_it(whole: Whole) -> None:
    hold(whole)
    whole.sync()
    whole.room.clock.pass_time(151 * DAYS)
    for _ in range(2):  # the event log goes when the receipts of the others have arrived
        whole.sync()
        whole.room.hall.retention.sweep()
    whole.sync()
    found = {one.data: one.receipt for one in whole.hq.deletions.list()}
    assert set(found) == set(CLASSES)
    own = whole.room.site.centre.public
    for deletion in retention.deletions(whole.room.store.read()):
        assert found[deletion.what] == read_deletion((deletion.receipt or "").encode(), own)
    client = create_app(whole.hq).test_client()
    sign_in(client)
    page = client.get("/centres?lang=en").text
    assert page.count("signature valid") == 5
    assert whole.hq.event_logs.findings() == []


def test_nothing_goes_while_a_receipt_is_missing(whole: Whole) -> None:
    hold(whole)
    wanted = known(whole)
    whole.room.hall.results.sweep()
    whole.room.clock.pass_time(151 * DAYS)
    today = whole.room.hall.event_logs._context.local(whole.room.clock.now()).date()
    assert whole.room.hall.retention.run(BY, today) == []
    assert deleted(whole) == set()
    assert there(whole, wanted["answers"]) == {"essay"}
    assert there(whole, wanted["portraits"]) >= {"name", "number"}
