"""Candidates and seats: who is banned, and the registrar's verdict about who may be."""

from flask.testing import FlaskClient

from sync.hq.core.roles import Grant, Role
from tests.centres import PASSWORD
from tests.hq.desk import BY, Desk
from tests.hq.registration.test_ban_flags import PASSPORT, apply, ban, later
from tests.hq.review.board import Board
from tests.hq.web.test_console import Staff


def test_a_registrar_decides_about_a_possible_match(desk: Desk, client: FlaskClient) -> None:
    case, sitting = ban(Board(desk)), later(desk)
    candidate = apply(desk, sitting, PASSPORT)
    desk.hq.accounts.create("clerk", PASSWORD, BY, [Grant(Role.REGISTRAR)])
    desk.hq.accounts.create("reader", PASSWORD, BY, [Grant(Role.AUDITOR)])
    page, act = f"/sittings/{sitting}/candidates", f"/sittings/{sitting}/candidates/{candidate}/ban"
    reader = Staff(client, desk, "reader")
    assert "perhaps banned" in reader.get(page).text
    assert "Same person" not in reader.get(page).text
    (flag,) = desk.hq.ban_flags.of_sitting(sitting)
    judged = {"ban": flag.ban_id, "verdict": "same", "reason": "same portrait"}
    assert reader.post(act, **judged).status_code == 403
    clerk = Staff(client, desk, "clerk")
    text = clerk.get(page).text
    assert "Same person" in text
    assert case in text
    assert "Recorded in the audit log" in clerk.told(act, **judged)
    text = clerk.get(page).text
    assert "Same person" not in text
    assert "chip-bad" in text
