"""Applicants and seats of a sitting that a ban concerns, whenever the ban was entered.

Certain by number, person or a registrar's verdict; possible by name and birth date. Nothing
follows by itself.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, func, or_, select, union

from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.errors import NotFound, ReasonMissing
from sync.hq.persistence.database import put
from sync.hq.persistence.review_tables import ban_verdicts, bans
from sync.hq.persistence.tables import applications, candidates, seats, sittings
from sync.hq.registration.bans import RunningBans, programmes_of
from sync.hq.registration.possible_bans import OTHER, SAME, PossibleBans, known_of

_AT_ONCE = 400
GONE = ("refused", "withdrawn")


@dataclass(frozen=True)
class BanFlag:
    """``ban_id``: of a possible match, for the registrar's verdict; empty if it is certain."""

    candidate_id: str
    name: str
    case: str
    until: datetime
    ban_id: str = ""

    @property
    def certain(self) -> bool:
        """Whether it is the banned person."""
        return not self.ban_id


class BanFlags:
    """Finds them, and records what registrars find about possible ones."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def of_sitting(self, sitting_id: str) -> Sequence[BanFlag]:
        """Return the flags of a sitting, by name; none once it is over.

        Raises:
            NotFound: the sitting does not exist.
        """
        now = self._context.clock.now()
        with self._context.database.read() as connection:
            ends = select(sittings.c.ends_at).where(sittings.c.id == sitting_id)
            over = connection.execute(ends).scalar()
            if over is None:
                raise NotFound(what="sitting")
            flags = [] if over <= now else [*_flags(connection, sitting_id, now)]
        return sorted(flags, key=lambda flag: (not flag.certain, flag.name, flag.case))

    def judge(
        self, sitting_id: str, candidate_id: str, ban_id: str, verdict: str, reason: str, by: str
    ) -> None:
        """Record whether somebody is the banned person of a possible match.

        Raises:
            ReasonMissing: nobody says why.
            NotFound: there is no such possible match in the sitting.
        """
        if verdict not in (SAME, OTHER):
            raise NotFound(what="verdict")
        if not reason.strip():
            raise ReasonMissing
        now = self._context.clock.now()
        with self._context.database.write() as connection:
            flagged = {(flag.candidate_id, flag.ban_id) for flag in
                       _flags(connection, sitting_id, now)}  # fmt: skip
            if not ban_id or (candidate_id, ban_id) not in flagged:
                raise NotFound(what="ban")
            row = {
                "ban_id": ban_id,
                "candidate_id": candidate_id,
                "verdict": verdict,
                "reason": reason.strip(),
                "by": by,
                "at": now,
            }
            put(connection, ban_verdicts, [row])
            named = {"ban": ban_id, "candidate": candidate_id, "sitting": sitting_id}
            record(connection, now, AuditKind.BAN_MATCH_JUDGED, by, **named, verdict=verdict)


def _flags(connection: Connection, sitting_id: str, now: datetime) -> Iterator[BanFlag]:
    possible = PossibleBans(connection, now)
    people = _concerned(connection, sitting_id, possible)
    programmes = programmes_of(connection, {sitting_id})
    numbers, ids = [row["identity_no"] for row in people], [row["id"] for row in people]
    running = RunningBans(connection, now, numbers, ids)
    for row in people:
        programme = programmes.get((sitting_id, row["paper"]), "")
        ban = running.find(row["identity_no"], row["id"], programme)
        if ban is not None:
            yield BanFlag(row["id"], row["name"], ban.case, ban.until)
            continue
        for found in possible.of(known_of(row), programme):
            yield BanFlag(row["id"], row["name"], found.ban.case, found.ban.until, found.ban_id)


def _concerned(
    connection: Connection, sitting_id: str, possible: PossibleBans
) -> Sequence[RowMapping]:
    """Return who applied or has a seat and shares number, record or birth date with a banned."""
    linked = select(ban_verdicts.c.candidate_id).where(ban_verdicts.c.verdict == SAME)
    banned: list[Any] = [
        candidates.c.id.in_(select(bans.c.candidate_id)),
        candidates.c.identity_no.in_(select(bans.c.identity_no)),
        candidates.c.id.in_(linked),
    ]
    dates = possible.birth_dates
    for start in range(0, len(dates), _AT_ONCE):
        banned.append(candidates.c.birth_date.in_(dates[start : start + _AT_ONCE]))
    # People of whom only a resident's number is registered: the date stands in it.
    texts = [f"{born:%Y%m%d}" for born in dates]
    unsaid, born_by_number = (
        candidates.c.birth_date.is_(None),
        func.substr(candidates.c.identity_no, 7, 8),
    )
    for start in range(0, len(texts), _AT_ONCE):
        part = texts[start : start + _AT_ONCE]
        banned.append(unsaid & born_by_number.in_(part))
    here = union(
        select(applications.c.candidate_id, applications.c.paper).where(
            applications.c.sitting_id == sitting_id, applications.c.decision.not_in(GONE)
        ),
        select(seats.c.candidate_id, seats.c.paper).where(seats.c.sitting_id == sitting_id),
    ).subquery()
    query = (
        select(candidates, here.c.paper)
        .join(here, here.c.candidate_id == candidates.c.id)
        .where(or_(*banned))
    )
    found = connection.execute(query).mappings().all()
    return list({row["id"]: row for row in found}.values())
