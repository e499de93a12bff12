"""Who may call ``/sync/v1``: a centre that signs, and it sees what is its own and nothing else."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pydantic import JsonValue
from werkzeug.routing import Rule

from kiosk.system import entropy
from sync.hq.web.app import create_app
from sync.wire import canonical
from sync.wire.chain import GENESIS, event_hash
from sync.wire.delivery.event_log import EventLogPart, LoggedEvent, seal_event_log_part
from sync.wire.delivery.evidence import seal_evidence
from sync.wire.delivery.inventory import EvidenceQuery, InventoryPage
from sync.wire.sealing.keys import KeyPair
from sync.wire.sealing.sealed import Sealed
from tests.hq.desk import CODE, NOW, OTHER, Desk, open_desk

ANYBODY = {("GET", "/sync/v1/enrolment/<key_id>"), ("POST", "/sync/v1/enrolment")}
"""Only who is not enrolled yet; a person at headquarters decides about it."""

SHA256 = "ab" * 32
TUS = {"Tus-Resumable": "1.0.0"}


def routes(tmp_path: Path) -> list[tuple[str, str]]:
    """Every method and path below ``/sync/v1``."""
    desk = open_desk(tmp_path)
    try:
        found = [rule for rule in create_app(desk.hq).url_map.iter_rules() if _ours(rule)]
        return [(method, rule.rule) for rule in found for method in sorted(rule.methods or ())]
    finally:
        desk.hq.close()


def _ours(rule: Rule) -> bool:
    return rule.rule.startswith("/sync/v1")


def path_of(rule: str) -> str:
    """A path that fits a rule."""
    return "/".join(SHA256 if part.startswith("<") else part for part in rule.split("/"))


def test_every_route_refuses_who_does_not_sign(
    desk: Desk, client: FlaskClient, tmp_path: Path
) -> None:
    asked = 0
    for method, rule in routes(tmp_path / "other"):
        automatic = method == "OPTIONS" and rule != "/sync/v1/evidence"
        if (method, rule) in ANYBODY or ("GET", rule) in ANYBODY or automatic:
            continue
        reply = client.open(path_of(rule), method=method, headers=TUS)
        assert reply.status_code == 401, (method, rule)
        asked += 1
    assert asked >= 12


def test_every_route_refuses_who_is_not_enrolled(
    desk: Desk, client: FlaskClient, tmp_path: Path
) -> None:
    stranger = (OTHER, KeyPair.generate(entropy))
    for method, rule in routes(tmp_path / "other"):
        if (method, rule) in ANYBODY or method in ("OPTIONS", "HEAD"):
            continue
        if ("GET", rule) in ANYBODY or ("POST", rule) in ANYBODY:
            continue
        reply = desk.signed(client, method, path_of(rule), centre=stranger, headers=TUS)
        assert reply.status_code == 401, (method, rule)


def test_only_the_enrolment_is_open_to_anybody(tmp_path: Path) -> None:
    assert set(routes(tmp_path)) >= ANYBODY


@pytest.fixture
def other(desk: Desk) -> tuple[str, KeyPair]:
    """Another centre."""
    keys = KeyPair.generate(entropy)
    desk.enrol(OTHER, keys)
    return OTHER, keys


def picture(desk: Desk) -> tuple[str, bytes]:
    """A picture of the desk's centre: its SHA-256, and sealed."""
    plain = entropy(500)
    return canonical.digest(plain), seal_evidence(plain, CODE, desk.keys, desk.hq.public_keys)


def event_log(desk: Desk) -> Sealed:
    """A part of an event log of the desk's centre."""
    body: dict[str, JsonValue] = {
        "sitting_id": desk.sitting,
        "epoch": 1,
        "seq": 1,
        "at": NOW.isoformat(),
        "kind": "note",
        "who": "system",
        "attempt_id": None,
        "data": {},
        "previous": GENESIS,
    }
    event = {name: value for name, value in body.items() if name != "sitting_id"}
    part = EventLogPart(
        centre_code=CODE,
        sender_key_id=desk.keys.public.key_id,
        recipient_key_id=desk.hq.public_keys.key_id,
        sitting_id=desk.sitting,
        events=(LoggedEvent.model_validate({**event, "hash": event_hash(body)}),),
    )
    return seal_event_log_part(part, desk.keys, desk.hq.public_keys)


