"""The preview of an item file: every item as it will be, and nothing stored that nobody chose."""

import re
import time

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from sync.hq.authoring.interchange import formats
from sync.hq.persistence import tables
from sync.hq.web.app import create_app
from sync.hq.web.console.item_views import marked
from tests.centres import PASSWORD
from tests.hq.desk import BY, CLERK, PROGRAMME, Desk
from tests.hq.items import PICTURE, PICTURE_BYTES, PICTURES, special
from tests.hq.web.test_console import Staff

HEAD = "题号,题型,科目,领域,题干,A,B,答案,解析\n"
ROW = "{id},单选,碳排放管理理论,双碳目标政策,{stem},甲,乙,{key},因为\n"
OTHER = "谁负责核查温室气体排放报告"


@pytest.fixture
def staff(desk: Desk, client: FlaskClient) -> Staff:
    return Staff(client, desk)


def upload(staff: Staff, *rows: dict[str, str], **more: str) -> str:
    """Check a file; its preview."""
    lines = [ROW.format(**{"key": "B", **row}) for row in rows]
    data = (HEAD + "".join(lines)).encode()
    return staff.import_file("items", "bank.csv", data, programme=PROGRAMME, **more)


def upload_many(staff: Staff, count: int) -> str:
    return upload(staff, *({"id": f"M{n:04}", "stem": f"第 {n} 题"} for n in range(count)))


def choose(staff: Staff, **form: object) -> str:
    return staff.told(f"{staff.upload}/choices", **form)


def shown(page: str) -> list[str]:
    """Ids of the items on a page."""
    return re.findall(r'<h2 class="m-0" id="item-\d+">([^<]*)</h2>', page)


def ids(desk: Desk) -> list[str]:
    items = desk.hq.bank.items(PROGRAMME)
    return [entry.item.id for entry in items if not entry.item.id.startswith("CM-")]


def preview_rows(desk: Desk) -> int:
    found = 0
    with desk.hq.storage.database.read() as connection:
        for table in (tables.import_rows, tables.import_previews, tables.import_pictures):
            query = select(func.count()).select_from(table)
            found += connection.execute(query).scalar_one()
    return found


def test_each_item_is_shown_with_key_points_and_explanation(staff: Staff) -> None:
    page = upload(staff, {"id": "A1", "stem": "第一题"})
    assert re.search(r"single choice</span>\s*· 2 points", page)
    assert re.search(r'class="option key"><b>B</b><div>乙</div> <span[^>]*>Key', page)
    assert "因为" in page
    assert ids(staff.desk) == []


def test_pictures_of_the_file_are_shown_before_they_are_stored(staff: Staff) -> None:
    programme = staff.desk.hq.programmes.get(PROGRAMME)
    name, data = formats.write("moodle", special()[:1], PICTURES, programme)
    page = staff.import_file("items", name, data, programme=PROGRAMME)
    address = f"{staff.upload}/pictures/{PICTURE}"
    assert f'src="{address}"' in page
    assert "<math" in page
    assert staff.get(address).data == PICTURE_BYTES
    assert staff.get(f"/pictures/{PICTURE}").status_code == 404
    staff.store()
    assert staff.get(f"/pictures/{PICTURE}").data == PICTURE_BYTES


def test_a_changed_item_is_shown_beside_the_old_one_with_the_differences(staff: Staff) -> None:
    upload(staff, {"id": "A1", "stem": "碳排放配额由企业申报"})
    staff.store()
    page = upload(staff, {"id": "A1", "stem": "碳排放配额由政府核定", "key": "A"})
    assert "In the bank (version 1)" in page
    assert "由<del>企业申报</del>" in page
    assert "由<ins>政府核定</ins>" in page


@pytest.mark.parametrize(
    ("old", "new", "before", "after"),
    [
        ("the cat sat", "the dog sat", "the <del>cat</del> sat", "the <ins>dog</ins> sat"),
        ("温升控制", "温度控制", "温<del>升</del>控制", "温<ins>度</ins>控制"),
        ("a <c", "a <d", "a &lt;<del>c</del>", "a &lt;<ins>d</ins>"),
        ("a\nb", "a b", "a<del><br></del>b", "a<ins> </ins>b"),
    ],
)
def test_differences_are_marked_by_word_or_character(
    desk: Desk, old: str, new: str, before: str, after: str
) -> None:
    with create_app(desk.hq).test_request_context():
        assert marked(old, new) == (before, after)


def test_a_formula_is_replaced_as_a_whole(desk: Desk) -> None:
    with create_app(desk.hq).test_request_context():
        before, after = marked("若 $x+1$ 则", "若 $x+2$ 则")
    assert re.fullmatch(r"若 <del><math.*</math></del> 则", before)
    assert re.fullmatch(r"若 <ins><math.*</math></ins> 则", after)


