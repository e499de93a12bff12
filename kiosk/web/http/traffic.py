"""Which requests share threads, so that slow ones never delay answers or the staff pages.

Lanes: `answers` for what an exam page needs to save answers and learn its time; `staff` for the
staff pages; `slow` for acts of staff that take seconds; `sign_in` for passwords, which need a
core and 64 MiB each; `other` for the rest: pages, files, check-in, camera, sound.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Flask, current_app

from kiosk.exam.ports import REFUSING, TRAFFIC
from kiosk.web.http.limits import SMALL_BYTES

ANSWERS = frozenset(
    f"terminal.{name}"
    for name in ("answers", "time", "hand_in", "hand_in_part", "lease", "conduct", "late_answers")
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
        "staff.event_log_table",
        "staff.printed",
    }
)
OF_STAFF = frozenset(
    {
        "staff",
        "staff_api",
        "accounts_api",
        "announcements_api",
        "backup_api",
        "board_api",
        "breaks_api",
        "exam_api",
        "inspection_api",
        "messages_api",
        "misconduct_api",
        "personal_form_api",
        "removable_media_api",
    }
)
"""Blueprints of the staff pages."""


class CentreTraffic:
    """Lanes and body limits of the centre's routes; see :class:`kiosk.exam.ports.TrafficRules`."""

    other = "other"

    def __init__(self, app: Flask) -> None:
        self._views = app.view_functions

    def lanes(self, threads: int) -> Mapping[str, int]:
        """Return threads by lane; `threads` of the settings are for `other`, the rest on top."""
        answers, staff = max(2, threads // 2), max(2, threads // 4)
        return {"answers": answers, "staff": staff, "slow": 2, "sign_in": 2, self.other: threads}

    def lane(self, endpoint: str) -> str:
        if endpoint in ANSWERS:
            return "answers"
        if endpoint in SIGN_IN:
            return "sign_in"
        if endpoint in SLOW:
            return "slow"
        return "staff" if endpoint.partition(".")[0] in OF_STAFF else self.other

    def body_limit(self, endpoint: str) -> int:
        """Return the route's body limit in bytes."""
        return int(getattr(self._views[endpoint], "body_limit", SMALL_BYTES))


def refusing() -> list[str]:
    """Return addresses whose connections the server in front is refusing in large numbers."""
    ask: Callable[[], list[str]] = current_app.extensions.get(REFUSING, list)
    return ask()


def install(app: Flask) -> None:
    """Make the routes' rules available to the server that runs `app`."""
    app.extensions[TRAFFIC] = CentreTraffic(app)
