"""WCAG 2.2 AA by axe-core, in the page that a test has opened."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

LIBRARY = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

needs_axe = pytest.mark.skipif(
    not LIBRARY.exists(), reason="axe-core comes with the checks of scripts: make lint"
)


def faults(page: Page) -> list[str]:
    """What axe finds wrong, with the elements."""
    # Pages forbid other scripts; what the debugger evaluates is no part of the page.
    page.evaluate(LIBRARY.read_text(encoding="utf-8"))
    found = page.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", TAGS
    )["violations"]
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in found
        for node in violation["nodes"]
    ]
