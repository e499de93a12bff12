"""A centre's file is taken in at the console, and answered with another file."""

import base64
import io

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse

from sync.wire.canonical import digest
from sync.wire.delivery.inventory import Inventory, Tallies, tally
from sync.wire.delivery.receipt import read_receipt
from sync.wire.exchange.container import ZipContainer, zip_parts
from sync.wire.exchange.removable_media import (
    INDEX,
    Delivered,
    MediaItem,
    Outbound,
    item_name,
    outbound_folder,
    read_inbound,
    sign_index,
)
from tests.hq.desk import CODE, NOW, Desk
from tests.hq.web.test_console import Staff


@pytest.fixture
def staff(desk: Desk, client: FlaskClient) -> Staff:
    return Staff(client, desk)


def file_of(desk: Desk, *, spoilt: bool = False) -> tuple[str, bytes]:
    """The id of a result and the file with it, as the centre's page gives it out."""
    sealed = desk.bundle({})
    none, one = tally([]), tally([sealed.id])
    index = Outbound(
        centre_code=CODE,
        written_at=NOW,
        inventory=Inventory(
            centre_code=CODE,
            epoch=1,
            contact=3,
            tallies=Tallies(result=one, event_log=none, evidence=none),
            software="test",
        ),
        delivered=Delivered(result=(), event_log=(), evidence=()),
        items=(
            MediaItem(
                kind="result", id=sealed.id, size=len(sealed.data), sha256=digest(sealed.data)
            ),
        ),
        inbox_cursor=0,
    )
    data = sealed.data[:-1] + b"?" if spoilt else sealed.data
    files = [
        (item_name(CODE, "result", sealed.id), data),
        (f"{outbound_folder(CODE)}/{INDEX}", sign_index(index, desk.keys)),
    ]
    return sealed.id, b"".join(zip_parts(files))


def send(staff: Staff, data: bytes) -> TestResponse:
    return staff.post("/removable-media", file=FileStorage(io.BytesIO(data), filename="BJ01.zip"))


def answer_of(staff: Staff, page: TestResponse) -> bytes:
    start = page.text.index("/removable-media/")
    return staff.get(page.text[start : page.text.index('"', start)]).get_data()


def test_a_file_is_taken_in_and_its_answer_holds_the_receipt(staff: Staff) -> None:
    bundle_id, data = file_of(staff.desk)
    page = send(staff, data)
    assert page.status_code == 200
    assert "everything is here" in page.text
    assert staff.desk.hq.results.count() == 1
    answer = ZipContainer(io.BytesIO(answer_of(staff, page)))
    inbound = read_inbound(answer, staff.desk.hq.public_keys, CODE)
    (receipt,) = (base64.b64decode(one) for one in inbound.receipts)
    assert read_receipt(receipt, staff.desk.hq.public_keys, CODE).id == bundle_id
    assert "0 of them new" in send(staff, data).text


def test_what_is_damaged_is_named_and_left_out(staff: Staff) -> None:
    bundle_id, data = file_of(staff.desk, spoilt=True)
    page = send(staff, data)
    assert f"{bundle_id}.result" in page.text
    assert "not everything yet" in page.text
    assert staff.desk.hq.results.count() == 0


@pytest.mark.parametrize("data", [b"no archive", b"PK\x05\x06" + bytes(18)])
def test_another_file_is_refused_with_words(staff: Staff, data: bytes) -> None:
    reply = send(staff, data)
    assert reply.status_code == 422
    assert "file" in reply.text


def test_only_who_took_a_file_in_gets_its_answer(staff: Staff, client: FlaskClient) -> None:
    page = send(staff, file_of(staff.desk)[1])
    start = page.text.index("/removable-media/")
    address = page.text[start : page.text.index('"', start)]
    client.delete_cookie("hq_session")
    stranger = client.application.test_client()
    assert stranger.get(address).status_code == 302
    assert stranger.post("/removable-media").status_code == 302
