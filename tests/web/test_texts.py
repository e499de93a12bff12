"""Every text of the pages exists in Chinese, and the browser gets what its modules say."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.jslexer import tokenize
from flask import Flask

from kiosk.web import texts
from kiosk.web.labels.readiness import lasting

WEB = Path(texts.__file__).parent
METHODS = [
    ("static/js/**.js", "javascript"),
    ("templates/**.html", "jinja2"),
    ("**.py", "python"),
]
KEYWORDS = {"_": None, "_l": None, "t": None, "gettext": None, "lazy_gettext": None}
PLACEHOLDERS = re.compile(r"%\(\w+\)s|\{\w+\}")


def _sources() -> dict[str, set[str]]:
    """Every source string and the files that say it."""
    found: dict[str, set[str]] = {}
    for file, _line, message, *_ in extract_from_dir(WEB, METHODS, keywords=KEYWORDS):
        if message:
            found.setdefault(str(message), set()).add(file)
    return found


SOURCES = _sources()
CHINESE = {str(m.id): str(m.string) for m in texts.catalogue("zh") if m.id}


def test_extraction_sees_all_three_kinds_of_source() -> None:
    suffixes = {Path(file).suffix for files in SOURCES.values() for file in files}
    assert suffixes == {".py", ".html", ".js"}


def test_every_source_string_has_a_chinese_text() -> None:
    assert {source for source in SOURCES if not CHINESE.get(source)} == set()


def test_no_translation_has_outlived_its_source() -> None:
    assert set(CHINESE) - set(SOURCES) == set()


def test_translations_keep_their_placeholders() -> None:
    def holes(text: str) -> list[str]:
        return sorted(PLACEHOLDERS.findall(text))

    assert [s for s in SOURCES if holes(s) != holes(CHINESE.get(s, ""))] == []


@pytest.mark.parametrize("area", ["candidate", "staff"])
def test_the_browser_gets_every_text_of_its_modules(area: str) -> None:
    own = (f"static/js/{area}/", "static/js/common/")
    said = {s for s, files in SOURCES.items() if any(file.startswith(own) for file in files)}
    assert said - set(texts.browser_texts("zh", area)) == set()


def test_english_needs_no_translation() -> None:
    assert texts.browser_texts("en", "staff") == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [({"zh": "试卷", "en": "Paper"}, "试卷"), ("plain", "plain"), ({"zh": "只有中文"}, "只有中文")],
)
def test_a_text_in_both_languages_is_shown_in_the_readers(
    text: object, expected: str, request_context: None
) -> None:
    assert texts.localised(text) == expected


@pytest.mark.parametrize(
    ("hours", "language", "expected"),
    [
        (3.2, "en", "3.2 hours"),
        (71.9, "en", "71.9 hours"),
        (72, "en", "3 days"),
        (999, "en", "more than 40 days"),
        (999, "zh", "40 天以上"),
    ],
)
def test_what_the_disk_lasts_is_not_counted_out_beyond_what_is_known(
    app: Flask, hours: float, language: str, expected: str
) -> None:
    with app.test_request_context(f"/?lang={language}"):
        assert lasting(hours) == expected


def test_no_text_is_hidden_from_extraction_in_a_template_literal() -> None:
    hidden = [
        (path.name, token.value)
        for path in WEB.glob("static/js/**/*.js")
        for token in tokenize(path.read_text(encoding="utf-8"))
        if token.type == "template_string" and re.search(r"\bt\(", token.value)
    ]
    assert hidden == []
