"""Which requests share threads, so that nothing slow delays an answer or the staff page.

Lanes: `answers` for what an exam page needs to keep its answers and its time; `staff` for the
staff page; `slow` for what staff do that takes seconds; `sign_in` for passwords, which take a
core and 64 MiB each; `other` for the rest: pages, files, check-in, camera, sound.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Flask, current_app

from kiosk.exam.ports import REFUSING, TRAFFIC
from kiosk.web.http.limits import SMALL_BYTES

ANSWERS = frozenset(
    f"terminal.{name}"
    for name in ("answers", "time", "hand_in", "lease", "conduct", "late_answers")
)
SIGN_IN = frozenset({"staff_api.sign_in"})
SLOW = frozenset(
    {
        "staff_api.import_package",
        "staff_api.unlock",
        "staff_api.enrol_portrait",
        "exam_api.import_late_answers",
        "removable_media_api.outbound",
        "removable_media_api.inbound",
    }
)
OF_STAFF = frozenset(
    {
        "staff",
        "staff_api",
        "accounts_api",
        "backup_api",
        "exam_api",
        "inspection_api",
        "removable_media_api",
    }
)
"""Blueprints of the staff page."""


class CentreTraffic:
    """See :class:`kiosk.exam.ports.TrafficRules`."""

    other = "other"

    def __init__(self, app: Flask) -> None:
        self._views = app.view_functions

    def lanes(self, threads: int) -> Mapping[str, int]:
        """The settings' threads are for the rest; the other lanes come on top."""
        answers, staff = max(2, threads // 2), max(2, threads // 4)
        return {"answers": answers, "staff": staff, "slow": 2, "sign_in": 2, self.other: threads}

    def lane(self, endpoint: str) -> str:
        """The lane of a route."""
        if endpoint in ANSWERS:
            return "answers"
        if endpoint in SIGN_IN:
            return "sign_in"
        if endpoint in SLOW:
            return "slow"
        return "staff" if endpoint.partition(".")[0] in OF_STAFF else self.other

    def body_limit(self, endpoint: str) -> int:
        """What the view says that it takes, in bytes."""
        return int(getattr(self._views[endpoint], "body_limit", SMALL_BYTES))


def refusing() -> list[str]:
    """Addresses whose connections the server in front turns away by the dozen."""
    ask: Callable[[], list[str]] = current_app.extensions.get(REFUSING, list)
    return ask()


def install(app: Flask) -> None:
    """Tell the server that carries `app` about its routes."""
    app.extensions[TRAFFIC] = CentreTraffic(app)
