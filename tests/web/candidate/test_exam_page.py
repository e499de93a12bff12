"""The exam page in a real browser: essays, formulas, pauses, windows, a server that stays away."""

import base64
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from kiosk.exam.items.item import Item, ItemType, Option
from kiosk.exam.items.rich_text import count_words
from kiosk.hall.services import CentreServices
from kiosk.vision.images import jpeg
from kiosk.vision.samples import frame
from tests.centres import ManualClock, Package, Site
from tests.web.conftest import SITTING, WHO, open_list, open_paper

pytestmark = pytest.mark.e2e

BY = "staff:chief"
BLUR = """() => { document.hasFocus = () => false; window.dispatchEvent(new Event("blur")); }"""
FIGURE = b"""<svg xmlns="http://www.w3.org/2000/svg" width="320" height="120">
<rect width="320" height="120" fill="white"/><script>window.top.hacked = 1</script>
<path d="M20 100 L100 40 L180 70 L300 20" fill="none" stroke="#256b52" stroke-width="4"/></svg>"""
ESSAY = Item(
    id="E1", type=ItemType.ESSAY, subject="practice", domain="policy",
    stem="论述 $E = \\sum_{i=1}^{n} AD_i \\times EF_i$ 的含义，参见 ![折线](line.svg)。",
)  # fmt: skip
CHOICE = Item(
    id="E2", type=ItemType.SINGLE_CHOICE, subject="practice", domain="policy",
    stem="$\\frac{a}{b}$",
    options=(Option(id="A", text="$x^2$"), Option(id="B", text="![photo](photo.jpg)")),
)  # fmt: skip
PICTURES = {
    "line.svg": base64.b64encode(FIGURE).decode(),
    "photo.jpg": base64.b64encode(jpeg(frame(None))).decode(),
}


@pytest.fixture
def package(site: Site) -> Package:
    """A paper with an essay, formulas and pictures; page leaves are held for staff."""
    rules = {"conduct": {"at_limit": "hold", "leave_limit": 2}}
    return site.package(extra=(ESSAY, CHOICE), pictures=PICTURES, rules=rules)


def go_to(page: Page, hall: CentreServices, attempt_id: str, item_id: str) -> None:
    """Show an item by its number in this candidate's order."""
    items = hall.attempts.view(attempt_id).items
    number = next(item.number for item in items if item.id == item_id)
    open_list(page)
    page.locator("#navigator .cell").nth(number - 1).click()


def refuse(route: Route) -> None:
    """The server cannot be reached."""
    route.abort("connectionfailed")


def saved(page: Page) -> None:
    """The page says that all answers are saved."""
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved", timeout=20_000)


def seconds(clock: str) -> int:
    """What the clock in the bar shows."""
    hours, minutes, rest = map(int, clock.split(":"))
    return (hours * 60 + minutes) * 60 + rest


