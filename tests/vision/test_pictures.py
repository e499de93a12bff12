"""Pictures of strangers: refused before decoding when they should not be decoded."""

import io

import cv2
import numpy as np
import PIL.Image
import pytest

from kiosk.vision.analysis.checkin import (
    CardTask,
    FaceCheckTask,
    PortraitTask,
    face_check,
    read_card,
    read_portrait,
)
from kiosk.vision.analysis.monitor import Task, examine
from kiosk.vision.dlib.reader import Reader
from kiosk.vision.engine import FaceEngine
from kiosk.vision.errors import BrokenPicture, NotAJpeg, PictureTooLarge
from kiosk.vision.images import Image, check_jpeg, decode_jpeg, jpeg, jpeg_size
from kiosk.vision.samples import frame
from tests.faces import live


def test_the_size_stands_in_the_header() -> None:
    assert jpeg_size(live(0)) == (640, 480)
    assert decode_jpeg(live(0)).shape == (480, 640, 3)


def test_a_progressive_jpeg_is_as_good() -> None:
    picture = encoded("RGB", progressive=True)
    assert b"\xff\xc2" in picture
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


def encoded(mode: str, kind: str = "JPEG", **options: object) -> bytes:
    """A person in another colour mode or file format."""
    picture = PIL.Image.fromarray(frame(0)[:, :, ::-1])
    file = io.BytesIO()
    picture.convert(mode).save(file, kind, **options)
    return file.getvalue()


@pytest.mark.parametrize("mode", ["CMYK", "L"])
def test_other_colour_modes_are_decoded_as_colour(engine: FaceEngine, mode: str) -> None:
    assert examine(engine, Task(encoded(mode))).observation.faces == 1


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_moving_pictures_are_no_jpeg(kind: str) -> None:
    more = [PIL.Image.new("RGB", (640, 480), colour) for colour in ("red", "blue")]
    with pytest.raises(NotAJpeg):
        decode_jpeg(encoded("1", kind, save_all=True, append_images=more))


def test_of_two_pictures_in_one_file_the_first_is_seen(engine: FaceEngine) -> None:
    data = jpeg(frame(0, other=2)) + live(0)
    assert examine(engine, Task(data)).observation.faces == 2


@pytest.mark.filterwarnings("ignore")
def test_bytes_of_chance_behind_a_good_header_harm_nobody(engine: FaceEngine) -> None:
    for seed in range(20):
        chance = np.random.default_rng(seed).integers(0, 256, 4000, np.uint8).tobytes()
        try:
            examine(engine, Task(live(0)[: 650 + 40 * seed] + chance))
        except BrokenPicture:
            continue


def scaled(image: Image, size: tuple[int, int]) -> Image:
    """A picture in another size."""
    return np.asarray(cv2.resize(image, size), np.uint8)


@pytest.mark.parametrize("size", [(16, 16), (17, 100), (1920, 1080), (1080, 1920), (300, 2000)])
def test_pictures_of_any_lawful_size_are_looked_at(
    engine: FaceEngine, size: tuple[int, int]
) -> None:
    picture = jpeg(scaled(frame(0), size))
    examine(engine, Task(picture))
    face_check(engine, FaceCheckTask(picture))
    read_card(engine, CardTask(picture))
    read_portrait(engine, PortraitTask(picture))


@pytest.mark.parametrize("size", [(15, 400), (400, 15), (2000, 100), (16, 200)])
def test_slivers_are_refused(size: tuple[int, int]) -> None:
    with pytest.raises(BrokenPicture):
        decode_jpeg(jpeg(scaled(frame(0), size)))


def test_a_hundred_faces_are_several_and_not_a_hundred_embeddings(engine: FaceEngine) -> None:
    head = scaled(frame(0)[80:400, 160:480], (190, 190))
    crowd = np.tile(head, (10, 10, 1))
    sight = read_portrait(engine, PortraitTask(jpeg(crowd)))
    assert sight.faces > 50
    assert sight.vector is None
    assert sight.advice[0] == "several_faces"
    small = scaled(crowd, (1440, 1080))
    seen = examine(engine, Task(jpeg(small, 60), reference=bytes(512))).observation
    assert seen.faces > 20


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
