"""The Flask application of headquarters."""

from collections.abc import Callable
from pathlib import Path

from flask import Flask
from flask_bootstrap import Bootstrap5
from werkzeug.middleware.proxy_fix import ProxyFix

from kiosk.webpages import languages, style
from sync.hq.imports.text_encoding import ENCODINGS
from sync.hq.registration.look_alikes import PortraitPack
from sync.hq.services import HqServices
from sync.hq.web import headers, health, limits, messages
from sync.hq.web.api.pull import pull_api
from sync.hq.web.api.resumable_upload import tus_api
from sync.hq.web.api.sync import sync_api
from sync.hq.web.audit_names import audit_name
from sync.hq.web.console import notices
from sync.hq.web.console.accounts import accounts
from sync.hq.web.console.announcements import announcements
from sync.hq.web.console.audit import audit
from sync.hq.web.console.candidate_previews import candidate_previews
from sync.hq.web.console.candidates import candidates
from sync.hq.web.console.cases import cases
from sync.hq.web.console.centres import centres
from sync.hq.web.console.certificate_orders import certificate_orders
from sync.hq.web.console.certificates import certificates
from sync.hq.web.console.exam_day import exam_day
from sync.hq.web.console.exchange import exchange
from sync.hq.web.console.guests import guests
from sync.hq.web.console.home import console
from sync.hq.web.console.item_columns import choices_of_fields, item_columns
from sync.hq.web.console.item_editor import item_editor
from sync.hq.web.console.item_imports import item_imports
from sync.hq.web.console.item_statistics import item_statistics
from sync.hq.web.console.items import items
from sync.hq.web.console.keys import keys
from sync.hq.web.console.marking import marking, marking_calls
from sync.hq.web.console.marking_answers import marking_answers
from sync.hq.web.console.marking_plans import marking_plans
from sync.hq.web.console.menu import menu
from sync.hq.web.console.people import people
from sync.hq.web.console.person_fields import SHOWN, field_name, field_value
from sync.hq.web.console.personal_forms import personal_forms
from sync.hq.web.console.previews import previews
from sync.hq.web.console.releases import releases
from sync.hq.web.console.removable_media import removable_media
from sync.hq.web.console.review import review
from sync.hq.web.console.review_bulk import review_bulk
from sync.hq.web.console.rich import plain, rich
from sync.hq.web.console.rulings import rulings
from sync.hq.web.console.samples import samples
from sync.hq.web.console.scans import scans
from sync.hq.web.console.similarity import similarity
from sync.hq.web.console.sitting_changes import sitting_changes
from sync.hq.web.console.sitting_jobs import sitting_jobs
from sync.hq.web.console.sitting_packages import sitting_packages
from sync.hq.web.console.sitting_papers import sitting_papers
from sync.hq.web.console.sitting_rooms import sitting_rooms
from sync.hq.web.console.sittings import sittings
from sync.hq.web.console.statistics import statistics
from sync.hq.web.console.targets import may
from sync.hq.web.console.tickets import tickets
from sync.hq.web.console.uploading import uploading
from sync.hq.web.public.look_up import look_up
from sync.hq.web.public.verify import verify
from sync.hq.web.replies import AddressNumber, set_date_header
from sync.hq.web.role_names import role_name, role_purpose

TRANSLATIONS = Path(__file__).parents[1] / "translations"


def create_app(hq: HqServices, load_pack: Callable[[], PortraitPack] | None = None) -> Flask:
    """Build the application for open headquarters; a process may have several.

    ``load_pack`` loads the face pack that checks and compares portraits. Without it, another
    machine has to do that.
    """
    app = Flask(__name__)
    app.config.update(
        MAX_CONTENT_LENGTH=limits.MAX_FORM,
        BOOTSTRAP_SERVE_LOCAL=True,
        TEMPLATES_AUTO_RELOAD=False,
    )
    app.url_map.converters["int"] = AddressNumber
    app.extensions["headquarters"] = hq
    app.extensions["load_portrait_pack"] = load_pack
    limits.install(app)
    Bootstrap5(app)
    timezone = hq.settings.console.timezone
    languages.install(app, TRANSLATIONS, cookie="hq_lang", timezone=timezone)
    app.jinja_env.globals["language"] = languages.language
    style.install(app)
    app.jinja_env.filters["rich"] = rich
    app.jinja_env.filters["plain"] = plain
    app.jinja_env.globals["audit_name"] = audit_name
    app.jinja_env.globals["role_name"] = role_name
    app.jinja_env.globals["role_purpose"] = role_purpose
    app.jinja_env.globals["may"] = may
    app.jinja_env.globals["menu"] = menu
    app.jinja_env.globals["field_name"] = field_name
    app.jinja_env.globals["field_value"] = field_value
    app.jinja_env.globals["shown_fields"] = SHOWN
    app.jinja_env.globals["place"] = messages.place
    app.jinja_env.globals["fields_of_sheets"] = choices_of_fields()
    app.jinja_env.globals["encodings"] = tuple(ENCODINGS)
    app.jinja_env.globals["item_types"] = messages.ITEM_TYPES
    app.jinja_env.globals["difficulties"] = messages.DIFFICULTIES
    headers.install(app)
    notices.install(app)
    set_date_header(app)
    for blueprint in (sync_api, tus_api, pull_api, verify):
        app.register_blueprint(blueprint)
    for blueprint in (
        console,
        accounts,
        exchange,
        audit,
        centres,
        announcements,
        exam_day,
        samples,
        keys,
        items,
        sittings,
        sitting_papers,
        sitting_packages,
        sitting_rooms,
        sitting_changes,
        sitting_jobs,
        candidates,
        personal_forms,
        guests,
        scans,
        similarity,
        candidate_previews,
        people,
        removable_media,
        tickets,
        marking,
        marking_calls,
        marking_plans,
        marking_answers,
        uploading,
        previews,
        item_columns,
        item_editor,
        item_imports,
        certificate_orders,
        certificates,
        review,
        review_bulk,
        cases,
        statistics,
        item_statistics,
        releases,
        rulings,
        look_up,
    ):
        app.register_blueprint(blueprint)
    health.install(app, health.Health(hq.storage.check, overdue=hq.backups.overdue))
    _behind_proxies(app, hq.settings.server.proxies)
    return app


def _behind_proxies(app: Flask, count: int) -> None:
    if count:
        proxied = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)
        app.wsgi_app = proxied  # type: ignore[method-assign]
