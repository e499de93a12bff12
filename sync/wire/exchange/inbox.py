"""``GET /sync/v1/inbox``: headquarters' notices for a centre, in the order of a cursor."""

import base64
from datetime import datetime
from typing import Literal

from pydantic import Field

from sync.wire import canonical
from sync.wire.errors import BadSignature, WrongCentre
from sync.wire.model import Base64, CentreCode, Identifier, Sha256, Utc, WireModel, from_value
from sync.wire.sealing import document
from sync.wire.sealing.keys import KeyHolder, KeyPair, PublicKeys, Verifier

FORMAT: Literal["inbox/1"] = "inbox/1"
RELEASE_FORMAT: Literal["unlock-release/1"] = "unlock-release/1"
REVOCATION_FORMAT: Literal["package-revocation/1"] = "package-revocation/1"


class PackageNotice(WireModel):
    """An exam package to fetch from ``/sync/v1/objects/SHA256``."""

    kind: Literal["package"] = "package"
    cursor: int = Field(ge=1)
    package_id: Identifier
    sitting_id: Identifier
    version: int = Field(ge=1)
    sha256: Sha256
    size: int = Field(ge=1)


class UnlockNotice(WireModel):
    """A released unlock code, signed by headquarters and sealed to the centre."""

    kind: Literal["unlock_code"] = "unlock_code"
    cursor: int = Field(ge=1)
    package_id: Identifier
    sitting_id: Identifier
    version: int = Field(ge=1)
    sealed: Base64


class RevocationNotice(WireModel):
    """A package that must no longer be used; ``signed`` by headquarters with the reason."""

    kind: Literal["revocation"] = "revocation"
    cursor: int = Field(ge=1)
    package_id: Identifier
    sitting_id: Identifier
    version: int = Field(ge=1)
    signed: Base64


Notice = PackageNotice | UnlockNotice | RevocationNotice


def mark_of(notice: Notice) -> str:
    """Return a digest by which headquarters recognises the last notice that a centre has read."""
    # The cursor alone is not enough: a restored headquarters assigns the same numbers again.
    return canonical.digest(canonical.dump_model(notice))[:32]


class InboxPage(WireModel):
    """A page of notices after a cursor; the next request continues after its ``cursor``.

    ``restarted``: headquarters does not know the notice that the centre read last, because it
    was restored from a backup; the page begins at the start.
    """

    format: Literal["inbox/1"] = FORMAT
    entries: tuple[Notice, ...]
    cursor: int = Field(ge=0)
    more: bool
    restarted: bool = False
    server_time: Utc


class UnlockRelease(WireModel):
    """The signed content of an :class:`UnlockNotice`."""

    format: Literal["unlock-release/1"] = RELEASE_FORMAT
    centre_code: CentreCode
    package_id: Identifier
    version: int = Field(ge=1)
    code: str = Field(min_length=19, max_length=19)
    released_at: Utc


class Revocation(WireModel):
    """The signed content of a :class:`RevocationNotice`."""

    format: Literal["package-revocation/1"] = REVOCATION_FORMAT
    centre_code: CentreCode
    package_id: Identifier
    version: int = Field(ge=1)
    reason: str = Field(min_length=1, max_length=500)
    revoked_at: Utc


def sign_revocation(revocation: Revocation, hq: KeyHolder) -> str:
    """Return the base64 text for a :class:`RevocationNotice`."""
    return base64.b64encode(document.sign(revocation, hq)).decode("ascii")


def sign_revocation_again(signed: str, hq: KeyHolder) -> str:
    """Return headquarters' own revocation, signed with its present keys."""
    body = document.peek(base64.b64decode(signed))
    return sign_revocation(from_value(Revocation, body, REVOCATION_FORMAT, BadSignature), hq)


def open_revocation(signed: str, hq: Verifier, centre_code: str) -> Revocation:
    """Return the signed revocation.

    Raises:
        BadSignature: headquarters did not sign it, or its content breaks a rule.
        WrongCentre: it is for another centre.
    """
    data = base64.b64decode(signed)
    revocation = document.read(Revocation, data, hq, REVOCATION_FORMAT, BadSignature)
    if revocation.centre_code != centre_code:
        raise WrongCentre(found=revocation.centre_code, expected=centre_code)
    return revocation


def seal_release(release: UnlockRelease, hq: KeyHolder, centre: PublicKeys) -> str:
    """Return the base64 text for an :class:`UnlockNotice`."""
    return base64.b64encode(centre.seal(document.sign(release, hq))).decode("ascii")


def open_release(sealed: str, own: KeyPair, hq: Verifier, centre_code: str) -> UnlockRelease:
    """Return the released code.

    Raises:
        WrongRecipient: it is sealed to other keys.
        BadSignature: headquarters did not sign it, or its content breaks a rule.
        WrongCentre: it is for another centre.
    """
    signed = own.unseal(base64.b64decode(sealed))
    release = document.read(UnlockRelease, signed, hq, RELEASE_FORMAT, BadSignature)
    if release.centre_code != centre_code:
        raise WrongCentre(found=release.centre_code, expected=centre_code)
    return release


def release_of(
    package: tuple[str, int], centre_code: str, code: str, released_at: datetime
) -> UnlockRelease:
    """Build a release; ``package`` is its id and version."""
    return UnlockRelease(
        centre_code=centre_code,
        package_id=package[0],
        version=package[1],
        code=code,
        released_at=released_at,
    )
