"""Pages get those rules of Bootstrap whose classes they name."""

import re

import pytest

from kiosk.web.http.styles import bootstrap, trimmed, words_of

WORDS = words_of(['<p class="a b-c">', "`chip chip-${state}`"])


@pytest.mark.parametrize(
    ("sheet", "left"),
    [
        (".a{x:y}.z{x:y}", ".a{x:y}"),
        (".a,.z,p{x:y}", ".a,p{x:y}"),
        (".a .z{x:y}.a.b-c>p:hover{x:y}", ".a.b-c>p:hover{x:y}"),
        (".a:not(.z){x:y}", ".a:not(.z){x:y}"),
        ("p:is(.a,.z){x:y}", "p:is(.a,.z){x:y}"),
        (".chip-wait{x:y}", ".chip-wait{x:y}"),
        (".chips{x:y}", ""),
        ("@media print{.z{x:y}}@media (min-width:9px){.a{x:y}.z{x:y}}",
         "@media (min-width:9px){.a{x:y}}"),
        ("@keyframes turn{from{x:y}to{x:z}}", "@keyframes turn{from{x:y}to{x:z}}"),
        ("[data-z]{x:y}[type=text]{x:y}", ""),
        ('@charset "UTF-8";/*! licence */p{x:y}', "/*! licence */p{x:y}"),
    ],
)  # fmt: skip
def test_only_rules_of_named_classes_stay(sheet: str, left: str) -> None:
    assert trimmed(sheet, WORDS) == left


def test_what_pages_use_of_bootstrap_is_whole_and_small() -> None:
    text = bootstrap().decode()
    assert text.count("{") == text.count("}")
    assert text.startswith("/*!")
    assert "Licensed under MIT" in text[:300]
    for rule in (".btn", ".btn:hover", ".form-control:focus", ".form-select", ":root"):
        assert re.search(rf"(?:^|[,}}/]){re.escape(rule)}[,{{]", text), rule
    assert ".accordion" not in text
    assert len(text) < 60_000
