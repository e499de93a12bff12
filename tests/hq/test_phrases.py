"""The words inside a problem's sentence are translated, too."""

import ast
from collections.abc import Iterator
from pathlib import Path

import sync.hq
from kiosk.webpages.languages import catalogue
from sync.hq.imports.jobs import as_json
from sync.hq.problems import Phrase, Problem
from sync.hq.web.app import TRANSLATIONS

ROOT = Path(sync.hq.__file__).parent
TAKING = ("Phrase", "Unsupported", "lost", "dropped")
"""Functions whose first argument becomes a phrase."""


def _phrases() -> Iterator[str]:
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                first = node.args[0]
                if name in TAKING and isinstance(first, ast.Constant):
                    yield str(first.value)


def test_every_phrase_has_its_chinese() -> None:
    chinese = {str(message.id) for message in catalogue(TRANSLATIONS, "zh") if message.string}
    found = set(_phrases())
    assert len(found) > 50
    assert sorted(found - chinese) == []


def test_a_phrase_is_built_from_a_literal() -> None:
    """An f-string would never be found in the catalogue."""
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Phrase":
                assert not isinstance(node.args[0], ast.JoinedStr), f"{path}:{node.lineno}"


def test_a_phrase_stays_apart_in_json() -> None:
    reason = Phrase("it has %(size)s bytes, at most %(limit)s", {"size": 9, "limit": 5})
    problem = Problem("picture_bad", params={"value": "x.png", "reason": reason})
    assert problem.text == "the picture x.png cannot be used: it has 9 bytes, at most 5"
    assert as_json(problem)["params"] == {
        "value": "x.png",
        "reason": {"text": reason.text, "params": {"size": "9", "limit": "5"}},
    }
