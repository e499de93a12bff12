"""Lists of the pull API: everything once and in order, again when it changes, nothing forbidden."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete

from kiosk.settings import read_text, resource
from sync.hq.accounts.tokens import Limits, TokenScope
from sync.hq.exchange.listing import SOURCES
from sync.hq.persistence.exchange_tables import database_identity
from sync.hq.persistence.result_tables import result_versions, results
from sync.hq.persistence.tables import bundles
from tests.hq.desk import BY, CODE, PROGRAMME, Desk
from tests.hq.exchange.reports import PICTURE, Office, deliver, deliver_picture

KINDS = ("results", "attempts", "incidents", "evidence", "sittings")


@pytest.fixture
def office(desk: Desk, client: FlaskClient) -> Office:
    return Office(desk, client)


def walk(office: Office, path: str) -> list[dict[str, Any]]:
    """All entries of a list, page by page."""
    found: list[dict[str, Any]] = []
    page = office.page(path)
    while page["entries"]:
        found += page["entries"]
        page = office.page(f"{path}&after={page['cursor']}")
    assert not page["more"]
    return found


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 100])
def test_pages_of_any_size_lead_through_all_entries_once(
    desk: Desk, office: Office, limit: int
) -> None:
    for number, incidents in enumerate((3, 0, 1, 4), start=1):
        deliver(desk, number, incidents=incidents)
    assert [e["attempt_id"] for e in walk(office, f"/results?limit={limit}")] == [
        f"ATTEMPT{number}" for number in range(1, 5)
    ]
    assert len(walk(office, f"/attempts?limit={limit}")) == 4
    found = [(e["attempt_id"], e["id"]) for e in walk(office, f"/incidents?limit={limit}")]
    assert found == [
        *(("ATTEMPT1", f"I{n}") for n in range(3)), ("ATTEMPT3", "I0"),
        *(("ATTEMPT4", f"I{n}") for n in range(4)),
    ]  # fmt: skip
    assert len(walk(office, f"/evidence?limit={limit}")) == 8
    assert [e["id"] for e in walk(office, f"/sittings?limit={limit}")] == [desk.sitting]


def test_the_list_continues_after_any_entry(desk: Desk, office: Office) -> None:
    for number in (1, 2, 3):
        deliver(desk, number, incidents=2)
    for kind in KINDS[:4]:
        entries = office.page(f"/{kind}")["entries"]
        for place, entry in enumerate(entries, start=1):
            rest = office.page(f"/{kind}?after={entry['cursor']}")["entries"]
            assert rest == entries[place:]


def test_a_later_report_replaces_and_comes_again(desk: Desk, office: Office) -> None:
    deliver(desk, 1, incidents=2)
    deliver(desk, 2)
    cursor = {kind: office.page(f"/{kind}")["cursor"] for kind in KINDS[:3]}
    bundle = deliver(desk, 1, revision=2, incidents=3)
    (result,) = office.page(f"/results?after={cursor['results']}")["entries"]
    assert (result["bundle_id"], result["revision"], result["version"]) == (bundle, 2, 2)
    (attempt,) = office.page(f"/attempts?after={cursor['attempts']}")["entries"]
    assert attempt["bundle_id"] == bundle
    incidents = office.page(f"/incidents?after={cursor['incidents']}")["entries"]
    assert [entry["bundle_id"] for entry in incidents] == [bundle] * 3
    assert [e["bundle_id"] for e in office.page("/attempts")["entries"]].count(bundle) == 1
    assert len(office.page("/attempts")["entries"]) == 2


def test_filters_choose(desk: Desk, office: Office) -> None:
    deliver(desk, 1, incidents=1)
    desk.clock.pass_time(3600)
    deliver(desk, 2, incidents=1)
    since = "2026-04-25T06:30:00Z"
    for kind in KINDS[:4]:
        for wanted, count in (
            (f"sitting={desk.sitting}", 2), ("sitting=NONE", 0), (f"centre={CODE}", 2),
            ("centre=SH01", 0), (f"programme={PROGRAMME}", 2), ("programme=none", 0),
            (f"since={since}", 1),
        ):  # fmt: skip
            assert len(office.page(f"/{kind}?{wanted}")["entries"]) == count, (kind, wanted)
    assert len(office.page("/results?status=complete")["entries"]) == 2
    assert office.page("/results?status=void")["entries"] == []


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("limit=0", "limit"), ("limit=-1", "limit"), ("limit=x", "limit"), ("limit=1001", "limit"),
        ("limit=99999999999999999999", "limit"), ("limit=1&limit=2", "limit"),
        ("sitting=", "sitting"), ("sitting=%00", "sitting"), ("centre=bj01", "centre"),
        ("since=yesterday", "since"), ("since=2026-04-25T06:00:00", "since"),
        ("status=passed", "status"), ("after=%2F", "after"), ("sittng=S", "sittng"),
        ("after=" + "A" * 700, "after"),
    ],
)  # fmt: skip
def test_a_parameter_that_cannot_be_is_refused_by_its_name(
    office: Office, query: str, name: str
) -> None:
    reply = office.get(f"/results?{query}")
    assert reply.status_code == 422
    error = reply.get_json()["error"]
    assert error["code"] == "hq_query_refused"
    assert name in error["message"]


def test_a_cursor_of_another_list_filter_or_limit_is_refused(
    desk: Desk, client: FlaskClient, office: Office
) -> None:
    deliver(desk, 1, incidents=1)
    cursor = office.page("/results")["cursor"]
    refused = (422, "hq_cursor_refused")
    assert office.error(f"/attempts?after={cursor}") == refused
    assert office.error(f"/results?centre={CODE}&after={cursor}") == refused
    assert office.error(f"/results?after={cursor[:-4]}") == refused
    assert office.error(f"/results?after=c{'A' * 40}") == refused
    assert office.error("/results?after=17") == (422, "hq_query_refused")
    limited = Office(desk, client, limits=Limits(PROGRAMME))
    assert limited.error(f"/results?after={cursor}") == refused
    # Another token with the same limits continues.
    assert Office(desk, client).page(f"/results?after={cursor}")["entries"] == []


def test_a_cursor_of_another_database_is_refused(desk: Desk, office: Office) -> None:
    deliver(desk)
    cursor = office.page("/results")["cursor"]
    with desk.hq.storage.database.write() as connection:
        connection.execute(delete(database_identity))
    reply = office.get(f"/results?after={cursor}")
    assert reply.status_code == 422
    assert "another database" in reply.get_json()["error"]["message"]


def _forget_newest_report(desk: Desk) -> None:
    """The database is as it was before the newest report came, as after a restore."""
    with desk.hq.storage.database.write() as connection:
        for table in (results, result_versions):
            connection.execute(delete(table).where(table.c.attempt_id == "ATTEMPT2"))
        connection.execute(delete(bundles).where(bundles.c.attempt_id == "ATTEMPT2"))


def _other_history(desk: Desk) -> None:
    """Then other reports take its numbers."""
    _forget_newest_report(desk)
    deliver(desk, 3, incidents=1)
    deliver(desk, 4, incidents=1)


@pytest.mark.parametrize("restore", [_forget_newest_report, _other_history])
def test_a_cursor_from_before_a_restore_is_noticed(
    desk: Desk, office: Office, restore: Callable[[Desk], None]
) -> None:
    deliver(desk, 1, incidents=1)
    old = {kind: office.page(f"/{kind}")["cursor"] for kind in KINDS[:4]}
    deliver(desk, 2, incidents=1)
    new = {kind: office.page(f"/{kind}")["cursor"] for kind in KINDS[:4]}
    restore(desk)
    for kind in KINDS[:4]:
        assert office.error(f"/{kind}?after={new[kind]}") == (410, "hq_cursor_ahead")
        # What the restored database had then is still known.
        assert office.get(f"/{kind}?after={old[kind]}").status_code == 200


@pytest.mark.parametrize("kind", list(SOURCES))
def test_each_list_needs_its_own_scope(desk: Desk, client: FlaskClient, kind: str) -> None:
    named = {
        "sittings": "results:read", "published": "results:read",
        "item-statistics": "statistics:read",
    }  # fmt: skip
    scope = named.get(kind, f"{kind}:read")
    others = tuple(each for each in TokenScope if each != scope)
    assert Office(desk, client, (scope,)).get(f"/{kind}").status_code == 200
    refused = Office(desk, client, others).error(f"/{kind}")
    assert refused == (403, "hq_scope_missing")


def test_a_limited_token_sees_only_its_own(desk: Desk, client: FlaskClient) -> None:
    bundle = deliver(desk, 1, incidents=1)
    picture = deliver_picture(desk, PICTURE + bytes([1, 0]))
    here = Office(desk, client, limits=Limits(PROGRAMME, CODE))
    elsewhere = Office(desk, client, limits=Limits("", "SH01"))
    other = Office(desk, client, limits=Limits(_other_programme(desk)))
    single = (f"/attempts/{bundle}", f"/attempts/{bundle}/media/{picture}")
    for kind in KINDS[:4]:
        assert len(here.page(f"/{kind}")["entries"]) == 1
        assert elsewhere.page(f"/{kind}")["entries"] == []
        assert other.page(f"/{kind}")["entries"] == []
    for path in single:
        assert here.get(path).status_code == 200
        assert elsewhere.error(path) == (404, "hq_not_found")
        assert other.error(path) == (404, "hq_not_found")
    assert other.page("/sittings")["entries"] == []


def _other_programme(desk: Desk) -> str:
    path = resource("config/programmes/carbon-skills.toml")
    return desk.hq.programmes.take(read_text(path), BY).id


def test_names_and_personal_data_need_their_scope(desk: Desk, client: FlaskClient) -> None:
    guest = {
        "name": "王五", "identity_no": "99000119900101003X", "seat": "9", "reason": "迟到",
        "by": "a", "at": "2026-04-25T06:00:00Z",
    }  # fmt: skip
    bundle = deliver(desk, 1)
    deliver(desk, 2, admitted=guest, admission_no="G1", candidate_id="GUEST")
    plain = Office(desk, client, ("results:read", "attempts:read", "incidents:read"))
    for path in ("/results", "/attempts", f"/attempts/{bundle}", "/results?format=csv"):
        text = plain.get(path).text
        assert "考生一" not in text
        assert "王五" not in text
        assert guest["identity_no"] not in text
    full = Office(desk, client)
    assert [e["name"] for e in full.page("/results")["entries"]] == ["考生一", "王五"]
    assert full.page("/attempts")["entries"][1]["admitted"]["identity_no"] == guest["identity_no"]
    assert [e["by_hand"] for e in plain.page("/attempts")["entries"]] == [False, True]


def test_a_picture_is_handed_out_once_it_is_here_and_that_is_recorded(
    desk: Desk, office: Office
) -> None:
    bundle = deliver(desk, 1, incidents=1)
    (entry,) = office.page("/evidence")["entries"]
    assert (entry["here"], entry["incidents"]) == (False, ["I0"])
    path = entry["href"].removeprefix("/api/v1")
    assert office.error(path) == (404, "hq_picture_missing")
    sha256 = deliver_picture(desk, PICTURE + bytes([1, 0]))
    assert office.page("/evidence")["entries"][0]["here"] is True
    reply = office.get(path)
    assert (reply.status_code, reply.data) == (200, PICTURE + bytes([1, 0]))
    assert reply.headers["Cache-Control"] == "no-store"
    newest = desk.hq.audit_log.newest(1)[0]
    assert (newest.kind, newest.data["picture"]) == ("picture_pulled", sha256)
    assert newest.who.startswith("token:")
    # Of no other report, and nothing that no report names.
    other = deliver(desk, 2)
    assert office.error(f"/attempts/{other}/media/{sha256}") == (404, "hq_not_found")
    assert office.error(f"/attempts/{bundle}/media/{'0' * 64}") == (404, "hq_not_found")


def test_a_single_report_is_the_entry_of_the_list(desk: Desk, office: Office) -> None:
    bundle = deliver(desk, 1, incidents=1, answers={"none": "A"})
    (entry,) = office.page("/attempts")["entries"]
    assert office.page(f"/attempts/{bundle}") == entry
    assert entry["answers"] == {"none": "A"}
    assert office.error(f"/attempts/{'0' * 64}") == (404, "hq_not_found")


def test_without_a_result_every_list_is_empty(office: Office) -> None:
    for kind in KINDS[:4]:
        page = office.page(f"/{kind}")
        assert (page["entries"], page["more"]) == ([], False)
        assert office.page(f"/{kind}?after={page['cursor']}") == page
