"""Headquarters' announcements, and what a centre has and has read: by network and by USB stick.

The centre says what it has; headquarters answers with what it lacks, each signed for this centre.
So whatever either side was restored from, both agree again after one exchange. A USB stick carries
the centre's signed report in one direction and all that it lacks in the other.
"""

import base64
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from pydantic import Field, field_validator

from sync.wire import canonical
from sync.wire.delivery.day_report import YEARS
from sync.wire.errors import BadSignature, WrongCentre
from sync.wire.model import Base64, CentreCode, Identifier, Utc, WireModel
from sync.wire.sealing import document
from sync.wire.sealing.keys import KeyHolder, Verifier

FORMAT: Literal["announcement/1"] = "announcement/1"
REPORT_FORMAT: Literal["announcement-report/1"] = "announcement-report/1"
PAGE_FORMAT: Literal["announcements/1"] = "announcements/1"
LIST_FORMAT: Literal["announcement-list/1"] = "announcement-list/1"
PATH = "/sync/v1/announcements"

LONGEST_TITLE = 120
LONGEST_TEXT = 2000
LONGEST_FOR_CANDIDATES = 500
"""Characters, as of a message that staff write to candidates."""
LONGEST_REASON = 500
MOST_HELD = 200
"""Newest announcements that a centre and headquarters compare; a centre keeps no more."""
AT_ONCE = 10
"""Announcements of one answer by network."""
MAX_REPORT = 1 << 20
"""Largest report on a USB stick in bytes."""
MAX_LIST = 8 << 20
"""Largest list on a USB stick in bytes."""


class Announcement(WireModel):
    """A signed announcement for one centre. A higher ``revision`` replaces a lower one.

    ``sitting_id``: it is about this sitting only. ``candidate_text``: what staff of the centre may
    send to candidates. ``reason``: why it was withdrawn.
    """

    format: Literal["announcement/1"] = FORMAT
    centre_code: CentreCode
    announcement_id: Identifier
    revision: int = Field(ge=1, le=1000)
    state: Literal["valid", "withdrawn", "superseded"]
    title: str = Field(min_length=1, max_length=LONGEST_TITLE)
    text: str = Field(min_length=1, max_length=LONGEST_TEXT)
    candidate_text: str = Field(max_length=LONGEST_FOR_CANDIDATES)
    urgent: bool
    sitting_id: Identifier | None
    reason: str = Field(max_length=LONGEST_REASON)
    issued_at: Utc
    changed_at: Utc


class Held(WireModel):
    """An announcement that a centre has, and who there confirmed to have read it."""

    announcement_id: Identifier
    revision: int = Field(ge=1, le=1000)
    read_by: str | None = Field(default=None, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")
    read_at: Utc | None = None

    @field_validator("read_at", mode="before")
    @classmethod
    def _of_our_time(cls, value: object) -> object:
        # Before it is converted to UTC, where a time at the end of the calendar overflows.
        year = value.year if isinstance(value, datetime) else str(value)[:4]
        if value is not None and str(year) not in map(str, YEARS):
            raise ValueError("a year that no exam has")
        return value


class AnnouncementReport(WireModel):
    """What a centre has."""

    format: Literal["announcement-report/1"] = REPORT_FORMAT
    centre_code: CentreCode
    held: tuple[Held, ...] = Field(max_length=MOST_HELD)


class AnnouncementPage(WireModel):
    """What a centre lacks: announcements, each signed."""

    format: Literal["announcements/1"] = PAGE_FORMAT
    signed: tuple[Base64, ...] = Field(max_length=AT_ONCE)


class AnnouncementList(WireModel):
    """What a centre lacks, for a USB stick: announcements, each signed."""

    format: Literal["announcement-list/1"] = LIST_FORMAT
    signed: tuple[Base64, ...] = Field(max_length=MOST_HELD)


def mark_of(held: Sequence[Held]) -> str:
    """Return a digest by which both sides find out that nothing has changed."""
    ordered = sorted(held, key=lambda known: known.announcement_id)
    return canonical.digest(canonical.dumps([known.model_dump(mode="json") for known in ordered]))


def sign_announcement(announcement: Announcement, hq: KeyHolder) -> str:
    """Return the base64 text for an :class:`AnnouncementPage`."""
    return base64.b64encode(document.sign(announcement, hq)).decode("ascii")


def open_announcement(signed: str, hq: Verifier, centre_code: str) -> Announcement:
    """Return a signed announcement.

    Raises:
        BadSignature: headquarters did not sign it, or its content breaks a rule.
        WrongCentre: it is for another centre.
    """
    data = base64.b64decode(signed)
    announcement = document.read(Announcement, data, hq, FORMAT, BadSignature)
    if announcement.centre_code != centre_code:
        raise WrongCentre(found=announcement.centre_code, expected=centre_code)
    return announcement
