"""Two people guard a paper as they guard its code, and two accounts are not yet two people."""

from datetime import timedelta

import pytest

from sync.hq.core.roles import Grant, Role
from sync.hq.errors import NotAPerson, SamePerson, ViewersMissing
from sync.hq.sittings import NewPaper, NewSitting
from sync.hq.web.app import create_app
from tests.centres import PASSWORD
from tests.hq.desk import BY, CLERK, CODE, NOW, PROGRAMME, Desk
from tests.hq.web.test_console import Staff


@pytest.fixture
def sitting(desk: Desk) -> str:
    """A two-person sitting with a sealed package; ann and bob have accounts of their own."""
    for name in ("ann", "bob"):
        desk.hq.accounts.create(name, PASSWORD, BY, CLERK)
    new = NewSitting("later", NOW + timedelta(days=3), [NewPaper(PROGRAMME)], release="two_people")
    sitting = desk.hq.sittings.create(new, BY).id
    desk.seat(sitting)
    desk.hq.packages.build(sitting, CODE, BY)
    return sitting


def approve(desk: Desk, sitting: str, *names: str) -> None:
    for name in names:
        desk.hq.unlocking.approve(sitting, CODE, name)


@pytest.mark.parametrize("by", ["command-line:root", "nobody", "hq", ""])
def test_nobody_but_an_account_is_a_person(desk: Desk, sitting: str, by: str) -> None:
    approve(desk, sitting, "ann")
    with pytest.raises(NotAPerson):
        approve(desk, sitting, by)
    with pytest.raises(NotAPerson):
        desk.hq.paper_views.agree(sitting, by)


def test_a_locked_account_approves_nothing(desk: Desk, sitting: str) -> None:
    desk.hq.account_admin.lock("ann", "chief")
    with pytest.raises(NotAPerson):
        approve(desk, sitting, "ann")


def test_an_account_that_somebody_made_is_not_their_second_person(desk: Desk, sitting: str) -> None:
    desk.hq.accounts.create("puppet", PASSWORD, "chief", CLERK)
    approve(desk, sitting, "chief")
    with pytest.raises(SamePerson, match="chief"):
        approve(desk, sitting, "puppet")
    approve(desk, sitting, "ann")


def test_it_does_not_matter_who_of_both_approves_first(desk: Desk, sitting: str) -> None:
    desk.hq.accounts.create("puppet", PASSWORD, "chief", CLERK)
    approve(desk, sitting, "puppet")
    with pytest.raises(SamePerson):
        approve(desk, sitting, "chief")


def test_two_accounts_of_one_maker_are_one_person(desk: Desk, sitting: str) -> None:
    for name in ("left", "right"):
        desk.hq.accounts.create(name, PASSWORD, "chief", CLERK)
    approve(desk, sitting, "left")
    with pytest.raises(SamePerson):
        approve(desk, sitting, "right")


def test_an_account_in_between_makes_no_second_person(desk: Desk, sitting: str) -> None:
    desk.hq.accounts.create("puppet", PASSWORD, "chief", [*CLERK, Grant(Role.ADMINISTRATOR)])
    desk.hq.accounts.create("puppets-puppet", PASSWORD, "puppet", CLERK)
    approve(desk, sitting, "chief")
    with pytest.raises(SamePerson):
        approve(desk, sitting, "puppets-puppet")


@pytest.mark.parametrize("how", ["password", "factor"])
def test_who_resets_an_account_is_no_second_person_with_it(
    desk: Desk, sitting: str, how: str
) -> None:
    if how == "password":
        desk.hq.account_admin.set_password("ann", PASSWORD, "chief")
    else:
        desk.hq.account_admin.remove_factor("ann", "chief")
    approve(desk, sitting, "chief")
    with pytest.raises(SamePerson):
        approve(desk, sitting, "ann")
    desk.hq.account_admin.reset_password("ann", PASSWORD, "command-line:root")
    approve(desk, sitting, "ann")


def test_ones_own_new_password_changes_nothing(desk: Desk, sitting: str) -> None:
    desk.hq.accounts.create("puppet", PASSWORD, "chief", CLERK)
    desk.hq.account_admin.change_own_password("puppet", PASSWORD, "a password of my own", "here")
    approve(desk, sitting, "chief")
    with pytest.raises(SamePerson):
        approve(desk, sitting, "puppet")


def test_a_paper_opens_to_two_people_for_an_hour(desk: Desk, sitting: str) -> None:
    views = desk.hq.paper_views
    for name in ("ann", "chief"):
        with pytest.raises(ViewersMissing, match="0 of 2"):
            views.open(sitting, "1", "A", name)
    views.agree(sitting, "ann")
    with pytest.raises(ViewersMissing, match="1 of 2"):
        views.open(sitting, "1", "A", "ann")
    assert views.agree(sitting, "bob") == ["ann", "bob"]
    assert views.open(sitting, "1", "A", "ann").label == "A"
    with pytest.raises(ViewersMissing):
        views.open(sitting, "1", "A", "chief")
    desk.clock.pass_time(3601)
    with pytest.raises(ViewersMissing, match="0 of 2"):
        views.open(sitting, "1", "A", "ann")
    kinds = [(event.kind, event.who) for event in desk.hq.audit_log.newest(3)]
    assert kinds == [
        ("paper_previewed", "ann"),
        ("paper_view_agreed", "bob"),
        ("paper_view_agreed", "ann"),
    ]


def test_one_person_with_two_accounts_opens_no_paper(desk: Desk, sitting: str) -> None:
    desk.hq.accounts.create("puppet", PASSWORD, "chief", CLERK)
    desk.hq.paper_views.agree(sitting, "chief")
    with pytest.raises(SamePerson):
        desk.hq.paper_views.agree(sitting, "puppet")


def test_once_the_code_is_out_the_paper_is_open(desk: Desk, sitting: str) -> None:
    approve(desk, sitting, "ann", "bob")
    with pytest.raises(ViewersMissing):
        desk.hq.paper_views.open(sitting, "1", "A", "chief")
    desk.clock.pass_time(3 * 24 * 3600)
    assert desk.hq.paper_views.open(sitting, "1", "A", "chief")


def test_the_bank_does_not_tell_what_is_in_such_a_paper(desk: Desk, sitting: str) -> None:
    def uses() -> tuple[int, int]:
        kept = desk.hq.bank.kept(PROGRAMME)
        named = [u for k in kept for u in desk.hq.bank.uses(PROGRAMME, k.entry.item.id)]
        return sum(k.uses for k in kept), len([u for u in named if u.sitting_id == sitting])

    before, told = uses()
    assert (before, told) == (70, 0)  # those of the sitting that time alone releases
    approve(desk, sitting, "ann", "bob")
    desk.clock.pass_time(3 * 24 * 3600)
    assert uses() == (140, 70)


def test_the_console_asks_for_the_second_person(desk: Desk, sitting: str) -> None:
    app = create_app(desk.hq)
    ann, bob = (Staff(app.test_client(), desk, name) for name in ("ann", "bob"))
    paper, page = f"/sittings/{sitting}/papers/1/A", f"/sittings/{sitting}"
    assert ann.get(paper).status_code == 403
    assert "1 / 2" in ann.told(f"{page}/view")
    assert ann.get(paper).status_code == 403
    assert "2 / 2" in bob.told(f"{page}/view")
    assert ann.get(paper).status_code == 200
    chief = Staff(app.test_client(), desk)
    assert chief.get(paper).status_code == 403


def test_a_sitting_that_time_alone_releases_needs_nobody_else(desk: Desk) -> None:
    assert desk.hq.paper_views.open(desk.sitting, "1", "A", "chief")
