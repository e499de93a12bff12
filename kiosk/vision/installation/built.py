"""Packs whose published files are rewritten once, and the record of what they were made from."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from kiosk.vision.errors import PackDamaged
from kiosk.vision.packs.manifest import Kind, PackInfo
from kiosk.vision.packs.weights import Contents, Progress, State, put_bytes, read

RECORD = "built.json"

LAYOUTS: dict[Kind, int] = {"dlib": 3, "opencv-zoo": 1}
"""Number of what each kind builds; after a change the pack is built again."""


def build(info: PackInfo, weights: Path, contents: Contents, progress: Progress) -> Path:
    """Build the pack from its published files and put it in place in one step.

    The caller is alone in ``weights``. Raises PackDamaged for a file that is not the published
    one; an older installation then stays as it was.
    """
    sources = {file.name: read(info, file, contents, progress) for file in info.files}
    files = _compiled(info, sources, progress)
    record = {
        "layout": LAYOUTS[info.kind],
        "sources": _sources(info),
        "files": {name: _digest(data) for name, data in files.items()},
    }
    return put_bytes(info, weights, {**files, RECORD: json.dumps(record, indent=1).encode()})


def state(info: PackInfo, folder: Path) -> State:
    """Whether the pack is there and unchanged; outdated when this version builds another one."""
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
