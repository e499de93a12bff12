"""What candidates read about their data is what the settings do."""

import hashlib
from typing import Any

import pytest
from flask.testing import FlaskClient

from kiosk.exam.attempt.states import EndReason
from kiosk.hall.services import CentreServices
from kiosk.store.centre import outbox
from kiosk.store.exam import incidents
from kiosk.store.exam.incidents import EvidenceRow
from tests.centres import ManualClock, Site
from tests.web.browser import Browser
from tests.web.conftest import SITTING

STAY, GO = "Pictures stay encrypted on the server of this centre", "sent encrypted to headquarters"
HANDLER = {"zh": "某某考试中心", "en": "Example Exam Office"}


def notice(client: FlaskClient) -> str:
    return client.get("/privacy?lang=en").get_data(as_text=True)


def open_sitting(hall: CentreServices, site: Site, **rules: dict[str, Any]) -> str:
    package = site.package(rules=rules)
    hall.sittings.import_package(package.data, "staff:chief")
    hall.sittings.unlock(SITTING, package.code, "staff:chief")
    return package.code


def end_with_a_picture(hall: CentreServices, browser: Browser, clock: ManualClock) -> str:
    """A candidate ends, of whom the centre has a picture; returns its digest."""
    attempt = browser.arrive().attempt_id
    picture = b"a picture of a candidate"
    store, digest = hall.results._context.store, hashlib.sha256(picture).hexdigest()
    hall.results._context.keep_sealed(SITTING, "pictures", picture)
    row = EvidenceRow(digest, attempt, None, "check_in", clock.now(), len(picture))
    store.write(lambda db: incidents.add_evidence(db, row))
    hall.starts.start(SITTING, "staff:chief")
    hall.attendance.end(attempt, EndReason.WITHDRAWN, "gave up", "staff:chief")
    hall.results.sweep()
    return digest


@pytest.mark.parametrize("leave", [False, True])
def test_pictures_leave_the_centre_only_if_the_programme_and_the_notice_say_so(
    hall: CentreServices, site: Site, client: FlaskClient, clock: ManualClock, leave: bool
) -> None:
    open_sitting(hall, site, privacy={"pictures_to_headquarters": leave})
    text = notice(client)
    assert (STAY in text, GO in text) == (not leave, leave)
    browser = Browser(client)
    browser.register()
    browser.check()
    consent = client.get("/sign-in?lang=en").get_data(as_text=True)
    assert (GO in consent) == leave
    digest = end_with_a_picture(hall, Browser(client), clock)
    waiting = outbox.ids(hall.results._context.store.read(), outbox.EVIDENCE)
    assert waiting == ([digest] if leave else [])


def test_the_result_names_a_picture_that_stays_by_its_digest(
    hall: CentreServices, site: Site, client: FlaskClient, clock: ManualClock
) -> None:
    open_sitting(hall, site)
    digest = end_with_a_picture(hall, Browser(client), clock)
    store = hall.results._context.store
    (attempt,) = [a for a in incidents_of(store.read()) if a.sha256 == digest]
    bundle = hall.results._build(store.read(), attempt.attempt_id, site.hq.public)
    assert [found.sha256 for found in bundle.evidence] == [digest]


def incidents_of(db: object) -> list[EvidenceRow]:
    rows = db.query("SELECT attempt_id FROM evidence")  # type: ignore[attr-defined]
    return [row for found in rows for row in incidents.evidence_of(db, found["attempt_id"])]  # type: ignore[arg-type]


def test_the_notice_names_handler_and_contact_of_the_programme(
    hall: CentreServices, site: Site, client: FlaskClient
) -> None:
    open_sitting(hall, site, privacy={"handler": HANDLER, "contact": "010-12345678"})
    text = notice(client)
    assert "Example Exam Office decides about your data" in text
    assert "010-12345678" in text
    assert "某某考试中心为您的个人信息处理者" in client.get("/privacy?lang=zh").get_data(
        as_text=True
    )


@pytest.mark.parametrize("wanted", [False, True])
def test_the_notice_speaks_of_the_card_and_of_comparing_only_where_that_is_done(
    hall: CentreServices, site: Site, client: FlaskClient, wanted: bool
) -> None:
    open_sitting(hall, site, check_in={"id_card": wanted, "compare_portraits": wanted})
    text = notice(client)
    assert ("with your identity card" in text) == wanted
    assert ("compared with each other" in text) == wanted


def test_without_a_sitting_the_notice_says_what_is_usual(client: FlaskClient) -> None:
    assert STAY in notice(client)


def test_what_differs_between_programmes_is_said_for_each(
    hall: CentreServices, site: Site, client: FlaskClient
) -> None:
    open_sitting(hall, site)
    other = site.package(sitting="S2", rules={"privacy": {"pictures_to_headquarters": True}})
    hall.sittings.import_package(other.data, "staff:chief")
    assert {STAY in notice(client), GO in notice(client)} == {True}


def test_the_notice_says_for_how_long_the_programme_keeps_what(
    hall: CentreServices, site: Site, client: FlaskClient
) -> None:
    days = {"portraits": 31, "papers": 31, "pictures": 62, "answers": 93, "event_log": 777}
    open_sitting(hall, site, retention=days)
    text = notice(client)
    assert "portraits are kept for 31 days, pictures for 62, answers for 93" in text
    assert "records of the sitting for 777" in text


def test_the_notice_names_notes_only_where_the_programme_has_the_pad(
    hall: CentreServices, site: Site, client: FlaskClient
) -> None:
    assert "The notes that you write" not in notice(client)
    open_sitting(hall, site, tools={"notes": True})
    assert "The notes that you write in the exam: nobody scores them" in notice(client)
