"""No body and no form makes any route of headquarters fail: it is taken, or refused in words."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from kiosk.system import entropy
from sync.hq.web.app import create_app
from sync.wire import canonical
from sync.wire.delivery.day_report import FORMAT as DAY_FORMAT
from sync.wire.delivery.day_report import DayReport
from sync.wire.delivery.inventory import (
    FORMAT,
    PAGE_FORMAT,
    QUERY_FORMAT,
    EvidenceQuery,
    Inventory,
    InventoryPage,
)
from sync.wire.errors import NotCanonical
from sync.wire.exchange.announcements import REPORT_FORMAT, AnnouncementReport
from sync.wire.sealing import certificate
from sync.wire.sealing.keys import KeyPair
from tests.bodies import RAW, VALUES
from tests.hq.desk import NOW, PROGRAMME, Desk
from tests.hq.web.test_console import Staff

WEB = Path(__file__).parents[3] / "sync/hq/web"
SHA256 = "ab" * 32
SIGNED = [
    ("PUT", f"/sync/v1/bundles/{SHA256}"),
    ("PUT", f"/sync/v1/event-logs/{SHA256}"),
    ("POST", "/sync/v1/inventory"),
    ("POST", "/sync/v1/inventory/page"),
    ("PUT", "/sync/v1/keys"),
    ("POST", "/sync/v1/evidence/known"),
    ("POST", "/sync/v1/evidence"),
    ("PATCH", f"/sync/v1/evidence/{SHA256}"),
    ("POST", "/sync/v1/day-report"),
    ("POST", "/sync/v1/announcements"),
]
MODELS: dict[str, tuple[Any, str]] = {
    "/sync/v1/inventory": (Inventory, FORMAT),
    "/sync/v1/inventory/page": (InventoryPage, PAGE_FORMAT),
    "/sync/v1/evidence/known": (EvidenceQuery, QUERY_FORMAT),
    "/sync/v1/day-report": (DayReport, DAY_FORMAT),
    "/sync/v1/announcements": (AnnouncementReport, REPORT_FORMAT),
}
FIELDS = sorted(
    {
        name
        for file in WEB.rglob("*.py")
        for name in re.findall(r'(?:form|_given)(?:\.get)?[(\[]"(\w+)"', file.read_text())
    }
)
ENDS = {"/sign-out"}
"""What ends the session that the test goes on with."""


@pytest.fixture
def app(desk: Desk) -> Flask:
    """The application; an exception in a view is a reply of 500, as in use."""
    return create_app(desk.hq)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A centre's connection, or a browser."""
    return app.test_client()


def test_the_routes_that_centres_write_to_are_all_asked(app: Flask) -> None:
    known = {path.rsplit("/", 1)[0] if SHA256 in path else path for _, path in SIGNED}
    rules = {
        rule.rule.split("/<")[0]
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/sync/v1") and {"POST", "PUT", "PATCH"} & (rule.methods or set())
    }
    assert rules == known | {"/sync/v1/enrolment"}


def test_no_signed_body_of_a_wrong_kind_makes_a_route_fail(desk: Desk, client: FlaskClient) -> None:
    failed = {}
    for method, path in SIGNED:
        for what, body in RAW.items():
            status = desk.signed(client, method, path, body, headers=_tus(path)).status_code
            if status >= 500:
                failed[path, what] = status
    assert failed == {}


def test_no_value_in_any_field_of_a_signed_body_makes_a_route_fail(
    desk: Desk, client: FlaskClient
) -> None:
    failed = {}
    for path, (model, form) in MODELS.items():
        for field in model.model_fields:
            for what, body in _bodies({"format": form}, field):
                status = desk.signed(client, "POST", path, body).status_code
                if status >= 500:
                    failed[path, field, what] = status
    assert failed == {}


def _tus(path: str) -> dict[str, str]:
    return {"Tus-Resumable": "1.0.0"} if "/evidence" in path else {}


def _bodies(fine: dict[str, Any], field: str) -> list[tuple[str, bytes]]:
    """Canonical JSON with each value in that field; what cannot be canonical is not sent."""
    found = []
    for what, value in VALUES.items():
        try:
            found.append((what, canonical.dumps({**fine, field: value})))
        except NotCanonical:
            continue
    return found


def test_no_request_for_enrolment_makes_it_fail(client: FlaskClient) -> None:
    keys = KeyPair.generate(entropy)
    fine = canonical.loads(certificate.make_request("NEW01", "新考点", keys, NOW))
    bodies = [*RAW.items(), *(body for field in fine for body in _bodies(fine, field))]
    failed = {}
    for what, body in bodies:
        reply = client.post("/sync/v1/enrolment", data=body)
        if reply.status_code >= 500:
            failed[what, body[:80]] = reply.status_code
    assert failed == {}


def test_no_form_of_the_console_makes_it_fail(app: Flask, desk: Desk) -> None:
    staff, failed = Staff(app.test_client(), desk), {}
    app.testing = False
    texts = {what: str(value) for what, value in VALUES.items()}
    for rule in _forms(app):
        for what, text in texts.items():
            data = {"csrf": staff.csrf, **dict.fromkeys(FIELDS, text)}
            reply = staff.client.post(_path(rule, desk), data=data)
            if reply.status_code >= 500:
                failed[rule.rule, what] = reply.status_code
            staff = Staff(app.test_client(), desk) if reply.status_code == 401 else staff
    assert failed == {}


def test_no_file_for_the_console_makes_it_fail(app: Flask, desk: Desk) -> None:
    staff, failed = Staff(app.test_client(), desk), {}
    app.testing = False
    for rule in _forms(app):
        for what, body in RAW.items():
            files = {name: (io.BytesIO(body), f"{name}.json") for name in ("file", "request")}
            reply = staff.client.post(
                _path(rule, desk),
                data={"csrf": staff.csrf, **files},
                content_type="multipart/form-data",
            )
            if reply.status_code >= 500:
                failed[rule.rule, what] = reply.status_code
    assert failed == {}


def _forms(app: Flask) -> list[Rule]:
    return [
        rule
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or set())
        and not rule.rule.startswith("/sync/")
        and rule.rule not in ENDS
    ]


def _path(rule: Rule, desk: Desk) -> str:
    values = {"sitting_id": desk.sitting, "programme_id": PROGRAMME, "username": "chief"}
    path = rule.rule
    for name in rule.arguments:
        path = re.sub(rf"<(?:\w+:)?{name}>", values.get(name, "unknown"), path)
    return path
