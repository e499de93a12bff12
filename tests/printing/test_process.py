"""PDFs are made by another process, one at a time, and its failure is an error with a reason."""

import threading
from pathlib import Path

import pytest

from kiosk.bench.prints import labels
from kiosk.printing import fonts, process
from kiosk.printing.errors import NoFont, PrintingFailed
from kiosk.printing.fonts import find_font
from kiosk.printing.process import make_pdf
from kiosk.vision.samples import sample_portrait
from sync.wire.errors import TooBusy


def test_the_document_and_its_pictures_travel_by_pipes() -> None:
    pdf = make_pdf(labels([sample_portrait(0)]), find_font())
    assert pdf.startswith(b"%PDF-")


def test_a_font_that_is_none_is_a_failure_with_its_reason(tmp_path: Path) -> None:
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"no font")
    with pytest.raises(PrintingFailed, match="TTLibError"):
        make_pdf(labels([b""]), broken)


def test_a_process_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "SECONDS", 0.01)
    with pytest.raises(PrintingFailed, match="more than"):
        make_pdf(labels([b""]), find_font())


def test_a_second_document_is_refused_while_one_is_made() -> None:
    outcomes: list[object] = []

    def make() -> None:
        try:
            outcomes.append(make_pdf(labels([b""]), find_font()))
        except TooBusy as error:
            outcomes.append(error)

    threads = [threading.Thread(target=make) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(isinstance(outcome, bytes) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, TooBusy) for outcome in outcomes) == 2


def test_a_missing_font_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "FONTS", ("/nowhere.ttf",))
    with pytest.raises(NoFont, match="apt-get install fonts-noto-cjk"):
        find_font()
