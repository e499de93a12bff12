"""A sitting has any number of papers, of several programmes; they change until packages exist."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kiosk.exam.errors import NoSuchExamination, PaperImpossible
from kiosk.settings import read_text, resource
from sync.hq.errors import (
    AlreadyThere,
    NotFound,
    PackagesBuilt,
    PaperInUse,
    PapersMissing,
    SittingFar,
    SittingIdUnusable,
    SittingPast,
    TitleUnusable,
)
from sync.hq.planning.paper_list import SeatCount, every_paper
from sync.hq.planning.paper_names import editions_of, paper_names
from sync.hq.registration.roster_file import RosterEntry
from sync.hq.sittings import NewPaper, NewSitting, SittingView
from tests.hq.desk import BY, CODE, NOW, PROGRAMME, Desk, open_desk

SKILLS = "carbon-skills"
DAY = timedelta(days=1)
END_OF_CALENDAR = datetime(9999, 12, 31, 23, 59, tzinfo=ZoneInfo("America/New_York"))


def slot(desk: Desk, *papers: NewPaper) -> SittingView:
    new = NewSitting("4月", NOW + 3 * DAY, papers or [NewPaper(PROGRAMME)])
    return desk.hq.sittings.create(new, BY)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """An HQ without a package, which also has the programme of seven trades and three levels."""
    desk = open_desk(tmp_path, package=False)
    desk.hq.programmes.take(read_text(resource(f"config/programmes/{SKILLS}.toml")), BY)
    yield desk
    desk.hq.close()


def test_all_trades_and_levels_of_a_programme_are_added_in_one_act(desk: Desk) -> None:
    hq, sitting = desk.hq, slot(desk)
    hq.paper_list.add(sitting.id, every_paper(hq.programmes.get(SKILLS), 150), BY)
    found = hq.sittings.get(sitting.id)
    assert [paper.id for paper in found.papers] == [str(number) for number in range(1, 23)]
    assert found.ends_at == found.starts_at + timedelta(minutes=150)
    names = paper_names(found, editions_of(hq.programmes, [found]))
    assert names["1"].zh == hq.programmes.get(PROGRAMME).title.zh
    assert names["2"].en.count(" · ") == 2  # programme, trade, level


def test_a_paper_is_not_added_twice_nor_one_that_nobody_examines(desk: Desk) -> None:
    sitting = slot(desk)
    junior = NewPaper(SKILLS, "trading", "junior")
    desk.hq.paper_list.add(sitting.id, [junior], BY)
    for wrong, error in (
        ([junior], AlreadyThere),
        ([NewPaper(SKILLS, "trading")], NoSuchExamination),
        ([NewPaper("unknown")], NotFound),
        ([], PapersMissing),
    ):
        with pytest.raises(error):
            desk.hq.paper_list.add(sitting.id, wrong, BY)
    assert len(desk.hq.sittings.get(sitting.id).papers) == 2


def test_a_paper_is_removed_with_what_was_drawn_for_it(desk: Desk) -> None:
    sitting = slot(desk, NewPaper(PROGRAMME), NewPaper(SKILLS, "trading", "junior", 200))
    drawn = desk.hq.papers
    with pytest.raises(PaperImpossible, match="paper trading / junior"):
        drawn.draw(sitting.id, 1, BY)  # the bank has no items of this programme
    left = desk.hq.paper_list.remove(sitting.id, "2", BY)
    assert left.ends_at < sitting.ends_at
    drawn.draw(sitting.id, 1, BY)
    with pytest.raises(PapersMissing):
        desk.hq.paper_list.remove(sitting.id, "1", BY)


def test_a_paper_with_candidates_stays(desk: Desk) -> None:
    sitting = slot(desk, NewPaper(PROGRAMME), NewPaper(SKILLS, "trading", "junior"))
    entry = RosterEntry("99000119900101001X", "考生一", paper="2")
    desk.hq.registration.import_roster(sitting.id, CODE, [entry], BY)
    assert desk.hq.paper_list.seat_counts(sitting.id) == [SeatCount(CODE, "1", "2", 1)]
    with pytest.raises(PaperInUse, match="1 candidates"):
        desk.hq.paper_list.remove(sitting.id, "2", BY)


def test_papers_stay_once_a_package_is_built(desk: Desk) -> None:
    desk.hq.packages.build(desk.sitting, CODE, BY)
    with pytest.raises(PackagesBuilt):
        desk.hq.paper_list.add(desk.sitting, [NewPaper(SKILLS, "trading", "junior")], BY)


def test_one_paper_is_discarded_and_the_others_stay(desk: Desk) -> None:
    sitting = slot(desk)
    desk.hq.papers.draw(sitting.id, 1, BY)
    desk.hq.papers.discard(sitting.id, BY, "7")
    assert [paper.label for paper in desk.hq.papers.drawn(sitting.id)] == ["A"]
    desk.hq.papers.discard(sitting.id, BY, "1")
    assert desk.hq.papers.drawn(sitting.id) == []


def test_a_sitting_does_not_start_in_the_past(desk: Desk) -> None:
    begun = NewSitting("now", NOW - timedelta(minutes=2), [NewPaper(PROGRAMME)])
    desk.hq.sittings.create(begun, BY)
    late = NewSitting("past", NOW - timedelta(minutes=10), [NewPaper(PROGRAMME)])
    with pytest.raises(SittingPast):
        desk.hq.sittings.create(late, BY)


@pytest.mark.parametrize(
    ("slip", "error"),
    [
        ({"starts_at": END_OF_CALENDAR}, SittingFar),
        ({"starts_at": datetime(1, 1, 1, tzinfo=ZoneInfo("Asia/Shanghai"))}, SittingFar),
        ({"unlock_not_before": END_OF_CALENDAR}, SittingFar),
        ({"unlock_not_before": datetime(1, 1, 1, tzinfo=ZoneInfo("Asia/Shanghai"))}, SittingFar),
        ({"title": " \u3000\u200b"}, TitleUnusable),
        ({"title": "场" * 201}, TitleUnusable),
        ({"id": "../x"}, SittingIdUnusable),
        ({"id": "一场"}, SittingIdUnusable),
        ({"id": "x\n"}, SittingIdUnusable),
        ({"id": ""}, SittingIdUnusable),
    ],
)
def test_slips_in_times_titles_and_ids_are_refused(
    desk: Desk, slip: dict[str, Any], error: type[Exception]
) -> None:
    new = NewSitting("title", NOW + timedelta(days=3), [NewPaper(PROGRAMME)])
    with pytest.raises(error):
        desk.hq.sittings.create(replace(new, **slip), BY)
    assert [one.id for one in desk.hq.sittings.list()] == [desk.sitting]


def test_a_sitting_is_not_moved_to_the_end_of_the_calendar(desk: Desk) -> None:
    with pytest.raises(SittingFar):
        desk.hq.changes.move(desk.sitting, END_OF_CALENDAR, "slip", BY)