@pytest.mark.parametrize("method", ["HEAD", "PATCH"])
def test_the_upload_of_another_centre_looks_as_if_it_were_not_there(
    desk: Desk, client: FlaskClient, other: tuple[str, KeyPair], method: str
) -> None:
    name, sealed = picture(desk)
    upload = desk.hq.evidence_uploads.begin(CODE, name, len(sealed))
    headers = {**TUS, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    path = "/sync/v1/evidence"
    replies = [
        desk.signed(client, method, f"{path}/{one}", b"x", centre=other, headers=headers)
        for one in (upload.id, "01ARZ3NDEKTSV4RRFFQ69G5FAV")
    ]
    assert [reply.status_code for reply in replies] == [404, 404]
    assert replies[0].data == replies[1].data
    assert desk.hq.evidence_uploads.get(CODE, upload.id).received == 0


def test_a_picture_of_another_centre_is_not_known(
    desk: Desk, client: FlaskClient, other: tuple[str, KeyPair]
) -> None:
    name, sealed = picture(desk)
    desk.hq.intake.accept("evidence", CODE, name, sealed)
    query = canonical.dump_model(EvidenceQuery(ids=(name,)))
    path = "/sync/v1/evidence/known"
    assert list(desk.signed(client, "POST", path, query).get_json()) == [name]
    assert desk.signed(client, "POST", path, query, centre=other).get_json() == {}


@pytest.mark.parametrize("kind", ["result", "event_log", "evidence"])
def test_an_inventory_tells_nothing_of_another_centre(
    desk: Desk, client: FlaskClient, other: tuple[str, KeyPair], kind: str
) -> None:
    name, sealed = picture(desk)
    desk.hq.intake.accept("evidence", CODE, name, sealed)
    part, bundle = event_log(desk), desk.bundle({})
    desk.hq.intake.accept("event_log", CODE, part.id, part.data)
    desk.hq.intake.accept("result", CODE, bundle.id, bundle.data)
    ids = tuple(sorted((name, part.id, bundle.id)))
    page = canonical.dump_model(InventoryPage(kind=kind, ids=ids))
    reply = desk.signed(client, "POST", "/sync/v1/inventory/page", page, centre=other).get_json()
    assert reply["missing"] == list(ids)
    assert reply["forgotten"] == []


def test_a_event_log_of_another_centre_is_not_acknowledged(
    desk: Desk, client: FlaskClient, other: tuple[str, KeyPair]
) -> None:
    part = event_log(desk)
    desk.hq.intake.accept("event_log", CODE, part.id, part.data)
    path = f"/sync/v1/event-logs/{part.id}"
    reply = desk.signed(client, "PUT", path, part.data, centre=other)
    assert reply.status_code == 401
    assert desk.signed(client, "PUT", path, part.data).status_code == 200


def test_a_bundle_of_another_centre_is_not_acknowledged(
    desk: Desk, client: FlaskClient, other: tuple[str, KeyPair]
) -> None:
    bundle = desk.bundle({})
    desk.hq.intake.accept("result", CODE, bundle.id, bundle.data)
    path = f"/sync/v1/bundles/{bundle.id}"
    assert desk.signed(client, "PUT", path, bundle.data, centre=other).status_code == 401


def test_a_package_of_another_centre_looks_as_if_it_were_not_there(
    desk: Desk, client: FlaskClient, other: tuple[str, KeyPair]
) -> None:
    package = desk.hq.packages.newest(desk.sitting, CODE)
    replies = [
        desk.signed(client, "GET", f"/sync/v1/objects/{name}", centre=other)
        for name in (package.sha256, SHA256)
    ]
    assert [reply.status_code for reply in replies] == [404, 404]
    assert replies[0].data == replies[1].data
