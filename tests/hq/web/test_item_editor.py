"""One item at the console: checked as an import is, stored as the next version, nothing lost."""

import io
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.hq.authoring.imports import declared, stored
from tests.hq.desk import PROGRAMME, Desk
from tests.hq.items import png
from tests.hq.web.test_console import Staff

NEW = f"/item-editor/{PROGRAMME}"
CHOICE: dict[str, Any] = {
    "id": "E1",
    "type": "single_choice",
    "subject": "theory",
    "domain": "policy",
    "stem": "下列属于温室气体的是（　　）。",
    "option": ["A", "B", "C", "D"],
    "text-A": "甲烷",
    "text-B": "氮气",
    "text-C": "氧气",
    "key": "A",
    "shuffle": "yes",
    "action": "save",
}


@pytest.fixture
def staff(desk: Desk, client: FlaskClient) -> Staff:
    return Staff(client, desk)


def address(item_id: str = "E1") -> str:
    return f"{NEW}/items/{item_id}"


def stored_stem(staff: Staff, item_id: str = "E1") -> tuple[int, str]:
    kept = staff.desk.hq.bank.get(PROGRAMME, item_id)
    return kept.version, kept.entry.item.stem


def test_a_new_item_is_stored_with_who_and_when(staff: Staff) -> None:
    page = staff.told(NEW, **CHOICE)
    assert "Item E1 stored as version 1." in page
    kept = staff.desk.hq.bank.get(PROGRAMME, "E1")
    assert [option.id for option in kept.entry.item.options] == ["A", "B", "C"]
    assert (kept.entry.scheme.key, kept.entry.item.shuffle) == (("A",), True)
    assert staff.desk.hq.bank.authors(PROGRAMME, "E1") == {1: "chief"}
    event = staff.desk.hq.audit_log.newest(1)[0]
    assert (event.kind, event.who, event.data["item"]) == ("item_edited", "chief", "E1")


def test_a_correction_is_the_next_version(staff: Staff) -> None:
    staff.told(NEW, **CHOICE)
    form = staff.get(address()).text
    assert 'name="version" value="1"' in form
    assert "甲烷" in form
    staff.told(address(), **{**CHOICE, "key": "B", "version": "1"})
    assert staff.desk.hq.bank.get(PROGRAMME, "E1").entry.scheme.key == ("B",)
    assert stored_stem(staff)[0] == 2


def test_saving_without_a_change_stores_nothing(staff: Staff) -> None:
    staff.told(NEW, **CHOICE)
    assert "Nothing was changed." in staff.told(address(), **CHOICE, version="1")
    assert stored_stem(staff)[0] == 1


def test_faults_stand_at_their_fields_and_nothing_is_stored(staff: Staff) -> None:
    reply = staff.post(NEW, **{**CHOICE, "text-B": "甲烷", "domain": "", "key": ""})
    assert reply.status_code == 422
    for text in ("options A and B read the same", "is missing", "the key must name exactly one"):
        assert text in reply.text
    assert 'aria-describedby="fault-domain-1' in reply.text
    assert "氧气" in reply.text  # what was typed is still there
    assert staff.get(f"/items/{PROGRAMME}/E1").status_code == 404


def test_notes_are_shown_before_the_item_is_stored(staff: Staff) -> None:
    noted = {**CHOICE, "text-D": "以上都是"}
    reply = staff.post(NEW, **noted)
    assert (reply.status_code, "Save anyway" in reply.text) == (200, True)
    assert "stays last" in reply.text
    assert staff.get(f"/items/{PROGRAMME}/E1").status_code == 404
    staff.told(NEW, **{**noted, "action": "save-anyway"})
    assert staff.desk.hq.bank.get(PROGRAMME, "E1").entry.item.options[3].fixed


def test_an_error_is_never_saved_anyway(staff: Staff) -> None:
    reply = staff.post(NEW, **{**CHOICE, "stem": "", "action": "save-anyway"})
    assert reply.status_code == 422


def test_somebody_elses_change_is_shown_and_not_overwritten(staff: Staff) -> None:
    staff.told(NEW, **CHOICE)
    staff.told(address(), **{**CHOICE, "stem": "他人的题干", "version": "1"})
    mine = {**CHOICE, "stem": "我的题干"}
    reply = staff.post(address(), **mine, version="1")
    assert reply.status_code == 409
    assert "他人" in reply.text
    assert "我的" in reply.text
    assert stored_stem(staff) == (2, "他人的题干")
    assert 'name="version" value="2"' in reply.text
    staff.told(address(), **mine, version="2")
    assert stored_stem(staff) == (3, "我的题干")


def test_a_new_item_does_not_overwrite_one_that_exists(staff: Staff) -> None:
    staff.told(NEW, **CHOICE)
    reply = staff.post(NEW, **{**CHOICE, "stem": "另一题"})
    assert reply.status_code == 409
    assert stored_stem(staff)[0] == 1


