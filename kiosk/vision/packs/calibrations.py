"""Bands measured on this machine's own people, used instead of the pack's own.

They are stored beside the weights in ``calibrations/<pack>.toml``, as written by `kiosk models
evaluate --calibrate --write`.
"""

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from kiosk.vision.errors import CalibrationRefused
from kiosk.vision.packs.manifest import Calibration, PackBands, PackInfo, read_pack
from kiosk.vision.packs.weights import alone, write_whole

FOLDER = "calibrations"
MOST_BYTES = 64 * 1024


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    bands: PackBands
    calibration: Calibration


def calibrated(info: PackInfo, weights: Path) -> PackInfo:
    """Return the pack with this machine's bands, or unchanged if it has none.

    Raises:
        CalibrationRefused: the stored file is damaged, or belongs to another pack.
    """
    path = _path(info, weights)
    if not path.exists():
        return info
    return _applied(info, _parsed(_bytes(path), path), path)


def adopt(path: Path, weights: Path) -> PackInfo:
    """Use the bands of a file from now on; return the pack with them.

    Raises:
        CalibrationRefused: the file lacks bands in order, or the record of their evaluation.
        PackUnusable: the pack is unknown, or the disk cannot be written. Nothing was changed.
    """
    data = _bytes(path)
    record = _parsed(data, path)
    info = read_pack(record.calibration.pack)
    changed = _applied(info, record, path)
    target = _path(info, weights)
    with alone(info, weights):
        target.parent.mkdir(exist_ok=True)
        write_whole(target, data)
    return changed


def discard(info: PackInfo, weights: Path) -> bool:
    """Return to the pack's own bands; return False if this machine had none."""
    target = _path(info, weights)
    with alone(info, weights):
        found = target.exists()
        target.unlink(missing_ok=True)
    return found


def _applied(info: PackInfo, record: _Record, path: Path) -> PackInfo:
    if record.calibration.pack != info.id:
        raise CalibrationRefused(f"it is that of the pack {record.calibration.pack}", file=path)
    return info.model_copy(update={"bands": record.bands, "calibration": record.calibration})


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            # One byte more shows that the file is too large without reading all of it.
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise CalibrationRefused(str(error), file=path) from error
    if len(data) > MOST_BYTES:
        raise CalibrationRefused("it is too large", file=path)
    return data


def _parsed(data: bytes, path: Path) -> _Record:
    try:
        return _Record.model_validate(tomllib.loads(data.decode("utf-8-sig")))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise CalibrationRefused(str(error), file=path) from error


def _path(info: PackInfo, weights: Path) -> Path:
    return weights / FOLDER / f"{info.id}.toml"
