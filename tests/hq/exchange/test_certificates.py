"""The list of certificates: each once, again after each act on it, and nothing forbidden."""

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import delete, update

from sync.hq.accounts.tokens import Limits
from sync.hq.certificates.statements import read_statement
from sync.hq.certificates.tokens import public_jwk
from sync.hq.exchange.flat import as_text
from sync.hq.persistence.certificate_tables import certificate_acts, certificates
from sync.hq.persistence.exchange_tables import database_identity
from tests.hq.certificates.office import NAMES, VERSION, open_office
from tests.hq.certificates.office import Office as Issuing
from tests.hq.desk import CODE, PROGRAMME, Desk
from tests.hq.exchange.certified import issue, reissue, revoke
from tests.hq.exchange.reports import Office

PATH = "/certificates"


@pytest.fixture
def issuing(desk: Desk) -> Issuing:
    return open_office(desk)


@pytest.fixture
def office(desk: Desk, issuing: Issuing, client: FlaskClient) -> Office:
    return Office(desk, client)


def states(entries: list[dict[str, Any]]) -> list[tuple[str, int, str]]:
    return [(entry["number"], entry["version"], entry["state"]) for entry in entries]


def test_an_issued_certificate_says_whose_it_is_for_what_and_until_when(
    issuing: Issuing, office: Office
) -> None:
    numbers = issue(issuing)
    page = office.page(PATH)
    assert states(page["entries"]) == [(number, 1, "issued") for number in numbers]
    view, entry = issuing.views()[0], page["entries"][0]
    del entry["cursor"]
    assert entry == {
        "number": view.number, "version": 1, "state": "issued", "reason": "",
        "candidate_id": view.candidate_id, "sitting_id": issuing.desk.sitting,
        "centre_code": CODE, "programme": PROGRAMME, "programme_version": VERSION, "trade": None,
        "level": None, "result_version": 1, "issued_on": "2026-04-25",
        "valid_until": "2029-04-25", "reissue_of": None, "replaced_by": None,
        "name": view.name, "statement": view.statement, "changed_at": "2026-04-25T06:00:00Z",
    }  # fmt: skip
    jwk = public_jwk(issuing.desk.hq.public_keys.signing)
    assert read_statement(entry["statement"], [jwk]).number == view.number


def test_what_is_revoked_or_issued_again_comes_again(issuing: Issuing, office: Office) -> None:
    first, second, third = issue(issuing)
    cursor = office.page(PATH)["cursor"]
    assert office.page(f"{PATH}?after={cursor}")["entries"] == []
    revoke(issuing, first)
    (entry,) = office.page(f"{PATH}?after={cursor}")["entries"]
    assert (entry["number"], entry["version"], entry["state"], entry["reason"]) == (
        first, 2, "revoked", "misconduct",
    )  # fmt: skip
    copy = reissue(issuing, second)
    old, new = office.page(f"{PATH}?after={entry['cursor']}")["entries"]
    assert (old["number"], old["state"], old["replaced_by"]) == (second, "replaced", copy)
    assert (new["number"], new["state"], new["reissue_of"]) == (copy, "issued", second)
    assert (old["reason"], new["reason"], new["centre_code"]) == ("lost", "lost", CODE)
    # From the beginning each is there once, as it is now.
    assert states(office.page(PATH)["entries"]) == [
        (third, 1, "issued"), (first, 2, "revoked"), (second, 2, "replaced"), (copy, 1, "issued"),
    ]  # fmt: skip
    revoke(issuing, copy)
    (last,) = office.page(f"{PATH}?after={new['cursor']}")["entries"]
    assert states([last]) == [(copy, 2, "revoked")]


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_pages_of_any_size_lead_through_all_once(
    issuing: Issuing, office: Office, limit: int
) -> None:
    first, second, third = issue(issuing)
    revoke(issuing, second)
    copy, found = reissue(issuing, first), list[str]()
    page = office.page(f"{PATH}?limit={limit}")
    while page["entries"]:
        found += [entry["number"] for entry in page["entries"]]
        page = office.page(f"{PATH}?limit={limit}&after={page['cursor']}")
    assert found == [third, second, first, copy]


def test_filters_choose(issuing: Issuing, office: Office) -> None:
    first, _second, _third = issue(issuing)
    issuing.desk.clock.pass_time(3600)
    revoke(issuing, first)
    for wanted, count in (
        (f"sitting={issuing.desk.sitting}", 3), ("sitting=NONE", 0), (f"centre={CODE}", 3),
        ("centre=SH01", 0), (f"programme={PROGRAMME}", 3), ("programme=none", 0),
        ("state=issued", 2), ("state=revoked", 1), ("state=replaced", 0),
        ("since=2026-04-25T06:30:00Z", 1),
    ):  # fmt: skip
        assert len(office.page(f"{PATH}?{wanted}")["entries"]) == count, wanted
    assert office.error(f"{PATH}?state=expired") == (422, "hq_query_refused")
    assert office.error(f"{PATH}?status=issued") == (422, "hq_query_refused")


