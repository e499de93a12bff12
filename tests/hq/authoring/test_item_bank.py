"""The bank keeps every version and every use of an item, and stores all of a file or nothing."""

from datetime import timedelta

import pytest

from kiosk.exam.errors import PaperImpossible
from sync.hq.authoring.importing.rows import Preview
from sync.hq.authoring.interchange import formats
from sync.hq.authoring.parsed import Draft, Parsed
from sync.hq.errors import AlreadyThere, BadImport, NotFound, ReasonMissing
from sync.hq.problems import Problem
from sync.hq.sittings import NewPaper, NewSitting
from sync.wire.packages.package import open_package
from tests.hq.desk import BY, CODE, NOW, PROGRAMME, Desk
from tests.hq.items import PICTURE, PICTURE_BYTES, PICTURES, special, starter

ONE: dict[str, object] = {
    "id": "NEW-1",
    "type": "true_false",
    "subject": "theory",
    "domain": "policy",
    "stem": "1 + 1 = 2",
    "key": ["true"],
}


def preview(desk: Desk, *values: dict[str, object], **defaults: str) -> Preview:
    drafts = [Draft(one, "row", str(n)) for n, one in enumerate(values, start=2)]
    programme = desk.hq.programmes.get(PROGRAMME)
    return desk.hq.item_import.preview(programme, Parsed(drafts), defaults)


def new_sitting(desk: Desk, title: str = "next") -> str:
    return desk.hq.sittings.create(
        NewSitting(title, NOW + timedelta(days=9), [NewPaper(PROGRAMME)]), BY
    ).id


def test_a_preview_stores_nothing(desk: Desk) -> None:
    assert [row.state for row in preview(desk, ONE).rows] == ["added"]
    with pytest.raises(NotFound):
        desk.hq.bank.get(PROGRAMME, "NEW-1")


def test_one_bad_row_keeps_the_whole_file_out(desk: Desk) -> None:
    shown = preview(desk, ONE, {**ONE, "id": "NEW-2", "key": ["maybe"], "domain": "moon"})
    assert [(p.at, p.column, p.code) for p in shown.problems] == [
        ("3", "domain", "unknown_value"),
        ("3", "key", "key_unknown"),
    ]
    with pytest.raises(BadImport):
        desk.hq.item_import.store(shown, BY)
    assert len(desk.hq.bank.items(PROGRAMME)) == 95


def test_what_is_bad_can_be_left_out_on_purpose(desk: Desk) -> None:
    shown = preview(desk, ONE, {**ONE, "id": "NEW-2", "key": []})
    assert desk.hq.item_import.store(shown, BY, leave_out=True).added == 1
    assert desk.hq.bank.get(PROGRAMME, "NEW-1").version == 1


def test_an_item_that_stands_twice_is_named_with_both_rows(desk: Desk) -> None:
    (problem,) = preview(desk, ONE, {**ONE, "stem": "other"}).problems
    assert (problem.at, problem.code, problem.params["first"]) == ("3", "twice", "2")


def test_an_unsupported_item_is_not_blamed_for_what_was_not_read(desk: Desk) -> None:
    unsupported = Problem("unsupported", "line", "7", params={"name": "matching"})
    draft = Draft({"stem": "配对"}, "line", "7", problems=[unsupported])
    programme = desk.hq.programmes.get(PROGRAMME)
    (row,) = desk.hq.item_import.preview(programme, Parsed([draft])).rows
    assert (row.state, row.problems) == ("left_out", [unsupported])


def test_defaults_fill_what_a_foreign_file_does_not_say(desk: Desk) -> None:
    bare = {k: v for k, v in ONE.items() if k not in ("subject", "domain")}
    assert [p.column for p in preview(desk, bare).problems] == ["subject", "domain"]
    shown = preview(desk, bare, subject="practice", domain="footprint", difficulty="easy")
    (entry,) = shown.entries
    assert (entry.item.subject, entry.item.domain, entry.difficulty) == (
        "practice",
        "footprint",
        "easy",
    )


