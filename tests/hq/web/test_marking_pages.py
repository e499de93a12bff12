"""The console's pages of marking: who may call them, what they take, what they never show."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from kiosk.settings import read_text, resource
from sync.hq.core.roles import Grant, Role
from sync.hq.marking.adjudication import Wanted
from sync.hq.marking.settings import PlanSettings
from sync.hq.persistence import tables
from sync.hq.web.app import create_app
from tests.centres import PASSWORD
from tests.hq.desk import BY, CODE, Desk
from tests.hq.marking.room import LEAD, PLAIN, Room
from tests.hq.web.test_console import Staff

NAMED = "我是张伟甲，答案"


@pytest.fixture
def room(desk: Desk) -> Room:
    """Two candidates whose answers are marked, a marker, a leader and an auditor."""
    room = Room(desk)
    room.people("ma", "mb")
    desk.hq.accounts.create("audit", PASSWORD, BY, [Grant(Role.AUDITOR)])
    room.candidates(2, ["张伟甲", "张伟甲"])
    for place in (1, 2):
        room.send(place, {room.written()[0]: NAMED})
    room.open(PLAIN, "ma")
    return room


def staff(room: Room, name: str) -> Staff:
    return Staff(create_app(room.hq).test_client(), room.desk, name)


def answer_id(room: Room) -> str:
    return room.services.adjudication.page(room.plan, Wanted(), 1, LEAD).answers[0].id


MARKERS = frozenset({"marking", "marking_calls"})
READ = "GET"


def addresses(room: Room, client: FlaskClient) -> list[tuple[str, str, str]]:
    """Every route of marking: its blueprint, method and address."""
    values = {
        "plan_id": room.plan, "item_id": room.written()[0], "answer_id": answer_id(room),
        "username": "ma", "control_id": "C", "job_id": "J", "lease": "L",
        "sitting_id": room.desk.sitting, "paper": "1",
    }  # fmt: skip
    app, found = client.application, list[tuple[str, str, str]]()
    for rule in app.url_map.iter_rules():
        blueprint = rule.endpoint.split(".")[0]
        if blueprint.startswith("marking"):
            method = "POST" if "POST" in (rule.methods or ()) else READ
            named = {name: values[name] for name in rule.arguments}
            with app.test_request_context():
                address = app.url_map.bind("localhost").build(rule.endpoint, named, method=method)
            found.append((blueprint, method, address))
    return found


@pytest.mark.parametrize("name", ["ma", LEAD, "audit", "chief"])
def test_every_route_is_closed_to_other_roles(room: Room, name: str) -> None:
    room.hq.grants.withdraw("chief", Grant(Role.AUDITOR), BY)
    who = staff(room, name)
    routes = addresses(room, who.client)
    assert len(routes) == 27
    for blueprint, method, address in routes:
        reply = who.get(address) if method == READ else who.post(address)
        mine = {
            "ma": blueprint in MARKERS,
            LEAD: blueprint not in MARKERS,
            "audit": blueprint not in MARKERS and method == READ and "/open/" not in address,
            "chief": False,
        }[name]
        assert (reply.status_code != 403) is mine, address


def test_a_plan_of_another_programme_is_closed(room: Room) -> None:
    room.hq.programmes.take(read_text(resource("config/programmes/carbon-skills.toml")), BY)
    room.hq.accounts.create("other", PASSWORD, BY, [Grant(Role.ADJUDICATOR, "carbon-skills")])
    other, plan = staff(room, "other"), f"/marking/plans/{room.plan}"
    assert other.get(plan).status_code == 403
    assert other.post(f"{plan}/state", state="closed", why="x").status_code == 403
    assert room.plan not in other.get("/marking/plans").text


def test_markers_get_answers_without_anything_that_says_whose_they_are(room: Room) -> None:
    marker = staff(room, "ma")
    reply = marker.post(f"/marking/{room.plan}/next", item="all")
    answer = reply.get_json()["answer"]
    assert set(answer) == {"lease", "code", "item_id", "nodes", "words", "characters"}
    assert "张伟" not in reply.get_data(as_text=True)
    assert reply.headers["Cache-Control"] == "no-store"
    page = marker.get(f"/marking/{room.plan}/mark/all").text + marker.get("/marking").text
    leader = staff(room, LEAD)
    page += leader.get(f"/marking/plans/{room.plan}/answers").text
    page += leader.get(f"/marking/plans/{room.plan}/answers/{answer_id(room)}").text
    page += leader.get(f"/marking/plans/{room.plan}/marks.csv").text
    for secret in ("张伟", "A000001", "ATTEMPT", CODE):
        assert secret not in page


def test_a_mark_is_given_over_the_page_and_errors_are_json(room: Room) -> None:
    marker = staff(room, "ma")
    first = marker.post(f"/marking/{room.plan}/next", item="all").get_json()["answer"]
    item = next(one for one in room.items if one.item_id == first["item_id"])
    points = [str(criterion.most) for criterion in item.criteria]
    address = f"/marking/leases/{first['lease']}"
    wrong = marker.post(address, points=["99", *points[1:]])
    assert wrong.status_code == 422
    assert wrong.get_json()["error"]["code"] == "hq_marking_points_wrong"
    assert marker.post(address, points=["a"]).status_code == 422
    assert marker.post(address, points=points, referred="no").status_code == 404
    given = marker.post(address, points=points, comment="<b>好</b>", seconds="12")
    assert given.get_json() == {"saved": True, "marked": 1, "today": 1}
    again = marker.post(address, points=points)
    assert (again.status_code, again.get_json()["error"]["code"]) == (409, "hq_marking_not_leased")
    back = marker.post(f"/marking/{room.plan}/take-back").get_json()
    assert back["answer"]["code"] == first["code"]
    assert back["before"] == {"points": points, "comment": "<b>好</b>"}
    marker.post(f"/marking/leases/{back['answer']['lease']}", referred="unreadable", comment="?")
    page = staff(room, LEAD).get(f"/marking/plans/{room.plan}/answers?stage=adjudicator").text
    assert page.count("<tr>") == 2


def test_marking_is_opened_changed_paused_and_resumed_on_pages(desk: Desk) -> None:
    room = Room(desk)
    room.people("ma")
    room.candidates(1)
    room.send(1, {room.written()[0]: NAMED})
    leader = staff(room, LEAD)
    address = f"/marking/open/{desk.sitting}/1"
    assert address in leader.get("/marking/plans").text
    form = {name: str(value) for name, value in PlanSettings().model_dump().items()}
    refused = leader.post(address, **{**form, "double_percent": "101"})
    assert (refused.status_code, "double_percent" in refused.text) == (422, True)
    opened = leader.post(address, **form)
    page = leader.waited(opened.headers["Location"])
    found = re.search(r"/marking/plans/(\w+)/answers", page)
    assert found is not None
    plan = f"/marking/plans/{found[1]}"
    assert "0 / 1" in page
    told = leader.told(f"{plan}/settings", **{**form, "threshold": "1.5", "feedback": ""})
    assert 'value="1.5"' in told
    leader.post(f"{plan}/markers", username="ma", most_a_day="10")
    assert "ma" in leader.get(f"{plan}/markers").text
    assert leader.post(f"{plan}/markers", username="ma", most_a_day="x").status_code == 422
    assert leader.post(f"{plan}/markers", username="chief").status_code == 403
    item = desk.hq.marking.plans.items(found[1])[0].item_id
    leader.post(f"{plan}/items/{item}", double_percent="100", threshold="", paused="yes")
    assert desk.hq.marking.plans.items(found[1])[0].paused
    assert leader.post(f"{plan}/state", state="paused", why="").status_code == 422
    leader.post(f"{plan}/state", state="paused", why="a pause")
    reply = staff(room, "ma").post(f"/marking/{found[1]}/next", item="all")
    assert "a pause" in reply.get_json()["error"]["message"]
    leader.post(f"{plan}/state", state="open")
    leader.post(f"{plan}/markers/ma", act="pause", item="", why="talk first")
    assert "talk first" in staff(room, "ma").get("/marking").text
    leader.post(f"{plan}/markers/ma", act="resume", item="")
    leader.post(f"{plan}/markers/ma", act="end", item="")
    assert desk.hq.marking.markers.list(found[1]) == []


def test_the_adjudicator_decides_sends_back_and_judges_disclosures(room: Room) -> None:
    leader, answer = staff(room, LEAD), answer_id(room)
    address = f"/marking/plans/{room.plan}/answers/{answer}"
    item = next(one for one in room.items if one.item_id == room.written()[0])
    points = [str(criterion.most) for criterion in item.criteria]
    assert leader.post(f"{address}/mark", points=points, reason="").status_code == 422
    leader.told(f"{address}/mark", points=points, reason="complete")
    assert len(room.finals()) == 1
    leader.post(f"{address}/send-back", reason="a slip")
    assert room.finals() == {}
    leader.post(f"{address}/disclosure", judged="cleared")
    assert "张伟甲" in leader.get(address).text or "张伟乙" in leader.get(address).text
    events = [event.kind for event in room.hq.audit_log.newest(3)]
    assert events == ["disclosure_judged", "answer_sent_back", "mark_decided"]


def test_what_a_marker_writes_is_no_formula_in_a_spreadsheet(room: Room) -> None:
    room.give("ma", room.held("ma"), comment="=cmd()")
    table = staff(room, LEAD).get(f"/marking/plans/{room.plan}/marks.csv")
    assert "'=cmd()" in table.text
    assert table.data.startswith("\ufeff".encode())


def test_a_question_can_be_unfolded_in_its_other_language(desk: Desk) -> None:
    room = Room(desk)
    room.people("ma")
    room.candidates(1)
    item_id, papers = room.written()[0], tables.papers
    english = {"translations": [{"language": "en", "stem": "Describe a boundary."}]}
    with desk.hq.intake._context.database.write() as connection:
        (paper,) = connection.execute(select(papers.c.paper)).scalars()
        items = [item | (english if item["id"] == item_id else {}) for item in paper["items"]]
        connection.execute(update(papers).values(paper={**paper, "items": items}))
    room.send(1, {item_id: NAMED})
    room.open(PLAIN, "ma")
    answer = f"/marking/plans/{room.plan}/answers/{answer_id(room)}"
    for page in (staff(room, "ma").get(f"/marking/{room.plan}/mark/{item_id}"),
                 staff(room, LEAD).get(answer)):  # fmt: skip
        assert re.search(r'<details class="translation"><summary>English text', page.text)
        assert "Describe a boundary." in page.text
