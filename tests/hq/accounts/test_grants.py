"""Grants: given, withdrawn, checked at every act, written into the audit log."""

import pytest
from sqlalchemy import select

from kiosk.system import entropy
from sync.hq.core.role_errors import LimitUnusable, OwnRoles, RoleMissing, RolesExclude
from sync.hq.core.roles import (
    NO_RIGHTS,
    Grant,
    Rights,
    Role,
    Scope,
    path_of,
    require_role,
    rights_of,
)
from sync.hq.errors import LastAdministrator, NotFound
from sync.hq.persistence.tables import centres
from sync.wire.sealing.keys import KeyPair
from tests.centres import PASSWORD
from tests.hq.desk import BY, CODE, OTHER, PROGRAMME, Desk

HERE = "192.0.2.7"
REGISTRAR = Grant(Role.REGISTRAR)


@pytest.fixture
def staffed(desk: Desk) -> Desk:
    """An HQ with an account without roles, and centres in two cities."""
    desk.hq.accounts.create("ann", PASSWORD, BY)
    desk.enrol(OTHER, KeyPair.generate(entropy))
    desk.hq.branches.set(CODE, "北京/海淀", BY)
    desk.hq.branches.set(OTHER, "上海", BY)
    return desk


def rights(desk: Desk, username: str = "ann") -> Rights:
    with desk.hq.storage.database.read() as connection:
        return rights_of(connection, username)


def may(desk: Desk, *roles: Role, programme: str | None = None, centre: str | None = None) -> bool:
    try:
        with desk.hq.storage.database.read() as connection:
            require_role(connection, "ann", *roles, programme_id=programme, centre_code=centre)
    except RoleMissing:
        return False
    return True


def test_a_role_is_given_and_withdrawn(staffed: Desk) -> None:
    assert not may(staffed, Role.REGISTRAR)
    staffed.hq.grants.give("ann", REGISTRAR, "chief")
    assert may(staffed, Role.REGISTRAR)
    assert may(staffed, Role.AUTHOR, Role.REGISTRAR)
    assert not may(staffed, Role.AUTHOR)
    staffed.hq.grants.withdraw("ann", REGISTRAR, "chief")
    assert not may(staffed, Role.REGISTRAR)
    newest = staffed.hq.audit_log.newest(2)
    assert [(event.kind, event.who) for event in newest] == [
        ("role_withdrawn", "chief"),
        ("role_granted", "chief"),
    ]
    named = {"account": "ann", "role": "registrar", "programme": "", "branch": ""}
    assert [event.data for event in newest] == [named, named]


def test_a_grant_is_limited_to_a_programme_and_a_branch(staffed: Desk) -> None:
    staffed.hq.grants.give("ann", Grant(Role.REGISTRAR, PROGRAMME, "北京"), BY)
    assert may(staffed, Role.REGISTRAR, programme=PROGRAMME, centre=CODE)
    assert not may(staffed, Role.REGISTRAR, programme="other", centre=CODE)
    assert not may(staffed, Role.REGISTRAR, programme=PROGRAMME, centre=OTHER)
    assert not may(staffed, Role.REGISTRAR, programme=PROGRAMME, centre="GONE")
    assert not may(staffed, Role.REGISTRAR, programme="")
    assert not may(staffed, Role.REGISTRAR, centre="")


def test_an_open_session_has_the_rights_of_this_moment(staffed: Desk) -> None:
    token = staffed.hq.accounts.sign_in("ann", PASSWORD, HERE).token
    staffed.hq.grants.give("ann", REGISTRAR, BY)
    assert staffed.hq.accounts.session(token).rights.roles == {Role.REGISTRAR}
    staffed.hq.grants.withdraw("ann", REGISTRAR, BY)
    assert staffed.hq.accounts.session(token).rights.roles == set()


@pytest.mark.parametrize("act", ["lock", "close"])
def test_a_locked_or_closed_account_has_no_rights(staffed: Desk, act: str) -> None:
    staffed.hq.grants.give("ann", REGISTRAR, BY)
    getattr(staffed.hq.account_admin, act)("ann", BY)
    assert not may(staffed, Role.REGISTRAR)
    assert rights(staffed) == NO_RIGHTS


def test_roles_that_exclude_each_other_are_refused_and_nothing_is_changed(staffed: Desk) -> None:
    staffed.hq.grants.give("ann", Grant(Role.REGISTRAR, branch="北京"), BY)
    before = staffed.hq.audit_log.newest(1)
    for role in (Role.ADJUDICATOR, Role.MARKER):
        with pytest.raises(RolesExclude) as refused:
            staffed.hq.grants.give("ann", Grant(role, PROGRAMME), BY)
        assert "ann is registrar" in str(refused.value)
    assert staffed.hq.audit_log.newest(1) == before
    with pytest.raises(RolesExclude):
        staffed.hq.accounts.create(
            "both", PASSWORD, BY, [Grant(Role.REGISTRAR), Grant(Role.ADJUDICATOR)]
        )
    assert "both" not in staffed.hq.accounts.names()


