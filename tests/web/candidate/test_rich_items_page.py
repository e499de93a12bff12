"""Tables, emphasis, shared stimuli and many options on the exam page, in a real browser."""

import base64
import re
from string import ascii_uppercase

import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

from kiosk.exam.items.item import Item
from kiosk.hall.services import CentreServices
from tests.centres import Package, Site
from tests.web.candidate.test_exam_page import BY, FIGURE, go_to, saved
from tests.web.conftest import SITTING

pytestmark = pytest.mark.e2e

TABLE = """下表是某企业的能源消耗量：
| 能源 | 单位 | 消耗量 | 排放因子 |
| --- | --- | --- | --- |
| 原煤 | t | <b>12 000</b> | $1.9003$ |
| 天然气 | 10<sup>4</sup> m<sup>3</sup> | 35 | <s>2.1622</s> |
CO<sub>2</sub> 排放量是多少？"""
WIDE = "\n".join([
    "| " + " | ".join(f"{month} 月" for month in range(1, 13)) + " |",
    "|" + " --- |" * 12,
    "| " + " | ".join(str(month * 1000) for month in range(1, 13)) + " |",
])  # fmt: skip
CASE = "某水泥厂的工艺流程如图：![流程](line.svg)\n" + "企业位于北方，年产熟料百万吨。\n" * 40
FIFTEEN = [{"id": id_, "text": f"第 {id_} 项措施"} for id_ in ascii_uppercase[:14]]


def _item(name: str, **fields: object) -> Item:
    options = [{"id": id_, "text": id_} for id_ in "ABCD"]
    values = {"type": "single_choice", "subject": "theory", "domain": "policy"}
    return Item.model_validate({"id": name, **values, "options": options, **fields})


ITEMS = (
    _item("R1", stem=TABLE, options=[*FIFTEEN, {"id": "O", "text": "以上都是", "fixed": True}]),
    _item("R2", stem="全年<b>用电量</b>", group="case", stimulus=CASE, shuffle=False, options=[
        {"id": "A", "text": "<s>乙</s>10<sup>3</sup> <u>t</u>"},
        {"id": "B", "text": "H<sub>2</sub>O"},
    ]),
    _item("R3", stem="折旧", group="case", stimulus=CASE),
    _item("R6", stem="其他", group="case", stimulus="较新的材料"),
    _item("R4", stem=WIDE),
    _item("R5", stem="短", group="note", stimulus="某企业 2025 年碳强度下降 <i>3</i>%。"),
)  # fmt: skip


@pytest.fixture
def package(site: Site) -> Package:
    """A paper with all of them."""
    return site.package(extra=ITEMS, pictures={"line.svg": base64.b64encode(FIGURE).decode()})


@pytest.fixture
def page(page: Page) -> Page:
    """The smallest usual screen."""
    page.set_viewport_size({"width": 1366, "height": 768})
    return page


def box(place: Locator) -> FloatRect:
    """Where it is on the page."""
    found = place.bounding_box()
    assert found is not None
    return found


