"""What a member of staff wrote, checked and in the form in which it is sent."""

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, select

from kiosk.exam.typed_texts import require_plain
from sync.hq.announcements.errors import (
    AnnouncementCentresUnknown,
    AnnouncementForNobody,
    AnnouncementTextMissing,
    AnnouncementTextTooLong,
)
from sync.hq.core.roles import below, path_of
from sync.hq.persistence.tables import centres, seats
from sync.hq.problems import Phrase
from sync.wire.exchange.announcements import (
    LONGEST_FOR_CANDIDATES,
    LONGEST_TEXT,
    LONGEST_TITLE,
)

_SHOWN_CODES = 5


class Target(StrEnum):
    """Which centres get an announcement. The values are stored."""

    ALL = "all"
    BRANCH = "branch"
    CHOSEN = "chosen"


@dataclass(frozen=True)
class Draft:
    """An announcement before it is sent.

    ``branch``: a province or province/city; ``codes``: of chosen centres. ``sitting_id``: only
    centres with candidates in it. ``replaces``: the id of an announcement that ends with this one.
    """

    title: str
    text: str
    candidate_text: str = ""
    urgent: bool = False
    target: Target = Target.ALL
    branch: str = ""
    codes: tuple[str, ...] = ()
    sitting_id: str | None = None
    replaces: str | None = None

    def checked(self) -> "Draft":
        """Return the draft with its texts in the form in which they are sent.

        Raises:
            AnnouncementTextMissing, AnnouncementTextTooLong: a text has the wrong length.
            TextUnusable: a text has characters without a common meaning.
        """
        return Draft(
            **{
                **vars(self),
                "title": require_plain(_bounded(self.title, "Title", LONGEST_TITLE, 1)),
                "text": _lines(self.text, "Text", LONGEST_TEXT, 1),
                "candidate_text": _lines(
                    self.candidate_text, "Text for candidates", LONGEST_FOR_CANDIDATES, 0
                ),
            }
        )


def split_codes(typed: str) -> tuple[str, ...]:
    """Return the centre codes that were typed, once each."""
    return tuple(dict.fromkeys(code for code in re.split(r"[\s,;，；、]+", typed.upper()) if code))


def recipients(connection: Connection, draft: Draft, allowed: Collection[str]) -> tuple[str, ...]:
    """Return the codes of the centres that get it, of those that are allowed, in order.

    Raises:
        AnnouncementCentresUnknown: chosen codes are not among them.
        AnnouncementForNobody: there are none.
    """
    if draft.target is Target.CHOSEN and (strange := sorted(set(draft.codes) - set(allowed))):
        more = " …" if len(strange) > _SHOWN_CODES else ""
        named = ", ".join(code[:32] for code in strange[:_SHOWN_CODES])
        raise AnnouncementCentresUnknown(codes=named + more)
    rows = connection.execute(select(centres.c.code, centres.c.branch)).all()
    found = {row.code for row in rows if row.code in allowed and _fits(draft, row.code, row.branch)}
    if draft.sitting_id is not None:
        seated = select(seats.c.centre_code).where(seats.c.sitting_id == draft.sitting_id)
        found &= set(connection.execute(seated.distinct()).scalars())
    if not found:
        raise AnnouncementForNobody
    return tuple(sorted(found))


def digest_of(codes: Collection[str]) -> str:
    """Return a digest by which a preview and what is sent name the same centres."""
    return hashlib.sha256("\n".join(sorted(codes)).encode()).hexdigest()


def _fits(draft: Draft, code: str, branch: str) -> bool:
    if draft.target is Target.CHOSEN:
        return code in draft.codes
    return draft.target is Target.ALL or below(path_of(code, branch), draft.branch)


def _lines(text: str, field: str, most: int, least: int) -> str:
    plain = "\n".join(require_plain(line) for line in text.splitlines()).strip()
    return _bounded(plain, field, most, least)


def _bounded(text: str, field: str, most: int, least: int) -> str:
    plain = text.strip()
    if len(plain) < least:
        raise AnnouncementTextMissing(field=Phrase(field))
    if len(plain) > most:
        raise AnnouncementTextTooLong(field=Phrase(field), length=len(plain), most=most)
    return plain
