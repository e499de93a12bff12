"""The PDF: what it shows, its signature checked by another tool, its QR code scanned from paper."""

import io
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageFilter
from pypdf import PdfReader

from kiosk.printing.lines import break_lines
from sync.hq.certificates.design import load_design
from sync.hq.certificates.errors import StatementForged, StatementUnusable
from sync.hq.certificates.fonts import cut_down, font_files
from sync.hq.certificates.numbers import shown
from sync.hq.certificates.pages import PORTRAIT_GONE, Printed, typeset
from sync.hq.certificates.pdf_checking import check_pdf
from sync.hq.certificates.register import CertificateView
from sync.hq.certificates.services import CertificateServices
from sync.hq.certificates.statements import qr_text, read_statement
from sync.hq.registration.tickets import find_font
from sync.hq.settings import HqSettings, ServerSettings
from tests.hq.certificates.office import NAMES, Office

ORIGIN = "https://hq.example.org"


def words(pdf: bytes) -> list[str]:
    texts = (page.extract_text().replace("\0", "") for page in PdfReader(io.BytesIO(pdf)).pages)
    return ["".join(text.split()) for text in texts]


def issued(office: Office, name: str = NAMES[0]) -> tuple[CertificateView, bytes]:
    view = next(view for view in office.issue() if view.name == name)
    return view, office.certificates.register.pdf(view.number)


def public(office: Office) -> None:
    """Give headquarters a public address."""
    sources = office.certificates.sources
    settings: HqSettings = sources.context.settings
    server = ServerSettings(public_origins=(ORIGIN,))
    context = replace(sources.context, settings=settings.model_copy(update={"server": server}))
    services = CertificateServices.over(replace(sources, context=context))
    office.desk.hq = replace(office.desk.hq, certificates=services)


def test_cover_main_page_and_inner_page_say_everything(office: Office) -> None:
    view, pdf = issued(office)
    cover, main, inner = words(pdf)
    assert "碳排放管理专业技术人员证书" in cover
    for text in ("欧阳五", "女Female", "990001********0101", shown(view.number), "2029-04-25"):
        assert text in main
    assert "综合试卷Combinedpaper118.5" in inner
    assert "9900011990" not in main + inner


def test_the_portrait_is_on_it_or_it_says_that_it_was_deleted(office: Office) -> None:
    _, pdf = issued(office)
    pictures = [len(page.images) for page in PdfReader(io.BytesIO(pdf)).pages]
    assert pictures == [0, 2, 0]
    other = next(view for view in office.views() if view.name == NAMES[1])
    assert "无照片" in words(office.certificates.register.pdf(other.number))[1]


def test_another_tool_finds_the_signature_valid_and_every_change(
    office: Office, tmp_path: Path
) -> None:
    """Poppler's pdfsig shares nothing with what signs."""
    if shutil.which("pdfsig") is None:
        pytest.fail("install poppler-utils")
    _, pdf = issued(office)
    said = _pdfsig(tmp_path / "sound.pdf", pdf)
    assert "Signature is Valid." in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said
    at = pdf.index(b"/URI") if b"/URI" in pdf else pdf.index(b"stream\n") + 60
    changed = pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]
    assert "Signature is Valid." not in _pdfsig(tmp_path / "changed.pdf", changed)


