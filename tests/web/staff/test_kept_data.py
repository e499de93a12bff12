"""Staff see what is kept of a sitting, until when, and what was deleted; results are final then."""

import re

import pytest
from flask import Flask

from kiosk.hall.packages import NO_NAME
from kiosk.hall.services import CentreServices
from kiosk.web.auth import Audience
from tests.centres import ManualClock, Site
from tests.hall.conftest import Room
from tests.hall.deliveries import deliver, later
from tests.web.browser import Desk
from tests.web.conftest import SITTING

WRITES = {"POST", "PUT", "PATCH", "DELETE"}
PAGES = ("", "/readiness", "/incidents", "/event-log")


@pytest.fixture
def room(hall: CentreServices, site: Site, clock: ManualClock) -> Room:
    """A sitting that is over and delivered, its package still in three parts."""
    room = Room(hall, hall.results._context.store, site, clock)
    room.begin(rules={"retention": {"portraits": 30, "papers": 60}})
    room.close()
    deliver(room)
    return room


def lines(desk: Desk, language: str = "en") -> list[str]:
    """The table of what is kept, row by row as text."""
    page = desk.client.get(f"/staff/?lang={language}").get_data(as_text=True)
    _, _, section = page.partition('id="kept-title"')
    section, *_ = section.partition("</section>")
    rows = re.findall(r"<summary>.*?</summary>|<tr>.*?</tr>", section, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in rows]


def test_before_any_deletion_the_page_says_until_when_all_is_kept(room: Room, desk: Desk) -> None:
    summary, _head, *rows = lines(desk)
    assert "5 of 5 kinds are kept" in summary
    assert rows == [
        "Names, identity numbers and portraits 2026-05-25 Kept",
        "Paper and its key 2026-06-24 Kept",
        "Pictures of check-in and of incidents 2026-10-22 Kept",
        "Answers and sealed results 2027-04-25 Kept",
        "Event log, incidents and attempts 2029-04-24 Kept",
    ]


def test_the_page_says_what_was_deleted_when_by_whom_with_which_receipt(
    room: Room, desk: Desk
) -> None:
    later(room, 31)
    room.hall.retention.sweep()
    desk.sign_in_staff()
    summary, _head, portraits, paper, *_ = lines(desk)
    (receipt,) = [kept.receipt for kept in room.hall.retention.kept() if kept.receipt]
    assert "4 of 5 kinds are kept" in summary
    assert portraits == (
        "Names, identity numbers and portraits 2026-05-25"
        f" Deleted on 2026-05-26 14:00 System {receipt[:8]}"
    )
    assert paper.endswith("Kept")
    _, _, portraits, *_ = lines(desk, "zh")
    assert "已于 2026-05-26 14:00 删除" in portraits


def test_what_waits_for_headquarters_says_so(room: Room, desk: Desk) -> None:
    room.store.write(lambda db: db.execute("UPDATE outbox SET state = 'waiting'"))
    later(room, 31)
    desk.sign_in_staff()
    assert "headquarters has not confirmed every result" in lines(desk)[2]


@pytest.mark.parametrize("days", [31, 61])
def test_the_pages_of_a_sitting_say_what_is_deleted_and_work(
    room: Room, desk: Desk, days: int
) -> None:
    later(room, days)
    room.hall.retention.sweep()
    desk.sign_in_staff()
    for page in PAGES:
        reply = desk.client.get(f"/staff/sittings/{SITTING}{page}?lang=en")
        text = reply.get_data(as_text=True)
        assert (page, reply.status_code) == (page, 200)
        assert "The results of this sitting are final." in text
        assert "Names, identity numbers and portraits" in text
        assert ("Paper and its key" in text) == (days > 60)
        assert "考生1" not in text
    rows = desk.get(f"/staff/api/sittings/{SITTING}/room").json["rows"]
    assert {row["name"] for row in rows} == {NO_NAME}
    for reading in ("incidents", "readiness", "portraits", "returns"):
        assert desk.get(f"/staff/api/sittings/{SITTING}/{reading}").status_code == 200


def test_every_act_of_staff_on_final_results_is_refused(app: Flask, room: Room, desk: Desk) -> None:
    later(room, 31)
    room.hall.retention.sweep()
    desk.sign_in_staff()
    attempt_id = room.hall.rooms.room(SITTING, room.hall.sync.view()).rows[0].attempt_id
    before, found = room.kinds(), {}
    for rule in app.url_map.iter_rules():
        audience = getattr(app.view_functions[rule.endpoint], "audience", None)
        if audience is Audience.STAFF and {"attempt_id", "sitting_id"} & rule.arguments:
            path = rule.rule.replace("<sitting_id>", SITTING).replace("<attempt_id>", attempt_id)
            path = path.replace("<int:number>", "1").replace("<admission_no>", "2026T0001")
            for method in (rule.methods or set()) & WRITES:
                headers = {"X-CSRF-Token": desk.csrf}
                reply = desk.client.open(path, method=method, headers=headers, json={})
                found[f"{method} {path}"] = (reply.status_code, reply.get_json()["error"]["code"])
    assert len(found) > 25
    assert set(found.values()) == {(409, "results_final")}
    assert room.kinds() == before


def test_a_refusal_is_said_in_the_readers_language(room: Room, desk: Desk) -> None:
    later(room, 31)
    room.hall.retention.sweep()
    desk.sign_in_staff()
    desk.client.get("/staff/?lang=zh")
    reply = desk.post(f"/staff/api/sittings/{SITTING}/stop", {"reason": "again"})
    assert reply.json["error"]["message"].startswith("本场次有数据已在保存期满后删除")
