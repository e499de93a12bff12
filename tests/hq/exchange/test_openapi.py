"""The OpenAPI document and the routes agree: schemathesis asks for everything it can think of.

Its cases are always the same: derandomised, and no database of examples is kept.
"""

import json
import re
from collections import Counter
from typing import Any

import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from sync.hq.exchange import openapi
from sync.hq.exchange.listing import SOURCES
from sync.hq.exchange.webhooks.outbox import Outcome
from sync.hq.web.app import create_app
from tests.hq.certificates.office import EVERYTHING, open_office
from tests.hq.certificates.office import Office as Issuing
from tests.hq.desk import BY, Desk
from tests.hq.exchange.certified import issue, reissue, revoke
from tests.hq.exchange.reports import PICTURE, Office, deliver, deliver_picture

CASES = 20
"""For each route."""

CHECKS = (
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)


@pytest.fixture
def office(desk: Desk, client: FlaskClient) -> Office:
    return Office(desk, client)


@pytest.fixture
def real(desk: Desk) -> dict[str, str]:
    """Path parameters that exist."""
    deliver(desk, 1, incidents=2)
    deliver(desk, 2, answers={"none": ["A", "B"]})
    picture = deliver_picture(desk, PICTURE + bytes([3, 0]))
    desk.hq.statistics.compute(desk.sitting, "1", BY)
    certifying = open_office(desk)
    number, other, _third = issue(certifying)
    revoke(certifying, number)
    reissue(certifying, other)
    return {"bundle_id": deliver(desk, 3, incidents=1), "sha256": picture}


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("path", [found.path for found in openapi.operations()])
def test_every_reply_is_as_documented(
    desk: Desk, office: Office, real: dict[str, str], path: str, mode: GenerationMode
) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", create_app(desk.hq))
    operation = schema[f"{openapi.PREFIX}{path}"]["GET"]
    statuses = Counter[int]()

    @given(operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=CASES, derandomize=True, database=None, deadline=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def ask(case: "schemathesis.Case[Any]") -> None:
        ids = dict(case.path_parameters or {})
        # Half of the ids are of something that is there.
        if ids and sum(map(ord, str(ids))) % 2:
            case.path_parameters = {name: real[name] for name in ids}
        stranger = case.call()
        assert stranger.status_code in (401, 404)
        case.validate_response(stranger, checks=list(CHECKS))
        reply = case.call(headers={"Authorization": f"Bearer {office.secret}"})
        statuses[reply.status_code] += 1
        case.validate_response(reply, checks=list(CHECKS))

    ask()
    # A case that is wrong on purpose may have another token.
    wrong = {401} if mode is GenerationMode.NEGATIVE else set()
    assert set(statuses) <= {200, 404, 406, 410, 422} | wrong
    assert mode is GenerationMode.NEGATIVE or statuses[200]


def test_every_documented_status_occurs_or_is_of_the_server(
    desk: Desk, office: Office, real: dict[str, str]
) -> None:
    """What the cases may never reach by chance: success, and each refusal of its own."""
    for found in openapi.operations():
        path = found.path.format(**real)
        assert office.get(path).status_code == 200
        assert office.client.get(f"/api/v1{path}").status_code == 401
        if found.formats:
            assert office.get(f"{path}?format=x").status_code == 406
        if found.query is not None:
            assert office.get(f"{path}?unknown=1").status_code == 422
        for media in found.replies:
            if len(found.replies) > 1:
                assert office.get(path, Accept=media).mimetype == media


def test_the_document_has_every_route_and_no_other(desk: Desk) -> None:
    rules = create_app(desk.hq).url_map.iter_rules()
    served = {
        re.sub(r"<(\w+)>", r"{\1}", rule.rule)
        for rule in rules
        if rule.endpoint.startswith("pull_api.")
    }
    assert served - set(openapi.document()["paths"]) == {
        "/api/v1/openapi.json", "/api/v1/docs",
    }  # fmt: skip
    assert set(openapi.document()["paths"]) <= served


def test_real_entries_fit_their_schemas(office: Office, real: dict[str, str]) -> None:
    import jsonschema_rs

    schemas = openapi.document()["components"]
    for name, source in SOURCES.items():
        model = f"#/components/schemas/Page_{source.entry.__name__}_"
        validator = jsonschema_rs.validator_for({"$ref": model, "components": schemas})
        page = office.page(f"/{name}")
        assert page["entries"] or name == "published"
        validator.validate(page)


def test_it_and_its_page_need_no_token_and_no_script(client: FlaskClient) -> None:
    assert client.get("/api/v1/openapi.json").get_json()["openapi"] == "3.1.0"
    page = client.get("/api/v1/docs")
    assert page.status_code == 200
    assert "<script" not in page.text
    for path in openapi.document()["paths"]:
        assert f"GET {path}" in page.text
    for name in ("ResultEntry", "exact_total", "hq_cursor_refused", "whether", "personal:read"):
        assert name.lower() in page.text.lower()


def test_messages_of_webhooks_are_as_documented(desk: Desk, real: dict[str, str]) -> None:
    import jsonschema_rs

    document = openapi.document()
    post = document["webhooks"]["message"]["post"]
    schema = post["requestBody"]["content"]["application/json"]["schema"]
    validator = jsonschema_rs.validator_for({**schema, "components": document["components"]})
    hook, _ = desk.hq.webhooks.add("office", "https://example.org/", BY)
    deliver(desk, 1, revision=2)
    revoke(Issuing(desk, []), desk.hq.certificates.register.page(EVERYTHING).certificates[0].number)
    desk.hq.webhooks.send_test(hook)
    kinds, outbox = set(), desk.hq.webhook_outbox
    while claimed := outbox.claim(10):
        kinds.add(claimed[0].kind)
        validator.validate(json.loads(claimed[0].body))
        outbox.settle(claimed[0], Outcome(204, "", 5))
    assert kinds == {"results.changed", "certificates.changed", "test"}
