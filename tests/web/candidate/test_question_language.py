"""Questions in two languages: the switch changes their texts, and nothing that a candidate did."""

import base64
import re

import pytest
from playwright.sync_api import Page, Route, expect

from kiosk.exam.items.item import Item
from kiosk.hall.services import CentreServices
from kiosk.hall.views.attempt import ItemView
from tests.centres import Package, Site
from tests.event_logs import event_log
from tests.web.axe import faults, needs_axe
from tests.web.candidate.test_exam_page import FIGURE, go_to, saved
from tests.web.candidate.test_highlighter import MARKED, select
from tests.web.conftest import ARRIVE, SITTING, WHO, open_paper

pytestmark = pytest.mark.e2e

CASE = "某水泥厂的工艺流程如图：![流程](line.svg)\n" + "企业位于北方，年产熟料百万吨。\n" * 40
ENGLISH_CASE = "A cement works: ![Process](line.svg)\n" + "It stands in the north.\n" * 40


def _item(name: str, english: dict[str, object] | None = None, **fields: object) -> Item:
    values = {"id": name, "type": "single_choice", "subject": "theory", "domain": "policy"}
    translations = [{"language": "en", **english}] if english else []
    return Item.model_validate({**values, "translations": translations, **fields})


def _options(*texts: str) -> list[dict[str, str]]:
    return [{"id": letter, "text": text} for letter, text in zip("ABCD", texts, strict=False)]


ITEMS = (
    _item(
        "L1", stem="哪种气体的全球变暖潜势最高？", options=_options("二氧化碳", "甲烷", "六氟化硫"),
        english={"stem": "Which gas has the highest warming potential?",
                 "options": _options("Carbon dioxide", "Methane", "Sulphur hexafluoride")},
    ),
    _item(
        "L2", stem="上图中哪台设备耗能最多？", group="case", stimulus=CASE,
        options=_options("回转窑", "水泥磨"),
        english={"stem": "Which machine uses most energy?", "stimulus": ENGLISH_CASE,
                 "options": _options("The kiln", "The mill")},
    ),
    _item("L3", stem="该企业位于哪里？", options=_options("南方", "北方"),
          group="case", stimulus=CASE),
    _item("L4", type="short_answer", stem="简述碳核查的步骤。",
          english={"stem": "Describe the steps of a verification."}),
    _item("L5", type="true_false", stem="碳排放权可以交易。",
          english={"stem": "Emission allowances can be traded."}),
)  # fmt: skip


@pytest.fixture
def package(site: Site) -> Package:
    """A paper with questions of which some are in both languages."""
    return site.package(extra=ITEMS, pictures={"line.svg": base64.b64encode(FIGURE).decode()})


@pytest.fixture
def page(page: Page) -> Page:
    """The smallest usual screen."""
    page.set_viewport_size({"width": 1366, "height": 768})
    return page


def switch(page: Page, to: str) -> None:
    """Change the language, and wait for the page's words."""
    page.locator("#language").click()
    expect(page.locator("#language")).to_have_text({"en": "中文", "zh": "English"}[to])


def refuse(route: Route) -> None:
    route.abort("connectionfailed")


def shown(page: Page, hall: CentreServices, attempt_id: str, name: str, language: str) -> None:
    """Open a question in a language."""
    page.goto(f"/exam?lang={language}")
    expect(page.locator("#navigator .cell").first).to_be_visible()
    go_to(page, hall, attempt_id, name)