def test_a_very_long_text_is_compared_in_time(desk: Desk) -> None:
    begun = time.monotonic()
    with create_app(desk.hq).test_request_context():
        marked("甲乙丙" * 20_000, "丙乙甲" * 20_000)
    assert time.monotonic() - begun < 5


def test_what_is_left_out_is_shown_with_its_problem_and_place(staff: Staff) -> None:
    upload(staff, {"id": "A1", "stem": "好题"}, {"id": "A2", "stem": "坏题<script>", "key": "C"})
    page = staff.get(f"{staff.upload}/preview?state=left_out").text
    assert shown(page) == ["A2"]
    assert "坏题&lt;script&gt;" in page
    assert "row 3" in page
    assert 'name="chosen"' not in page


def test_items_are_filtered_by_state_notes_and_text(staff: Staff) -> None:
    upload(staff, {"id": "A1", "stem": "第一题"}, {"id": "a 1", "stem": "第二题"})
    base = f"{staff.upload}/preview"
    assert shown(staff.get(f"{base}?state=added").text) == ["A1", "a 1"]
    assert shown(staff.get(f"{base}?noted=yes").text) == ["a 1"]
    assert shown(staff.get(f"{base}?text=第二").text) == ["a 1"]
    assert shown(staff.get(f"{base}?state=changed").text) == []
    assert shown(staff.get(f"{base}?state=nonsense&page=99").text) == ["A1", "a 1"]


def test_long_files_come_in_pages_and_choices_are_kept_between_them(staff: Staff) -> None:
    page = upload_many(staff, 60)
    assert len(shown(page)) == 25
    numbers = [str(number) for number in range(1, 26)]
    page = choose(staff, shown=numbers, chosen=numbers[1:], action="page-3", page="1")
    assert shown(page) == [f"M{number:04}" for number in range(50, 60)]
    staff.store(what="chosen")
    assert len(ids(staff.desk)) == 59
    assert "M0000" not in ids(staff.desk)


def test_only_what_was_chosen_is_stored(staff: Staff) -> None:
    upload(staff, *({"id": f"A{n}", "stem": f"第 {n} 题"} for n in range(3)))
    choose(staff, action="none", text="第 1 题")
    page = staff.store(what="chosen")
    assert ids(staff.desk) == ["A0", "A2"]
    assert "1 were not chosen" in page


def test_boxes_of_the_page_count_when_storing(staff: Staff) -> None:
    upload(staff, *({"id": f"A{n}", "stem": f"第 {n} 题"} for n in range(3)))
    staff.store(what="chosen", shown=["1", "2", "3"], chosen=["2"])
    assert ids(staff.desk) == ["A1"]


def test_nothing_chosen_is_not_called_a_success(staff: Staff) -> None:
    upload(staff, {"id": "A1", "stem": "第一题"})
    choose(staff, action="none")
    page = staff.store(what="chosen")
    assert "nothing was stored" in page
    assert "alert-success" not in page


def clash(staff: Staff) -> None:
    upload(staff, {"id": "A1", "stem": "碳排放配额是什么"})
    staff.store()
    upload(staff, {"id": "A1", "stem": OTHER}, {"id": "A2", "stem": "第二题"})


@pytest.mark.parametrize("what", ["all", "chosen"])
def test_a_clash_waits_for_a_decision(staff: Staff, what: str) -> None:
    clash(staff)
    page = staff.told(f"{staff.upload}/store", what=what)
    assert "Decide first" in page
    assert shown(page) == ["A1"]
    assert ids(staff.desk) == ["A1"]


@pytest.mark.parametrize(
    ("decision", "expected"),
    [
        ("replace", {"A1": OTHER, "A2": "第二题"}),
        ("separate", {"A1": "碳排放配额是什么", "A1-2": OTHER, "A2": "第二题"}),
        ("skip", {"A1": "碳排放配额是什么", "A2": "第二题"}),
    ],
)
@pytest.mark.parametrize("for_all", [True, False])
def test_clashes_are_decided_one_by_one_or_for_all(
    staff: Staff, decision: str, expected: dict[str, str], *, for_all: bool
) -> None:
    clash(staff)
    if for_all:
        choose(staff, action=decision)
    else:
        choose(staff, shown="1", chosen="1", **{"decision-1": decision})
    staff.store()
    hq = staff.desk.hq
    stems = {name: hq.bank.get(PROGRAMME, name).entry.item.stem for name in ids(staff.desk)}
    assert stems == expected


def test_a_clash_that_was_not_chosen_does_not_hold_up_the_others(staff: Staff) -> None:
    clash(staff)
    staff.store(what="chosen", shown=["1", "2"], chosen=["2"])
    assert ids(staff.desk) == ["A1", "A2"]


