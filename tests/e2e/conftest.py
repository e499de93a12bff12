"""Real servers in processes of their own, and a real browser with a person before its camera."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect, sync_playwright

from kiosk.rehearsal.clients import pull_attempts
from kiosk.rehearsal.environment import STAFF, Access, Content, set_up, usual_content
from kiosk.rehearsal.people import Person, make_people
from kiosk.rehearsal.processes import free_port, server
from tests.e2e.camera import camera_script

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
TITLE = "端到端考试"
WAIT_MS = 120_000
"""Long, because a machine that others share may be slow; nothing here judges speed."""


@dataclass
class CentreServer:
    """The centre's server process, which may be killed."""

    data: Path
    port: int
    log: Path
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [sys.executable, "-m", "kiosk", "serve", "--data", str(self.data)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--port", str(self.port)], stdout=log, stderr=log
            )
        gate = threading.Event()
        for _ in range(1200):
            try:
                if httpx.get(f"{self.url}/healthz", trust_env=False).is_success:
                    return
            except httpx.TransportError:
                gate.wait(0.1)
        pytest.fail(self.log.read_text()[-2000:])

    def kill(self) -> None:
        """kill -9, as a power cut would."""
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=60)

    def stop(self) -> None:
        """End it as systemd would."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=60)


@dataclass
class World:
    """HQ and a centre with one sitting, and browsers."""

    access: Access
    people: list[Person]
    hq_url: str
    centre: CentreServer
    playwright: Playwright
    pictures: Path
    stack: ExitStack = field(repr=False)

    def browser(self, face: int | None, *, camera: bool = True) -> BrowserContext:
        """A browser at a terminal whose camera shows that person."""
        flags = [*FLAGS]
        if camera:
            flags += ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
        chromium = self.playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        self.stack.callback(chromium.close)
        size: Any = {"width": 1280, "height": 800}
        context = chromium.new_context(base_url=self.centre.url, locale="zh-CN", viewport=size)
        context.set_default_timeout(WAIT_MS)
        if face is not None:
            context.add_init_script(camera_script(face))
        return context

    def staff(self) -> Page:
        """The staff page, signed in, in the room of the sitting."""
        page = self.browser(None).new_page()
        page.goto("/staff/sign-in?lang=en")
        page.fill("#username", STAFF)
        page.fill("#password", self.access.password)
        self.shot(page, "staff-sign-in")
        page.click("button[type=submit]")
        page.get_by_text(TITLE).first.wait_for(timeout=WAIT_MS)
        self.shot(page, "staff-sittings")
        page.get_by_text(TITLE).first.click()
        page.locator("[data-view=cards]").click()
        page.locator("#seats > *").first.wait_for(timeout=WAIT_MS)
        return page

    def shot(self, page: Page, name: str) -> None:
        """Keep a picture of the page, without the borrowed faces."""
        faces = page.locator("video, img")
        path = self.pictures / f"{name}.png"
        page.screenshot(path=path, mask=[faces], mask_color="#9aa6a0")

    def held(self) -> dict[str, dict[str, Any]]:
        """What HQ holds, by admission number."""
        found = pull_attempts(self.hq_url, self.access.token)
        return {entry["admission_no"]: entry for entry in found}


@pytest.fixture(scope="module")
def content() -> Content:
    """The programme and items of the exam; a module may have others."""
    return usual_content()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, content: Content) -> Iterator[World]:
    """HQ and the centre are up; nobody has arrived."""
    base = tmp_path_factory.mktemp("world")
    pictures = Path(os.environ.get("E2E_SCREENSHOTS") or base / "pictures")
    pictures.mkdir(parents=True, exist_ok=True)
    people = make_people(3)
    with ExitStack() as stack:
        port = free_port()
        access = set_up(base, f"http://127.0.0.1:{port}", {TITLE: people}, 60, content)
        hq_url = stack.enter_context(server("sync.hq.cli", access.hq, port, base / "hq.log"))
        centre = CentreServer(access.centre, free_port(), base / "centre.log")
        centre.start()
        stack.callback(centre.stop)
        playwright = stack.enter_context(sync_playwright())
        expect.set_options(timeout=WAIT_MS)
        yield World(access, people, hq_url, centre, playwright, pictures, stack)


def until(condition: Callable[[], object]) -> None:
    """Wait for something that a server does in the background."""
    gate = threading.Event()
    for _ in range(1200):
        if condition():
            return
        gate.wait(0.1)
    pytest.fail("waited in vain")