def test_a_half_typed_answer_goes_on_in_the_other_language(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    shown(page, hall, attempt_id, "L4", "zh")
    expect(page.locator("#stem")).to_have_text("简述碳核查的步骤。")
    page.route("**/answers", refuse)
    field = page.locator("textarea.essay")
    field.click()
    page.keyboard.type("half word")
    page.keyboard.press("ArrowLeft")
    field.evaluate("(field) => { window.sameField = field; }")
    switch(page, "en")
    expect(page.locator("#stem")).to_have_text("Describe the steps of a verification.")
    expect(page.locator("#stem")).to_have_attribute("lang", "en")
    expect(field).to_be_focused()
    assert field.evaluate("(field) => field === window.sameField && field.selectionStart === 8")
    page.keyboard.type("-")
    expect(field).to_have_value("half wor-d")
    page.unroute("**/answers")
    saved(page)
    assert hall.attempts.view(attempt_id).answers == {"L4": "half wor-d"}


def test_a_word_that_the_input_method_composes_is_finished_after_the_switch(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    shown(page, hall, attempt_id, "L4", "zh")
    field = page.locator("textarea.essay")
    field.click()
    keyboard = page.context.new_cdp_session(page)
    keyboard.send(
        "Input.imeSetComposition", {"text": "tan", "selectionStart": 3, "selectionEnd": 3}
    )
    expect(field).to_have_value("tan")
    switch(page, "en")
    expect(page.locator("#stem")).to_have_text("Describe the steps of a verification.")
    keyboard.send("Input.insertText", {"text": "碳"})
    expect(field).to_have_value("碳")
    saved(page)
    assert hall.attempts.view(attempt_id).answers == {"L4": "碳"}


def test_a_choice_made_in_english_is_the_same_one_in_chinese(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    shown(page, hall, attempt_id, "L1", "en")
    expect(page.locator("#stem")).to_have_text("Which gas has the highest warming potential?")
    page.locator(".option", has_text="Helium").or_(
        page.locator(".option", has_text="Methane")
    ).click()
    page.locator(".option-row", has_text="Carbon dioxide").locator(".strike").click()
    page.locator(".option-row", has_text="Sulphur").locator("input").focus()
    order = [option.id for option in _view(hall, attempt_id, "L1").options]
    switch(page, "zh")
    expect(page.locator("#stem")).to_have_text("哪种气体的全球变暖潜势最高？")
    expect(page.locator("#stem")).to_have_attribute("lang", "zh-CN")
    texts = {"A": "二氧化碳", "B": "甲烷", "C": "六氟化硫"}
    expect(page.locator(".option-text")).to_have_text([texts[name] for name in order])
    expect(page.locator(".option:has(input:checked)")).to_contain_text("甲烷")
    expect(page.locator("[data-struck=yes]")).to_contain_text("二氧化碳")
    expect(page.locator("input[value=C]")).to_be_focused()
    saved(page)
    assert hall.attempts.view(attempt_id).answers == {"L1": "B"}
    assert {entry["lang"] for entry in _attributes(page, ".option-text")} == {"zh-CN"}


def _view(hall: CentreServices, attempt_id: str, name: str) -> ItemView:
    return next(item for item in hall.attempts.view(attempt_id).items if item.id == name)


def _attributes(page: Page, selector: str) -> list[dict[str, str]]:
    return list(page.locator(selector).evaluate_all(
        "(found) => found.map((element) => ({ lang: element.lang }))"
    ))  # fmt: skip


def test_material_stays_scrolled_and_its_picture_keeps_the_focus(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    shown(page, hall, attempt_id, "L2", "zh")
    box = page.locator(".stimulus-box")
    expect(box).to_contain_text("某水泥厂")
    box.locator(".figure-button").focus()
    box.evaluate("(box) => { box.scrollTop = 120; }")
    switch(page, "en")
    expect(box).to_contain_text("A cement works")
    expect(box.locator("img")).to_have_attribute("alt", "Process")
    expect(box.locator(".figure-button")).to_be_focused()
    expect(page.locator("#stimulus-title")).to_contain_text("Material for questions")
    assert box.evaluate("(box) => box.scrollTop") == 120
    assert box.locator("img").evaluate("async (i) => { await i.decode(); return i.naturalWidth; }")
    assert page.locator(".stimulus-box > div").get_attribute("lang") == "en"


def test_a_question_in_one_language_stays_with_its_own_material(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    shown(page, hall, attempt_id, "L2", "en")
    expect(page.locator(".stimulus-box")).to_contain_text("A cement works")
    go_to(page, hall, attempt_id, "L3")
    expect(page.locator("#stem")).to_have_text("该企业位于哪里？")
    expect(page.locator("#stem")).to_have_attribute("lang", "zh-CN")
    expect(page.locator(".stimulus-box")).to_contain_text("某水泥厂")
    expect(page.locator(".stimulus-box")).not_to_contain_text("cement")
    expect(page.locator("#original-only")).to_have_text("Original text only")
    switch(page, "zh")
    expect(page.locator("#original-only")).to_be_hidden()
    go_to(page, hall, attempt_id, "L2")
    switch(page, "en")
    expect(page.locator("#original-only")).to_be_hidden()


def test_marks_belong_to_one_language(page: Page, hall: CentreServices, attempt_id: str) -> None:
    shown(page, hall, attempt_id, "L1", "zh")
    page.get_by_role("button", name="标亮文字").click()
    select(page, "#stem", 0, 4)
    assert page.evaluate(MARKED) == ["哪种气体"]
    switch(page, "en")
    assert page.evaluate(MARKED) == []
    select(page, "#stem", 0, 9)
    assert page.evaluate(MARKED) == ["Which gas"]
    switch(page, "zh")
    assert page.evaluate(MARKED) == ["哪种气体"]
    page.reload()
    expect(page.locator("#stem")).to_be_visible()
    assert page.evaluate(MARKED) == ["哪种气体"]


def test_without_the_server_questions_and_words_stay_in_their_language(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    shown(page, hall, attempt_id, "L4", "zh")
    page.context.set_offline(True)
    page.locator("#language").click()
    expect(page.locator("#time-note")).to_contain_text("暂时无法切换语言")
    expect(page.locator("#stem")).to_have_text("简述碳核查的步骤。")
    page.context.set_offline(False)
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved")
    switch(page, "en")
    expect(page.locator("#stem")).to_have_text("Describe the steps of a verification.")


def test_a_pause_ends_in_the_language_of_the_page(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    shown(page, hall, attempt_id, "L4", "zh")
    switch(page, "en")
    hall.pauses.pause(attempt_id, "power", "staff:chief")
    expect(page.locator(".pause-overlay h2")).to_have_text("The exam is paused")
    hall.pauses.resume(attempt_id, "power", "staff:chief")
    expect(page.locator("#stem")).to_have_text("Describe the steps of a verification.")


def read_in(hall: CentreServices) -> list[str]:
    """The languages that the event log has, oldest first."""
    events = event_log(hall, SITTING, 1000)
    return [event.data["language"] for event in reversed(events) if event.kind == "page_language"]


def test_the_log_knows_what_was_read(page: Page, hall: CentreServices, attempt_id: str) -> None:
    """The page opened in English; opened again in the same language, it adds nothing."""
    for language in ("zh", "en"):
        with page.expect_response("**/conduct"):
            switch(page, language)
    with page.expect_response("**/conduct"):
        open_paper(page)
    with page.expect_response("**/conduct"):
        switch(page, "zh")
    assert read_in(hall) == ["en", "zh", "en", "zh"]


def test_the_switch_says_what_it_changes(page: Page, hall: CentreServices, attempt_id: str) -> None:
    page.goto("/exam?lang=en")
    expect(page.locator("#language")).to_have_attribute("title", re.compile("exist in both"))
    page.locator(".legend a", has_text="Help").click()
    expect(page.locator("dialog")).to_contain_text("If the two differ, the original text counts.")


def test_who_waits_reads_of_both_languages_once_the_paper_is_unlocked(
    page: Page, hall: CentreServices, sitting: str, package: Package
) -> None:
    attempt_id = str(page.evaluate(ARRIVE, WHO))
    hall.verification.decide(attempt_id, True, "same person", "staff:chief")
    page.goto("/waiting?lang=en")
    expect(page.locator(".rules")).to_be_visible()
    rule = page.locator(".rules li", has_text="the original text counts")
    expect(rule.locator("visible=true")).to_have_count(0)
    hall.sittings.unlock(sitting, package.code, "staff:chief")
    expect(page.locator("#translated-some")).to_be_visible()
    expect(page.locator("#translated-all")).to_be_hidden()
    page.reload()
    expect(page.locator("#translated-some")).to_be_visible()


def test_the_practice_changes_with_its_questions(page: Page) -> None:
    page.goto("/practice?lang=en")
    expect(page.locator("#stem")).to_contain_text("How can you choose an option?")
    page.locator("body").press("2")
    switch(page, "zh")
    expect(page.locator("#stem")).to_contain_text("怎样")
    expect(page.locator("input:checked")).to_have_value("b")
    expect(page.locator("#next")).to_have_text("下一题")
    switch(page, "en")
    expect(page.locator("#stem")).to_contain_text("How can you choose an option?")


@needs_axe
def test_both_languages_meet_wcag(page: Page, hall: CentreServices, attempt_id: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    shown(page, hall, attempt_id, "L2", "zh")
    assert faults(page) == []
    switch(page, "en")
    assert faults(page) == []
    for name in ("L1", "L3", "L4", "L5"):
        go_to(page, hall, attempt_id, name)
        assert faults(page) == []
