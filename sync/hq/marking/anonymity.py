"""Where an answer names its author: names and numbers are found, also spaced, wide or in part.

Pure. An answer that says who wrote it may be a sign to the marker, so what is found is hidden
from markers, and the adjudicator is told which kind it was.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache


class Disclosure(StrEnum):
    """What an answer discloses."""

    NAME = "name"
    IDENTITY_NO = "identity_no"
    ADMISSION_NO = "admission_no"
    PHONE = "phone"
    EMAIL = "email"


@dataclass(frozen=True)
class Author:
    """What identifies a candidate."""

    name: str
    identity_no: str
    admission_no: str


@dataclass(frozen=True)
class Found:
    """``hidden``: positions of characters in the text; ``kinds``: what they disclose."""

    hidden: frozenset[int] = frozenset()
    kinds: tuple[Disclosure, ...] = ()


@dataclass(frozen=True)
class _Folded:
    """A text without spaces and separators; ``parts``: what is left of each character."""

    parts: Sequence[str]

    @cached_property
    def text(self) -> str:
        return "".join(self.parts)

    @cached_property
    def _at(self) -> Sequence[int]:
        """The place in the original of each character of ``text``."""
        return [place for place, part in enumerate(self.parts) for _ in part]

    def run(self, start: int, end: int) -> range:
        """Return the original places of a run, the separators inside it included."""
        return range(self._at[start], self._at[end - 1] + 1)


_Hit = tuple[Disclosure, range]

IDENTITY_PART = 6
ADMISSION_PART = 5
NAMED_PART = 4
"""Shortest part of a number that is hidden: of an identity number anywhere in it, of an admission
number its end (its beginning is everybody's), and the end of either after words such as 准考证号.
"""

_SEPARATORS = frozenset("·•・‧∙●.．-‐‑–—_*~|/\\'’")
_IN_NUMBERS = _SEPARATORS - frozenset(".．/*")
"""A point or a sign of arithmetic inside digits makes other numbers."""
_CHINESE_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_GAP = r"[\s·•._-]{0,3}"
_PHONE = re.compile(
    rf"(?<!\d)(?:\+?86{_GAP})?1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}}(?!\d)|"
    r"(?<!\d)1[\s·•,，._-][3-9](?:[\s·•,，._-]\d){9}(?!\d)"
)
_IDENTITY = re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])[0-3]\d{4}[\dx](?!\d)")
_EMAIL = re.compile(r"[\w.+-]{1,64}[@＠][\w-]{1,64}(?:[.．][\w-]{1,32})+")
_PERSON = re.compile(
    r"(?:姓名|名字|考生|我叫|我是|本人|署名|签名|作者|答题人|mynameis|name|iam|signed|author)[:：]?(?:是|为)?$"
)
_NUMBER = re.compile(
    r"(?:身份证|准考证|证件|考号|号码|尾号|四位|五位|编号|idno|number)(?:号码|号)?(?:是|为)?[:：]?$"
)
_BEFORE = 12
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+")


def find(characters: Sequence[str], author: Author) -> Found:
    """Return what identifies ``author`` in a text that is given character by character."""
    folded = _Folded([*map(_in_words, characters)])
    digits = _Folded([*map(_in_numbers, characters)])
    found: dict[Disclosure, set[int]] = {}
    for kind, run in (
        *_names(folded, characters, author.name),
        *_parts(digits, Disclosure.IDENTITY_NO, author.identity_no, IDENTITY_PART),
        *_ends(digits, Disclosure.ADMISSION_NO, author.admission_no, ADMISSION_PART),
        *_ends(digits, Disclosure.ADMISSION_NO, author.admission_no, NAMED_PART, named=True),
        *_ends(digits, Disclosure.IDENTITY_NO, author.identity_no, NAMED_PART, named=True),
        *_patterns("".join(map(one_for_one, characters))),
    ):
        found.setdefault(kind, set()).update(run)
    hidden = frozenset(place for run in found.values() for place in run)
    return Found(hidden, tuple(kind for kind in Disclosure if kind in found))


@lru_cache(maxsize=20_000)
def _meant(original: str) -> str:
    """Return what a character means: wide ones as usual ones, capitals as small; spaces nothing."""
    return "".join(
        character
        for character in unicodedata.normalize("NFKC", original).casefold()
        # Zero-width characters and marks of direction are of category Cf.
        if not character.isspace() and unicodedata.category(character) not in ("Cf", "Cc", "Mn")
    )


@lru_cache(maxsize=20_000)
def _in_words(original: str) -> str:
    return "".join(character for character in _meant(original) if character not in _SEPARATORS)


@lru_cache(maxsize=20_000)
def _in_numbers(original: str) -> str:
    kept = "".join(character for character in _meant(original) if character not in _IN_NUMBERS)
    return kept.translate(_CHINESE_DIGITS)


def _plain(value: str) -> str:
    return "".join(map(_in_words, value))


def _names(folded: _Folded, characters: Sequence[str], name: str) -> Iterator[_Hit]:
    whole = _plain(name)
    if len(whole) < 2:
        return
    if _HAN.fullmatch(whole):
        yield from _hits(folded, Disclosure.NAME, whole)
        # A given name alone is often a word (建国, 国庆): hidden only where somebody is named.
        for given in {whole[1:], whole[2:]}:
            if len(given) >= 2:
                yield from _cued(folded, Disclosure.NAME, given, _PERSON)
        return
    words = [word for word in map(_plain, re.split(r"[\s·•・,]+", name)) if word]
    for spelling in {whole, "".join(reversed(words)), ",".join(reversed(words))}:
        yield from (hit for hit in _hits(folded, Disclosure.NAME, spelling)
                    if _stands_alone(characters, hit[1]))  # fmt: skip
    for word in words:
        if len(word) >= 3:
            yield from _cued(folded, Disclosure.NAME, word, _PERSON)


def _stands_alone(characters: Sequence[str], run: range) -> bool:
    """Return whether a run of letters is no part of a longer word: Li Na is not in discipline."""
    before = characters[run.start - 1] if run.start else " "
    after = characters[run.stop] if run.stop < len(characters) else " "
    return not any(beside.isalpha() and not _HAN.match(beside) for beside in (before, after))


def _parts(folded: _Folded, kind: Disclosure, number: str, least: int) -> Iterator[_Hit]:
    """Yield each run of the text that equals ``least`` consecutive characters of a number."""
    plain = _plain(number)
    for start in range(len(plain) - least + 1):
        yield from _hits(folded, kind, plain[start : start + least])


def _ends(
    folded: _Folded, kind: Disclosure, number: str, least: int, *, named: bool = False
) -> Iterator[_Hit]:
    plain = _plain(number).translate(_CHINESE_DIGITS)
    if len(plain) < least:
        return
    end = plain[-least:]
    for _, run, start in _places(folded, kind, end):
        after = folded.text[start + least : start + least + 1]
        # A longer number is another one: A000010 does not end with 00001.
        if after.isdecimal() or (named and not _NUMBER.search(_before(folded, start))):
            continue
        # As much before it as belongs to the number, too.
        size = least
        while size < len(plain) and folded.text[: start + least].endswith(plain[-size - 1 :]):
            size += 1
        yield kind, range(folded.run(start + least - size, start + least).start, run.stop)


@lru_cache(maxsize=20_000)
def one_for_one(character: str) -> str:
    """Return one character for one, so that places stay: wide digits and letters as usual ones."""
    folded = unicodedata.normalize("NFKC", character).casefold()
    return folded if len(folded) == 1 else character


def _patterns(text: str) -> Iterator[_Hit]:
    for kind, pattern in (
        (Disclosure.PHONE, _PHONE),
        (Disclosure.IDENTITY_NO, _IDENTITY),
        (Disclosure.EMAIL, _EMAIL),
    ):
        for found in pattern.finditer(text):
            yield kind, range(*found.span())


def _cued(folded: _Folded, kind: Disclosure, needle: str, cue: re.Pattern[str]) -> Iterator[_Hit]:
    for _, run, start in _places(folded, kind, needle):
        if cue.search(_before(folded, start)):
            yield kind, run


def _before(folded: _Folded, start: int) -> str:
    return folded.text[max(0, start - _BEFORE) : start]


def _hits(folded: _Folded, kind: Disclosure, needle: str) -> Iterator[_Hit]:
    return ((kind, run) for kind, run, _ in _places(folded, kind, needle))


def _places(
    folded: _Folded, kind: Disclosure, needle: str
) -> Iterator[tuple[Disclosure, range, int]]:
    start = folded.text.find(needle)
    while needle and start >= 0:
        yield kind, folded.run(start, start + len(needle)), start
        start = folded.text.find(needle, start + 1)
