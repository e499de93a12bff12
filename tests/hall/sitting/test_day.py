"""The guide through the day follows what happens in the hall."""

import pytest

from kiosk.exam.states import HeldAnswersState
from kiosk.store.exam import attempts, held_answers
from kiosk.store.exam.held_answers import HeldAnswers
from tests.centres import ManualClock, Site
from tests.hall.conftest import BY, SITTING, Room, open_room


def now(room: Room) -> list[str]:
    """The steps that are next."""
    found = room.hall.day.view().sittings
    return [step.id for day in found for step in day.steps if step.state in ("now", "missing")]


def open_kinds(room: Room) -> set[str]:
    return {point.kind for point in room.hall.day.view().open}


def test_it_leads_from_the_package_to_the_sealed_results(room: Room) -> None:
    assert (now(room), open_kinds(room)) == ([], set())
    package = room.site.usual_package()
    room.hall.sittings.import_package(package.data, BY)
    assert open_kinds(room) == {"starts_soon"}
    room.hall.sittings.unlock(SITTING, package.code, BY)
    assert "not_started" in open_kinds(room)
    attempt_id = room.ready()
    assert now(room) == ["checked_in"]
    room.hall.starts.start(SITTING, BY)
    assert now(room) == ["written"]
    assert open_kinds(room) >= {"writing", "not_closed"}
    room.hall.attempts.end_by_staff(attempt_id, "ill", BY)
    assert open_kinds(room) >= {"not_closed", "unsealed"}
    room.close()
    assert now(room) == ["sent"]
    for _ in range(2):
        room.hall.results.sweep()
        room.hall.event_logs.sweep()
    assert open_kinds(room) == {"waiting"}


def test_while_people_write_headquarters_cannot_have_everything(room: Room) -> None:
    room.begin(2)
    sync = room.hall.sync.view()
    assert (sync.running, sync.writing) == (1, 2)
    room.close()
    sync = room.hall.sync.view()
    assert (sync.running, sync.writing) == (0, 0)


def test_a_page_that_asks_every_few_seconds_reads_no_single_attempt(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.begin(3)
    room.close()

    def refuse(*_: object) -> None:
        raise AssertionError("attempts are counted, not read")

    monkeypatch.setattr(attempts, "of_sitting", refuse)
    (found,) = room.hall.day.view().sittings
    assert [(step.n, step.of) for step in found.steps if step.id == "written"] == [(3, 3)]


def test_answers_that_a_terminal_still_has_keep_the_machine_on(room: Room) -> None:
    (attempt_id,) = room.begin()
    terminal = room.terminal()
    room.close()
    hold(room, terminal.terminal_id, attempt_id, HeldAnswersState.HELD)
    assert "held_answers" in open_kinds(room)
    hold(room, terminal.terminal_id, attempt_id, HeldAnswersState.UNDELIVERABLE)
    assert "held_answers" not in open_kinds(room)


def hold(room: Room, terminal_id: str, attempt_id: str, state: HeldAnswersState) -> None:
    """Store that the terminal has an answer of the attempt, and what staff decided."""
    held = HeldAnswers(terminal_id, attempt_id, "T01", 1, "attempt_ended", state, room.clock.now())
    room.store.write(lambda db: held_answers.keep(db, held))


def test_a_damaged_package_is_something_missing_and_not_done(
    site: Site, clock: ManualClock
) -> None:
    with open_room(site, clock) as room:
        room.hall.sittings.import_package(site.usual_package().data, BY)
    for file in (site.data / "packages").rglob("*"):
        if file.is_file():
            file.write_bytes(b"damaged")
    with open_room(site, clock) as room:
        assert now(room) == ["prepared"]
        assert open_kinds(room) == {"starts_soon"}
