"""The staff manual: its pictures are taken here, in both languages, and its words are the pages'.

``make manual`` stores the pictures; as a test, the walk only has to be possible as it is told.
"""

import io
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from PIL import Image, ImageDraw
from playwright.sync_api import Locator, Page, Route, expect

from kiosk.exam.attempt.calls import CallReason
from kiosk.hall.inputs import AnswerWrite
from kiosk.hall.rights import INVIGILATOR
from kiosk.hall.services import CentreServices
from tests.centres import PASSWORD, USERNAME, ManualClock, Package, Site, candidates
from tests.faces import live
from tests.hall.eyes import YAW, seeing_faces
from tests.web.browser import Browser, Desk
from tests.web.conftest import SITTING
from tests.web.halls import quiet_hall

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[3]
MANUAL = ROOT / "docs" / "manual"
CATALOGUE = ROOT / "kiosk/web/translations/zh/LC_MESSAGES/messages.po"
LANGUAGES = ("en", "zh")
BY = f"staff:{USERNAME}"
NAMES = (
    *("李明远", "赵欣怡", "周子涵", "吴思齐", "郑浩然", "王雨桐"),
    *("冯佳宁", "陈立群", "褚晓雯", "卫东升", "蒋一诺", "沈知行"),
)
SEATS = [f"{row}{number:02d}" for row in "ABC" for number in range(1, 5)]
COLOURS = 128


class Camera:
    """Takes the manual's pictures of a page; they are stored where the manual shows them."""

    def __init__(self, language: str, folder: Path) -> None:
        self.taken: list[str] = []
        self._language, self._folder = language, folder

    def take(self, page: Page, name: str, part: Locator | None = None) -> None:
        """Take a picture of the window, or of a part of it."""
        png = (part or page).screenshot(animations="disabled")
        self.taken.append(name)
        picture = Image.open(io.BytesIO(png)).convert("RGB").quantize(COLOURS)
        picture.save(self._folder / f"{name}.{self._language}.png", optimize=True)


def drawn_person() -> bytes:
    """A drawing instead of every face: no picture of a person belongs in a manual."""
    picture = Image.new("RGB", (480, 600), "#dfe7e2")
    pen = ImageDraw.Draw(picture)
    pen.ellipse((60, 400, 420, 820), fill="#4c6b5f")
    pen.ellipse((150, 120, 330, 360), fill="#e2b796")
    pen.pieslice((140, 90, 340, 330), 180, 360, fill="#26312c")
    found = io.BytesIO()
    picture.save(found, "PNG")
    return found.getvalue()


LIVE = "**/live-picture"


def draw(route: Route) -> None:
    """Answer a request for a picture of a person; let others through."""
    if route.request.method != "GET":
        route.continue_()
        return
    route.fulfill(body=drawn_person(), content_type="image/png")


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    """A language of the manual."""
    return str(request.param)


@pytest.fixture
def camera(language: str, tmp_path: Path) -> Camera:
    """Stores pictures in the manual when asked to renew it, else in the test's own folder."""
    renew = os.environ.get("MANUAL") == "renew"
    return Camera(language, MANUAL / "pictures" if renew else tmp_path)


@pytest.fixture
def hall(site: Site, clock: ManualClock, weights: Path) -> Iterator[CentreServices]:
    """A hall that recognises faces."""
    with quiet_hall(site, clock, seeing_faces(weights)) as hall:
        hall.accounts.add("wang.fang", PASSWORD, INVIGILATOR, BY)
        yield hall


@pytest.fixture
def package(site: Site) -> Package:
    """Twelve candidates in three rows."""
    roster = tuple(
        person.model_copy(update={"seat": seat, "name": name})
        for person, seat, name in zip(candidates(12, 6), SEATS, NAMES, strict=True)
    )
    return site.package(roster=roster, rules={"check_in": {"id_card": False}})


def comes(hall: CentreServices, desk: Desk, clock: ManualClock, number: int) -> Browser:
    """A candidate who has signed in and whose face was compared."""
    terminal = Browser(desk.client.application.test_client())
    terminal.arrive(number, consent=number <= 3)
    if number <= 3:
        reply = hall.verification.begin_face_check(terminal.attempt_id)
        for frame in range(60):
            clock.pass_time(0.5)
            reply = hall.verification.face_check(
                terminal.attempt_id, live(number - 1, frame, YAW[reply.ask])
            )
            if reply.result is not None:
                break
    return terminal


def writes(hall: CentreServices, terminal: Browser) -> None:
    """Answer the true/false questions."""
    items = hall.attempts.view(terminal.attempt_id).items
    asked = [item.id for item in items if item.type == "true_false"]
    answers = [AnswerWrite(number, item, "true") for number, item in enumerate(asked, 1)]
    hall.attempts.save(terminal.attempt_id, answers)