def test_an_essay_keeps_its_form_and_counts_its_words(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    go_to(page, hall, attempt_id, "E1")
    field = page.locator(".essay.rich")
    field.click()
    page.keyboard.type("碳达峰 & CO2 < 5%")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+b")
    page.keyboard.type("重点")
    page.keyboard.press("Control+b")
    page.locator(".tool.subscript").click()
    page.keyboard.type("2")
    page.locator(".tool.subscript").click()
    page.keyboard.type("x")
    saved(page)
    value = hall.attempts.view(attempt_id).answers["E1"]
    assert value == "<p>碳达峰 &amp; CO2 &lt; 5%</p><p><b>重点</b><sub>2</sub>x</p>"
    assert page.locator("#essay-count").inner_text() == f"{count_words(value)} words"
    page.reload()
    go_to(page, hall, attempt_id, "E1")
    expect(field.locator("b")).to_have_text("重点")
    assert page.locator("#essay-count").inner_text() == f"{count_words(value)} words"


def test_nothing_but_text_gets_into_an_essay(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    go_to(page, hall, attempt_id, "E1")
    page.locator(".essay.rich").evaluate(
        """(field) => { field.innerHTML = '<p onclick="x()">a<img src=x onerror="x()">'
             + '<a href="javascript:x()">b</a><script>x()</script><strong>c</strong></p>';
           field.dispatchEvent(new InputEvent("input", {bubbles: true})); }"""
    )
    saved(page)
    assert hall.attempts.view(attempt_id).answers["E1"] == "<p>abx()<b>c</b></p>"


def test_formulas_and_pictures_are_shown_and_harmless(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    go_to(page, hall, attempt_id, "E1")
    formula = page.locator(".stem math")
    assert formula.bounding_box()["height"] > 20  # type: ignore[index]
    assert page.locator(".stem msubsup, .stem munderover").count() == 1
    image = page.locator(".stem img")
    expect(image).to_have_attribute("alt", "折线")
    page.wait_for_function("() => document.querySelector('.stem img').naturalWidth === 320")
    page.locator(".figure-button").click()
    expect(page.locator("dialog[open] .enlarged img")).to_be_visible()
    page.locator("dialog[open] button").last.click()
    assert page.evaluate("window.hacked") is None
    go_to(page, hall, attempt_id, "E2")
    expect(page.locator(".option math")).to_have_count(1)
    expect(page.locator(".option img")).to_have_count(1)
    page.keyboard.press("2")
    saved(page)
    assert hall.attempts.view(attempt_id).answers["E2"] in ("A", "B")


def test_a_pause_hides_the_paper_and_gives_the_time_back(
    page: Page, hall: CentreServices, clock: ManualClock, attempt_id: str
) -> None:
    page.keyboard.press("1")
    saved(page)
    hall.group_pauses.pause(SITTING, "fire alarm", BY)
    expect(page.locator("dialog.pause-overlay")).to_be_visible()
    expect(page.locator(".option")).to_have_count(0)
    before = page.locator("#clock").inner_text()
    clock.pass_time(600)
    hall.group_pauses.resume(SITTING, "the alarm was false", BY)
    expect(page.locator("dialog.pause-overlay")).to_have_count(0)
    expect(page.locator(".option input:checked")).to_have_count(1)
    assert 0 <= seconds(before) - seconds(page.locator("#clock").inner_text()) < 60
    page.keyboard.press("n")
    page.keyboard.press("1")
    saved(page)
    assert len(hall.attempts.view(attempt_id).answers) == 2


def test_a_page_opened_during_a_pause_goes_on_by_itself(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    hall.pauses.pause(attempt_id, "unwell", BY)
    page.reload()
    expect(page.locator("dialog.pause-overlay")).to_be_visible()
    hall.pauses.resume(attempt_id, "better", BY)
    expect(page.locator("#navigator .cell").first).to_be_visible()
    page.keyboard.press("1")
    saved(page)


def test_too_many_page_leaves_hold_the_exam_until_staff_decide(
    page: Page, hall: CentreServices, clock: ManualClock, attempt_id: str
) -> None:
    for number in range(2):
        clock.pass_time(60)
        page.evaluate(BLUR)
        if number == 0:
            expect(page.locator("dialog[open]")).to_contain_text(
                "until the invigilator has decided"
            )
            page.evaluate("document.hasFocus = () => true")
            page.locator("dialog[open] button").last.click()
            page.evaluate("window.dispatchEvent(new Event('focus'))")
            page.wait_for_timeout(500)
    expect(page.locator("dialog.pause-overlay")).to_contain_text("too often")
    assert hall.attempts.view(attempt_id).pause_reason == "held"
    page.evaluate("document.hasFocus = () => true")
    hall.page_leaves.reverse(attempt_id, 2, "our update", BY)
    hall.pauses.resume(attempt_id, "goes on", BY)
    expect(page.locator(".option").first).to_be_visible()


def test_a_second_window_waits_until_staff_allow_it(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    page.keyboard.press("1")
    saved(page)
    other = page.context.new_page()
    other.goto("/exam")
    expect(other.locator("#item")).to_contain_text("another window")
    assert other.locator(".option").count() == 0
    page.keyboard.press("2")
    saved(page)
    hall.leases.release(attempt_id, "the first window hangs", BY)
    expect(other.locator(".option").first).to_be_visible(timeout=15_000)
    expect(page.locator("dialog[open]")).to_contain_text("another window", timeout=15_000)
    other.keyboard.press("3")
    saved(other)
    assert hall.attempts.view(attempt_id).acked_through == 3


def test_a_closed_window_can_be_opened_again(
    page: Page, hall: CentreServices, clock: ManualClock, attempt_id: str
) -> None:
    page.keyboard.press("1")
    saved(page)
    context = page.context
    page.close()
    clock.pass_time(20)  # the page has been silent that long
    again = context.new_page()
    open_paper(again)
    again.keyboard.press("2")
    saved(again)
    assert hall.attempts.view(attempt_id).acked_through == 2


def test_with_the_server_away_the_candidate_goes_on_and_all_is_replayed_in_order(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    page.route("**/api/**", refuse)
    for _ in range(3):
        page.keyboard.press("1")
        page.keyboard.press("2")
        page.keyboard.press("n")
    expect(page.locator("#saved")).to_have_attribute("data-state", "waiting")
    expect(page.locator("#connection")).to_contain_text("Keep working", timeout=15_000)
    assert hall.attempts.view(attempt_id).answers == {}
    page.unroute("**/api/**")
    saved(page)
    expect(page.locator("#connection")).to_be_hidden(timeout=15_000)
    view = hall.attempts.view(attempt_id)
    chosen = {item.id: item.options[1].id for item in view.items[:3]}
    assert view.answers == chosen


def test_a_server_that_stays_away_leaves_an_emergency_file_that_staff_import(
    page: Page, hall: CentreServices, attempt_id: str, tmp_path: Path
) -> None:
    page.clock.install()
    open_paper(page)
    page.keyboard.press("1")
    saved(page)
    page.route("**/api/**", refuse)
    page.keyboard.press("n")
    page.keyboard.press("2")
    expect(page.locator("#saved")).to_have_attribute("data-state", "waiting")
    page.clock.fast_forward(6_000)
    expect(page.locator("#connection")).to_be_visible()
    page.clock.fast_forward(130_000)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save an emergency file").click()
    file = tmp_path / "file"
    download.value.save_as(file)
    assert download.value.suggested_filename == f"{WHO['admission_no']}.answers"
    chosen = hall.attempts.view(attempt_id).items[1]
    assert chosen.id.encode() not in file.read_bytes()
    assert hall.late_answers.receive(file.read_bytes(), "file", BY) == attempt_id
    (late,) = hall.late_answers.of_attempt(attempt_id)
    assert (late.items, late.from_terminal, late.state) == ([2], True, "waiting")
    hall.late_answers.decide(late.id, True, "server failed", BY)
    assert hall.attempts.view(attempt_id).answers[chosen.id] == chosen.options[1].id


def test_answers_that_came_too_late_reach_staff_and_the_candidate_is_told(
    page: Page, hall: CentreServices, clock: ManualClock, attempt_id: str
) -> None:
    page.route("**/answers", refuse)
    page.keyboard.press("1")
    expect(page.locator("#saved")).to_have_attribute("data-state", "waiting")
    clock.pass_time(3 * 3600)
    hall.ends.sweep()
    page.unroute("**/answers")
    expect(page.locator("dialog[open]")).to_contain_text("1 of your answers", timeout=20_000)
    expect(page.locator("dialog[open]")).to_contain_text("The invigilator has them now")
    page.get_by_role("button", name="Continue to the receipt").click()
    page.wait_for_url("**/receipt")
    (late,) = hall.late_answers.of_attempt(attempt_id)
    assert (late.source, late.answers, late.from_terminal) == ("terminal", 1, True)


def test_the_page_warns_at_fifteen_minutes(page: Page, clock: ManualClock, attempt_id: str) -> None:
    clock.pass_time(104 * 60 + 57)
    open_paper(page)
    clock.pass_time(10)
    expect(page.locator("#time-note")).to_have_text("15 minutes left.")
    expect(page.locator("#clock-news")).to_have_text("15 minutes left.")


def test_when_the_time_is_up_nothing_more_is_written_even_with_the_server_away(
    page: Page, hall: CentreServices, clock: ManualClock, attempt_id: str
) -> None:
    clock.pass_time(120 * 60 - 12)
    open_paper(page)
    page.route("**/api/**", refuse)
    page.keyboard.press("1")
    expect(page.locator("dialog.pause-overlay")).to_contain_text("Time is up", timeout=30_000)
    expect(page.locator(".option")).to_have_count(0)
    expect(page.locator("dialog.pause-overlay #connection")).to_contain_text("not been reached")
    clock.pass_time(60)
    hall.ends.sweep()
    page.unroute("**/api/**")
    expect(page.locator("dialog[open]")).to_contain_text(
        "The invigilator has them now", timeout=20_000
    )
    (late,) = hall.late_answers.of_attempt(attempt_id)
    assert late.answers == 1
