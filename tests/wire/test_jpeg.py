"""What a JPEG costs is read from its markers, before anything is decoded."""

import io
from contextlib import suppress

import numpy as np
import PIL.Image
import pytest

from sync.wire.jpeg import (
    MAX_SCANS,
    MAX_SEGMENTS,
    BrokenJpeg,
    CostlyJpeg,
    JpegHeader,
    NoJpeg,
    read_jpeg_header,
)

SOS, EOI = b"\xff\xda", b"\xff\xd9"


def picture(**options: object) -> bytes:
    """A noisy picture of 64 × 48."""
    noise = np.random.default_rng(1).integers(0, 255, (48, 64, 3), np.uint8)
    file = io.BytesIO()
    PIL.Image.fromarray(noise).save(file, "JPEG", **options)
    return file.getvalue()


def with_scans(count: int) -> bytes:
    """A progressive picture whose last scan is repeated."""
    data = picture(progressive=True, quality=10)
    last = data[data.rindex(SOS) : -2]
    return data[:-2] + last * count + EOI


@pytest.mark.parametrize(
    ("options", "scans"),
    [({}, 1), ({"progressive": True}, 10), ({"restart_marker_blocks": 1}, 1)],
)
def test_pictures_of_cameras_and_programs_are_read(options: dict[str, object], scans: int) -> None:
    header = read_jpeg_header(picture(**options))
    assert (header.width, header.height, header.scans) == (64, 48, scans)
    assert header.segments < 40


def test_a_picture_of_tens_of_thousands_of_scans_is_costly() -> None:
    with pytest.raises(CostlyJpeg):
        read_jpeg_header(with_scans(42_600))
    assert read_jpeg_header(with_scans(MAX_SCANS - 10)).scans == MAX_SCANS


@pytest.mark.parametrize("between", [b"", b"\xff" * 20, b"\xff\xd0\xff\x00\x17garbage"])
def test_scans_are_counted_as_a_decoder_finds_them(between: bytes) -> None:
    data = picture(progressive=True, quality=10)
    last = data[data.rindex(SOS) : -2]
    with pytest.raises(CostlyJpeg):
        read_jpeg_header(data[:-2] + (between + last) * 40 + EOI)


@pytest.mark.parametrize("segment", [b"\xff\xfe\x00\x02", b"\xff\xdd\x00\x04\x00\x01"])
def test_tables_and_comments_without_end_are_costly(segment: bytes) -> None:
    data = picture()
    with pytest.raises(CostlyJpeg):
        read_jpeg_header(data[:2] + segment * (MAX_SEGMENTS + MAX_SCANS) + data[2:])


def test_what_follows_the_end_is_nobodys_business() -> None:
    assert read_jpeg_header(picture() + with_scans(100)).scans == 1


def test_a_second_frame_is_refused() -> None:
    data = picture()
    at = data.index(b"\xff\xc0")
    frame = data[at : at + 19]
    with pytest.raises(BrokenJpeg):
        read_jpeg_header(data[:at] + frame + data[at:])


@pytest.mark.parametrize("kind", [0xC3, 0xC5, 0xC9, 0xCA, 0xCF])
def test_kinds_that_no_camera_writes_are_refused(kind: int) -> None:
    data = picture().replace(b"\xff\xc0", bytes([0xFF, kind]))
    with pytest.raises(BrokenJpeg):
        read_jpeg_header(data)


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP"])
def test_other_files_are_no_jpeg(data: bytes) -> None:
    with pytest.raises(NoJpeg):
        read_jpeg_header(data)


@pytest.mark.parametrize("cut", range(3, 160, 7))
def test_cut_short_anywhere_it_ends_in_words(cut: int) -> None:
    with suppress(BrokenJpeg):
        assert isinstance(read_jpeg_header(picture()[:cut]), JpegHeader)


@pytest.mark.parametrize("filler", [b"\xff", b"\xff\x00", b"\xff\xd0", b"\x00", b"\xff\x01"])
def test_half_a_megabyte_of_anything_is_walked_once(filler: bytes) -> None:
    head = picture()
    scan = head.rindex(SOS) + 14
    try:
        read_jpeg_header(head[:scan] + filler * (500_000 // len(filler)))
    except CostlyJpeg:
        assert filler == b"\xff\x01"
