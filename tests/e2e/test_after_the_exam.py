"""After the exam, as people go it at HQ's pages: marks, a case, release, certificates (R7-R23)."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from kiosk.rehearsal.processes import free_port, server
from kiosk.system import entropy, new_id
from sync.hq.certificates import signing
from sync.hq.marking.views import PlanItem
from sync.hq.services import initialise, open_headquarters
from tests.centres import PASSWORD, ManualClock
from tests.e2e.conftest import CHROMIUM, FLAGS, WAIT_MS
from tests.hq.desk import CODE, QUICK, Desk
from tests.hq.office import (
    NUMBERS,
    Office,
    collect_incidents,
    judged,
    mark_everything,
    open_marking,
    passed,
    scanned,
    settle_alarms,
)
from tests.hq.thirty import (
    JUNIOR,
    LEAD,
    MARKERS,
    PEOPLE,
    PUBLISHERS,
    REVIEWER,
    SECOND,
    SENIOR,
    SKILLS,
    THIRD,
    VOIDED,
    open_thirty,
)

pytestmark = pytest.mark.e2e

LEFT = 3
"""Answers that the second marker marks in the browser."""
DAYS = 82
"""So long ago everything began: 21 days before an exam whose certificates are due since today."""
ESSAYS = 2
"""Of the candidate whom two markers see differently."""


@dataclass
class Season:
    """HQ as a process of its own, thirty results, and a browser for everybody."""

    url: str
    sitting: str
    attempt: str
    incident: int
    items: Sequence[PlanItem]
    passed: int
    plan: str
    browser: Browser = field(repr=False)
    pictures: Path
    pages: dict[str, Page] = field(default_factory=dict)
    case: str = ""
    certificate: str = ""

    @property
    def release(self) -> str:
        return f"/sittings/{self.sitting}/release/{SKILLS}"

    def visitor(self) -> Page:
        """Somebody without a session."""
        size: Any = {"width": 1280, "height": 900}
        context = self.browser.new_context(base_url=self.url, locale="zh-CN", viewport=size)
        context.set_default_timeout(WAIT_MS)
        return context.new_page()

    def person(self, name: str) -> Page:
        """Somebody of the staff, signed in once at the page."""
        if name not in self.pages:
            page = self.pages[name] = self.visitor()
            page.goto("/sign-in?lang=zh")
            page.fill("#username", name)
            page.fill("#password", PASSWORD)
            page.press("#password", "Enter")
            page.wait_for_url("**/")
        return self.pages[name]

    def shot(self, page: Page, name: str) -> None:
        """Keep a picture of the page, without the borrowed faces."""
        path = self.pictures / f"after-{name}.png"
        page.screenshot(path=path, full_page=True, mask=[page.locator("img.portrait")])


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Season]:
    """Two months after the exam; most answers are marked, nothing is released."""
    base = tmp_path_factory.mktemp("season")
    pictures = Path(os.environ.get("E2E_SCREENSHOTS") or base / "pictures")
    pictures.mkdir(parents=True, exist_ok=True)
    port = free_port()
    values = _prepare(base / "hq", f"http://127.0.0.1:{port}")
    with ExitStack() as stack:
        url = stack.enter_context(server("sync.hq.cli", base / "hq", port, base / "hq.log"))
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        stack.callback(browser.close)
        expect.set_options(timeout=WAIT_MS)
        yield Season(url=url, browser=browser, pictures=pictures, **values)


def _prepare(data: Path, origin: str) -> dict[str, Any]:
    """Let 30 results arrive and be marked but for a few, by the clock of two months ago."""
    clock = ManualClock(datetime.now(UTC) - timedelta(days=DAYS))
    initialise(data, entropy)
    settings = data / "hq.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("public_origins = []", f'public_origins = ["{origin}"]'))
    desk = Desk(open_headquarters(data, clock, new_id, entropy, QUICK), data.parent, clock)
    try:
        desk.enrol(CODE, desk.keys)
        thirty = open_thirty(desk)
        office = Office(thirty)
        for number in NUMBERS:
            sealed = thirty.sealed(number)
            desk.hq.intake.accept("result", CODE, sealed.id, sealed.data)
        thirty.on(3)
        plans = {paper: open_marking(office, paper) for paper in (JUNIOR, SENIOR)}
        for plan in plans.values():
            done = mark_everything(office, plan, MARKERS[0])
            mark_everything(office, plan, MARKERS[1], done - (LEFT if plan == plans[SENIOR] else 0))
        collect_incidents(office)
        settle_alarms(office)
        signing.create(data / "keys", "发证机构", clock.now(), entropy)
        (phone,) = desk.hq.review.incidents.of_attempt(*office.key(VOIDED))
        return {
            "sitting": thirty.sitting,
            "attempt": thirty.attempt(VOIDED),
            "incident": phone.number,
            "items": desk.hq.marking.plans.items(plans[SENIOR]),
            "plan": plans[SENIOR],
            "passed": len(passed(office, key_changed=False)),
        }
    finally:
        desk.hq.close()


def mark_by_keys(season: Season, who: str) -> int:
    """Mark by the keyboard alone what waits on the own pages; return how many."""
    page, done = season.person(who), 0
    page.goto("/marking")
    season.shot(page, f"marking-{who}")
    rows = page.locator("tr", has=page.locator(f'a[href*="/marking/{season.plan}/mark/"]'))
    work = [
        (row.locator("a").get_attribute("href"), int(row.locator("td").nth(3).inner_text()))
        for row in rows.all()
    ]
    for address, waiting in work:
        if waiting:
            page.goto(str(address))
        for _ in range(waiting):
            expect(page.locator("form.criteria:visible input").first).to_be_focused()
            if not done:
                season.shot(page, f"mark-{who}")
            _mark_one(season, page, who)
            done += 1
    return done


def _mark_one(season: Season, page: Page, who: str) -> None:
    answer = {
        "item_id": page.locator("form.criteria:visible").get_attribute("data-item"),
        "nodes": [{"text": page.locator("#answer").inner_text()}],
    }
    code = page.locator("#code").inner_text()
    for number in judged(season.items, answer, who):
        page.keyboard.type(str(number))
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#code")).not_to_have_text(code)


def test_the_second_marker_marks_the_last_answers_by_keys(season: Season) -> None:
    assert mark_by_keys(season, MARKERS[1]) == LEFT


def test_a_third_marker_marks_where_two_differ(season: Season) -> None:
    lead = season.person(LEAD)
    lead.goto(f"/marking/plans/{season.plan}")
    season.shot(lead, "plan")
    lead.goto(f"/marking/plans/{season.plan}/answers?stage=third")
    season.shot(lead, "answers")
    expect(lead.locator("tbody tr")).to_have_count(ESSAYS)
    lead.goto(f"/marking/plans/{season.plan}/markers")
    lead.check(f"input[name=username][value={MARKERS[2]}]")
    lead.locator("form:has(input[name=username]) button.btn-primary").click()
    expect(lead.locator("td", has_text=MARKERS[2])).to_be_visible()
    season.shot(lead, "markers")
    assert mark_by_keys(season, MARKERS[2]) == ESSAYS
    lead.goto(f"/marking/plans/{season.plan}/answers?stage=third")
    expect(lead.locator("tbody a")).to_have_count(0)


def test_an_incident_is_found_a_breach_by_two(season: Season) -> None:
    address = f"/review/incidents/{season.incident}"
    for who in (REVIEWER, LEAD):
        page = season.person(who)
        page.goto("/review")
        season.shot(page, f"review-{who}")
        page.goto(address)
        season.shot(page, f"incident-{who}")
        page.keyboard.press("k")
        expect(page.locator("input[value=device_used]")).to_be_checked()
        page.keyboard.press("j")
        page.wait_for_url(lambda url: not url.endswith(address))


def test_two_people_void_a_result_and_two_others_restore_it(season: Season) -> None:
    reviewer = season.person(REVIEWER)
    reviewer.goto(f"/review/attempts/{CODE}/{season.attempt}")
    season.shot(reviewer, "attempt")
    reviewer.fill("#grounds", "考试期间使用手机")
    reviewer.locator("#grounds").locator("xpath=../button").click()
    reviewer.wait_for_url("**/cases/*")
    season.case = reviewer.url.removeprefix(season.url)
    step(reviewer, "notify", "邮寄通知")
    step(reviewer, "statement", "手机是监考人员让我拿着的")
    season.shot(reviewer, "case-hearing")
    reviewer.check("form[action$='/propose'] input[value=result_void]")
    reviewer.select_option("#propose-reason", "device_used")
    step(reviewer, "propose", "画面清晰")
    expect(reviewer.locator("form[action$='/decide']")).to_have_count(0)
    lead = season.person(LEAD)
    decide(season, lead)
    season.shot(lead, "case-decided")
    step(lead, "letter")
    step(lead, "deliver", "当面送达")
    step(lead, "appeal", "监考人员可以作证")
    season.shot(lead, "case-appealed")
    second = season.person(SECOND)
    second.goto(season.case)
    second.check("input[name=appeal][value=restored]")
    step(second, "propose-appeal", "监考人员证实")
    decide(season, season.person(THIRD))
    season.shot(season.person(THIRD), "case-closed")


def step(page: Page, name: str, words: str = "") -> None:
    """Take a step of the case that the page shows."""
    form = page.locator(f"form[action$='/{name}']")
    if words:
        form.locator("textarea").last.fill(words)
    form.locator("button").last.click()
    page.wait_for_load_state()
    expect(page.locator(".alert-danger")).to_have_count(0)


def decide(season: Season, page: Page) -> None:
    """Confirm what is proposed in the case."""
    page.goto(season.case)
    page.locator("form[action$='/decide'] button").click()
    expect(page.locator("form[action$='/decide']")).to_have_count(0)


def test_two_publishers_release_the_results(season: Season) -> None:
    first, second = (season.person(name) for name in PUBLISHERS)
    first.goto("/releases")
    season.shot(first, "releases")
    first.goto(season.release)
    season.shot(first, "release-check-list")
    first.locator("button[name=kind][value=release]").click()
    expect(first.locator("button[value=reject]")).to_be_visible()
    expect(first.locator("button[value=confirm]")).to_have_count(0)
    second.goto(season.release)
    season.shot(second, "release-proposed")
    second.locator("button[value=confirm]").click()
    expect(second.locator(".tile b").nth(2)).to_have_text(str(len(PEOPLE)))
    season.shot(second, "released")


def test_a_candidate_looks_the_result_up(season: Season) -> None:
    page, person = season.visitor(), PEOPLE[VOIDED - 1]
    page.goto("/look-up?lang=zh")
    season.shot(page, "look-up")
    for name in ("name", "identity_no", "admission_no"):
        page.fill(f"#{name}", getattr(person, name))
    page.press("#admission_no", "Enter")
    expect(page.locator("section.panel")).to_contain_text(person.name)
    season.shot(page, "looked-up")


def test_two_publishers_issue_the_certificates(season: Season) -> None:
    first, second = (season.person(name) for name in PUBLISHERS)
    first.goto(f"/certificates/issue?sitting={season.sitting}&programme={SKILLS}")
    season.shot(first, "certificates-check-list")
    first.locator("form[action$='/certificates/orders'] button").click()
    first.wait_for_url("**/certificates/orders/*")
    expect(first.locator("form[action$='/approval']")).to_have_count(0)
    season.shot(first, "certificates-proposed")
    second.goto(first.url)
    second.locator("form[action$='/approval'] button").click()
    made = second.locator(".alert-success", has_text="PDF")
    expect(made).to_contain_text(f" {season.passed} ")
    second.goto(f"/certificates?words={PEOPLE[VOIDED - 1].name}")
    season.shot(second, "certificates")
    second.locator("tbody a").first.click()
    second.wait_for_url("**/certificates/CS*")
    second.wait_for_load_state("networkidle")
    season.shot(second, "certificate")
    season.certificate = second.url


def test_an_employer_verifies_the_qr_code_and_the_file(season: Season, tmp_path: Path) -> None:
    publisher, name = season.person(PUBLISHERS[1]), PEOPLE[VOIDED - 1].name
    reply = publisher.request.get(f"{season.certificate}/file.pdf")
    assert (reply.status, reply.headers["content-type"]) == (200, "application/pdf"), reply.url
    pdf = reply.body()
    employer, text = season.visitor(), scanned(pdf)
    assert text.startswith(f"{season.url}/verify#")
    employer.goto(text)
    expect(employer.locator('[data-state="valid"]')).to_be_visible()
    expect(employer.get_by_text(name)).to_be_visible()
    season.shot(employer, "verified")
    with employer.expect_download() as offline:
        employer.locator("a[href$='/offline.html']").click()
    offline.value.save_as(tmp_path / "verify.html")
    _verify_without_network(season, tmp_path / "verify.html", text, name)
    (tmp_path / "certificate.pdf").write_bytes(pdf)
    if shutil.which("pdfsig") is None:
        pytest.fail("install poppler-utils")
    command = ["pdfsig", "-nocert", str(tmp_path / "certificate.pdf")]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Signature is Valid." in said


def _verify_without_network(season: Season, file: Path, text: str, name: str) -> None:
    page = season.browser.new_context(offline=True, locale="zh-CN").new_page()
    page.goto(file.as_uri())
    page.fill("#text", text)
    page.click("button")
    expect(page.locator("#verdict")).to_have_attribute("data-state", "valid")
    expect(page.locator("#facts")).to_contain_text(name)
    season.shot(page, "verified-offline")
