"""The files that browsers load: small, strict, from this server only."""

import re
from pathlib import Path

import pytest

from kiosk.web import app as web_app

WEB = Path(web_app.__file__).parent
MODULES = sorted(WEB.glob("static/js/**/*.js"))
TEMPLATES = sorted(WEB.glob("templates/**/*.html"))
STYLES = sorted(WEB.glob("static/css/*.css"))
LONGEST = 300
IMPORT = re.compile(r'from "(\.[^"]+)"')
FOREIGN = re.compile(r"(?:https?:)?//[a-z0-9-]+\.[a-z]{2,}", re.IGNORECASE)
NAMESPACE = "http://www.w3.org/"
UNSAFE = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function")
INLINE = re.compile(r"\son\w+=|\sstyle=|javascript:|<style", re.IGNORECASE)


def _name(path: Path) -> str:
    return path.relative_to(WEB).as_posix()


@pytest.mark.parametrize("path", MODULES + STYLES + TEMPLATES, ids=_name)
def test_a_file_stays_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


@pytest.mark.parametrize("path", MODULES + STYLES + TEMPLATES, ids=_name)
def test_a_file_names_no_other_server(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace(NAMESPACE, "")
    assert FOREIGN.findall(text) == []


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_a_module_imports_what_exists(path: Path) -> None:
    imported = IMPORT.findall(path.read_text(encoding="utf-8"))
    assert [name for name in imported if not (path.parent / name).is_file()] == []


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_a_module_sets_text_never_markup(path: Path) -> None:
    assert UNSAFE.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_a_template_has_nothing_inline(path: Path) -> None:
    assert INLINE.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_a_template_never_switches_escaping_off(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "| safe" not in text
    assert "autoescape" not in text


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_every_script_carries_the_nonce(path: Path) -> None:
    scripts = re.findall(r"<script[^>]*>", path.read_text(encoding="utf-8"))
    assert [tag for tag in scripts if 'nonce="{{ csp_nonce }}"' not in tag] == []
