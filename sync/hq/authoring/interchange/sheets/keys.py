"""Keys as authors write them: letters, numbers, texts of options, signs for true and false."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kiosk.exam.items.item import TRUE_FALSE
from sync.hq.authoring.interchange.sheets.headings import OPTIONS, simplified
from sync.hq.problems import Problem

_TRUE = "正确 true 对 √ ✓ ✔ ☑ t yes y 是 right correct 真 ○ 正 v"
_FALSE = "错误 false 错 × ✗ ✘ ☒ f no n 否 wrong incorrect 假 x 不正确 误 不对 ╳ ✕ ✖"
_TRUTHS = {
    **dict.fromkeys(_TRUE.split(), TRUE_FALSE[0]),
    **dict.fromkeys(_FALSE.split(), TRUE_FALSE[1]),
}
_NUMBERS = {"1": TRUE_FALSE[0], "0": TRUE_FALSE[1]}
_AROUND = " \t\n.!。、,;；()[]【】〔〕{}“”\"'‘’《》<>:"
_LEAD = re.compile(
    r"(?:正确答案|标准答案|参考答案|答案|选项?|answer|key|应选|故选|选择)[::]?\s*", re.IGNORECASE
)
_BETWEEN = re.compile(r"[\s,;、/|.&+。()\[\]【】:]+|和|与|及|and", re.IGNORECASE)
_APART = re.compile(r"[\n;|]|[,、](?!\d)")
_WITH_TEXT = re.compile(r"([A-Za-z])\s*[.、:)]\s*(\S.*)", re.DOTALL)


@dataclass(frozen=True)
class Key:
    """The option ids that a key names, and what is unclear about it."""

    picks: Sequence[str]
    problems: Sequence[Problem] = ()


def wide(text: str) -> str:
    """Return a text in the form in which keys and options are compared."""
    if text.isascii():
        return text.strip()
    shown = "".join(char for char in text if unicodedata.category(char) != "Cf" or char == "\n")
    return unicodedata.normalize("NFKC", shown.replace("\ufe0f", "")).strip()


def truth(text: str) -> str:
    """Return true or false as an option id, or an empty text."""
    shown = simplified(wide(text))
    return _TRUTHS.get(shown.strip(_AROUND).casefold(), "")


def read_truth(text: str, options: Mapping[str, str], *, numbered: bool = False) -> Key:
    """Read the key of a true-or-false item; ``options``: texts by letter, if it has any.

    ``numbered``: its options have numbers in the sheet.
    """
    shown = _LEAD.sub("", wide(text), count=1).strip(_AROUND)
    letters = {letter: truth(option) for letter, option in options.items()}
    sign = shown.upper()
    if numbered and sign.isdecimal() and 1 <= int(sign) <= len(OPTIONS):
        sign = OPTIONS[int(sign) - 1]
    if found := letters.get(sign, ""):
        return Key([found])
    if (with_text := _WITH_TEXT.fullmatch(shown)) and letters:
        named, said = letters.get(with_text[1].upper(), ""), truth(with_text[2])
        if named and named == said:
            return Key([named])
    if found := truth(shown):
        return Key([found])
    if found := _NUMBERS.get(shown, ""):
        note = Problem("key_read_as", column="key", params={"value": text, "key": found})
        return Key([found], [_noted(note)])
    return Key([text])


def read_letters(text: str) -> list[str]:
    """Return the letters of a cell in order, or nothing if it has anything else."""
    bare = _BETWEEN.sub("", wide(text)).upper()
    return sorted(set(bare)) if bare and set(bare) <= set(OPTIONS) else []


def read_choice(text: str, options: Mapping[str, str], *, numbered: bool) -> Key:
    """Read the key of a choice item; ``numbered``: its options have numbers in the sheet."""
    shown = wide(text)
    by_text = _by_text(shown, options)
    by_sign = _by_sign(shown, options, numbered=numbered)
    if by_text and by_sign and set(by_text) != set(by_sign):
        return Key([text], [Problem("key_ambiguous", column="key", params={"value": text})])
    picks = by_text or by_sign
    if not picks:
        return Key([text])
    if twice := next((pick for pick in picks if picks.count(pick) > 1), ""):
        return Key(picks, [Problem("key_twice", column="key", params={"value": twice})])
    return Key(sorted(picks))


def _by_text(shown: str, options: Mapping[str, str]) -> list[str]:
    """Return the options whose texts the key repeats."""
    if found := _said(shown, options):
        return found
    if found := _said(_LEAD.sub("", shown, count=1), options):
        return found
    parts = [part.strip() for part in _APART.split(shown) if part.strip()]
    each = [_said(part, options) for part in parts]
    return [pick for picks in each for pick in picks] if len(each) > 1 and all(each) else []


def _said(shown: str, options: Mapping[str, str]) -> list[str]:
    if found := _WITH_TEXT.fullmatch(shown):
        letter = found[1].upper()
        same = _same(options.get(letter, ""), found[2])
        if same:
            return [letter]
    alike = [letter for letter, text in options.items() if _same(text, shown)]
    return alike if len(alike) == 1 else []


def _same(option: str, text: str) -> bool:
    return bool(option) and wide(option).strip("。.;") == text.strip().strip("。.;")


def _by_sign(shown: str, options: Mapping[str, str], *, numbered: bool) -> list[str]:
    """Return the options by their letters, or by their numbers."""
    bare = _BETWEEN.sub("", _LEAD.sub("", shown, count=1)).strip(_AROUND)
    if bare and all(char in OPTIONS for char in bare.upper()) and bare.isascii():
        return list(bare.upper())
    if not numbered:
        return []
    numbers = [part for part in _BETWEEN.split(_LEAD.sub("", shown, count=1)) if part]
    if len(numbers) == 1 and numbers[0].isdecimal() and int(numbers[0]) > len(options):
        numbers = list(numbers[0])
    if not numbers or not all(number.isdecimal() and len(number) < 3 for number in numbers):
        return []
    places = [int(number) - 1 for number in numbers]
    letters = [OPTIONS[place] for place in places if 0 <= place < len(OPTIONS)]
    return letters if len(letters) == len(places) and set(letters) <= set(options) else []


def _noted(problem: Problem) -> Problem:
    return Problem(problem.code, column=problem.column, params=problem.params, is_error=False)
