"""An exam at a terminal that is not the server: through Caddy, trusting its CA and no other."""

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Error, Page, Playwright, expect, sync_playwright

from kiosk.rehearsal.environment import STAFF, Access, set_up
from kiosk.rehearsal.people import Person, make_people
from kiosk.rehearsal.processes import free_port
from tests.e2e.camera import camera_script
from tests.e2e.conftest import CHROMIUM, FLAGS, TITLE, WAIT_MS
from tests.e2e.forms import fill_form
from tests.e2e.lan import SERVER_ADDRESS, Machine, lan

pytestmark = pytest.mark.e2e

ORIGIN = f"https://{SERVER_ADDRESS}"
CAMERA = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
TRUSTING, STRANGER = "trusting", "stranger"


@dataclass
class Hall:
    """Headquarters, centre and Caddy on one machine, browsers on another."""

    base: Path
    server: Machine
    terminal: Machine
    access: Access
    people: list[Person]
    playwright: Playwright
    stack: ExitStack = field(repr=False)

    def home(self, name: str) -> Path:
        """Where a browser keeps which CAs it trusts."""
        return self.base / name

    def browser(self, home: str, face: int | None = None) -> BrowserContext:
        """A browser at the terminal."""
        chromium = self.playwright.chromium.launch(
            executable_path=self.terminal.browser(self.base, CHROMIUM),
            args=[*FLAGS, *CAMERA],
            env={**self.terminal.env, "HOME": str(self.home(home))},
        )
        self.stack.callback(chromium.close)
        size: Any = {"width": 1366, "height": 768}
        context = chromium.new_context(base_url=ORIGIN, locale="zh-CN", viewport=size)
        context.set_default_timeout(WAIT_MS)
        if face is not None:
            context.add_init_script(camera_script(face))
        return context

    def status(self) -> "subprocess.CompletedProcess[str]":
        """What `kiosk tls status` says."""
        return self.server.kiosk("kiosk", "tls", "status", "--data", str(self.access.centre))


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """Set up with the product's own commands, as an administrator would."""
    base, people = tmp_path_factory.mktemp("tls"), make_people(1)
    with ExitStack() as stack:
        server, terminal = stack.enter_context(lan(base))
        port = free_port()
        access = set_up(base, f"http://127.0.0.1:{port}", {TITLE: people}, 60)
        python = (sys.executable, "-m")
        hq = ("sync.hq.cli", "serve", "--data", str(access.hq), "--port", str(port))
        stack.enter_context(server.running(base / "hq.log", *python, *hq))
        written = server.kiosk(
            *("kiosk", "tls", "write", "--data", str(access.centre), "--yes"),
            *("--to", str(base / "caddy"), "--storage", str(base / "storage")),
        )
        assert written.returncode == 0, written.stderr
        caddyfile = str(base / "caddy" / "Caddyfile")
        caddy = server.running(base / "caddy.log", "caddy", "run", "--config", caddyfile)
        stack.enter_context(caddy)
        centre = ("kiosk", "serve", "--data", str(access.centre))
        stack.enter_context(server.running(base / "centre.log", *python, *centre))
        playwright = stack.enter_context(sync_playwright())
        expect.set_options(timeout=WAIT_MS)
        found = Hall(base, server, terminal, access, people, playwright, stack)
        _until_up(found)
        _trust(found)
        yield found


def _until_up(hall: Hall) -> None:
    gate = threading.Event()
    for _ in range(120):
        if hall.terminal.run("curl", "-fsk", f"{ORIGIN}/healthz").returncode == 0:
            return
        # At the beginning of a line: the centre may start before headquarters, and says so.
        if re.search(r"^Error", (hall.base / "centre.log").read_text(), re.MULTILINE):
            break
        gate.wait(0.5)
    logs = "".join((hall.base / f"{name}.log").read_text()[-1500:] for name in ("caddy", "centre"))
    pytest.fail(logs)


def _trust(hall: Hall) -> None:
    """Put the root that the plain page gives into the store of one of the two homes."""
    for name in (TRUSTING, STRANGER):
        store = hall.home(name) / ".pki" / "nssdb"
        store.mkdir(parents=True)
        _certutil(store, "-N", "--empty-password")
    root = hall.base / "root.crt"
    fetched = hall.terminal.run(
        "curl", "-fsS", "-o", str(root), f"http://{SERVER_ADDRESS}/root.crt"
    )
    assert fetched.returncode == 0, fetched.stderr
    store = hall.home(TRUSTING) / ".pki" / "nssdb"
    _certutil(store, "-A", "-t", "C,,", "-n", "exam", "-i", str(root))


def _certutil(store: Path, *words: str) -> None:
    command = ["certutil", "-d", f"sql:{store}", *words]
    subprocess.run(command, check=True, capture_output=True, timeout=60)