def test_nobody_gives_a_role_to_their_own_account(staffed: Desk) -> None:
    staffed.hq.grants.withdraw("chief", Grant(Role.AUDITOR), BY)
    with pytest.raises(OwnRoles):
        staffed.hq.grants.give("chief", Grant(Role.AUDITOR), "chief")


def test_only_administrators_and_the_command_line_change_rights(staffed: Desk) -> None:
    staffed.hq.accounts.create("bob", PASSWORD, BY, [Grant(Role.REGISTRAR)])
    for by in ("bob", "nobody", ""):
        with pytest.raises(RoleMissing):
            staffed.hq.grants.give("ann", REGISTRAR, by)
        with pytest.raises(RoleMissing):
            staffed.hq.grants.withdraw("chief", REGISTRAR, by)
        with pytest.raises(RoleMissing):
            staffed.hq.accounts.create("eve", PASSWORD, by)
        for act in ("lock", "close", "remove_factor", "end_sessions"):
            with pytest.raises(RoleMissing):
                getattr(staffed.hq.account_admin, act)("ann", by)


def test_an_administrator_who_lost_the_role_meanwhile_changes_nothing(staffed: Desk) -> None:
    staffed.hq.grants.give("ann", Grant(Role.ADMINISTRATOR), BY)
    staffed.hq.grants.withdraw("ann", Grant(Role.ADMINISTRATOR), "chief")
    with pytest.raises(RoleMissing):
        staffed.hq.grants.withdraw("chief", Grant(Role.ADMINISTRATOR), "ann")


def test_a_locked_administrator_is_not_counted_as_one_who_is_left(staffed: Desk) -> None:
    staffed.hq.grants.give("ann", Grant(Role.ADMINISTRATOR), BY)
    staffed.hq.account_admin.lock("ann", BY)
    with pytest.raises(LastAdministrator):
        staffed.hq.grants.withdraw("chief", Grant(Role.ADMINISTRATOR), BY)


def test_what_does_not_exist_is_told(staffed: Desk) -> None:
    with pytest.raises(NotFound):
        staffed.hq.grants.give("nobody", REGISTRAR, BY)
    with pytest.raises(NotFound):
        staffed.hq.grants.give("ann", Grant(Role.REGISTRAR, "no-programme"), BY)
    with pytest.raises(NotFound):
        staffed.hq.grants.withdraw("ann", REGISTRAR, BY)
    with pytest.raises(LimitUnusable):
        staffed.hq.grants.give("ann", Grant(Role.AUTHOR, branch="北京"), BY)
    staffed.hq.account_admin.close("ann", BY)
    with pytest.raises(NotFound):
        staffed.hq.grants.give("ann", REGISTRAR, BY)


def test_the_same_grant_twice_is_one(staffed: Desk) -> None:
    staffed.hq.grants.give("ann", REGISTRAR, BY)
    count = staffed.hq.audit_log.newest(1)[0].seq
    staffed.hq.grants.give("ann", REGISTRAR, "chief")
    assert [view.granted_by for view in staffed.hq.grants.list("ann")] == [BY]
    assert staffed.hq.audit_log.newest(1)[0].seq == count


@pytest.mark.parametrize("branch", ["", "北京", "北京/海淀", "北京/海淀/BJ01", "北", "上海", CODE])
def test_a_scope_covers_the_same_in_sql_and_in_memory(staffed: Desk, branch: str) -> None:
    scope = Scope(frozenset({Grant(Role.REGISTRAR, PROGRAMME, branch)}))
    with staffed.hq.storage.database.read() as connection:
        where = scope.where(centre=centres.c.code)
        found = set(connection.execute(select(centres.c.code).where(where)).scalars())
        rows = connection.execute(select(centres.c.code, centres.c.branch)).all()
    assert found == {row.code for row in rows if scope.covers(path=path_of(row.code, row.branch))}


def test_without_a_grant_nothing_is_covered(staffed: Desk) -> None:
    with staffed.hq.storage.database.read() as connection:
        query = select(centres.c.code).where(Scope(frozenset()).where(centre=centres.c.code))
        assert connection.execute(query).all() == []


def test_the_command_line_passes_and_a_made_up_name_does_not(staffed: Desk) -> None:
    with staffed.hq.storage.database.read() as connection:
        require_role(connection, "command-line:root", Role.PUBLISHER, programme_id="")
        with pytest.raises(RoleMissing):
            require_role(connection, "root", Role.PUBLISHER)
