"""A banned person with another document is a hint for a registrar; later bans are flagged, too."""

from datetime import date, timedelta

import pytest

from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import EventFilter
from sync.hq.errors import BadImport, NotFound, ReasonMissing
from sync.hq.registration.ban_flags import BanFlag
from sync.hq.registration.candidate_file import read_candidates
from sync.hq.registration.planning import Planned
from sync.hq.registration.roster_file import RosterEntry
from sync.hq.review.sanctions import CaseOutcome, Sanction
from sync.hq.sittings import NewPaper, NewSitting
from tests.hq.applicants import number, table
from tests.hq.desk import BY, CODE, NOW, PROGRAMME, Desk
from tests.hq.items import PROGRAMME as RULES
from tests.hq.review.board import Board

BAN = Sanction(CaseOutcome.BAN, "impersonation", months=12, everywhere=True)
PASSPORT = {"姓名": "考生一", "证件类型": "护照", "证件号码": "E12345678", "出生日期": "1990-01-01"}


@pytest.fixture
def board(desk: Desk) -> Board:
    return Board(desk)


def ban(board: Board) -> str:
    """Ban the candidate of the desk's sitting, a woman born on 1990-01-01; return the case."""
    candidate = board.desk.hq.registration.seats(board.desk.sitting)[0].candidate_id
    key = board.attempt("phone")
    board.desk.hq.lives.correct(candidate, {"identity_no": number(2)}, "更正", BY)
    return board.decided(BAN, key).name


def later(desk: Desk) -> str:
    new = NewSitting("以后", NOW + timedelta(days=60), [NewPaper(PROGRAMME)])
    return desk.hq.sittings.create(new, BY).id


def planned(desk: Desk, sitting: str, row: dict[str, str]) -> Planned:
    applications, problems = read_candidates(table(row), RULES, date(2026, 4, 25))
    assert [problem for problem in problems if problem.is_error] == []
    (found,) = desk.hq.applications.plan(sitting, applications)
    return found


def apply(desk: Desk, sitting: str, row: dict[str, str]) -> str:
    """Store an application; return the candidate."""
    applications, problems = read_candidates(table(row), RULES, date(2026, 4, 25))
    warnings = [problem for problem in problems if not problem.is_error]
    desk.hq.applications.take(sitting, applications, warnings, BY)
    return desk.hq.applications.list(sitting)[-1].candidate_id


def flags(desk: Desk, sitting: str) -> list[BanFlag]:
    return list(desk.hq.ban_flags.of_sitting(sitting))


def test_the_same_name_and_birth_date_with_a_passport_is_a_warning_and_no_refusal(
    board: Board,
) -> None:
    case, sitting = ban(board), later(board.desk)
    found = planned(board.desk, sitting, PASSPORT)
    assert [(one.code, one.is_error) for one in found.problems] == [("perhaps_banned", False)]
    assert case in found.problems[0].text
    assert found.state == "new"
    candidate = apply(board.desk, sitting, PASSPORT)
    (flag,) = flags(board.desk, sitting)
    assert (flag.candidate_id, flag.certain, flag.case) == (candidate, False, case)


@pytest.mark.parametrize(
    "other",
    [
        {"姓名": "考生二"},
        {"出生日期": "1990-01-02"},
        {"性别": "男"},
    ],
)
def test_another_name_birth_date_or_sex_is_another_person(
    board: Board, other: dict[str, str]
) -> None:
    ban(board)
    person = board.desk.hq.registration.seats(board.desk.sitting)[0].candidate_id
    board.desk.hq.lives.correct(person, {"sex": "female"}, "更正", BY)
    sitting = later(board.desk)
    assert planned(board.desk, sitting, {**PASSPORT, **other}).problems == ()
    apply(board.desk, sitting, {**PASSPORT, **other})
    assert flags(board.desk, sitting) == []


def test_a_roster_warns_likewise_where_the_number_has_the_birth_date(board: Board) -> None:
    ban(board)
    sitting = later(board.desk)
    entries = [RosterEntry(number(4), "考 生一")]
    (found,) = board.desk.hq.registration.plan_roster(sitting, CODE, entries)
    assert [one.code for one in found.problems] == ["perhaps_banned"]
    board.desk.hq.registration.import_roster(sitting, CODE, entries, BY)
    (flag,) = flags(board.desk, sitting)
    assert not flag.certain


def test_the_verdict_same_person_bans_like_the_number(board: Board) -> None:
    ban(board)
    desk, sitting = board.desk, later(board.desk)
    candidate = apply(desk, sitting, PASSPORT)
    (flag,) = flags(desk, sitting)
    desk.hq.ban_flags.judge(sitting, candidate, flag.ban_id, "same", "照片一致", BY)
    (flag,) = flags(desk, sitting)
    assert flag.certain
    other = desk.hq.sittings.create(
        NewSitting("再后", NOW + timedelta(days=90), [NewPaper(PROGRAMME)]), BY
    ).id
    with pytest.raises(BadImport, match="banned"):
        apply(desk, other, PASSPORT)
    (event,) = desk.hq.audit_log.listed(EventFilter(kind=AuditKind.BAN_MATCH_JUDGED))
    assert (event.data["verdict"], "照片一致" in str(event.data)) == ("same", False)


def test_the_verdict_another_person_ends_the_hint_for_good(board: Board) -> None:
    ban(board)
    desk, sitting = board.desk, later(board.desk)
    candidate = apply(desk, sitting, PASSPORT)
    (flag,) = flags(desk, sitting)
    desk.hq.ban_flags.judge(sitting, candidate, flag.ban_id, "other", "照片不同", BY)
    assert flags(desk, sitting) == []
    with pytest.raises(NotFound):
        desk.hq.ban_flags.judge(sitting, candidate, flag.ban_id, "same", "x", BY)


def test_a_verdict_needs_a_reason_and_a_match(board: Board) -> None:
    ban(board)
    desk, sitting = board.desk, later(board.desk)
    candidate = apply(desk, sitting, PASSPORT)
    (flag,) = flags(desk, sitting)
    judge = desk.hq.ban_flags.judge
    with pytest.raises(ReasonMissing):
        judge(sitting, candidate, flag.ban_id, "same", " ", BY)
    for made_up in (("nobody", flag.ban_id, "same"), (candidate, "", "same"),
                    (candidate, "none", "other"), (candidate, flag.ban_id, "maybe")):  # fmt: skip
        with pytest.raises(NotFound):
            judge(sitting, *made_up, "x", BY)


def test_a_ban_that_begins_after_the_application_is_flagged_until_it_is_refused(
    board: Board,
) -> None:
    desk = board.desk
    sitting = later(desk)
    person = desk.hq.registration.seats(desk.sitting)[0].candidate_id
    desk.hq.lives.correct(person, {"identity_no": number(2)}, "更正", BY)
    row = {"姓名": "考生一", "证件号码": number(2)}
    candidate = apply(desk, sitting, row)
    assert flags(desk, sitting) == []
    case = board.decided(BAN).name
    (flag,) = flags(desk, sitting)
    assert (flag.candidate_id, flag.certain, flag.case) == (candidate, True, case)
    desk.hq.applications.decide(sitting, candidate, "refused", "禁考", BY)
    assert flags(desk, sitting) == []


def test_a_sitting_that_is_over_flags_nobody(board: Board) -> None:
    sitting = later(board.desk)
    board.desk.seat(sitting)
    board.decided(BAN)
    assert len(flags(board.desk, sitting)) == 1
    board.desk.clock.pass_time(61 * 24 * 3600)
    assert flags(board.desk, sitting) == []
    with pytest.raises(NotFound):
        flags(board.desk, "none")
