"""What happens to people after they applied: withdrawn, replaced, moved, granted extra time.

Seat, admission number and paper follow in the same change set; packages that were built before
count as outdated (:mod:`sync.hq.packages.outdated`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, func, select

from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.errors import (
    IdentityTaken,
    NoSuchPaper,
    NotAdmitted,
    NotFound,
    ReasonMissing,
)
from sync.hq.persistence import tables
from sync.hq.registration.application_views import ApplicationView
from sync.hq.registration.applications import Applications
from sync.hq.registration.changes import (
    APPLICATION,
    PERSON,
    SEAT,
    Act,
    Change,
    added,
    changed,
    removed,
    row_of,
    store,
)
from sync.hq.registration.corrected_values import checked_claims, checked_person
from sync.hq.registration.people import known_people
from sync.hq.registration.places import (
    admission_prefix,
    free_seat,
    freed,
    new_admission_no,
    require_not_sat,
    require_room,
    seat_of,
)
from sync.hq.registration.verdicts import Rules
from sync.hq.sittings import Sittings

WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Place:
    """Where somebody is moved to; empty fields stay, and a seat is chosen where none is named."""

    sitting_id: str = ""
    centre_code: str = ""
    room: str = ""
    seat: str = ""


@dataclass(frozen=True)
class Accommodation:
    """Extra minutes, and in words what else a candidate needs."""

    extra_minutes: int
    needs: str = ""


class Lives:
    """Changes what became of applicants; each act is a change set with its reason."""

    def __init__(self, context: HqContext, applications: Applications, sittings: Sittings) -> None:
        self._context = context
        self._applications = applications
        self._sittings = sittings

    def correct(
        self, candidate_id: str, values: Mapping[str, Any], reason: str, by: str
    ) -> int | None:
        """Correct a person's name, document, sex or date of birth.

        Raises:
            NotFound: there is no such person.
            IdentityTaken: another person has the identity number.
            CorrectionUnusable, TextUnusable: a field cannot have this value.
            ReasonMissing: the reason is empty.
        """
        values = checked_person(values)
        act = self._act(AuditKind.PERSON_CORRECTED, "", candidate_id, reason, by)
        with self._context.database.write() as connection:
            row = _person(connection, candidate_id)
            number = values.get("identity_no", row["identity_no"])
            other = known_people(connection, [number]).get(number)
            if other is not None and other["id"] != candidate_id:
                raise IdentityTaken(identity_no=number, name=other["name"], candidate=other["id"])
            return store(connection, act, [changed(PERSON, row, **values)])

    def correct_application(
        self, sitting_id: str, candidate_id: str, values: Mapping[str, Any], reason: str, by: str
    ) -> int | None:
        """Correct an application: its wished centre, its paper, or its claims by their names.

        Raises:
            NotFound: there is no such application or paper.
            CorrectionUnusable: there is no such fact, or it cannot have this value.
            ReasonMissing: the reason is empty.
        """
        act = self._act(AuditKind.APPLICATION_CORRECTED, sitting_id, candidate_id, reason, by)
        rules = self._applications.rules(sitting_id)
        with self._context.database.write() as connection:
            row = _application(connection, sitting_id, candidate_id)
            own = {name: values[name] for name in ("centre", "paper") if name in values}
            claims: dict[str, Any] = checked_claims(
                {name: said for name, said in values.items() if name not in own}
            )
            if {"work_years", "continuous_years"} & claims.keys():
                claims["periods"] = []  # else the years would follow from the periods again
            rules.sitting.paper(own.get("paper", row["paper"]))
            new = rules.judged({**row, **own, "claims": {**row["claims"], **claims}}, act.at)
            changes = [changed(APPLICATION, row, **new)]
            seat = row_of(connection, SEAT, candidate_id, sitting_id)
            if seat is not None:
                changes.append(changed(SEAT, seat, paper=new["paper"]))
            return store(connection, act, changes)

    def withdraw(self, sitting_id: str, candidate_id: str, reason: str, by: str) -> int | None:
        """Withdraw a candidate from a sitting; the seat becomes free.

        Raises:
            NotFound: there is neither an application nor a seat.
            AlreadySat: there is a result.
            ReasonMissing: the reason is empty.
        """
        act = self._act(AuditKind.CANDIDATE_WITHDRAWN, sitting_id, candidate_id, reason, by)
        with self._context.database.write() as connection:
            changes = freed(connection, sitting_id, candidate_id)
            changes += _decided(connection, act, candidate_id, WITHDRAWN)
            if not changes:
                raise NotFound(what="application")
            return store(connection, act, changes)

    def replace(
        self, sitting_id: str, candidate_id: str, by_whom: str, reason: str, by: str
    ) -> int | None:
        """Give a candidate's seat to another applicant, and withdraw the first.

        The other one sits the paper of their own application, or else that of the first.

        Raises:
            NotSeated: the candidate has no seat.
            NotAdmitted: the other one is not admitted, or has a seat.
            AlreadySat: there is a result.
            SeatsClash: the other one sits elsewhere at that time.
            ReasonMissing: the reason is empty.
        """
        act = self._act(AuditKind.CANDIDATE_REPLACED, sitting_id, candidate_id, reason, by)
        act = replace(act, named={**act.named, "by": by_whom})
        other = self._applications.find(sitting_id, by_whom)
        with self._context.database.write() as connection:
            seat = seat_of(connection, sitting_id, candidate_id)
            _require_may_sit(connection, sitting_id, by_whom, other)
            changes = freed(connection, sitting_id, candidate_id)
            changes += _decided(connection, act, candidate_id, WITHDRAWN)
            changes += _off_reserve(connection, sitting_id, by_whom)
            prefix = admission_prefix(connection, sitting_id)
            own = {
                "candidate_id": by_whom,
                "admission_no": new_admission_no(connection, prefix),
                "paper": other.paper if other else seat["paper"],
                "extra_minutes": other.extra_minutes if other else 0,
                "needs": other.needs if other else "",
                "ticket_issued_at": None,
            }
            changes.append(added(SEAT, {**seat, **own}))
            return store(connection, act, changes)

    def move(
        self, sitting_id: str, candidate_id: str, to: Place, reason: str, by: str
    ) -> int | None:
        """Move a candidate to another seat, room, centre or sitting.

        In another sitting the application is judged by that sitting's rules; a seat goes along
        where the candidate has one.

        Raises:
            NotFound: there is no such candidate, sitting or room.
            NoSuchPaper: the other sitting does not examine the same.
            RoomFull, SeatsClash: there is no such free seat.
            AlreadySat: there is a result.
            ReasonMissing: the reason is empty.
        """
        act = self._act(AuditKind.CANDIDATE_MOVED, sitting_id, candidate_id, reason, by)
        target = to.sitting_id or sitting_id
        rules = self._applications.rules(target)
        with self._context.database.write() as connection:
            require_not_sat(connection, sitting_id, candidate_id)
            changes = [] if target == sitting_id else self._carried(connection, act, rules)
            seat = row_of(connection, SEAT, candidate_id, sitting_id)
            if seat is not None:
                paper = self._same_paper(connection, sitting_id, seat["paper"], target)
                changes += _moved(connection, seat, to, target, paper)
            if not changes:
                raise NotFound(what="application")
            return store(connection, act, changes)

    def grant(
        self, sitting_id: str, candidate_id: str, given: Accommodation, reason: str, by: str
    ) -> int | None:
        """Grant extra time and whatever else is needed, before or after a seat was given.

        Raises:
            NotFound: there is neither an application nor a seat.
            SeatsClash: with the extra time the candidate or the seat is taken twice.
            ReasonMissing: the reason is empty.
        """
        if not 0 <= given.extra_minutes <= 600:
            raise ValueError(given.extra_minutes)
        act = self._act(AuditKind.ACCOMMODATION_GRANTED, sitting_id, candidate_id, reason, by)
        with self._context.database.write() as connection:
            rows = {
                table: row_of(connection, table, candidate_id, sitting_id)
                for table in (APPLICATION, SEAT)
            }
            changes = [
                changed(table, row, **vars(given)) for table, row in rows.items() if row is not None
            ]
            if not changes:
                raise NotFound(what="application")
            return store(connection, act, changes)

    def reserve(
        self, sitting_id: str, candidate_id: str, reason: str, by: str, *, off: bool = False
    ) -> int | None:
        """Put an applicant at the end of the reserve list, or take them off it.

        Raises:
            NotFound: there is no such application.
            NotAdmitted: the applicant has a seat.
            ReasonMissing: the reason is empty.
        """
        act = self._act(AuditKind.RESERVE_CHANGED, sitting_id, candidate_id, reason, by)
        table = tables.applications
        with self._context.database.write() as connection:
            row = _application(connection, sitting_id, candidate_id)
            if row_of(connection, SEAT, candidate_id, sitting_id) is not None:
                raise NotAdmitted(name=_person(connection, candidate_id)["name"])
            query = select(func.max(table.c.reserve)).where(table.c.sitting_id == sitting_id)
            last = connection.execute(query).scalar() or 0
            place = None if off else row["reserve"] or last + 1
            return store(connection, act, [changed(APPLICATION, row, reserve=place)])

    def _carried(self, connection: Connection, act: Act, rules: Rules) -> list[Change]:
        """Return the changes that take an application along to another sitting."""
        candidate, target = act.named["candidate"], rules.sitting.id
        row = row_of(connection, APPLICATION, candidate, act.sitting_id)
        if row is None:
            return []
        there = row_of(connection, APPLICATION, candidate, target)
        paper = self._same_paper(connection, act.sitting_id, row["paper"], target)
        new = rules.judged({**row, "sitting_id": target, "paper": paper, "reserve": None}, act.at)
        new_one = added(APPLICATION, new)
        return [
            removed(APPLICATION, row),
            new_one if there is None else changed(APPLICATION, there, **new),
        ]

    def _same_paper(self, connection: Connection, sitting: str, paper: str, target: str) -> str:
        if sitting == target:
            return paper
        examined = self._sittings.get_in(connection, sitting).paper(paper).examination
        there = self._sittings.get_in(connection, target)
        for one in there.papers:
            if one.examination == examined:
                return one.id
        shown = " · ".join(part for part in examined if part)
        raise NoSuchPaper(title=there.title, examined=shown)

    def _act(self, kind: AuditKind, sitting: str, candidate: str, reason: str, by: str) -> Act:
        if not reason.strip():
            raise ReasonMissing
        now, why = self._context.clock.now(), reason.strip()[:500]
        return Act(kind, by, now, sitting, why, named={"candidate": candidate})


def _person(connection: Connection, candidate_id: str) -> Mapping[str, Any]:
    row = row_of(connection, PERSON, candidate_id)
    if row is None:
        raise NotFound(what="candidate")
    return row


def _application(connection: Connection, sitting_id: str, candidate_id: str) -> Mapping[str, Any]:
    row = row_of(connection, APPLICATION, candidate_id, sitting_id)
    if row is None:
        raise NotFound(what="application")
    return row


def _decided(connection: Connection, act: Act, candidate_id: str, decision: str) -> list[Change]:
    row = row_of(connection, APPLICATION, candidate_id, act.sitting_id)
    if row is None:
        return []
    return [changed(APPLICATION, row, decision=decision, reason=act.reason, reserve=None)]


def _off_reserve(connection: Connection, sitting_id: str, candidate_id: str) -> list[Change]:
    row = row_of(connection, APPLICATION, candidate_id, sitting_id)
    return [] if row is None else [changed(APPLICATION, row, reserve=None)]


def _require_may_sit(
    connection: Connection, sitting_id: str, candidate_id: str, applied: ApplicationView | None
) -> None:
    name = _person(connection, candidate_id)["name"]
    seated = row_of(connection, SEAT, candidate_id, sitting_id) is not None
    table = tables.applications
    others = select(table.c.candidate_id).where(table.c.sitting_id == sitting_id)
    # Where registration happened elsewhere, a sitting has a roster and no applications.
    needs_one = connection.execute(others.limit(1)).first() is not None
    if seated or (needs_one and (applied is None or not applied.admitted)):
        raise NotAdmitted(name=name)


def _moved(
    connection: Connection, seat: Mapping[str, Any], to: Place, target: str, paper: str
) -> list[Change]:
    new = {**seat, "sitting_id": target, "paper": paper}
    new["centre_code"] = to.centre_code or seat["centre_code"]
    new["room"] = to.room or seat["room"]
    require_room(connection, new["centre_code"], new["room"])
    if target != seat["sitting_id"]:
        prefix = admission_prefix(connection, target)
        new |= {"admission_no": new_admission_no(connection, prefix), "ticket_issued_at": None}
    new["seat"] = to.seat or free_seat(connection, new, [seat])
    if target == seat["sitting_id"]:
        return [changed(SEAT, seat, **new)]
    return [removed(SEAT, seat), added(SEAT, new)]
