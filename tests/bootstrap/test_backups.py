"""A backup holds everything but the keys, is sealed, and can be restored; a drill proves it."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from random import Random
from threading import Event

import pytest
from click.testing import CliRunner, Result

from kiosk.bootstrap.backup import BackupFailed, make_backup
from kiosk.bootstrap.centre import back_up, centre_of
from kiosk.bootstrap.check import check
from kiosk.bootstrap.rescue import deliver
from kiosk.bootstrap.restore import drill, restore
from kiosk.bootstrap.setup import prepare_first_start
from kiosk.cli import main
from kiosk.hall.inputs import AnswerWrite
from kiosk.hall.machine.restore_detection import RestoreDetection
from kiosk.store import files, meta
from kiosk.store.errors import StorageDamaged, StoreBusy
from kiosk.store.exam import answers
from kiosk.store.sqlite.database import DATABASE, Store, require_database
from kiosk.store.sqlite.rescue import readable_answers
from kiosk.system import entropy
from sync.wire.errors import BackupDamaged, BadSignature, WireError, WrongRecipient
from sync.wire.sealing.keys import KeyPair, PublicKeys
from sync.wire.sealing.sealed_stream import SealedWriter
from tests.centres import ManualClock, Site, new_site
from tests.event_logs import event_log
from tests.hall.conftest import BY, SITTING, Room, open_room

BEFORE, AFTER = 5, 3
"""Answers saved before the backup, and after it."""


@dataclass
class Hall:
    """A centre with an exam that is being sat, closed; ``backup`` lacks the newest answers."""

    site: Site
    clock: ManualClock
    attempt: str
    backup: Path
    picture: str

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.site.data

    @property
    def database(self) -> Path:
        """The database's file."""
        return self.data / DATABASE


def save(room: Room, attempt_id: str, first: int, count: int) -> None:
    """Answer the first questions by their first option, one after the other."""
    items = [one for one in room.hall.attempts.view(attempt_id).items if one.type == "true_false"]
    for seq in range(first, first + count):
        item = items[seq % len(items)]
        room.hall.attempts.save(attempt_id, [AnswerWrite(seq, item.id, item.options[0].id)])


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Hall:
    """Made once; tests get copies."""
    folder = tmp_path_factory.mktemp("pattern")
    site, clock = new_site(folder / "centre"), ManualClock()
    prepare_first_start(site.data)
    (site.data / "reserve").unlink()
    with open_room(site, clock) as room:
        (attempt,) = room.begin()
        sha256 = room.hall.portraits._context.keep_sealed(SITTING, "pictures", b"a picture")
        save(room, attempt, 1, BEFORE)
        backup = make_backup(site.data, folder / "a.backup")
        save(room, attempt, BEFORE + 1, AFTER)
    return Hall(site, clock, attempt, backup, sha256)


@pytest.fixture
def hall(pattern: Hall, tmp_path: Path) -> Hall:
    """A copy of it."""
    shutil.copytree(pattern.data, tmp_path / "centre")
    site = Site(tmp_path / "centre", pattern.site.hq, pattern.site.centre)
    return Hall(site, ManualClock(), pattern.attempt, pattern.backup, pattern.picture)


def kept(hall: Hall) -> list[int]:
    """Numbers of the answers in the database."""
    store = Store(hall.data)
    found = [answer.seq for answer in answers.revisions(store.read(), hall.attempt)]
    store.close()
    return found


def run(hall: Hall, *words: object) -> Result:
    """Run a command of ``kiosk`` on the centre."""
    return CliRunner().invoke(main, [*map(str, words), "--data", str(hall.data)])


def refusal(hall: Hall) -> str | None:
    """Why a start would refuse the database, or None."""
    try:
        require_database(hall.data)
    except StorageDamaged as error:
        return str(error)
    return None


def dice_of(seed: int) -> Random:
    """Fixed numbers."""
    return Random(seed)  # noqa: S311 - nothing secret is drawn


def damage_page(path: Path, number: int, dice: Random) -> None:
    """Overwrite a page of the database, counted from 1, with noise."""
    with path.open("r+b") as file:
        file.seek((number - 1) * 4096)
        file.write(dice.randbytes(4096))


