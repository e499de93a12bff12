"""``manifest.json``: the signed head of an exam package, which binds all other members."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, Self

from packaging.version import Version
from pydantic import Field, model_validator

from kiosk.exam.errors import NoSuchExamination
from kiosk.exam.programme.blueprint import Examination
from kiosk.exam.programme.programme import Programme, load_programme
from sync.wire import canonical
from sync.wire.errors import OutOfWindow, PackageDamaged, SoftwareTooOld
from sync.wire.model import (
    FIRST,
    Base64,
    CentreCode,
    Identifier,
    KeyId,
    Sha256,
    Utc,
    WireModel,
    from_value,
)

FORMAT: Literal["exam-package/2"] = "exam-package/2"
FORMAT_1: Literal["exam-package/1"] = "exam-package/1"
"""What version 0.2.0 of the software builds: one paper, no rooms. Still read, never built."""

MIN_SOFTWARE = "0.3.0"
"""The lowest version of the software that understands a package of this format. Raised whenever the
format grows."""


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


class PaperInfo(WireModel):
    """A paper of the sitting: what a centre may know of it while it is locked.

    ``id`` is unique in the sitting. ``trade`` and ``level`` are given where the programme has any.
    ``parts``: the parts of the examination that it has; none named: all.
    """

    id: Identifier
    programme: str = Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=64)
    trade: Identifier | None = None
    level: Identifier | None = None
    duration_minutes: int = Field(ge=1, le=600)
    parts: tuple[Identifier, ...] = Field(default=(), max_length=50)

    def examination(self, programme: Programme) -> Examination:
        """Return what is examined, by the programme of the paper.

        Raises:
            NoSuchExamination: the programme does not have this trade and level.
            KeyError: the examination does not have these parts.
        """
        return programme.examination(self.trade, self.level).of_parts(self.parts)


class RoomInfo(WireModel):
    """A room of the centre that the sitting uses.

    ``seats_per_row``: how many seats stand side by side; 0 where nobody has said.
    """

    id: Identifier
    name: str = Field(min_length=1, max_length=100)
    seats_per_row: int = Field(default=0, ge=0, le=2000)


class SittingInfo(WireModel):
    """The sitting of the package: its time slot, rooms and papers, each with an id of its own."""

    id: Identifier
    title: str = Field(min_length=1, max_length=200)
    starts_at: Utc
    unlock_not_before: Utc
    papers: tuple[PaperInfo, ...] = Field(min_length=1, max_length=200)
    rooms: tuple[RoomInfo, ...] = Field(min_length=1, max_length=200)

    @model_validator(mode="after")
    def _ids_once(self) -> Self:
        for entries in (self.papers, self.rooms):
            if len({entry.id for entry in entries}) < len(entries):
                raise ValueError("an id occurs twice")
        return self

    @property
    def duration_minutes(self) -> int:
        """Minutes of the longest paper."""
        return max(paper.duration_minutes for paper in self.papers)

    def paper(self, paper_id: str) -> PaperInfo:
        """Return the paper of that id.

        Raises:
            KeyError: there is no such paper.
        """
        for paper in self.papers:
            if paper.id == paper_id:
                return paper
        raise KeyError(paper_id)


class Head(WireModel):
    """What the manifests of all formats have in common."""

    min_software: str = Field(pattern=_VERSION)
    package_id: Identifier
    version: int = Field(ge=1, le=1_000_000)
    centre_code: CentreCode
    not_before: Utc
    not_after: Utc
    kdf: Kdf
    members: tuple[Member, ...]
    hq_key_id: KeyId
    created: Utc

    @model_validator(mode="after")
    def _all_members(self) -> Self:
        if tuple(member.name for member in self.members) != MEMBERS:
            raise ValueError("the members are not the three that have to be there")
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


class Manifest(Head):
    """Everything that a centre may know before it has the unlock code.

    ``programmes``: the documents of the programmes that the papers belong to.
    """

    format: Literal["exam-package/2"] = FORMAT
    programmes: tuple[dict[str, Any], ...] = Field(min_length=1, max_length=50)
    sitting: SittingInfo

    def load_programmes(self) -> Mapping[str, Programme]:
        """Validate the programmes in the package; return them by id.

        Raises:
            ProgrammeError: one of them is not valid.
            PackageDamaged: a paper is of no programme, or of none that has its trade and level;
                or its parts have minutes that do not add up to its own.
        """
        programmes = {programme.id: programme for programme in map(load_programme, self.programmes)}
        for paper in self.sitting.papers:
            if paper.programme not in programmes:
                raise PackageDamaged(f"paper {paper.id} names a programme that is not there")
            try:
                examination = paper.examination(programmes[paper.programme])
            except (NoSuchExamination, KeyError) as error:
                raise PackageDamaged(f"paper {paper.id}: {error}") from error
            if not examination.fits(paper.duration_minutes):
                raise PackageDamaged(
                    f"paper {paper.id} has {paper.duration_minutes} minutes,"
                    f" its parts have {examination.duration_minutes}"
                )
        return programmes


class SittingInfo1(WireModel):
    """The sitting of the first format: one trade and level."""

    id: Identifier
    title: str = Field(min_length=1, max_length=200)
    starts_at: Utc
    duration_minutes: int = Field(ge=1, le=600)
    unlock_not_before: Utc
    trade: Identifier | None = None
    level: Identifier | None = None


class Manifest1(Head):
    """A manifest of the first format."""

    format: Literal["exam-package/1"] = FORMAT_1
    programme: dict[str, Any]
    programme_digest: Sha256
    sitting: SittingInfo1

    @model_validator(mode="after")
    def _digest_fits(self) -> Self:
        if canonical.digest(canonical.dumps(self.programme)) != self.programme_digest:
            raise ValueError("the programme does not have its digest")
        return self

    def upgraded(self) -> Manifest:
        """Return the same as a manifest of one paper in one room."""
        values = {name: getattr(self, name) for name in Head.model_fields}
        info = self.sitting
        paper = PaperInfo(
            id=FIRST,
            programme=str(self.programme.get("id")),
            trade=info.trade,
            level=info.level,
            duration_minutes=info.duration_minutes,
        )
        sitting = SittingInfo(
            id=info.id,
            title=info.title,
            starts_at=info.starts_at,
            unlock_not_before=info.unlock_not_before,
            papers=(paper,),
            rooms=(RoomInfo(id=FIRST, name=FIRST),),
        )
        return Manifest(**values, programmes=(self.programme,), sitting=sitting)


def read_manifest(value: Any) -> tuple[Manifest, bytes]:
    """Read the JSON value of a manifest of either format; return it with its binding.

    Raises:
        UnsupportedFormat: it is of another format.
        PackageDamaged: it breaks a rule.
    """
    if isinstance(value, dict) and value.get("format") == FORMAT_1:
        first = from_value(Manifest1, value, FORMAT_1, PackageDamaged)
        return first.upgraded(), first.binding()
    manifest = from_value(Manifest, value, FORMAT, PackageDamaged)
    return manifest, manifest.binding()
