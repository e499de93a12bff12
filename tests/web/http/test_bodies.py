"""No JSON body makes any route of the centre fail: it is taken, or refused with its reason."""

import inspect
import json
from dataclasses import fields
from itertools import product
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from kiosk.hall.inputs import DeviceCheck
from kiosk.hall.services import CentreServices
from kiosk.web import forms
from kiosk.web.auth import Audience
from kiosk.web.forms import Form
from kiosk.web.staff import accounts_api
from tests.bodies import RAW, VALUES
from tests.centres import Package
from tests.web.browser import ALL_WELL, Browser, Desk
from tests.web.conftest import SITTING
from tests.web.test_access import _audience, _rules, _writes

NESTED: dict[str, tuple[str, dict[str, Any]]] = {
    "/api/attempts/<attempt_id>/answers": (
        "writes",
        {"seq": 1, "item": "i", "value": "A", "at": None},
    ),
    "/api/attempts/<attempt_id>/conduct": ("signals", {"kind": "copy", "cause": ""}),
}
"""Routes that take lists of objects, with one that fits."""
FIELDS = sorted(
    {
        name
        for module in (forms, accounts_api)
        for _, model in inspect.getmembers(module, inspect.isclass)
        if issubclass(model, Form)
        for name in model.model_fields
    }
    | {field.name for field in fields(DeviceCheck)}
)
FINE: dict[str, Any] = {
    "reason": "other",
    "values": {"name": "somebody"},
    "final": True,
    "kind": "copy",
    "paper": "1",
    "room": "1",
    "rooms": ["1"],
    "time_up": False,
    "note": "good note",
    "seen": "0" * 64,
    "writing": 1,
    "minutes": 5,
    "number": 1,
    "id": "0" * 32,
    "text": "good text",
    "attempts": [],
    "credited": True,
    "taken": True,
    "wanted": True,
    "passed": True,
    "terminal_id": "t",
    "attempt_id": "a",
    "terminals": [["a", "b"]],
    "rule": "phone",
    "ending": "absent",
    "outcome": "allowed",
    "name": "somebody",
    "identity_no": "B1234",
    "seat": "A01",
    "code": "0000-0000-0000-0000",
    "username": "li",
    "account": "li",
    "password": "another long password",
    "present": "wrong",
    "role": "invigilator",
    "admission_no": "2026T0001",
    "consent_face": False,
    "sitting_id": "S1",
    "missing": [],
    "lease": "x" * 40,
    "previous": [],
    "answer_buffer": None,
    "current": None,
    "flags": [],
    "held": {"a": 1},
    "why": {"a": "b"},
    "label": "camera",
    "picture": None,
    "folder": "/nowhere",
    "writes": [{"seq": 1, "item": "i", "value": "A"}],
    "signals": [{"kind": "copy"}],
    "act": "pause",
    "incidents": ["i"],
    "leaves": 0,
    "misconduct": "device",
    "happened_at": "2026-04-25T14:00",
    "escort": "王芳",
    "identity_checked": True,
    "facts": "what was seen",
    "evidence": "a picture",
    "confiscated": "a telephone",
    "statement": "not me",
    "strokes": [[[1, 2], [3, 4]]],
    **ALL_WELL,
}
"""A value that fits, by the name of its field."""


@pytest.fixture
def room(
    answering: Browser, desk: Desk, app: Flask, hall: CentreServices, package: Package
) -> "Room":
    """Everybody who can send something, while an exam is being sat."""
    terminal = Browser(app.test_client())
    terminal.register()
    terminal.check()
    return Room(app, {"staff": desk, "candidate": answering, "terminal": terminal})


