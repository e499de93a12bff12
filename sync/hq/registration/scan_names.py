"""Whose scan a file is and what it shows, by the names of the file and its folders (R9)."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from kiosk.exam.programme.programme import Programme
from kiosk.exam.programme.synonyms import plain_word
from sync.hq.registration.portrait_names import NameReader

FRONT, BACK = "front", "back"

_CONCEPTS: Mapping[str, tuple[str, str]] = {
    "registration_form": (
        "报名|审核|登记|申请",
        "报名审核表|报名表|审核表|登记表|申请表|报名审核|registration ?form|application ?form",
    ),
    "identity_card": (
        "身份证|证件",
        "身份证|证件正|证件反|证件背|护照|通行证|居住证|id ?card|identity|passport",
    ),
    "degree_certificate": ("学位", "学位|degree"),
    "school_certificate": (
        "学历|毕业证",
        "学历|毕业证|毕业证书|学信网|diploma|graduation|school ?certificate",
    ),
    "proof_of_work": (
        "工作|从业|在职",
        "工作证明|在职证明|工作年限|从业证明|从业年限|单位证明|社保|proof ?of ?work|employment",
    ),
}
"""For each usual material: words of a programme's name for it, and words of file names."""

_SIDES = (
    (BACK, re.compile("反面|背面|国徽|反|back|reverse", re.IGNORECASE)),
    (FRONT, re.compile("正面|人像|正|front", re.IGNORECASE)),
)
_NUMBER_WORDS = re.compile("身份证(?:号码?|件号)|证件号码?", re.IGNORECASE)
_PAGE = re.compile(r"(?:第\s*(\d{1,2})\s*[页张]|[-_ (（]?\s*[pP]?(\d{1,2})\s*[)）]?)$")
_LONG_NUMBER = re.compile(r"\d{3,}[Xx]?")


@dataclass(frozen=True)
class ScanName:
    """What a path says. ``people``: positions of the persons; ``materials``: all that fit."""

    path: str
    people: frozenset[int]
    materials: tuple[str, ...]
    part: str


class ScanNames:
    """Reads paths for the applicants and materials of one sitting."""

    def __init__(self, people: NameReader, programme: Programme) -> None:
        self._people = people
        self._words = material_words(programme)

    def read(self, path: str) -> ScanName:
        """Return what a path says: the nearest name that says something counts."""
        texts = _texts(path)
        named = map(self._without_materials, texts)
        people = next((found for text in named if (found := self._people.who(text))), frozenset())
        for text in texts:
            if materials := self._materials(text):
                part = _part(text) or (_part(texts[0]) if text != texts[0] else "")
                return ScanName(path, people, materials, part)
        return ScanName(path, people, (), "")

    def _without_materials(self, text: str) -> str:
        """Return a text without the words for what is scanned, which may touch a name."""
        for words in self._words.values():
            for word in words:
                text = word.sub("_", text)
        return text

    def _materials(self, text: str) -> tuple[str, ...]:
        plain = _NUMBER_WORDS.sub(" ", text)
        word = plain_word(plain)
        own = [name for name, words in self._words.items() if any(w.search(plain) for w in words)]
        exact = [
            name for name, words in self._words.items() if any(w.pattern == word for w in words)
        ]
        return tuple(exact or own)


def material_words(programme: Programme) -> Mapping[str, Sequence[re.Pattern[str]]]:
    """Return, for each material that is scanned, what file names may call it."""
    found: dict[str, list[re.Pattern[str]]] = {}
    for material in programme.materials:
        if material.id == "portrait":
            continue  # portraits are imported with the candidates
        own = (material.id, material.name.zh, material.name.en)
        words = [*own, *programme.synonyms.materials.get(material.id, ())]
        patterns = [re.compile(re.escape(word), re.IGNORECASE) for word in words]
        for concept, (named, said) in _CONCEPTS.items():
            if concept == material.id or re.search(named, material.name.zh):
                patterns.append(re.compile(said, re.IGNORECASE))
        found[material.id] = patterns
    return found


def _texts(path: str) -> list[str]:
    """Return the names of a file and its folders, the file's first, without its ending."""
    place = PurePosixPath(unicodedata.normalize("NFKC", path))
    folders = [name for name in reversed(place.parent.parts) if name not in ("/", ".")]
    return [place.name.removesuffix(place.suffix), *folders]


def _part(text: str) -> str:
    """Return which side or page a name says: front, back, a number, or nothing."""
    for part, words in _SIDES:
        if words.search(text):
            return part
    page = _PAGE.search(_LONG_NUMBER.sub("·", text))
    return str(int(page[1] or page[2])) if page else ""
