"""Letters of a case: what they say, made once, sealed, and never changed afterwards."""

import io
from datetime import timedelta

import pytest
from pypdf import PdfReader

from sync.hq.review.case_rows import CaseView
from sync.hq.review.errors import DocumentGone, StepRefused
from sync.hq.review.incidents import READING
from sync.hq.review.sanctions import AppealOutcome, CaseOutcome, Sanction
from sync.hq.review.steps import Said
from tests.hq.desk import NOW
from tests.hq.review.board import FOURTH, REVIEWER, SECOND, THIRD, VOID, Board

_BLANKS = str.maketrans("", "", "\0\n \u3000")
"""What extracting text from a PDF puts between Chinese characters."""


def letter(board: Board, case: CaseView, kind: str) -> str:
    """The text of a letter that is made now."""
    board.review.letters.make(case.id, kind, REVIEWER)
    made = [one for one in board.review.documents.of_case(case.id) if one.kind == kind][-1]
    _view, data = board.review.documents.open(made.id, REVIEWER, READING)
    pages = PdfReader(io.BytesIO(data)).pages
    return "".join(page.extract_text() for page in pages).translate(_BLANKS)


def test_the_notice_names_facts_and_the_right_to_be_heard(board: Board) -> None:
    case = board.case()
    board.review.cases.notify(case.id, Said(), REVIEWER)
    text = letter(board, case, "notice")
    for said in ("事先告知书", case.name, "考生一", "画面中有手机", "测得值0.82，界限0.6",
                 "考试期间使用手机", "陈述和申辩", "2026年04月30日", "不是处理决定"):  # fmt: skip
        assert said in text
    assert "99000119900101001X" not in text


def test_the_decision_names_ground_hearing_outcome_and_appeal(board: Board) -> None:
    ban = Sanction(CaseOutcome.BAN, "impersonation", months=12)
    text = letter(board, board.decided(ban), "decision")
    for said in ("处理决定书", "替考", "第八条", "已于2026年04月25日听取", "成绩无效",
                 "2026年04月25日起至2027年04月25日止", "60日内", "申诉不会加重处理"):  # fmt: skip
        assert said in text


def test_a_candidate_who_said_nothing_is_told_so(board: Board) -> None:
    case = board.case()
    board.review.cases.notify(case.id, Said(), REVIEWER)
    board.desk.clock.pass_time(6 * 24 * 3600)
    board.review.decisions.propose(case.id, VOID, Said("画面清晰"), REVIEWER)
    assert "未提出陈述和申辩" in letter(board, board.decide(case, SECOND), "decision")


def test_the_letter_about_an_appeal_restores(board: Board) -> None:
    case = board.decided()
    decisions = board.review.decisions
    decisions.appeal(case.id, Said("不服"), REVIEWER)
    decisions.propose_appeal(case.id, AppealOutcome.RESTORED, None, Said("证据不足"), THIRD)
    board.decide(case, FOURTH)
    text = letter(board, case, "appeal_decision")
    for said in ("申诉复核决定书", "撤销原决定，恢复您的考试成绩", "证据不足", "行政诉讼"):
        assert said in text


def test_a_letter_is_made_once_and_only_when_its_time_has_come(board: Board) -> None:
    case = board.case()
    for kind in ("notice", "decision", "appeal_decision", "unheard_of"):
        with pytest.raises(StepRefused):
            board.review.letters.make(case.id, kind, REVIEWER)
    board.review.cases.notify(case.id, Said(), REVIEWER)
    board.review.letters.make(case.id, "notice", REVIEWER)
    with pytest.raises(StepRefused):
        board.review.letters.make(case.id, "notice", REVIEWER)


def test_letters_and_texts_are_stored_sealed_and_can_be_deleted(board: Board) -> None:
    case = board.decided()
    board.review.letters.make(case.id, "decision", REVIEWER)
    blobs = board.desk.hq.storage.blobs
    for name in blobs.names(NOW + timedelta(days=9999)):
        assert "手机".encode() not in blobs.get(name)
    assert board.review.documents.delete([case.id], REVIEWER) == 4
    gone = board.review.documents.of_case(case.id)[0]
    with pytest.raises(DocumentGone):
        board.review.documents.open(gone.id, REVIEWER, READING)
