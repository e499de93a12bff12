"""``manifest.json``: the signed head of an exam package, which binds all other members."""

import re
from datetime import datetime
from typing import Any, Literal, Self

from packaging.version import Version
from pydantic import Field, model_validator

from kiosk.exam.programme.programme import Programme, load_programme
from sync.wire import canonical
from sync.wire.errors import OutOfWindow, PackageDamaged, SoftwareTooOld
from sync.wire.model import Base64, CentreCode, Identifier, KeyId, Sha256, Utc, WireModel

FORMAT: Literal["exam-package/1"] = "exam-package/1"
MIN_SOFTWARE = "0.2.0"
"""The lowest version of the software that understands a package of this format. Raised whenever the
format grows; what only some papers use is in :mod:`sync.wire.packages.software`."""

_VERSION = r"^[0-9]{1,6}(\.[0-9]{1,6}){1,3}$"
ROSTER, PAPER, PAPER_KEY = "roster.bin", "paper.bin", "paper.key"
MEMBERS = (ROSTER, PAPER, PAPER_KEY)


def require_software(manifest: Any, installed: str) -> None:
    """Check what a manifest says about the software, before anything else of it is interpreted.

    ``manifest``: the JSON value, of this format or a later one. One that says nothing passes;
    :class:`Manifest` refuses it.

    Raises:
        SoftwareTooOld: the manifest needs a newer version than ``installed``.
        PackageDamaged: what it names is no version.
    """
    if not isinstance(manifest, dict) or "min_software" not in manifest:
        return
    needed = manifest["min_software"]
    if not isinstance(needed, str) or not re.fullmatch(_VERSION, needed, re.ASCII):
        raise PackageDamaged("min_software is not a version")
    if Version(installed) < Version(needed):
        raise SoftwareTooOld(needed=needed, installed=installed)


class KdfLimits(WireModel):
    """Cost of deriving a key from an unlock code with Argon2id: passes, and memory in bytes."""

    opslimit: int = Field(ge=1)
    memlimit: int = Field(ge=8192)


MODERATE = KdfLimits(opslimit=3, memlimit=256 << 20)
"""What headquarters uses: about 0.7 s on a modest machine."""

INTERACTIVE = KdfLimits(opslimit=2, memlimit=64 << 20)
"""The weakest limits that a centre accepts."""


class KdfBounds(WireModel):
    """What a reader accepts: below is too weak, above could exhaust the machine."""

    least: KdfLimits
    most: KdfLimits

    def check(self, limits: KdfLimits) -> None:
        """Check limits against the bounds.

        Raises:
            PackageDamaged: one of them is outside.
        """
        ops = self.least.opslimit <= limits.opslimit <= self.most.opslimit
        memory = self.least.memlimit <= limits.memlimit <= self.most.memlimit
        if not (ops and memory):
            raise PackageDamaged("the limits of the unlock code's key are out of bounds")


PRODUCTION = KdfBounds(least=INTERACTIVE, most=KdfLimits(opslimit=8, memlimit=512 << 20))


class Kdf(KdfLimits):
    """How the unlock code becomes a key: Argon2id version 1.3 with these limits and salt."""

    algorithm: Literal["argon2id13"] = "argon2id13"
    salt: Base64 = Field(min_length=24, max_length=24)

    @property
    def limits(self) -> KdfLimits:
        return KdfLimits(opslimit=self.opslimit, memlimit=self.memlimit)


class Member(WireModel):
    """One member of the archive: name, size in bytes, SHA-256."""

    name: Literal["roster.bin", "paper.bin", "paper.key"]
    size: int = Field(ge=1)
    sha256: Sha256


class SittingInfo(WireModel):
    """The sitting of the package: one trade and level, where the programme has any."""

    id: Identifier
    title: str = Field(min_length=1, max_length=200)
    starts_at: Utc
    duration_minutes: int = Field(ge=1, le=600)
    unlock_not_before: Utc
    trade: Identifier | None = None
    level: Identifier | None = None


class Manifest(WireModel):
    """Everything that a centre may know before it has the unlock code."""

    format: Literal["exam-package/1"] = FORMAT
    min_software: str = Field(pattern=_VERSION)
    package_id: Identifier
    version: int = Field(ge=1, le=1_000_000)
    programme: dict[str, Any]
    programme_digest: Sha256
    sitting: SittingInfo
    centre_code: CentreCode
    not_before: Utc
    not_after: Utc
    kdf: Kdf
    members: tuple[Member, ...]
    hq_key_id: KeyId
    created: Utc

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if tuple(member.name for member in self.members) != MEMBERS:
            raise ValueError("the members are not the three that have to be there")
        if canonical.digest(canonical.dumps(self.programme)) != self.programme_digest:
            raise ValueError("the programme does not have its digest")
        return self

    def member(self, name: str) -> Member:
        """Return the entry of that name.

        Raises:
            StopIteration: ``name`` is not in :data:`MEMBERS`.
        """
        return next(member for member in self.members if member.name == name)

    def binding(self) -> bytes:
        """Return the SHA-256 of the manifest without its paper.key entry, which binds the code.

        It covers package id and version, so that a code opens exactly one version.
        """
        value = self.model_dump(mode="json")
        value["members"] = [entry for entry in value["members"] if entry["name"] != PAPER_KEY]
        return bytes.fromhex(canonical.digest(canonical.dumps(value)))

    def require_window(self, now: datetime) -> None:
        """Check that the package may be used at ``now``.

        Raises:
            OutOfWindow: ``now`` is outside its window.
        """
        if not self.not_before <= now <= self.not_after:
            raise OutOfWindow(not_before=self.not_before, not_after=self.not_after)

    def load_programme(self) -> Programme:
        """Validate the programme in the package.

        Raises:
            ProgrammeError: it is not valid.
        """
        return load_programme(self.programme)
