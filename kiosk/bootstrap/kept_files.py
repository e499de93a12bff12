"""Files of a data directory, read without opening the centre, even while the server runs."""

from collections.abc import Collection
from pathlib import Path

from kiosk.store.centre.packages import Parties, open_stored
from kiosk.store.centre.sitting_keys import SITTING_KEYS, SittingKeys
from kiosk.store.centre.sittings import Sitting
from kiosk.store.files import Folder
from kiosk.system import entropy
from sync.wire.packages.package import OpenedPackage
from sync.wire.sealing.keys import KeyPair


def sitting_keys(data: Path, own: KeyPair) -> SittingKeys:
    """Return the keys of the sittings in a data directory."""
    return SittingKeys(Folder(data / SITTING_KEYS, create=False), own, entropy)


def open_package_of(
    data: Path, sitting: Sitting, parties: Parties, deleted: Collection[str]
) -> OpenedPackage:
    """Open what remains of a sitting's package.

    Raises:
        OSError: a file is missing or cannot be read.
        WireError: the package is damaged or not meant for this centre.
    """
    keys = sitting_keys(data, parties.own)
    return open_stored(Folder(data / "packages", create=False), keys, sitting, deleted, parties)
