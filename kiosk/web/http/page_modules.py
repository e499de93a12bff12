"""Modules of a page, with everything that they import.

A browser finds an import only in the module that names it, so a chain of imports costs a round trip
for each of its links. A page therefore names all modules itself, and the browser fetches them
together.
"""

from __future__ import annotations

import posixpath
import re
from functools import cache
from importlib import resources
from pathlib import Path

from flask import Flask, current_app, g
from markupsafe import Markup

FOLDER = Path(str(resources.files("kiosk.web"))) / "static" / "js"
_IMPORTED = re.compile(r'^(?:import|export)\b(?:[^;"=()]*\bfrom)? "(\.[^"]+)"', re.MULTILINE)
_PRELOAD = Markup('<link rel="modulepreload" href="{}">')
_SCRIPT = Markup('<script type="module" nonce="{}" src="{}"></script>')


def install(app: Flask) -> None:
    """Give templates ``script(name)``."""
    app.add_template_global(script)


@cache
def imports(name: str) -> tuple[str, ...]:
    """Return the modules that a module imports, directly or not; names have no ``.js``."""
    found: dict[str, None] = {}
    waiting = [name]
    while waiting:
        importer = waiting.pop(0)
        text = (FOLDER / f"{importer}.js").read_text(encoding="utf-8")
        for path in _IMPORTED.findall(text):
            imported = posixpath.normpath(posixpath.join(posixpath.dirname(importer), path))
            module = imported.removesuffix(".js")
            if module not in found:
                found[module] = None
                waiting.append(module)
    return tuple(found)


def script(name: str) -> Markup:
    """Return the markup that loads a module; ``name`` as in ``candidate/exam/exam``."""
    named: set[str] = g.setdefault("page_modules", set())
    named.add(name)
    missing = [module for module in imports(name) if module not in named]
    named.update(missing)
    links = [_PRELOAD.format(_address(module)) for module in missing]
    return Markup("\n").join([*links, _SCRIPT.format(g.get("csp_nonce", ""), _address(name))])


def _address(name: str) -> str:
    return f"{current_app.static_url_path}/js/{name}.js"
