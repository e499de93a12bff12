"""Evidence (``SHA256.evidence``): one picture, named by the SHA-256 of its bytes.

A line of canonical JSON that names centre and keys, then the picture, signed and sealed together.
"""

from typing import Literal

from pydantic import Field

from sync.wire import canonical
from sync.wire.errors import BundleDamaged
from sync.wire.model import Sha256
from sync.wire.sealing.keys import KeyHolder, KeyPair, PublicKeys
from sync.wire.sealing.sealed import MAX_BYTES, Addressed, open_plain, read_addressed, seal

FORMAT: Literal["evidence/1"] = "evidence/1"


class EvidenceHeader(Addressed):
    """The line before the picture; ``size`` in bytes."""

    format: Literal["evidence/1"] = FORMAT
    sha256: Sha256
    size: int = Field(ge=1, le=MAX_BYTES)


def seal_evidence(picture: bytes, centre_code: str, centre: KeyPair, hq: PublicKeys) -> bytes:
    """Return the sealed bytes. They differ each time, so an interrupted upload must store them.

    Raises:
        BundleDamaged: the picture is too large.
    """
    header = EvidenceHeader(
        centre_code=centre_code,
        sender_key_id=centre.public.key_id,
        recipient_key_id=hq.key_id,
        sha256=canonical.digest(picture),
        size=len(picture),
    )
    return seal(header, centre, hq, picture).data


def open_evidence(
    data: bytes, hq: KeyHolder, centre: PublicKeys, centre_code: str
) -> tuple[EvidenceHeader, bytes]:
    """Return header and picture; raises like ``open_bundle``."""
    # Canonical JSON contains no line feed, so the first one ends the header.
    line, _, picture = open_plain(data, hq, centre).partition(b"\n")
    header = read_addressed(EvidenceHeader, FORMAT, line, hq, centre, centre_code)
    if (canonical.digest(picture), len(picture)) != (header.sha256, header.size):
        raise BundleDamaged("the picture is not the one that its header names")
    return header, picture