def test_a_written_item_without_marks_is_saved_as_a_draft(staff: Staff) -> None:
    essay = {"id": "E2", "type": "essay", "subject": "theory", "domain": "policy", "stem": "论述。"}
    reply = staff.post(NEW, **essay, action="save")
    assert "needs a mark scheme" in reply.text
    staff.told(NEW, **essay, action="save-anyway", model_answer="要点")
    entry = staff.desk.hq.bank.get(PROGRAMME, "E2").entry
    assert (entry.draft, entry.scheme.model_answer) == (True, "要点")


def test_mark_points_must_add_up_to_what_the_blueprint_gives(staff: Staff) -> None:
    answer = {
        "id": "E3",
        "type": "short_answer",
        "subject": "theory",
        "domain": "policy",
        "stem": "说明核算边界。",
        "point": ["p1", "p2"],
        "marks-p1": "5",
        "look-p1": "直接排放",
        "words-p1": "直接，燃烧",
        "marks-p2": "2",
        "look-p2": "间接排放",
        "action": "save",
    }
    reply = staff.post(NEW, **answer)
    assert "the marks add up to 7; the blueprint gives 8" in reply.text
    assert '<b id="sum">7</b>' in reply.text
    staff.told(NEW, **{**answer, "marks-p2": "3"})
    points = staff.desk.hq.bank.get(PROGRAMME, "E3").entry.scheme.points
    assert [(str(p.marks), p.keywords) for p in points] == [("5", ("直接", "燃烧")), ("3", ())]


def test_options_are_added_moved_and_removed_without_scripts(staff: Staff) -> None:
    page = staff.post(NEW, **{**CHOICE, "action": "add-option"}).text
    assert 'value="new1"' in page
    page = staff.post(NEW, **{**CHOICE, "action": "up B"}).text
    assert page.index("氮气") < page.index("甲烷")
    assert "氧气" not in staff.post(NEW, **{**CHOICE, "action": "remove C"}).text
    moved = {**CHOICE, "option": ["B", "A", "new1"], "text-new1": "氢气"}
    staff.told(NEW, **moved)
    item = staff.desk.hq.bank.get(PROGRAMME, "E1").entry
    assert [(o.id, o.text) for o in item.item.options] == [
        ("A", "氮气"),
        ("B", "甲烷"),
        ("C", "氢气"),
    ]
    assert item.scheme.key == ("B",)


def test_a_picture_is_stored_and_inserted(staff: Staff) -> None:
    reply = staff.post(f"{NEW}/pictures", picture=(io.BytesIO(png()), "a.png"))
    assert reply.status_code == 200, reply.text
    name = reply.get_json()["name"]
    assert staff.get(f"/pictures/{name}").status_code == 200
    staff.told(NEW, **{**CHOICE, "stem": f"![图]({name}) 是"})
    bad = staff.post(f"{NEW}/pictures", picture=(io.BytesIO(b"%PDF"), "a.pdf"))
    assert (bad.status_code, "cannot be used" in bad.get_json()["message"]) == (400, True)


def test_a_picture_is_inserted_without_scripts(staff: Staff) -> None:
    sent = {**CHOICE, "action": "picture", "into": "text-A", "alt": "流程]图"}
    page = staff.post(NEW, **sent, picture=(io.BytesIO(png()), "a.png")).text
    assert "甲烷![流程图](" in page
    page = staff.post(NEW, **sent, picture=(io.BytesIO(b"x"), "a.png")).text
    assert "the picture a.png cannot be used" in page


def test_a_picture_that_is_not_there_is_named(staff: Staff) -> None:
    assert "nowhere.png" in staff.post(NEW, **{**CHOICE, "stem": "![x](nowhere.png)"}).text


def test_the_preview_shows_what_candidates_see(staff: Staff) -> None:
    stem = "公式 $x^2$ 与 <b>粗</b> <script>"
    page = staff.post(f"{NEW}/preview", **{**CHOICE, "stem": stem}).text
    assert "<math" in page
    assert "&lt;script&gt;" in page
    assert page.count('class="tick') == 3


GROUPED = {**CHOICE, "group": "案例一", "stimulus": "某厂年排放 5 万吨。"}


def test_a_shared_text_changes_in_all_items_of_the_group_or_in_none(staff: Staff) -> None:
    staff.told(NEW, **GROUPED)
    second = {**GROUPED, "id": "E2", "stem": "另一问"}
    staff.told(NEW, **second)
    changed = {**GROUPED, "stimulus": "某厂年排放 6 万吨。", "version": "1"}
    reply = staff.post(address(), **changed)
    assert (reply.status_code, "1 other items show this shared text" in reply.text) == (409, True)
    assert stored_stem(staff)[0] == 1
    staff.told(address(), **changed, whole_group="yes")
    bank = staff.desk.hq.bank
    for item_id in ("E1", "E2"):
        kept = bank.get(PROGRAMME, item_id)
        assert (kept.version, kept.entry.item.stimulus) == (2, "某厂年排放 6 万吨。")