def test_what_changed_in_the_bank_meanwhile_is_reported_and_not_stored(staff: Staff) -> None:
    upload(staff, {"id": "A1", "stem": "碳排放配额由企业申报"})
    staff.store()
    upload(staff, {"id": "A1", "stem": "碳排放配额由政府核定"}, {"id": "A2", "stem": "第二题"})
    waiting = staff.upload
    upload(staff, {"id": "A1", "stem": "碳排放配额由核查机构核定"})
    staff.store()
    staff.upload = waiting
    page = staff.store()
    assert "changed in the bank after the preview" in page
    assert staff.desk.hq.bank.get(PROGRAMME, "A1").entry.item.stem == "碳排放配额由核查机构核定"
    assert ids(staff.desk) == ["A1", "A2"]


def test_the_name_of_the_import_can_be_given(staff: Staff) -> None:
    assert "<b>spring</b>" in upload(staff, {"id": "A1", "stem": "第一题"}, batch="spring")
    staff.store()
    assert staff.desk.hq.item_imports.list(PROGRAMME)[0].batch == "spring"


@pytest.mark.parametrize("end", ["store", "forget"])
def test_the_preview_is_deleted_with_its_upload(staff: Staff, end: str) -> None:
    programme = staff.desk.hq.programmes.get(PROGRAMME)
    before = sorted(staff.desk.hq.storage.blobs.names())
    name, data = formats.write("moodle", special()[:1], PICTURES, programme)
    staff.import_file("items", name, data, programme=PROGRAMME)
    assert preview_rows(staff.desk) == 3
    blobs = staff.desk.hq.storage.blobs
    assert not [sha for sha in blobs.names() if PICTURE_BYTES in blobs.get(sha)]
    reply = staff.post(f"{staff.upload}/{end}")
    if end == "store":
        staff.waited(reply.headers["Location"])
    else:
        assert sorted(staff.desk.hq.storage.blobs.names()) == before
    assert preview_rows(staff.desk) == 0
    assert staff.get(f"{staff.upload}/preview").status_code == 404


def test_an_old_preview_is_deleted(staff: Staff) -> None:
    upload(staff, {"id": "A1", "stem": "第一题"})
    old = staff.upload
    staff.desk.clock.pass_time(3 * 3600)
    upload(staff, {"id": "A1", "stem": "第一题"})
    assert staff.get(f"{old}/preview").status_code == 404
    assert preview_rows(staff.desk) == 2


def test_nobody_else_sees_or_stores_a_preview(staff: Staff) -> None:
    upload(staff, {"id": "A1", "stem": "第一题"})
    staff.desk.hq.accounts.create("other", PASSWORD, BY, CLERK)
    other = Staff(create_app(staff.desk.hq).test_client(), staff.desk, "other")
    assert other.get(f"{staff.upload}/preview").status_code == 404
    assert other.get(f"{staff.upload}/pictures/{PICTURE}").status_code == 404
    for form in ("choices", "store", "forget"):
        assert other.post(f"{staff.upload}/{form}", action="none").status_code == 404
    staff.store()
    assert ids(staff.desk) == ["A1"]


def test_the_same_file_again_changes_nothing(staff: Staff) -> None:
    upload(staff, {"id": "A1", "stem": "第一题"})
    staff.store()
    upload(staff, {"id": "A1", "stem": "第一题"})
    page = staff.store()
    assert "Nothing was stored." in page
    assert "1 as before" in page


def test_an_import_is_undone_at_the_console(staff: Staff) -> None:
    upload(staff, {"id": "A1", "stem": "第一题"})
    page = staff.store()
    address = re.search(r'href="(/item-imports/[^"/]+)"', page)
    assert address is not None
    assert "These items leave the bank (1)" in staff.get(address[1]).text
    assert staff.post(f"{address[1]}/undo", reason=" ").status_code == 422
    assert "Import undone: 1 items left" in staff.told(f"{address[1]}/undo", reason="wrong file")
    assert ids(staff.desk) == []
    page = staff.get(f"/item-imports/of/{PROGRAMME}").text
    assert "bank.csv" in page
    assert "undone" in page
    assert staff.post(f"{address[1]}/undo", reason="again").status_code == 422


def test_the_first_page_of_five_thousand_items_comes_within_a_second(staff: Staff) -> None:
    upload_many(staff, 5000)
    begun = time.monotonic()
    page = staff.get(f"{staff.upload}/preview")
    assert time.monotonic() - begun < 1
    assert len(shown(page.text)) == 25


@pytest.mark.parametrize("number", ["9" * 5000, "-1", "x", "²", ""])
def test_a_page_that_no_preview_has_is_the_first_or_the_last(staff: Staff, number: str) -> None:
    upload(staff, {"id": "A1", "stem": "第一题"})
    assert "第一题" in choose(staff, action=f"page-{number}", shown=number, chosen=number)
    assert staff.get(f"{staff.upload}/preview?page={number}").status_code == 200
    assert staff.get(f"/items/{PROGRAMME}?page={number}").status_code == 200
