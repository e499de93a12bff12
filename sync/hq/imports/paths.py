"""Paths of files beside an imported sheet, found as texts and cells name them."""

import posixpath
import unicodedata
from collections.abc import Iterable, Sequence


class PathIndex:
    """Finds paths by their ends: a file name, or the last folders and the file name."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths: dict[str, list[str]] = {}
        for path in paths:
            parts = plain_path(path).split("/")
            for start in range(len(parts)):
                self._paths.setdefault("/".join(parts[start:]), []).append(path)

    def find(self, address: str) -> Sequence[str]:
        """Return the paths that an address means; several if it does not say which."""
        wanted = plain_path(address)
        found = self._paths.get(wanted, [])
        return [path for path in found if plain_path(path) == wanted] or found


def plain_path(path: str) -> str:
    """Return a path as file systems that ignore case compare it."""
    shown = unicodedata.normalize("NFKC", path.replace("\\", "/")).casefold().strip()
    return posixpath.normpath(shown).lstrip("/")
