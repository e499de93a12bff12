"""A run stores what it found and from what; nothing is overwritten, and everything is recorded."""

import csv
import io
import json

import pypdfium2
import pytest
from sqlalchemy import insert

from kiosk.exam.items.item import AnswerValue
from kiosk.exam.papers.rulings import RulingKind
from sync.hq.core.role_errors import RoleMissing
from sync.hq.core.roles import Grant, Role, Scope
from sync.hq.errors import NotFound
from sync.hq.persistence.result_tables import item_rulings
from sync.hq.similarity.errors import NothingToCompare
from sync.hq.similarity.exports import HEADINGS
from sync.hq.similarity.listing import PairFilter, PairView, RunView
from sync.hq.similarity.reports import Form
from sync.hq.similarity.search import Level
from sync.hq.similarity.side_by_side import Match
from sync.wire.delivery.bundle import seal_bundle
from tests.centres import PASSWORD
from tests.hq.desk import BY, CODE, NOW, PROGRAMME, Desk
from tests.hq.similarity.world import COPIER, PASSAGE, SOURCE, WRITERS, Exam, Examined, hold_exam


@pytest.fixture
def exam(examined: Examined) -> Exam:
    return examined.exam


@pytest.fixture
def desk(examined: Examined) -> Desk:
    return examined.desk


def compare(desk: Desk, exam: Exam, by: str = BY) -> RunView:
    run_id, *others = desk.hq.similarity_runs.run(exam.sitting, "1", by)
    assert not others
    return desk.hq.similarity_findings.run(run_id)


def pairs(desk: Desk, run: RunView) -> list[PairView]:
    return list(desk.hq.similarity_findings.pairs(run.id).pairs)


def seats(pair: PairView) -> set[str]:
    return {pair.first.attempt_id, pair.second.attempt_id}


def test_the_pair_that_copied_and_the_shared_passage_are_named(desk: Desk, exam: Exam) -> None:
    run = compare(desk, exam)
    assert (run.candidates, run.compared, run.strong, run.notable, run.texts) == (30, 435, 1, 0, 1)
    copied, written = pairs(desk, run)
    assert seats(copied) == {f"S{SOURCE}", f"S{COPIER}"}
    assert (copied.level, copied.relation, copied.number) == (Level.STRONG, "neighbours", 1)
    assert (copied.facts["rows"], copied.facts["columns"]) == (0, 1)
    assert copied.first.name == "考生8"
    facts, times = copied.facts["answers"], copied.facts["times"]
    assert facts["same"] > facts["expected"][0] + 12
    assert times["pair"]["close"] > times["most"] > times["pair"]["expected"]
    assert seats(written) == {f"S{writer}" for writer in WRITERS}
    assert (written.level, written.cluster) == (Level.TEXT, 2)
    assert written.facts["texts"][0]["text"][:10] in PASSAGE
    assert desk.hq.similarity_findings.pair(copied.id) == copied


def test_an_honest_sitting_names_nobody(desk: Desk) -> None:
    run = compare(desk, hold_exam(desk, days=9, copying=False))
    assert run.computed
    assert (run.strong, run.notable, run.texts) == (0, 0, 0)
    assert run.summary["rooms"][0]["candidates"] == 30


def test_with_too_few_candidates_nothing_is_computed_and_the_run_says_so(desk: Desk) -> None:
    run = compare(desk, hold_exam(desk, 9, days=9, copying=False))
    assert (run.candidates, run.compared, run.computed) == (9, 0, False)
    assert not pairs(desk, run)


def test_a_paper_without_results_is_refused(desk: Desk, exam: Exam) -> None:
    for sitting, paper in ((desk.sitting, "1"), (exam.sitting, "2"), ("nowhere", "1")):
        with pytest.raises(NothingToCompare):
            desk.hq.similarity_runs.run(sitting, paper, BY)
    assert not desk.hq.similarity_findings.runs()


def test_a_run_can_be_repeated_and_what_it_was_made_from_is_known(desk: Desk, exam: Exam) -> None:
    first, again = compare(desk, exam), compare(desk, exam)
    assert first.input_digest == again.input_digest
    assert [pair.holm for pair in pairs(desk, first)] == [pair.holm for pair in pairs(desk, again)]
    assert [run.id for run in desk.hq.similarity_findings.runs()] == [again.id, first.id]
    assert desk.hq.similarity_findings.runs(before=again.cursor)[0].id == first.id
    event = desk.hq.audit_log.newest(1)[0]
    assert (event.kind, event.who, event.data["run"]) == ("similarity_run", BY, again.id)
    assert event.data["input_digest"] == first.input_digest
    assert desk.hq.audit_log.verify().whole


def send(desk: Desk, exam: Exam, values: dict[str, AnswerValue], **changes: object) -> None:
    """Another bundle of somebody's, whose own answers these are."""
    bundle = desk.result(values).model_copy(
        update={
            "sitting_id": exam.sitting,
            "candidate_id": exam.seats[0].candidate_id,
            "admission_no": exam.seats[0].admission_no,
            **changes,
        }
    )
    sealed = seal_bundle(bundle, desk.keys, desk.hq.public_keys)
    desk.hq.intake.accept("result", CODE, sealed.id, sealed.data)


def test_who_answered_nothing_or_twice_is_left_out_and_counted(desk: Desk, exam: Exam) -> None:
    package = desk.hq.packages.newest(exam.sitting, CODE)
    ref = desk.result({}).package.model_copy(update={"id": package.id, "version": package.version})
    before = compare(desk, exam)
    send(desk, exam, {}, attempt_id="EMPTY", package=ref)
    item = exam.paper.items[0]
    send(desk, exam, {item.id: item.option_ids[0]}, attempt_id="TWICE", package=ref)
    run = compare(desk, exam)
    assert run.candidates == 30
    assert run.summary["left_out"] == {"unanswered": 1, "several_attempts": 1}
    assert run.input_digest == before.input_digest