def test_a_new_item_of_a_group_starts_with_its_text(staff: Staff) -> None:
    staff.told(NEW, **GROUPED)
    assert "某厂年排放" in staff.get(f"{NEW}?group=案例一").text
    page = staff.post(NEW, **{**CHOICE, "group": "案例一", "action": "group-text"}).text
    assert "某厂年排放" in page


def test_versions_are_compared_and_restored(staff: Staff) -> None:
    staff.told(NEW, **CHOICE)
    staff.told(address(), **{**CHOICE, "stem": "坏题干", "version": "1"})
    assert "温室" in staff.get(f"{address()}/versions/1").text
    assert "restored as version 3" in staff.told(f"{address()}/restore", version="1", current="2")
    assert stored_stem(staff) == (3, CHOICE["stem"])
    assert staff.post(f"{address()}/restore", version="2", current="2").status_code == 409
    assert staff.get(f"{address()}/versions/9").status_code == 404


def test_an_imported_item_with_ids_of_its_own_keeps_them(staff: Staff) -> None:
    options = [{"id": "x1", "text": "甲烷"}, {"id": "x2", "text": "氮气"}]
    values = {name: CHOICE[name] for name in ("id", "type", "subject", "domain", "stem")}
    stored(staff.desk, declared({**values, "options": options, "key": ["x1"]}))
    sent = {**values, "option": ["x1", "x2", "new1"], "key": "x1", "version": "1"}
    texts = {"text-x1": "甲烷", "text-x2": "氮气", "text-new1": "氢气", "action": "save"}
    staff.told(address(), **sent, **texts, shuffle="yes")
    item = staff.desk.hq.bank.get(PROGRAMME, "E1").entry.item
    assert [option.id for option in item.options] == ["x1", "x2", "A"]


@pytest.mark.parametrize(
    "change",
    [
        {"stem": "长" * 20_001},
        {"option": [f"new{n}" for n in range(60)], **{f"text-new{n}": str(n) for n in range(60)}},
        {"type": "poem"},
        {"text-A": "\x00"},
        {"id": "x" * 65},
        {"key": ["A", "nowhere"], "type": "multiple_choice"},
    ],
)
def test_odd_forms_are_refused_without_harm(staff: Staff, change: dict[str, Any]) -> None:
    assert staff.post(NEW, **{**CHOICE, **change}).status_code == 422
    assert staff.desk.hq.bank.count(PROGRAMME) == 95


def test_the_editor_speaks_chinese(staff: Staff) -> None:
    staff.client.set_cookie("hq_lang", "zh")
    reply = staff.client.get(f"{NEW}?lang=zh")
    assert "新建试题" in reply.text
    assert "考生看到的样子" in reply.text


@pytest.mark.parametrize("item_id", ["2026/1", "政策 一?", "a#b", "50%", "x/retire"])
def test_every_id_has_its_pages(staff: Staff, item_id: str) -> None:
    stored(staff.desk, declared({**_statement(), "id": item_id}))
    listed = staff.get(f"/items/{PROGRAMME}?text=太阳").text
    links = re.findall(rf'href="(/items/{PROGRAMME}/[^"]+)"', listed)
    (link,) = [link for link in links if not link.endswith("template.xlsx")]
    page = staff.get(link).text
    (edit,) = re.findall(r'href="(/item-editor/[^"]+)"', page)
    assert 'name="version" value="1"' in staff.get(edit).text
    (retire,) = re.findall(r'action="(/items/[^"]+/retire)"', page)
    assert "Item retired" in staff.told(retire, reason="test")
    assert staff.desk.hq.bank.get(PROGRAMME, item_id).retired_at is not None


def _statement() -> dict[str, Any]:
    values = {"type": "true_false", "subject": "theory", "domain": "policy", "key": ["true"]}
    return {**values, "stem": "太阳从东边升起。"}


ENGLISH = {
    "translations.en.stem": "Which is a greenhouse gas?",
    "en-text-A": "Methane",
    "en-text-B": "Nitrogen",
    "en-text-C": "Oxygen",
}


def english_of(staff: Staff) -> list[tuple[str, list[str]]]:
    item = staff.desk.hq.bank.get(PROGRAMME, "E1").entry.item
    return [(other.stem, [option.text for option in other.options]) for other in item.translations]


