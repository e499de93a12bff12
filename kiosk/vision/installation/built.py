"""Packs whose published files are converted once, and the record of what they were built from."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from kiosk.vision.errors import PackDamaged
from kiosk.vision.packs.manifest import Kind, PackInfo
from kiosk.vision.packs.weights import Contents, Progress, State, put_bytes, read

RECORD = "built.json"

LAYOUTS: dict[Kind, int] = {"dlib": 3, "opencv-zoo": 1}
"""Version of what each kind builds; a pack with another version is built again."""


def build(info: PackInfo, weights: Path, contents: Contents, progress: Progress) -> Path:
    """Build the pack from its published files and install it in one step.

    The caller holds :func:`kiosk.vision.packs.weights.alone`. An older installation remains if
    building fails.

    Raises:
        PackDamaged: a file is not the published one.
    """
    sources = {file.name: read(info, file, contents, progress) for file in info.files}
    files = _compiled(info, sources, progress)
    record = {
        "layout": LAYOUTS[info.kind],
        "sources": _sources(info),
        "files": {name: _digest(data) for name, data in files.items()},
    }
    # The output depends on the versions of the tools, so no manifest can state its digest: the
    # record does.
    return put_bytes(info, weights, {**files, RECORD: json.dumps(record, indent=1).encode()})


def state(info: PackInfo, folder: Path) -> State:
    """Return whether the pack is installed and unchanged.

    "outdated" if it was built from other files, or by a version of the product that builds
    differently.
    """
    try:
        data = (folder / RECORD).read_bytes()
    except FileNotFoundError:
        return "missing"
    except OSError:
        return "damaged"
    try:
        record = json.loads(data)
        if record["layout"] != LAYOUTS[info.kind] or record["sources"] != _sources(info):
            return "outdated"
        return "ok" if _unchanged(folder, record["files"]) else "damaged"
    except (ValueError, LookupError, TypeError, AttributeError, OSError):  # a damaged record
        return "damaged"


def _unchanged(folder: Path, digests: dict[str, str]) -> bool:
    return all(_digest((folder / name).read_bytes()) == digests[name] for name in digests)


def _compiled(info: PackInfo, sources: Mapping[str, bytes], progress: Progress) -> dict[str, bytes]:
    # The onnx package takes half a second to import and is needed for building only.
    if info.kind == "dlib":
        from kiosk.vision.dlib.pack import compiled
    else:
        from kiosk.vision.zoo.pack import compiled
    try:
        return compiled(sources, progress)
    except ValueError as error:
        raise PackDamaged(str(error), file=info.files[0].name, pack=info.id) from error


def _sources(info: PackInfo) -> dict[str, str]:
    return {file.name: file.sha256 for file in info.files}


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
