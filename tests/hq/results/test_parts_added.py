"""Parts sat in different sittings: drawn, packed, scored, added up (R3)."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import insert

from kiosk.exam.attempt.states import EndReason
from sync.hq.core.roles import Grant, Role
from sync.hq.core.sheets import COMPLETE, PARTIAL, VOID, WAITING
from sync.hq.errors import (
    AlreadyThere,
    PartMinutesMissing,
    PartsTogether,
    PartTimesUnfit,
    PartUnknown,
)
from sync.hq.persistence.result_tables import result_decisions
from sync.hq.planning.paper_names import editions_of, paper_names
from sync.hq.results.recompute import recompute
from sync.hq.results.versions import ResultCause, Why
from sync.hq.sittings import NewPaper
from sync.wire.delivery.result import HandAdmission
from tests.centres import PASSWORD
from tests.hq.desk import BY, NOW, open_desk
from tests.hq.results.parts_office import (
    LEVEL,
    PERSON,
    SATURDAY,
    SKILLS,
    SUNDAY,
    TECHNIQUE,
    THEORY,
    TRADE,
    Office,
    key_of,
    office_of_parts,
    programme,
)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with office_of_parts(tmp_path) as found:
        yield found


def test_a_paper_of_one_part_has_its_items_and_its_name(office: Office) -> None:
    sitting = office.prepare(SATURDAY, THEORY)
    hq = office.desk.hq
    drawn, view = hq.papers.get(sitting), hq.sittings.get(sitting)
    assert {section.part for section in drawn.paper.sections} == {"theory"}
    assert len(drawn.paper.items) == 45
    assert view.papers[0].parts == THEORY
    assert view.duration_minutes == 60
    names = paper_names(view, editions_of(hq.programmes, [view]))
    assert names["1"].zh.endswith("初级 · 基础理论知识")


def test_saturday_and_sunday_add_up_to_one_result(office: Office) -> None:
    saturday, sunday = office.prepare(SATURDAY, THEORY), office.prepare(SUNDAY, TECHNIQUE)
    office.sat(saturday)
    first = office.result(saturday)
    assert (first.status, first.total, first.passed) == (PARTIAL, None, None)
    assert first.parts == {"theory": "50"}
    office.sat(sunday)
    second = office.result(sunday)
    assert (second.status, second.total, second.passed) == (COMPLETE, "90.0", True)
    assert second.parts == {"theory": "50", "technique": "40"}
    assert second.taken["theory"]["attempt_id"] == key_of(saturday).attempt_id
    # The first result stays what it was: the candidate was told so.
    assert office.result(saturday).version == first.version
    assert office.desk.hq.recomputation.check() == []


def test_the_order_in_which_results_arrive_does_not_matter(office: Office) -> None:
    saturday, sunday = office.prepare(SATURDAY, THEORY), office.prepare(SUNDAY, TECHNIQUE)
    office.sat(sunday)
    assert office.result(sunday).status == PARTIAL
    office.sat(saturday)
    found = office.result(sunday)
    assert (found.status, found.total, found.version) == (COMPLETE, "90.0", 2)
    assert office.desk.hq.recomputation.check() == []


def test_a_void_part_no_longer_counts_and_an_appeal_restores_the_total(office: Office) -> None:
    saturday, sunday = office.prepare(SATURDAY, THEORY), office.prepare(SUNDAY, TECHNIQUE)
    office.sat(saturday, voided=True)
    office.sat(sunday)
    assert office.result(saturday).status == VOID
    assert (office.result(sunday).status, office.result(sunday).total) == (PARTIAL, None)
    office.sat(saturday, voided=False, revision=2)
    assert (office.result(sunday).status, office.result(sunday).total) == (COMPLETE, "90.0")


def test_a_part_that_is_declared_void_has_to_be_sat_again(office: Office) -> None:
    whole, sunday = office.prepare(SATURDAY, ()), office.prepare(SUNDAY, TECHNIQUE)
    office.sat(whole)
    office.sat(sunday)
    assert office.result(sunday).total == "90.0"
    now = office.desk.clock.now()
    decision = {
        "centre_code": key_of(whole).centre_code,
        "attempt_id": key_of(whole).attempt_id,
        "number": 1,
        "kind": "voided",
        "reason_code": "other",
        "text": "…",
        "by": "a",
        "second": "b",
        "at": now,
        "case_id": "c",
        "parts": ["theory"],
    }
    with office.desk.hq.storage.database.write() as connection:
        connection.execute(insert(result_decisions).values(**decision))
        recompute(connection, [key_of(whole)], Why(ResultCause.DECIDED, "a", now))
    assert (office.result(whole).total, office.result(whole).passed) == ("40.0", False)
    assert (office.result(sunday).status, office.result(sunday).total) == (PARTIAL, None)


def test_sunday_waits_while_saturdays_written_answers_have_no_marks(office: Office) -> None:
    saturday, sunday = office.prepare(SATURDAY, TECHNIQUE), office.prepare(SUNDAY, THEORY)
    drawn = office.desk.hq.papers.get(saturday)
    written = next(item.id for item in drawn.paper.items if not item.type.objective)
    office.sat(saturday, {**office.answers(saturday), written: "文字"})
    office.sat(sunday)
    assert office.result(saturday).status == WAITING
    assert (office.result(sunday).status, office.result(sunday).pending_count) == (WAITING, 0)


def test_a_whole_paper_stands_for_itself_and_gives_parts_to_a_later_one(office: Office) -> None:
    whole, again = office.prepare(SATURDAY, ()), office.prepare(SUNDAY, TECHNIQUE)
    drawn, right = office.desk.hq.papers.get(whole), office.answers(whole)
    theory = {item.id for item in drawn.paper.items if item.subject == "theory"}
    office.sat(whole, {item: value for item, value in right.items() if item in theory})
    assert (office.result(whole).total, office.result(whole).passed) == ("50.0", False)
    office.sat(again)
    assert (office.result(again).total, office.result(again).passed) == ("90.0", True)
    assert office.result(whole).passed is False


def test_a_person_who_stayed_away_has_no_part(office: Office) -> None:
    saturday, sunday = office.prepare(SATURDAY, THEORY), office.prepare(SUNDAY, TECHNIQUE)
    office.desk.sitting = saturday
    never = office.desk.result({}).timing.model_copy(update={"started_at": None})
    office.sat(saturday, {}, end_reason=EndReason.ABSENT, timing=never)
    office.sat(sunday)
    assert (office.result(saturday).status, office.result(sunday).status) == ("absent", PARTIAL)


@pytest.mark.parametrize(
    ("parts", "minutes", "error"),
    [
        (("oral",), 60, PartUnknown),
        (THEORY, None, PartMinutesMissing),
        (THEORY, 5, PartTimesUnfit),
    ],
)
def test_parts_that_cannot_be_sat_alone_are_refused(
    office: Office, parts: tuple[str, ...], minutes: int | None, error: type[Exception]
) -> None:
    before = len(office.desk.hq.sittings.list())
    with pytest.raises(error):
        office.plan(SATURDAY, parts, minutes)
    assert len(office.desk.hq.sittings.list()) == before


def test_a_programme_that_does_not_separate_its_parts_has_them_sat_together(
    tmp_path: Path,
) -> None:
    desk = open_desk(tmp_path, package=False)
    desk.hq.programmes.take(programme(""), BY)
    with pytest.raises(PartsTogether, match=r"\[separate_parts\]"):
        Office(desk).plan(SATURDAY, THEORY)
    assert Office(desk).plan(SATURDAY, (*THEORY, *TECHNIQUE))
    desk.hq.close()


def test_a_sitting_has_one_paper_of_a_trade_and_level_whatever_its_parts(office: Office) -> None:
    sitting = office.plan(SATURDAY, THEORY)
    with pytest.raises(AlreadyThere):
        office.desk.hq.paper_list.add(sitting, [NewPaper(SKILLS, TRADE, LEVEL, 60, TECHNIQUE)], BY)


def test_a_day_sat_as_a_guest_counts_once_a_registrar_has_said_whose_it_is(office: Office) -> None:
    saturday, sunday = office.prepare(SATURDAY, THEORY), office.prepare(SUNDAY, TECHNIQUE)
    by_hand = HandAdmission(
        name="考生一", identity_no=PERSON, seat="9", reason="漏报", by="chief", at=NOW
    )
    guest: dict[str, Any] = {"candidate_id": "GUEST", "admission_no": "G1", "admitted": by_hand}
    office.sat(sunday)
    office.sat(saturday, **guest)
    assert (office.result(saturday).status, office.result(sunday).status) == (
        *("not_on_roster", PARTIAL),
    )
    hq = office.desk.hq
    hq.accounts.create("clerk", PASSWORD, BY, [Grant(Role.REGISTRAR)])
    hq.guests.accept(key_of(saturday), "漏报，已核对证件", "clerk")
    assert (office.result(sunday).status, office.result(sunday).total) == (COMPLETE, "90.0")
    assert hq.recomputation.check() == []


@pytest.mark.parametrize("forged", [{"sitting_id": "UNKNOWN"}, {"admission_no": "2026A0099"}])
def test_an_attempt_that_names_what_is_not_here_keeps_no_other_from_its_result(
    office: Office, forged: dict[str, Any]
) -> None:
    saturday, sunday = office.prepare(SATURDAY, THEORY), office.prepare(SUNDAY, TECHNIQUE)
    office.sat(saturday, **forged)
    office.sat(sunday)
    assert (office.result(sunday).status, office.result(sunday).taken) == (PARTIAL, {})
    assert office.desk.hq.recomputation.check() == []


def test_an_admission_ticket_names_the_part(office: Office) -> None:
    hq, sitting = office.desk.hq, office.prepare(SATURDAY, THEORY)
    made = hq.tickets.make(hq.sittings.get(sitting), hq.applications.programmes(sitting))
    (page,) = PdfReader(io.BytesIO(made.pdf)).pages
    assert "基础理论知识" in page.extract_text().replace("\0", "")
