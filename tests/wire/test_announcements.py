"""Announcements on the wire: forged, foreign and unbounded ones are refused."""

import base64

import pytest
from pydantic import ValidationError

from kiosk.system import entropy
from sync.wire.errors import BadSignature, WrongCentre
from sync.wire.exchange.announcements import (
    MOST_HELD,
    AnnouncementReport,
    Held,
    mark_of,
    open_announcement,
    sign_announcement,
)
from sync.wire.sealing.keys import KeyPair
from tests.hall.delivery.test_announcements import announced

HQ = KeyPair.generate(entropy)


def test_what_headquarters_signed_comes_back() -> None:
    signed = sign_announcement(announced(), HQ)
    assert open_announcement(signed, HQ.public, "BJ01") == announced()


def test_forged_altered_and_foreign_ones_are_refused() -> None:
    forged = sign_announcement(announced(), KeyPair.generate(entropy))
    with pytest.raises(BadSignature):
        open_announcement(forged, HQ.public, "BJ01")
    data = base64.b64decode(sign_announcement(announced(), HQ))
    altered = base64.b64encode(data.replace("停电".encode(), "来电".encode())).decode()
    with pytest.raises(BadSignature):
        open_announcement(altered, HQ.public, "BJ01")
    with pytest.raises(WrongCentre):
        open_announcement(sign_announcement(announced(), HQ), HQ.public, "BJ02")


def test_the_digest_depends_on_what_is_held_and_not_on_its_order() -> None:
    first, second = (Held(announcement_id=name, revision=1) for name in ("A1", "A2"))
    assert mark_of([first, second]) == mark_of([second, first])
    assert mark_of([first]) != mark_of([first.model_copy(update={"revision": 2})])


def test_lengths_are_bounded() -> None:
    for field, most in (("title", 120), ("text", 2000), ("candidate_text", 500)):
        with pytest.raises(ValidationError):
            announced(1, 1, **{field: "长" * (most + 1)})
    many = [Held(announcement_id=f"A{number}", revision=1) for number in range(MOST_HELD + 1)]
    with pytest.raises(ValidationError):
        AnnouncementReport(centre_code="BJ01", held=tuple(many))
