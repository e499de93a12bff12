"""Packs whose weights are not at hand, run on tiny models with the same inputs and outputs."""

import sys
from pathlib import Path

import numpy as np
import pytest

from kiosk.exam.identity.bands import Bands
from kiosk.vision.analysis.checkin import FaceCheckTask, face_check
from kiosk.vision.analysis.monitor import Task, examine
from kiosk.vision.analysis.objects import ObjectFinder
from kiosk.vision.engine import FaceEngine, overlap
from kiosk.vision.errors import LicenceNotAccepted, PackUnusable
from kiosk.vision.images import Image, jpeg
from kiosk.vision.insightface_pack import InsightFaceEngine, PassiveLiveness
from kiosk.vision.packs.manifest import FACES, known_packs, parse_pack, read_pack
from kiosk.vision.samples import frame
from kiosk.vision.workers.loading import EngineSpec, load_engine, load_models
from tests.faces import live
from tests.vision import tiny


def lit(person: int) -> Image:
    """A person with a light on the face, which is what the tiny SCRFD finds."""
    image = frame(person)
    image[200:250, 264:312] = 255
    return image


def insightface(folder: Path) -> FaceEngine:
    """A pack of an SCRFD and an ArcFace that see one face where it is brightest."""
    tiny.scrfd(folder / "det.onnx")
    tiny.recogniser(folder / "rec.onnx", 512)
    info = tiny.manifest("tiny", "insightface", folder, ["det.onnx", "rec.onnx"])
    return InsightFaceEngine(info, folder)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> FaceEngine:
    """A pack like InsightFace's."""
    return insightface(tmp_path_factory.mktemp("pack"))


def test_a_detector_gives_a_face_with_five_points_and_a_pose(small: FaceEngine) -> None:
    (face,) = small.detect(lit(0))
    left, top, right, bottom = face.box
    assert 0 < left < 320 < right < 640
    assert 0 < top < bottom < 480
    assert face.landmarks.shape == (5, 2)
    assert face.landmarks[0, 0] < face.landmarks[1, 0]
    assert abs(face.pose.yaw) < 10
    assert 0 < face.score <= 1


def test_a_recogniser_gives_vectors_of_length_one(small: FaceEngine) -> None:
    image = lit(0)
    face = small.detect(image)[0]
    vector = small.embed(image, face)
    assert vector.dtype == np.float32
    assert vector.shape == (512,)
    assert float(np.linalg.norm(vector)) == pytest.approx(1, abs=1e-5)
    assert small.similarity(vector, vector) == pytest.approx(1, abs=1e-5)


def test_another_picture_gives_another_vector(small: FaceEngine) -> None:
    vectors = [small.embed(image, small.detect(image)[0]) for image in (lit(0), lit(1))]
    assert small.similarity(*vectors) < 0.9999


def test_a_whole_frame_and_a_whole_look_run_on_it(small: FaceEngine) -> None:
    found = examine(small, Task(jpeg(lit(0)), at=1.0))
    assert found.observation.faces >= 1
    assert face_check(small, FaceCheckTask(jpeg(lit(0)))).observation.yaw is not None


def test_a_face_is_followed_where_it_was(tmp_path: Path) -> None:
    engine, image = insightface(tmp_path), lit(0)
    box = (95.0, 15.0, 545.0, 465.0)
    followed = engine.follow(image, box)
    assert followed is not None
    assert overlap(followed.box, box) > 0.3
    assert engine.follow(frame(0), (0, 0, 90, 90)) is None
    assert engine.follow(image, (0, 0, 4, 4)) is None


@pytest.mark.parametrize("kind", ["insightface"])
@pytest.mark.parametrize("data", [b"x", b"not a model", bytes(5000)])
def test_a_file_that_is_no_model_makes_the_pack_unusable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, data: bytes
) -> None:
    folder = tmp_path / "tiny"
    folder.mkdir()
    for name in ("det.onnx", "rec.onnx"):
        (folder / name).write_bytes(data)
    info = tiny.manifest("tiny", kind, folder, ["det.onnx", "rec.onnx"])
    monkeypatch.setattr("kiosk.vision.workers.loading.read_pack", lambda _name: info)
    with pytest.raises(PackUnusable):
        load_engine(EngineSpec("tiny", tmp_path))


def test_an_insightface_pack_without_its_extra_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "tiny"
    folder.mkdir()
    tiny.scrfd(folder / "det.onnx")
    info = tiny.manifest("tiny", "insightface", folder, ["det.onnx"])
    monkeypatch.setattr("kiosk.vision.workers.loading.read_pack", lambda _name: info)
    monkeypatch.setitem(sys.modules, "insightface", None)
    with pytest.raises(PackUnusable, match=r"exam-kiosk\[insightface\]"):
        load_engine(EngineSpec("tiny", tmp_path))


def test_an_insightface_pack_without_a_recogniser_is_refused(tmp_path: Path) -> None:
    tiny.scrfd(tmp_path / "det.onnx")
    with pytest.raises(PackUnusable):
        InsightFaceEngine(tiny.manifest("tiny", "insightface", tmp_path, ["det.onnx"]), tmp_path)


