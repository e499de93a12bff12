"""Answers in the database are sealed: what is changed there without the centre is found."""
# ruff: noqa: S608 - names of our own tables

import json
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from kiosk.hall.inputs import AnswerWrite
from kiosk.store.exam import answers as stored
from kiosk.system import entropy
from sync.wire.delivery import answer_log
from sync.wire.delivery.answer_log import AnswerFinding, AnswerSeal, LoggedRevision, value_digest
from sync.wire.delivery.bundle import open_bundle
from sync.wire.delivery.result import ResultBundle
from sync.wire.sealing.keys import KeyPair
from tests.centres import CENTRE
from tests.hall.conftest import BY, Room, open_room

SEEDS = 100
REVISIONS = 230


def write(room: Room, attempt_id: str, count: int) -> None:
    """Answer so many times, the items in turn."""
    view = room.hall.attempts.view(attempt_id)
    items = [item for item in view.items if item.type == "single_choice"][:7]
    first = view.acked_through + 1
    for seq in range(first, first + count):
        item = items[seq % len(items)]
        option = item.options[seq % len(item.options)].id
        at = f"2026-04-25T06:00:{seq % 60:02d}.000Z"
        room.hall.attempts.save(attempt_id, [AnswerWrite(seq, item.id, option, at)])
        room.clock.pass_time(1)


def bundle(room: Room, attempt_id: str) -> ResultBundle:
    """What headquarters gets of an ended attempt now."""
    sealed = room.hall.results.bundle(attempt_id)
    data = (room.site.data / "outbox" / sealed).read_bytes()
    return open_bundle(data, room.site.hq, room.site.centre.public, CENTRE)[0]


def findings(room: Room, attempt_id: str, *keys: KeyPair) -> list[AnswerFinding]:
    """What headquarters finds in it."""
    believed = [pair.public for pair in (room.site.centre, *keys)]
    return list(bundle(room, attempt_id).answer_findings(believed))


def edit(data: Path, act: Callable[[sqlite3.Connection], object]) -> None:
    """Change the database as somebody with nothing but the file does."""
    with closing(sqlite3.connect(data / "kiosk.sqlite", timeout=10)) as db, db:
        act(db)


def one_row(db: sqlite3.Connection, seq: int) -> tuple[Any, ...]:
    """Item, value, client's time, time and digest of a revision."""
    query = "SELECT item_id, value, client_at, saved_at, digest FROM answers WHERE seq = ?"
    found: tuple[Any, ...] = db.execute(query, [seq]).fetchone()
    return found


def another(value: str) -> str:
    """Another option than the one that JSON text names."""
    return '"B"' if value != '"B"' else '"A"'


def change_value(db: sqlite3.Connection, dice: random.Random) -> None:
    seq = dice.randint(1, REVISIONS)
    value = another(one_row(db, seq)[1])
    digest = value_digest(json.loads(value)) if dice.random() < 0.5 else one_row(db, seq)[4]
    db.execute("UPDATE answers SET value = ?, digest = ? WHERE seq = ?", [value, digest, seq])


def change_field(db: sqlite3.Connection, dice: random.Random) -> None:
    seq = dice.randint(1, REVISIONS)
    name, value = dice.choice(
        [
            ("item_id", "CM-NO-SUCH"),
            ("saved_at", "2026-04-25T07:00:00.000000Z"),
            ("saved_at", "yesterday"),
            ("client_at", "2026-04-25T09:00:00Z"),
            ("client_at", None),
            ("item_id", "not an id at all"),
            ("value", "no JSON"),
            ("value", ""),
            ("value", '{"a": 1}'),
        ]
    )
    db.execute(f"UPDATE answers SET {name} = ? WHERE seq = ?", [value, seq])


def delete_one(db: sqlite3.Connection, dice: random.Random) -> None:
    db.execute("DELETE FROM answers WHERE seq = ?", [dice.randint(1, REVISIONS)])


def delete_tail(db: sqlite3.Connection, dice: random.Random) -> None:
    kept = dice.randint(0, REVISIONS - 1)
    db.execute("DELETE FROM answers WHERE seq > ?", [kept])
    db.execute("UPDATE attempts SET acked_through = ? WHERE answer_seals IS NOT NULL", [kept])


def insert_before(db: sqlite3.Connection, dice: random.Random) -> None:
    db.execute(
        "INSERT INTO answers SELECT attempt_id, ?, item_id, value, client_at, saved_at, digest"
        " FROM answers WHERE seq = 1",
        [-dice.randint(0, 5)],
    )


