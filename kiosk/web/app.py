"""The Flask app of a centre. Everything it needs is passed in."""

from __future__ import annotations

from flask import Flask
from flask_bootstrap import Bootstrap5

from kiosk.hall.hall import Hall
from kiosk.web import (
    accounts_api,
    backup_api,
    candidate,
    errors,
    halls,
    headers,
    in_work,
    inspection_api,
    ops,
    pages,
    proxies,
    staff,
    staff_api,
    staff_exam_api,
    stick_api,
    terminal,
    texts,
    traffic,
)
from kiosk.web.limits import SMALL_BYTES

TEST_SECRET = b"a secret that only tests may use"


def create_app(hall: Hall, *, secret: bytes | None = None, testing: bool = False) -> Flask:
    """The centre's web application over its use cases.

    Args:
        hall: the use cases.
        secret: at least 16 random bytes; keys the terminals' CSRF tokens and the CSP nonces.
        testing: lets Flask raise what nobody handles, and `secret` be left out.

    Raises:
        ValueError: without a proper secret outside tests.
    """
    if secret is None and testing:
        secret = TEST_SECRET
    if secret is None or len(secret) < 16:
        raise ValueError("the web app needs a secret of at least 16 random bytes")
    app = Flask("kiosk.web")
    app.config.update(
        TESTING=testing,
        WEB_SECRET=secret,
        SECURE_COOKIES=hall.settings.server.secure_cookies,
        MAX_CONTENT_LENGTH=SMALL_BYTES,
        BOOTSTRAP_SERVE_LOCAL=True,
    )
    app.extensions[halls.KEY] = hall
    _install(app, timezone=hall.settings.timezone)
    proxies.install(app, hall.settings.server.trusted_proxies)
    return app


def _install(app: Flask, timezone: str) -> None:
    Bootstrap5(app)
    headers.install(app)
    texts.install(app, timezone)
    errors.install(app)
    pages.install(app)
    in_work.install(app)
    traffic.install(app)
    staffs = (
        staff,
        accounts_api,
        backup_api,
        staff_api,
        inspection_api,
        staff_exam_api,
        stick_api,
    )
    for module in (candidate, terminal, *staffs, ops):
        app.register_blueprint(module.blueprint)