class Room:
    """Sends a body to every route that takes one, as whoever may call it."""

    def __init__(self, app: Flask, senders: dict[str, Browser]) -> None:
        self._app, self._senders = app, senders

    def _path(self, rule: Rule) -> str:
        values = {"attempt_id": self._senders["candidate"].attempt_id, "sitting_id": SITTING}
        path = rule.rule
        for name in rule.arguments:
            path = path.replace(f"<{name}>", values.get(name, "x" * 8)).replace(
                f"<int:{name}>", "1"
            )
        return path

    def send(self, rule: Rule, body: bytes) -> int:
        """The status of the reply."""
        audience = _audience(self._app, rule)
        name = "terminal" if audience is Audience.PUBLIC else str(audience)
        sender = self._senders[name]
        headers = {
            "X-CSRF-Token": sender.csrf,
            "X-Lease": sender.lease,
            "Content-Type": "application/json",
        }
        (method, *_) = _writes(rule)
        path = self._path(rule)
        return sender.client.open(path, method=method, headers=headers, data=body).status_code

    def failures(self, body: bytes) -> dict[str, int]:
        """The routes that fail at a body; what ends sessions is not asked."""
        found = {
            rule.rule: self.send(rule, body)
            for rule in _rules(self._app)
            if _writes(rule) and rule.endpoint not in ("staff_api.sign_out", "terminal.leave")
        }
        return {rule: status for rule, status in found.items() if status >= 500}


def test_no_body_of_a_wrong_kind_makes_a_route_fail(room: Room) -> None:
    failed = {what: room.failures(body) for what, body in RAW.items()}
    assert {what: routes for what, routes in failed.items() if routes} == {}


def test_no_value_in_any_field_makes_a_route_fail(room: Room, app: Flask) -> None:
    """Each route gets its own fields, all fitting but one."""
    failed = {}
    for rule in _rules(app):
        fields = _fields(app, rule)
        for field, (what, value) in product(fields, VALUES.items()):
            body = json.dumps({**{name: FINE[name] for name in fields}, field: value})
            if (status := room.send(rule, body.encode())) >= 500:
                failed[rule.rule, field, what] = status
    assert failed == {}


def test_no_value_within_a_list_makes_a_route_fail(room: Room, app: Flask) -> None:
    failed = {}
    for rule in _rules(app):
        name, entry = NESTED.get(rule.rule, ("", {}))
        for field, (what, value) in product(entry, VALUES.items()):
            body = json.dumps({name: [{**entry, field: value}]})
            if (status := room.send(rule, body.encode())) >= 500:
                failed[rule.rule, field, what] = status
    assert failed == {}


def _fields(app: Flask, rule: Rule) -> list[str]:
    """The fields of the form that a view reads, by its source."""
    if not _writes(rule) or rule.endpoint == "staff_api.sign_out":
        return []
    source = inspect.getsource(inspect.unwrap(app.view_functions[rule.endpoint]))
    source = source.replace("_reason()", "body_model(ReasonForm)")
    names = [name for name in dir(forms) if f"({name})" in source or f"({name}," in source]
    own = [name for name in dir(accounts_api) if f"body_model({name})" in source]
    models = [getattr(forms, name, None) or getattr(accounts_api, name) for name in [*names, *own]]
    return [field for model in models for field in model.model_fields]


def test_a_value_that_fits_is_known_for_every_field() -> None:
    assert [name for name in FIELDS if name not in FINE] == []


@pytest.mark.parametrize("what", ["a list", "a number", "a string", "null", "many fields"])
def test_a_route_that_needs_no_fields_takes_none(browser: Browser, what: str) -> None:
    reply = browser.client.post(
        "/api/terminal/register", data=RAW[what], content_type="application/json"
    )
    assert (reply.status_code, reply.get_json()["error"]["code"]) == (422, "invalid_request")


@pytest.mark.parametrize("number", [b"1e999", b"-1e999"])
def test_numbers_without_bounds_are_not_kept(browser: Browser, number: bytes) -> None:
    browser.register()
    body = json.dumps(ALL_WELL).encode().replace(b'"built-in"', number)
    reply = browser.post("/api/terminal/check", data=body, content_type="application/json")
    assert (reply.status_code, reply.json["error"]["code"]) == (422, "invalid_request")
