"""What could not be delivered reaches staff sealed, and counts only by their decision."""

import json
from typing import Any

import pytest
from joserfc import jwe
from joserfc.jwk import RSAKey

from kiosk.hall.attempt.late_answers import MOST
from kiosk.hall.errors import (
    LateAnswersForeign,
    LateAnswersKnown,
    LateAnswersRefused,
    NotFound,
    ReasonMissing,
)
from kiosk.hall.inputs import AnswerWrite
from kiosk.store.errors import StaleState
from sync.wire.delivery.emergency import ALGORITHMS
from sync.wire.errors import EmergencyFileDamaged, UnsupportedFormat
from tests.hall.conftest import BY, Room

HEAD = {"alg": "RSA-OAEP-256", "enc": "A256GCM"}


def file_of(room: Room, attempt_id: str, given: list[dict[str, Any]], **changes: Any) -> bytes:
    """What the terminal of that attempt would write."""
    value = {
        "format": "emergency-answers/1",
        "attempt_id": attempt_id,
        "admission_no": "2026T0001",
        "lease": "the page's token",
        "written_at": "2026-04-25T08:00:00.000Z",
        "answers": given,
        **changes,
    }
    key = RSAKey.import_key({**room.hall.late_answers.public_key})
    return jwe.encrypt_compact(HEAD, json.dumps(value), key, algorithms=ALGORITHMS).encode()


def chosen(room: Room, attempt_id: str, count: int) -> list[dict[str, Any]]:
    """The first option of so many items, numbered from 1."""
    items = [item for item in room.hall.attempts.view(attempt_id).items if item.options][:count]
    return [
        {"seq": n, "item": item.id, "value": item.options[0].id, "at": f"2026-04-25T08:00:0{n}Z"}
        for n, item in enumerate(items, start=1)
        if item.type == "single_choice"
    ]


def test_taken_answers_become_revisions_and_a_further_bundle(room: Room) -> None:
    (one,) = room.begin()
    page = room.open_page(one)
    answers = chosen(room, one, 3)
    room.hall.attempts.save(one, [AnswerWrite(1, answers[0]["item"], answers[0]["value"])])
    room.clock.pass_time(3 * 3600)
    room.hall.ends.sweep()
    assert room.hall.results.sweep() == 1
    file = file_of(room, one, answers, lease=page.lease)
    assert room.hall.late_answers.receive(file, "terminal", "candidate", one) == one
    (late,) = room.hall.late_answers.of_attempt(one)
    assert (late.answers, late.from_terminal, late.state) == (2, True, "waiting")
    assert len(room.hall.attempts.view(one).answers) == 0  # not shown after the end
    with pytest.raises(ReasonMissing):
        room.hall.late_answers.decide(late.id, True, "", BY)
    room.hall.late_answers.decide(late.id, True, "the network was cut", BY)
    receipt = room.hall.attempts.view(one).receipt
    assert receipt is not None
    assert receipt.answered == 3
    assert room.hall.results.sweep() == 1
    with pytest.raises(StaleState):
        room.hall.late_answers.decide(late.id, False, "changed my mind", BY)


def test_refused_answers_change_nothing_and_stay_on_record(room: Room) -> None:
    (one,) = room.begin()
    file = file_of(room, one, chosen(room, one, 1))
    room.hall.late_answers.receive(file, "file", BY)
    (late,) = room.hall.late_answers.of_attempt(one)
    assert not late.from_terminal
    room.hall.late_answers.decide(late.id, False, "origin not known", BY)
    assert room.hall.attempts.view(one).answers == {}
    (late,) = room.hall.late_answers.of_attempt(one)
    assert (late.state, late.by, late.reason) == ("refused", BY, "origin not known")
    assert {"late_answers_received", "late_answers_refused"} <= set(room.kinds())


def test_the_same_file_again_waits_once(room: Room) -> None:
    (one,) = room.begin()
    file = file_of(room, one, chosen(room, one, 1))
    room.hall.late_answers.receive(file, "file", BY)
    room.hall.late_answers.receive(file, "file", BY)
    assert len(room.hall.late_answers.of_attempt(one)) == 1


