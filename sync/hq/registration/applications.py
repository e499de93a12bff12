"""Applications for a sitting: checked against the entry conditions and decided (R6, R8).

The rules decide what they can. Where they refuse, or material is missing, a person may decide
otherwise, with a reason that goes into the audit log.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping, select, update

from kiosk.exam.programme.eligibility import Verdict
from kiosk.exam.programme.programme import Programme
from kiosk.exam.typed_texts import name_key
from sync.hq.authoring.programmes import Programmes
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.core.progress import ProgressCallback, silent
from sync.hq.errors import BadImport, NotFound, ReasonMissing
from sync.hq.persistence import tables
from sync.hq.persistence.database import put
from sync.hq.problems import Problem
from sync.hq.registration.candidate_file import Application
from sync.hq.registration.people import People, Person
from sync.hq.registration.personal_form import merge
from sync.hq.registration.scans import settle_all
from sync.hq.sittings import Sittings
from sync.wire.model import FIRST

PORTRAIT = "portrait"
"""The id of the material that a portrait in the file counts as."""


@dataclass(frozen=True)
class ApplicationView:
    """An application as stored. ``decision``: ``admitted`` or ``refused`` by a person, or empty."""

    sitting_id: str
    candidate_id: str
    name: str
    identity_no: str
    sex: str | None
    birth_date: date | None
    claims: Mapping[str, Any]
    clause: str | None
    hours_missing: Decimal
    shortfalls: Mapping[str, Sequence[Mapping[str, str]]]
    materials_missing: Sequence[str]
    portrait_findings: Sequence[str] | None
    portrait_accepted: bool
    has_portrait: bool
    decision: str
    reason: str
    centre: str
    extra_minutes: int
    paper: str

    @property
    def portrait_sound(self) -> bool:
        """Whether the face pack found no fault with the portrait, or a person accepted it."""
        return self.has_portrait and (self.portrait_accepted or self.portrait_findings == [])

    @property
    def complete(self) -> bool:
        """Whether the rules and checks admit the candidate without a decision by a person."""
        admitted = self.clause is not None and self.hours_missing == 0
        return admitted and not self.materials_missing and self.portrait_sound

    @property
    def admitted(self) -> bool:
        """Whether the candidate gets a seat."""
        return self.decision == "admitted" or (self.complete and self.decision != "refused")

    @property
    def state(self) -> str:
        """``admitted``, ``refused`` by a person, ``not_eligible``, or ``incomplete``."""
        if self.admitted:
            return "admitted"
        if self.decision == "refused":
            return "refused"
        return "incomplete" if self.clause is not None else "not_eligible"


class Applications:
    """Stores applications, checks them against the rules, and records decisions."""

    def __init__(
        self, context: HqContext, people: People, programmes: Programmes, sittings: Sittings
    ) -> None:
        self._context = context
        self._people = people
        self._programmes = programmes
        self._sittings = sittings

    def programme(self, sitting_id: str, paper_id: str = FIRST) -> Programme:
        """Return the programme of a sitting's paper.

        Raises:
            NotFound: the sitting or the paper does not exist.
        """
        paper = self._sittings.get(sitting_id).paper(paper_id)
        return self._programmes.get(paper.programme_id, paper.programme_version)

    def programmes(self, sitting_id: str) -> Mapping[str, Programme]:
        """Return the programmes of a sitting, by the ids of its papers.

        Raises:
            NotFound: the sitting does not exist.
        """
        papers = self._sittings.get(sitting_id).papers
        return {paper.id: self.programme(sitting_id, paper.id) for paper in papers}

    def exam_day(self, sitting_id: str) -> date:
        """Return the local date on which a sitting starts.

        Raises:
            NotFound: the sitting does not exist.
        """
        zone = ZoneInfo(self._context.settings.console.timezone)
        return self._sittings.get(sitting_id).starts_at.astimezone(zone).date()

    def renamed(self, applications: Sequence[Application]) -> Sequence[Problem]:
        """Return a problem for each applicant who is already registered under another name.

        It may be a typing error, a change of name, or another person.
        """
        known = self._people.names([one.identity_no for one in applications])
        return [
            Problem(
                "known_as",
                "row",
                str(application.row),
                "name",
                {"value": application.identity_no, "name": known[application.identity_no]},
                is_error=False,
            )
            for application in applications
            if name_key(known.get(application.identity_no, application.name))
            != name_key(application.name)
        ]

    def closed(self, sitting_id: str) -> Sequence[Problem]:
        """Return a problem for each deadline of the work plan that has passed (R12).

        They are warnings: staff may have a reason to import late.
        """
        # Deadlines of the work plan are local dates, not UTC.
        zone = ZoneInfo(self._context.settings.console.timezone)
        now = self._context.clock.now().astimezone(zone)
        edition = self.programme(sitting_id).edition_on(self.exam_day(sitting_id))
        if edition is None:
            return []
        ends = {
            "registration_closed": now.date() > edition.registration_closes,
            "material_closed": now.date() > edition.material_closes,
            "hours_closed": now.replace(tzinfo=None) > edition.class_hours_until,
        }
        days = {
            "registration_closed": edition.registration_closes,
            "material_closed": edition.material_closes,
            "hours_closed": edition.class_hours_until,
        }
        return [
            Problem(code, params={"day": days[code]}, is_error=False)
            for code, over in ends.items()
            if over
        ]

    def take(
        self,
        sitting_id: str,
        applications: Sequence[Application],
        problems: Sequence[Problem],
        by: str,
        progress: ProgressCallback = silent,
    ) -> Mapping[str, int]:
        """Store and judge all applications of a file, or none; return the counts by state.

        A repeated application is judged again; the decision of a person stays.

        Raises:
            NotFound: the sitting does not exist.
            BadImport: lists every problem of the file.
        """
        programme = self.programme(sitting_id)
        found = [*problems, *self._unknown_centres(applications)]
        if any(problem.is_error for problem in found):
            raise BadImport([problem for problem in found if problem.is_error])
        # Before the transaction: sealing and storing thousands of pictures must not block other
        # writers.
        portraits = self._people.keep_portraits(
            [application.portrait for application in applications], progress
        )
        people = [_person(one, name) for one, name in zip(applications, portraits, strict=True)]
        now = self._context.clock.now()
        until = programme.years_until(self.exam_day(sitting_id))
        level = self._sittings.get(sitting_id).paper(FIRST).level
        verdicts = [programme.judge(level, one.applicant.on(until)) for one in applications]
        with self._context.database.write() as connection:
            ids = self._people.put(connection, people)
            rows = [
                _row(sitting_id, candidate, one, programme, verdict, now)
                for candidate, one, verdict in zip(ids, applications, verdicts, strict=True)
            ]
            # A person's decision outlives a repeated import.
            put(connection, tables.applications, rows, keep=("decision", "reason"))
            personal = dict(zip(ids, (one.personal for one in applications), strict=True))
            merge(connection, sitting_id, personal, now, by)
            settle_all(connection, sitting_id)
            named = {"sitting": sitting_id, "applications": len(rows)}
            record(connection, now, AuditKind.APPLICATIONS_IMPORTED, by, **named)
        return self.counts(sitting_id)

    def list(self, sitting_id: str) -> Sequence[ApplicationView]:
        """Return a sitting's applications, by name."""
        applications, people = tables.applications, tables.candidates
        names = ("name", "identity_no", "sex", "birth_date", "portrait", "portrait_findings")
        query = (
            select(applications, *(people.c[n] for n in (*names, AuditKind.PORTRAIT_ACCEPTED)))
            .join(people, people.c.id == applications.c.candidate_id)
            .where(applications.c.sitting_id == sitting_id)
            .order_by(people.c.name, people.c.identity_no)
        )
        with self._context.database.read() as connection:
            return [_view(row) for row in connection.execute(query).mappings()]

    def counts(self, sitting_id: str) -> Mapping[str, int]:
        """Return how many applications are in each state."""
        counts = dict.fromkeys(("admitted", "incomplete", "not_eligible", "refused"), 0)
        for one in self.list(sitting_id):
            counts[one.state] += 1
        return counts

    def decide(
        self, sitting_id: str, candidate_id: str, decision: str, reason: str, by: str
    ) -> None:
        """Admit or refuse an applicant by hand; an empty decision applies the rules again.

        Raises:
            NotFound: there is no such application.
            ReasonMissing: the reason is empty.
        """
        if decision not in ("admitted", "refused", ""):
            raise ValueError(decision)
        if not reason.strip():
            raise ReasonMissing
        table, now = tables.applications, self._context.clock.now()
        mine = (table.c.sitting_id == sitting_id) & (table.c.candidate_id == candidate_id)
        values = {"decision": decision, "reason": reason.strip()}
        with self._context.database.write() as connection:
            if not connection.execute(update(table).where(mine).values(**values)).rowcount:
                raise NotFound(what="application")
            named = {"sitting": sitting_id, "candidate": candidate_id, **values}
            record(connection, now, AuditKind.APPLICATION_DECIDED, by, **named)

    def set_materials(
        self, sitting_id: str, candidate_id: str, handed_in: Sequence[str], by: str
    ) -> None:
        """Replace the list of materials that an applicant has handed in (R9).

        Raises:
            NotFound: there is no such application.
        """
        wanted = [one.id for one in self.programme(sitting_id).materials]
        table, people, now = tables.applications, tables.candidates, self._context.clock.now()
        mine = (table.c.sitting_id == sitting_id) & (table.c.candidate_id == candidate_id)
        with self._context.database.write() as connection:
            has = select(people.c.portrait).where(people.c.id == candidate_id)
            there = {*handed_in, *([PORTRAIT] if connection.execute(has).scalar() else [])}
            missing = [material for material in wanted if material not in there]
            values = {"materials_missing": missing, "updated_at": now}
            if not connection.execute(update(table).where(mine).values(**values)).rowcount:
                raise NotFound(what="application")
            named = {"sitting": sitting_id, "candidate": candidate_id, "missing": missing}
            record(connection, now, AuditKind.MATERIALS_NOTED, by, **named)

    def _unknown_centres(self, applications: Sequence[Application]) -> Sequence[Problem]:
        with self._context.database.read() as connection:
            known = set(connection.execute(select(tables.centres.c.code)).scalars())
        return [
            Problem(
                "unknown_value",
                "row",
                str(application.row),
                "centre",
                {"value": application.centre, "known": ", ".join(sorted(known)) or "–"},
            )
            for application in applications
            if application.centre and application.centre not in known
        ]


