"""Announcements at the console: preview, confirmation, lists, and what is refused with words."""

import re

import pytest
from flask.testing import FlaskClient

from kiosk.system import entropy
from sync.hq.core.roles import Grant, Role
from sync.wire.sealing.keys import KeyPair
from tests.centres import PASSWORD
from tests.hq.desk import BY, CODE, OTHER, Desk
from tests.hq.web.test_console import Staff

FORM = {"title": "停电预案", "text": "请看应急卡。", "target": "all"}


@pytest.fixture
def staff(desk: Desk, client: FlaskClient) -> Staff:
    """A member of staff, and centres in two provinces."""
    desk.hq.branches.set(CODE, "北京/海淀", BY)
    desk.enrol(OTHER, KeyPair.generate(entropy))
    desk.hq.branches.set(OTHER, "上海", BY)
    return Staff(client, desk)


def confirmed(person: Staff, **changed: str) -> tuple[str, str]:
    """Preview and send; returns the preview and the page of the announcement."""
    form = {**FORM, **changed}
    preview = person.post("/announcements/preview", **form).text
    hidden = {
        name: re.findall(f'name="{name}" value="([^"]*)"', preview)[0] for name in ("id", "shown")
    }
    sent = person.post("/announcements", **form, **hidden)
    assert sent.status_code == 302, sent.text
    return preview, person.get(sent.headers["Location"]).text


def test_the_preview_names_who_gets_it_and_only_confirming_sends(staff: Staff) -> None:
    preview = staff.post("/announcements/preview", **FORM).text
    assert "2 centres get it" in preview
    assert CODE in preview
    assert OTHER in preview
    assert "停电预案" not in staff.get("/announcements").text
    _, page = confirmed(staff)
    assert "请看应急卡。" in page
    assert page.count("not yet delivered</span>") == 2
    assert "停电预案" in staff.get("/announcements").text


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"title": ""}, "Title: please write something."),
        ({"text": "长" * 2001}, "2001 characters; at most 2000"),
        ({"candidate_text": "长" * 501}, "501 characters; at most 500"),
        ({"target": "chosen", "codes": "XX99"}, "XX99"),
        ({"target": "chosen", "codes": ""}, "No centre would get this announcement."),
        ({"target": "branch", "branch": "广东"}, "No centre would get this announcement."),
        ({"title": "a\ue000b"}, "character"),
    ],
)
def test_a_form_with_mistakes_comes_back_as_it_was_typed(
    staff: Staff, changed: dict[str, str], words: str
) -> None:
    reply = staff.post("/announcements/preview", **{**FORM, **changed})
    assert reply.status_code == 422
    assert words in reply.text
    assert FORM["text"] in reply.text or "text" in changed


def test_what_was_typed_is_text_and_never_markup(staff: Staff) -> None:
    _, page = confirmed(staff, title="<b>x</b>", text="<script>alert(1)</script>")
    assert "<script>alert(1)" not in page
    assert "&lt;b&gt;x" in staff.get("/announcements").text


def test_other_centres_than_previewed_are_shown_again(staff: Staff) -> None:
    preview = staff.post("/announcements/preview", **FORM).text
    hidden = {
        name: re.findall(f'name="{name}" value="([^"]*)"', preview)[0] for name in ("id", "shown")
    }
    staff.desk.enrol("GZ01", KeyPair.generate(entropy))
    reply = staff.post("/announcements", **FORM, **hidden)
    assert reply.status_code == 409
    assert "3 centres get it" in reply.text


def test_withdrawing_and_replacing(staff: Staff) -> None:
    confirmed(staff)
    address = re.findall(r'href="(/announcements/[a-z2-7]{32})"', staff.get("/announcements").text)
    form = staff.get(f"/announcements/new?replaces={address[0].split('/')[-1]}").text
    assert "请看应急卡。" in form
    confirmed(staff, title="新预案", replaces=address[0].split("/")[-1])
    assert "replaced</span>" in staff.get(address[0]).text
    assert "Replace by a new one" not in staff.get(address[0]).text
    assert staff.post(f"{address[0]}/withdrawal", reason="x").status_code == 409


def test_a_branch_s_registrar_reaches_only_its_centres(staff: Staff) -> None:
    grant = Grant(Role.REGISTRAR, branch="北京")
    staff.desk.hq.accounts.create("ann", PASSWORD, BY, (grant,))
    ann = Staff(staff.client.application.test_client(), staff.desk, "ann")
    preview, page = confirmed(ann)
    assert "1 centres get it" in preview
    assert OTHER not in preview
    assert OTHER not in page
    assert ann.post("/announcements/preview", **{**FORM, "target": "chosen", "codes": OTHER}
                    ).status_code == 422  # fmt: skip
    _, page = confirmed(staff)
    address = re.findall(r'action="(/announcements/[a-z2-7]{32})/withdrawal"', page)[0]
    assert ann.post(f"{address}/withdrawal", reason="x").status_code == 403


@pytest.mark.parametrize("query", ["page=-5", "page=99999999999", "order=x&state=y&down=2",
                                   "words=%00%25%27", "order=unread&down=1"])  # fmt: skip
def test_bad_addresses_show_a_page(staff: Staff, query: str) -> None:
    _, page = confirmed(staff)
    address = re.findall(r'action="(/announcements/[a-z2-7]{32})/withdrawal"', page)[0]
    assert staff.get(f"/announcements?{query}").status_code == 200
    assert staff.get(f"{address}?{query}").status_code == 200
