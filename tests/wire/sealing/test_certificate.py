"""Enrolment: request, certificate, and what is refused of them."""

from datetime import timedelta

import pytest

from sync.wire import canonical
from sync.wire.errors import (
    BadSignature,
    NotCanonical,
    OutOfWindow,
    PackageTooLarge,
    UnsupportedFormat,
    WrongCentre,
)
from sync.wire.sealing import certificate
from sync.wire.sealing.keys import KeyPair
from tests.wire.conftest import NOW

YEAR = timedelta(days=365)


def certify(centre: KeyPair, hq: KeyPair) -> bytes:
    request = certificate.read_request(certificate.make_request("BJ-001", "北京一", centre, NOW))
    return certificate.make_certificate(request, hq, NOW, NOW + YEAR)


def test_a_request_brings_the_keys_of_its_centre(centre: KeyPair) -> None:
    request = certificate.read_request(certificate.make_request("BJ-001", "北京一", centre, NOW))
    assert (request.centre_code, request.name) == ("BJ-001", "北京一")
    assert request.keys.public == centre.public


def test_a_request_for_keys_that_the_sender_does_not_hold_is_refused(
    centre: KeyPair, stranger: KeyPair
) -> None:
    value = canonical.loads(certificate.make_request("BJ-001", "北京一", centre, NOW))
    value["body"]["keys"] = stranger.public.to_dict()
    with pytest.raises(BadSignature):
        certificate.read_request(canonical.dumps(value))


def test_a_certificate_names_both_sides(centre: KeyPair, hq: KeyPair) -> None:
    read = certificate.read_certificate(certify(centre, hq), hq.public)
    assert read.centre_keys.public == centre.public
    assert read.hq_keys.public == hq.public


def test_a_first_certificate_is_checked_against_the_keys_it_names(
    centre: KeyPair, hq: KeyPair
) -> None:
    assert certificate.read_certificate(certify(centre, hq)).hq_keys.public == hq.public


def test_a_certificate_of_another_headquarters_is_refused(
    centre: KeyPair, hq: KeyPair, stranger: KeyPair
) -> None:
    with pytest.raises(BadSignature):
        certificate.read_certificate(certify(centre, stranger), hq.public)


def test_each_changed_byte_of_a_certificate_is_found(centre: KeyPair, hq: KeyPair) -> None:
    good = certify(centre, hq)
    for place in range(len(good)):
        bad = good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :]
        with pytest.raises((BadSignature, NotCanonical, UnsupportedFormat)):
            certificate.read_certificate(bad, hq.public)


def test_a_certificate_holds_for_its_centre_and_time(centre: KeyPair, hq: KeyPair) -> None:
    read = certificate.read_certificate(certify(centre, hq), hq.public)
    read.require_valid(NOW, "BJ-001")
    read.require_valid(NOW + YEAR, "BJ-001")
    with pytest.raises(WrongCentre):
        read.require_valid(NOW, "SH-001")
    with pytest.raises(OutOfWindow):
        read.require_valid(NOW + YEAR + timedelta(seconds=1), "BJ-001")
    with pytest.raises(OutOfWindow):
        read.require_valid(NOW - timedelta(seconds=1), "BJ-001")


def test_a_newer_format_is_named(centre: KeyPair) -> None:
    value = canonical.loads(certificate.make_request("BJ-001", "北京一", centre, NOW))
    value["body"]["format"] = "enrolment-request/2"
    with pytest.raises(UnsupportedFormat, match="enrolment-request/2"):
        certificate.read_request(canonical.dumps(value))


@pytest.mark.parametrize("data", [b"[]", b"{}", b'{"body":1,"signature":""}'])
def test_other_documents_are_refused(data: bytes) -> None:
    with pytest.raises(UnsupportedFormat):
        certificate.read_request(data)


def test_an_endless_document_is_not_even_parsed() -> None:
    with pytest.raises(PackageTooLarge):
        certificate.read_request(b"[" * 70_000)
