"""Pictures of items: what a paper can show is kept, what would cost too much is refused unread."""

import io

import pytest
from PIL import ExifTags, Image

from sync.hq.authoring.pictures import MAX_PIXELS, PictureUnusable, checked
from sync.hq.registration.portrait_pictures import PortraitUnusable
from sync.hq.registration.portrait_pictures import normalised as portrait
from tests.wire.test_jpeg import with_scans


def picture(kind: str, width: int, height: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("P", (width, height)).save(buffer, kind)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "GIF", "BMP", "TIFF"])
def test_a_picture_of_more_pixels_than_browsers_bear_is_refused(kind: str) -> None:
    with pytest.raises(PictureUnusable, match="6000 × 3000"):
        checked(picture(kind, 6000, 3000))


def test_a_jpeg_of_thousands_of_scans_is_refused_undecoded() -> None:
    with pytest.raises(PictureUnusable, match="too long"):
        checked(with_scans(200))
    with pytest.raises(PortraitUnusable, match="too long"):
        portrait(with_scans(200))


def test_the_largest_picture_is_taken() -> None:
    side = int(MAX_PIXELS**0.5)
    name, data = checked(picture("GIF", side, side))
    assert name.endswith(".png")
    assert Image.open(io.BytesIO(data)).size == (side, side)


def jpeg(image: Image.Image, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", **options)
    return buffer.getvalue()


def test_a_photo_on_its_side_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    _, data = checked(jpeg(Image.new("RGB", (40, 20), "red"), exif=exif))
    with Image.open(io.BytesIO(data)) as shown:
        assert shown.size == (20, 40)
        assert ExifTags.Base.Orientation not in shown.getexif()


def test_a_picture_in_the_colours_of_print_is_converted() -> None:
    name, data = checked(jpeg(Image.new("CMYK", (8, 8), (0, 255, 255, 0))))
    with Image.open(io.BytesIO(data)) as shown:
        assert (name[-4:], shown.mode) == (".jpg", "RGB")


def test_a_scan_of_sixteen_bits_keeps_its_shades() -> None:
    buffer = io.BytesIO()
    Image.new("I;16", (8, 8), 0x8000).save(buffer, "TIFF")
    with Image.open(io.BytesIO(checked(buffer.getvalue())[1])) as shown:
        assert shown.convert("L").getpixel((0, 0)) == 0x80


def test_a_picture_of_a_phone_is_no_animation() -> None:
    buffer = io.BytesIO()
    one, two = (Image.new("RGB", (8, 8), colour) for colour in ("red", "blue"))
    one.save(buffer, "MPO", save_all=True, append_images=[two])
    name, _ = checked(buffer.getvalue())
    assert name.endswith(".jpg")


def test_what_moves_is_refused() -> None:
    buffer = io.BytesIO()
    one, two = (Image.new("RGB", (8, 8), colour) for colour in ("red", "blue"))
    one.save(buffer, "GIF", save_all=True, append_images=[two])
    with pytest.raises(PictureUnusable, match="moves"):
        checked(buffer.getvalue())