def test_the_fingerprint_is_that_of_the_root_that_terminals_get(hall: Hall) -> None:
    shown = subprocess.run(
        ["openssl", "x509", "-in", hall.base / "root.crt", "-noout", "-fingerprint", "-sha256"],
        capture_output=True, text=True, timeout=60, check=True,
    ).stdout.strip()  # fmt: skip
    assert shown.partition("=")[2] in hall.status().stdout


def test_a_terminal_without_the_root_does_not_get_in(hall: Hall) -> None:
    page = hall.browser(STRANGER).new_page()
    with pytest.raises(Error, match="ERR_CERT_AUTHORITY_INVALID"):
        page.goto("/")


def test_plain_http_tells_it_what_to_install_and_gives_no_camera(hall: Hall) -> None:
    page = hall.browser(STRANGER).new_page()
    page.goto(f"http://{SERVER_ADDRESS}/")
    expect(page.locator("#untrusted")).to_be_visible()
    expect(page.locator("#trusted")).to_be_hidden()
    assert page.evaluate("navigator.mediaDevices") is None
    for address in ("/root.key", "/../root.key", "/Caddyfile", "/healthz"):
        url = f"http://{SERVER_ADDRESS}{address}"
        text = hall.terminal.run("curl", "-fsS", "--path-as-is", url).stdout
        assert text.startswith("<!doctype html>"), address
    page.screenshot(path=hall.base / "trust.png", full_page=True)


def test_plain_http_sends_a_terminal_with_the_root_on_to_https(hall: Hall) -> None:
    page = hall.browser(TRUSTING).new_page()
    page.goto(f"http://{SERVER_ADDRESS}/help?lang=en")
    page.wait_for_url(f"{ORIGIN}/help?lang=en")


@pytest.fixture(scope="module")
def desk(hall: Hall) -> Page:
    """The staff page on another machine, through Caddy."""
    page = hall.browser(TRUSTING).new_page()
    page.goto("/staff/sign-in?lang=en")
    page.fill("#username", STAFF)
    page.fill("#password", hall.access.password)
    page.click("button[type=submit]")
    page.get_by_text(TITLE).first.click()
    page.locator("[data-view=cards]").click()
    page.locator("#seats > *").first.wait_for()
    return page


def test_an_exam_is_sat_with_camera(hall: Hall, desk: Page) -> None:
    person = hall.people[0]
    page = hall.browser(TRUSTING, person.face).new_page()
    page.goto("/?lang=en")
    assert page.evaluate("isSecureContext && Boolean(navigator.mediaDevices)")
    page.click("#play-tone")
    page.click("#tone-yes")
    page.click("#continue")
    page.wait_for_url("**/sign-in")
    page.fill("#admission-no", person.admission_no)
    page.fill("#identity-no", person.identity_no)
    page.check("input[name=consent][value=yes]")
    page.click("#sign-in button[type=submit]")
    fill_form(page)
    page.click("#verify-start")
    page.wait_for_url("**/waiting")
    desk.get_by_role("button", name="Unlock the paper").click()
    desk.fill("#unlock-code", hall.access.codes[TITLE])
    desk.get_by_role("button", name="Unlock", exact=True).click()
    desk.get_by_role("button", name="Start the sitting").click()
    desk.get_by_label("Yes, start the time now.").check()
    with page.expect_response(re.compile("/frames$")) as frame:
        desk.get_by_role("button", name=re.compile("Start now")).click()
        page.wait_for_url("**/exam")
    assert frame.value.status == 200
    page.keyboard.press("1")
    expect(page.locator("#navigator .cell.answered")).to_have_count(1)
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved")
    page.click("#hand-in")
    page.get_by_role("button", name="Confirm hand-in").click()
    page.wait_for_url("**/receipt")
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
    assert cookies["__Host-terminal"]["secure"]


def test_a_changed_address_is_noticed_and_mended(hall: Hall) -> None:
    hall.server.run("ip", "address", "del", f"{SERVER_ADDRESS}/24", "dev", "lan")
    hall.server.run("ip", "address", "add", "192.168.77.11/24", "dev", "lan")
    status = hall.status()
    assert status.returncode == 1
    assert f"{ORIGIN}: {SERVER_ADDRESS} is not this machine. Its addresses: 192.168.77.11" in (
        status.stdout
    )
    command = ("tls", "write", "--data", str(hall.access.centre), "--yes")
    folders = ("--to", str(hall.base / "caddy"), "--storage", str(hall.base / "storage"))
    assert hall.server.kiosk("kiosk", *command, *folders).returncode == 0
    settings = (hall.access.centre / "kiosk.toml").read_text()
    assert 'public_origins = ["https://192.168.77.11"]' in settings
