"""``python -m tests.faults.hall FOLDER COUNT``: a centre in a process of its own, in mid-exam.

A face check takes SECONDS. It prints its port and, as JSON, what each terminal needs to write;
it serves until its input is closed.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

from flask import Flask

from kiosk.bootstrap.serving import listening
from kiosk.vision.checkin import LookTask, Sight
from kiosk.web.app import create_app
from tests.centres import ManualClock, candidates, new_site
from tests.web.browser import Browser
from tests.web.faces import NoFaces
from tests.web.halls import quiet_hall

SECONDS = 0.5


class SlowFaces(NoFaces):
    """Each picture takes its time."""

    def look(self, task: LookTask, sender: str) -> Sight:
        """Take that long."""
        time.sleep(SECONDS)
        return super().look(task, sender)


def headers(browser: Browser, *cookies: str) -> dict[str, str]:
    """What this browser sends with each write."""
    kept = {name: browser.client.get_cookie(name) for name in cookies}
    cookie = "; ".join(f"{name}={one.value}" for name, one in kept.items() if one)
    return {"Cookie": cookie, "X-CSRF-Token": browser.csrf, "X-Lease": browser.lease}


def seat(app: Flask, hall: Any, number: int, code: str) -> dict[str, Any]:
    """A candidate who is answering."""
    browser = Browser(app.test_client()).arrive(number)
    hall.verification.decide(browser.attempt_id, True, "same person", "staff:chief")
    if number == 1:
        hall.sittings.unlock("S1", code, "staff:chief")
        hall.sittings.start("S1", "staff:chief")
    assert browser.open_exam().status_code == 200
    item = browser.get(browser.at("")).json["items"][0]["id"]
    return {
        "path": browser.at("/answers"),
        "item": item,
        "headers": headers(browser, "terminal", "candidate"),
    }


def main(folder: Path, count: int) -> None:
    """Set up, print, serve."""
    site = new_site(folder / "centre")
    with quiet_hall(site, ManualClock(), SlowFaces()) as hall:
        package = site.package(roster=candidates(count + 1, count + 1))
        hall.sittings.import_package(package.data, "staff:chief")
        app = create_app(hall, secret=b"a secret that only tests may use")
        looking = Browser(app.test_client()).arrive(count + 1, consent=True)
        assert looking.post(looking.at("/look/start")).status_code == 200
        seats = [seat(app, hall, number, package.code) for number in range(1, count + 1)]
        look = {"path": looking.at("/look"), "headers": headers(looking, "terminal", "candidate")}
        with listening(app, "127.0.0.1", 0, 16) as url:
            told = {"port": int(url.rpartition(":")[2]), "seats": seats, "look": look}
            print(json.dumps(told), flush=True)
            sys.stdin.read()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
