"""Languages: Chinese first, English on request.

Source strings are English. ``zh/LC_MESSAGES/messages.po`` is compiled in memory at start, so
nothing has to be built.
"""

import gettext
import io
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, Response, current_app, request
from flask_babel import Babel, Domain

from kiosk.webpages.cookies import drop_cookie, set_cookie

LANGUAGES = ("zh", "en")
DEFAULT_LANGUAGE = "zh"
YEAR_S = 365 * 24 * 3600
_COOKIE = "LANGUAGE_COOKIE"


@cache
def catalogue(folder: Path, language: str) -> Catalog:
    """Return the language's messages; empty for English, which the sources are written in.

    Raises: PoFileError when the file is malformed.
    """
    path = folder / language / "LC_MESSAGES" / "messages.po"
    if not path.is_file():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


@cache
def translations(folder: Path, language: str) -> gettext.NullTranslations:
    """Return the language's messages, ready for gettext; raises like :func:`catalogue`."""
    messages = catalogue(folder, language)
    if not len(messages):
        return NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return Translations(compiled, "messages")


def language() -> str:
    """Return the request's language: `?lang=`, else the cookie, else Chinese."""
    cookie: str = current_app.config[_COOKIE]
    for wish in (request.args.get("lang"), request.cookies.get(cookie)):
        if wish in LANGUAGES:
            return str(wish)
    return DEFAULT_LANGUAGE


def install(app: Flask, folder: Path, *, cookie: str, timezone: str) -> None:
    """Give `app` its languages and the time zone that people read times in.

    Each product has a ``cookie`` of its own: a browser sends one host's cookies to all its ports,
    and who reads one product in English has not asked for the other in English.
    """
    app.config[_COOKIE] = cookie
    babel = Babel(
        app,
        default_locale=DEFAULT_LANGUAGE,
        default_timezone=timezone,
        locale_selector=language,
    )
    # Its cache filled from the .po files, the domain looks for no others.
    domain = Domain()
    for name in LANGUAGES:
        domain.cache[name, domain.domain[0]] = translations(folder, name)
    babel.domain_instance = domain
    app.after_request(_remember)


def forget(response: Response) -> Response:
    """Let this browser begin with the usual language again, for the next person at it."""
    drop_cookie(response, current_app.config[_COOKIE], secure=request.is_secure)
    return response


def _remember(response: Response) -> Response:
    if request.args.get("lang") in LANGUAGES:
        cookie: str = current_app.config[_COOKIE]
        set_cookie(response, cookie, language(), YEAR_S, secure=request.is_secure)
    return response
