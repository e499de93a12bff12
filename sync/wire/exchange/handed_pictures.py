"""Pictures of one attempt that people carry to headquarters: chosen, each sealed, in one ZIP file.

``SHA256.evidence`` are the bytes that the network would carry. The signed list says whose they
are, on which ground they left, why, and who carries them.
"""

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from sync.wire.errors import MediaDamaged, MediaEmpty
from sync.wire.exchange.container import MediaContainer
from sync.wire.exchange.removable_media import MediaFile, read_file
from sync.wire.model import CentreCode, Identifier, Sha256, Utc, WireModel
from sync.wire.sealing import document
from sync.wire.sealing.keys import KeyHolder, Verifier
from sync.wire.sealing.sealed import MAX_BYTES

FORMAT: Literal["handed-pictures/1"] = "handed-pictures/1"
LIST = "handed-pictures.json"
MOST = 1000
"""Most pictures in one file."""
MAX_LIST = 1 << 20
"""Largest list in bytes."""
MOST_BYTES = 128 << 20
"""Most bytes of all sealed pictures of one file together."""

Ground = Literal["programme", "consent", "case"]


class HandedPicture(MediaFile):
    """A sealed picture; ``id``: the SHA-256 of the picture itself."""

    size: int = Field(ge=1, le=MAX_BYTES)
    id: Sha256
    incident_id: Identifier | None


class HandedPictures(WireModel):
    """What a file has, and why it may leave the centre.

    ``ground``: the programme lets pictures leave, the candidate agreed, or headquarters asked for
    them; ``reference``: that paper, or the number of that case.
    """

    format: Literal["handed-pictures/1"] = FORMAT
    centre_code: CentreCode
    sitting_id: Identifier
    attempt_id: Identifier
    ground: Ground
    reference: str = Field(max_length=200)
    reason: str = Field(min_length=1, max_length=500)
    carrier: str = Field(min_length=1, max_length=100)
    written_by: str = Field(min_length=1, max_length=100)
    written_at: Utc
    pictures: tuple[HandedPicture, ...] = Field(min_length=1, max_length=MOST)


def picture_name(sha256: str) -> str:
    """Return the name of a sealed picture in the file."""
    return f"{sha256}.evidence"


def sign_list(listed: HandedPictures, keys: KeyHolder) -> bytes:
    """Return the signed list."""
    return document.sign(listed, keys)


def peek_centre(container: MediaContainer) -> tuple[str, bytes]:
    """Return the centre that a file says it is of, and its list; nothing is checked yet.

    Raises:
        MediaEmpty: it is no such file.
        MediaDamaged: its list is too large or cannot be read.
    """
    if LIST not in container.names():
        raise MediaEmpty(whom="headquarters")
    data = container.read(LIST, MAX_LIST)
    return str(document.peek(data, MAX_LIST).get("centre_code", "")), data


def read_list(data: bytes, keys: Verifier, centre_code: str) -> HandedPictures:
    """Return the list.

    Raises:
        BadSignature: the centre did not sign it.
        MediaDamaged: its content breaks a rule, or it is another centre's.
    """
    listed = document.read(HandedPictures, data, keys, FORMAT, MediaDamaged.at, MAX_LIST)
    if listed.centre_code != centre_code:
        raise MediaDamaged(what=f"{LIST} is another centre's")
    return listed


def read_pictures(
    container: MediaContainer, listed: HandedPictures
) -> Sequence[tuple[HandedPicture, bytes]]:
    """Return the sealed pictures.

    Raises:
        MediaDamaged: one is missing or not as the list says, or there is too much.
    """
    if sum(picture.size for picture in listed.pictures) > MOST_BYTES:
        raise MediaDamaged(what=f"at most {MOST_BYTES} bytes of pictures are read")
    return [
        (picture, read_file(container, picture_name(picture.id), picture))
        for picture in listed.pictures
    ]
