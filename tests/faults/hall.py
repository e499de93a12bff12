"""``python -m tests.faults.hall FOLDER COUNT [ADDRESS]``: a centre in mid-exam, in a process.

A face check takes SECONDS. It prints its port and, as JSON, what each terminal needs to write;
it serves until its input is closed. With ADDRESS it is set up by ``kiosk tls write`` to be behind
Caddy there.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from flask import Flask

from kiosk.bootstrap.setup import SETTINGS
from kiosk.cli import main as kiosk
from kiosk.edge.settings_file import change_server
from kiosk.server.gate import ServerLimits
from kiosk.server.serving import listening
from kiosk.vision.analysis.checkin import FaceCheckTask, FaceResult
from kiosk.web.app import create_app
from tests.centres import ManualClock, candidates, new_site
from tests.web.browser import Browser
from tests.web.faces import NoFaces
from tests.web.halls import quiet_hall

SECONDS = 0.5


class SlowFaces(NoFaces):
    """Each picture takes its time."""

    def face_check(self, task: FaceCheckTask, sender: str) -> FaceResult:
        """Take that long."""
        time.sleep(SECONDS)
        return super().face_check(task, sender)


def headers(browser: Browser, *cookies: str, prefix: str = "") -> dict[str, str]:
    """What this browser sends with each write; behind TLS its cookies have the prefix."""
    kept = {name: browser.client.get_cookie(name) for name in cookies}
    cookie = "; ".join(f"{prefix}{name}={one.value}" for name, one in kept.items() if one)
    return {"Cookie": cookie, "X-CSRF-Token": browser.csrf, "X-Lease": browser.lease}


def seat(app: Flask, hall: Any, number: int, code: str, prefix: str) -> dict[str, Any]:
    """A candidate who is answering."""
    browser = Browser(app.test_client()).arrive(number)
    hall.verification.decide(browser.attempt_id, True, "same person", "staff:chief")
    if number == 1:
        hall.sittings.unlock("S1", code, "staff:chief")
        hall.starts.start("S1", "staff:chief")
    assert browser.open_exam().status_code == 200
    item = browser.get(browser.at("")).json["items"][0]["id"]
    return {
        "path": browser.at("/answers"),
        "item": item,
        "headers": headers(browser, "terminal", "candidate", prefix=prefix),
    }


def put_behind_caddy(data: Path, address: str) -> None:
    """As an administrator would; but browsers of the test may come without TLS, too."""
    folders = ("--to", data.parent / "caddy", "--storage", data.parent / "storage")
    words = ["tls", "write", "--data", data, "--yes", *folders, address]
    done = CliRunner().invoke(kiosk, [str(word) for word in words])
    assert done.exit_code == 0, done.output
    change_server(data / SETTINGS, {"secure_cookies": False})


def main(folder: Path, count: int, address: str | None) -> None:
    """Set up, print, serve."""
    site = new_site(folder / "centre")
    if address:
        put_behind_caddy(site.data, address)
    with quiet_hall(site, ManualClock(), SlowFaces()) as hall:
        package = site.package(roster=candidates(count + 1, count + 1))
        hall.sittings.import_package(package.data, "staff:chief")
        app = create_app(hall, secret=b"a secret that only tests may use")
        looking = Browser(app.test_client()).arrive(count + 1, consent=True)
        assert looking.post(looking.at("/face-check/start")).status_code == 200
        prefix = "__Host-" if address else ""
        seats = [seat(app, hall, number, package.code, prefix) for number in range(1, count + 1)]
        face_check = {
            "path": looking.at("/face-check"),
            "headers": headers(looking, "terminal", "candidate"),
        }
        server = hall.settings.server
        limits = ServerLimits(proxies=server.trusted_proxies)
        port = server.port if address else 0
        with listening(app, "127.0.0.1", port, server.threads, limits=limits) as url:
            told = {"port": int(url.rpartition(":")[2]), "seats": seats, "look": face_check}
            print(json.dumps(told), flush=True)
            sys.stdin.read()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else None)