def test_a_terminal_cannot_fill_the_disk_with_deliveries(room: Room) -> None:
    (one,) = room.begin()
    answers = chosen(room, one, 1)
    for _ in range(MOST):
        room.hall.late_answers.receive(file_of(room, one, answers), "terminal", "candidate", one)
    with pytest.raises(LateAnswersRefused):
        room.hall.late_answers.receive(file_of(room, one, answers), "terminal", "candidate", one)


def test_answers_of_a_terminal_that_was_left_are_not_taken_for_saved(room: Room) -> None:
    """Its numbers have been used by another terminal since, for other answers."""
    (one,) = room.begin()
    old = chosen(room, one, 2)
    items = {item.id: item for item in room.hall.attempts.view(one).items}
    for entry in old:
        other = items[entry["item"]].options[1].id
        room.hall.attempts.save(one, [AnswerWrite(entry["seq"], entry["item"], other)])
    room.hall.late_answers.receive(file_of(room, one, old), "terminal", "candidate", one)
    (late,) = room.hall.late_answers.of_attempt(one)
    assert (late.answers, late.items) == (2, [1, 2])
    room.hall.late_answers.decide(late.id, True, "typed before the move", BY)
    assert room.hall.attempts.view(one).answers == {entry["item"]: entry["value"] for entry in old}


def test_what_is_saved_already_needs_nothing(room: Room) -> None:
    (one,) = room.begin()
    answers = chosen(room, one, 1)
    room.hall.attempts.save(one, [AnswerWrite(1, answers[0]["item"], answers[0]["value"])])
    with pytest.raises(LateAnswersKnown):
        room.hall.late_answers.receive(file_of(room, one, answers), "file", BY)


def test_a_file_is_for_its_own_attempt_only(room: Room) -> None:
    one, other = room.begin(2)
    answers = chosen(room, one, 1)
    with pytest.raises(LateAnswersForeign):
        room.hall.late_answers.receive(file_of(room, "NOBODY", answers), "file", BY)
    with pytest.raises(LateAnswersForeign):
        room.hall.late_answers.receive(file_of(room, one, answers), "terminal", "x", other)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"format": "emergency-answers/2"}, UnsupportedFormat),
        ({"answers": [{"seq": 0, "item": "x"}]}, EmergencyFileDamaged),
        ({"surprise": 1}, EmergencyFileDamaged),
        ({"answers": [{"seq": 1, "item": "no such item", "value": "A"}]}, LateAnswersRefused),
    ],
)
def test_a_file_that_does_not_fit_is_refused_whole(
    room: Room, changes: dict[str, Any], error: type[Exception]
) -> None:
    (one,) = room.begin()
    with pytest.raises(error):
        room.hall.late_answers.receive(file_of(room, one, [], **changes), "file", BY)
    assert room.hall.late_answers.of_attempt(one) == []


def test_damaged_foreign_and_huge_files_are_refused(room: Room) -> None:
    (one,) = room.begin()
    file = file_of(room, one, chosen(room, one, 1))
    foreign = jwe.encrypt_compact(
        HEAD, b"{}", RSAKey.generate_key(2048), algorithms=ALGORITHMS
    ).encode()
    zipped = jwe.encrypt_compact(
        {**HEAD, "zip": "DEF"},
        b"0" * (8 << 20),
        RSAKey.import_key({**room.hall.late_answers.public_key}),
        algorithms=[*ALGORITHMS, "DEF"],
    ).encode()
    half = len(file) // 2
    flipped = file[:half] + (b"A" if file[half : half + 1] != b"A" else b"B") + file[half + 1 :]
    for bad in (b"", b"a.b.c.d.e", file[:-1], flipped, foreign, zipped, b"x" * (5 << 20)):
        with pytest.raises(EmergencyFileDamaged):
            room.hall.late_answers.receive(bad, "file", BY)
    with pytest.raises(NotFound):
        room.hall.late_answers.decide("nothing", True, "why", BY)
