"""The page of people who were admitted by hand: one registrar accepts, two decide, others look."""

from flask.testing import FlaskClient

from sync.hq.core.roles import Grant, Role
from tests.centres import PASSWORD
from tests.hq.applicants import number
from tests.hq.desk import BY, CODE, Desk
from tests.hq.registration.test_guests import KEY, arrive, result, seated
from tests.hq.web.test_console import Staff

ACT = f"/guests/{CODE}/{KEY.attempt_id}"


def staff(desk: Desk, client: FlaskClient, name: str, *grants: Grant) -> Staff:
    desk.hq.accounts.create(name, PASSWORD, BY, grants)
    return Staff(client, desk, name)


def test_a_registrar_accepts_a_guest_and_an_auditor_only_looks(
    desk: Desk, client: FlaskClient
) -> None:
    arrive(desk)
    page = f"/sittings/{desk.sitting}/guests"
    reader = staff(desk, client, "reader", Grant(Role.AUDITOR))
    assert "王五" in reader.get(page).text
    assert 'value="accept"' not in reader.get(page).text
    assert reader.post(ACT, step="accept", reason="x").status_code == 403
    clerk = staff(desk, client, "clerk", Grant(Role.REGISTRAR))
    assert 'value="accept"' in clerk.get(page).text
    told = clerk.told(ACT, step="accept", reason="checked against the identity card")
    assert "The attempt counts for this person." in told
    assert result(desk)["status"] != "not_on_roster"


def test_two_registrars_decide_that_an_attempt_is_somebody_elses(
    desk: Desk, client: FlaskClient
) -> None:
    arrive(desk)
    candidate = seated(desk, 8, "赵六")
    first = staff(desk, client, "clerk", Grant(Role.REGISTRAR))
    told = first.told(ACT, step="propose", number=number(8), reason="wrong number")
    assert "Another registrar has to confirm it." in told
    assert first.post(ACT, step="confirm", act="1").status_code == 403
    second = staff(desk, client, "second", Grant(Role.REGISTRAR))
    second.told(ACT, step="confirm", act="1")
    assert result(desk)["candidate"] == candidate


def test_who_registers_for_another_branch_sees_and_changes_nothing(
    desk: Desk, client: FlaskClient
) -> None:
    arrive(desk)
    other = staff(desk, client, "other", Grant(Role.REGISTRAR, branch="elsewhere"))
    assert "王五" not in other.get(f"/sittings/{desk.sitting}/guests").text
    assert other.post(ACT, step="accept", reason="x").status_code == 403
    assert other.post(ACT, step="nonsense", reason="x").status_code == 403
