"""A hall in which simulated candidates sit under their cameras beside people in real browsers."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import BrowserContext, Page, Playwright, expect

from kiosk.bench.frames import halved
from kiosk.exam.programme.personal_form import PersonalField
from kiosk.rehearsal.candidate import PERSONAL, Candidate
from kiosk.rehearsal.clients import Json, NoAnswer, Refused, Staff
from kiosk.rehearsal.environment import STAFF, Access
from kiosk.rehearsal.people import Person
from tests.e2e.camera import camera_script
from tests.e2e.conftest import CHROMIUM, FLAGS, WAIT_MS, CentreServer
from tests.e2e.forms import fill_form

PAUSE = 4.0
"""Seconds between two answers of a simulated candidate."""

BURST = 5
"""Answers after which a simulated candidate looks whether it shall stop."""

DAY = 86_400.0

FAKE = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")


@dataclass
class Crowd:
    """Simulated candidates: each answers and sends frames until it is told to stop."""

    candidates: list[Candidate]
    _threads: ThreadPoolExecutor = field(init=False, repr=False)
    _done: "list[Future[None]]" = field(default_factory=list, repr=False)
    _halt: threading.Event = field(default_factory=threading.Event, repr=False)

    def __post_init__(self) -> None:
        self._threads = ThreadPoolExecutor(2 * len(self.candidates))

    def sit(self) -> None:
        """Begin: everybody opens the paper, answers, and stays in front of the camera."""
        for candidate in self.candidates:
            candidate.open_page()
            self._done.append(self._threads.submit(self._answer, candidate))
            self._done.append(self._threads.submit(self._watch, candidate))

    def _answer(self, candidate: Candidate) -> None:
        while not self._halt.is_set():
            candidate.save_some(BURST, PAUSE)

    def _watch(self, candidate: Candidate) -> None:
        candidate.watched_for(DAY)

    def wrong(self) -> list[BaseException]:
        """What ended somebody's work; empty while all goes well."""
        ended = [one for one in self._done if one.done()]
        return [error for one in ended if (error := one.exception()) is not None]

    def saved(self) -> int:
        """Answers acknowledged so far, of all."""
        return sum(len(candidate.log.save_ms) for candidate in self.candidates)

    def saves_of_each(self) -> list[int]:
        """Answers acknowledged so far, of each."""
        return [len(candidate.log.save_ms) for candidate in self.candidates]

    def lost(self) -> list[str]:
        """Admission numbers of those whose acknowledged answers are not all on the server."""
        return [one.log.admission_no for one in self.candidates if not _kept(one)]

    def stop(self) -> None:
        """End everybody's work."""
        self._halt.set()
        for candidate in self.candidates:
            candidate.halt()
        for one in self._done:
            with suppress(Refused, NoAnswer):
                one.result(timeout=180)
        self._threads.shutdown(wait=True, cancel_futures=True)
        for candidate in self.candidates:
            candidate.close()


def _kept(candidate: Candidate) -> bool:
    held = candidate.client.get(candidate.path())["answers"]
    return all(held.get(item) == value for item, value in candidate.log.acked.items())


class BareTerminal:
    """A terminal at an address of its own that says what a browser says, and keeps its cookies."""

    def __init__(self, url: str, address: str, person: Person) -> None:
        self._url, self._address, self._person = url, address, person
        self.attempt_id = ""
        self._http = self._browser()

    def _browser(self) -> httpx.Client:
        wire = httpx.HTTPTransport(local_address=self._address)
        return httpx.Client(base_url=self._url, transport=wire, timeout=60, follow_redirects=True)

    def arrive(self) -> None:
        """Register, pass the device check, and sign in without face recognition."""
        csrf = self.boot()
        numbers = {
            "admission_no": self._person.admission_no,
            "identity_no": self._person.identity_no,
        }
        reply = self._post("/api/check-in", {**numbers, "consent_face": False}, csrf)
        self.attempt_id = str(reply["attempt_id"])
        values = {**PERSONAL, PersonalField.NAME: self._person.name}
        form = {"values": values, "final": True}
        self._post(f"/api/attempts/{self.attempt_id}/personal-form", form, str(reply["csrf"]))

    def boot(self) -> str:
        """Be a new terminal; gives its token for writes."""
        csrf = str(self._post("/api/terminal/register", {}, "")["csrf"])
        check = {"camera": True, "microphone": True, "loudspeaker": True, "server_ms": 5}
        self._post("/api/terminal/check", {**check, "details": {}}, csrf)
        return csrf

    def lose_everything(self) -> str:
        """A machine that is set up again at each start: no cookie is left."""
        self._http.close()
        self._http = self._browser()
        return self.boot()

    def resumed(self, csrf: str) -> bool:
        """Ask, as the start page does, whether staff took the terminal back."""
        return bool(self._post("/api/terminal/resume", {}, csrf)["resumed"])

    def lands_on(self) -> str:
        """Where the start page leads."""
        return self._http.get("/").url.path

    def close(self) -> None:
        """Close its connections."""
        self._http.close()

    def _post(self, path: str, body: Json, csrf: str) -> Json:
        reply = self._http.post(path, json=body, headers={"X-CSRF-Token": csrf})
        reply.raise_for_status()
        return dict(reply.json())


