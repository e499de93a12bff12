"""What phones and scanners write becomes one kind of portrait: upright JPEG without metadata."""

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import pillow_heif
import pytest
from PIL import ExifTags, Image, ImageCms

from sync.hq.registration import portrait_pictures
from sync.hq.registration.portrait_pictures import (
    MAX_PORTRAIT,
    MAX_SIDE,
    PortraitUnusable,
    is_picture,
    normalised,
    upright,
)
from tests.hq.applicants import picture

TURNED = 6  # the phone's right side was up


def drawn(mode: str = "RGB", size: tuple[int, int] = (60, 80)) -> Image.Image:
    """A picture that is red above and blue below."""
    with Image.open(io.BytesIO(picture(size=size))) as made:
        return made.convert(mode)


def encoded(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def heic(image: Image.Image, **options: Any) -> bytes:
    pillow_heif.register_heif_opener()
    return encoded(image, "HEIF", **options)


def tagged(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Make] = "A phone"
    return exif


def red_is_above(jpeg: bytes) -> bool:
    with Image.open(io.BytesIO(jpeg)) as shown:
        above = shown.convert("RGB").crop((0, 0, shown.width, shown.height // 4))
        red, _, blue = above.resize((1, 1)).tobytes()
        return red > 150 > blue


def lying(image: Image.Image) -> Image.Image:
    """As a phone on its side stores an upright picture, together with :data:`TURNED`."""
    return image.transpose(Image.Transpose.ROTATE_90)


@pytest.mark.parametrize(
    "data",
    [
        encoded(lying(drawn()), exif=tagged(TURNED)),
        encoded(lying(drawn()), "PNG", exif=tagged(TURNED)),
        encoded(lying(drawn()), "WEBP", exif=tagged(TURNED)),
        heic(lying(drawn()), exif=tagged(TURNED).tobytes()),
        encoded(lying(drawn()), "TIFF", exif=tagged(TURNED)),
        encoded(lying(drawn("L").convert("CMYK")), exif=tagged(TURNED)),
    ],
    ids=["jpeg", "png", "webp", "heic", "tiff", "cmyk"],
)
def test_a_picture_is_turned_once_and_says_no_more_about_itself(data: bytes) -> None:
    stored = normalised(data)
    with Image.open(io.BytesIO(stored)) as shown:
        assert (shown.format, shown.mode, shown.size) == ("JPEG", "RGB", (60, 80))
        assert not shown.getexif()
    assert b"A phone" not in stored
    assert normalised(stored)[:2] == stored[:2]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_way_to_hold_a_phone_is_known(orientation: int) -> None:
    ways = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # the inverse of what a viewer does
    way = ways.get(orientation)
    held = drawn() if way is None else drawn().transpose(Image.Transpose(way))
    stored = normalised(encoded(held, exif=tagged(orientation)))
    with Image.open(io.BytesIO(stored)) as shown:
        assert shown.size == (60, 80)
    assert red_is_above(stored)


@pytest.mark.parametrize(
    "data",
    [
        encoded(drawn(), progressive=True),
        encoded(drawn("CMYK")),
        encoded(drawn("RGBA"), "PNG"),
        encoded(drawn("P"), "PNG"),
        encoded(drawn(), "WEBP"),
        encoded(drawn(), "BMP"),
        encoded(drawn("P"), "GIF"),
        encoded(drawn(), "MPO", save_all=True, append_images=[drawn()]),
        heic(drawn()),
    ],
    ids=["progressive", "cmyk", "alpha", "palette", "webp", "bmp", "gif", "mpo", "heic"],
)
def test_pictures_of_many_kinds_are_read(data: bytes) -> None:
    assert is_picture(data[:16])
    assert red_is_above(normalised(data))


@pytest.mark.parametrize(
    "image",
    [drawn("L"), drawn("1"), drawn("LA"), Image.new("I;16", (30, 40), 50_000)],
    ids=lambda image: image.mode,
)
def test_grey_pictures_are_read(image: Image.Image) -> None:
    with Image.open(io.BytesIO(normalised(encoded(image, "PNG")))) as shown:
        assert (shown.mode, shown.size) == ("RGB", image.size)
        assert shown.getbbox() is not None


def test_what_is_transparent_becomes_white() -> None:
    clear = Image.new("RGBA", (30, 40), (0, 0, 0, 0))
    with Image.open(io.BytesIO(normalised(encoded(clear, "PNG")))) as shown:
        assert shown.getpixel((15, 20)) == (255, 255, 255)


def test_a_colour_profile_is_applied_and_left_out() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    stored = normalised(encoded(drawn(), icc_profile=profile.tobytes()))
    with Image.open(io.BytesIO(stored)) as shown:
        assert "icc_profile" not in shown.info


def test_a_picture_with_broken_metadata_is_read() -> None:
    whole = encoded(drawn(), exif=tagged(TURNED))
    start = whole.index(b"Exif\0\0") + 6
    assert red_is_above(normalised(whole[:start] + b"\xa5" * 20 + whole[start + 20 :]))


def test_a_comment_is_left_out() -> None:
    assert b"Beijing" not in normalised(encoded(drawn(), comment="Beijing"))


@pytest.mark.parametrize(
    ("make", "size"), [(encoded, (3000, 4000)), (heic, (960, 1280))], ids=["jpeg", "heic"]
)
def test_a_phones_picture_is_scaled_down(
    make: Callable[[Image.Image], bytes], size: tuple[int, int]
) -> None:
    stored = normalised(make(drawn(size=size)))
    with Image.open(io.BytesIO(stored)) as shown:
        assert shown.size == (MAX_SIDE * 3 // 4, MAX_SIDE)
    assert len(stored) <= MAX_PORTRAIT


def test_noise_fits_too() -> None:
    noise = Image.effect_noise((MAX_SIDE, MAX_SIDE), 200)
    assert len(normalised(encoded(noise, "PNG"))) <= MAX_PORTRAIT


def claiming(width: int, height: int) -> bytes:
    """A small PNG that claims to be a large picture."""
    small = encoded(drawn(), "PNG")
    header = b"IHDR" + struct.pack(">II", width, height) + small[24:29]
    return small[:12] + header + struct.pack(">I", zlib.crc32(header)) + small[33:]


@pytest.mark.parametrize(
    ("size", "words"), [((9000, 9000), "9000 × 9000"), ((40_000, 40_000), "too many pixels")]
)
def test_a_bomb_is_refused_before_it_is_unpacked(size: tuple[int, int], words: str) -> None:
    with pytest.raises(PortraitUnusable, match=words):
        normalised(claiming(*size))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        b"<svg/>",
        b"%PDF-1.7",
        encoded(drawn())[:-200],
        encoded(drawn(), "PNG")[:-60],
        heic(drawn())[:-60],
        b"\0\0\0\x18ftypheic" + bytes(40),
        b"II*\0" + bytes(40),
    ],
)
def test_what_is_no_whole_picture_is_refused(data: bytes) -> None:
    with pytest.raises(PortraitUnusable):
        normalised(data)


def test_without_the_reader_heic_is_refused_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(portrait_pictures, "find_spec", lambda _: None)
    with pytest.raises(PortraitUnusable, match="save it as JPEG"):
        normalised(heic(drawn()))


def test_what_an_earlier_version_stored_sideways_is_turned_when_it_is_used() -> None:
    sideways = encoded(lying(drawn()), exif=tagged(TURNED))
    assert red_is_above(upright(sideways))
    assert b"Exif" not in upright(sideways)
    assert upright(picture()) == picture()
    broken = sideways[:400]
    assert upright(broken) == broken
