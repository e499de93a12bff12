"""Whose picture a file is, by its name: a number, a person's name, or both.

A number decides, and a name beside it must agree. A name alone decides only if one row and one
picture have it. In doubt nobody gets the picture: a wrong face is worse than none.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import PurePosixPath

from kiosk.exam.typed_numbers import is_invisible, plain_number, shape_of
from kiosk.exam.typed_texts import name_key
from sync.hq.registration.portrait_papers import shows_a_paper
from sync.hq.registration.portrait_pictures import SUFFIXES

SHORT = 6
"""Shorter numbers count only if the file name has nothing else but the person's name."""
_IDENTITY = (shape_of("9" * 18), shape_of("9" * 17 + "X"))
_FEW_CHARACTERS = range(2, 5)
"""How many characters a Chinese name has."""

_COPY = re.compile(r"(?:[\s_-]*(?:[(（]\d{1,2}[)）]|副本|拷贝|copy\b))+\s*$", re.IGNORECASE)
_WORDS = re.compile(
    "电子照片|登记照片?|报名照片?|证件照片?|蓝底照片?|二寸照?|两寸照?|一寸照?|免冠照?|近期?照片?|照片|相片|头像|蓝底"
    "|考生|学员|学生|员工|姓名|身份证号?码?|准考证号?|正面|彩色|标准照|原图|最新|白底|红底|[一二两12]寸"
    "|个人照|大头照|免冠|本人|photo|portrait|img",
    re.IGNORECASE,
)
_CAMERA = re.compile(
    r"(?:img|dsc[fn]?|pxl|mvimg|mmexport|wechatimg|screenshot|微信图片|qq图片)[_\s-]*\d{1,6}(?!\d)"
    r"|(?:img|pxl|mvimg|微信图片|qq图片|screenshot|(?<![0-9A-Za-z]))[_\s-]*20\d\d(?:0[1-9]|1[0-2])"
    r"(?:[0-2]\d|3[01])(?:[_\s-]*\d{6}(?:\d{3})?)(?!\d)"
    r"|(?:img|pxl|mvimg|微信图片|qq图片)[_\s-]*20\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])(?!\d)"
    r"|mmexport\d{8,13}(?!\d)",
    re.IGNORECASE,
)
"""Numbers and times that phones and chat programs give to their pictures."""
_DAY = len("20260116")
_NUMBERED = re.compile(r"\d{0,4}")
_CROSSES = str.maketrans(dict.fromkeys("×✕ХΧ", "X"))
_RUN = re.compile(r"[0-9A-Z]+")
_PARTS = re.compile(r"[0-9]+|[A-Z]+")
_MOST_PARTS = 16
"""Bounds the work for a file name of hundreds of letters and digits."""
_BETWEEN = re.compile(r"[\s-]*")
_PIECES = re.compile(r"[^\W\d_]+(?:[·' ][^\W\d_]+)*")
_OF_PLACES = "班部科处局厂校组期级市县省"
"""Last characters of classes, offices and towns."""
_HANZI = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff〇]+")


@dataclass(frozen=True)
class Sought:
    """A person whose portrait is looked for.

    ``at``: the row; ``column``: that of file names, as the file calls it; ``file``: what the row
    says there, if anything.
    """

    at: str
    name: str
    numbers: tuple[str, ...]
    file: str = ""
    column: str = ""


@dataclass(frozen=True)
class Reading:
    """What a file name says: positions of the persons sought, by number and by name.

    ``unknown``: a number of nobody in the file; ``other``: what looks like another's name;
    ``folder``: persons that only the folder names; ``paper``: whether the picture is of a document.
    """

    path: str
    by_number: frozenset[int] = frozenset()
    by_name: frozenset[int] = frozenset()
    unknown: str = ""
    other: str = ""
    folder: frozenset[int] = frozenset()
    paper: bool = False


