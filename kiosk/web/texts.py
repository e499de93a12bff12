"""What the browser's modules say, and texts that come in both languages."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from flask import Flask

from kiosk.webpages import languages
from kiosk.webpages.languages import DEFAULT_LANGUAGE, language

FOLDER = Path(__file__).parent / "translations"


def catalogue(language: str) -> Catalog:
    """Return the messages of a centre's pages."""
    return languages.catalogue(FOLDER, language)


@cache
def browser_texts(language: str, area: str) -> dict[str, str]:
    """Return the texts that the modules of an area (`candidate`, `staff`) use, by source string."""
    folders = (f"static/js/{area}/", "static/js/common/")
    return {
        str(message.id): str(message.string)
        for message in catalogue(language)
        if message.id
        and message.string
        and any(folder in place for place, _line in message.locations for folder in folders)
    }


def localised(text: object) -> str:
    """Return the text in the request's language.

    `text` is a `{"zh", "en"}` mapping, an object with such attributes, or plain.
    """
    if isinstance(text, dict):
        return str(text.get(language()) or text.get(DEFAULT_LANGUAGE) or "")
    return str(getattr(text, language(), text))


def install(app: Flask, timezone: str) -> None:
    """Give `app` its languages, and templates the filter `localised`."""
    languages.install(app, FOLDER, cookie="lang", timezone=timezone)
    app.add_template_filter(localised)
