"""What all pages share: JSON data for their modules, write tokens, title bar."""

from __future__ import annotations

from typing import Any

from flask import Flask, render_template, request
from flask_babel import format_datetime, format_time, get_timezone

from kiosk.exam.actors import shown_name
from kiosk.web.auth import Audience, session_csrf
from kiosk.web.http.jsonio import plain
from kiosk.web.labels import terms
from kiosk.web.services import hall
from kiosk.web.texts import browser_texts
from kiosk.webpages.languages import language

_LABELS: dict[tuple[str, str], dict[str, dict[str, str]]] = {}


def install(app: Flask) -> None:
    """Register the shared values and filters of the templates."""
    app.context_processor(_shared)
    app.add_template_filter(local_date)
    app.add_template_filter(local_datetime)
    app.add_template_filter(local_time)
    app.add_template_filter(shown_name)
    # A page carries hundreds of texts: three bytes for a Chinese character instead of six.
    app.jinja_env.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}


def _shared() -> dict[str, Any]:
    settings = hall().settings
    return {
        "language": language(),
        "centre_name": settings.centre_name or settings.centre_code,
        "other_language_url": _other_language_url(),
    }


def _other_language_url() -> str:
    return f"{request.path}?lang={'en' if language() == 'zh' else 'zh'}"


def local_datetime(moment: Any) -> str:
    """Format date and time in the centre's time zone; "" for None."""
    return "" if moment is None else format_datetime(moment, "yyyy-MM-dd HH:mm")


def local_date(moment: Any) -> str:
    """Format the date in the centre's time zone; "" for None."""
    return "" if moment is None else format_datetime(moment, "yyyy-MM-dd")


def local_time(moment: Any) -> str:
    """Format the time with seconds in the centre's time zone; "" for None."""
    return "" if moment is None else format_time(moment, "HH:mm:ss")


def render(
    template: str,
    audience: Audience,
    *,
    area: str,
    data: dict[str, Any] | None = None,
    **values: Any,
) -> str:
    """Render a page with its data for the browser's modules.

    Args:
        template: the template's name.
        audience: whose session the page's writes belong to.
        area: `candidate` or `staff`: which texts and labels the modules get.
        data: further data for the page's own module.
    """
    page_data = {
        "language": language(),
        "timezone": str(get_timezone()),
        "texts": browser_texts(language(), area),
        "labels": _labels(area),
        **plain(data or {}),
    }
    return render_template(template, page_data=page_data, csrf=_csrf(audience), area=area, **values)


def _labels(area: str) -> dict[str, dict[str, str]]:
    """Return the labels of an area, made once for each language."""
    made = _LABELS.get((language(), area))
    if made is None:
        made = terms.staff_labels() if area == "staff" else terms.candidate_labels()
        _LABELS[language(), area] = made
    return made


def _csrf(audience: Audience) -> str:
    return "" if audience is Audience.PUBLIC else session_csrf(audience)
