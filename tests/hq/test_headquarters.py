"""HQ takes each result once, keeps its secrets until their hour, and lets nobody in unasked."""

from contextlib import ExitStack
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from kiosk.exam.errors import ExamError
from kiosk.server.serving import listening
from sync.hq.cli import main as hq_command
from sync.hq.errors import TooEarly
from sync.hq.web.app import create_app
from sync.wire.chain import GENESIS
from sync.wire.delivery.bundle import seal_bundle
from sync.wire.delivery.receipt import verify_receipt
from sync.wire.errors import WireError
from sync.wire.model import FIRST
from sync.wire.packages.package import open_package
from tests.hq.desk import BY, CODE, NOW, Desk
from tests.hq.storage import spoil


def test_a_package_opens_at_its_centre_and_unlocks_with_its_code(desk: Desk) -> None:
    data = desk.hq.packages.data(desk.hq.packages.newest(desk.sitting, CODE))
    opened = open_package(data, desk.keys, desk.hq.public_keys, CODE, NOW)
    code = desk.code()
    paper = opened.papers(opened.unlock(code, desk.keys)).paper(FIRST)
    assert len(paper.paper.items) == 70
    assert [c.admission_no for c in opened.roster.candidates] == ["2026A0001"]


def test_no_key_and_no_mark_scheme_travels(desk: Desk) -> None:
    data = desk.hq.packages.data(desk.hq.packages.newest(desk.sitting, CODE))
    opened = open_package(data, desk.keys, desk.hq.public_keys, CODE, NOW)
    code = desk.code()
    text = opened.papers(opened.unlock(code, desk.keys)).model_dump_json()
    items = desk.hq.bank.items("carbon-manager")
    assert not [i.item.id for i in items if i.scheme.rationale and i.scheme.rationale in text]
    assert not [i.item.id for i in items if i.scheme.model_answer and i.scheme.model_answer in text]


def test_the_code_is_withheld_until_its_hour(desk: Desk) -> None:
    with pytest.raises(TooEarly):
        desk.hq.unlocking.code(desk.sitting, CODE, BY)
    desk.clock.pass_time(24 * 3600)
    assert len(desk.hq.unlocking.code(desk.sitting, CODE, BY)) == 19


def test_a_result_is_stored_once_however_often_it_comes(desk: Desk) -> None:
    sealed = desk.bundle({})
    first = desk.hq.intake.accept("result", CODE, sealed.id, sealed.data)
    again = desk.hq.intake.accept("result", CODE, sealed.id, sealed.data)
    assert first == again
    verify_receipt(first, desk.hq.public_keys, CODE, "result", sealed.id, GENESIS)
    assert len(desk.hq.results.results().entries) == 1


def test_a_later_revision_leaves_the_former_in_place(desk: Desk) -> None:
    for revision in (1, 2):
        sealed = desk.bundle({}, revision)
        desk.hq.intake.accept("result", CODE, sealed.id, sealed.data)
    assert [e["revision"] for e in desk.hq.results.attempts().entries] == [1, 2]
    assert [e["revision"] for e in desk.hq.results.results().entries] == [2]
    assert [r.revision for r in desk.hq.results.newest()] == [2]


def test_what_a_restored_centre_says_later_does_not_replace_what_it_said_before(desk: Desk) -> None:
    """A centre that was put back from a backup may lack answers that HQ has already."""
    item = desk.hq.papers.get(desk.sitting).paper.items[0].id
    full, bare = desk.result({item: "A"}, 2), desk.result({}, 3)
    after = bare.model_copy(update={"chain": bare.chain.model_copy(update={"epoch": 2})})
    for one in (after, full):
        sealed = seal_bundle(one, desk.keys, desk.hq.public_keys)
        desk.hq.intake.accept("result", CODE, sealed.id, sealed.data)
    assert desk.hq.results.count() == 2
    (holds,) = desk.hq.results.newest()
    assert holds.answered == 1


