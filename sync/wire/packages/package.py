"""Exam packages (``NAME.exam``): building at headquarters, opening and unlocking at the centre.

Opening checks, in this order: sizes and shape of the archive, signature over the exact manifest,
format, centre, window, version, key-derivation bounds, size and SHA-256 of each member. Then the
roster is opened; the papers stay locked until an unlock code is given.
"""

import base64
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from kiosk import __version__
from kiosk.exam.ports import Entropy
from kiosk.exam.programme.programme import Programme
from sync.wire import canonical
from sync.wire.errors import (
    BadSignature,
    OldVersion,
    PackageDamaged,
    PackageTooLarge,
    WrongCentre,
)
from sync.wire.model import WireModel, parse
from sync.wire.packages import archive, paperlock
from sync.wire.packages.contents import ROSTER_FORMATS, PaperContents, Roster, read_papers
from sync.wire.packages.manifest import (
    MEMBERS,
    MIN_SOFTWARE,
    MODERATE,
    PAPER,
    PAPER_KEY,
    PRODUCTION,
    ROSTER,
    Kdf,
    KdfBounds,
    KdfLimits,
    Manifest,
    Member,
    SittingInfo,
    read_manifest,
    require_software,
)
from sync.wire.sealing.keys import KeyHolder, KeyPair, PublicKeys, Verifier

M = TypeVar("M", bound=WireModel)

HighWater = int | Callable[[str], int | None] | None
"""The highest version so far: a number, or a function from sitting id to number; None for no check.
"""


@dataclass(frozen=True)
class PackageContents:
    """What headquarters puts into a package."""

    package_id: str
    version: int
    programmes: tuple[Programme, ...]
    sitting: SittingInfo
    centre_code: str
    not_before: datetime
    not_after: datetime
    roster: Roster
    papers: PaperContents


@dataclass(frozen=True)
class OpenedPackage:
    """A package that passed every check. Its papers are still locked.

    ``programmes``: by id. ``digest``: SHA-256 of the manifest.
    """

    manifest: Manifest
    programmes: Mapping[str, Programme]
    roster: Roster
    digest: str
    _binding: bytes = field(repr=False)
    _paper: bytes = field(repr=False)
    _paper_key: bytes = field(repr=False)

    def unlock(self, code: str, own: KeyPair) -> bytes:
        """Return the 32-byte paper key for a typed code.

        Needs about a second and the memory stated in the manifest. The caller also compares
        ``manifest.sitting.unlock_not_before`` with its clock.

        Raises:
            MistypedUnlockCode: the code fails its check symbol.
            WrongUnlockCode: it is the code of another package or version.
            WrongRecipient: the package is sealed to another centre.
        """
        return paperlock.unlock_key(self._paper_key, code, self.manifest.kdf, self._binding, own)

    def papers(self, paper_key: bytes) -> PaperContents:
        """Decrypt the papers with their key.

        Raises:
            PackageDamaged: the key is another's, the papers have been deleted, or they are not
                those that the manifest names.
        """
        bound_to = paperlock.paper_binding(self.manifest.package_id, self.manifest.version)
        plain = paperlock.decrypt(self._paper, paper_key, bound_to)
        papers = read_papers(plain)
        if papers.ids != [paper.id for paper in self.manifest.sitting.papers]:
            raise PackageDamaged("other papers than the manifest names")
        return papers


def build_package(
    contents: PackageContents,
    hq: KeyHolder,
    centre: PublicKeys,
    code: str,
    entropy: Entropy,
    now: datetime,
    *,
    limits: KdfLimits = MODERATE,
) -> bytes:
    """Return the sealed and signed package as the bytes of its file.

    Raises:
        MistypedUnlockCode: ``code`` is not a valid unlock code.
        PackageTooLarge: a member exceeds its limit.
    """
    paper_key = entropy(paperlock.KEY_BYTES)
    members = _seal(contents, paper_key, centre, entropy)
    manifest = _manifest(contents, members, hq, now, _new_kdf(limits, entropy))
    members[PAPER_KEY] = paperlock.lock_key(paper_key, code, manifest, centre, entropy)
    signed = canonical.dump_model(_with_entry(manifest, members[PAPER_KEY]))
    members[archive.MANIFEST] = signed
    members[archive.SIGNATURE] = hq.sign(signed)
    _check_sizes(members)
    return archive.pack(members)


