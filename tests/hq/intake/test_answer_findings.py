"""A result whose answers were altered is kept and marked, and says so wherever it is read."""

from collections.abc import Sequence

import pytest
from flask.testing import FlaskClient

from kiosk.system import entropy
from sync.hq.results.csv_table import to_csv
from sync.wire.delivery import answer_log
from sync.wire.delivery.answer_log import AnswerLog, LoggedRevision, value_digest
from sync.wire.delivery.bundle import seal_bundle
from sync.wire.delivery.result import ResultBundle
from sync.wire.sealing.certificate import make_request
from sync.wire.sealing.keys import KeyPair
from tests.centres import PASSWORD
from tests.hq.desk import BY, CODE, NOW, Desk

SAVED = "2026-04-25T06:00:00.000000Z"


def logged(desk: Desk, values: Sequence[str], keys: KeyPair | None = None) -> ResultBundle:
    """A result with one item that was answered so often, sealed by the running centre."""
    bundle = desk.result({"CM-ITEM": values[-1]})
    (given,) = bundle.answers
    revisions = [
        LoggedRevision(seq=seq, item_id="CM-ITEM", value_digest=value_digest(value), saved_at=SAVED)
        for seq, value in enumerate(values, start=1)
    ]
    head = answer_log.start(bundle.attempt_id)
    for revision in revisions:
        head = answer_log.link(head, revision)
    seal = answer_log.sign(bundle.attempt_id, 1, len(values), head, keys or desk.keys)
    log = AnswerLog(seals=(seal,), revisions=tuple(revisions))
    given = given.model_copy(update={"seq": len(values), "revisions": len(values)})
    return bundle.model_copy(update={"answers": (given,), "answer_log": log})


def altered(bundle: ResultBundle) -> ResultBundle:
    """The same after somebody changed the last answer in the centre's database."""
    (given,), log = bundle.answers, bundle.answer_log
    assert log is not None
    *before, last = log.revisions
    changed = last.model_copy(update={"value_digest": value_digest("Z")})
    return bundle.model_copy(
        update={
            "answers": (given.model_copy(update={"value": "Z"}),),
            "answer_log": log.model_copy(update={"revisions": (*before, changed)}),
        }
    )


def deliver(desk: Desk, bundle: ResultBundle) -> None:
    """Take it in as if the centre had sent it."""
    sealed = seal_bundle(bundle, desk.keys, desk.hq.public_keys)
    desk.hq.intake.accept("result", CODE, sealed.id, sealed.data)


def test_what_nobody_touched_has_no_finding(desk: Desk) -> None:
    deliver(desk, logged(desk, ["A", "B"]))
    (result,) = desk.hq.results.results().entries
    assert result["answer_findings"] == []


def test_an_altered_answer_is_found_and_the_result_stays(desk: Desk) -> None:
    deliver(desk, altered(logged(desk, ["A", "B"])))
    (result,) = desk.hq.results.results().entries
    found = {"what": "altered", "first": 1, "last": 2}
    assert result["answer_findings"] == [found]
    assert result["status"]
    (attempt,) = desk.hq.results.attempts().entries
    assert (attempt["answers"], attempt["answer_findings"]) == ({"CM-ITEM": "Z"}, [found])
    assert ",altered:1-2," in to_csv([result])


def test_a_changed_last_answer_alone_is_found(desk: Desk) -> None:
    bundle = logged(desk, ["A", "B"])
    (given,) = bundle.answers
    other = bundle.model_copy(update={"answers": (given.model_copy(update={"value": "C"}),)})
    deliver(desk, other)
    (result,) = desk.hq.results.results().entries
    assert result["answer_findings"] == [{"what": "altered", "first": 2, "last": 2}]


@pytest.mark.parametrize(
    ("language", "text"), [("zh", "作答记录在数据库中被改动"), ("en", "answers altered")]
)
def test_the_results_page_says_so(
    desk: Desk, client: FlaskClient, language: str, text: str
) -> None:
    deliver(desk, altered(logged(desk, ["A", "B"])))
    sign_in(client)
    page = client.get(f"/results?lang={language}").get_data(as_text=True)
    assert text in page


def sign_in(client: FlaskClient) -> None:
    """Sign the chief in."""
    form = {"username": "chief", "password": PASSWORD}
    page = client.get("/sign-in").get_data(as_text=True)
    if 'name="csrf" value="' in page:
        form["csrf"] = page.split('name="csrf" value="', 1)[1].split('"', 1)[0]
    assert client.post("/sign-in", data=form).status_code in (302, 303)


def test_answers_without_a_chain_are_marked_as_not_protected(desk: Desk) -> None:
    deliver(desk, desk.result({"CM-ITEM": "A"}))
    (result,) = desk.hq.results.results().entries
    assert result["answer_findings"] == [{"what": "unsealed", "first": 1, "last": 1}]


@pytest.mark.parametrize(("revoked", "found"), [(False, []), (True, ["forged"])])
def test_seals_by_former_keys_count_unless_they_were_revoked(
    desk: Desk, *, revoked: bool, found: list[str]
) -> None:
    old, new = desk.keys, KeyPair.generate(entropy)
    request = make_request(CODE, "考点", new, NOW)
    desk.hq.centres.change_keys(CODE, request, BY, revoke=revoked)
    desk.keys = new
    deliver(desk, logged(desk, ["A"], old))
    (result,) = desk.hq.results.results().entries
    assert [one["what"] for one in result["answer_findings"]] == found
