"""A real centre behind the web app."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.hall.hall import Hall
from kiosk.web.app import create_app
from tests.centres import ManualClock, Package, Site, new_site
from tests.web.browser import Browser, Desk
from tests.web.faces import NoFaces
from tests.web.halls import quiet_hall

SITTING = "S1"


@pytest.fixture
def clock() -> ManualClock:
    """The hall's clock."""
    return ManualClock()


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A centre, set up and enrolled."""
    return new_site(tmp_path / "centre")


@pytest.fixture
def hall(site: Site, clock: ManualClock) -> Iterator[Hall]:
    """The use cases of that centre."""
    with quiet_hall(site, clock, NoFaces()) as hall:
        yield hall


@pytest.fixture
def app(hall: Hall) -> Flask:
    """The web app over the hall."""
    return create_app(hall, testing=True)


@pytest.fixture
def request_context(app: Flask) -> Iterator[None]:
    """A request is going on, in Chinese."""
    with app.test_request_context("/"):
        yield


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A bare client."""
    return app.test_client()


@pytest.fixture
def browser(client: FlaskClient) -> Browser:
    """A terminal's browser that has not said a word yet."""
    return Browser(client)


@pytest.fixture
def app_desk(app: Flask) -> Desk:
    """Staff before the sign-in."""
    return Desk(app.test_client())


@pytest.fixture
def desk(app_desk: Desk) -> Desk:
    """Staff, signed in."""
    assert app_desk.sign_in_staff().status_code == 200
    return app_desk


@pytest.fixture
def package(site: Site) -> Package:
    """An exam package of the centre."""
    return site.package()


@pytest.fixture
def sitting(hall: Hall, package: Package) -> str:
    """An imported sitting, still locked."""
    return hall.sittings.import_package(package.data, "staff:chief").id


@pytest.fixture
def seated(browser: Browser, sitting: str) -> Browser:
    """A candidate who declined face recognition and waits for staff."""
    return browser.arrive()


@pytest.fixture
def consenting(browser: Browser, sitting: str) -> Browser:
    """A candidate who agreed to face recognition."""
    return browser.arrive(consent=True)


@pytest.fixture
def answering(seated: Browser, hall: Hall, package: Package) -> Browser:
    """A candidate whose exam is going on."""
    hall.verification.decide(seated.attempt_id, True, "same person", "staff:chief")
    hall.sittings.unlock(SITTING, package.code, "staff:chief")
    hall.sittings.start(SITTING, "staff:chief")
    assert seated.open_exam().status_code == 200
    return seated
