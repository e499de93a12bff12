"""Headquarters believes a centre's deletion only with a receipt that this centre has signed."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from pydantic import JsonValue

from kiosk.system import entropy
from sync.wire.chain import GENESIS, event_hash
from sync.wire.delivery.deletion import DeletionReceipt, sign_deletion
from sync.wire.delivery.event_log import LoggedEvent
from sync.wire.sealing.keys import KeyPair
from tests.hq.desk import CODE, NOW, OTHER, Desk
from tests.hq.intake.test_answer_findings import sign_in
from tests.hq.reports import take_event_log


def receipt(desk: Desk, **changes: object) -> DeletionReceipt:
    """What the desk's centre says when portraits are deleted."""
    facts = {
        "centre_code": CODE,
        "sitting_id": desk.sitting,
        "data": "portraits",
        "counts": {"keys": 1},
        "digest": GENESIS,
        "period_days": 90,
        "ended_at": NOW,
        "known_time": NOW,
        "deleted_at": NOW,
        "by": "staff:chief",
    }
    return DeletionReceipt.model_validate({**facts, **changes})


def note(desk: Desk, text: str) -> None:
    """The event of a deletion arrives in the sitting's event log."""
    body: dict[str, JsonValue] = {
        "epoch": 1,
        "seq": 1,
        "at": "2026-04-25T06:00:00Z",
        "kind": "data_deleted",
        "who": "staff:chief",
        "attempt_id": None,
        "data": {"data": "portraits", "receipt": text},
        "previous": GENESIS,
    }
    digest = event_hash({"sitting_id": desk.sitting, **body})
    take_event_log(desk, [LoggedEvent.model_validate({**body, "hash": digest})])


def test_a_signed_receipt_is_shown_with_its_time_and_person(
    desk: Desk, client: FlaskClient
) -> None:
    note(desk, sign_deletion(receipt(desk), desk.keys).decode())
    (found,) = desk.hq.deletions.list()
    assert found.receipt == receipt(desk)
    sign_in(client)
    page = client.get("/centres?lang=en").text
    assert "names and portraits" in page
    assert "<td>chief</td>" in page
    assert "signature valid" in page
    assert "签名有效" in client.get("/centres?lang=zh").text


@pytest.mark.parametrize(
    ("keys", "changes"),
    [
        (KeyPair.generate(entropy), {}),
        (None, {"sitting_id": "another"}),
        (None, {"data": "answers"}),
        (None, {"centre_code": OTHER}),
    ],
    ids=["foreign keys", "other sitting", "other class", "other centre"],
)
def test_a_receipt_that_does_not_fit_is_marked(
    desk: Desk, client: FlaskClient, keys: KeyPair | None, changes: dict[str, object]
) -> None:
    note(desk, sign_deletion(receipt(desk, **changes), keys or desk.keys).decode())
    (found,) = desk.hq.deletions.list()
    assert found.receipt is None
    sign_in(client)
    assert "not signed by this centre" in client.get("/centres?lang=en").text


def test_nonsense_instead_of_a_receipt_breaks_no_page(desk: Desk, client: FlaskClient) -> None:
    note(desk, "{")
    sign_in(client)
    assert client.get("/centres").status_code == 200
    assert desk.hq.deletions.list(NOW + timedelta(days=1)) == []
