"""Pictures beside a file of items in a ZIP, as texts name them."""

import re
from collections.abc import Mapping
from typing import Any

from kiosk.exam.items.markup import PICTURE_NAME
from sync.hq.authoring.pictures import Collected, PictureUnusable
from sync.hq.imports.paths import PathIndex
from sync.hq.problems import Phrase, Problem

SUFFIXES = (
    ".png", ".jpg", ".jpeg", ".jfif", ".gif", ".svg", ".bmp", ".webp", ".tif", ".tiff", ".emf",
    ".wmf",
)  # fmt: skip
"""What names of pictures end with, in any case."""

_SHOWN = re.compile(r"!\[([^\]\n]*)\]\(\s*<?([^)\n>]+?)>?\s*\)")
_HTML = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_SOURCE = re.compile(r"\bsrc\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.IGNORECASE)
_ALT = re.compile(r"\balt\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_SEVERAL = Phrase("several pictures have this name; write its folder, too")
_OWN = re.compile(PICTURE_NAME)


class Beside:
    """The pictures of an archive; each is checked when a text first names it."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.collected = Collected()
        self._files = files
        self._names: dict[str, str] = {}
        self._paths = PathIndex(files)

    def __contains__(self, address: str) -> bool:
        return bool(self._paths.find(address))

    def name(self, address: str) -> str:
        """Return the name under which the picture at an address is stored.

        Raises:
            KeyError: there is none.
            PictureUnusable: it cannot be shown, or there are several.
        """
        found = self._paths.find(address)
        if len(found) > 1:
            raise PictureUnusable(reason=_SEVERAL)
        if not found:
            raise KeyError(address)
        path = found[0]
        if path not in self._names:
            self._names[path] = self.collected.add(self._files[path])
        return self._names[path]

    def unused(self) -> list[Problem]:
        """Return a note for each picture that no text names."""
        return [
            Problem("picture_surplus", "file", path, is_error=False)
            for path in sorted(set(self._files) - set(self._names))
        ]


class Texts:
    """Replaces the pictures in the texts of one item; collects the problems."""

    def __init__(self, beside: Beside) -> None:
        self._beside = beside
        self.problems: list[Problem] = []

    def renamed(self, value: Any, column: str = "") -> Any:
        """Return a value of a draft with the stored names of its pictures."""
        if isinstance(value, str):
            return self._text(value, column)
        if isinstance(value, Mapping):
            return {name: self.renamed(part, column or name) for name, part in value.items()}
        return [self.renamed(part, column) for part in value] if isinstance(value, list) else value

    def _text(self, text: str, column: str) -> str:
        if "](" in text:
            text = _SHOWN.sub(lambda m: self._shown(m[0], m[1], m[2], column), text)
        if "<" in text:
            text = _HTML.sub(lambda m: self._tag(m[0], column), text)
        return text

    def _tag(self, tag: str, column: str) -> str:
        source, alt = _SOURCE.search(tag), _ALT.search(tag)
        if source is None:
            return tag
        words = (alt[1] or alt[2] or "") if alt else ""
        address = source[1] or source[2] or source[3] or ""
        # A tag that names no picture may be what the item is about.
        if address not in self._beside:
            return tag
        return self._shown(tag, words.replace("]", ")"), address, column)

    def _shown(self, whole: str, words: str, address: str, column: str) -> str:
        try:
            return f"![{words}]({self._beside.name(address)})"
        except KeyError:
            # A name of our own may be that of a picture in the bank.
            if not _OWN.fullmatch(address):
                self._refuse("picture_missing", column, address)
        except PictureUnusable as error:
            self._refuse("picture_bad", column, address, reason=error.params["reason"])
        return whole

    def _refuse(self, code: str, column: str, address: str, **params: object) -> None:
        shown = {"value": address[:100], **params}
        self.problems.append(Problem(code, column=column, params=shown))
