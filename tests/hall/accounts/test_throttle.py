"""Wrong entries slow down whoever makes them where they make them, and nobody else."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from kiosk.hall.accounts import throttle
from kiosk.hall.accounts.staff_accounts import OF_CANDIDATES, OF_STAFF
from kiosk.hall.errors import NotFound, SignInRefused, TooManyTries, WrongIdentity
from kiosk.hall.views.check_in import TerminalSession
from tests.centres import PASSWORD, USERNAME, candidates
from tests.hall.conftest import BY, Room, open_room

HERE, ELSEWHERE = "192.168.1.7", "192.168.1.66"
FIRST, SECOND = "2026T0001", "2026T0002"
REAL, OTHER = "110101199001010015", "110101199001010023"


@pytest.fixture
def hall(room: Room) -> Room:
    """A centre with an imported sitting; the first candidate has a true identity number."""
    first, *others = candidates()
    roster = (first.model_copy(update={"identity_no": REAL}), *others)
    room.hall.sittings.import_package(room.site.package(roster=roster).data, BY)
    return room


def guess(
    hall: Room, terminal: TerminalSession, times: int, number: str = OTHER, who: str = FIRST
) -> None:
    """Type a wrong identity number so often."""
    for _ in range(times):
        with pytest.raises(WrongIdentity):
            hall.hall.checkin.sign_in(terminal, who, number, True, HERE)


def test_guessing_is_slowed_down_and_a_restart_does_not_help(hall: Room) -> None:
    terminal = hall.terminal()
    guess(hall, terminal, 5)
    hall.store.close()
    with open_room(hall.site, hall.clock) as again:
        with pytest.raises(TooManyTries) as refused:
            again.hall.checkin.sign_in(terminal, FIRST, REAL, True, HERE)
        assert refused.value.retry_after <= 6
        again.clock.pass_time(6)
        assert again.hall.checkin.sign_in(terminal, FIRST, REAL, True, HERE)


def test_it_is_a_wait_and_never_a_lock(hall: Room) -> None:
    terminal = hall.terminal()
    for _ in range(12):
        guess(hall, terminal, 1)
        hall.clock.pass_time(61)
    assert hall.hall.checkin.sign_in(terminal, FIRST, REAL, True, HERE)


def test_who_guesses_keeps_nobody_out_at_another_terminal(hall: Room) -> None:
    guess(hall, hall.terminal(), 5)
    assert hall.hall.checkin.sign_in(hall.terminal(), FIRST, REAL, True, ELSEWHERE)


def test_mistyping_does_not_keep_the_next_candidate_out(hall: Room) -> None:
    terminal = hall.terminal()
    guess(hall, terminal, 5)
    assert hall.hall.checkin.sign_in(terminal, SECOND, "99000119900101002X", True, HERE)


def test_new_terminals_give_a_guesser_no_new_tries_for_ever(hall: Room) -> None:
    for _ in range(4):
        guess(hall, hall.terminal(), 5)
    with pytest.raises(TooManyTries):
        hall.hall.checkin.sign_in(hall.terminal(), FIRST, OTHER, True, HERE)


@pytest.mark.parametrize("slip", ["11010119900101001", REAL[:-1] + "4", "x", "110101199013010015"])
def test_what_cannot_be_a_number_does_not_count(hall: Room, slip: str) -> None:
    terminal = hall.terminal()
    guess(hall, terminal, 25, slip)
    assert hall.hall.checkin.sign_in(terminal, FIRST, REAL, True, HERE)


def test_guesses_at_a_passport_number_count(hall: Room) -> None:
    terminal = hall.terminal()
    guess(hall, terminal, 5, "E1234", SECOND)
    with pytest.raises(TooManyTries):
        hall.hall.checkin.sign_in(terminal, SECOND, "E1234", True, HERE)


def wrong_password(hall: Room, place: str) -> type[Exception]:
    """Try a wrong password; how it was refused."""
    with pytest.raises((SignInRefused, TooManyTries)) as refused:
        hall.hall.staff.sign_in(USERNAME, "wrong", place)
    return refused.type


def test_a_stranger_does_not_lock_the_chief_out(hall: Room) -> None:
    for _ in range(20):
        wrong_password(hall, ELSEWHERE)
        hall.clock.pass_time(1)
    assert hall.hall.staff.sign_in(USERNAME, PASSWORD, HERE).username == USERNAME


def test_wrong_passwords_at_once_count_each(hall: Room) -> None:
    with ThreadPoolExecutor(3) as threads:
        kinds = list(threads.map(lambda _: wrong_password(hall, HERE), range(12)))
    assert kinds.count(SignInRefused) == 5


def test_an_address_that_all_share_is_not_slowed_for_others(hall: Room) -> None:
    for number in range(30):
        with pytest.raises(SignInRefused):
            hall.hall.staff.sign_in(f"stranger{number}", "wrong", HERE)
    assert hall.hall.staff.sign_in(USERNAME, PASSWORD, HERE)


def test_staff_let_somebody_try_again_at_once(hall: Room) -> None:
    terminal = hall.terminal()
    guess(hall, terminal, 5)
    for _ in range(5):
        wrong_password(hall, HERE)
    waiting = {(tries.kind, tries.account) for tries in hall.hall.accounts.waiting()}
    assert waiting == {("candidate", FIRST), ("staff", USERNAME)}
    hall.hall.accounts.clear_waits(OF_CANDIDATES, FIRST, BY)
    assert hall.hall.checkin.sign_in(terminal, FIRST, REAL, True, HERE)
    hall.hall.accounts.clear_waits(OF_STAFF, USERNAME, BY)
    assert hall.hall.staff.sign_in(USERNAME, PASSWORD, HERE)
    assert [(act.kind, act.by) for act in hall.hall.accounts.acts()] == [("tries_cleared", BY)] * 2
    with pytest.raises(NotFound):
        hall.hall.accounts.clear_waits(OF_STAFF, USERNAME, BY)


def test_a_count_is_forgotten_after_an_hour(hall: Room) -> None:
    terminal = hall.terminal()
    guess(hall, terminal, 4)
    hall.clock.pass_time(3601)
    guess(hall, terminal, 4)
    assert hall.hall.checkin.sign_in(terminal, FIRST, REAL, True, HERE)


@pytest.mark.parametrize("slip", ["2026T00011", "2026T001", "H20260001", "张三", "2026-T0001", ""])
def test_what_cannot_be_an_admission_number_is_not_counted(hall: Room, slip: str) -> None:
    guess(hall, hall.terminal(), 12, REAL, who=slip)
    assert counted(hall) == 0


def test_a_number_that_the_roster_writes_in_small_letters_is_known(room: Room) -> None:
    first, *others = candidates()
    roster = (first.model_copy(update={"admission_no": "2026t0001"}), *others)
    room.hall.sittings.import_package(room.site.package(roster=roster).data, BY)
    terminal = room.terminal()
    guess(room, terminal, 5, "AB123456")
    with pytest.raises(TooManyTries):
        room.hall.checkin.sign_in(terminal, FIRST, first.identity_no, True, HERE)


def test_who_types_ever_other_numbers_fills_no_table(
    hall: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "MOST", 50)
    for number in range(1000, 1100):
        guess(hall, hall.terminal(), 1, who=f"2026T{number}")
    assert counted(hall) <= 50


def counted(hall: Room) -> int:
    """How many counts are kept."""
    return hall.store.read().table("throttle").count
