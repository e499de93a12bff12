"""The browser neither fills in, corrects nor translates what candidates write."""

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).parents[3] / "kiosk" / "web" / "templates"
FIELD = re.compile(r"<(?:input|textarea)\b(?:[^>{]|\{[^>]*?\})*>")
NOT_WRITTEN = re.compile(r'type="(?:checkbox|radio|hidden|file|range|button|submit)"')
UNAIDED = ('autocomplete="off"', 'autocorrect="off"', 'autocapitalize="off"', 'spellcheck="false"')


def written_fields() -> list[tuple[str, str]]:
    """Name of the template and tag of each field in which a candidate writes."""
    return [
        (template.name, tag)
        for template in sorted((TEMPLATES / "candidate").glob("*.html"))
        for tag in FIELD.findall(template.read_text(encoding="utf-8"))
        if not NOT_WRITTEN.search(tag)
    ]


def test_fields_are_found_where_candidates_write() -> None:
    assert {"sign_in.html", "personal_form.html", "waiting.html"} <= {
        name for name, _ in written_fields()
    }


@pytest.mark.parametrize(("name", "tag"), written_fields())
def test_a_field_gets_no_help_from_the_browser(name: str, tag: str) -> None:
    assert [attribute for attribute in UNAIDED if attribute not in tag] == [], f"{name}: {tag}"


def test_every_page_tells_translators_to_leave_it_alone() -> None:
    base = (TEMPLATES / "base.html").read_text(encoding="utf-8")
    assert re.search(r'<html\b[^>]*\stranslate="no"', base)
    assert '<meta name="google" content="notranslate">' in base
    for template in (TEMPLATES / "candidate").glob("*.html"):
        assert "<html" not in template.read_text(encoding="utf-8"), template.name
