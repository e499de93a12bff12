"""An admission ticket says who, when and where, and hides what a finder should not learn."""

import io

import pypdfium2 as pdfium
import pytest
import zxingcpp
from pypdf import PdfReader

from kiosk.printing import fonts
from kiosk.vision.samples import sample_portrait
from sync.hq.centres.rooms import Room
from sync.hq.registration.admission import TicketGap
from sync.hq.registration.candidate_file import read_candidates
from sync.hq.registration.roster_file import RosterEntry
from sync.hq.registration.tickets import NoFont, Tickets, find_font, masked
from tests.hq.applicants import table
from tests.hq.desk import BY, CODE, NOW, Desk
from tests.hq.items import PROGRAMME as CARBON_MANAGER

NUMBER = "990001199001010016"


def made(desk: Desk, name: str = "欧阳五") -> Tickets:
    place = {"address": "海淀区中关村南大街 5 号", "directions": "地铁 4 号线魏公村站 B 口"}
    desk.hq.centres.set_place(CODE, BY, **place)
    desk.hq.rooms.set(CODE, Room("1", "301 机房"), BY)
    entry = RosterEntry(NUMBER, name, extra_minutes=30, portrait=sample_portrait(0))
    desk.hq.registration.import_roster(desk.sitting, CODE, [entry], BY, names="file")
    programmes = desk.hq.applications.programmes(desk.sitting)
    return desk.hq.tickets.make(desk.hq.sittings.get(desk.sitting), programmes)


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
        "地铁4号线魏公村站B口",
        "301机房",
        "13:30前到达考点，14:30起停止入场",
        "30分钟",
        "990001********0016",
    ):
        assert text in page
    assert NUMBER not in page


def test_the_portrait_is_on_it(desk: Desk) -> None:
    reader = PdfReader(io.BytesIO(made(desk).pdf))
    assert [len(page.images) for page in reader.pages] == [0, 1]


@pytest.mark.parametrize("page", [0, 1])
def test_a_scanner_reads_the_admission_number(desk: Desk, page: int) -> None:
    document = pdfium.PdfDocument(made(desk).pdf)
    picture = document[page].render(scale=3).to_pil()
    seat = desk.hq.registration.seats(desk.sitting)[page]
    (code,) = zxingcpp.read_barcodes(picture)
    assert (code.text, code.format.name) == (seat.admission_no, "Code128")


def test_what_tickets_would_lack_is_listed_before(desk: Desk) -> None:
    hq = desk.hq
    hq.registration.import_roster(desk.sitting, CODE, [RosterEntry(NUMBER, "甲")], BY)
    bare, new = hq.registration.seats(desk.sitting)
    assert hq.tickets.gaps(desk.sitting, []) == [
        TicketGap("no_address", CODE),
        TicketGap("no_portrait", CODE, bare.admission_no, bare.name),
        TicketGap("no_portrait", CODE, new.admission_no, "甲"),
    ]
    made(desk)
    assert [gap.what for gap in hq.tickets.gaps(desk.sitting, [])] == [
        "no_portrait",
        "portrait_unchecked",
    ]
    ((candidate, portrait),) = hq.people.unchecked()
    hq.people.note_findings(candidate, portrait, ["not_blue"])
    assert hq.tickets.gaps(desk.sitting, [])[1].what == "portrait_refused"
    hq.people.accept_portrait(candidate, "seen", BY)
    assert [gap.name for gap in hq.tickets.gaps(desk.sitting, [], CODE)] == [bare.name]


def test_who_is_admitted_without_a_seat_is_listed(desk: Desk) -> None:
    found, problems = read_candidates(table({}), CARBON_MANAGER, NOW.date())
    hq = desk.hq
    hq.applications.take(desk.sitting, found, problems, BY)
    (one,) = hq.applications.list(desk.sitting)
    hq.applications.decide(desk.sitting, one.candidate_id, "admitted", "r", BY)
    gaps = hq.tickets.gaps(desk.sitting, hq.applications.list(desk.sitting))
    assert gaps[0] == TicketGap("no_seat", name="考生1")


def test_a_character_that_the_font_lacks_is_reported(desk: Desk) -> None:
    assert made(desk).missing == {}
    found = made(desk, name="李\U0003fffd").missing
    assert set("".join(found.values())) == {"\U0003fffd"}


def test_without_a_font_it_is_said_which_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "FONTS", ("/nowhere.ttf",))
    with pytest.raises(NoFont, match="fonts-noto-cjk"):
        find_font()


def test_short_numbers_are_hidden_too() -> None:
    assert masked("E1234567") == "E1******"
