"""Fetching one file over a bad line: in pieces, going on where it broke off."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import httpx

from kiosk.vision.errors import PackDamaged, PackDownloadFailed
from kiosk.vision.files import settle, sha256_of

Progress = Callable[[str, int, int], None]
"""Called with a file's name, its bytes so far, and its size."""

TRIES = 5
CHUNK = 256 * 1024


class Wanted(Protocol):
    """A file by its size, digest and address, as manifests name it."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def size(self) -> int: ...  # noqa: D102
    @property
    def sha256(self) -> str: ...  # noqa: D102
    @property
    def url(self) -> str | None: ...  # noqa: D102


def fetch(client: httpx.Client, wanted: Wanted, part: Path, progress: Progress) -> Path:
    """Fetch a file into ``part``, where an earlier try may have left its beginning.

    Raises PackDownloadFailed when the line breaks again and again (what has come stays for the
    next time), and PackDamaged when what came is not the file.
    """
    part.parent.mkdir(parents=True, exist_ok=True)
    problem = "no answer"
    for _ in range(TRIES):
        try:
            _go_on(client, wanted, part, progress)
        except httpx.HTTPError as error:
            problem = f"{type(error).__name__}: {error}"
            continue
        if part.stat().st_size == wanted.size:
            return _checked(wanted, part)
    raise PackDownloadFailed(
        problem, name=wanted.name, url=wanted.url, size=wanted.size, sha256=wanted.sha256
    )


def _go_on(client: httpx.Client, wanted: Wanted, part: Path, progress: Progress) -> None:
    have = part.stat().st_size if part.exists() else 0
    if have >= wanted.size:
        return
    headers = {"Range": f"bytes={have}-"} if have else {}
    with client.stream("GET", str(wanted.url), headers=headers) as reply:
        if reply.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            part.unlink(missing_ok=True)
            return
        reply.raise_for_status()
        if reply.status_code != httpx.codes.PARTIAL_CONTENT:
            have = 0
        with part.open("ab" if have else "wb") as file:
            for chunk in reply.iter_bytes(CHUNK):
                have += len(chunk)
                if have > wanted.size:
                    break
                file.write(chunk)
                progress(wanted.name, have, wanted.size)
            settle(file.fileno())
    if have > wanted.size:
        part.unlink()
        raise PackDamaged("more bytes came than the file has", name=wanted.name)


def _checked(wanted: Wanted, part: Path) -> Path:
    if sha256_of(part) != wanted.sha256:
        part.unlink()
        raise PackDamaged("its digest is another", name=wanted.name)
    return part