def test_a_backup_that_was_made_while_serving_is_put_back(hall: Hall) -> None:
    assert kept(hall) == [*range(1, BEFORE + AFTER + 1)]
    proof, before = restore(hall.data, hall.backup)
    assert (proof.contents.answers, proof.packages, proof.unreadable) == (BEFORE, 1, 0)
    assert kept(hall) == [*range(1, BEFORE + 1)]
    assert before is not None
    assert before.exists()
    with open_room(hall.site, hall.clock) as room:
        assert len(room.hall.sittings.list()) == 1
        save(room, hall.attempt, BEFORE + 1, 1)


def test_what_was_only_in_the_database_of_before_becomes_late_answers(hall: Hall) -> None:
    _, before = restore(hall.data, hall.backup)
    assert before is not None
    assert deliver(hall.data, before).waiting == [hall.attempt]
    assert deliver(hall.data, before).known == []
    with open_room(hall.site, hall.clock) as room:
        (late,) = room.hall.late_answers.of_attempt(hall.attempt)
        assert (late.answers, late.state) == (AFTER, "waiting")
        room.hall.late_answers.decide(late.id, True, "the database was damaged", BY)
    assert kept(hall) == [*range(1, BEFORE + AFTER + 1)]
    assert deliver(hall.data, before).known == [hall.attempt]


def test_a_restored_database_begins_an_epoch(hall: Hall) -> None:

    restore(hall.data, hall.backup)
    with ExitStack() as stack:
        centre = centre_of(hall.data, hall.clock, Event(), stack)
        RestoreDetection(centre).at_start()
        assert meta.epoch(centre.store.read()) == 2


def test_a_backup_is_put_back_on_a_new_machine_with_a_copy_of_the_keys(
    hall: Hall, tmp_path: Path
) -> None:
    new = Site(tmp_path / "new", hall.site.hq, hall.site.centre)
    restore(new.data, hall.backup, hall.data / "keys")
    with open_room(new, hall.clock) as room:
        assert room.hall.attempts.view(hall.attempt).answers
        assert room.hall.portraits._context.open_sealed(hall.picture) == b"a picture"


def test_a_drill_proves_a_backup_and_changes_nothing_while_the_server_runs(hall: Hall) -> None:
    with open_room(hall.site, hall.clock):
        before = sorted(path.name for path in hall.data.iterdir())
        ran = run(hall, "restore", hall.backup, "--drill")
        assert ran.exit_code == 0, ran.output
        assert "can be restored" in ran.output
        assert f"{BEFORE} answers" in ran.output
        assert sorted(path.name for path in hall.data.iterdir()) == before
    assert kept(hall) == [*range(1, BEFORE + AFTER + 1)]


def test_nothing_is_put_back_under_a_running_server(hall: Hall) -> None:
    with open_room(hall.site, hall.clock), pytest.raises(StoreBusy):
        restore(hall.data, hall.backup)
    assert kept(hall) == [*range(1, BEFORE + AFTER + 1)]


