"""Languages: Chinese first, English on request; what the browser's modules say comes from here.

Source strings are English. `translations/zh/LC_MESSAGES/messages.po` is read at start; nothing
has to be compiled beforehand.
"""

from __future__ import annotations

import gettext
import io
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, Response, request
from flask_babel import Babel, Domain

LANGUAGES = ("zh", "en")
DEFAULT_LANGUAGE = "zh"
COOKIE = "lang"
YEAR_S = 365 * 24 * 3600
FOLDER = Path(__file__).parent / "translations"


@cache
def catalogue(language: str) -> Catalog:
    """The language's messages; empty for English, which the sources are written in."""
    path = FOLDER / language / "LC_MESSAGES" / "messages.po"
    if not path.is_file():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


@cache
def _translations(language: str) -> gettext.NullTranslations:
    messages = catalogue(language)
    if not len(messages):
        return NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return Translations(compiled, "messages")


def _domain() -> Any:
    """Flask-Babel's domain, its cache filled from the .po files so that it looks for no others."""
    domain = Domain()
    for name in LANGUAGES:
        domain.cache[name, domain.domain[0]] = _translations(name)
    return domain


@cache
def browser_texts(language: str, area: str) -> dict[str, str]:
    """What the modules of one area (`candidate`, `staff`) may say: source string to text."""
    folders = (f"static/js/{area}/", "static/js/common/")
    return {
        str(message.id): str(message.string)
        for message in catalogue(language)
        if message.id
        and message.string
        and any(folder in place for place, _line in message.locations for folder in folders)
    }


def language() -> str:
    """The request's language: `?lang=`, else the cookie, else Chinese."""
    for wish in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if wish in LANGUAGES:
            return str(wish)
    return DEFAULT_LANGUAGE


def _remember_language(response: Response) -> Response:
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


def localised(text: object) -> str:
    """A text that may come in both languages (`{"zh", "en"}` or with such attributes)."""
    if isinstance(text, dict):
        return str(text.get(language()) or text.get(DEFAULT_LANGUAGE) or "")
    return str(getattr(text, language(), text))


def install(app: Flask, timezone: str) -> None:
    """Give `app` its languages and the time zone that people read times in."""
    babel = Babel(
        app,
        default_locale=DEFAULT_LANGUAGE,
        default_timezone=timezone,
        locale_selector=language,
    )
    babel.domain_instance = _domain()
    app.after_request(_remember_language)
    app.add_template_filter(localised)
