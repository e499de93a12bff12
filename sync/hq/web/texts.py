"""Languages of the console: Chinese first, English on request.

Source strings are English; ``translations/zh/LC_MESSAGES/messages.po`` is compiled in memory at
start, so nothing has to be built.
"""

import io
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Flask, Response, request
from flask_babel import Babel, Domain

LANGUAGES = ("zh", "en")
COOKIE = "hq_lang"
YEAR_S = 365 * 24 * 3600
CATALOGUE = Path(__file__).parent.parent / "translations" / "zh" / "LC_MESSAGES" / "messages.po"


def load_chinese() -> Translations:
    """The Chinese catalogue, compiled in memory; raises babel's PoFileError if it is malformed."""
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="zh", abort_invalid=True)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled, "messages")


def language() -> str:
    """The request's language: ``?lang=``, else the cookie, else Chinese."""
    for wish in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if wish in LANGUAGES:
            return str(wish)
    return LANGUAGES[0]


def install(app: Flask, timezone: str) -> None:
    """Give ``app`` its languages and the time zone that people read times in."""
    babel = Babel(app, default_locale="zh", default_timezone=timezone, locale_selector=language)
    domain = Domain()
    domain.cache.update({("zh", "messages"): load_chinese(), ("en", "messages"): Translations()})
    babel.domain_instance = domain
    app.after_request(_remember)
    app.jinja_env.globals["language"] = language


def _remember(response: Response) -> Response:
    if request.args.get("lang") in LANGUAGES:
        response.set_cookie(
            COOKIE,
            language(),
            max_age=YEAR_S,
            samesite="Strict",
            httponly=True,
            secure=request.is_secure,
        )
    return response
