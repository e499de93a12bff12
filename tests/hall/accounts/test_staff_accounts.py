"""Accounts of staff: who may sign in, as what, and when a session ends."""

from contextlib import ExitStack

import pytest

from kiosk.hall.errors import (
    AccountExists,
    BadUsername,
    LastChief,
    NotFound,
    NotSignedIn,
    SignInRefused,
    WeakPassword,
)
from kiosk.hall.rights import CHIEF, INVIGILATOR
from kiosk.hall.views.accounts import StaffSession
from sync.wire.errors import TooBusy
from sync.wire.sealing.costly import passwords
from tests.centres import PASSWORD, USERNAME
from tests.hall.conftest import BY, Room

HERE, NEW = "192.168.1.7", "another long password"


@pytest.fixture
def staffed(room: Room) -> Room:
    """A centre with a second account."""
    room.hall.accounts.add("li", PASSWORD, INVIGILATOR, BY)
    return room


def signed_in(room: Room, username: str = "li", password: str = PASSWORD) -> StaffSession:
    return room.hall.staff.sign_in(username, password, HERE)


def ended(room: Room, session: StaffSession) -> bool:
    try:
        room.hall.staff.session(session.token, active=True)
    except NotSignedIn:
        return True
    return False


def test_an_account_is_created_once_under_a_proper_name(staffed: Room) -> None:
    with pytest.raises(AccountExists):
        staffed.hall.accounts.add("li", PASSWORD, CHIEF, BY)
    with pytest.raises(WeakPassword):
        staffed.hall.accounts.add("wang", "short", INVIGILATOR, BY)
    for name in ("", "a b", "x" * 41, "a/b", "a\ue000b"):
        with pytest.raises(BadUsername):
            staffed.hall.accounts.add(name, PASSWORD, INVIGILATOR, BY)
    staffed.hall.accounts.add("王监考", PASSWORD, INVIGILATOR, BY)
    assert [account.username for account in staffed.hall.accounts.list()] == [
        *("chief", "li", "王监考")
    ]


def test_a_lock_ends_the_session_at_once_and_keeps_out(staffed: Room) -> None:
    session = signed_in(staffed)
    staffed.hall.accounts.lock("li", BY)
    assert ended(staffed, session)
    with pytest.raises(SignInRefused):
        signed_in(staffed)
    staffed.hall.accounts.unlock("li", BY)
    assert ended(staffed, session)
    assert signed_in(staffed).rights


def test_another_password_or_role_ends_the_sessions_of_that_account_alone(staffed: Room) -> None:
    chief = signed_in(staffed, USERNAME)
    session = signed_in(staffed)
    staffed.hall.accounts.set_password("li", NEW, BY)
    assert ended(staffed, session)
    session = signed_in(staffed, password=NEW)
    staffed.hall.accounts.set_role("li", CHIEF, BY)
    assert ended(staffed, session)
    assert signed_in(staffed, password=NEW).role == CHIEF
    assert not ended(staffed, chief)


def test_ones_own_password_needs_the_present_one(staffed: Room) -> None:
    session = signed_in(staffed)
    with pytest.raises(SignInRefused):
        staffed.hall.accounts.change_own_password("li", "wrong", NEW, HERE)
    assert not ended(staffed, session)
    staffed.hall.accounts.change_own_password("li", PASSWORD, NEW, HERE)
    assert ended(staffed, session)
    assert signed_in(staffed, password=NEW)


def test_a_present_password_that_was_right_or_not_judged_counts_as_no_wrong_try(
    staffed: Room,
) -> None:
    own = staffed.hall.accounts
    for _ in range(20):
        with pytest.raises(WeakPassword):
            own.change_own_password("li", PASSWORD, "short", HERE)
    with ExitStack() as busy:
        for _ in range(3):
            busy.enter_context(passwords._places)
        for _ in range(20):
            with pytest.raises(TooBusy):
                own.change_own_password("li", PASSWORD, NEW, HERE)
    own.change_own_password("li", PASSWORD, NEW, HERE)


def test_the_last_chief_cannot_be_lost(staffed: Room) -> None:
    with pytest.raises(LastChief):
        staffed.hall.accounts.lock(USERNAME, BY)
    with pytest.raises(LastChief):
        staffed.hall.accounts.set_role(USERNAME, INVIGILATOR, BY)
    staffed.hall.accounts.set_role("li", CHIEF, BY)
    staffed.hall.accounts.lock(USERNAME, BY)
    with pytest.raises(LastChief):
        staffed.hall.accounts.lock("li", BY)


def test_a_session_ends_when_nobody_touches_anything(staffed: Room) -> None:
    session = signed_in(staffed)
    for _ in range(3):
        staffed.clock.pass_time(50 * 60)
        assert not ended(staffed, session)
    for _ in range(3):
        staffed.clock.pass_time(15 * 60)
        staffed.hall.staff.session(session.token, active=False)  # the page reads by itself
    staffed.clock.pass_time(16 * 60)
    with pytest.raises(NotSignedIn):
        staffed.hall.staff.session(session.token, active=False)


def test_every_act_names_who_did_it(staffed: Room) -> None:
    staffed.hall.accounts.set_role("li", CHIEF, "staff:chief")
    staffed.hall.accounts.lock("li", "command-line:root")
    acts = [(act.kind, act.username, act.by) for act in staffed.hall.accounts.acts()]
    assert acts == [
        ("locked", "li", "command-line:root"),
        ("role", "li", "staff:chief"),
        ("created", "li", BY),
    ]


def test_nothing_can_be_done_to_an_account_that_is_not_there(room: Room) -> None:
    for act in (room.hall.accounts.lock, room.hall.accounts.unlock):
        with pytest.raises(NotFound):
            act("nobody", BY)
    with pytest.raises(NotFound):
        room.hall.accounts.reset("nobody", NEW, BY)
    assert room.hall.accounts.acts() == []


def test_a_reset_lets_a_locked_out_chief_in(staffed: Room) -> None:
    staffed.hall.accounts.set_role("li", CHIEF, BY)
    staffed.hall.accounts.lock(USERNAME, BY)
    for _ in range(5):
        with pytest.raises(SignInRefused):
            signed_in(staffed, USERNAME, "wrong")
    staffed.hall.accounts.reset(USERNAME, NEW, BY)
    assert signed_in(staffed, USERNAME, NEW)
