"""Conversion of one item's texts, noting what its source has and we do not support."""

from collections.abc import Mapping

from sync.hq.authoring.interchange.rich import Converted, PictureIn, from_html, named
from sync.hq.authoring.pictures import PictureUnusable
from sync.hq.problems import Phrase, Problem

MISSING = "missing.png"
"""Name of a picture that could not be read; the problem names its address."""


class Unsupported(Exception):
    """The item is of an unsupported kind; ``name`` says which."""

    def __init__(self, name: str | Phrase, **params: object) -> None:
        super().__init__(str(name))
        self.name = _phrase(name, params)


class Notes:
    """Converts texts of one item and collects its problems."""

    def __init__(self, picture: PictureIn) -> None:
        self._picture = picture
        self.problems: list[Problem] = []

    def html(self, source: str, field: str) -> str:
        """Convert HTML to our markup."""
        found = from_html(source, lambda address: self._shown(address, field))
        self._note(found, field)
        return found.text

    def lost(self, name: str | Phrase, field: str = "", **params: object) -> None:
        """Report something without which the item would be another one."""
        named = {"name": _phrase(name, params)}
        self.problems.append(Problem("unsupported", column=field, params=named))

    def dropped(self, name: str | Phrase, field: str = "", **params: object) -> None:
        """Report something that the item can do without."""
        named = {"name": _phrase(name, params)}
        self.problems.append(Problem("dropped", column=field, params=named, is_error=False))

    def note(self, code: str, field: str) -> None:
        """Report something that a person should know; the item is imported."""
        self.problems.append(Problem(code, column=field, is_error=False))

    def _note(self, found: Converted, field: str) -> None:
        for name, lost in named(found):
            (self.lost if lost else self.dropped)(name, field)

    def _shown(self, address: str, field: str) -> str:
        if address.lower().startswith(("http:", "https:", "//")):
            remote = {"value": address[:100]}
            self.problems.append(Problem("picture_remote", column=field, params=remote))
            return MISSING
        try:
            return self._picture(address)
        except KeyError:
            missing = {"value": address[:100]}
            self.problems.append(Problem("picture_missing", column=field, params=missing))
        except PictureUnusable as error:
            params = {"value": address[:100], "reason": error.params["reason"]}
            self.problems.append(Problem("picture_bad", column=field, params=params))
        return MISSING


def _phrase(name: str | Phrase, params: Mapping[str, object]) -> Phrase:
    return name if isinstance(name, Phrase) else Phrase(name, params)
