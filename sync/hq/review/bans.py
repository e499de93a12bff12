"""The register of bans: made by a decided case, looked up at registration, lifted by an appeal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, insert, or_, select, true, update

from kiosk.exam.programme.work import after
from kiosk.exam.typed_numbers import plain_number
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.core.roles import Scope
from sync.hq.persistence.review_tables import bans, review_cases
from sync.hq.review.case_rows import case_name
from sync.hq.review.persons import person_of


@dataclass(frozen=True)
class BanView:
    """An entry of the register. ``programme_id``: empty for all programmes."""

    id: str
    case_id: str
    number: int
    opened_at: datetime
    candidate_id: str
    name: str
    identity_no: str
    programme_id: str
    starts_at: datetime
    until: datetime
    lifted_at: datetime | None
    lifted_by: str

    @property
    def case_name(self) -> str:
        """The number by which people name its case."""
        return case_name(self.number, self.opened_at)

    def state(self, now: datetime) -> str:
        """Return ``lifted``, ``expired`` or ``running``."""
        if self.lifted_at is not None:
            return "lifted"
        return "expired" if now >= self.until else "running"


@dataclass(frozen=True)
class BanFilter:
    """``running_at``: only bans that hold then; ``text``: in a name or number."""

    running_at: datetime | None = None
    text: str = ""


class Bans:
    """Lists the register."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def page(
        self, which: BanFilter, scope: Scope | None, offset: int, limit: int
    ) -> Sequence[BanView]:
        """Return entries that an account may see, the newest first."""
        names = BanView.__dataclass_fields__.keys() - {"number", "opened_at"}
        query = (
            select(
                *(bans.c[name] for name in names), review_cases.c.number, review_cases.c.opened_at
            )
            .join(review_cases, review_cases.c.id == bans.c.case_id)
            .where(_wanted(which, scope))
            .order_by(bans.c.starts_at.desc(), bans.c.id)
            .offset(offset)
            .limit(limit)
        )
        with self._context.database.read() as connection:
            return [BanView(**row) for row in connection.execute(query).mappings()]


def _wanted(which: BanFilter, scope: Scope | None) -> Any:
    wanted: list[Any] = [true()]
    if which.running_at is not None:
        wanted.append(bans.c.lifted_at.is_(None) & (bans.c.until > which.running_at))
    if which.text:
        number = plain_number(which.text)
        wanted.append(
            or_(
                bans.c.name.contains(which.text, autoescape=True),
                bans.c.identity_no.contains(number or which.text, autoescape=True),
            )
        )
    if scope is not None:
        wanted.append(scope.where(review_cases.c.programme_id, review_cases.c.centre_code))
    return and_(*wanted)


def add_ban(
    connection: Connection,
    ban_id: str,
    case: Any,
    months: int,
    *,
    everywhere: bool,
    starts_at: datetime,
    by: str,
    now: datetime,
) -> None:
    """Enter a candidate into the register, in the transaction that decides the case."""
    person, until = person_of(connection, case), months_after(starts_at, months)
    connection.execute(
        insert(bans).values(
            id=ban_id,
            case_id=case["id"],
            candidate_id=case["candidate_id"],
            name=person.name,
            identity_no=plain_number(person.identity_no),
            programme_id="" if everywhere else case["programme_id"] or "",
            starts_at=starts_at,
            until=until,
        )
    )
    named = {"case": case["id"], "ban": ban_id, "candidate": case["candidate_id"]}
    record(connection, now, AuditKind.BAN_ENTERED, by, **named, until=until.isoformat())


def months_after(start: datetime, months: int) -> datetime:
    """Return the same time some calendar months later, on the last day of a shorter month."""
    return datetime.combine(after(start.date(), months), start.timetz())


def lift_bans(connection: Connection, case_id: str, by: str, now: datetime) -> None:
    """Lift the bans of a case, in the transaction that decides its appeal."""
    mine = (bans.c.case_id == case_id) & bans.c.lifted_at.is_(None)
    lifted = connection.execute(select(bans.c.id).where(mine)).scalars().all()
    if lifted:
        connection.execute(update(bans).where(mine).values(lifted_at=now, lifted_by=by))
        record(connection, now, AuditKind.BAN_LIFTED, by, case=case_id, bans=list(lifted))
