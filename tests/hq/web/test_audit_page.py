"""The audit log at the console: page by page, by person, kind and day."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from sync.hq.persistence.tables import audit_log
from sync.hq.web.console import audit
from tests.hq.desk import BY, Desk
from tests.hq.web.test_console import Staff


@pytest.fixture
def staff(desk: Desk, client: FlaskClient) -> Staff:
    return Staff(client, desk)


def test_the_log_is_read_page_by_page(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "PAGE", 3)
    newest = staff.desk.hq.audit_log.head().seq
    page = staff.get("/audit-log").text
    assert f'<td class="num">{newest}</td>' in page
    assert f'<td class="num">{newest - 3}</td>' not in page
    assert f"before={newest - 2}" in page
    older = staff.get(f"/audit-log?before={newest - 2}").text
    assert f'<td class="num">{newest - 3}</td>' in older


def test_the_log_is_read_by_person_kind_and_day(staff: Staff) -> None:
    staff.desk.hq.account_admin.end_sessions("chief", BY)
    chief = Staff(staff.client, staff.desk)
    chosen = chief.get(f"/audit-log?who={BY}&kind=sessions_ended&since=2026-04-25").text
    assert ">1 events<" in chosen or "1 events" in chosen
    assert "Signed out everywhere" in chosen
    assert "No event fits" in chief.get("/audit-log?until=2026-04-24").text


@pytest.mark.parametrize(
    "query",
    [
        "since=0001-01-01&until=9999-12-31",
        "since=nonsense",
        "before=99999999999999999999",
        "before=-5",
        "kind=nonsense",
        "who=%00",
    ],
)
def test_what_is_typed_wrongly_breaks_nothing(staff: Staff, query: str) -> None:
    assert staff.get(f"/audit-log?{query}").status_code == 200


def test_the_page_verifies_on_request_and_shows_the_head(staff: Staff) -> None:
    log = staff.desk.hq.audit_log
    page = staff.get("/audit-log").text
    assert str(log.head()) in page
    assert "event chain complete" not in page
    assert "event chain complete" in staff.get("/audit-log?verify=1").text
    with staff.desk.hq.storage.database.write() as connection:
        connection.execute(update(audit_log).where(audit_log.c.seq == 2).values(who="somebody"))
    assert "was altered" in staff.get("/audit-log?verify=1").text