@dataclass
class FullHall:
    """The hall: server, staff, simulated candidates, and who comes with a real browser."""

    access: Access
    centre: CentreServer
    staff: Staff
    sitting: str
    crowd: Crowd
    bare: list[BareTerminal]
    people: list[Person]
    playwright: Playwright
    base: Path
    pictures: Path
    stack: ExitStack = field(repr=False)
    _open: dict[str, BrowserContext] = field(default_factory=dict, repr=False)

    def machine(self, name: str, face: int | None) -> Page:
        """Switch a candidate's machine on; its disk is kept when it is switched off."""
        context = self.playwright.chromium.launch_persistent_context(
            self.base / f"disk-{name}", executable_path=CHROMIUM, args=[*FLAGS, *FAKE],
            base_url=self.centre.url, locale="zh-CN", viewport={"width": 1366, "height": 768},
        )  # fmt: skip
        context.set_default_timeout(WAIT_MS)
        if face is not None:
            context.add_init_script(camera_script(face))
        self._open[name] = context
        return context.pages[0]

    def switch_off(self, name: str) -> None:
        """Switch a machine off."""
        self._open.pop(name).close()

    def desk(self, language: str = "en") -> Page:
        """The staff page, in the room."""
        page = self.machine(f"desk-{language}-{len(self._open)}", None)
        page.goto(f"/staff/sign-in?lang={language}")
        page.fill("#username", STAFF)
        page.fill("#password", self.access.password)
        page.click("button[type=submit]")
        page.wait_for_url("**/staff/")
        page.goto(f"/staff/sittings/{self.sitting}")
        page.locator("[data-view=cards]").click()
        page.locator("#seats > *").first.wait_for(timeout=WAIT_MS)
        return page

    def shot(self, page: Page, name: str) -> None:
        """Keep a picture of the page, without the borrowed faces."""
        faces = page.locator("video, .picture img")
        page.screenshot(
            path=self.pictures / f"{name}.png", mask=[faces], mask_color="#9aa6a0", full_page=True
        )

    def room(self) -> Json:
        """The room as staff see it."""
        return self.staff.room(self.sitting)

    def row(self, number: int) -> dict[str, Any]:
        """The seat of somebody who came with a browser."""
        wanted = self.people[number].admission_no
        return next(row for row in self.room()["rows"] if row["admission_no"] == wanted)

    def incidents(self) -> list[Json]:
        """Incidents of those who sit in front of a camera; the bare terminals have none."""
        bare = {terminal.attempt_id for terminal in self.bare}
        found: list[Json] = self.staff.get(f"{self.at}/incidents")["incidents"]
        return [incident for incident in found if incident["attempt_id"] not in bare]

    @property
    def at(self) -> str:
        """Address of the sitting for staff."""
        return f"/staff/api/sittings/{self.sitting}"

    @contextmanager
    def half_analysis(self) -> Iterator[None]:
        """The analysis runs half of the time."""
        assert self.centre.process is not None
        with halved(self.centre.process.pid):
            yield

    def cut_the_mains(self) -> None:
        """The server dies at once."""
        assert self.centre.process is not None
        os.kill(self.centre.process.pid, signal.SIGKILL)
        self.centre.process.wait(timeout=60)

    def close(self) -> None:
        """Switch everything off."""
        for name in list(self._open):
            self.switch_off(name)
        self.crowd.stop()
        for terminal in self.bare:
            terminal.close()


def arrive(
    page: Page, admission_no: str, identity_no: str, *, face: bool, form: bool = True
) -> None:
    """Device check, sign-in and, unless it was confirmed before, the personal data form."""
    page.goto("/?lang=en")
    page.click("#play-tone")
    page.click("#tone-yes")
    expect(page.locator("#continue")).to_be_enabled()
    page.click("#continue")
    page.fill("#admission-no", admission_no)
    page.fill("#identity-no", identity_no)
    page.check(f"input[name=consent][value={'yes' if face else 'no'}]")
    page.click("#sign-in button[type=submit]")
    if form:
        fill_form(page)


def identify(page: Page) -> None:
    """The face check, up to waiting for the start."""
    page.wait_for_url("**/verify")
    expect(page.locator("#verify-start")).to_be_enabled()
    page.click("#verify-start")
    page.wait_for_url("**/waiting")


def signed_in_staff(url: str, access: Access, stack: ExitStack) -> Staff:
    """Staff over HTTP."""
    staff = stack.enter_context(closing(Staff(url)))
    staff.sign_in(STAFF, access.password)
    return staff


def wide(text: str) -> str:
    """As a Chinese input method types it: full-width, small letters, blanks between."""
    return "\u3000".join(chr(ord(char) + 0xFEE0) for char in text.lower())


def until(condition: Callable[[], object], what: str, seconds: float = 120) -> None:
    """Wait for something that happens in the background."""
    gate = threading.Event()
    for _ in range(round(seconds * 5)):
        if condition():
            return
        gate.wait(0.2)
    raise AssertionError(f"waited in vain: {what}")