class NameReader:
    """Reads names of files for the persons of one import."""

    def __init__(self, people: Sequence[Sought], paths: Iterable[str]) -> None:
        self._numbers: dict[str, set[int]] = {}
        self._names: dict[str, set[int]] = {}
        shapes = set(_IDENTITY)
        for position, person in enumerate(people):
            self._names.setdefault(name_key(person.name), set()).add(position)
            for number in filter(None, map(plain_number, person.numbers)):
                self._numbers.setdefault(number.replace("-", ""), set()).add(position)
                shapes.add(shape_of(number.replace("-", "")))
        self._names.pop("", None)
        self._shapes = {shape for shape in shapes if len(shape) >= SHORT}
        self._said = Counter(piece for path in paths for piece in set(_pieces(_stem(path))))

    def read(self, path: str) -> Reading:
        """Return what the name of a file says, and the name of the folder that it is in.

        A folder names the person of files such as ``照片.jpg``; otherwise both must agree.
        """
        stem = self._without_camera(_stem(path))
        folder = _seen(PurePosixPath(path).parent.name)
        said = replace(self._said_by(path, stem), paper=shows_a_paper(path))
        around = self._said_by(path, self._without_camera(folder))
        theirs, owners = said.by_number or said.by_name, around.by_number or around.by_name
        if not theirs and _says_nothing(stem):
            return replace(around, other="", unknown="", paper=said.paper)
        return said if theirs & owners or not theirs else replace(said, folder=owners)

    def _without_camera(self, text: str) -> str:
        """Return a text without what a camera writes; admission numbers may begin with a day."""

        def kept(found: re.Match[str]) -> str:
            number = plain_number(found[0]).replace("-", "").replace("_", "")
            is_known = len(number) > _DAY and number in self._numbers
            return found[0] if is_known else " "

        return _CAMERA.sub(kept, text)

    def _said_by(self, path: str, stem: str) -> Reading:
        found, rest = self._numbers_in(stem)
        names = self._names_in(rest)
        short = {p for number in found if len(number) < SHORT for p in self._numbers[number]}
        if short and not self._says_nothing_else(rest, short):
            found = {number for number in found if len(number) >= SHORT}
        by_number = frozenset(p for number in found for p in self._numbers[number])
        other = "" if names & by_number else self._other_name(rest)
        unknown = "" if by_number else self._unknown_number(stem)
        return Reading(path, by_number, names, unknown, other)

    def who(self, text: str) -> frozenset[int]:
        """Return whom a folder or file is named after; nobody if number and name disagree."""
        said = self.read(text)
        if said.by_number and said.by_name:
            return said.by_number & said.by_name
        return said.by_number or (frozenset() if said.unknown else said.by_name)

    def _numbers_in(self, stem: str) -> tuple[set[str], str]:
        """Return the known numbers in a text, longest first, and the text without them."""
        text, found = stem, set[str]()
        while (span := self._longest(text)) is not None:
            start, end, number = span
            found.add(number)
            text = f"{text[:start]}\n{text[end:]}"
        return found, text

    def _longest(self, text: str) -> tuple[int, int, str] | None:
        best: tuple[int, int, str] | None = None
        for start, end, number, is_whole in _candidates(text):
            usable = number in self._numbers and (is_whole or len(number) >= SHORT)
            if usable and (best is None or len(number) > len(best[2])):
                best = start, end, number
        return best

    def _names_in(self, rest: str) -> frozenset[int]:
        keys = {name_key(rest), name_key(_WORDS.sub(" ", rest)), *map(name_key, _pieces(rest))}
        return frozenset(p for key in keys for p in self._names.get(key, ()))

    def _says_nothing_else(self, rest: str, people: set[int]) -> bool:
        own = {key for key, positions in self._names.items() if positions & people}
        return name_key(rest) in {"", *own}

    def _other_name(self, rest: str) -> str:
        """Return what may be a person's name: it is short, and no other picture says it."""
        for piece in _pieces(rest):
            hanzi = _HANZI.fullmatch(piece.replace("·", ""))
            is_short = len(piece) in _FEW_CHARACTERS or "·" in piece
            if hanzi and is_short and piece[-1] not in _OF_PLACES and self._said[piece] == 1:
                return piece
        return ""

    def _unknown_number(self, stem: str) -> str:
        """Return a number with the shape of known ones, which must be another person's."""
        whole = (number for _, _, number, is_whole in _candidates(stem) if is_whole)
        return next((number for number in whole if shape_of(number) in self._shapes), "")


def _stem(path: str) -> str:
    """Return the name of a file without suffix, copy marks, widths and invisible characters."""
    name = PurePosixPath(path).name
    stem = name[: -len(end)] if (end := _suffix(name)) else name
    return _COPY.sub("", _seen(stem))


def _seen(name: str) -> str:
    """Return a name without widths and invisible characters."""
    text = unicodedata.normalize("NFKC", name)
    seen = "".join(" " if char.isspace() else "" if is_invisible(char) else char for char in text)
    return unicodedata.normalize("NFKC", seen)


def _says_nothing(stem: str) -> bool:
    """Return whether a name has nothing but words such as 照片, and a small number."""
    return _NUMBERED.fullmatch(name_key(_WORDS.sub("", stem))) is not None


def _suffix(name: str) -> str:
    """Return all endings of a picture's name: phones and senders write ``.jpg.JPG``."""
    end = ""
    while found := next((s for s in SUFFIXES if name.casefold().removesuffix(end).endswith(s)), ""):
        end = found + end
    return end


def _candidates(text: str) -> Iterator[tuple[int, int, str, bool]]:
    """Yield all parts of a text that can be a number: start, end, number, whether it is whole.

    Blanks and hyphens may divide a number. It is whole if no letter or digit touches it.
    """
    capitals = _same_length_upper(text)
    for group in _groups([found.span() for found in _RUN.finditer(capitals)], capitals):
        edges = {edge for span in group for edge in span}
        parts = [
            found.span() for start, end in group for found in _PARTS.finditer(capitals, start, end)
        ][:_MOST_PARTS]
        for first, (start, _) in enumerate(parts):
            for _, end in parts[first:]:
                number = plain_number(capitals[start:end]).replace("-", "")
                yield start, end, number, start in edges and end in edges


def _groups(runs: Sequence[tuple[int, int]], text: str) -> list[list[tuple[int, int]]]:
    """Return runs of letters and digits, together where only blanks and hyphens divide them."""
    groups = [[run] for run in runs[:1]]
    for before, run in pairwise(runs):
        if _BETWEEN.fullmatch(text, before[1], run[0]):
            groups[-1].append(run)
        else:
            groups.append([run])
    return groups


def _same_length_upper(text: str) -> str:
    """Return capitals; signs that are typed for the X of an identity number become one."""
    capitals = (upper if len(upper := char.upper()) == 1 else char for char in text)
    return "".join(capitals).translate(_CROSSES)


def _pieces(text: str) -> list[str]:
    """Return the words of a text that can be a name, without those that name the picture."""
    return [piece for piece in _PIECES.findall(_WORDS.sub("_", text)) if piece.strip()]
