"""Templates of centre and headquarters: balanced tags, and lines that can be read and merged."""

import ast
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


WEB = (
    (ROOT / "kiosk/web", ROOT / "kiosk/web/templates"),
    (ROOT / "sync/hq/web", ROOT / "sync/hq/web/templates"),
)
LOADS = re.compile(r"""\{%-?\s*(?:extends|from|include|import)\s+['"]([^'"]+)['"]""")


def _with_parts(name: str, folder: Path) -> str:
    """The text of a template and of everything that it extends, imports or includes."""
    text = (folder / name).read_text(encoding="utf-8")
    return text + "".join(_with_parts(part, folder) for part in LOADS.findall(text))


def _renderings() -> list[tuple[str, Path, tuple[str, ...]]]:
    """Every template that code renders, its folder, and the names of what it is given."""
    found = []
    for code, folder in WEB:
        for path in sorted(code.rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_bytes())):
                if isinstance(node, ast.Call) and ast.unparse(node.func) == "render_template":
                    given = tuple(word.arg for word in node.keywords if word.arg is not None)
                    if node.args and isinstance(node.args[0], ast.Constant):
                        found.append((str(node.args[0].value), folder, given))
    return found


@pytest.mark.parametrize(
    ("name", "folder", "given"),
    _renderings(),
    ids=lambda value: value if str(value) == value else "",
)
def test_a_template_uses_what_it_is_given(name: str, folder: Path, given: tuple[str, ...]) -> None:
    text = _with_parts(name, folder)
    assert [word for word in given if not re.search(rf"\b{word}\b", text)] == []
