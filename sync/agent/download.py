"""Large objects come in parts, and go on where the last round left off."""

from kiosk.store.files import Folder
from sync.agent.bandwidth import BandwidthLimit
from sync.agent.errors import HqRefused, ObjectDamaged
from sync.agent.transports import Transport
from sync.wire import canonical


class Downloads:
    """Fetches objects by their SHA-256; what has come by then is kept in a folder."""

    def __init__(self, folder: Folder, pace: BandwidthLimit) -> None:
        self._folder = folder
        self._pace = pace

    def fetch(self, transport: Transport, sha256: str, size: int) -> bytes:
        """The whole object of ``size`` bytes.

        Raises HqUnreachable (the next call goes on), HqRefused, or ObjectDamaged: then it is
        begun anew.
        """
        path = self._folder.path(sha256)
        have = path.stat().st_size if path.exists() else 0
        while have < size:
            part = self._part(transport, sha256, have, min(have + self._pace.part, size))
            with path.open("ab") as file:
                file.write(part)
            have += len(part)
        data = path.read_bytes()
        if canonical.digest(data) != sha256:
            path.unlink()
            raise ObjectDamaged
        return data

    def forget(self, sha256: str) -> None:
        """It has been taken in."""
        self._folder.drop(sha256)

    def _part(self, transport: Transport, sha256: str, start: int, end: int) -> bytes:
        asked = {"Range": f"bytes={start}-{end - 1}"}
        reply = transport.send("GET", f"/sync/v1/objects/{sha256}", headers=asked)
        told = reply.headers.get("content-range", "")
        if not told.startswith(f"bytes {start}-{end - 1}/") or len(reply.body) != end - start:
            raise HqRefused("no parts of objects", status=200, reason="none")
        return reply.body
