"""Applications for a sitting: checked against the entry conditions and decided (R6, R8).

The rules decide what they can. Where they refuse, or material is missing, a person may decide
otherwise, with a reason that goes into the audit log.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, select, true

from kiosk.exam.programme.programme import Programme
from kiosk.exam.typed_texts import name_key
from sync.hq.authoring.programmes import Programmes
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.progress import ProgressCallback, silent
from sync.hq.errors import BadImport, ChangedMeanwhile, NamesUndecided, NotFound, ReasonMissing
from sync.hq.persistence import tables
from sync.hq.problems import Problem
from sync.hq.registration.application_views import ApplicationView, application_view
from sync.hq.registration.candidate_file import Application
from sync.hq.registration.changes import APPLICATION, Act, Row, changed, row_of, store
from sync.hq.registration.own_certificates import own_certificates
from sync.hq.registration.paper_choice import PaperChoice
from sync.hq.registration.people import UNSEEN, People
from sync.hq.registration.places import freed
from sync.hq.registration.planning import Answers, Planned, Planner, as_fields, of_file
from sync.hq.registration.verdicts import Rules
from sync.hq.sittings import Sittings
from sync.wire.model import FIRST

STATES = ("admitted", "incomplete", "not_eligible", "refused", "withdrawn")
AS_IT_IS = Answers()


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

    def choice(self, sitting_id: str) -> PaperChoice:
        """Return the papers of a sitting, by the words that files use for them.

        Raises:
            NotFound: the sitting does not exist.
        """
        papers = self._sittings.get(sitting_id).papers
        return PaperChoice(papers, self.programmes(sitting_id))

    def rules(self, sitting_id: str) -> Rules:
        """Return what applications for a sitting are judged by.

        Raises:
            NotFound: the sitting does not exist.
        """
        sitting, programmes = self._sittings.get(sitting_id), self.programmes(sitting_id)
        with self._context.database.read() as connection:
            own = own_certificates(connection, {one.id for one in programmes.values()})
        return Rules(sitting, programmes, self.exam_day(sitting_id), own)

    def plan(
        self, sitting_id: str, applications: Sequence[Application], answers: Answers = AS_IT_IS
    ) -> list[Planned]:
        """Return what storing a file would change; nothing is stored.

        Raises:
            NotFound: the sitting does not exist.
        """
        rules = self.rules(sitting_id)
        new = self._people.new_portraits(_pictures(applications))
        unseen = dict.fromkeys(new, UNSEEN)
        with self._context.database.read() as connection:
            planner = Planner(connection, rules, answers, self._context.clock.now())
            return planner.plan(applications, unseen, self._context.ids)

    def take(
        self,
        sitting_id: str,
        applications: Sequence[Application],
        problems: Sequence[Problem],
        by: str,
        progress: ProgressCallback = silent,
        answers: Answers = AS_IT_IS,
        file_name: str = "",
    ) -> Mapping[str, int]:
        """Store and judge the chosen applications of a file, or none; return counts by state.

        Only what the file says changes; the decision of a person stays.

        Raises:
            NotFound: the sitting does not exist.
            BadImport: lists every problem of the file.
            ChangedMeanwhile: somebody changed what the preview showed.
            NamesUndecided: people are registered under other names, and nobody has decided.
            SeatsClash: with their new times or papers, candidates or seats are taken twice.
        """
        chosen = answers.chosen
        if chosen is not None:
            applications = [one for one in applications if one.row in chosen]
            problems = [one for one in problems if of_file(one) or int(one.at) in chosen]
        _require_none([*problems])
        rules, now = self.rules(sitting_id), self._context.clock.now()
        # Before the transaction: sealing and storing thousands of pictures must not block other
        # writers.
        new = self._people.new_portraits(_pictures(applications))
        pictures = self._people.keep_portraits(new, progress)
        named = {"applications": len(applications)}
        act = Act(
            AuditKind.APPLICATIONS_IMPORTED, by, now, sitting_id, file_name=file_name, named=named
        )
        with self._context.database.write() as connection:
            planner = Planner(connection, rules, answers, now)
            planned = planner.plan(applications, pictures, self._context.ids)
            _require_none([problem for one in planned for problem in one.problems])
            _require_as_seen(planned, answers)
            unsaid = [one for one in planned if one.known_as and not answers.name(one.row)]
            if unsaid:
                names = ", ".join(f"{one.name} / {one.known_as}" for one in unsaid[:10])
                raise NamesUndecided(count=len(unsaid), names=names)
            store(connection, act, [change for one in planned for change in one.changes])
        return self.counts(sitting_id)

    def find(self, sitting_id: str, candidate_id: str) -> ApplicationView | None:
        """Return one application, or None."""
        with self._context.database.read() as connection:
            which = tables.applications.c.candidate_id == candidate_id
            return next(iter(_views(connection, sitting_id, which)), None)

    def list(self, sitting_id: str) -> Sequence[ApplicationView]:
        """Return a sitting's applications, by name."""
        with self._context.database.read() as connection:
            return _views(connection, sitting_id)

    def counts(self, sitting_id: str) -> Mapping[str, int]:
        """Return how many applications are in each state."""
        counts = dict.fromkeys(STATES, 0)
        for one in self.list(sitting_id):
            counts[one.state] += 1
        return counts

    def decide(
        self, sitting_id: str, candidate_id: str, decision: str, reason: str, by: str
    ) -> None:
        """Admit or refuse an applicant by hand; an empty decision applies the rules again.

        Who is refused loses the seat.

        Raises:
            NotFound: there is no such application.
            AlreadySat: the applicant is refused and has already sat the exam.
            ReasonMissing: the reason is empty.
        """
        if decision not in ("admitted", "refused", ""):
            raise ValueError(decision)
        if not reason.strip():
            raise ReasonMissing
        named = {"candidate": candidate_id, "decision": decision}
        act = self._act(AuditKind.APPLICATION_DECIDED, sitting_id, by, reason.strip(), named)
        with self._context.database.write() as connection:
            row = _require(connection, sitting_id, candidate_id)
            changes = [changed(APPLICATION, row, decision=decision, reason=act.reason)]
            if decision == "refused":
                changes += freed(connection, sitting_id, candidate_id)
            store(connection, act, changes)

    def set_materials(
        self, sitting_id: str, candidate_id: str, handed_in: Sequence[str], by: str
    ) -> None:
        """Replace the list of materials that an applicant has handed in (R9).

        Raises:
            NotFound: there is no such application.
        """
        rules = self.rules(sitting_id)
        with self._context.database.write() as connection:
            row = _require(connection, sitting_id, candidate_id)
            missing = [id_ for id_ in rules.wanted(row["paper"]) if id_ not in handed_in]
            named = {"candidate": candidate_id, "missing": missing}
            act = self._act(AuditKind.MATERIALS_NOTED, sitting_id, by, "", named)
            store(connection, act, [changed(APPLICATION, row, materials_missing=missing)])

    def _act(
        self, kind: AuditKind, sitting: str, by: str, reason: str, named: Mapping[str, Any]
    ) -> Act:
        return Act(kind, by, self._context.clock.now(), sitting, reason, named=named)


