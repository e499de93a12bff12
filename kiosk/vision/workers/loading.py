"""Loading of a worker's models: the configured face pack and the optional packs beside it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from onnxruntime.capi import onnxruntime_pybind11_state as onnx_errors

from kiosk.vision.analysis.monitor import Liveness, Objects
from kiosk.vision.dlib.engine import DlibEngine
from kiosk.vision.engine import FaceEngine
from kiosk.vision.errors import PackUnusable
from kiosk.vision.installation.install import require_whole
from kiosk.vision.installation.licences import require_licence
from kiosk.vision.packs.calibrations import calibrated
from kiosk.vision.packs.extras import require_insightface
from kiosk.vision.packs.manifest import FACES, Kind, PackInfo, read_pack
from kiosk.vision.zoo.engine import ZooEngine

T = TypeVar("T")

BROKEN = (
    onnx_errors.Fail,
    onnx_errors.InvalidGraph,
    onnx_errors.InvalidProtobuf,
    onnx_errors.NoSuchFile,
    onnx_errors.NotImplemented,
)
"""Exceptions of ONNX Runtime for a file that is not a model, or not one it can run."""


@dataclass(frozen=True)
class EngineSpec:
    """Which packs to load, by their ids, and the folder of installed weights.

    ``objects`` and ``liveness`` are optional packs beside the face pack.
    """

    pack: str
    weights: Path
    objects: str | None = None
    liveness: str | None = None


@dataclass(frozen=True)
class Models:
    """All models of one worker."""

    engine: FaceEngine
    objects: Objects | None = None
    liveness: Liveness | None = None


def load_engine(spec: EngineSpec) -> FaceEngine:
    """Load the face pack.

    Raises:
        PackUnusable: the pack is unknown, missing, damaged, or its licence is not accepted.
        CalibrationRefused: this machine's calibration of the pack cannot be used.
    """
    info = calibrated(_of_kind(spec.pack, FACES), spec.weights)
    folder = prepared(info, spec.weights)
    if info.kind == "dlib":
        return _opened(info, lambda: DlibEngine(folder, info.decision_bands))
    if info.kind == "insightface":
        require_insightface(info.id)
        # Imported here: it takes a second and SciPy, and only its own packs need it.
        from kiosk.vision.insightface_pack import InsightFaceEngine

        return _opened(info, lambda: InsightFaceEngine(info, folder))
    return _opened(info, lambda: ZooEngine(info, folder))


def load_models(spec: EngineSpec) -> Models:
    """Load the face pack and the optional packs.

    Raises:
        PackUnusable: one of the packs is unknown, missing, damaged, or not licensed.
        CalibrationRefused: this machine's calibration of the face pack cannot be used.
    """
    return Models(load_engine(spec), _objects(spec), _liveness(spec))


def prepared(info: PackInfo, weights: Path) -> Path:
    """Return the folder of a pack that is complete and whose licence is accepted.

    Raises:
        PackUnusable: its licence is not accepted, or one of its files is missing or damaged.
    """
    require_licence(info, weights)
    return require_whole(info, weights)


def _objects(spec: EngineSpec) -> Objects | None:
    if spec.objects is None:
        return None
    info = _of_kind(spec.objects, ("yolox",))
    folder = prepared(info, spec.weights)
    from kiosk.vision.analysis.objects import ObjectFinder

    return _opened(info, lambda: ObjectFinder(folder / info.files[0].name))


def _liveness(spec: EngineSpec) -> Liveness | None:
    if spec.liveness is None:
        return None
    if read_pack(spec.pack).kind == "dlib":
        raise PackUnusable("the dlib pack lacks the five points it needs", pack=spec.liveness)
    info = _of_kind(spec.liveness, ("liveness",))
    folder = prepared(info, spec.weights)
    require_insightface(info.id)
    from kiosk.vision.insightface_pack import PassiveLiveness

    return _opened(info, lambda: PassiveLiveness(folder / info.files[0].name))


def _of_kind(name: str, kinds: tuple[Kind, ...]) -> PackInfo:
    info = read_pack(name)
    if info.kind not in kinds:
        raise PackUnusable(f"a pack of kind {info.kind} cannot do this work", pack=name)
    return info


def _opened(info: PackInfo, opening: Callable[[], T]) -> T:
    try:
        return opening()
    except BROKEN as error:
        raise PackUnusable(f"{type(error).__name__}: {error}", pack=info.id) from error
