"""Downloading a file, and resuming where an earlier attempt stopped."""

from pathlib import Path

import httpx

from kiosk.vision.errors import PackDamaged, PackDownloadFailed
from kiosk.vision.packs.manifest import PackArchive, PackFile, PackInfo
from kiosk.vision.packs.weights import Progress, state_of

Download = PackArchive | PackFile


def downloads(info: PackInfo) -> list[Download]:
    """Return the files to download for a pack.

    Raises:
        PackDownloadFailed: the pack is not published at any address.
    """
    wanted: list[Download] = [info.archive] if info.archive else [*info.files]
    if any(one.url is None for one in wanted):
        raise failed(info, wanted, "its maker publishes it at no address")
    return wanted


def fetch(
    info: PackInfo, wanted: Download, part: Path, progress: Progress, client: httpx.Client
) -> None:
    """Download ``part`` up to its full size and check it.

    Raises:
        PackDownloadFailed: the network failed; what was received remains for the next attempt.
        PackDamaged: the server sent another file; nothing remains.
    """
    try:
        # A part that cannot be resumed is discarded, and the file is downloaded once from the
        # start.
        if state_of(part, wanted) != "ok" and not _stream(wanted, part, progress, client):
            part.unlink(missing_ok=True)
            _stream(wanted, part, progress, client)
    except httpx.HTTPError as error:
        what = str(error) or type(error).__name__
        raise failed(info, downloads(info), f"{wanted.name}: {what}") from error
    if part.stat().st_size < wanted.size:
        raise failed(info, downloads(info), f"{wanted.name}: the connection ended early")
    if state_of(part, wanted) != "ok":
        part.unlink()
        raise PackDamaged(
            f"{wanted.url} sent something else than {wanted.size} bytes with SHA-256 "
            f"{wanted.sha256}",
            file=wanted.name,
            pack=info.id,
        )


def failed(info: PackInfo, wanted: list[Download], reason: str) -> PackDownloadFailed:
    """Return the error that says how to bring the pack on a USB stick instead."""
    single = len(wanted) == 1
    return PackDownloadFailed(
        reason,
        pack=info.id,
        downloads=" and ".join(
            f"{one.url or one.name} ({one.size} bytes, SHA-256 {one.sha256})" for one in wanted
        ),
        cargo="it" if single else "them in one ZIP",
        file=wanted[0].name if single else f"{info.id}.zip",
    )


def _stream(wanted: Download, part: Path, progress: Progress, client: httpx.Client) -> bool:
    """Request the missing bytes; return False if the server cannot resume there."""
    have = part.stat().st_size if part.exists() else 0
    if have >= wanted.size:  # full, but not the right bytes
        return False
    # A compressed body would make byte ranges and Content-Length meaningless.
    headers = {"Accept-Encoding": "identity"}
    if have:
        headers["Range"] = f"bytes={have}-"
    with client.stream("GET", wanted.url or "", headers=headers, follow_redirects=True) as response:
        # A proxy may answer with another range than the one asked for.
        goes_on = response.headers.get("Content-Range", "").startswith(f"bytes {have}-")
        if have and (
            response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE
            or (response.status_code == httpx.codes.PARTIAL_CONTENT and not goes_on)
        ):
            return False
        response.raise_for_status()
        if response.status_code != httpx.codes.PARTIAL_CONTENT:
            have = 0  # the server sends the whole file, whatever was asked for
        _require_length(response, wanted.size - have)
        _save(response, wanted, part, have, progress)
    return True


def _require_length(response: httpx.Response, expected: int) -> None:
    """Reject a wrong length, such as a gateway's sign-in page, before it overwrites the part."""
    declared = response.headers.get("Content-Length", str(expected))
    if declared != str(expected):
        raise httpx.RemoteProtocolError(f"{declared} bytes are offered, {expected} are wanted")


def _save(
    response: httpx.Response, wanted: Download, part: Path, have: int, progress: Progress
) -> None:
    """Write the body after the first ``have`` bytes, and stop one byte past the expected end."""
    with part.open("r+b" if have else "wb") as file:
        file.seek(have)
        for chunk in response.iter_raw():
            room = wanted.size + 1 - have
            have += file.write(chunk[:room])
            progress(wanted.name, min(have, wanted.size), wanted.size)
            if have > wanted.size:
                return