def _pictures(applications: Sequence[Application]) -> dict[str, bytes]:
    return {one.identity_no: one.portrait for one in applications if one.portrait is not None}


def _require_none(problems: Sequence[Problem]) -> None:
    errors = [problem for problem in problems if problem.is_error]
    if errors:
        raise BadImport(errors)


def _require_as_seen(planned: Sequence[Planned], answers: Answers) -> None:
    """Require that what is stored is what staff saw."""
    other = [
        one.name
        for one in planned
        if one.row in answers.seen and as_fields(one) != [*map(list, answers.seen[one.row])]
    ]
    if other:
        raise ChangedMeanwhile(count=len(other), names=", ".join(other[:10]))


def _require(connection: Connection, sitting_id: str, candidate_id: str) -> Row:
    row = row_of(connection, APPLICATION, candidate_id, sitting_id)
    if row is None:
        raise NotFound(what="application")
    return row


def _views(
    connection: Connection, sitting_id: str, which: ColumnElement[bool] | None = None
) -> list[ApplicationView]:
    applications, people = tables.applications, tables.candidates
    names = (
        "name", "identity_no", "sex", "birth_date", "portrait", "portrait_findings",
        "portrait_accepted",
    )  # fmt: skip
    query = (
        select(applications, *(people.c[n] for n in names))
        .join(people, people.c.id == applications.c.candidate_id)
        .where(applications.c.sitting_id == sitting_id, true() if which is None else which)
        .order_by(people.c.name, people.c.identity_no)
    )
    return [application_view(row) for row in connection.execute(query).mappings()]
