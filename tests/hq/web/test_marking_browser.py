"""A marker works by keys alone; pictures of the pages where somebody wants to look (R11)."""

import os
from collections.abc import Sequence
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from kiosk.server.serving import listening
from sync.hq.marking.adjudication import Listed, Wanted
from sync.hq.marking.comparing import Purpose
from sync.hq.marking.controls import Agreed
from sync.hq.marking.marking import Given
from sync.hq.marking.settings import PlanSettings
from sync.hq.marking.views import Referral
from sync.hq.web.app import create_app
from tests.hq.desk import Desk
from tests.hq.marking.room import LEAD, Room
from tests.hq.web.test_console import Staff
from tests.web.conftest import CHROMIUM, FLAGS

pytestmark = pytest.mark.e2e

TEXT = (
    "碳达峰是指某一地区的二氧化碳排放量达到历史最高值，此后由增转降，是排放量的历史拐点。\n"
    "碳中和是指一定时期内人为排放与人为移除相抵，实现净零排放。\n"
    "二者前后衔接：碳达峰是基础和前提，碳中和是目标。我是 张伟甲，准考证号A000010。"
)


def shot(page: Page, name: str, *, full: bool = False) -> None:
    """Save a picture of a page, in both languages, where somebody wants to look at them."""
    folder, address = os.environ.get("PICTURES"), page.url.partition("?")[0]
    for language in ("en", "zh") if folder else ():
        page.goto(f"{address}?lang={language}")
        page.wait_for_load_state("networkidle")
        page.screenshot(path=f"{folder}/{name}-{language}.png", full_page=full)


def test_a_marker_marks_by_keys_alone(desk: Desk) -> None:
    room = Room(desk)
    room.people("ma", "mb")
    room.candidates(4, ["张伟甲"] * 4)
    item = room.written()[0]
    for place in range(1, 5):
        room.send(place, {item: f"{TEXT}{place}"})
    room.open(PlanSettings(control_percent=0, double_percent=0), "ma")
    criteria = next(one.criteria for one in room.items if one.item_id == item)
    cookies = {
        name: Staff(create_app(desk.hq).test_client(), desk, name).client.get_cookie("hq_session")
        for name in ("ma", LEAD)
    }
    with (
        listening(create_app(desk.hq), "127.0.0.1", 0, 8) as url,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS) as browser,
    ):
        context = browser.new_context(base_url=url, viewport={"width": 1366, "height": 768})
        cookie = cookies["ma"]
        assert cookie is not None
        context.add_cookies([{"name": "hq_session", "value": cookie.value, "url": url}])
        page = context.new_page()
        page.goto("/marking?lang=en")
        shot(page, "marking-own")
        address = f"/marking/{room.plan}/mark/{item}"
        page.goto(f"{address}?lang=en")
        first = page.locator("form.criteria:visible input").first
        expect(first).to_be_focused()
        shot(page, "marking-mark")
        page.goto(f"{address}?lang=en")
        expect(first).to_be_focused()
        expect(page.locator("#answer")).to_contain_text("碳中和是指")
        expect(page.locator("#answer .redacted").first).to_be_visible()
        code = page.locator("#code").text_content()
        # Not complete: nothing is sent, the field that lacks points has the focus.
        page.keyboard.type("0.5")
        page.keyboard.press("Enter")
        expect(page.locator("#notice")).to_contain_text("Give points for each criterion")
        expect(page.locator("form.criteria:visible input").nth(1)).to_be_focused()
        page.keyboard.press("f")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowRight")
        for _ in criteria[3:]:
            page.keyboard.press("ArrowDown")
            page.keyboard.type("0")
        expect(page.locator(".sum:visible")).to_have_text(f"{1 + criteria[1].most}")
        page.keyboard.press("c")
        page.keyboard.type("关系写得不全")
        page.keyboard.press("Escape")
        page.keyboard.press("Enter")
        expect(page.locator("#marked")).to_have_text("1")
        expect(page.locator("#code")).not_to_have_text(str(code))
        expect(first).to_be_focused()
        # Taken back, it comes with what was given; the other answer waits behind it.
        page.keyboard.press("u")
        expect(page.locator("#code")).to_have_text(str(code))
        expect(first).to_have_value("0.5")
        expect(page.locator("#comment")).to_have_value("关系写得不全")
        page.keyboard.type("1")
        page.keyboard.press("Enter")
        expect(page.locator("#code")).not_to_have_text(str(code))
        expect(first).to_be_focused()
        page.keyboard.press("r")
        page.keyboard.press("2")
        page.keyboard.press("Enter")
        expect(page.locator("#marked")).to_have_text("2")
        for _ in range(2):
            expect(first).to_be_focused()
            for _ in criteria:
                page.keyboard.press("f")
                page.keyboard.press("ArrowDown")
            before = page.locator("#code").text_content()
            page.keyboard.press("Enter")
            expect(page.locator("#code")).not_to_have_text(str(before))
        expect(page.locator("#nothing")).to_be_visible()
        given = [1 + criteria[1].most + Decimal("0.5"), room.items[0].points, room.items[0].points]
        assert sorted(room.finals().values()) == sorted(given)
        _shoot_adjudicator(room, page, url, cookies[LEAD])


def _shoot_adjudicator(room: Room, page: Page, url: str, cookie: object) -> None:
    if "PICTURES" not in os.environ:
        return
    page.context.clear_cookies()
    page.context.add_cookies(
        [{"name": "hq_session", "value": cookie.value, "url": url}]  # type: ignore[attr-defined]
    )
    plan = f"/marking/plans/{room.plan}"
    for place in range(1, 5):
        room.send(place, {room.written()[0]: f"{TEXT} 第二次{place}", room.written()[1]: TEXT})
    room.services.worklist.refresh(room.plan)
    for path, name in (
        ("/marking/plans", "plans"), (plan, "plan"), (f"{plan}/markers", "markers"),
        (f"{plan}/answers", "answers"), (f"{plan}/settings", "settings"),
    ):  # fmt: skip
        page.goto(path)
        shot(page, f"marking-{name}", full=True)
    page.goto(f"{plan}/answers?stage=first")
    page.locator("tbody a").first.click()
    shot(page, "marking-answer", full=True)
    item = next(one for one in room.items if one.item_id == room.written()[0])
    points = [criterion.most for criterion in item.criteria]
    row = next(one for one in _first(room) if one.item_id == item.item_id)
    room.services.controls.set(room.plan, row.id, Agreed(points, Purpose.CONTROL, "样卷"), LEAD)
    settings = PlanSettings(control_percent=50, double_percent=0)
    room.services.plans.change(room.plan, settings, LEAD)
    for _ in range(4):
        held = room.next("ma", item.item_id)
        if held is not None:
            room.services.marks.give(held.lease, Given([*points[:-1], points[-1] - 1]), "ma")
    held = room.next("ma")
    if held is not None:
        given = Given(referred=Referral.DISCLOSURE, comment="写了姓名")
        room.services.marks.give(held.lease, given, "ma")
    page.goto(f"{plan}/controls")
    shot(page, "marking-controls", full=True)
    page.goto(f"{plan}/answers?stage=adjudicator")
    page.locator("tbody a").first.click()
    shot(page, "marking-referred", full=True)


def _first(room: Room) -> Sequence[Listed]:
    return room.services.adjudication.page(room.plan, Wanted(stage="first"), 1, LEAD).answers
