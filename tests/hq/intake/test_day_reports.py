"""Day reports: stored for the picture of the day, bounded, and only a centre's own."""

import json
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kiosk.system import entropy
from sync.hq.core.roles import Grant, Role, Scope
from sync.hq.exam_day.places import Place
from sync.wire import canonical
from sync.wire.sealing.keys import KeyPair
from tests.hq.desk import BY, CODE, NOW, OTHER, Desk

EVERYTHING = Scope(frozenset({Grant(Role.REGISTRAR)}))
START = NOW + timedelta(days=1)


def report(desk: Desk, **changed: Any) -> dict[str, Any]:
    """A report of the desk's sitting."""
    sitting = {"sitting_id": desk.sitting, "version": 1, "state": "started",
               "started_at": "2026-04-26T06:01:00Z", "closed_at": None, "present": 1,
               "writing": 2, "ended": 3, "incidents": 4, **changed}  # fmt: skip
    return {"format": "day-report/1", "centre_code": CODE, "sittings": [sitting]}


def send(desk: Desk, client: FlaskClient, body: object, **more: Any) -> TestResponse:
    return desk.signed(client, "POST", "/sync/v1/day-report", canonical.dumps(body), **more)


def place(desk: Desk) -> Place:
    (found,) = desk.hq.exam_days.places(START, START + timedelta(hours=1), EVERYTHING)
    return found


def test_the_newest_report_is_shown_and_a_silent_centre_is_not_reported(
    desk: Desk, client: FlaskClient
) -> None:
    assert place(desk).report is None
    assert send(desk, client, report(desk)).status_code == 204
    said = place(desk).report
    assert said is not None
    assert (said.state, said.present, said.writing, said.ended, said.incidents) == (
        "started", 1, 2, 3, 4,
    )  # fmt: skip
    assert send(desk, client, report(desk, state="closed", writing=0)).status_code == 204
    said = place(desk).report
    assert said is not None
    assert (said.state, said.writing, said.is_over) == ("closed", 0, True)


def test_a_sitting_that_a_centre_leaves_out_is_not_there(desk: Desk, client: FlaskClient) -> None:
    nothing = {**report(desk), "sittings": []}
    assert send(desk, client, nothing).status_code == 204
    said = place(desk).report
    assert said is not None
    assert (said.state, said.version) == ("not_there", 0)


def test_sittings_that_are_not_the_centre_s_are_left_out(desk: Desk, client: FlaskClient) -> None:
    desk.enrol(OTHER, keys := KeyPair.generate(entropy))
    other = {**report(desk), "centre_code": OTHER}
    assert send(desk, client, other, centre=(OTHER, keys)).status_code == 204
    assert send(desk, client, report(desk, sitting_id="unknown")).status_code == 204
    said = place(desk).report
    assert said is not None
    assert said.state == "not_there"


def test_nobody_reports_for_another_centre(desk: Desk, client: FlaskClient) -> None:
    desk.enrol(OTHER, keys := KeyPair.generate(entropy))
    assert send(desk, client, report(desk), centre=(OTHER, keys)).status_code >= 400
    assert place(desk).report is None


@pytest.mark.parametrize(
    "changed",
    [
        {"writing": -1},
        {"writing": 1 << 40},
        {"version": 0},
        {"state": "<b>"},
        {"started_at": "0001-01-01T00:00:00+14:00"},
        {"started_at": "9999-12-31T23:59:59-14:00"},
        {"started_at": "2026-04-26T06:01:00"},
        {"started_at": 1},
        {"sitting_id": "x" * 65},
        {"name": "考生一"},
    ],
)
def test_a_report_that_breaks_a_rule_is_refused_whole(
    desk: Desk, client: FlaskClient, changed: dict[str, Any]
) -> None:
    reply = send(desk, client, report(desk, **changed))
    assert 400 <= reply.status_code < 500
    assert "考生一" not in json.dumps(reply.json)
    assert place(desk).report is None


def test_a_report_has_few_sittings(desk: Desk, client: FlaskClient) -> None:
    many = report(desk)
    many["sittings"] = many["sittings"] * 21
    assert 400 <= send(desk, client, many).status_code < 500
    many["sittings"] = many["sittings"][:20]  # the same one twenty times: the last counts
    assert send(desk, client, many).status_code == 204


def test_a_report_of_a_removed_package_stays_readable(desk: Desk, client: FlaskClient) -> None:
    send(desk, client, report(desk))
    desk.hq.packages.revoke(desk.sitting, CODE, "wrong", BY)
    assert place(desk).report is not None
