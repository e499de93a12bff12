"""What may be stored as a scan: pictures are encoded again, PDF files must be whole (R9)."""

import io

import pytest
from PIL import Image

from sync.hq.registration.scan_files import MAX_SIDE, ScanUnusable, read_scan

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def picture(form: str, size: tuple[int, int] = (60, 40)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, "white").save(buffer, form)
    return buffer.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_picture_is_stored_as_jpeg_whatever_it_was(form: str) -> None:
    found = read_scan(picture(form))
    assert (found.kind, found.data[:3]) == ("jpeg", b"\xff\xd8\xff")


def test_a_large_picture_is_scaled_down_and_stays_legible() -> None:
    found = read_scan(picture("PNG", (5000, 1000)))
    with Image.open(io.BytesIO(found.data)) as shown:
        assert shown.size == (MAX_SIDE, MAX_SIDE // 5)


def test_a_whole_pdf_is_stored_as_it_is() -> None:
    assert read_scan(PDF).data == PDF
    assert read_scan(b"\xef\xbb\xbf" + PDF).kind == "pdf"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<html><script>alert(1)</script></html>",
        b"MZ\x90\x00 a program",
        PDF[:-8],
        picture("JPEG")[:200],
        b"\xff\xd8\xff not really a picture",
        b"\x89PNG\r\n\x1a\n broken",
    ],
)
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(ScanUnusable):
        read_scan(data)