def _person(one: Application, portrait: str | None) -> Person:
    return Person(
        identity_no=one.identity_no,
        name=one.name,
        identity_type=one.identity_type,
        sex=one.sex,
        birth_date=one.birth_date,
        portrait=portrait,
    )


def _row(
    sitting_id: str,
    candidate_id: str,
    one: Application,
    programme: Programme,
    verdict: Verdict,
    now: datetime,
) -> dict[str, Any]:
    handed_in = {*one.materials, *([PORTRAIT] if one.portrait else [])}
    missing = [wanted.id for wanted in programme.materials if wanted.id not in handed_in]
    shortfalls = {
        clause: [asdict(short) for short in shorts] for clause, shorts in verdict.shortfalls.items()
    }
    return {
        "sitting_id": sitting_id,
        "candidate_id": candidate_id,
        "claims": one.claims,
        "clause": verdict.clause,
        "hours_missing": verdict.hours_missing,
        "shortfalls": {} if verdict.clause else shortfalls,
        "materials_missing": missing,
        "centre": one.centre,
        "extra_minutes": one.extra_minutes,
        "decision": "",
        "reason": "",
        "updated_at": now,
        "paper": FIRST,
    }


def _view(row: RowMapping) -> ApplicationView:
    names = set(ApplicationView.__dataclass_fields__) - {"has_portrait"}
    values = {name: row[name] for name in names}
    return ApplicationView(**values, has_portrait=row["portrait"] is not None)
