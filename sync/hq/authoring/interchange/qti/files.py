"""The files of a package, found by the addresses that its documents use."""

import posixpath
import re
from collections.abc import Mapping, Sequence
from typing import Protocol
from urllib.parse import unquote

from sync.hq.authoring.interchange.data_uri import data_uri
from sync.hq.authoring.pictures import Collected

_VARIABLE = re.compile(r"^(?:\$[A-Z0-9_-]+\$|@X@[^@]*@X@)/*", re.IGNORECASE)
"""What stands for the place of a course's files, as ``$IMS-CC-FILEBASE$``."""


class Members(Protocol):
    """What can be read by name, as an archive."""

    @property
    def names(self) -> Sequence[str]: ...

    def read(self, name: str) -> bytes: ...


class NoMembers:
    """The members of a single file: none."""

    names: Sequence[str] = ()

    def read(self, name: str) -> bytes:
        """Raise KeyError."""
        raise KeyError(name)


class Files:
    """Finds members by address: encoded or not, in any case, with backslashes, in any folder."""

    def __init__(self, members: Members, collected: Collected) -> None:
        self._members = members
        self._collected = collected
        self.names = [name for name in members.names if not _is_junk(name)]
        self.used: set[str] = set()
        """Documents that others refer to."""
        self._exact = {_plain(name): name for name in self.names}
        self._by_end: dict[str, list[str]] = {}
        for plain, name in self._exact.items():
            self._by_end.setdefault(posixpath.basename(plain), []).append(name)

    def read(self, name: str) -> bytes:
        """Return a member's bytes."""
        return self._members.read(name)

    def locate(self, folder: str, address: str) -> str:
        """Return the name of the member at an address that a file in ``folder`` uses.

        Raises:
            KeyError: there is none, or several could be meant.
        """
        for path in (address, address.partition("?")[0].partition("#")[0]):
            for plain in (path, unquote(path)):
                found = self._found(folder, plain.strip().replace("\\", "/"))
                if found is not None:
                    return found
        raise KeyError(address)

    def _found(self, folder: str, path: str) -> str | None:
        variable = _VARIABLE.match(path)
        path = path[variable.end() :] if variable else path
        if path.startswith("/") and (exact := self._exact.get(_plain(path[1:]))):
            return exact
        if variable is None:
            exact = self._exact.get(_plain(posixpath.join(folder, path)))
            if exact is not None or "://" in path:
                return exact
        # Course exports keep files in a folder of their own, which the addresses leave out.
        end = re.sub(r"^(?:\.{0,2}/)+", "", _plain(path))
        similar = [
            name
            for name in self._by_end.get(posixpath.basename(end), ())
            if f"/{_plain(name)}".endswith(f"/{end}")
        ]
        return similar[0] if len(similar) == 1 and end else None

    def picture(self, folder: str, address: str) -> str:
        """Collect the picture at an address, or in a ``data:`` address, and return its name.

        Raises:
            KeyError: there is none.
            PictureUnusable: it cannot be shown.
        """
        inline = data_uri(address)
        if inline is not None:
            return self._collected.add(inline)
        return self._collected.add(self.read(self.locate(folder, address)))

    @property
    def pictures(self) -> Mapping[str, bytes]:
        """The pictures that were collected, by name."""
        return self._collected.pictures


def _plain(name: str) -> str:
    return posixpath.normpath(name).lower()


def _is_junk(name: str) -> bool:
    """Whether a file is a trace of a desktop, such as macOS's ``._item.xml``."""
    base = posixpath.basename(name)
    return base.startswith("._") or base in (".DS_Store", "Thumbs.db") or "__MACOSX" in name
