"""One word for one thing: what people read is held to docs/glossary.md, in both languages."""

import re
import tokenize
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import click
import pytest

from kiosk.cli import main as centre_cli
from kiosk.web import texts as centre_texts
from kiosk.webpages.languages import catalogue
from sync.hq.cli import main as hq_cli
from sync.hq.web.app import TRANSLATIONS
from tests.errors import error_classes

DOCS = Path(__file__).parent.parent / "docs"
GLOSSARY = DOCS / "glossary.md"
CODE = re.compile(r"^```.*?^```|^    .*?$|`[^`\n]*`|\]\([^)\n]*\)", re.DOTALL | re.MULTILINE)
PLACEHOLDER = re.compile(r"%\(\w+\)s")
ALLOWED = {
    "跳出": ("请勿跳出答题页。每次跳出", "跳出答题页 only where"),
    "签到": ("签到表", "签到时间"),
    "blob": ("storage.blobs",),
}
"""The notices' own word in the rules that candidates accept; the sheet on which candidates sign, as
everybody calls it; names of settings."""


@dataclass(frozen=True)
class Term:
    """A row of the glossary."""

    word: str
    chinese: tuple[str, ...]
    shunned: tuple[str, ...]
    on_pages: bool


def _listed(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(",") if part.strip())


@cache
def terms() -> tuple[Term, ...]:
    """Every row of the glossary's tables."""
    found = []
    on_pages = False
    for line in GLOSSARY.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            on_pages = line.startswith("## On the pages")
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and len(cells) == 5 and cells[0] not in ("Word", "---"):
            shunned = (*_listed(cells[3]), *_listed(cells[4]))
            found.append(Term(cells[0], _listed(cells[1]), shunned, on_pages))
    return tuple(found)


@cache
def catalogues() -> Mapping[str, str]:
    """Every text of both consoles, English to Chinese."""
    centre = {str(m.id): str(m.string) for m in centre_texts.catalogue("zh") if m.id}
    hq = {str(m.id): str(m.string) for m in catalogue(TRANSLATIONS, "zh") if m.id}
    return {**hq, **centre}


def _helps(command: click.Command) -> Iterator[str]:
    with click.Context(command) as context:
        yield command.help or ""
        yield from (str(getattr(param, "help", None) or "") for param in command.params)
        if isinstance(command, click.Group):
            for name in command.list_commands(context):
                found = command.get_command(context, name)
                assert found is not None
                yield from _helps(found)


@cache
def texts() -> Mapping[str, str]:
    """What people read, by where it stands."""
    found = {f"text {english!r}": f"{english}\n{zh}" for english, zh in catalogues().items()}
    found |= {f"error {error.__name__}": error.message for error in error_classes()}
    for name, cli in (("kiosk", centre_cli), ("hq", hq_cli)):
        found |= {f"{name} help {n}": CODE.sub("", text) for n, text in enumerate(_helps(cli))}
    found |= {path.name: _prose(path) for path in DOCS.glob("*.md")}
    return found


def _prose(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    if path == GLOSSARY:
        text = re.sub(r"^(\|[^|]*\|[^|]*\|[^|]*\|).*$", r"\1", text, flags=re.MULTILINE)
    return CODE.sub("", text)


def _uses(shunned: str, text: str) -> bool:
    for context in ALLOWED.get(shunned, ()):
        text = text.replace(context, "")
    text = PLACEHOLDER.sub("…", text)
    if shunned.isascii():
        return re.search(rf"\b{re.escape(shunned)}s?\b", text, re.IGNORECASE) is not None
    return shunned in text


SHUNNED = [(shunned, term.word) for term in terms() for shunned in term.shunned]


@pytest.mark.parametrize(("shunned", "word"), SHUNNED, ids=[shunned for shunned, _ in SHUNNED])
def test_no_other_word_stands_for_a_term(shunned: str, word: str) -> None:
    assert [place for place, text in texts().items() if _uses(shunned, text)] == []


@pytest.mark.parametrize(
    "term", [term for term in terms() if term.on_pages], ids=lambda term: term.word
)
def test_a_term_of_the_pages_is_in_their_texts(term: Term) -> None:
    english = "\n".join(catalogues())
    chinese = "\n".join(catalogues().values())
    assert re.search(rf"\b{re.escape(term.word)}", english, re.IGNORECASE)
    assert [text for text in term.chinese if text not in chinese] == []


def test_every_term_has_a_chinese_and_no_term_is_listed_twice() -> None:
    words = [term.word for term in terms()]
    assert len(words) > 70
    assert [term.word for term in terms() if not term.chinese] == []
    assert sorted(words) == sorted(set(words))


def test_no_term_is_shunned_for_another() -> None:
    words = {term.word.casefold() for term in terms()} | {
        chinese for term in terms() for chinese in term.chinese
    }
    assert words & {shunned.casefold() for shunned, _ in SHUNNED} == set()


WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
IN_CODE = {"media", "blob"}
"""``removable_media`` covers sticks and ZIP files; ``blobs`` is the word of S3 and of SQL."""


@cache
def _code_words() -> Mapping[str, str]:
    """Every word of the Python names of both packages, with a file that has it."""
    found = {}
    for package in ("kiosk", "sync"):
        for path in sorted((DOCS.parent / package).rglob("*.py")):
            with path.open("rb") as source:
                for token in tokenize.tokenize(source.readline):
                    if token.type == tokenize.NAME:
                        words = WORD.findall(token.string)
                        found.update({word.lower(): path.name for word in words})
    return found


@pytest.mark.parametrize(
    ("shunned", "word"),
    [(s, w) for s, w in SHUNNED if s.isascii() and s.isalpha() and s not in IN_CODE],
    ids=[s for s, _ in SHUNNED if s.isascii() and s.isalpha() and s not in IN_CODE],
)
def test_no_name_in_the_code_has_another_word(shunned: str, word: str) -> None:
    words = _code_words()
    assert [words[name] for name in (shunned, f"{shunned}s") if name in words] == []