def open_package(
    source: bytes | Path,
    own: KeyPair,
    hq: Verifier,
    centre_code: str,
    now: datetime,
    min_version: HighWater = None,
    *,
    bounds: KdfBounds = PRODUCTION,
    software: str = __version__,
) -> OpenedPackage:
    """Check everything and open the roster.

    ``min_version`` is the highest version ever imported for the sitting (the same one may be
    imported again).

    Raises:
        WireError: the subclass for the first check that fails.
    """
    data = archive.read(source)
    _verified(archive.head(data), hq, software)  # first: a later format may have other members
    return open_members(
        archive.unpack(data),
        own,
        hq,
        centre_code,
        now,
        min_version,
        bounds=bounds,
        software=software,
    )


def open_members(
    members: Mapping[str, bytes],
    own: KeyPair,
    hq: Verifier,
    centre_code: str,
    now: datetime,
    min_version: HighWater = None,
    *,
    deleted: Collection[str] = (),
    bounds: KdfBounds = PRODUCTION,
    software: str = __version__,
) -> OpenedPackage:
    """Like :func:`open_package`, for members that a centre stores separately.

    ``deleted``: names of the members that were deleted at the end of their period. Without the
    roster, there are no candidates; without the paper, see :meth:`OpenedPackage.paper`.

    Raises:
        WireError: the subclass for the first check that fails; PackageDamaged for any other member
            that is missing.
    """
    manifest, binding = read_manifest(_verified(members, hq, software))
    _check_manifest(manifest, hq, centre_code, now)
    _check_version(manifest, min_version)
    bounds.check(manifest.kdf.limits)
    _check_members(manifest, members, deleted)
    programmes = manifest.load_programmes()
    roster = Roster(candidates=())
    if ROSTER in members:
        roster = _open_roster(members[ROSTER], own)
        check_seats(roster, manifest.sitting)
    return OpenedPackage(
        manifest=manifest,
        programmes=programmes,
        roster=roster,
        digest=canonical.digest(members[archive.MANIFEST]),
        _binding=binding,
        _paper=members.get(PAPER, b""),
        _paper_key=members.get(PAPER_KEY, b""),
    )


def _verified(members: Mapping[str, bytes], hq: Verifier, software: str) -> Any:
    """Return the manifest as JSON, once its signature and the version that it needs are checked."""
    signed = members[archive.MANIFEST]
    # First, and over the exact bytes: nothing unsigned gets as far as the parser.
    hq.verify(signed, members[archive.SIGNATURE])
    manifest = canonical.loads(signed)
    require_software(manifest, software)
    return manifest


def _seal(
    contents: PackageContents, paper_key: bytes, centre: PublicKeys, entropy: Entropy
) -> dict[str, bytes]:
    papers = canonical.dump_model(contents.papers)
    bound_to = paperlock.paper_binding(contents.package_id, contents.version)
    return {
        ROSTER: centre.seal(canonical.dump_model(contents.roster)),
        PAPER: paperlock.encrypt(papers, paper_key, bound_to, entropy),
    }


def _new_kdf(limits: KdfLimits, entropy: Entropy) -> Kdf:
    salt = base64.b64encode(entropy(paperlock.SALT_BYTES)).decode("ascii")
    return Kdf(opslimit=limits.opslimit, memlimit=limits.memlimit, salt=salt)


def _entry(name: str, data: bytes) -> Member:
    return Member.model_validate(
        {"name": name, "size": len(data), "sha256": canonical.digest(data)}
    )