def test_a_changed_item_is_a_new_version_and_the_old_one_stays(desk: Desk) -> None:
    desk.hq.item_import.store(preview(desk, ONE), BY)
    assert [row.state for row in preview(desk, ONE).rows] == ["unchanged"]
    again = preview(desk, {**ONE, "stem": "1 + 1 = 3", "key": ["false"]})
    assert desk.hq.item_import.store(again, BY).changed == 1
    versions = desk.hq.bank.versions(PROGRAMME, "NEW-1")
    assert [(number, entry.item.stem) for number, _, entry in versions] == [
        (2, "1 + 1 = 3"),
        (1, "1 + 1 = 2"),
    ]
    assert desk.hq.bank.get(PROGRAMME, "NEW-1").entry.scheme.key == ("false",)


def test_a_new_difficulty_is_a_new_version(desk: Desk) -> None:
    desk.hq.item_import.store(preview(desk, ONE), BY)
    (row,) = preview(desk, {**ONE, "difficulty": "easy"}).rows
    assert row.state == "changed"


def test_what_a_paper_took_is_known(desk: Desk) -> None:
    desk.hq.packages.build(desk.sitting, CODE, BY)
    kept = desk.hq.bank.kept(PROGRAMME)
    used = [one for one in kept if one.uses]
    assert len(used) == 70
    (use,) = desk.hq.bank.uses(PROGRAMME, used[0].entry.item.id)
    assert (use.sitting_id, use.version, use.used_at) == (desk.sitting, 1, NOW)


def test_a_retired_item_is_drawn_no_more_until_it_is_reinstated(desk: Desk) -> None:
    names = [e.item.id for e in desk.hq.bank.items(PROGRAMME) if e.item.type == "short_answer"]
    with pytest.raises(ReasonMissing):
        desk.hq.bank.retire(PROGRAMME, names[0], " ", BY)
    for name in names:
        desk.hq.bank.retire(PROGRAMME, name, "leaked", BY)
    assert len(desk.hq.bank.items(PROGRAMME)) == 95 - len(names)
    sitting = new_sitting(desk)
    with pytest.raises(PaperImpossible, match="short_answer"):
        desk.hq.papers.draw(sitting, 1, BY)
    for name in names:
        desk.hq.bank.reinstate(PROGRAMME, name, "it was another one", BY)
    assert len(desk.hq.papers.draw(sitting, 1, BY)) == 1


def test_a_retired_item_stays_retired_when_it_is_changed(desk: Desk) -> None:
    desk.hq.item_import.store(preview(desk, ONE), BY)
    desk.hq.bank.retire(PROGRAMME, "NEW-1", "wrong", BY)
    desk.hq.item_import.store(preview(desk, {**ONE, "stem": "1 + 1 = 3"}), BY)
    kept = desk.hq.bank.get(PROGRAMME, "NEW-1")
    assert (kept.version, kept.retired_reason) == (2, "wrong")


def test_the_limits_of_exposure_are_named_when_they_leave_too_few(limited: Desk) -> None:
    sitting = new_sitting(limited)
    with pytest.raises(PaperImpossible, match="70 items were used too recently or too often"):
        limited.hq.papers.draw(sitting, 1, BY)
    limited.clock.pass_time(31 * 24 * 3600)
    assert len(limited.hq.papers.draw(sitting, 1, BY)) == 1


def test_papers_are_drawn_once_and_can_be_forgotten_until_a_package_is_built(desk: Desk) -> None:
    desk.hq.packages.build(desk.sitting, CODE, BY)
    sitting = new_sitting(desk)
    first = desk.hq.papers.draw(sitting, 1, BY)[0]
    with pytest.raises(AlreadyThere):
        desk.hq.papers.draw(sitting, 1, BY)
    desk.hq.papers.discard(sitting, BY)
    assert sum(one.uses for one in desk.hq.bank.kept(PROGRAMME)) == 70
    assert desk.hq.papers.draw(sitting, 1, BY)[0].id != first.id
    with pytest.raises(AlreadyThere):
        desk.hq.papers.discard(desk.sitting, BY)


