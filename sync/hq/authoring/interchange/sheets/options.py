"""Options in one cell, and questions in one cell."""

import re
from collections.abc import Sequence

from sync.hq.authoring.interchange.sheets.headings import OPTIONS
from sync.hq.authoring.interchange.sheets.labels import plain_letter, without_letters

_MARK = re.compile(
    r"(?:^|(?<=[\s\u3000;；,，。.、)）？?！!:：]))[(（【\[]?([A-ZＡ-Ｚa-z])[)）】\]]?[.．、:：)）]\s*"
    r"|(?:^|(?<=\s))[(（【\[]([A-ZＡ-Ｚ])[)）】\]]\s*",
    re.MULTILINE,
)
_MARK_ANYWHERE = re.compile(
    r"(?<![A-Za-zＡ-Ｚ0-9])([A-ZＡ-Ｚ])[.．、:：]\s*|[(（【\[]([A-ZＡ-Ｚ])[)）】\]][.．、:：]?\s*"
)
_NUMBER = re.compile(r"[(（]?(\d{1,4})(?:[)）]|[.．、](?!\d)|[:：])[ \u3000]*(?=\S)")
_MARK_IN_BRACKETS = re.compile(r"(?<![A-Za-z])[(（【\[]([A-ZＡ-Ｚ])[)）】\]]()[.．、:：]?\s*")
_SEPARATORS = ("\n", "|", "｜", "$$", "#", "；", ";", "、", "\u3000")


def lettered(text: str, mark: re.Pattern[str] = _MARK) -> tuple[str, dict[str, str]]:
    """Split ``…A.… B.…`` into what is before option A, and the options in order.

    Without at least two letters in order from A there are no options.
    """
    marks = [(found, plain_letter(found[1] or found[2])) for found in mark.finditer(text)]
    chain = _in_order(marks)
    if len(chain) < 2 or _has_others(marks, chain):
        return text, {}
    ends = [*(found.start() for found in chain[1:]), len(text)]
    parts = [
        text[found.end() : end].strip().rstrip(";；")
        for found, end in zip(chain, ends, strict=True)
    ]
    if not all(parts):
        return text, {}
    return text[: chain[0].start()].strip(), dict(zip(OPTIONS, parts, strict=False))


def _in_order(marks: Sequence[tuple[re.Match[str], str]]) -> list[re.Match[str]]:
    """Return the last marks that count from A."""
    chain: list[re.Match[str]] = []
    for found, letter in marks:
        if letter == OPTIONS[len(chain)]:
            chain.append(found)
        elif letter == "A":
            chain = [found]
        if len(chain) == len(OPTIONS):
            break
    return chain


def _has_others(marks: Sequence[tuple[re.Match[str], str]], chain: Sequence[re.Match[str]]) -> bool:
    """Return whether letters come twice or are left out behind the first one of a chain."""
    near = OPTIONS[: len(chain) + 3]
    return any(
        found.start() > chain[0].start() and found not in chain and letter in near
        for found, letter in marks
        if not (found[1] or found[2]).islower()
    )


def in_brackets(stem: str) -> tuple[str, dict[str, str]]:
    """Split ``…（A）…（B）…（C）…`` like :func:`lettered`."""
    before, found = lettered(stem, _MARK_IN_BRACKETS)
    return (before, found) if len(found) > 2 and before else (stem, {})


def split(text: str) -> dict[str, str]:
    """Return the options of a cell that has all of them; empty if it cannot be divided."""
    marks = [(found, plain_letter(found[1] or found[2])) for found in _MARK.finditer(text)]
    if marks and marks[0][1] == "A" and _has_others(marks, _in_order(marks)):
        return {}
    for mark in (_MARK, _MARK_ANYWHERE):
        before, found = lettered(text, mark)
        if found and not before:
            return found
    for separator in _SEPARATORS:
        parts = [part.strip() for part in text.split(separator)]
        parts = [part for part in parts if part]
        if 2 <= len(parts) <= len(OPTIONS):
            return without_letters(dict(zip(OPTIONS, parts, strict=False)))
    return {}


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