def _pdfsig(path: Path, pdf: bytes) -> str:
    path.write_bytes(pdf)
    done = subprocess.run(
        ["pdfsig", "-nocert", str(path)], capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


def test_openssl_verifies_the_signature_over_the_byte_range(office: Office, tmp_path: Path) -> None:
    _, pdf = issued(office)
    found = re.search(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\s*\]", pdf)
    assert found
    first, size, second, rest = map(int, found.groups())
    assert (first, second + rest) == (0, len(pdf))
    # DER says how long it is; the zeros after it fill the place that was kept for it.
    signature = bytes.fromhex(pdf[size + 1 : second - 1].decode())
    (tmp_path / "content").write_bytes(pdf[:size] + pdf[second:])
    (tmp_path / "signature").write_bytes(signature)
    (tmp_path / "signer.pem").write_bytes(office.certificates.sources.signing_certificate())
    command = [
        *("openssl", "cms", "-verify", "-inform", "DER", "-in", "signature", "-content"),
        *("content", "-binary", "-CAfile", "signer.pem", "-purpose", "any", "-no_check_time"),
        *("-out", "verified"),
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_our_own_check_tells_changed_foreign_and_unsigned_files_apart(office: Office) -> None:
    _, pdf = issued(office)
    pem = office.certificates.sources.signing_certificate()
    checked = check_pdf(pdf, pem)
    assert (checked.intact, checked.trusted) == (True, True)
    assert not check_pdf(pdf + b"\n% added\n", pem).intact
    for other in (b"%PDF-1.7 nothing", b"", pdf[:2000]):
        with pytest.raises(StatementUnusable):
            check_pdf(other, pem)


@pytest.mark.parametrize("name", NAMES)
def test_the_qr_code_is_read_from_a_noisy_scan_at_150_dots_per_inch(
    office: Office, name: str
) -> None:
    public(office)
    view, pdf = issued(office, name)
    (text,) = {code.text for code in zxingcpp.read_barcodes(_scanned(pdf, 150))}
    assert text == qr_text(view.statement, ORIGIN)
    statement = read_statement(text, office.certificates.sources.jwks)
    assert (statement.name, statement.number) == (name, view.number)
    assert statement.until == date(2029, 4, 25)


def _scanned(pdf: bytes, dots: int) -> Image.Image:
    """The main page as a cheap scanner sees it: skewed, blurred, grey and noisy."""
    document = pypdfium2.PdfDocument(pdf)
    picture = document[1].render(scale=dots / 72).to_pil().convert("L")
    document.close()
    skewed = picture.rotate(1.2, resample=Image.Resampling.BICUBIC, fillcolor=255, expand=True)
    values = np.asarray(skewed.filter(ImageFilter.GaussianBlur(0.5)), float) * 0.85 + 20
    noise = np.random.default_rng(7).normal(0, 14, values.shape)
    return Image.fromarray(np.clip(values + noise, 0, 255).astype("uint8"))


def test_the_qr_code_hides_what_a_finder_should_not_learn(office: Office) -> None:
    public(office)
    view, _ = issued(office)
    statement = read_statement(view.statement, office.certificates.sources.jwks)
    assert vars(statement).keys() == {"number", "name", "title", "issued_on", "until"}


def test_a_changed_statement_is_refused(office: Office) -> None:
    view, _ = issued(office)
    keys = office.certificates.sources.jwks
    head, body, signature = view.statement.split(".")
    other = next(one for one in office.views() if one != view).statement.split(".")[1]
    for forged in (f"{head}.{other}.{signature}", f"{head}.{body}.{signature[:-6]}AAAAAA"):
        with pytest.raises(StatementForged):
            read_statement(forged, keys)
    with pytest.raises(StatementForged):
        read_statement(view.statement, [])
    for text in ("", "https://hq.example.org/verify", "a.b", "证书", f"{head}.{body}", "x" * 99999):
        with pytest.raises(StatementUnusable):
            read_statement(text, keys)


def test_no_algorithm_but_ours_is_accepted(office: Office) -> None:
    """`none`, and a MAC under the public key, are the classic ways around a signature."""
    from sync.hq.certificates.tokens import _encode

    view, _ = issued(office)
    _, body, signature = view.statement.split(".")
    for header in (b'{"alg":"none"}', b'{"alg":"HS256"}'):
        for end in ("", signature):
            with pytest.raises(StatementUnusable):
                read_statement(f"{_encode(header)}.{body}.{end}", office.certificates.sources.jwks)


@pytest.mark.parametrize("programme", ["carbon-skills", "carbon-manager"])
def test_long_names_of_people_and_trades_stay_in_their_places(
    programme: str, tmp_path: Path
) -> None:
    """Nothing is printed outside the frame, and nothing is cut off."""
    design = load_design(programme, tmp_path)
    name = "阿卜杜热合曼·买买提吐尔逊·艾合买提江·阿卜杜外力"
    values = dict.fromkeys(_placeholders(), "某工种名称很长很长的专业技能")
    values |= {"name": name, "number": "CS26-7KQ2-M9FX-3", "until": "2029-05-20"}
    parts = [("基础理论知识与应用技术知识综合 Basic theory and applied technique", "42.5")]
    printed = Printed(
        "CS26-7KQ2-M9FX-3", values, parts, "87.5", "x" * 420, NOW, None, PORTRAIT_GONE
    )
    fonts = cut_down(font_files(find_font()), printed.texts(design), tmp_path)
    pdf = typeset(design, printed, fonts)
    assert name in words(pdf)[1]
    document = pypdfium2.PdfDocument(pdf)
    for page in document:
        text = page.get_textpage()
        boxes = [text.get_rect(number) for number in range(text.count_rects())]
        text.close()
        assert min(box[0] for box in boxes) > 25
        assert max(box[2] for box in boxes) < 842 - 25
        assert min(box[1] for box in boxes) > 25
    document.close()


NOW = datetime(2026, 5, 20, tzinfo=UTC)


def _placeholders() -> frozenset[str]:
    from sync.hq.certificates.design import PLACEHOLDERS

    return PLACEHOLDERS


def test_no_line_begins_with_a_comma_or_ends_with_a_bracket() -> None:
    lines = break_lines("一二三四，五六（七八）九十", 4, len)
    assert lines == ["一二三", "四，五", "六（七", "八）九", "十"] or all(
        line[0] not in "，）" and line[-1] != "（" for line in lines
    )
    assert break_lines("ab cdefghij", 4, len) == ["ab", "cdef", "ghij"]