def test_the_bank_gives_out_what_it_took_in(desk: Desk) -> None:
    assert sorted(desk.hq.bank.items(PROGRAMME), key=lambda e: e.item.id) == sorted(
        starter(), key=lambda e: e.item.id
    )


def test_pictures_travel_from_a_file_to_the_centre(desk: Desk) -> None:
    programme = desk.hq.programmes.get(PROGRAMME)
    for entry in desk.hq.bank.items(PROGRAMME):
        if entry.item.type == "single_choice" and entry.item.domain == "policy":
            desk.hq.bank.retire(PROGRAMME, entry.item.id, "make room", BY)
    entries = [
        type(entry)(
            entry.item.model_copy(update={"id": f"PIC-{number}"}),
            entry.scheme.model_copy(update={"item_id": f"PIC-{number}"}),
        )
        for number in range(6)
        for entry in special()[:1]
    ]
    name, data = formats.write("qti3.0", entries, PICTURES, programme)
    shown = desk.hq.item_import.preview(programme, formats.read(name, data, programme))
    assert desk.hq.item_import.store(shown, BY).added == 6
    assert desk.hq.pictures.get(PICTURE) == PICTURE_BYTES
    sitting = new_sitting(desk)
    seat = desk.hq.registration.seats(desk.sitting)[0]
    assert seat.admission_no
    desk.seat(sitting)
    built = desk.hq.packages.build(sitting, CODE, BY)
    opened = open_package(
        desk.hq.packages.data(built), desk.keys, desk.hq.public_keys, CODE, desk.clock.now()
    )
    desk.clock.pass_time(9 * 24 * 3600)
    code = desk.hq.unlocking.code(sitting, CODE, BY)
    assert set(opened.papers(opened.unlock(code, desk.keys)).pictures) == {PICTURE}


def test_a_picture_that_nobody_has_is_missing(desk: Desk) -> None:
    (problem,) = preview(desk, {**ONE, "stem": "![x](nowhere.png)"}).problems
    assert (problem.code, problem.params["value"]) == ("picture_missing", "nowhere.png")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"stem": "$x_1_2$"}, "formula_bad"),
        ({"stem": "a\ufffdb"}, "characters"),
        ({"type": "essay"}, "key_surplus"),
        ({"type": "short_answer", "key": []}, "scheme_missing"),
        (
            {"type": "short_answer", "key": [], "points": [{"text": "x", "marks": "3"}]},
            "marks",
        ),
        ({"type": "single_choice"}, "options_few"),
        ({"points": [{"text": "x", "marks": 1}]}, "points_surplus"),
        ({"colour": "red"}, "unknown_column"),
    ],
)
def test_each_mistake_has_its_own_words(desk: Desk, change: dict[str, object], code: str) -> None:
    assert code in {problem.code for problem in preview(desk, {**ONE, **change}).problems}


@pytest.mark.parametrize(
    ("filters", "text", "count"),
    [
        ({}, "", 95),
        ({"domain": "policy", "type": "single_choice"}, "", 8),
        ({}, "巴黎协定", 2),
        ({}, "cm-pol-00", 9),
        ({}, "100%", 0),
    ],
)
def test_items_are_found_by_filters_and_words(
    desk: Desk, filters: dict[str, str], text: str, count: int
) -> None:
    found = desk.hq.bank.kept(PROGRAMME, filters, text)
    assert len(found) == desk.hq.bank.count(PROGRAMME, filters, text) == count
    words = [(one.entry.item.id + one.entry.item.stem).casefold() for one in found]
    assert all(text.casefold() in word for word in words)
    page = desk.hq.bank.kept(PROGRAMME, filters, text, (1, 2))
    assert list(page) == list(found[1:3])
