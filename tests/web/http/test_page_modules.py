"""A page names all modules that it needs, each once."""

import re
from pathlib import Path

import pytest
from flask import Flask, g

from kiosk.web.http.page_modules import FOLDER, imports, script

MODULES = sorted(
    path.relative_to(FOLDER).with_suffix("").as_posix() for path in FOLDER.rglob("*.js")
)
FROM = re.compile(r'^(?:import|export|\}).* from "\.[^"]*/([^/"]+)\.js";$', re.MULTILINE)
NAMED = re.compile(r'(?:href|src)="[^"]+/js/([^"]+)\.js"')


def test_a_module_without_imports_needs_no_other() -> None:
    assert imports("common/page") == ()


def test_imports_of_imports_belong_to_a_module() -> None:
    assert set(imports("candidate/devices/terminal")) == {
        "common/api",
        "common/dom",
        "common/mock-exam",
        "common/page",
        "common/request-slots",
    }


@pytest.mark.parametrize("name", MODULES)
def test_whatever_stands_after_from_in_a_module_is_found(name: str) -> None:
    text = Path(FOLDER / f"{name}.js").read_text(encoding="utf-8")
    direct = FROM.findall(text)
    assert set(direct) <= {module.split("/")[-1] for module in imports(name)}


def test_a_page_names_a_module_once(app: Flask) -> None:
    with app.test_request_context("/"):
        first = script("candidate/checkin/terminal-return")
        second = script("candidate/devices/device-check")
    named = NAMED.findall(first + second)
    assert sorted(named) == sorted(set(named))
    assert {"common/api", "candidate/devices/camera"} <= set(named)


def test_a_script_carries_the_nonce_of_its_request(app: Flask) -> None:
    with app.test_request_context("/"):
        app.preprocess_request()
        markup = script("common/mock-exam-watch")
        nonce = g.csp_nonce
    assert f'<script type="module" nonce="{nonce}" src="' in markup