def test_altered_bytes_and_wrong_ids_are_refused_and_leave_nothing(desk: Desk) -> None:
    sealed = desk.bundle({})
    altered = sealed.data[:-1] + bytes([sealed.data[-1] ^ 1])
    with pytest.raises(WireError):
        desk.hq.intake.accept("result", CODE, sealed.id, altered)
    with pytest.raises(ExamError):
        desk.hq.intake.accept("result", CODE, "0" * 64, sealed.data)
    assert list(desk.hq.results.results().entries) == []


def test_a_bundle_of_somebody_else_is_refused(desk: Desk) -> None:
    stranger = Desk(desk.hq, desk.data, desk.clock, sitting=desk.sitting)
    sealed = stranger.bundle({})
    with pytest.raises(WireError):
        desk.hq.intake.accept("result", CODE, sealed.id, sealed.data)


def test_objective_items_are_scored_by_their_keys(desk: Desk) -> None:
    data = desk.hq.packages.data(desk.hq.packages.newest(desk.sitting, CODE))
    opened = open_package(data, desk.keys, desk.hq.public_keys, CODE, NOW)
    code = desk.code()
    paper = opened.papers(opened.unlock(code, desk.keys)).paper(FIRST).paper
    keys = {entry.item.id: entry.scheme.key for entry in desk.hq.bank.items("carbon-manager")}
    singles = [item.id for item in paper.items if item.type == "single_choice"]
    sealed = desk.bundle({item: keys[item][0] for item in singles})
    desk.hq.intake.accept("result", CODE, sealed.id, sealed.data)
    (result,) = desk.hq.results.newest()
    assert result.objective == "60"
    assert result.total in (None, "60.0")


def test_the_pull_api_wants_a_token_of_the_right_scope(desk: Desk, client: FlaskClient) -> None:
    secret = desk.hq.tokens.create("context", ("results:read",), BY)
    assert client.get("/api/v1/results").status_code == 401
    wrong = {"Authorization": "Bearer nonsense"}
    assert client.get("/api/v1/results", headers=wrong).status_code == 401
    right = {"Authorization": f"Bearer {secret}"}
    assert client.get("/api/v1/results", headers=right).status_code == 200
    assert client.get("/api/v1/attempts", headers=right).status_code == 403
    desk.hq.tokens.revoke(desk.hq.tokens.list()[0].id, BY)
    assert client.get("/api/v1/results", headers=right).status_code == 401


@pytest.mark.parametrize("path", ["/", "/centres", "/items", "/sittings", "/results", "/audit-log"])
def test_the_console_shows_nothing_before_sign_in(client: FlaskClient, path: str) -> None:
    reply = client.get(path)
    assert reply.status_code == 302
    assert reply.headers["Location"].endswith("/sign-in")


def test_sync_routes_want_a_signature(client: FlaskClient) -> None:
    assert client.get("/sync/v1/inbox?after=0").status_code == 401
    assert client.get(f"/sync/v1/objects/{'0' * 64}").status_code == 401
    assert client.put(f"/sync/v1/bundles/{'0' * 64}", data=b"x").status_code == 401


def test_pull_writes_json_and_csv(desk: Desk, tmp_path: Path) -> None:
    sealed = desk.bundle({})
    desk.hq.intake.accept("result", CODE, sealed.id, sealed.data)
    (tmp_path / "token").write_text(
        desk.hq.tokens.create("context", ("results:read", "attempts:read"), BY)
    )
    with ExitStack() as stack:
        url = stack.enter_context(listening(create_app(desk.hq), "127.0.0.1", 0, 4))
        arguments = ["pull", "--url", url, "--token-file", str(tmp_path / "token")]
        done = CliRunner().invoke(hq_command, [*arguments, "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    assert "2026A0001" in (tmp_path / "out" / "results.csv").read_text(encoding="utf-8-sig")
    assert "2026A0001" in (tmp_path / "out" / "results.ndjson").read_text(encoding="utf-8")


def test_a_damaged_object_is_not_handed_out(desk: Desk) -> None:
    view = desk.hq.packages.newest(desk.sitting, CODE)
    spoil(desk.hq, view.sha256)
    with pytest.raises(ExamError):
        desk.hq.packages.data(view)