def test_a_limited_token_sees_only_its_own(
    desk: Desk, client: FlaskClient, issuing: Issuing
) -> None:
    issue(issuing)
    with desk.hq.storage.database.write() as connection:
        # As it is of a certificate from before this was stored, whose result is not known.
        lost = certificates.c.number == issuing.views()[0].number
        connection.execute(update(certificates).where(lost).values(centre_code=None))
        other = certificates.c.number == issuing.views()[1].number
        connection.execute(update(certificates).where(other).values(programme_id="elsewhere"))
    for limits, count in (
        (Limits(), 3), (Limits(PROGRAMME), 2), (Limits("", CODE), 2), (Limits("", "SH01"), 0),
        (Limits(PROGRAMME, CODE), 1),
    ):  # fmt: skip
        found = Office(desk, client, limits=limits).page(PATH)["entries"]
        assert len(found) == count, limits


def test_names_and_statements_need_their_scope(
    desk: Desk, client: FlaskClient, issuing: Issuing
) -> None:
    number = issue(issuing)[0]
    revoke(issuing, number)
    plain = Office(desk, client, ("certificates:read",))
    statement = issuing.views()[0].statement
    for path in (PATH, f"{PATH}?format=csv", f"{PATH}?format=ndjson"):
        text = plain.get(path).text
        assert number in text
        for personal in (*NAMES, statement, "张三"):
            assert personal not in text
    full = Office(desk, client)
    assert statement in full.get(PATH).text
    # Reasons in words are for the office only.
    assert "张三" not in full.get(PATH).text


def test_a_token_that_has_expired_or_was_revoked_reads_nothing(
    desk: Desk, issuing: Issuing, office: Office
) -> None:
    issue(issuing)
    desk.clock.pass_time(timedelta(days=366).total_seconds())
    assert office.error(PATH) == (401, "hq_token_expired")
    other = Office(desk, office.client)
    desk.hq.tokens.revoke(desk.hq.tokens.list()[0].id, "chief")
    assert other.error(PATH) == (401, "hq_token_refused")


def test_a_cursor_of_another_list_filter_limit_or_database_is_refused(
    desk: Desk, client: FlaskClient, issuing: Issuing, office: Office
) -> None:
    issue(issuing)
    cursor, refused = office.page(PATH)["cursor"], (422, "hq_cursor_refused")
    assert office.error(f"/results?after={cursor}") == refused
    assert office.error(f"{PATH}?state=issued&after={cursor}") == refused
    limited = Office(desk, client, limits=Limits(PROGRAMME))
    assert limited.error(f"{PATH}?after={cursor}") == refused
    with desk.hq.storage.database.write() as connection:
        connection.execute(delete(database_identity))
    reply = office.get(f"{PATH}?after={cursor}")
    assert "another database" in reply.get_json()["error"]["message"]


def _forget(issuing: Issuing, number: str) -> None:
    """The database is as it was before a revocation, as after a restore."""
    with issuing.desk.hq.storage.database.write() as connection:
        acts = certificate_acts
        connection.execute(delete(acts).where(acts.c.number == number, acts.c.act == 2))
        back = update(certificates).where(certificates.c.number == number)
        connection.execute(back.values(revoked_at=None, revoked_reason=""))


def _revoke_another(issuing: Issuing, number: str) -> None:
    """Then another act takes its number."""
    _forget(issuing, number)
    other = next(view.number for view in issuing.views() if view.number != number)
    revoke(issuing, other)
    with issuing.desk.hq.storage.database.write() as connection:
        acts = certificate_acts
        again = update(acts).where(acts.c.number == other, acts.c.act == 2)
        connection.execute(again.values(cursor=4))


@pytest.mark.parametrize("restore", [_forget, _revoke_another])
def test_a_cursor_from_before_a_restore_is_noticed(
    issuing: Issuing, office: Office, restore: Callable[[Issuing, str], None]
) -> None:
    number = issue(issuing)[0]
    old = office.page(PATH)["cursor"]
    revoke(issuing, number)
    new = office.page(PATH)["cursor"]
    restore(issuing, number)
    assert office.error(f"{PATH}?after={new}") == (410, "hq_cursor_ahead")
    assert office.get(f"{PATH}?after={old}").status_code == 200


def test_all_formats_have_the_same_entries(issuing: Issuing, office: Office) -> None:
    revoke(issuing, issue(issuing)[0])
    entries = office.page(PATH)["entries"]
    lines = office.get(f"{PATH}?format=ndjson").text.splitlines()
    assert [json.loads(line) for line in lines] == entries
    text = office.get(f"{PATH}?format=csv").data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["state"] for row in rows] == ["issued", "issued", "revoked"]
    assert rows[0] == {name: as_text(entries[0][name]) for name in rows[0]}
    sheet = load_workbook(io.BytesIO(office.get(f"{PATH}?format=xlsx").data)).active
    assert sheet is not None
    headings, *body = sheet.iter_rows(values_only=True)
    assert [row[headings.index("number")] for row in body] == [e["number"] for e in entries]
