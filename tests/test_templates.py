"""Templates of centre and headquarters: balanced tags, and lines that can be read and merged."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CENTRE = sorted((ROOT / "kiosk/web/templates").rglob("*.html"))
HQ = sorted((ROOT / "sync/hq/web/templates").rglob("*.html"))
EMPTY = (
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "wbr",
)
JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
TEXT = re.compile(r"""_\(\s*('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")""")
LONGEST_LINE = 240
"""Characters of a line, the texts in it left out: they are one string each."""


class Tags(HTMLParser):
    """The elements that are open, and what closes another one than the last."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, _attrs: object) -> None:
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if self.open[-1:] == [tag]:
            self.open.pop()
        else:
            self.wrong.append(f"</{tag}> in line {self.getpos()[0]}")


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", CENTRE + HQ, ids=_name)
def test_every_tag_is_closed_in_order(path: Path) -> None:
    tags = Tags()
    tags.feed(JINJA.sub("", path.read_text(encoding="utf-8")))
    tags.close()
    assert (tags.open, tags.wrong) == ([], [])


@pytest.mark.parametrize("path", CENTRE + HQ, ids=_name)
def test_a_line_can_be_read(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if len(TEXT.sub("_(", line)) > LONGEST_LINE] == []
