"""Removable media: the same sealed bytes as by network, with a signed index that is written last.

``exam-kiosk/CENTRE/outbound`` goes to headquarters, ``exam-kiosk/CENTRE/inbound`` comes back.
Without a complete index a USB stick counts as empty; with it, each file is checked by size and
SHA-256 before it is opened, so a stick that was pulled out or tampered with causes an error message
and no damage.
"""

from typing import Literal, TypeVar

from pydantic import Field

from sync.wire import canonical
from sync.wire.delivery.inventory import Inventory
from sync.wire.delivery.receipt import Kind
from sync.wire.errors import MediaDamaged, MediaEmpty, WireError
from sync.wire.exchange.container import MediaContainer
from sync.wire.exchange.inbox import Notice
from sync.wire.model import Base64, CentreCode, Sha256, Utc, WireModel, from_value
from sync.wire.packages.archive import MAX_BYTES as MAX_PACKAGE
from sync.wire.sealing import document
from sync.wire.sealing.keys import KeyHolder, Verifier
from sync.wire.sealing.sealed import MAX_BYTES

OUTBOUND_FORMAT: Literal["media-outbound/1"] = "media-outbound/1"
INBOUND_FORMAT: Literal["media-inbound/1"] = "media-inbound/1"
TOP = "exam-kiosk"
INDEX = "index.json"
MAX_INDEX = 32 << 20
"""Largest index in bytes."""

MOST = 200_000
"""Most items, ids or notices in one index."""


class MediaFile(WireModel):
    """A file beside the index: size in bytes and SHA-256 of its (sealed) bytes."""

    size: int = Field(ge=1, le=MAX_PACKAGE)
    sha256: Sha256


class MediaItem(MediaFile):
    """An item that the centre delivers; ``id`` is the SHA-256 of its plain bytes."""

    size: int = Field(ge=1, le=MAX_BYTES)
    kind: Kind
    id: Sha256


class Delivered(WireModel):
    """Ids that the centre has receipts for, so that headquarters can ask for them again."""

    result: tuple[Sha256, ...] = Field(max_length=MOST)
    event_log: tuple[Sha256, ...] = Field(max_length=MOST)
    evidence: tuple[Sha256, ...] = Field(max_length=MOST)


class Outbound(WireModel):
    """What a centre sends, and its position in the inbox."""

    format: Literal["media-outbound/1"] = OUTBOUND_FORMAT
    centre_code: CentreCode
    written_at: Utc
    inventory: Inventory
    delivered: Delivered
    items: tuple[MediaItem, ...] = Field(max_length=MOST)
    inbox_cursor: int = Field(ge=0)
    inbox_mark: str | None = Field(default=None, max_length=64)


class Inbound(WireModel):
    """What headquarters sends back: receipts, what it lacks, and the inbox with its packages."""

    format: Literal["media-inbound/1"] = INBOUND_FORMAT
    centre_code: CentreCode
    written_at: Utc
    receipts: tuple[Base64, ...] = Field(max_length=MOST)
    answer: Base64 | None
    missing: Delivered
    notices: tuple[Notice, ...] = Field(max_length=MOST)
    packages: tuple[MediaFile, ...] = Field(max_length=MOST)


def outbound_folder(centre_code: str) -> str:
    """Return the folder of a centre's deliveries."""
    return f"{TOP}/{centre_code}/outbound"


def inbound_folder(centre_code: str) -> str:
    """Return the folder of headquarters' answer to a centre."""
    return f"{TOP}/{centre_code}/inbound"


def item_name(centre_code: str, kind: str, item_id: str) -> str:
    return f"{outbound_folder(centre_code)}/{item_id}.{kind}"


def package_name(centre_code: str, sha256: str) -> str:
    return f"{inbound_folder(centre_code)}/{sha256}.exam"


def hq_keys_name(centre_code: str) -> str:
    """Return the file of headquarters' key statements.

    It is beside the index, not in it: the index may be signed with a key that only these
    statements make known.
    """
    return f"{inbound_folder(centre_code)}/hq-keys.json"


def announcements_name(centre_code: str) -> str:
    """Return the file of headquarters' announcements; beside the index, each is signed."""
    return f"{inbound_folder(centre_code)}/announcements.json"


def announcement_report_name(centre_code: str) -> str:
    """Return the file in which a centre says which announcements it has and has read."""
    return f"{outbound_folder(centre_code)}/announcements-held.json"


def known_keys_name(centre_code: str) -> str:
    """Return the file in which a centre says which statement it follows."""
    return f"{outbound_folder(centre_code)}/hq-keys-known.json"


def sign_index(index: Outbound | Inbound, keys: KeyHolder) -> bytes:
    return document.sign(index, keys)


def outbound_centres(container: MediaContainer) -> list[str]:
    """Return the codes of centres with deliveries, by folder names; nothing is checked yet."""
    names = (name.split("/") for name in container.names())
    return sorted(
        {
            parts[1]
            for parts in names
            if len(parts) == 4 and (parts[0], parts[2], parts[3]) == (TOP, "outbound", INDEX)
        }
    )


def read_outbound(data: bytes, keys: Verifier, centre_code: str) -> Outbound:
    """Read the index of a centre.

    Raises:
        BadSignature: the centre did not sign it.
        MediaDamaged: its content breaks a rule, or it is another centre's.
    """
    return _named(
        document.read(Outbound, data, keys, OUTBOUND_FORMAT, MediaDamaged.at, MAX_INDEX),
        centre_code,
    )


def read_inbound(container: MediaContainer, keys: Verifier, centre_code: str) -> Inbound:
    """Read headquarters' answer to a centre.

    Raises:
        MediaEmpty: there is none for this centre.
        BadSignature: headquarters did not sign it.
        MediaDamaged: its content breaks a rule, or it is another centre's.
    """
    name = f"{inbound_folder(centre_code)}/{INDEX}"
    if name not in container.names():
        raise MediaEmpty(whom=centre_code)
    data = container.read(name, MAX_INDEX)
    return _named(
        document.read(Inbound, data, keys, INBOUND_FORMAT, MediaDamaged.at, MAX_INDEX), centre_code
    )


def peek_outbound(container: MediaContainer, centre_code: str) -> bytes:
    """Return the bytes of a centre's index without checking its signature.

    Raises:
        MediaDamaged: the index is missing or incomplete.
    """
    data = container.read(f"{outbound_folder(centre_code)}/{INDEX}", MAX_INDEX)
    try:
        from_value(Outbound, document.peek(data, MAX_INDEX), OUTBOUND_FORMAT, MediaDamaged.at)
    except WireError as error:
        raise MediaDamaged(what=f"{INDEX} of {centre_code} cannot be read") from error
    return data


def read_file(container: MediaContainer, name: str, told: MediaFile) -> bytes:
    """Return a file that matches its entry in the index.

    Raises:
        MediaDamaged: size or digest differ.
    """
    data = container.read(name, told.size)
    if len(data) != told.size or canonical.digest(data) != told.sha256:
        raise MediaDamaged(what=f"{name} is not as it was written")
    return data


X = TypeVar("X", Outbound, Inbound)


def _named(index: X, centre_code: str) -> X:
    if index.centre_code != centre_code:
        raise MediaDamaged(what=f"an index of {index.centre_code} in the folder of {centre_code}")
    return index
