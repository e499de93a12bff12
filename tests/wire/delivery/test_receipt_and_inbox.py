"""Receipts close exactly one outbox row; released codes reach exactly one centre."""

from typing import Any

import pytest

from sync.wire import canonical
from sync.wire.delivery import receipt
from sync.wire.errors import BadSignature, NotCanonical, WrongCentre, WrongRecipient
from sync.wire.exchange import inbox
from sync.wire.sealing.keys import KeyPair
from tests.wire.conftest import NOW

BUNDLE, HEAD = "1" * 64, "2" * 64


def made(**changes: Any) -> receipt.Receipt:
    return receipt.Receipt(
        kind="result",
        id=BUNDLE,
        centre_code="BJ-001",
        sitting_id="S1",
        attempt_id="A1",
        revision=1,
        chain_head=HEAD,
        received_at=NOW,
    ).model_copy(update=changes)


def test_a_receipt_is_the_same_bytes_each_time(hq: KeyPair) -> None:
    assert receipt.sign_receipt(made(), hq) == receipt.sign_receipt(made(), hq)


def test_a_receipt_is_valid_for_its_bundle(hq: KeyPair) -> None:
    signed = receipt.sign_receipt(made(), hq)
    assert receipt.verify_receipt(signed, hq.public, "BJ-001", "result", BUNDLE, HEAD) == made()


@pytest.mark.parametrize(("bundle_id", "head"), [("3" * 64, HEAD), (BUNDLE, "3" * 64)])
def test_a_receipt_for_another_bundle_or_head_is_refused(
    hq: KeyPair, bundle_id: str, head: str
) -> None:
    with pytest.raises(WrongRecipient):
        receipt.verify_receipt(
            receipt.sign_receipt(made(), hq), hq.public, "BJ-001", "result", bundle_id, head
        )


def test_a_receipt_of_somebody_else_is_refused(hq: KeyPair, stranger: KeyPair) -> None:
    signed = receipt.sign_receipt(made(), stranger)
    with pytest.raises(BadSignature):
        receipt.verify_receipt(signed, hq.public, "BJ-001", "result", BUNDLE, HEAD)


def test_no_other_signed_document_passes_for_a_receipt(hq: KeyPair) -> None:
    value = canonical.loads(receipt.sign_receipt(made(), hq))
    value["body"]["revision"] = 2
    with pytest.raises(BadSignature):
        receipt.verify_receipt(canonical.dumps(value), hq.public, "BJ-001", "result", BUNDLE, HEAD)
    with pytest.raises(NotCanonical):
        receipt.verify_receipt(b"<html>502</html>", hq.public, "BJ-001", "result", BUNDLE, HEAD)


def test_a_released_code_reaches_its_centre(hq: KeyPair, centre: KeyPair, code: str) -> None:
    release = inbox.release_of(("PKG1", 2), "BJ-001", code, NOW)
    sealed = inbox.seal_release(release, hq, centre.public)
    assert code not in sealed
    assert inbox.open_release(sealed, centre, hq.public, "BJ-001") == release


def test_a_code_released_to_another_centre_is_refused(
    hq: KeyPair, centre: KeyPair, stranger: KeyPair, code: str
) -> None:
    release = inbox.release_of(("PKG1", 2), "BJ-001", code, NOW)
    sealed = inbox.seal_release(release, hq, centre.public)
    with pytest.raises(WrongCentre):
        inbox.open_release(sealed, centre, hq.public, "SH-001")
    forged = inbox.seal_release(release, stranger, centre.public)
    with pytest.raises(BadSignature):
        inbox.open_release(forged, centre, hq.public, "BJ-001")


def test_an_inbox_page_reads_back(hq: KeyPair) -> None:
    page = inbox.InboxPage(
        entries=(
            inbox.PackageNotice(
                cursor=1, package_id="P", sitting_id="S1", version=1, sha256=HEAD, size=10
            ),
            inbox.UnlockNotice(cursor=2, package_id="P", sitting_id="S1", version=1, sealed="AAAA"),
        ),
        cursor=2,
        more=False,
        server_time=NOW,
    )
    assert inbox.InboxPage.model_validate_json(canonical.dump_model(page)) == page