def insert_one(db: sqlite3.Connection, dice: random.Random) -> None:
    db.execute(
        "INSERT INTO answers SELECT attempt_id, ?, item_id, ?, client_at, saved_at, digest"
        " FROM answers WHERE seq = ?",
        [REVISIONS + 1, dice.choice(['"A"', '"C"', "null"]), REVISIONS],
    )
    db.execute("UPDATE attempts SET acked_through = acked_through + 1 WHERE acked_through > 0")


def swap_two(db: sqlite3.Connection, dice: random.Random) -> None:
    one, other = sorted(dice.sample(range(1, REVISIONS + 1), 2))
    for before, after in ((one, -1), (other, one), (-1, other)):
        db.execute("UPDATE answers SET seq = ? WHERE seq = ?", [after, before])


def remove_everything(db: sqlite3.Connection, dice: random.Random) -> None:
    db.execute("DELETE FROM answers")
    db.execute("UPDATE attempts SET acked_through = 0")
    if dice.random() < 0.5:
        db.execute("UPDATE attempts SET answer_seals = NULL")


def forge_head(db: sqlite3.Connection, dice: random.Random) -> None:
    """Somebody who knows the format computes the chain again, but has not the centre's key."""
    change_value(db, dice)
    ((attempt_id, text),) = db.execute(
        "SELECT id, answer_seals FROM attempts WHERE acked_through > 0"
    ).fetchall()
    head = answer_log.start(attempt_id)
    for seq in range(1, REVISIONS + 1):
        item, value, client_at, saved_at, _ = one_row(db, seq)
        head = answer_log.link(
            head,
            LoggedRevision(
                seq=seq,
                item_id=item,
                value_digest=value_digest(json.loads(value)),
                saved_at=saved_at,
                client_at=client_at,
            ),
        )
    seal = AnswerSeal.model_validate(json.loads(text)[-1]).model_copy(update={"head": head})
    if dice.random() < 0.5:
        seal = answer_log.sign(attempt_id, 1, REVISIONS, head, KeyPair.generate(entropy))
    text = json.dumps([seal.model_dump()])
    db.execute("UPDATE attempts SET answer_seals = ? WHERE id = ?", [text, attempt_id])


EDITS = (
    change_value,
    change_value,
    change_field,
    delete_one,
    delete_tail,
    insert_one,
    insert_before,
    swap_two,
    remove_everything,
    forge_head,
)


class Snapshot:
    """Answers and attempts as they were, to be put back after an edit."""

    TABLES = ("answers", "attempts", "latest_answers")

    def __init__(self, data: Path) -> None:
        self._data = data
        with closing(sqlite3.connect(data / "kiosk.sqlite")) as db:
            self._rows = {
                name: db.execute(f"SELECT * FROM {name}").fetchall() for name in self.TABLES
            }

    def put_back(self) -> None:
        """Undo whatever was done."""

        def act(db: sqlite3.Connection) -> None:
            for name, rows in self._rows.items():
                db.execute(f"DELETE FROM {name}")
                marks = ", ".join("?" * len(rows[0]))
                db.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)

        edit(self._data, act)


@pytest.fixture
def ended(room: Room) -> str:
    """An attempt with many answers that was handed in."""
    (attempt_id,) = room.begin()
    write(room, attempt_id, REVISIONS)
    room.hall.ends.hand_in(attempt_id)
    return attempt_id


def test_every_edit_is_found_and_the_result_arrives_all_the_same(room: Room, ended: str) -> None:
    snapshot, missed = Snapshot(room.site.data), []
    for seed in range(SEEDS):
        dice = random.Random(seed)  # noqa: S311 - the same edits in every run
        act = EDITS[seed % len(EDITS)]
        edit(room.site.data, lambda db, act=act, dice=dice: act(db, dice))  # type: ignore[misc]
        if not findings(room, ended):
            missed.append((seed, act.__name__))
        snapshot.put_back()
        if seed % 20 == 0:
            assert findings(room, ended) == []
            snapshot.put_back()
    assert missed == []


def test_what_the_candidate_was_shown_is_what_headquarters_computes(room: Room, ended: str) -> None:
    made = bundle(room, ended)
    receipt = room.hall.attempts.view(ended).receipt
    assert receipt is not None
    assert made.answer_log is not None
    assert (receipt.revisions, receipt.head) == (REVISIONS, made.answer_log.seals[-1].head)
    told = [event.data for event in made.chain.events if "answers_head" in event.data]
    assert [data["answers_through"] for data in told] == [100, 200, REVISIONS]
    assert told[-1]["answers_head"] == receipt.head


def test_an_edit_in_the_midst_is_not_signed_afterwards(room: Room) -> None:
    (one,) = room.begin()
    write(room, one, 30)
    edit(
        room.site.data,
        lambda db: db.execute("UPDATE answers SET value = ? WHERE seq = 5", ['"nonsense"']),
    )
    write(room, one, 5)
    room.hall.ends.hand_in(one)
    assert [found.what for found in findings(room, one)] == ["altered"]


