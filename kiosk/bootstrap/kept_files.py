"""What a data directory keeps in files of its own, read beside a running server."""

from collections.abc import Collection
from pathlib import Path

from kiosk.bootstrap.system import entropy
from kiosk.store.files import Folder
from kiosk.store.packages import Parties, open_stored
from kiosk.store.sitting_keys import SITTING_KEYS, SittingKeys
from kiosk.store.sittings import Sitting
from sync.wire.keys import KeyPair
from sync.wire.package import OpenedPackage


def sitting_keys(data: Path, own: KeyPair) -> SittingKeys:
    """The keys of the sittings in a data directory."""
    return SittingKeys(Folder(data / SITTING_KEYS, create=False), own, entropy)


def open_package_of(
    data: Path, sitting: Sitting, parties: Parties, deleted: Collection[str]
) -> OpenedPackage:
    """Open what is left of a sitting's package; raises OSError or WireErrors."""
    keys = sitting_keys(data, parties.own)
    return open_stored(Folder(data / "packages", create=False), keys, sitting, deleted, parties)
