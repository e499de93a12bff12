"""Pictures of items: what a paper can show is kept, what would cost too much is refused unread."""

import io

import pytest
from PIL import Image

from sync.hq.authoring.pictures import MAX_PIXELS, PictureUnusable, checked
from sync.hq.registration.portrait_files import PortraitUnusable
from sync.hq.registration.portrait_files import checked as portrait
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
