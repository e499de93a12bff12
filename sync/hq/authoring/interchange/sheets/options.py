"""Options in one cell, options with their letters in the text, and questions in one cell."""

import re
from collections.abc import Mapping, Sequence

from sync.hq.authoring.interchange.sheets.headings import OPTIONS

_MARK = re.compile(
    r"(?:^|(?<=[\s\u3000;；,，。.、)）？?！!:：]))[(（【\[]?([A-ZＡ-Ｚa-z])[)）】\]]?[.．、:：)）]\s*"
    r"|(?:^|(?<=\s))[(（【\[]([A-ZＡ-Ｚ])[)）】\]]\s*",
    re.MULTILINE,
)
_MARK_ANYWHERE = re.compile(
    r"(?<![A-Za-zＡ-Ｚ0-9])([A-ZＡ-Ｚ])[.．、:：]\s*|[(（【\[]([A-ZＡ-Ｚ])[)）】\]][.．、:：]?\s*"
)
_LETTER = re.compile(r"[(（【\[]?([A-ZＡ-Ｚ])(?:[)）】\]][.．、:：]?|[.．、:：])[ \u3000]*(?=\S)")
_NUMBER = re.compile(r"[(（]?(\d{1,4})(?:[)）]|[.．、](?!\d)|[:：])[ \u3000]*(?=\S)")
_SEPARATORS = ("\n", "|", "｜", "$$", "#", "；", ";", "、", "\u3000")


def lettered(text: str, mark: re.Pattern[str] = _MARK) -> tuple[str, dict[str, str]]:
    """Split ``…A.… B.…`` into what is before option A, and the options in order.

    Without at least two letters in order from A there are no options.
    """
    marks = [(found, _plain(found[1] or found[2])) for found in mark.finditer(text)]
    chain: list[re.Match[str]] = []
    for found, letter in marks:
        if letter == OPTIONS[len(chain)]:
            chain.append(found)
        elif letter == "A":
            chain = [found]
        if len(chain) == len(OPTIONS):
            break
    if len(chain) < 2:
        return text, {}
    ends = [*(found.start() for found in chain[1:]), len(text)]
    parts = [
        text[found.end() : end].strip().rstrip(";；")
        for found, end in zip(chain, ends, strict=True)
    ]
    if not all(parts):
        return text, {}
    return text[: chain[0].start()].strip(), dict(zip(OPTIONS, parts, strict=False))


def split(text: str) -> dict[str, str]:
    """Return the options of a cell that has all of them; empty if it cannot be divided."""
    for mark in (_MARK, _MARK_ANYWHERE):
        before, found = lettered(text, mark)
        if found and not before:
            return found
    for separator in _SEPARATORS:
        parts = [part.strip() for part in text.split(separator)]
        parts = [part for part in parts if part]
        if 2 <= len(parts) <= len(OPTIONS):
            return without_letters(dict(zip(OPTIONS, parts, strict=False)))[0]
    return {}


def without_letters(options: Mapping[str, str]) -> tuple[dict[str, str], bool]:
    """Remove ``A.`` before the text of option A, if every option has its own letter."""
    found = {letter: _LETTER.match(text) for letter, text in options.items()}
    if len(options) < 2 or not all(
        match and _plain(match[1]) == letter for letter, match in found.items()
    ):
        return dict(options), False
    return {letter: _LETTER.sub("", text, count=1) for letter, text in options.items()}, True


def leading_number(stem: str) -> int | None:
    """Return the number before a stem such as ``12. …``."""
    found = _NUMBER.match(stem)
    return int(found[1]) if found else None


def without_number(stem: str) -> str:
    return _NUMBER.sub("", stem, count=1)


def count_up(numbers: Sequence[int | None]) -> bool:
    """Return whether numbers count from 1; sections may begin again."""
    before = 0
    for number in numbers:
        if number is None or number not in (before + 1, 1):
            return False
        before = number
    return len(numbers) > 1


def _plain(letter: str) -> str:
    code = ord(letter)
    return (chr(code - 0xFEE0) if code >= 0xFF21 else letter).upper()