@pytest.mark.parametrize("step", range(12))
def test_a_restore_that_is_cut_short_never_starts_with_an_empty_database(
    hall: Hall, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ends at each step that makes something durable; then it is repeated."""
    steps = iter(range(step))

    def unless_stopped(act: Callable[..., None]) -> Callable[..., None]:
        def acted(*arguments: object) -> None:
            if next(steps, None) is None:
                raise KeyboardInterrupt
            act(*arguments)

        return acted

    for name in ("write_durably", "sync_folder"):
        monkeypatch.setattr(f"kiosk.bootstrap.restore.{name}", unless_stopped(getattr(files, name)))
    try:
        restore(hall.data, hall.backup)
    except KeyboardInterrupt:
        if refusal(hall) is None:
            assert len(kept(hall)) in (BEFORE, BEFORE + AFTER)
    monkeypatch.undo()
    restore(hall.data, hall.backup)
    assert refusal(hall) is None
    assert kept(hall) == [*range(1, BEFORE + 1)]
    former = [readable_answers(path)[hall.attempt] for path in hall.data.glob("before-*.sqlite")]
    assert BEFORE + AFTER in map(len, former)


def test_nothing_in_a_backup_can_be_read_without_the_keys(hall: Hall) -> None:
    sealed = hall.backup.read_bytes()
    for secret in (hall.attempt.encode(), "考生1".encode(), b"SQLite format", b"centre_code"):
        assert secret not in sealed


@pytest.mark.parametrize("share", [0.0, 0.001, 0.5, 0.999])
def test_a_backup_that_was_cut_short_is_noticed(hall: Hall, tmp_path: Path, share: float) -> None:
    whole = hall.backup.read_bytes()
    (tmp_path / "cut").write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(BackupDamaged):
        drill(hall.data, tmp_path / "cut")


@pytest.mark.parametrize("seed", range(20))
def test_a_changed_byte_is_noticed(hall: Hall, tmp_path: Path, seed: int) -> None:
    changed = bytearray(hall.backup.read_bytes())
    changed[dice_of(seed).randrange(len(changed))] ^= 1
    (tmp_path / "changed").write_bytes(changed)
    with pytest.raises(WireError):
        drill(hall.data, tmp_path / "changed")


def test_a_backup_of_another_centre_or_by_somebody_else_is_refused(
    hall: Hall, tmp_path: Path
) -> None:
    other = new_site(tmp_path / "other")
    with pytest.raises(WrongRecipient):
        drill(other.data, hall.backup)
    forged = tmp_path / "forged"
    with forged.open("wb") as out:
        sealed = SealedWriter(out, _Forger(hall.site.centre), entropy)
        sealed.finish()
    with pytest.raises(BadSignature):
        drill(hall.data, forged)


class _Forger(KeyPair):
    """Knows the centre's public keys, and signs with its own."""

    _claimed: PublicKeys

    def __init__(self, centre: KeyPair) -> None:
        own = KeyPair.generate(entropy)
        super().__init__(own._signing, own._box)
        object.__setattr__(self, "_claimed", centre.public)

    @property
    def public(self) -> PublicKeys:
        """Another party's."""
        return self._claimed


def test_a_folder_keeps_the_newest_and_a_failed_one_costs_nothing(
    hall: Hall, tmp_path: Path
) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    made = [make_backup(hall.data, folder, keep=2) for _ in range(3)]
    assert sorted(folder.iterdir()) == made[1:]
    with pytest.raises(BackupFailed):
        make_backup(hall.data, tmp_path / "nowhere" / "a.backup")
    assert not list(hall.data.glob("snapshot*"))


def test_a_damaged_database_pushes_out_no_backup(hall: Hall, tmp_path: Path) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    good = make_backup(hall.data, folder, keep=1)
    damage_page(hall.database, 4, dice_of(1))
    with pytest.raises(StorageDamaged):
        make_backup(hall.data, folder, keep=1)
    assert list(folder.iterdir()) == [good]


def pages(path: Path) -> int:
    """How many pages the database has."""
    return path.stat().st_size // 4096


@pytest.mark.parametrize("seed", range(40))
def test_damage_anywhere_is_noticed_at_the_start_and_by_a_check(hall: Hall, seed: int) -> None:
    dice = dice_of(seed)
    damage_page(hall.database, 1 + seed * pages(hall.database) // 40, dice)
    with pytest.raises(StorageDamaged, match="kiosk restore"):
        Store(hall.data)
    assert "bad" in {one.level for one in check(hall.data) if one.what == "database"}


def test_a_check_says_what_is_in_order_and_what_is_not(hall: Hall) -> None:
    ran = run(hall, "check")
    assert "ok    database" in ran.output
    next((hall.data / "packages").iterdir()).write_bytes(b"damaged")
    ran = run(hall, "check", "--json")
    assert ran.exit_code == 1
    assert "import the same package again" in ran.output


def test_a_check_may_be_made_while_the_server_runs(hall: Hall) -> None:
    with open_room(hall.site, hall.clock):
        found = {one.what: one.level for one in check(hall.data, thorough=True)}
    assert found["database"] == "ok"


@pytest.mark.parametrize("seed", range(12))
def test_after_damage_anywhere_a_backup_and_a_rescue_bring_back_nearly_everything(
    hall: Hall, seed: int
) -> None:
    """Also when the schema, or the page above all answers, is gone."""
    damage_page(hall.database, 1 + seed * pages(hall.database) // 12, dice_of(seed))
    _, damaged = restore(hall.data, hall.backup)
    assert damaged is not None
    found = deliver(hall.data, damaged)
    with open_room(hall.site, hall.clock) as room:
        late = room.hall.late_answers.of_attempt(hall.attempt)
        assert [one.answers for one in late] == ([AFTER] if found.waiting else [])
        room.hall.sittings.list()


@pytest.mark.parametrize("seed", range(12))
def test_without_a_backup_a_database_is_rebuilt_or_it_is_said_that_it_cannot_be(
    hall: Hall, seed: int
) -> None:
    damage_page(hall.database, 2 + seed * pages(hall.database) // 12, dice_of(seed))
    ran = run(hall, "rescue")
    if ran.exit_code:
        assert "kiosk restore" in ran.output
        assert kiosk_files(hall) == {DATABASE}, ran.output
    else:
        with open_room(hall.site, hall.clock) as room:
            room.hall.sittings.list()


def kiosk_files(hall: Hall) -> set[str]:
    """Databases in the data directory."""
    return {path.name for path in hall.data.glob("*.sqlite")}


@pytest.mark.parametrize("table", ["answers", "attempts", "staff_sessions"])
def test_answers_are_found_without_the_pages_above_them(hall: Hall, table: str) -> None:
    store = Store(hall.data)
    long = [answers.Answer(seq, "Q", "答" * 1000 * seq, None, hall.clock.now()) for seq in (9, 10)]
    keys = hall.site.centre
    store.write(lambda db: answers.append(db, hall.attempt, BEFORE + AFTER, long, keys))
    many = [answers.Answer(seq, "Q", "x" * 300, None, hall.clock.now()) for seq in range(11, 200)]
    store.write(lambda db: answers.append(db, hall.attempt, 10, many, keys))
    store.close()
    before = readable_answers(hall.database)
    assert [answer[0] for answer in before[hall.attempt]] == [*range(1, 200)]
    assert before[hall.attempt][9][2] == "答" * 10_000
    damage_page(hall.database, root_of(hall, table), dice_of(1))
    after = readable_answers(hall.database)[hall.attempt]
    assert set(map(repr, after)) <= set(map(repr, before[hall.attempt]))
    assert len(after) >= (180 if table == "answers" else 199)


def root_of(hall: Hall, table: str) -> int:
    """The topmost page of a table."""
    with closing(sqlite3.connect(hall.database)) as conn:
        query = "SELECT rootpage FROM sqlite_master WHERE name = ?"
        return int(conn.execute(query, [table]).fetchone()[0])


def test_rebuilding_keeps_every_answer_when_the_damage_lies_elsewhere(hall: Hall) -> None:
    damage_page(hall.database, root_of(hall, "staff_sessions"), dice_of(1))
    ran = run(hall, "rescue")
    assert ran.exit_code == 0, ran.output
    with open_room(hall.site, hall.clock) as room:
        (late,) = room.hall.late_answers.of_attempt(hall.attempt)
        assert late.answers == BEFORE + AFTER
        room.hall.late_answers.decide(late.id, True, "the database was damaged", BY)
        assert event_log(room.hall, SITTING, 1)


def test_a_whole_database_is_not_rebuilt(hall: Hall) -> None:
    ran = run(hall, "rescue")
    assert ran.exit_code == 1
    assert "not damaged" in ran.output


def test_the_server_makes_backups_by_itself_and_says_when_it_cannot(
    hall: Hall, tmp_path: Path
) -> None:
    folder = tmp_path / "stick"
    with open_room(hall.site, hall.clock) as room:
        back_up(room.hall, hall.data, folder, 2)
        assert room.hall.disk.alerts() == ["backup_failed"]
        folder.mkdir()
        back_up(room.hall, hall.data, folder, 2)
        assert room.hall.disk.alerts() == []
    assert drill(hall.data, next(folder.iterdir())).contents.answers == BEFORE + AFTER
