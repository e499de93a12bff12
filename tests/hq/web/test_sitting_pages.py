"""Sittings at the console: papers of several programmes, rooms, and what changes later."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.settings import read_text, resource
from sync.hq.registration.roster_file import RosterEntry
from sync.hq.web.app import create_app
from sync.wire.sealing.keys import KeyPair
from tests.hq.desk import BY, CODE, OTHER, PROGRAMME, Desk, open_desk
from tests.hq.web.test_console import Staff

SKILLS = "carbon-skills"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """An HQ with two programmes, without a package."""
    desk = open_desk(tmp_path, package=False)
    desk.hq.programmes.take(read_text(resource(f"config/programmes/{SKILLS}.toml")), BY)
    yield desk
    desk.hq.close()


@pytest.fixture
def staff(desk: Desk) -> Staff:
    """A signed-in member of staff."""
    return Staff(create_app(desk.hq).test_client(), desk)


def test_a_slot_has_all_papers_of_one_programme_and_that_of_another(staff: Staff) -> None:
    form = {"title": "4月", "starts_at": "2026-05-23T09:00"}
    page = staff.told("/sittings", **form, all=SKILLS, paper=f"{PROGRAMME}||")
    made = staff.desk.hq.sittings.list()[0]
    assert len(made.papers) == 22
    trader = staff.desk.hq.programmes.get(SKILLS).trades[2].name.en
    assert f" · {trader} · " in page
    removed = staff.told(f"/sittings/{made.id}/papers/2/remove")
    assert removed.count("papers/2/remove") == 0
    added = staff.told(
        f"/sittings/{made.id}/papers/add", paper=f"{SKILLS}|emission_management|junior"
    )
    assert len(staff.desk.hq.sittings.get(made.id).papers) == 22, added


def test_a_sitting_of_today_is_asked_about(staff: Staff) -> None:
    form = {"title": "today", "starts_at": "2026-04-25T20:00", "paper": f"{PROGRAMME}||"}
    assert "This sitting starts today" in staff.post("/sittings", **form).text
    assert len(staff.desk.hq.sittings.list()) == 1
    staff.told("/sittings", **form, today="yes")
    assert len(staff.desk.hq.sittings.list()) == 2
    late = staff.post("/sittings", **{**form, "starts_at": "2026-04-24T20:00"})
    assert "Check the date" in late.text


def test_rooms_are_added_renamed_and_used(staff: Staff) -> None:
    address = f"/centres/{CODE}/rooms"
    staff.told(address, name="三楼机房", seats="40", seats_per_row="8")
    (first, room) = staff.desk.hq.rooms.of_centre(CODE)
    staff.told(address, room=room.id, name="三楼机房", seats="30", seats_per_row="6")
    assert staff.post(address, name=first.name).status_code == 409
    assert staff.post(address, name=" ").status_code == 422
    assert staff.post(address, room="99", name="x").status_code == 404
    used = f"/sittings/{staff.desk.sitting}/rooms"
    assert "三楼机房" in staff.told(used, centre=CODE, **{f"seats-{room.id}": "20"})
    offered = staff.desk.hq.registration.offered_rooms(staff.desk.sitting)
    assert offered == {(CODE, room.id): 20}


def test_a_sitting_is_moved_and_cancelled_and_its_packages_follow(staff: Staff) -> None:
    hq, base = staff.desk.hq, f"/sittings/{staff.desk.sitting}"
    hq.packages.build(staff.desk.sitting, CODE, BY)
    change = {"starts_at": "2026-05-23T09:00", "reason": "power cut"}
    assert staff.post(f"{base}/move", **change).status_code == 422
    reply = staff.post(f"{base}/move", **change, confirmed="yes")
    assert "built" in staff.waited(reply.headers["Location"])
    assert hq.packages.newest(staff.desk.sitting, CODE).version == 2
    page = staff.told(f"{base}/cancel", reason="flood", confirmed="yes")
    assert "Cancelled on" in page
    assert "Build the next version" not in page
    assert "Create the new sitting" in staff.get(f"{base}/change").text
    assert "takes place after all" in staff.told(f"{base}/reinstate", reason="dry")


def test_packages_of_all_centres_are_built_by_one_job(staff: Staff) -> None:
    hq, desk = staff.desk.hq, staff.desk
    desk.enrol(OTHER, KeyPair.generate(hq.entropy))
    hq.registration.import_roster(
        desk.sitting, OTHER, [RosterEntry("99000119900101003X", "乙")], BY
    )
    reply = staff.post(f"/sittings/{desk.sitting}/packages/all")
    page = staff.waited(reply.headers["Location"])
    assert page.count('<span class="chip chip-ok">built</span>') == 2


def test_a_job_that_fails_says_when_in_the_language_of_the_page(staff: Staff) -> None:
    desk = staff.desk
    desk.clock.pass_time(2 * 24 * 3600)
    again = Staff(staff.client, desk)
    address = again.post(f"/sittings/{desk.sitting}/packages/all").headers["Location"]
    assert "This sitting ended at 4/26/26" in again.waited(address)
    assert "2026/4/26 16:00" in again.client.get(f"{address}?lang=zh").text


def test_the_list_of_seats_is_searched_on_its_page(staff: Staff) -> None:
    base = f"/sittings/{staff.desk.sitting}"
    (seat,) = staff.desk.hq.registration.seats(staff.desk.sitting)
    assert seat.admission_no in staff.get(f"{base}?words={seat.name}&portrait=missing").text
    nobody = staff.get(f"{base}?words=nobody").text
    assert "Nobody matches" in nobody
    assert 'value="nobody"' in nobody
    turned = staff.get(f"{base}?order=name&down=1").text
    assert 'aria-sort="descending"' in turned


@pytest.mark.parametrize(
    "said",
    [
        "page=-1",
        "page=0",
        "page=99999999999999999999999",
        "page=x&size=y",
        "size=1000000",
        "order=identity_no",
        "order=1;drop&down=2",
        "portrait=%00",
        "portrait=<b>",
    ],
)
def test_an_address_that_makes_no_sense_shows_the_first_page(staff: Staff, said: str) -> None:
    (seat,) = staff.desk.hq.registration.seats(staff.desk.sitting)
    reply = staff.get(f"/sittings/{staff.desk.sitting}?{said}")
    assert reply.status_code == 200
    assert seat.admission_no in reply.text
    assert "<b>" not in reply.text.split('id="seats"')[1]


def test_a_search_with_signs_of_markup_is_shown_as_text(staff: Staff) -> None:
    words = "%00%22%3E%3Cscript%3E" + "x" * 500
    reply = staff.get(f"/sittings/{staff.desk.sitting}?words={words}")
    assert reply.status_code == 200
    assert "&#34;&gt;&lt;script&gt;xxx" in reply.text
    assert "x" * 101 not in reply.text
