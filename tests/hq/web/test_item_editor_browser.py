"""The editor in a browser: rows without a reload, a live preview, pictures at the cursor."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Dialog, Page, expect, sync_playwright

from kiosk.server.serving import listening
from sync.hq.web.app import create_app
from tests.centres import PASSWORD
from tests.hq.authoring.imports import declared, statement, stored
from tests.hq.desk import BY, PROGRAMME, Desk
from tests.hq.items import png
from tests.web.conftest import CHROMIUM, FLAGS

NEW = f"/item-editor/{PROGRAMME}"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS) as browser,
    ):
        yield browser


@pytest.fixture
def page(desk: Desk, chromium: Chromium) -> Iterator[Page]:
    """A signed-in page in English."""
    size: Any = {"width": 1366, "height": 768}
    token = desk.hq.accounts.sign_in("chief", PASSWORD, "test").token
    with (
        listening(create_app(desk.hq), "127.0.0.1", 0, 8) as url,
        chromium.new_context(base_url=url, locale="en", viewport=size) as context,
    ):
        expect.set_options(timeout=30_000)
        cookies: Any = [
            {"name": "hq_session", "value": token, "url": url},
            {"name": "hq_lang", "value": "en", "url": url},
        ]
        context.add_cookies(cookies)
        yield context.new_page()


def fill_choices(page: Page, item_id: str, kind: str = "single_choice") -> None:
    page.get_by_label("Item number").fill(item_id)
    page.locator("#type").select_option(kind)
    page.locator("#subject").select_option("theory")
    page.locator("#domain").select_option("policy")


def option(page: Page, number: int) -> Any:
    return page.locator("#options textarea").nth(number)


def test_a_single_choice_with_a_picture_and_a_table(desk: Desk, page: Page, tmp_path: Path) -> None:
    file = tmp_path / "flow.png"
    file.write_bytes(png(size=(60, 40)))
    page.goto(NEW)
    fill_choices(page, "N1")
    page.locator("#stem").fill("见图：，下列正确的是（　　）。\n")
    page.locator("#stem").evaluate("field => field.setSelectionRange(3, 3)")
    page.locator("[data-picture]").click()
    page.locator("#picture").set_input_files(file)
    page.locator("#alt").fill("流程")
    page.locator("#insert-picture").click()
    expect(page.locator("#stem")).to_have_value(
        re.compile(r"^见图：!\[流程\]\([0-9a-f]+\.png\)，下列")
    )
    page.locator("#stem").press("Control+End")
    page.get_by_role("button", name="Table", exact=True).click()
    for number, text in enumerate(["甲", "乙", "丙", "丁"]):
        option(page, number).fill(text)
    page.get_by_role("button", name="Add an option").click()
    option(page, 4).fill("x")
    option(page, 4).select_text()
    page.locator("[data-wrap=sub]").click()
    page.get_by_role("button", name="Move up").nth(4).click()
    page.get_by_role("radio", name="Key").nth(1).check()
    expect(page.locator("#preview img")).to_have_count(1)
    expect(page.locator("#preview table")).to_have_count(1)
    expect(page.locator("#preview .option sub")).to_have_text("x")
    page.keyboard.press("Control+s")
    expect(page.get_by_role("status")).to_contain_text("Item N1 stored as version 1.")
    entry = desk.hq.bank.get(PROGRAMME, "N1").entry
    texts = [option.text for option in entry.item.options]
    assert texts == ["甲", "乙", "丙", "<sub>x</sub>", "丁"]
    assert (entry.scheme.key, len(entry.item.pictures)) == (("B",), 1)


def test_a_key_is_corrected(desk: Desk, page: Page) -> None:
    stored(desk, declared(statement("N1")))
    page.goto(f"/items/{PROGRAMME}/N1")
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("false").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("version 2")
    assert desk.hq.bank.get(PROGRAMME, "N1").entry.scheme.key == ("false",)
    page.get_by_role("link", name="1", exact=True).click()
    page.get_by_role("button", name="Restore this version").click()
    expect(page.get_by_role("status")).to_contain_text("restored as version 3")


def test_an_answer_with_a_mark_scheme_that_adds_up(desk: Desk, page: Page) -> None:
    page.goto(NEW)
    fill_choices(page, "N2", "short_answer")
    expect(page.locator("#options")).to_be_hidden()
    page.locator("#stem").fill("说明核算边界。")
    page.get_by_label("Marks").fill("5")
    page.get_by_label("What to look for").fill("直接排放")
    page.get_by_role("button", name="Add a mark point").click()
    page.get_by_label("Marks").nth(1).fill("2")
    page.get_by_label("What to look for").nth(1).fill("间接排放")
    expect(page.locator("#sum")).to_have_text("7")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert").first).to_contain_text("the marks add up to 7")
    page.get_by_label("Marks").nth(1).fill("3")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("stored as version 1")
    assert len(desk.hq.bank.get(PROGRAMME, "N2").entry.scheme.points) == 2


def test_a_change_by_somebody_else_is_seen_before_it_is_replaced(desk: Desk, page: Page) -> None:
    stored(desk, declared(statement("N1", "一加一等于二")))
    page.goto(f"{NEW}/items/N1")
    entry = desk.hq.bank.get(PROGRAMME, "N1").entry
    other = entry.item.model_copy(update={"stem": "他人的题干"})
    theirs = type(entry)(other, entry.scheme, entry.difficulty)
    desk.hq.item_editor.save(PROGRAMME, theirs, BY, expected=1)
    page.locator("#stem").fill("我的题干")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert").first).to_contain_text("version 2 of this item meanwhile")
    expect(page.locator(".previewed")).to_contain_text("他人")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("version 3")
    assert desk.hq.bank.get(PROGRAMME, "N1").entry.item.stem == "我的题干"


def test_leaving_with_unsaved_changes_warns(page: Page) -> None:
    page.goto(NEW)
    page.locator("#stem").fill("未完")
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)
    page.get_by_role("link", name="Cancel").click()
    page.wait_for_url(f"**/items/{PROGRAMME}")
    assert asked == ["beforeunload"]


def test_options_have_a_field_in_the_other_language_each(page: Page, desk: Desk) -> None:
    page.goto(NEW)
    fill_choices(page, "T1")
    page.locator("#stem").fill("下列属于温室气体的是（　　）。")
    for number, text in enumerate(("甲烷", "氮气", "氧气")):
        option(page, number).fill(text)
    page.get_by_text("English text").click()
    english = page.locator("[data-translated=en] textarea")
    page.locator('[name="translations.en.stem"]').fill("Which is a greenhouse gas?")
    for number, text in enumerate(("Methane", "Nitrogen", "Oxygen")):
        english.nth(number).fill(text)
    page.get_by_role("button", name="Remove").nth(1).click()
    expect(english).to_have_count(3)
    page.get_by_role("button", name="Add an option").click()
    expect(english).to_have_count(4)
    option(page, 3).fill("二氧化碳")
    page.get_by_label("English text: Option D").fill("Carbon dioxide")
    page.get_by_role("button", name="Move up").nth(3).click()
    expect(english.nth(2)).to_have_value("Carbon dioxide")
    expect(english.nth(2)).to_have_accessible_name("English text: Option C")
    page.locator("[name=key]").nth(0).check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Item T1 stored as version 1.")).to_be_visible()
    item = desk.hq.bank.get(PROGRAMME, "T1").entry.item
    assert [option.text for option in item.options] == ["甲烷", "氧气", "二氧化碳"]
    (english_texts,) = item.translations
    assert [option.text for option in english_texts.options] == [
        "Methane", "Oxygen", "Carbon dioxide",
    ]  # fmt: skip
