"""Banned people are refused at the next registration, by number and by person, while it holds."""

from datetime import date, timedelta

import pytest

from sync.hq.errors import BadImport
from sync.hq.planning.repeats import Repeat
from sync.hq.registration.ban_errors import Banned
from sync.hq.registration.bans import RunningBans
from sync.hq.registration.candidate_file import read_candidates
from sync.hq.registration.roster_file import RosterEntry
from sync.hq.review.bans import BanFilter, BanView, months_after
from sync.hq.review.sanctions import AppealOutcome, CaseOutcome, Sanction
from sync.hq.review.steps import Said
from sync.hq.sittings import NewPaper, NewSitting
from tests.hq.applicants import number, table
from tests.hq.desk import BY, CODE, NOW, PROGRAMME, Desk
from tests.hq.items import PROGRAMME as RULES
from tests.hq.review.board import FOURTH, THIRD, Board

NUMBER = "99000119900101001X"
BAN = Sanction(CaseOutcome.BAN, "impersonation", months=12)


def later(desk: Desk) -> str:
    """A sitting in two months."""
    new = NewSitting("以后", NOW + timedelta(days=60), [NewPaper(PROGRAMME)])
    return desk.hq.sittings.create(new, BY).id


def seat(desk: Desk, sitting: str, number: str = NUMBER) -> None:
    desk.hq.registration.import_roster(sitting, CODE, [RosterEntry(number, "考生一")], BY)


def only(board: Board) -> BanView:
    (ban,) = board.review.bans.page(BanFilter(), None, 0, 9)
    return ban


def test_a_banned_person_gets_no_seat_and_the_refusal_names_case_and_day(board: Board) -> None:
    case, sitting = board.decided(BAN), later(board.desk)
    ban = only(board)
    assert (ban.identity_no, ban.programme_id, ban.until) == (
        NUMBER, PROGRAMME, months_after(NOW, 12),
    )  # fmt: skip
    with pytest.raises(BadImport) as refused:
        seat(board.desk, sitting)
    (problem,) = refused.value.problems
    assert problem.text == f"is banned until {ban.until:%Y-%m-%d} (case {case.name})"
    assert board.desk.hq.registration.seats(sitting) == []


@pytest.mark.parametrize("number", ["９９０００１１９９００１０１００１ｘ", f" {NUMBER.lower()} "])
def test_another_spelling_of_the_number_does_not_help(board: Board, number: str) -> None:
    board.decided(BAN)
    with pytest.raises(BadImport):
        seat(board.desk, later(board.desk), number)


def test_a_new_number_of_the_same_person_does_not_help(board: Board) -> None:
    board.decided(BAN)
    changed = {"identity_no": "990001199001010028"}
    board.desk.hq.lives.correct(only(board).candidate_id, changed, "补办", BY)
    with pytest.raises(BadImport):
        seat(board.desk, later(board.desk), "990001199001010028")


def test_a_preview_leaves_a_banned_applicant_out_and_says_so(board: Board) -> None:
    hq, key = board.desk.hq, board.attempt("phone")
    candidate = board.only().candidate_id
    hq.lives.correct(candidate, {"identity_no": number(1)}, "证件号码有误", BY)
    board.decided(Sanction(CaseOutcome.BAN, "impersonation", months=12, everywhere=True), key)
    sitting = later(board.desk)
    content = table({"姓名": "考生一"})
    applications, problems = read_candidates(content, RULES, date(2026, 4, 25))
    (planned,) = hq.applications.plan(sitting, applications)
    assert planned.state == "left_out"
    assert [problem.code for problem in planned.problems] == ["banned"]
    with pytest.raises(BadImport):
        hq.applications.take(sitting, applications, [*problems], BY)


def test_a_ban_of_one_programme_leaves_the_others_open(board: Board) -> None:
    board.decided(BAN)
    found = only(board)
    assert found.programme_id == PROGRAMME
    with board.desk.hq.storage.database.read() as connection:
        running = RunningBans(connection, NOW, [NUMBER])
        assert running.find(NUMBER, "", PROGRAMME) is not None
        assert running.find(NUMBER, "", "carbon-skills") is None
        over = RunningBans(connection, found.until, [NUMBER])
        assert over.find(NUMBER, "", PROGRAMME) is None


def test_a_ban_ends_by_itself_or_by_an_appeal(board: Board) -> None:
    case = board.decided(BAN)
    sitting = later(board.desk)
    board.review.decisions.appeal(case.id, Said("不服"), THIRD)
    board.review.decisions.propose_appeal(
        case.id, AppealOutcome.RESTORED, None, Said("证据不足"), THIRD
    )
    board.decide(case, FOURTH)
    seat(board.desk, sitting)
    assert len(board.desk.hq.registration.seats(sitting)) == 1


def test_no_other_way_to_a_seat_is_open_to_the_banned(board: Board) -> None:
    """Carrying candidates into a new sitting stores seats, too."""
    desk = board.desk
    sitting = later(desk)
    seat(desk, sitting)
    board.decided(BAN)
    candidate = only(board).candidate_id
    seats = desk.hq.registration.seats(sitting)
    assert [one.candidate_id for one in seats] == [candidate]
    desk.clock.pass_time(24 * 3600 * 61)
    with pytest.raises(Banned) as refused:
        desk.hq.repeats.repeat(sitting, Repeat("补考", NOW + timedelta(days=90)), BY)
    assert "考生一" in str(refused.value)


@pytest.mark.parametrize(
    ("months", "day"),
    [(1, date(2026, 2, 28)), (12, date(2027, 1, 31)), (25, date(2028, 2, 29))],
)
def test_months_end_on_the_same_day_or_the_last_of_a_shorter_month(months: int, day: date) -> None:
    start = NOW.replace(month=1, day=31)
    assert months_after(start, months).date() == day
