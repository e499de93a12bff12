"""Bootstrap, as far as the pages use it.

Most of its rules are for classes that no page names: without them a terminal's first page loads a
quarter less, and a browser has fewer rules to try.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib import resources
from pathlib import Path

SOURCE = "static/bootstrap5/css/bootstrap.min.css"
USERS = (("templates", "*.html"), ("static/js", "*.js"))
"""Where classes are named, below ``kiosk/web``."""
_BLOCK = re.compile(r"([^{}]+)\{((?:[^{}]+|\{[^{}]*\})*)\}")
_WORD = re.compile(r"[A-Za-z][\w-]*")
_COMMA = re.compile(r",(?![^()]*\))")
_AMONG_OTHERS = re.compile(r":(?:not|is|where)\([^()]*\)")
_NAMED = re.compile(r"[.\[]([A-Za-z][\w-]*)")
_NOTICE = re.compile(r"/\*!.*?\*/", re.DOTALL)


@cache
def bootstrap() -> bytes:
    """Return the style sheet."""
    source = resources.files("flask_bootstrap") / SOURCE
    folder = Path(str(resources.files("kiosk.web")))
    users = (path for name, kind in USERS for path in (folder / name).rglob(kind))
    words = words_of(path.read_text(encoding="utf-8") for path in users)
    return trimmed(source.read_text(encoding="utf-8"), words).encode()


def words_of(texts: Iterable[str]) -> frozenset[str]:
    """Return all words that may be classes; one that ends in a hyphen is the start of some."""
    return frozenset(word for text in texts for word in _WORD.findall(text))


def trimmed(sheet: str, words: frozenset[str]) -> str:
    """Return a sheet without the selectors that name a class that is not among the words."""
    notice = _NOTICE.match(sheet.removeprefix('@charset "UTF-8";'))
    starts = tuple(word for word in words if word.endswith("-"))
    return (notice[0] if notice else "") + _rules(_NOTICE.sub("", sheet), words, starts)


def _rules(sheet: str, words: frozenset[str], starts: tuple[str, ...]) -> str:
    kept = []
    for opening, body in _BLOCK.findall(sheet):
        head = opening.rpartition(";")[2]  # behind @charset
        if head.startswith(("@media", "@supports")):
            inner = _rules(body, words, starts)
            kept += [f"{head}{{{inner}}}"] if inner else []
        elif head.startswith("@"):
            kept.append(f"{head}{{{body}}}")
        else:
            selectors = _COMMA.split(head)
            used = [selector for selector in selectors if _is_used(selector, words, starts)]
            kept += [f"{','.join(used)}{{{body}}}"] if used else []
    return "".join(kept)


def _is_used(selector: str, words: frozenset[str], starts: tuple[str, ...]) -> bool:
    names = _NAMED.findall(_AMONG_OTHERS.sub("", selector))
    return all(name in words or name.startswith(starts) for name in names)
