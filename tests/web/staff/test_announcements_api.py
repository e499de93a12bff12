"""Announcements on staff pages: shown until confirmed, with a way to tell candidates."""

import json
import re

from kiosk.hall.services import CentreServices
from tests.hall.delivery.test_announcements import announced
from tests.web.browser import Browser, Desk
from tests.web.conftest import SITTING

API = "/staff/api/announcements"


def test_an_announcement_is_offered_until_it_is_confirmed(desk: Desk, hall: CentreServices) -> None:
    assert desk.get(API).json == {"announcements": []}
    hall.announcements.receive(announced(urgent=True))
    (found,) = desk.get(API).json["announcements"]
    assert (found["title"], found["urgent"]) == ("停电预案", True)
    assert desk.post(f"{API}/A1/read").status_code == 200
    assert desk.get(API).json == {"announcements": []}
    assert hall.announcements.newest()[0].read_by == "staff:chief"
    assert desk.post(f"{API}/none/read").status_code == 404
    assert desk.post(f"{API}/A1/read", {"by": "somebody"}).status_code == 422


def test_the_page_lists_all_with_their_states(desk: Desk, hall: CentreServices) -> None:
    hall.announcements.receive(announced(title="<b>一</b>"))
    hall.announcements.receive(announced(2, 2, state="withdrawn", reason="发错了"))
    page = desk.get("/staff/announcements").text
    assert "&lt;b&gt;一" in page
    assert "发错了" in page
    assert page.count("请看应急卡。") == 2


def test_a_text_for_candidates_opens_as_a_message_of_an_open_sitting(
    answering: Browser, desk: Desk, hall: CentreServices
) -> None:
    hall.announcements.receive(announced(sitting_id=SITTING))
    hall.announcements.receive(announced(2, sitting_id="elsewhere"))
    links = re.findall(r'href="([^"]+announcement=[^"]+)"', desk.get("/staff/announcements").text)
    assert links == [f"/staff/sittings/{SITTING}?announcement=A1"]
    room = desk.get(links[0]).text
    data = json.loads(re.findall(r'id="page-data"[^>]*>(.+?)</script>', room, re.DOTALL)[0])
    assert data["announced"] == "请保持安静。"
    assert answering.get(answering.at("/time")).json["messages"] == []  # nothing is sent by that


def test_an_unknown_announcement_opens_the_room_without_a_text(
    answering: Browser, desk: Desk
) -> None:
    assert desk.get(f"/staff/sittings/{SITTING}?announcement=none").status_code == 200
