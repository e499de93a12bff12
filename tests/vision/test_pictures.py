"""Pictures of strangers: refused before decoding when they should not be decoded."""

import cv2
import numpy as np
import pytest

from kiosk.vision.dlib.reader import Reader
from kiosk.vision.engine import FaceEngine
from kiosk.vision.errors import BrokenPicture, NotAJpeg, PictureTooLarge
from kiosk.vision.images import check_jpeg, decode_jpeg, jpeg_size
from kiosk.vision.monitor import Task, examine
from kiosk.vision.samples import frame
from tests.faces import live


def jpeg(image: np.ndarray, *flags: int) -> bytes:
    """A picture as JPEG."""
    return cv2.imencode(".jpg", image, list(flags))[1].tobytes()


def test_the_size_stands_in_the_header() -> None:
    assert jpeg_size(live(0)) == (640, 480)
    assert decode_jpeg(live(0)).shape == (480, 640, 3)


def test_a_progressive_jpeg_is_as_good() -> None:
    picture = jpeg(frame(0), cv2.IMWRITE_JPEG_PROGRESSIVE, 1)
    assert decode_jpeg(picture).shape == (480, 640, 3)


@pytest.mark.parametrize(
    "data", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n" + bytes(100), b"<html>", b"\xff\xd8"]
)
def test_other_files_are_no_jpeg(data: bytes) -> None:
    with pytest.raises(NotAJpeg):
        decode_jpeg(data)


def test_too_many_bytes_and_too_many_pixels_are_refused_undecoded() -> None:
    with pytest.raises(PictureTooLarge):
        check_jpeg(live(0) + bytes(600_000))
    bomb = bytearray(live(0))
    at = bomb.index(b"\xff\xc0")
    bomb[at + 5 : at + 9] = b"\xff\xff\xff\xff"
    with pytest.raises(PictureTooLarge):
        check_jpeg(bytes(bomb))


@pytest.mark.parametrize("keep", [3, 20, 100, 200])
def test_a_picture_cut_short_in_its_header_is_broken(keep: int) -> None:
    with pytest.raises(BrokenPicture):
        decode_jpeg(live(0)[:keep])


def test_a_picture_without_size_is_broken() -> None:
    flat = bytearray(live(0))
    at = flat.index(b"\xff\xc0")
    flat[at + 5 : at + 9] = bytes(4)
    with pytest.raises(BrokenPicture):
        decode_jpeg(bytes(flat))


@pytest.mark.parametrize(
    ("image", "advice"),
    [
        (np.full((480, 640, 3), 10, np.uint8), "too_dark"),
        (np.full((480, 640, 3), 250, np.uint8), "too_bright"),
        (frame(None), "no_face"),
        (frame(0, other=2), "several_faces"),
        (cv2.GaussianBlur(frame(3), (0, 0), 6), "not_clear"),
    ],
)
def test_advice_says_what_to_change(engine: FaceEngine, image: np.ndarray, advice: str) -> None:
    assert advice in examine(engine, Task(jpeg(image))).observation.advice


def test_a_good_picture_needs_no_advice(engine: FaceEngine) -> None:
    assert examine(engine, Task(live(3))).observation.advice == ()


@pytest.mark.parametrize(
    ("data", "value"), [(b"\x01\x05", 5), (b"\x81\x05", -5), (b"\x02\x2c\x01", 300), (b"\x00", 0)]
)
def test_integers_of_the_model_files(data: bytes, value: int) -> None:
    assert Reader(data).integer() == value


def test_floats_of_the_model_files_are_mantissa_and_exponent() -> None:
    assert Reader(b"\x01\x03\x81\x01").real() == 1.5
