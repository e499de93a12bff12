"""The page of the exam day: figures that equal the lists, and bad addresses."""

import re

import pytest
from flask.testing import FlaskClient

from kiosk.system import entropy
from sync.hq.registration.roster_file import RosterEntry
from sync.wire.sealing.keys import KeyPair
from tests.hq.desk import BY, CODE, OTHER, Desk
from tests.hq.web.test_console import Staff

DAY = "day=2026-04-26"


@pytest.fixture
def staff(desk: Desk, client: FlaskClient) -> Staff:
    """A member of staff, and a second centre without a package."""
    desk.hq.branches.set(CODE, "北京/海淀", BY)
    desk.enrol(OTHER, KeyPair.generate(entropy))
    entry = RosterEntry("99000119900101002X", "考生二", "2026A0002")
    desk.hq.registration.import_roster(desk.sitting, OTHER, [entry], BY)
    return Staff(client, desk)


def listed(page: str) -> list[str]:
    """The centres of the list, in order."""
    return re.findall(r'<th scope="row"><b>(\w+)</b>', page)


def test_the_day_shows_every_centre_with_words_for_its_state(staff: Staff) -> None:
    page = staff.get(f"/exam-day?{DAY}").text
    assert listed(page) == [OTHER, CODE]
    assert page.count("no package</span>") == 2  # on the map and in the list
    assert "北京/海淀" in page
    assert "考生" not in page  # nobody's name


def test_a_figure_counts_what_its_link_lists(staff: Staff) -> None:
    page = staff.get(f"/exam-day?{DAY}").text
    tabs = re.findall(r'id="state-(\w+)".*?href="([^"]+)">.*?(\d+)</a>', page, re.DOTALL)
    assert [(name, count) for name, _, count in tabs] == [
        ("all", "2"), ("no_package", "1"), ("ahead", "1"),
    ]  # fmt: skip
    for _, address, count in tabs:
        found = staff.get(address.replace("&amp;", "&")).text
        assert len(listed(found)) == int(count)


def test_today_is_shown_first_with_a_way_to_the_next_sitting(staff: Staff) -> None:
    page = staff.get("/exam-day").text
    assert "No sitting on this day." in page
    assert "day=2026-04-26" in page


@pytest.mark.parametrize(
    "query",
    ["day=x", "day=0001-01-01", "day=9999-12-31", "page=-5", "page=99999999999", "size=1000000",
     "order=x&state=y&down=2", "branch=%00&words=%25%27", "sitting=none"],
)  # fmt: skip
def test_an_address_that_means_nothing_is_answered(staff: Staff, query: str) -> None:
    for path in ("/exam-day", "/exam-day/live"):
        assert staff.get(f"{path}?{query}").status_code == 200


def test_the_part_that_updates_has_no_page_around_it(staff: Staff) -> None:
    part = staff.get(f"/exam-day/live?{DAY}").text
    assert "<html" not in part
    assert listed(part) == listed(staff.get(f"/exam-day?{DAY}").text)