@pytest.mark.parametrize(
    ("classes", "seen"),
    [
        ({67: 0.8}, {"phone": 0.8}),
        ({73: 0.5, 63: 0.4}, {"book": 0.5, "laptop": 0.4}),
        ({0: 0.9, 41: 0.9}, {}),
        ({67: 0.05}, {}),
    ],
)
def test_things_are_read_from_cocos_classes(
    tmp_path: Path, classes: dict[int, float], seen: dict[str, float]
) -> None:
    tiny.yolox(tmp_path / "yolox.onnx", classes)
    assert ObjectFinder(tmp_path / "yolox.onnx")(frame(0)) == pytest.approx(seen, abs=1e-3)


def test_a_network_of_other_classes_is_refused(tmp_path: Path) -> None:
    tiny.yolox(tmp_path / "yolox.onnx", {}, columns=25)
    with pytest.raises(PackUnusable):
        ObjectFinder(tmp_path / "yolox.onnx")


def test_things_are_looked_for_now_and_then(engine: FaceEngine, tmp_path: Path) -> None:
    tiny.yolox(tmp_path / "yolox.onnx", {67: 0.8})
    finder = ObjectFinder(tmp_path / "yolox.onnx")
    first = examine(engine, Task(live(0), at=0.0), finder)
    second = examine(engine, Task(live(0, 1), at=1.0, track=first.track), finder)
    assert first.observation.objects == pytest.approx({"phone": 0.8})
    assert second.observation.objects is None


@pytest.mark.parametrize("score", [0.1, 0.95])
def test_passive_liveness_is_a_score_that_is_kept(tmp_path: Path, score: float) -> None:
    for part in ("pack", "live"):
        (tmp_path / part).mkdir()
    engine = insightface(tmp_path / "pack")
    tiny.liveness(tmp_path / "live" / "liveness.onnx", score)
    live_model = PassiveLiveness(tmp_path / "live" / "liveness.onnx")
    image = lit(0)
    reference = engine.embed(image, engine.detect(image)[0]).tobytes()
    seen = face_check(
        engine, FaceCheckTask(jpeg(image), reference=reference), live_model
    ).observation
    assert seen.live == pytest.approx(score, abs=1e-4)


def test_every_manifest_states_its_licence_and_pins_its_files() -> None:
    packs = {info.id: info for info in known_packs()}
    assert set(packs) == {
        "dlib", "opencv-zoo", "buffalo_s", "buffalo_l", "insightface-liveness", "yolox-nano",
    }  # fmt: skip
    assert {name for name, info in packs.items() if not info.commercial} == {
        "buffalo_s", "buffalo_l", "insightface-liveness",
    }  # fmt: skip
    for info in packs.values():
        assert info.licence
        assert (info.bands is not None) == (info.kind in FACES)


def test_staff_are_asked_from_a_lower_similarity_than_passes() -> None:
    for info in known_packs():
        if info.kind in FACES:
            assert isinstance(info.decision_bands, Bands)
            assert info.decision_bands.staff_at < info.decision_bands.pass_at


@pytest.mark.parametrize(
    "text",
    [
        "not toml [",
        "",
        'id = "x"\nkind = "other"\ntitle = ""\nlicence = ""\ncommercial = true\nsource = ""',
        'id = "../x"\nkind = "yolox"\ntitle = ""\nlicence = ""\ncommercial = true\nsource = ""\n'
        f'[[files]]\nname = "m.onnx"\nsize = 1\nsha256 = "{"0" * 64}"',
        'id = "x"\nkind = "yolox"\ntitle = ""\nlicence = ""\ncommercial = true\nsource = ""\n'
        f'[[files]]\nname = "../m.onnx"\nsize = 1\nsha256 = "{"0" * 64}"',
        'id = "x"\nkind = "dlib"\ntitle = ""\nlicence = ""\ncommercial = true\nsource = ""\n'
        f'[[files]]\nname = "m.onnx"\nsize = 1\nsha256 = "{"0" * 64}"',
    ],
)
def test_a_bad_manifest_is_refused(text: str) -> None:
    with pytest.raises(PackUnusable):
        parse_pack(text, "x")


def test_unknown_packs_are_named() -> None:
    with pytest.raises(PackUnusable, match="nowhere"):
        read_pack("nowhere")


def test_a_pack_that_is_not_installed_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(PackUnusable, match="kiosk models build opencv-zoo"):
        load_engine(EngineSpec("opencv-zoo", tmp_path))


def test_a_pack_whose_licence_nobody_accepted_is_not_loaded(tmp_path: Path) -> None:
    with pytest.raises(LicenceNotAccepted):
        load_engine(EngineSpec("buffalo_l", tmp_path))


@pytest.mark.parametrize(
    ("objects", "liveness"), [("buffalo_s", None), ("dlib", None), (None, "insightface-liveness")]
)
def test_a_pack_of_another_kind_cannot_stand_in(
    dlib_weights: Path, objects: str | None, liveness: str | None
) -> None:
    with pytest.raises(PackUnusable):
        load_models(EngineSpec("dlib", dlib_weights, objects, liveness))


def test_an_object_pack_cannot_recognise_faces(tmp_path: Path) -> None:
    with pytest.raises(PackUnusable):
        load_engine(EngineSpec("yolox-nano", tmp_path))
