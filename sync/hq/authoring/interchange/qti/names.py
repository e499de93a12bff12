"""Identifiers and file names of a package that is written: different for different items."""

import re
from collections.abc import Iterable, Mapping

from sync.wire.canonical import digest

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_CODED = re.compile(r".*-[0-9a-f]{12}")
"""What ends like a coded identifier is coded itself, so that none is equal to another."""


def identifier(name: str) -> str:
    """Return an XML name for any text; other texts have other names."""
    if _PLAIN.fullmatch(name) and not _CODED.fullmatch(name):
        return name
    readable = re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_")[:20]
    return f"_{readable}-{digest(name.encode())[:12]}"


def file_names(kind: str, names: Iterable[str]) -> Mapping[str, str]:
    """Return a file name for each name; they differ on systems that ignore case, too."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in dict.fromkeys(names):
        stem = f"{kind}-{identifier(name)}"
        path, number = stem, 1
        while path.lower() in taken:
            number += 1
            path = f"{stem}-{number}"
        taken.add(path.lower())
        found[name] = f"{path}.xml"
    return found
