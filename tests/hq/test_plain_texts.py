"""Titles, rooms, centres and accounts are stored without what nobody sees."""

from datetime import timedelta

import pytest

from kiosk.exam.errors import TextUnusable
from kiosk.system import entropy
from sync.hq.centres.rooms import Room
from sync.hq.sittings import NewPaper, NewSitting
from sync.wire.sealing.certificate import make_request
from sync.wire.sealing.keys import KeyPair
from tests.centres import PASSWORD
from tests.hq.desk import BY, CODE, NOW, OTHER, PROGRAMME, Desk

TYPED, STORED = "\u202e第１期\u200b　上午\ufeff", "第1期 上午"


def store(desk: Desk, text: str) -> None:
    """Store a text wherever a person can type one."""
    later = NOW + timedelta(days=9)
    desk.hq.sittings.create(NewSitting(text, later, [NewPaper(PROGRAMME)], id="later"), BY)
    desk.hq.rooms.set(CODE, Room("2", text), BY)
    desk.hq.centres.set_place(CODE, BY, address=text)
    keys = KeyPair.generate(entropy)
    desk.hq.centres.approve(make_request(OTHER, text, keys, NOW), BY)


def test_what_is_typed_is_stored_in_one_form(desk: Desk) -> None:
    store(desk, TYPED)
    assert desk.hq.sittings.get("later").title == STORED
    assert desk.hq.rooms.of_centre(CODE)[-1].name == STORED
    centres = {centre.code: centre for centre in desk.hq.centres.list()}
    assert (centres[CODE].address, centres[OTHER].name) == (STORED, STORED)


def test_a_user_name_in_full_width_is_the_plain_one(desk: Desk) -> None:
    desk.hq.accounts.create("ｌｉ．ming\u200b", PASSWORD, BY)
    assert "li.ming" in {account.username for account in desk.hq.account_admin.list()}


def test_what_other_machines_cannot_show_is_refused(desk: Desk) -> None:
    with pytest.raises(TextUnusable, match="E000"):
        store(desk, "\ue000")
