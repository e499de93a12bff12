"""The Flask app of a centre. All its dependencies are parameters."""

from __future__ import annotations

from flask import Flask

from kiosk.hall.services import CentreServices
from kiosk.web import mock_exam, ops, pages, services, texts
from kiosk.web.candidate import api as candidate_api
from kiosk.web.candidate import messages_api as candidate_messages_api
from kiosk.web.candidate import pages as candidate_pages
from kiosk.web.http import (
    concurrency,
    errors,
    headers,
    page_modules,
    proxies,
    static_files,
    traffic,
)
from kiosk.web.http.limits import SMALL_BYTES
from kiosk.web.staff import (
    accounts_api,
    announcements_api,
    backup_api,
    board_api,
    breaks_api,
    exam_api,
    inspection_api,
    messages_api,
    misconduct_api,
    personal_form_api,
    removable_media_api,
)
from kiosk.web.staff import api as staff_api
from kiosk.web.staff import pages as staff_pages
from kiosk.webpages import style

BLUEPRINTS = (
    candidate_pages,
    candidate_api,
    candidate_messages_api,
    staff_pages,
    staff_api,
    accounts_api,
    announcements_api,
    backup_api,
    board_api,
    exam_api,
    inspection_api,
    messages_api,
    breaks_api,
    misconduct_api,
    personal_form_api,
    removable_media_api,
    ops,
)

TEST_SECRET = b"a secret that only tests may use"


def create_app(
    hall: CentreServices,
    *,
    secret: bytes | None = None,
    testing: bool = False,
    mock: mock_exam.MockExam | None = None,
) -> Flask:
    """Create the centre's web application over its use cases.

    Args:
        hall: the use cases.
        secret: at least 16 random bytes; keys the terminals' CSRF tokens and the CSP nonces.
        mock: the mock exam that the pages belong to; None: the real ones.
        testing: lets Flask raise unhandled errors, and makes `secret` optional.

    Raises:
        ValueError: `secret` is missing or too short outside tests.
    """
    if secret is None and testing:
        secret = TEST_SECRET
    if secret is None or len(secret) < 16:
        raise ValueError("the web app needs a secret of at least 16 random bytes")
    version = static_files.version()
    app = Flask("kiosk.web", static_url_path=f"/static/{version}")
    app.config.update(
        TESTING=testing,
        WEB_SECRET=secret,
        SECURE_COOKIES=hall.settings.server.secure_cookies,
        MAX_CONTENT_LENGTH=SMALL_BYTES,
    )
    app.extensions[services.KEY] = hall
    mock_exam.install(app, mock)
    _install(app, timezone=hall.settings.timezone)
    static_files.install(app, version)
    proxies.install(app, hall.settings.server.trusted_proxies)
    return app


def _install(app: Flask, timezone: str) -> None:
    style.install(app)
    headers.install(app)
    texts.install(app, timezone)
    errors.install(app)
    pages.install(app)
    page_modules.install(app)
    concurrency.install(app)
    traffic.install(app)
    for module in BLUEPRINTS:
        app.register_blueprint(module.blueprint)
