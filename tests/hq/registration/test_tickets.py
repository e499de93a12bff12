"""An admission ticket says who, when and where, and hides what a finder should not learn."""

import io

import pytest
from pypdf import PdfReader

from kiosk.vision.samples import sample_portrait
from sync.hq.registration import tickets
from sync.hq.registration.roster_file import RosterEntry
from sync.hq.registration.tickets import NoFont, Tickets, masked
from tests.hq.desk import BY, CODE, Desk

NUMBER = "990001199001010016"


def made(desk: Desk, name: str = "欧阳五") -> Tickets:
    desk.hq.centres.set_address(CODE, "海淀区中关村南大街 5 号", BY)
    entry = RosterEntry(NUMBER, name, extra_minutes=30, portrait=sample_portrait(0))
    desk.hq.registration.import_roster(desk.sitting, CODE, [entry], BY)
    programmes = desk.hq.applications.programmes(desk.sitting)
    return desk.hq.registration.tickets(desk.hq.sittings.get(desk.sitting), programmes)


def pages(pdf: bytes) -> list[str]:
    texts = (page.extract_text().replace("\0", "") for page in PdfReader(io.BytesIO(pdf)).pages)
    return ["".join(text.split()) for text in texts]


def test_each_candidate_has_a_page_with_everything_to_go_by(desk: Desk) -> None:
    (_, page) = pages(made(desk).pdf)
    seat = desk.hq.registration.seats(desk.sitting)[1]
    for text in (
        "欧阳五",
        "2026年4月26日（星期日）14:00–16:00",
        seat.admission_no,
        seat.seat,
        "海淀区中关村南大街5号",
        "30分钟",
        "990001********0016",
    ):
        assert text in page
    assert NUMBER not in page


def test_the_portrait_is_on_it(desk: Desk) -> None:
    reader = PdfReader(io.BytesIO(made(desk).pdf))
    assert [len(page.images) for page in reader.pages] == [0, 1]


def test_a_character_that_the_font_lacks_is_reported(desk: Desk) -> None:
    assert made(desk).missing == {}
    found = made(desk, name="李\U0003fffd").missing
    assert set("".join(found.values())) == {"\U0003fffd"}


def test_without_a_font_it_is_said_which_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tickets, "FONTS", ("/nowhere.ttf",))
    with pytest.raises(NoFont, match="fonts-noto-cjk"):
        tickets.find_font()


def test_short_numbers_are_hidden_too() -> None:
    assert masked("E1234567") == "E1******"