def test_an_item_is_written_in_two_languages(staff: Staff) -> None:
    staff.told(NEW, **CHOICE, **ENGLISH)
    expected = [("Which is a greenhouse gas?", ["Methane", "Nitrogen", "Oxygen"])]
    assert english_of(staff) == expected
    page = staff.get(f"/items/{PROGRAMME}/E1").text
    assert '<section class="translation" aria-label="English text">' in page
    assert page.index("甲烷") < page.index("Which is a greenhouse gas?") < page.index("Methane")


def test_an_edit_keeps_the_other_language(staff: Staff) -> None:
    staff.told(NEW, **CHOICE, **ENGLISH)
    form = staff.get(address()).text
    for name, text in ENGLISH.items():
        assert re.search(rf'name="{name}"[^>]*>\s*{re.escape(text)}</textarea>', form)
    staff.told(address(), **{**CHOICE, **ENGLISH, "rationale": "见教材", "version": "1"})
    assert len(english_of(staff)) == 1


def test_what_a_translation_lacks_is_said(staff: Staff) -> None:
    reply = staff.post(NEW, **CHOICE, **{**ENGLISH, "en-text-C": ""})
    assert reply.status_code == 422
    assert "Options in English: the question has no option C in English" in reply.text
    reply = staff.post(NEW, **{**CHOICE, **ENGLISH, "text-C": ""})
    assert (reply.status_code, "it is empty" in reply.text) == (422, True)


def test_moved_and_removed_options_take_their_translation_along(staff: Staff) -> None:
    moved = staff.post(NEW, **{**CHOICE, **ENGLISH, "action": "up B"}).text
    assert moved.index("Nitrogen</textarea>") < moved.index("Methane</textarea>")
    removed = staff.post(NEW, **{**CHOICE, **ENGLISH, "action": "remove B"}).text
    assert "Nitrogen" not in removed


def test_the_preview_shows_both_languages(staff: Staff) -> None:
    page = staff.post(f"{NEW}/preview", **CHOICE, **ENGLISH).text
    assert page.index("氮气") < page.index("English text") < page.index("Nitrogen")
    assert "English text" not in staff.post(f"{NEW}/preview", **CHOICE).text


def test_only_the_language_that_the_item_is_not_in_is_offered(staff: Staff) -> None:
    staff.told(NEW, **CHOICE)
    assert "<summary>English text" in staff.get(address()).text
    assert "<summary>Chinese text" not in staff.get(address()).text
    texts = {"text-A": "Methane", "text-B": "Nitrogen", "text-C": "Oxygen"}
    form = staff.post(NEW, **{**CHOICE, "stem": "Which?", **texts, "action": "preview"}).text
    assert "<summary>Chinese text" in form
    assert "<summary>English text" not in form


def test_a_group_text_comes_in_the_languages_of_the_item(staff: Staff) -> None:
    shared = {"translations.en.stimulus": "A plant emits 50,000 t a year."}
    staff.told(NEW, **GROUPED, **ENGLISH, **shared)
    second = {**CHOICE, "id": "E2", "group": "案例一", "action": "group-text"}
    assert "A plant emits" in staff.post(NEW, **second, **ENGLISH).text
    assert "A plant emits" not in staff.post(NEW, **second).text


def test_a_translated_text_of_a_group_changes_in_all_that_have_it(staff: Staff) -> None:
    shared = {"translations.en.stimulus": "A plant emits 50,000 t a year."}
    staff.told(NEW, **GROUPED, **ENGLISH, **shared)
    staff.told(NEW, **{**GROUPED, "id": "E2", "stem": "另一问"}, **ENGLISH, **shared)
    staff.told(NEW, **{**GROUPED, "id": "E3", "stem": "第三问"})
    changed = {**shared, "translations.en.stimulus": "A plant emits 60,000 t a year."}
    reply = staff.post(address(), **{**GROUPED, **ENGLISH, **changed, "version": "1"})
    assert (reply.status_code, "1 other items show this shared text" in reply.text) == (409, True)
    staff.told(address(), **{**GROUPED, **ENGLISH, **changed, "version": "1"}, whole_group="yes")
    kept = {name: staff.desk.hq.bank.get(PROGRAMME, name) for name in ("E2", "E3")}
    assert kept["E2"].entry.item.translations[0].stimulus.endswith("60,000 t a year.")
    assert (kept["E2"].version, kept["E3"].version) == (2, 1)


def test_a_changed_translation_is_marked_between_versions(staff: Staff) -> None:
    staff.told(NEW, **CHOICE)
    staff.told(address(), **{**CHOICE, **ENGLISH, "version": "1"})
    staff.told(address(), **{**CHOICE, **ENGLISH, "en-text-B": "Argon", "version": "2"})
    page = staff.get(f"{address()}/versions/2").text
    assert "<del>Nitrogen</del>" in page
    assert "<ins>Argon</ins>" in page
    page = staff.get(f"{address()}/versions/1").text
    assert "<ins>Which is a greenhouse gas?</ins>" in page
