"""Thresholds of a centre's own: adopted only with what they rest on, and given back at will."""

from pathlib import Path

import pytest

from kiosk.settings import DEFAULT_PACK, resource
from kiosk.vision.errors import CalibrationRefused, PackUnusable
from kiosk.vision.packs.calibrations import adopt, calibrated, discard
from kiosk.vision.packs.manifest import parse_pack, read_pack


@pytest.fixture
def record() -> str:
    """Bands and record as the embedded pack states them, with another pass threshold."""
    text = resource(f"models/{DEFAULT_PACK}/pack.toml").read_text(encoding="utf-8")
    start, end = text.index("[bands]"), text.index("[wheel]")
    return text[start:end].replace("pass_at = 0.51", "pass_at = 0.49")


def written(folder: Path, text: str) -> Path:
    """The text in a file."""
    path = folder / "own.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_adopted_bands_are_used_until_they_are_given_back(tmp_path: Path, record: str) -> None:
    info, weights = read_pack(DEFAULT_PACK), tmp_path / "weights"
    assert calibrated(info, weights).decision_bands == info.decision_bands
    adopt(written(tmp_path, record), weights)
    assert calibrated(info, weights).decision_bands.pass_at == 0.49
    assert discard(info, weights)
    assert calibrated(info, weights).decision_bands == info.decision_bands
    assert not discard(info, weights)


def test_a_pack_that_was_never_measured_may_decide_once_it_is(tmp_path: Path, record: str) -> None:
    own = record.replace(f'pack = "{DEFAULT_PACK}"', 'pack = "buffalo_s"')
    assert not read_pack("buffalo_s").decision_bands.decides
    assert adopt(written(tmp_path, own), tmp_path / "weights").decision_bands.decides


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("pass_at = 0.49", ""),
        ("pass_at = 0.49", "pass_at = nan"),
        ("pass_at = 0.49", "pass_at = 0.2"),
        ("look_alike_at = 0.52", "look_alike_at = 0.3"),
        ("[calibration]", "[calibrations]"),
        ("people = 83", 'people = "many"'),
        ("[bands]", "[bands"),
    ],
)
def test_bands_out_of_order_or_without_their_record_change_nothing(
    tmp_path: Path, record: str, old: str, new: str
) -> None:
    assert old in record
    with pytest.raises(CalibrationRefused, match="kiosk models evaluate"):
        adopt(written(tmp_path, record.replace(old, new, 1)), tmp_path / "weights")
    assert not (tmp_path / "weights" / "calibrations").exists()


def test_the_record_of_an_unknown_pack_is_refused(tmp_path: Path, record: str) -> None:
    other = record.replace(f'pack = "{DEFAULT_PACK}"', 'pack = "nonesuch"')
    with pytest.raises(PackUnusable, match="nonesuch"):
        adopt(written(tmp_path, other), tmp_path / "weights")


def test_a_record_that_was_damaged_later_is_named_not_ignored(tmp_path: Path, record: str) -> None:
    adopt(written(tmp_path, record), tmp_path / "weights")
    (tmp_path / "weights" / "calibrations" / f"{DEFAULT_PACK}.toml").write_text("[bands]")
    with pytest.raises(CalibrationRefused):
        calibrated(read_pack(DEFAULT_PACK), tmp_path / "weights")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("staff_at = 0.28", ""),
        ("staff_at = 0.28", "staff_at = 0.9"),
        ('pack = "opencv-zoo"', 'pack = "dlib"'),
    ],
)
def test_a_manifest_with_missing_or_reversed_thresholds_is_refused(old: str, new: str) -> None:
    text = resource(f"models/{DEFAULT_PACK}/pack.toml").read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(PackUnusable):
        parse_pack(text.replace(old, new, 1), DEFAULT_PACK)
