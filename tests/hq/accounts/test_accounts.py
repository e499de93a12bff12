"""Accounts of headquarters: locked, closed, signed out; a second factor that counts once."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
from pyotp import TOTP
from sqlalchemy import func, select

from sync.hq.accounts import throttle
from sync.hq.accounts.sign_in import Session, Wanted
from sync.hq.core.roles import Grant, Role
from sync.hq.errors import (
    AlreadyThere,
    BadUsername,
    CodeRefused,
    LastAdministrator,
    NotFound,
    NotSignedIn,
    SignInRefused,
    TooManyTries,
    WeakPassword,
)
from sync.hq.persistence import tables
from sync.wire.errors import TooBusy
from sync.wire.sealing.costly import passwords
from tests.centres import PASSWORD
from tests.hq.desk import BY, QUICK, Desk, open_desk

ADMINISTRATOR = Grant(Role.ADMINISTRATOR)
NEW, HERE, ELSEWHERE = "another long password", "192.0.2.7", "198.51.100.9"


@pytest.fixture
def staffed(desk: Desk) -> Desk:
    """An HQ with a second account."""
    desk.hq.accounts.create("ann", PASSWORD, BY)
    return desk


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[Desk]:
    """An HQ that nobody uses without a second factor."""
    console = QUICK.console.model_copy(update={"require_second_factor": True})
    desk = open_desk(tmp_path / "strict", QUICK.model_copy(update={"console": console}))
    yield desk
    desk.hq.close()


def signed_in(desk: Desk, username: str = "ann", password: str = PASSWORD) -> Session:
    return desk.hq.accounts.sign_in(username, password, HERE)


def ended(desk: Desk, session: Session) -> bool:
    try:
        desk.hq.accounts.session(session.token)
    except NotSignedIn:
        return True
    return False


def shown(desk: Desk, secret: str) -> str:
    """What the telephone shows now."""
    return str(TOTP(secret).at(desk.clock.now()))


def set_up(desk: Desk, username: str = "ann") -> tuple[str, list[str]]:
    """Set up a second factor; its secret, and the recovery codes. The code is used up."""
    secret = desk.hq.second_factor.offer(username)
    codes = desk.hq.second_factor.confirm(username, shown(desk, secret))
    desk.clock.pass_time(30)
    return secret, list(codes)


def test_an_account_has_a_proper_name_and_password(staffed: Desk) -> None:
    with pytest.raises(AlreadyThere):
        staffed.hq.accounts.create("ann", PASSWORD, BY)
    with pytest.raises(WeakPassword):
        staffed.hq.accounts.create("bob", "short", BY)
    for name in ("", "a b", "command-line:root", "x" * 41):
        with pytest.raises(BadUsername):
            staffed.hq.accounts.create(name, PASSWORD, BY)


@pytest.mark.parametrize("act", ["lock", "close", "end_sessions", "remove_factor"])
def test_an_act_on_an_account_ends_all_its_sessions(staffed: Desk, act: str) -> None:
    sessions = [signed_in(staffed), signed_in(staffed)]
    chief = signed_in(staffed, "chief")
    getattr(staffed.hq.account_admin, act)("ann", "chief")
    assert [ended(staffed, session) for session in sessions] == [True, True]
    assert not ended(staffed, chief)
    assert staffed.hq.audit_log.newest(1)[0].who == "chief"


def test_a_locked_account_stays_out_until_it_is_unlocked(staffed: Desk) -> None:
    staffed.hq.account_admin.lock("ann", "chief")
    with pytest.raises(SignInRefused):
        signed_in(staffed)
    staffed.hq.account_admin.unlock("ann", "chief")
    assert not ended(staffed, signed_in(staffed))


def test_a_closed_account_is_closed_for_good(staffed: Desk) -> None:
    staffed.hq.account_admin.close("ann", "chief")
    acts: list[Callable[[str, str], None]] = [
        staffed.hq.account_admin.unlock,
        staffed.hq.account_admin.end_sessions,
    ]
    for act in acts:
        with pytest.raises(NotFound):
            act("ann", "chief")
    with pytest.raises(SignInRefused):
        signed_in(staffed)
    with pytest.raises(AlreadyThere):
        staffed.hq.accounts.create("ann", PASSWORD, BY)


def test_the_last_administrator_cannot_be_lost(staffed: Desk) -> None:
    admin = staffed.hq.account_admin
    for act in (admin.lock, admin.close):
        with pytest.raises(LastAdministrator):
            act("chief", BY)
    with pytest.raises(LastAdministrator):
        staffed.hq.grants.withdraw("chief", ADMINISTRATOR, BY)
    staffed.hq.grants.give("ann", ADMINISTRATOR, BY)
    admin.close("chief", BY)
    assert signed_in(staffed).rights.roles == {Role.ADMINISTRATOR}


def test_ones_own_password_needs_the_present_one(staffed: Desk) -> None:
    session = signed_in(staffed)
    with pytest.raises(SignInRefused):
        staffed.hq.account_admin.change_own_password("ann", "wrong", NEW, HERE)
    assert not ended(staffed, session)
    staffed.hq.account_admin.change_own_password("ann", PASSWORD, NEW, HERE)
    assert ended(staffed, session)
    assert not ended(staffed, signed_in(staffed, password=NEW))


def test_a_second_factor_half_opens_a_session_until_its_code_is_given(staffed: Desk) -> None:
    secret, _ = set_up(staffed)
    half = signed_in(staffed)
    assert half.wanted is Wanted.CODE
    with pytest.raises(CodeRefused):
        staffed.hq.accounts.give_code(half.token, "000000", HERE)
    opened = staffed.hq.accounts.give_code(half.token, shown(staffed, secret), HERE)
    assert staffed.hq.accounts.session(opened.token).wanted is Wanted.NOTHING
    assert ended(staffed, half)


def test_a_half_open_session_lasts_ten_minutes(staffed: Desk) -> None:
    set_up(staffed)
    half = signed_in(staffed)
    staffed.clock.pass_time(601)
    assert ended(staffed, half)


def test_a_code_counts_once(staffed: Desk) -> None:
    secret, _ = set_up(staffed)
    code = shown(staffed, secret)
    staffed.hq.accounts.give_code(signed_in(staffed).token, code, HERE)
    staffed.clock.pass_time(29)
    with pytest.raises(CodeRefused):
        staffed.hq.accounts.give_code(signed_in(staffed).token, code, ELSEWHERE)


def test_a_code_that_set_the_factor_up_does_not_sign_in(staffed: Desk) -> None:
    secret = staffed.hq.second_factor.offer("ann")
    code = shown(staffed, secret)
    staffed.hq.second_factor.confirm("ann", code)
    with pytest.raises(CodeRefused):
        staffed.hq.accounts.give_code(signed_in(staffed).token, code, HERE)


@pytest.mark.parametrize(("seconds", "accepted"), [(-30, True), (30, True), (-90, False)])
def test_a_telephones_clock_may_be_half_a_minute_off(
    staffed: Desk, seconds: int, accepted: bool
) -> None:
    secret, _ = set_up(staffed)
    staffed.clock.pass_time(300)
    half, now = signed_in(staffed), staffed.clock.now().timestamp()
    code = TOTP(secret).at(int(now) + seconds)
    try:
        staffed.hq.accounts.give_code(half.token, code, HERE)
    except CodeRefused:
        assert not accepted
    else:
        assert accepted


def test_a_recovery_code_opens_once(staffed: Desk) -> None:
    _, codes = set_up(staffed)
    typed = codes[3].lower().replace("-", " ")
    staffed.hq.accounts.give_code(signed_in(staffed).token, typed, HERE)
    with pytest.raises(CodeRefused):
        staffed.hq.accounts.give_code(signed_in(staffed).token, typed, ELSEWHERE)
    assert staffed.hq.second_factor.recovery_left("ann") == 9


def test_guessing_codes_is_slowed_down(staffed: Desk) -> None:
    secret, _ = set_up(staffed)
    half = signed_in(staffed)
    for _ in range(5):
        with pytest.raises(CodeRefused):
            staffed.hq.accounts.give_code(half.token, "000000", HERE)
    with pytest.raises(TooManyTries):
        staffed.hq.accounts.give_code(half.token, shown(staffed, secret), HERE)


def test_secrets_do_not_lie_readable_in_the_database(staffed: Desk) -> None:
    secret, codes = set_up(staffed)
    waiting = staffed.hq.second_factor.offer("chief")
    for path in (staffed.data / "hq").rglob("*"):
        held = path.read_bytes() if path.is_file() else b""
        for text in (secret, waiting, *codes, codes[0].replace("-", "")):
            assert text.encode() not in held, path


def test_without_the_telephone_an_administrator_helps(staffed: Desk) -> None:
    set_up(staffed)
    staffed.hq.account_admin.remove_factor("ann", "chief")
    assert signed_in(staffed).wanted is Wanted.NOTHING
    assert staffed.hq.second_factor.recovery_left("ann") == 0


def test_where_a_second_factor_is_required_it_is_set_up_first(strict: Desk) -> None:
    half = signed_in(strict, "chief")
    assert half.wanted is Wanted.FACTOR
    secret = strict.hq.second_factor.offer("chief")
    strict.hq.second_factor.confirm("chief", shown(strict, secret))
    opened = strict.hq.accounts.confirmed(half.token)
    assert (opened.wanted, ended(strict, half)) == (Wanted.NOTHING, True)


def wrong_password(desk: Desk, place: str) -> type[Exception]:
    with pytest.raises((SignInRefused, TooManyTries)) as refused:
        desk.hq.accounts.sign_in("chief", "wrong", place)
    return refused.type


def test_a_stranger_locks_nobody_out(desk: Desk) -> None:
    for _ in range(8):
        wrong_password(desk, ELSEWHERE)
        desk.clock.pass_time(1)
    assert signed_in(desk, "chief")


def test_wrong_passwords_at_once_count_each_and_make_wait_a_minute_at_most(desk: Desk) -> None:
    with ThreadPoolExecutor(3) as threads:
        kinds = list(threads.map(lambda _: wrong_password(desk, HERE), range(9)))
    assert kinds.count(SignInRefused) == 5
    desk.clock.pass_time(61)
    assert signed_in(desk, "chief")


def test_who_types_ever_other_names_fills_no_table(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "MOST", 20)
    for number in range(60):
        with pytest.raises(SignInRefused):
            signed_in(desk, f"nobody{number}")
    with desk.hq.storage.database.read() as connection:
        counted = connection.execute(select(func.count()).select_from(tables.throttle))
        assert counted.scalar_one() <= 20


def test_a_busy_server_counts_no_try_of_a_password(staffed: Desk) -> None:
    admin = staffed.hq.account_admin
    with ExitStack() as busy:
        for _ in range(3):
            busy.enter_context(passwords._places)
        for _ in range(20):
            with pytest.raises(TooBusy):
                admin.require_password("ann", PASSWORD, HERE)
    admin.require_password("ann", PASSWORD, HERE)
