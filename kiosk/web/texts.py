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
    """The messages of a centre's pages."""
    return languages.catalogue(FOLDER, language)


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


def localised(text: object) -> str:
    """A text that may come in both languages (`{"zh", "en"}` or with such attributes)."""
    if isinstance(text, dict):
        return str(text.get(language()) or text.get(DEFAULT_LANGUAGE) or "")
    return str(getattr(text, language(), text))


def install(app: Flask, timezone: str) -> None:
    """Give `app` its languages, and templates the filter `localised`."""
    languages.install(app, FOLDER, cookie="lang", timezone=timezone)
    app.add_template_filter(localised)