def test_a_changed_key_changes_what_is_right(desk: Desk, exam: Exam) -> None:
    run = compare(desk, exam)
    copied = pairs(desk, run)[0]
    lines = desk.hq.similarity_reports.open_pair(run, copied, BY)
    line = next(line for line in lines if line.match is Match.SAME_WRONG and line.item.options)
    picked = sorted(
        option.id for n, option in enumerate(line.item.options) if "ABCDEFGH"[n] in line.answers[0]
    )
    _rule(desk, line.item.id, picked)
    again = desk.hq.similarity_reports.open_pair(run, copied, BY)
    same = {found.item.id: found.match for found in again}
    assert same[line.item.id] is Match.SAME_RIGHT
    assert compare(desk, exam).input_digest != run.input_digest


def _rule(desk: Desk, item_id: str, key: list[str]) -> None:
    row = {
        "id": "R1", "programme_id": PROGRAMME, "item_id": item_id, "sitting_id": "",
        "kind": RulingKind.NEW_KEY, "key": key, "reason": "wrong", "proposed_by": BY,
        "proposed_at": NOW, "approved_by": BY, "applied_at": NOW, "number": 1,
    }  # fmt: skip
    with desk.hq.storage.database.write() as connection:
        connection.execute(insert(item_rulings).values(row))


def test_both_sheets_are_shown_question_by_question(desk: Desk, exam: Exam) -> None:
    run = compare(desk, exam)
    copied = pairs(desk, run)[0]
    lines = desk.hq.similarity_reports.open_pair(run, copied, BY)
    assert [line.item.id for line in lines] == [item.id for item in exam.paper.items]
    facts = copied.facts["answers"]
    count = [line.match for line in lines].count
    assert count(Match.SAME_WRONG) == facts["same_wrong"]
    assert count(Match.SAME_RIGHT) == facts["same_right"]
    assert {line.apart_s for line in lines} >= {12.0}
    assert all(line.places[0] != 0 and line.places[1] for line in lines)
    event = desk.hq.audit_log.newest(1)[0]
    assert (event.kind, event.data["pair"]) == ("similar_pair_viewed", copied.id)


def test_reports_say_that_they_are_no_verdict_and_are_recorded(desk: Desk, exam: Exam) -> None:
    run = compare(desk, exam)
    found = pairs(desk, run)
    written = {form: desk.hq.similarity_reports.write(run, found, form, BY) for form in Form}
    document = pypdfium2.PdfDocument(written[Form.PDF])
    text = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    for words in ("不是违纪认定", "never a verdict", "考生8", "2026S0009", "van der Linden"):
        assert words in text
    plain = json.loads(written[Form.JSON])
    assert plain["pairs"][0]["facts"] == found[0].facts
    rows = list(csv.DictReader(io.StringIO(written[Form.CSV].decode("utf-8-sig"))))
    assert tuple(rows[0]) == HEADINGS
    assert rows[0]["first"] == found[0].first.admission_no
    event = desk.hq.audit_log.newest(1)[0]
    assert (event.kind, event.data) == (
        "similarity_reported", {"run": run.id, "form": "csv", "pairs": 2},
    )  # fmt: skip


def test_pairs_are_read_page_by_page_and_by_room(desk: Desk, exam: Exam) -> None:
    run, findings = compare(desk, exam), desk.hq.similarity_findings
    second = findings.pairs(run.id, page=2, size=1)
    assert (second.total, [pair.number for pair in second.pairs]) == (2, [2])
    assert findings.pairs(run.id, PairFilter(level="strong")).total == 1
    assert findings.pairs(run.id, PairFilter(centre_code=CODE, room="1")).total == 2
    assert findings.pairs(run.id, PairFilter(centre_code=CODE, room="2")).total == 0
    assert findings.pairs(run.id, PairFilter(cluster=1)).total == 1


def test_a_scope_hides_what_it_does_not_cover(desk: Desk, exam: Exam) -> None:
    run, findings = compare(desk, exam), desk.hq.similarity_findings
    for grant, seen in (
        (Grant(Role.REVIEWER), 2),
        (Grant(Role.REVIEWER, PROGRAMME, CODE), 2),
        (Grant(Role.REVIEWER, PROGRAMME, "上海"), 0),
        (Grant(Role.REVIEWER, "other"), 0),
    ):
        scope = Scope(frozenset({grant}))
        assert findings.pairs(run.id, scope=scope).total == seen
        programme = grant.programme_id in ("", PROGRAMME)
        assert bool(findings.runs(scope=scope)) == programme
        assert bool(findings.comparable(scope=scope)) == bool(seen)


def test_who_lost_the_role_meanwhile_stores_nothing(desk: Desk, exam: Exam) -> None:
    desk.hq.accounts.create("ann", PASSWORD, BY, [Grant(Role.AUDITOR)])
    with pytest.raises(RoleMissing):
        desk.hq.similarity_runs.run(exam.sitting, "1", "ann")
    assert not desk.hq.similarity_findings.runs()


def test_runs_and_pairs_that_do_not_exist_are_not_found(desk: Desk) -> None:
    for read in (desk.hq.similarity_findings.run, desk.hq.similarity_findings.pair):
        with pytest.raises(NotFound):
            read("nothing")
