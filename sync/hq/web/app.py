"""The Flask application of headquarters."""

from collections.abc import Callable, Sequence

from flask import Flask
from flask_bootstrap import Bootstrap5
from werkzeug.middleware.proxy_fix import ProxyFix

from sync.hq.headquarters import Headquarters
from sync.hq.web import headers, health, limits, notices, texts
from sync.hq.web.accounts import accounts
from sync.hq.web.candidates import candidates
from sync.hq.web.centres import centres
from sync.hq.web.console import console
from sync.hq.web.items import items
from sync.hq.web.pull_api import pull_api
from sync.hq.web.replies import stamp
from sync.hq.web.rich import rich
from sync.hq.web.sittings import sittings
from sync.hq.web.sticks import sticks
from sync.hq.web.sync_api import sync_api
from sync.hq.web.tus_api import tus_api
from sync.hq.web.uploading import uploading

Judge = Callable[[bytes], Sequence[str]]
"""Looks at a portrait (JPEG) and names what is wrong with it."""


def create_app(hq: Headquarters, load_judge: Callable[[], Judge] | None = None) -> Flask:
    """The application around an open headquarters; any number may exist in one process.

    ``load_judge`` loads a face pack for the check of portraits; without it that is done elsewhere.
    """
    app = Flask(__name__)
    app.config.update(
        MAX_CONTENT_LENGTH=limits.MAX_FORM,
        BOOTSTRAP_SERVE_LOCAL=True,
        TEMPLATES_AUTO_RELOAD=False,
    )
    app.extensions["headquarters"] = hq
    app.extensions["load_judge"] = load_judge
    limits.install(app)
    Bootstrap5(app)
    texts.install(app, hq.settings.console.timezone)
    app.jinja_env.filters["rich"] = rich
    headers.install(app)
    notices.install(app)
    stamp(app)
    for blueprint in (sync_api, tus_api, pull_api):
        app.register_blueprint(blueprint)
    for blueprint in (console, accounts, centres, items, sittings, candidates, sticks, uploading):
        app.register_blueprint(blueprint)
    health.install(app, health.Health(hq.storage.check))
    _behind_proxies(app, hq.settings.server.proxies)
    return app


def _behind_proxies(app: Flask, count: int) -> None:
    if count:
        proxied = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)
        app.wsgi_app = proxied  # type: ignore[method-assign]
