"""What makes the pages of a mock exam, and keeps them apart from those of the real one.

Both have the same address, so that terminals need no other. A browser therefore keeps the cookies
and answer buffers of both: those of a mock exam have names of their own, and each request of a
page says which exam the page belongs to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import Flask, current_app, request

from kiosk.web.http.errors import wants_json
from kiosk.web.http.refusals import NotInMockExam, OtherExam
from kiosk.webpages.origins import SAFE

KEY = "mock-exam"
HEADER = "X-Mock-Exam"
USUAL_MINUTES = 30
REAL_MEDIA = frozenset({"backup_api", "removable_media_api"})
"""Blueprints whose routes write to backups and USB sticks, or read what is on them."""


@dataclass(frozen=True)
class MockCandidate:
    """Somebody who does not exist; a person at a terminal signs in with these numbers."""

    admission_no: str
    identity_no: str
    name: str
    seat: str


@dataclass(frozen=True)
class MockExam:
    """A mock exam: ``run`` is its own id, ``ends_at`` when it ends at the latest."""

    run: str
    ends_at: datetime
    unlock_code: str
    minutes: int
    candidates: Sequence[MockCandidate]


def install(app: Flask, mock: MockExam | None) -> None:
    """Make the pages those of a mock exam, or of the real one if ``mock`` is None."""
    app.extensions[KEY] = mock
    app.before_request(_check)
    app.context_processor(lambda: {"mock_exam": mock})


def running() -> MockExam | None:
    """Return the mock exam of this server; None on the real one."""
    return cast("MockExam | None", current_app.extensions[KEY])


def own_cookie(name: str) -> str:
    """Return the name under which this server keeps a cookie."""
    return name if running() is None else f"mock-{name}"


def _check() -> None:
    """Refuse a page of the other exam; refuse what would touch real media.

    Raises:
        OtherExam: the page belongs to another exam.
        NotInMockExam: the route works with backups or USB sticks.
    """
    mock = running()
    if wants_json():
        _check_page(request.headers.get(HEADER), mock.run if mock else None)
    if mock is not None and request.blueprint in REAL_MEDIA:
        raise NotInMockExam


def _check_page(said: str | None, own: str | None) -> None:
    # Pictures are read without the header. They need a session, whose cookie is of one exam only.
    if said is None and request.method in SAFE:
        return
    if said != own:
        raise OtherExam