def _manifest(
    contents: PackageContents, members: dict[str, bytes], hq: KeyHolder, now: datetime, kdf: Kdf
) -> Manifest:
    # paper.key is bound to the rest of the manifest, so its own entry is filled in afterwards.
    return Manifest(
        min_software=MIN_SOFTWARE,
        package_id=contents.package_id,
        version=contents.version,
        programmes=tuple(programme.model_dump(mode="json") for programme in contents.programmes),
        sitting=contents.sitting,
        centre_code=contents.centre_code,
        not_before=contents.not_before,
        not_after=contents.not_after,
        kdf=kdf,
        members=tuple(_entry(name, members.get(name, b"-")) for name in MEMBERS),
        hq_key_id=hq.public.key_id,
        created=now,
    )


def _with_entry(manifest: Manifest, paper_key: bytes) -> Manifest:
    others = tuple(entry for entry in manifest.members if entry.name != PAPER_KEY)
    return manifest.model_copy(update={"members": (*others, _entry(PAPER_KEY, paper_key))})


def _check_sizes(members: dict[str, bytes]) -> None:
    for name, limit in archive.SIZE_LIMITS.items():
        if len(members[name]) > limit:
            raise PackageTooLarge(what=name, size=len(members[name]), limit=limit)


def _check_manifest(manifest: Manifest, hq: Verifier, centre_code: str, now: datetime) -> None:
    if not hq.accepts(manifest.hq_key_id):
        raise BadSignature("the manifest names another key of headquarters")
    if manifest.centre_code != centre_code:
        raise WrongCentre(found=manifest.centre_code, expected=centre_code)
    manifest.require_window(now)


def _check_version(manifest: Manifest, high_water: HighWater) -> None:
    newest = high_water(manifest.sitting.id) if callable(high_water) else high_water
    if newest is not None and manifest.version < newest:
        raise OldVersion(found=manifest.version, newest=newest)


def _check_members(
    manifest: Manifest, members: Mapping[str, bytes], deleted: Collection[str]
) -> None:
    for entry in manifest.members:
        data = members.get(entry.name)
        if data is None and entry.name in deleted:
            continue
        if data is None:
            raise PackageDamaged(f"{entry.name} is missing")
        if (len(data), canonical.digest(data)) != (entry.size, entry.sha256):
            raise PackageDamaged(f"{entry.name} is not the one that was signed")


def _open_roster(sealed: bytes, own: KeyPair) -> Roster:
    roster = parse(Roster, own.unseal(sealed), ROSTER_FORMATS, PackageDamaged)
    for values in (
        [candidate.candidate_id for candidate in roster.candidates],
        [candidate.admission_no for candidate in roster.candidates],
    ):
        if len(set(values)) != len(values):
            raise PackageDamaged("a candidate occurs twice in the roster")
    return roster


def check_seats(roster: Roster, sitting: SittingInfo) -> None:
    """Check that seats, rooms and papers fit together.

    Each seat names a room and a paper of the sitting, each paper has a candidate, and no two
    candidates have one seat.

    Raises:
        PackageDamaged: the roster and the sitting do not fit together.
    """
    papers, rooms = ({entry.id for entry in part} for part in (sitting.papers, sitting.rooms))
    seats: set[tuple[str, str]] = set()
    for candidate in roster.candidates:
        if candidate.paper not in papers or candidate.room not in rooms:
            number = candidate.admission_no
            raise PackageDamaged(f"{number} has a paper or room that the sitting does not have")
        seat = (candidate.room, candidate.seat)
        if candidate.seat and seat in seats:
            raise PackageDamaged(f"two candidates have seat {candidate.seat}")
        seats.add(seat)
    if unused := papers - {candidate.paper for candidate in roster.candidates}:
        raise PackageDamaged(f"no seat has the paper {min(unused)}")