def test_the_manual_is_the_day_as_it_goes(
    staff_page: Page,
    hall: CentreServices,
    site: Site,
    package: Package,
    desk: Desk,
    clock: ManualClock,
    camera: Camera,
    language: str,
) -> None:
    page = staff_page
    page.set_viewport_size({"width": 1200, "height": 720})
    for faces in ("**/portraits/*", "**/staff/api/evidence/*", "**/thumbnail*", LIVE):
        page.route(faces, draw)
    where = f"/staff/sittings/{SITTING}"
    lang = f"?lang={language}"

    # Before the day.
    hall.sittings.import_package(package.data, BY)
    page.goto(f"/staff/{lang}")
    expect(page.locator("#day-open li").first).to_be_visible()
    camera.take(page, "day")
    page.goto(f"{where}/readiness{lang}")
    camera.take(page, "readiness")
    page.goto(f"{where}/print{lang}")
    camera.take(page, "prints")

    # Check-in.
    people = []
    for number in range(1, 9):
        people.append(comes(hall, desk, clock, number))
        clock.pass_time(50)
    page.goto(f"{where}{lang}")
    expect(page.locator(".seat-cell").first).to_be_visible()
    expect(page.locator("#queue-list li")).not_to_have_count(0)
    camera.take(page, "queue", page.locator("#queue"))
    page.locator("#inspect-all").click()
    expect(page.locator("dialog .pair img")).to_have_count(2)
    expect(page.locator("dialog [data-live=yes]")).to_be_visible()
    camera.take(page, "check-in", page.locator("dialog"))
    page.keyboard.press("Escape")
    for terminal in people[3:]:
        hall.verification.decide(terminal.attempt_id, True, "same person", BY)

    # Unlock and start.
    page.reload()
    page.locator("#sitting-actions .btn-primary").click()
    camera.take(page, "unlock", page.locator("dialog"))
    page.keyboard.press("Escape")
    hall.sittings.unlock(SITTING, package.code, BY)
    page.reload()
    page.locator("#sitting-actions .btn-primary").click()
    camera.take(page, "start", page.locator("dialog"))
    page.keyboard.press("Escape")
    hall.starts.start(SITTING, BY)

    # The exam.
    for terminal in people:
        terminal.open_exam()
    for terminal in people[:7]:
        writes(hall, terminal)
    clock.pass_time(1500)
    hall.calls.make(people[4].attempt_id, CallReason.UNWELL, "")
    hall.pauses.pause(people[6].attempt_id, "unwell", BY)
    page.reload()
    expect(page.locator("[data-filter=calls] strong")).to_have_text("1")
    page.set_viewport_size({"width": 1200, "height": 960})
    camera.take(page, "board")
    page.locator(".seat-cell", has=page.locator(".cell-seat", has_text="A02")).click()
    camera.take(page, "seat", page.locator("dialog"))
    page.keyboard.press("Escape")
    page.locator("#sitting-actions button").first.click()
    camera.take(page, "pause", page.locator("dialog"))
    page.keyboard.press("Escape")
    page.locator("#send-message").click()
    camera.take(page, "message", page.locator("dialog"))
    page.keyboard.press("Escape")
    page.goto(f"{where}/misconduct{lang}&candidate=2026T0006")
    expect(page.locator("dialog")).to_be_visible()
    camera.take(page, "misconduct", page.locator("dialog"))

    # The end.
    page.goto(f"{where}{lang}")
    page.locator("#sitting-actions .apart button").click()
    expect(page.locator(".closing-facts")).to_be_visible()
    camera.take(page, "closing", page.locator("dialog"))
    page.keyboard.press("Escape")
    view = hall.closing.view(SITTING)
    hall.closing.close(SITTING, view.mark, view.writing, "the time is over", BY)
    page.goto(f"/staff/sync{lang}")
    camera.take(page, "sync")

    shown = re.findall(rf"\(pictures/([a-z-]+)\.{language}\.png\)", text_of(language))
    assert sorted(shown) == sorted(camera.taken)
    missing = [name for name in shown if not (MANUAL / f"pictures/{name}.{language}.png").is_file()]
    assert missing == []


def text_of(language: str) -> str:
    """The manual."""
    return (MANUAL / f"staff.{language}.md").read_text()


def words_of_pages(language: str) -> set[str]:
    """Every text of the centre's pages, without what is filled in."""
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file)
    texts = [entry.id if language == "en" else entry.string for entry in catalogue]
    return {re.sub(r"\s*[(（]?%\(\w+\)s[)）]?", "", str(text)) for text in texts}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_manual_tells_to_press_is_on_the_pages(language: str) -> None:
    named = set(re.findall(r"\*\*([^*]+)\*\*", text_of(language)))
    assert named - words_of_pages(language) == set()
    assert len(named) > 30


def test_both_manuals_tell_the_same_day() -> None:
    shape = {
        language: [
            re.sub(r"\.(en|zh)\.png.*", "", line.split("(pictures/")[-1])
            if "(pictures/" in line
            else line.split(" ")[0]
            for line in text_of(language).splitlines()
            if line.startswith(("#", "!["))
        ]
        for language in LANGUAGES
    }
    assert shape["en"] == shape["zh"]
