"""Exam packages on disk, in three parts, so that roster and paper can be deleted separately.

The head (signature and manifest) contains no names and no questions; it stays until the event log
is deleted. The signed manifest has size and digest of roster and paper, so neither can be
exchanged. A package that an earlier version imported is a single file.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

from kiosk.store.centre.sitting_keys import SittingKeys
from kiosk.store.centre.sittings import Sitting
from kiosk.store.files import Folder
from sync.wire.errors import PackageDamaged
from sync.wire.packages import archive
from sync.wire.packages.manifest import PAPER, PAPER_KEY, ROSTER
from sync.wire.packages.package import OpenedPackage, open_members
from sync.wire.sealing.keys import KeyPair, Verifier

_MEMBERS = {"portraits": (ROSTER,), "papers": (PAPER, PAPER_KEY)}
_SIGNATURE_BYTES = 64
_LENGTH_BYTES = 2


@dataclass(frozen=True)
class PackageFiles:
    """File names of the three parts: the SHA-256 of their plain content."""

    head: str
    roster: str
    paper: str


def keep(folder: Folder, keys: SittingKeys, sitting_id: str, data: bytes) -> PackageFiles:
    """Store a package that has been checked; on return its parts and keys are durable."""
    # Also the keys of pictures and answers: an exam must not need room for a key while it runs.
    keys.prepare(sitting_id)
    members = archive.unpack(data)
    roster, paper_key = members[ROSTER], members[PAPER_KEY]
    paper = len(paper_key).to_bytes(_LENGTH_BYTES, "big") + paper_key + members[PAPER]
    files = PackageFiles(
        head=folder.put_content(members[archive.SIGNATURE] + members[archive.MANIFEST]),
        roster=_digest(roster),
        paper=_digest(paper),
    )
    folder.put(files.roster, keys.seal(sitting_id, "portraits", roster))
    folder.put(files.paper, keys.seal(sitting_id, "papers", paper))
    return files


def load(
    folder: Folder, keys: SittingKeys, sitting: Sitting, deleted: Collection[str]
) -> dict[str, bytes]:
    """Return the members of a sitting's package, without those of ``deleted`` classes.

    The caller checks signature and digests.

    Raises:
        OSError: a part cannot be read.
        WireError: a part is damaged.
    """
    head = folder.get(sitting.package_file)
    members = {
        archive.SIGNATURE: head[:_SIGNATURE_BYTES],
        archive.MANIFEST: head[_SIGNATURE_BYTES:],
    }
    if "portraits" not in deleted:
        members[ROSTER] = keys.open(folder.get(sitting.roster_file))
    if "papers" not in deleted:
        members |= _paper(keys.open(folder.get(sitting.paper_file)))
    return members


@dataclass(frozen=True)
class Parties:
    """Whose package it must be: the centre's keys and code, headquarters' keys."""

    own: KeyPair
    hq: Verifier
    centre_code: str


def open_stored(
    folder: Folder,
    keys: SittingKeys,
    sitting: Sitting,
    deleted: Collection[str],
    parties: Parties,
) -> OpenedPackage:
    """Open what is left of a sitting's package; every check but that of its window is made.

    Raises:
        OSError: a part cannot be read.
        WireError: a part is damaged, or not from this headquarters for this centre.
    """
    members = load(folder, keys, sitting, deleted)
    gone = {name for what, names in _MEMBERS.items() if what in deleted for name in names}
    return open_members(
        members,
        parties.own,
        parties.hq,
        parties.centre_code,
        sitting.imported_at,
        deleted=gone,
    )


def is_whole(name: str, data: bytes, keys: SittingKeys) -> bool:
    """Whether a part has the content that its name says.

    Raises FileNotFoundError when its key has been destroyed, or WireErrors.
    """
    return _digest(data) == name or _digest(keys.open(data)) == name


def _paper(part: bytes) -> dict[str, bytes]:
    end = _LENGTH_BYTES + int.from_bytes(part[:_LENGTH_BYTES], "big")
    if len(part) < end:
        raise PackageDamaged("the paper is cut short")
    return {PAPER_KEY: part[_LENGTH_BYTES:end], PAPER: part[end:]}


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
