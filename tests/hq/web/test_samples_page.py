"""The page of samples, and its files."""

import csv
import io
import json

import pytest
from flask.testing import FlaskClient

from sync.hq.core.roles import Grant, Role
from tests.centres import PASSWORD
from tests.hq.desk import BY, CODE, Desk
from tests.hq.web.test_console import Staff


@pytest.fixture
def body(desk: Desk, client: FlaskClient) -> Staff:
    """The supervising body, signed in."""
    desk.hq.accounts.create("body", PASSWORD, BY, (Grant(Role.SUPERVISOR),))
    return Staff(client, desk, "body")


def test_a_sample_without_a_seed_gets_one_that_draws_it_again(desk: Desk, body: Staff) -> None:
    assert "Draw" in body.get("/samples").text
    reply = body.get(f"/samples?sitting={desk.sitting}&size=3")
    address = reply.headers["Location"]
    assert "seed=" in address
    page = body.get(address).text
    assert "1 candidates drawn" in page
    assert page == body.get(address).text


def test_each_name_leads_to_the_trail(desk: Desk, body: Staff) -> None:
    seat = desk.hq.registration.seats(desk.sitting)[0]
    address = f"/sittings/{desk.sitting}/trail/{seat.candidate_id}"
    assert address in body.get(f"/samples?sitting={desk.sitting}&seed=a").text
    page = body.get(address).text
    assert "Package built" in page
    assert f'href="/sittings/{desk.sitting}"' in page
    assert body.get(f"/sittings/{desk.sitting}/trail/none").status_code in (403, 404)


def test_files_have_the_same_acts(desk: Desk, body: Staff) -> None:
    query = f"sitting={desk.sitting}&size=3&seed=a"
    document = json.loads(body.get(f"/samples/sample.json?{query}").data)
    table = body.get(f"/samples/sample.csv?{query}").data.decode("utf-8-sig")
    assert (document["seed"], document["size"]) == ("a", 3)
    assert len(list(csv.DictReader(io.StringIO(table)))) == len(document["acts"]) > 0
    assert body.get(f"/samples/sample.pdf?{query}").status_code == 404


@pytest.mark.parametrize("query", ["sitting=none", "size=0&seed=a&sitting=S", "size=x&seed=%00"])
def test_bad_addresses_are_refused_or_show_the_form(desk: Desk, body: Staff, query: str) -> None:
    reply = body.get(f"/samples?{query.replace('sitting=S', f'sitting={desk.sitting}')}")
    assert reply.status_code in (200, 400, 404, 422)


def test_another_branch_draws_nobody(desk: Desk, client: FlaskClient) -> None:
    desk.hq.branches.set(CODE, "北京", BY)
    desk.hq.accounts.create("south", PASSWORD, BY, (Grant(Role.SUPERVISOR, branch="上海"),))
    south = Staff(client, desk, "south")
    assert "考生一" not in south.get(f"/samples?sitting={desk.sitting}&seed=a").text