def test_a_table_in_a_stem_is_a_real_table(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    go_to(page, hall, attempt_id, "R1")
    table = page.locator(".stem table")
    expect(table.locator("thead th[scope=col]")).to_have_text(
        ["能源", "单位", "消耗量", "排放因子"]
    )
    expect(table.locator("tbody td b")).to_have_text("12 000")
    expect(table.locator("tbody td math")).to_have_count(1)
    expect(table.locator("tbody td sup")).to_have_text(["4", "3"])
    expect(table.locator("tbody td s")).to_have_text("2.1622")
    expect(page.locator(".stem > sub")).to_have_text("2")
    expect(page.locator(".table-box")).not_to_have_attribute("tabindex", "0")


def test_fifteen_options_have_letters_and_the_fixed_one_is_last(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    go_to(page, hall, attempt_id, "R1")
    expect(page.locator(".option .letter")).to_have_text(list(ascii_uppercase[:15]))
    expect(page.locator(".option").last).to_contain_text("以上都是")
    page.keyboard.press("9")
    expect(page.locator(".option input").nth(8)).to_be_checked()
    page.locator(".option").last.click()
    saved(page)
    assert hall.attempts.view(attempt_id).answers["R1"] == "O"


def test_options_show_raised_lowered_and_struck_text_in_the_items_order(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    go_to(page, hall, attempt_id, "R2")
    first, second = page.locator(".option-text").all()
    assert [first.locator(tag).inner_text() for tag in ("s", "sup", "u")] == ["乙", "3", "t"]
    expect(second.locator("sub")).to_have_text("2")


def test_a_long_stimulus_is_beside_its_items_and_stays_where_it_was_scrolled_to(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    go_to(page, hall, attempt_id, "R2")
    stimulus, text = page.locator("#stimulus"), page.locator(".stimulus-box")
    items = {view.id: view.number for view in hall.attempts.view(attempt_id).items}
    first, last = sorted((items["R2"], items["R3"]))
    expect(stimulus).to_have_accessible_name(f"Material for questions {first}, {last}")
    assert box(stimulus)["x"] + box(stimulus)["width"] < box(page.locator("#item"))["x"]
    assert box(stimulus)["y"] + box(stimulus)["height"] < box(page.locator(".item-bar"))["y"]
    text.evaluate("(box) => { box.scrollTop = 300; }")
    go_to(page, hall, attempt_id, "R3")
    expect(page.locator(".stem")).to_have_text("折旧")
    assert text.evaluate("(box) => box.scrollTop") == 300
    go_to(page, hall, attempt_id, "R1")
    expect(stimulus).to_be_hidden()


def test_a_long_stimulus_scrolls_by_keyboard(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    go_to(page, hall, attempt_id, "R2")
    text = page.locator(".stimulus-box")
    expect(text).to_have_attribute("tabindex", "0")
    text.focus()
    page.keyboard.press("PageDown")
    page.wait_for_function("() => document.querySelector('.stimulus-box').scrollTop > 0")
    expect(page.locator(".stem b")).to_have_text("用电量")  # elsewhere the key shows the next item


@pytest.mark.parametrize("width", [683, 1024])
def test_on_narrow_screens_the_stimulus_is_above_the_stem(
    page: Page, hall: CentreServices, attempt_id: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 768})
    go_to(page, hall, attempt_id, "R2")
    above, item = box(page.locator("#stimulus")), box(page.locator("#item"))
    assert above["y"] + above["height"] <= item["y"]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_short_stimulus_is_above_the_stem(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    go_to(page, hall, attempt_id, "R5")
    expect(page.locator(".stimulus i")).to_have_text("3")
    assert box(page.locator("#stimulus"))["y"] < box(page.locator("#item"))["y"]
    assert box(page.locator("#stimulus"))["x"] == box(page.locator("#item"))["x"]


def test_an_item_of_the_group_with_another_stimulus_has_its_own(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    go_to(page, hall, attempt_id, "R2")
    go_to(page, hall, attempt_id, "R6")
    expect(page.locator(".stimulus-box")).to_have_text("较新的材料")
    expect(page.locator("#stimulus")).to_have_accessible_name(re.compile(r"question \d+$"))


def test_a_wide_table_scrolls_in_its_box_by_keyboard(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    go_to(page, hall, attempt_id, "R4")
    table = page.locator(".table-box")
    expect(table).to_have_attribute("tabindex", "0")
    table.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.querySelector('.table-box').scrollLeft > 0")
    assert page.locator("#main").evaluate("(main) => main.scrollWidth <= main.clientWidth")


def test_a_pause_takes_the_stimulus_out_of_the_page(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    go_to(page, hall, attempt_id, "R2")
    hall.group_pauses.pause(SITTING, "fire alarm", BY)
    expect(page.locator("dialog.pause-overlay")).to_be_visible()
    expect(page.locator("#stimulus")).to_be_empty()
    hall.group_pauses.resume(SITTING, "the alarm was false", BY)
    expect(page.locator(".stimulus-box")).to_be_visible()
