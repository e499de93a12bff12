"""Sticks carry the same bytes both ways; a bad one costs a message and nothing else."""

import base64
import io
import json
import random
import shutil
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk.bootstrap.centre import Running, open_centre
from kiosk.bootstrap.setup import SETTINGS
from kiosk.rehearsal.environment import CENTRE, Access, set_up
from kiosk.rehearsal.people import make_people
from kiosk.system import SystemClock, entropy, new_id
from sync.hq.announcements.drafts import Draft, digest_of
from sync.hq.announcements.listing import Wanted
from sync.hq.core.roles import Grant, Role, Scope
from sync.hq.services import HqServices, open_headquarters
from sync.wire import canonical
from sync.wire.errors import BadSignature, MediaDamaged, MediaEmpty, WireError
from sync.wire.exchange.announcements import LIST_FORMAT
from sync.wire.exchange.container import FolderContainer, ZipContainer, write_folder, zip_parts
from sync.wire.exchange.removable_media import (
    INDEX,
    OUTBOUND_FORMAT,
    announcements_name,
    inbound_folder,
    outbound_folder,
)
from tests.agent.test_sync import end_the_attempt, unlock_with, until

CUTS = 500


def quiet(_name: str) -> None:
    """Nobody watches."""


@pytest.fixture(scope="module")
def access(tmp_path_factory: pytest.TempPathFactory) -> Access:
    """HQ with a package, and a centre that has no link."""
    access = set_up(
        tmp_path_factory.mktemp("removable_media"), "http://127.0.0.1:1", {"S": make_people(1)}, 60
    )
    settings = access.centre / SETTINGS
    lines = settings.read_text().splitlines()
    settings.write_text("\n".join(line for line in lines if not line.startswith("hq_url")))
    return access


@contextmanager
def headquarters(access: Access) -> Iterator[HqServices]:
    """HQ at work."""
    hq = open_headquarters(access.hq, SystemClock(), new_id, entropy)
    try:
        yield hq
    finally:
        hq.close()


def there(hq: HqServices, stick: Path) -> None:
    """HQ takes the stick in and writes its answer."""
    for report in hq.media.take(FolderContainer(stick), "test"):
        write_folder(stick, hq.media.answer(FolderContainer(stick), report.centre_code), quiet)


def written(running: Running, stick: Path) -> None:
    """The centre writes what waits."""
    write_folder(stick, running.media.outbound(), quiet)


