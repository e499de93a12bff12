"""Scans in bulk: a folder or a ZIP archive, matched by the names of files and folders (R9)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from kiosk.exam.programme.programme import Programme
from sync.hq.core.progress import ProgressCallback, silent
from sync.hq.errors import BadImport
from sync.hq.imports.archives import Archive
from sync.hq.problems import Problem
from sync.hq.registration.applications import ApplicationView
from sync.hq.registration.portrait_names import NameReader, Sought
from sync.hq.registration.scan_files import ScanUnusable, read_scan, require_size
from sync.hq.registration.scan_names import ScanNames
from sync.hq.registration.scans import NewScan


@dataclass(frozen=True)
class FoundScans:
    """Scans whose names say whose and what they are, and a problem for each other file."""

    scans: Sequence[NewScan]
    problems: Sequence[Problem] = field(default=())


def find_scans(
    archive: Archive,
    applicants: Sequence[ApplicationView],
    programme: Programme,
    progress: ProgressCallback = silent,
) -> FoundScans:
    """Return the scans of an archive; files that do not fit are listed and left out."""
    people = [
        Sought(str(position), one.name, (one.identity_no,))
        for position, one in enumerate(applicants)
    ]
    names = ScanNames(NameReader(people, archive.names), programme)
    scans: list[NewScan] = []
    problems = list(archive.problems)
    for number, path in enumerate(sorted(archive.names), start=1):
        said = names.read(path)
        if len(said.people) != 1:
            problems.append(_note("scan_of_nobody" if not said.people else "scan_of_several", path))
        elif len(said.materials) != 1:
            code = "scan_of_nothing" if not said.materials else "scan_of_two"
            problems.append(_note(code, path))
        else:
            (position,) = said.people
            owner = applicants[position].candidate_id
            new = _read(archive, path, owner, said.materials[0], said.part, problems)
            scans += [new] if new else []
        progress(number, len(archive.names))
    return FoundScans(scans, problems)


def _read(
    archive: Archive,
    path: str,
    owner: str,
    material: str,
    part: str,
    problems: list[Problem],
) -> NewScan | None:
    try:
        data = archive.read(path)
        require_size(len(data))
        return NewScan(owner, material, part, path, read_scan(data))
    except ScanUnusable as error:
        problems.append(Problem("scan_bad", "file", path, params={"reason": error.reason}))
    except BadImport as error:
        problems += error.problems
    return None


def _note(code: str, path: str) -> Problem:
    return Problem(code, "file", path, is_error=False)
