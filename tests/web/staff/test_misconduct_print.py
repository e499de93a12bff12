"""The printed record of misconduct: what was recorded, the signature, and a code to find it by."""

import io

import pypdfium2
import pytest
import zxingcpp

from kiosk.exam.attempt.misconduct import Misconduct, Said, Stroke
from kiosk.hall.services import CentreServices
from tests.web.browser import Browser, Desk
from tests.web.conftest import SITTING
from tests.web.staff.test_prints import said, sheets

BY, SECOND = "staff:chief", "staff:second"
NAME: tuple[Stroke, ...] = (tuple((x, 100 + (x % 3) * 60) for x in range(0, 600, 10)),)


@pytest.fixture
def record_id(answering: Browser, hall: CentreServices) -> str:
    """A record that a second person has confirmed."""
    at = hall.prints.now()
    said_ = Said(Misconduct.DEVICE, at, "考试中看手机", "照片一张", "手机一部")
    record_id = hall.misconduct.write(answering.attempt_id, said_, BY)
    hall.misconduct.confirm(record_id, SECOND)
    return record_id


def code_on(pdf: bytes) -> str:
    """What the code on the first page says."""
    with pypdfium2.PdfDocument(io.BytesIO(pdf)) as opened:
        picture = opened[0].render(scale=3).to_pil()
    (found,) = zxingcpp.read_barcodes(picture)
    return found.text


def test_it_says_all_that_was_recorded(desk: Desk, hall: CentreServices, record_id: str) -> None:
    hall.misconduct.sign(record_id, "是闹钟响了", NAME, BY)
    (sheet,) = sheets(desk, "misconduct_records")
    for part in (
        *("违纪情况记录单", "考生1", "2026T0001", "携带手机等电子设备", "考试中看手机", "照片一张"),
        *("手机一部", "chief", "second", "是闹钟响了", "考生已签名", "考生签名"),
    ):
        assert part in sheet, part


def test_its_code_names_the_record_of_the_event_log(
    desk: Desk, hall: CentreServices, record_id: str
) -> None:
    pdf = desk.get(f"/staff/sittings/{SITTING}/print/misconduct_records.pdf").data
    (record,) = hall.misconduct.of_sitting(SITTING)
    assert code_on(pdf) == f"2026T0001 1 sha256:{record.digest}"


def test_without_a_signature_on_the_screen_there_is_a_place_for_one(
    hall: CentreServices, record_id: str, request_context: None
) -> None:
    assert "考生签名" not in said(hall, "misconduct_records")
    hall.misconduct.refuse(record_id, "", "拒绝签名", BY)
    assert "拒绝签名" in said(hall, "misconduct_records")


def test_a_sitting_without_any_says_so(
    hall: CentreServices, sitting: str, request_context: None
) -> None:
    assert "没有违纪记录" in said(hall, "misconduct_records")