@pytest.fixture(scope="module")
def stick(access: Access, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A stick that has gone the whole way: package out, results back, receipts and back."""
    stick = tmp_path_factory.mktemp("stick")
    with headquarters(access) as hq:
        write_folder(stick, hq.media.answer(FolderContainer(stick), CENTRE), quiet)
    with open_centre(access.centre) as running:
        assert running.media.take(FolderContainer(stick)).notices >= 1
        unlock_with(running.hall, access.codes["S"])
        end_the_attempt(running.hall)
        until(lambda: running.media.waiting() == 2)
        written(running, stick)
        assert running.media.waiting() == 2, "nothing is forgotten before the receipt"
    with headquarters(access) as hq:
        there(hq, stick)
    return stick


def test_a_sitting_goes_the_whole_way_without_a_link(access: Access, stick: Path) -> None:
    with headquarters(access) as hq:
        assert hq.results.count() == 1
        assert list(hq.event_logs.findings()) == []
        stands = hq.inventories.contacts()[CENTRE]
        assert (stands.complete, stands.closed["result"]) == (True, 1)
    with open_centre(access.centre) as running:
        taken = running.media.take(FolderContainer(stick))
        assert taken.problems == []
        view = running.hall.sync.view()
        assert (view.state, view.waiting, view.complete) == ("off", 0, True)
        again = running.media.take(FolderContainer(stick))
        assert again.problems == [], "the same stick again changes nothing"


def test_the_bytes_are_those_that_go_by_network(access: Access, stick: Path) -> None:
    with open_centre(access.centre) as running:
        files = dict(running.media.outbound(everything=True))
    outbox = {path.name: path.read_bytes() for path in (access.centre / "outbox").iterdir()}
    beside = (INDEX, "hq-keys-known.json", "announcements-held.json")
    sent = {name: data for name, data in files.items() if not name.endswith(beside)}
    on_stick = {Path(name).stem: data for name, data in sent.items()}
    assert on_stick == outbox


def test_a_zip_holds_the_same_as_a_folder(access: Access, stick: Path) -> None:
    folder = FolderContainer(stick)
    files = {name: folder.read(name, 1 << 30) for name in folder.names()}
    archive = io.BytesIO(b"".join(zip_parts(files.items())))
    zipped = ZipContainer(archive)
    assert {name: zipped.read(name, 1 << 30) for name in zipped.names()} == files
    with headquarters(access) as hq:
        assert [report.complete for report in hq.media.take(zipped, "test")] == [True]


def test_a_stick_that_was_pulled_out_takes_nothing_and_says_so(
    access: Access, stick: Path, tmp_path: Path
) -> None:
    """Cut any file anywhere: HQ keeps whole items only, and never fails otherwise."""
    names = [name for name in FolderContainer(stick).names() if "/outbound/" in name]
    dice = random.Random(6)  # noqa: S311  # only where to cut
    with headquarters(access) as hq:
        before = hq.results.count()
        for number in range(CUTS):
            copy = tmp_path / str(number)
            shutil.copytree(stick, copy)
            victim = copy / dice.choice(names)
            data = victim.read_bytes()
            victim.write_bytes(data[: dice.randrange(len(data))])
            if victim.name == INDEX:
                with pytest.raises(WireError):
                    hq.media.take(FolderContainer(copy), "test")
            else:
                (report,) = hq.media.take(FolderContainer(copy), "test")
                assert [problem.name for problem in report.problems] == [
                    victim.relative_to(copy).as_posix()
                ]
            shutil.rmtree(copy)
        assert hq.results.count() == before


def test_an_answer_that_was_altered_is_refused_by_the_centre(
    access: Access, stick: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "stick"
    shutil.copytree(stick, copy)
    index = copy / inbound_folder(CENTRE) / INDEX
    with open_centre(access.centre) as running:
        for altered in (b"", index.read_bytes()[:-9], index.read_bytes().replace(b"receipt", b"r")):
            index.write_bytes(altered)
            with pytest.raises(WireError):
                running.media.take(FolderContainer(copy))
        index.unlink()
        with pytest.raises(MediaEmpty):
            running.media.take(FolderContainer(copy))


def test_without_its_index_a_stick_holds_nothing(
    access: Access, stick: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "stick"
    shutil.copytree(stick, copy)
    (copy / outbound_folder(CENTRE) / INDEX).unlink()
    with headquarters(access) as hq, pytest.raises(MediaEmpty):
        hq.media.take(FolderContainer(copy), "test")


def test_links_and_foreign_files_on_a_stick_are_not_followed(
    access: Access, stick: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "stick"
    shutil.copytree(stick, copy)
    victim = next((copy / outbound_folder(CENTRE)).glob("*.result"))
    aside = tmp_path / "elsewhere"
    victim.rename(aside)
    victim.symlink_to(aside)
    (copy / "holiday.jpg").write_bytes(b"not ours")
    with headquarters(access) as hq:
        (report,) = hq.media.take(FolderContainer(copy), "test")
    assert [type(problem.error) for problem in report.problems] == [MediaDamaged]


def test_a_restored_hq_asks_by_stick_for_what_it_lost(
    access: Access, stick: Path, tmp_path: Path
) -> None:
    """An HQ put back to before the sitting gets everything by two further trips."""
    with open_centre(access.centre) as running:
        running.media.take(FolderContainer(stick))
        assert running.media.waiting() == 0
        trip = tmp_path / "trip"
        trip.mkdir()
        written(running, trip)
    forget_deliveries(access)
    with headquarters(access) as hq:
        there(hq, trip)
    with open_centre(access.centre) as running:
        running.media.take(FolderContainer(trip))
        assert running.media.waiting() == 2
        assert not running.hall.sync.view().complete
        written(running, trip)
    with headquarters(access) as hq:
        there(hq, trip)
        assert hq.results.count() == 1
    with open_centre(access.centre) as running:
        running.media.take(FolderContainer(trip))
        assert running.hall.sync.view().complete


def forget_deliveries(access: Access) -> None:
    """What a backup from before the sitting would not have."""
    database = sqlite3.connect(access.hq / "database.sqlite")
    for table in ("result_versions", "results", "bundles", "event_logs"):
        database.execute(f"DELETE FROM {table}")  # noqa: S608  # names from above
    database.commit()
    database.close()


def test_a_stick_whose_folders_lead_elsewhere_is_not_written(tmp_path: Path) -> None:
    stick, elsewhere = tmp_path / "stick", tmp_path / "elsewhere"
    (stick / "exam-kiosk").mkdir(parents=True)
    elsewhere.mkdir()
    (stick / "exam-kiosk" / CENTRE).symlink_to(elsewhere)
    with pytest.raises(MediaDamaged, match="elsewhere"):
        write_folder(stick, [(f"exam-kiosk/{CENTRE}/outbound/{INDEX}", b"{}")], quiet)
    assert not any(path.is_file() for path in elsewhere.rglob("*"))


def test_a_link_in_the_place_of_a_part_is_not_written_through(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    (tmp_path / f"{INDEX}.part").symlink_to(victim)
    assert write_folder(tmp_path, [(INDEX, b"{}")], quiet) == 1
    assert (victim.read_bytes(), (tmp_path / INDEX).read_bytes()) == (b"precious", b"{}")


@pytest.mark.parametrize("packing", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA])
def test_a_damaged_archive_is_refused_with_words_wherever_it_is_damaged(packing: int) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", packing) as archive:
        archive.writestr(f"exam-kiosk/{CENTRE}/outbound/{INDEX}", b"{}" * 200)
        archive.writestr("another", bytes(range(256)))
    whole, dice = buffer.getvalue(), random.Random(8)  # noqa: S311  # only where to damage
    for _ in range(CUTS * 4):
        damaged = bytearray(
            whole[: dice.randrange(len(whole) + 1)] if dice.random() < 0.3 else whole
        )
        for _ in range(dice.randrange(1, 4)):
            if damaged:
                damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        try:
            medium = ZipContainer(io.BytesIO(bytes(damaged)))
            for name in medium.names():
                medium.read(name, 1000)
        except MediaDamaged:
            continue


def test_one_centre_with_a_broken_index_keeps_no_other_from_being_taken_in(
    access: Access, stick: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "stick"
    shutil.copytree(stick, copy)
    for code, index in (("AA01", b"{"), ("ZZ99", b"")):
        (copy / outbound_folder(code)).mkdir(parents=True)
        (copy / outbound_folder(code) / INDEX).write_bytes(index)
    with headquarters(access) as hq:
        reports = {one.centre_code: one for one in hq.media.take(FolderContainer(copy), "test")}
        assert reports[CENTRE].complete
        assert [len(reports[code].problems) for code in ("AA01", "ZZ99")] == [1, 1]
        assert set(hq.media.answers(FolderContainer(copy))) == {CENTRE}


def announced(hq: HqServices, name: str) -> str:
    """Headquarters has sent an announcement to the centre."""
    draft, everything = Draft("停电预案", "请先看应急卡。"), frozenset({CENTRE})
    digest = digest_of(hq.announcements.recipients(draft, everything))
    hq.announcements.send(name, draft, everything, digest, "test")
    return name


def read_by(hq: HqServices, name: str) -> str | None:
    """Who at the centre confirmed it, as headquarters knows."""
    scope = Scope(frozenset({Grant(Role.REGISTRAR)}))
    return hq.announcement_lists.centres(name, scope, Wanted()).rows[0].read_by


def test_announcements_go_out_and_who_read_them_comes_back(access: Access, tmp_path: Path) -> None:
    with headquarters(access) as hq:
        name = announced(hq, "A1")
        write_folder(tmp_path, hq.media.answer(FolderContainer(tmp_path), CENTRE), quiet)
    with open_centre(access.centre) as running:
        assert running.media.take(FolderContainer(tmp_path)).announcements == 1
        assert [known.id for known in running.hall.announcements.open()] == [name]
        running.hall.announcements.confirm(name, "staff:li")
        written(running, tmp_path)
    with headquarters(access) as hq:
        there(hq, tmp_path)
        assert read_by(hq, name) == "staff:li"
        answer = dict(hq.media.answer(FolderContainer(tmp_path), CENTRE))
        assert announcements_name(CENTRE) not in answer, "the centre lacks none"


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-9],
        lambda _data: b"{}",
        lambda _data: b"null",
        lambda _data: canonical.dumps({"format": LIST_FORMAT, "signed": [1]}),
    ],
)
def test_damaged_announcements_keep_nothing_else_from_being_taken_in(
    access: Access, tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    with headquarters(access) as hq:
        announced(hq, tmp_path.name)
        write_folder(tmp_path, hq.media.answer(FolderContainer(tmp_path), CENTRE), quiet)
    victim = tmp_path / announcements_name(CENTRE)
    victim.write_bytes(damage(victim.read_bytes()))
    with open_centre(access.centre) as running:
        taken = running.media.take(FolderContainer(tmp_path))
        assert (len(taken.problems), taken.announcements) == (1, 0)
        assert taken.notices >= 1


def test_only_headquarters_announces(access: Access, tmp_path: Path) -> None:
    with headquarters(access) as hq:
        announced(hq, tmp_path.name)
        write_folder(tmp_path, hq.media.answer(FolderContainer(tmp_path), CENTRE), quiet)
    victim = tmp_path / announcements_name(CENTRE)
    document = json.loads(victim.read_bytes())
    words = base64.b64decode(document["signed"][0]).decode()
    forged = words.replace("应急卡", "告示牌").encode()
    document["signed"][0] = base64.b64encode(forged).decode()
    victim.write_bytes(canonical.dumps(document))
    with open_centre(access.centre) as running:
        problems = running.media.take(FolderContainer(tmp_path)).problems
        assert BadSignature in map(type, problems)


@pytest.mark.parametrize("body", [{}, {"written_at": "9999-12-31T23:59:59-05:00"}])
def test_an_index_that_breaks_a_rule_is_a_problem_of_its_centre_alone(
    access: Access, stick: Path, tmp_path: Path, body: dict[str, object]
) -> None:
    copy = tmp_path / "stick"
    shutil.copytree(stick, copy)
    other = copy / outbound_folder("ZZ99")
    other.mkdir(parents=True)
    index = {"body": {"format": OUTBOUND_FORMAT, **body}, "signature": ""}
    (other / INDEX).write_bytes(canonical.dumps(index))
    with headquarters(access) as hq:
        reports = hq.media.take(FolderContainer(copy), "test")
        assert {report.centre_code: report.readable for report in reports} == {
            CENTRE: True,
            "ZZ99": False,
        }