def test_an_earlier_state_that_is_put_back_is_found(room: Room) -> None:
    (one,) = room.begin()
    write(room, one, 30)
    query = "SELECT answer_seals FROM attempts WHERE id = ?"
    earlier = room.store.read().conn.execute(query, [one]).fetchone()
    write(room, one, 10)
    room.hall.ends.hand_in(one)

    def put_back(db: sqlite3.Connection) -> None:
        db.execute("DELETE FROM answers WHERE seq > 30")
        db.execute(
            "UPDATE attempts SET answer_seals = ?, acked_through = 30 WHERE id = ?", [*earlier, one]
        )

    edit(room.site.data, put_back)
    assert [found.what for found in findings(room, one)] == ["altered"]


def test_a_touched_head_does_not_keep_the_candidate_from_saving(room: Room) -> None:
    (one,) = room.begin()
    write(room, one, 10)
    edit(room.site.data, lambda db: db.execute("UPDATE attempts SET answer_seals = NULL"))
    write(room, one, 5)
    room.hall.ends.hand_in(one)
    assert "answers_touched" in room.kinds()
    assert findings(room, one) == [AnswerFinding("unsealed", 1, 10)]


def test_rows_that_nobody_acknowledged_do_not_keep_the_candidate_from_saving(room: Room) -> None:
    (one,) = room.begin()
    write(room, one, 3)
    edit(
        room.site.data,
        lambda db: db.execute(
            "INSERT INTO answers SELECT attempt_id, 4, item_id, value, client_at, saved_at, digest"
            " FROM answers WHERE seq = 3"
        ),
    )
    write(room, one, 3)
    room.hall.ends.hand_in(one)
    assert findings(room, one) == []


def test_a_chain_goes_on_over_a_restart_and_late_answers(room: Room) -> None:
    (one,) = room.begin()
    write(room, one, 12)
    room.store.close()
    with open_room(room.site, room.clock) as again:
        write(again, one, 12)
        again.hall.ends.end_by_staff(one, "asked to", BY)
        assert findings(again, one) == []


def test_nobody_who_never_began_is_missed(room: Room) -> None:
    room.begin()
    room.close()
    room.hall.results.sweep()
    attempts = room.store.read().query("SELECT id FROM attempts WHERE started_at IS NULL")
    absent = [row["id"] for row in attempts]
    assert absent
    assert [findings_of_sent(room, attempt_id) for attempt_id in absent] == [[]] * len(absent)


def findings_of_sent(room: Room, attempt_id: str) -> list[AnswerFinding]:
    """What headquarters finds in the bundle that waits in the outbox."""
    query = "SELECT id FROM outbox WHERE kind = 'result' AND attempt_id = ?"
    (row,) = room.store.read().query(query, [attempt_id])
    data = (room.site.data / "outbox" / row["id"]).read_bytes()
    made, _ = open_bundle(data, room.site.hq, room.site.centre.public, CENTRE)
    return list(made.answer_findings([room.site.centre.public]))


def test_superseded_texts_give_way_and_their_digests_stay(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored, "HISTORY_BYTES", 2_000)
    (one,) = room.begin()
    item = next(item for item in room.hall.attempts.view(one).items if item.type == "short_answer")
    texts = [f"{number} {'字' * 100}" for number in range(1, 61)]
    for seq, text in enumerate(texts, start=1):
        room.hall.attempts.save(one, [AnswerWrite(seq, item.id, text)])
    total = "SELECT sum(length(CAST(value AS BLOB))) FROM answers"  # bytes, not characters
    size = room.store.read().conn.execute(total).fetchone()[0]
    assert size < 3_000
    assert room.hall.attempts.view(one).answers == {item.id: texts[-1]}
    again = [AnswerWrite(40, item.id, texts[39])]
    assert room.hall.attempts.save(one, again).acked_through == 60
    room.hall.ends.hand_in(one)
    assert findings(room, one) == []
    assert bundle_answers(room, one) == {item.id: texts[-1]}


def bundle_answers(room: Room, attempt_id: str) -> dict[str, object]:
    """The answers that headquarters marks; the bundle was made before."""
    query = "SELECT id FROM outbox WHERE kind = 'result' AND attempt_id = ?"
    (row,) = room.store.read().query(query, [attempt_id])
    data = (room.site.data / "outbox" / row["id"]).read_bytes()
    made, _ = open_bundle(data, room.site.hq, room.site.centre.public, CENTRE)
    return dict(made.values)
