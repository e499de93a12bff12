"""The personal data form at headquarters (R14): columns of the candidate file, staff's corrections.

What the form asks beyond a person's identity and qualifications is stored for each application.
The rest comes from where the rules read it, so that nothing is stored twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, select, true

from kiosk.exam.programme.eligibility import Schooling
from kiosk.exam.programme.personal_form import (
    PersonalField,
    PersonalFormRules,
    differing,
    longest,
    read_form,
)
from kiosk.exam.typed_texts import name_key
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.errors import FormFaults, NotFound
from sync.hq.imports.tabular import Column
from sync.hq.persistence import tables
from sync.hq.persistence.material_tables import personal_data
from sync.hq.registration.cells import Cells
from sync.hq.registration.changes import PERSONAL, Act, Change, Row, changed, row_of, store

F = PersonalField
Values = dict[PersonalField, str]
Registered = Mapping[str, Values]
Among = Select[Any] | Sequence[str] | None
"""Some candidates, as ids or as a query of ids; None: all."""

OWN = (F.SCHOOL, F.GRADUATED, F.MAJOR, F.EMPLOYER, F.POST)
"""The fields that are stored here."""

RULES = PersonalFormRules(fields=OWN, required=())

COLUMNS = (
    Column("school", "毕业院校", "School", also=("学校", "毕业学校", "院校", "毕业院校名称")),
    Column(
        "graduated", "毕业时间", "Date of graduation", also=("毕业日期", "毕业年月", "Graduated")
    ),
    Column("major", "所学专业", "Major", also=("专业", "专业名称", "毕业专业")),
    Column("employer", "工作单位", "Employer", also=("单位", "单位名称", "现工作单位", "所在单位")),
    Column("post", "职务", "Post", also=("岗位", "职称", "职务/职称", "职务（职称）", "现任职务")),
)


def read_personal(cells: Cells, today: date) -> Values:
    """Return what the columns of the form say; faults become problems of their cells."""
    typed = {name: cells.text(name.value, longest(name)) for name in OWN}
    values, faults = read_form(typed, RULES, today)
    for fault in faults:
        if fault.code not in ("too_long", "unusable"):  # the cell has reported these
            cells.refuse(fault.field.value, fault.code, value=typed[fault.field])
    return values


def planned_personal(old: Row | None, values: Values, sitting_id: str, candidate_id: str) -> Change:
    """Return the change that stores values over those that are registered; nothing is cleared."""
    before = {} if old is None else _fields(old["given"])
    return _change(old, {**before, **values}, sitting_id, candidate_id)


def _change(old: Row | None, values: Values, sitting_id: str, candidate_id: str) -> Change:
    given = {name.value: text for name, text in values.items()}
    if old is not None:
        return changed(PERSONAL, old, given=given)
    row = {"sitting_id": sitting_id, "candidate_id": candidate_id, "given": given}
    # Nothing to store makes no row.
    return Change(PERSONAL, candidate_id, sitting_id, None, row if given else None)


def registered(connection: Connection, sitting_id: str, among: Among = None) -> Registered:
    """Return what the form begins with, by candidate: identity, qualifications, and own fields.

    ``among``: only these candidates.
    """
    people, applications, seats = tables.candidates, tables.applications, tables.seats
    applied = applications.c.sitting_id == sitting_id
    seated = select(seats.c.candidate_id).where(
        seats.c.sitting_id == sitting_id, _among(seats.c.candidate_id, among)
    )
    named = select(applications.c.candidate_id).where(
        applied, _among(applications.c.candidate_id, among)
    )
    joined = (people.c.id == applications.c.candidate_id) & applied
    query = (
        select(people, applications.c.claims)
        .outerjoin(applications, joined)
        .where(people.c.id.in_(seated.union(named)))
    )
    own = _stored(connection, sitting_id, among)
    return {
        row["id"]: {**_of_person(row), **_of_claims(row["claims"] or {}), **own.get(row["id"], {})}
        for row in connection.execute(query).mappings()
    }


def employers_of(connection: Connection, sitting_id: str) -> Mapping[str, str]:
    """Return the employers that are registered for a sitting, by candidate, to be compared."""
    stored = _stored(connection, sitting_id)
    return {
        name: name_key(values[F.EMPLOYER])
        for name, values in stored.items()
        if F.EMPLOYER in values
    }


def asked(connection: Connection, sitting_id: str) -> Mapping[str, PersonalFormRules | None]:
    """Return which fields the programmes of a sitting ask, by paper."""
    papers, programmes = tables.sitting_papers, tables.programmes
    same = (programmes.c.id == papers.c.programme_id) & (
        programmes.c.version == papers.c.programme_version
    )
    query = (
        select(papers.c.id, programmes.c.document)
        .join(programmes, same)
        .where(papers.c.sitting_id == sitting_id)
    )
    found = {row.id: row.document.get("personal_form") for row in connection.execute(query)}
    return {
        paper: None if table is None else PersonalFormRules.model_validate(table)
        for paper, table in found.items()
    }


def for_roster(connection: Connection, sitting_id: str, centre_code: str) -> "RosterData":
    """Return the data that travel with a centre's roster."""
    seats, rules = tables.seats.c, asked(connection, sitting_id)
    if not any(rules.values()):
        return RosterData({}, rules)
    here = select(seats.candidate_id).where(
        seats.sitting_id == sitting_id, seats.centre_code == centre_code
    )
    return RosterData(registered(connection, sitting_id, here), rules)


@dataclass(frozen=True)
class RosterData:
    """Registered data by candidate, and what each paper asks; only that travels."""

    registered: Registered
    asked: Mapping[str, PersonalFormRules | None]

    def of(self, candidate_id: str, paper: str) -> Values | None:
        """Return a candidate's data, or None where the paper's programme has no form."""
        rules = self.asked.get(paper)
        if rules is None:
            return None
        values = self.registered.get(candidate_id, {})
        # Name and number travel anyway.
        left_out = (F.NAME, F.IDENTITY_NO)
        return {
            name: values[name] for name in rules.asked if name in values and name not in left_out
        }


@dataclass(frozen=True)
class FormAtHeadquarters:
    """A candidate's registered data, and what came from the centre, if anything.

    ``state``, ``by`` and ``reason``: of the form at check-in; "" while no result has arrived.
    """

    candidate_id: str
    registered: Values
    given: Values
    state: str = ""
    by: str = ""
    reason: str = ""

    @property
    def changed(self) -> Sequence[PersonalField]:
        """Fields that the candidate changed or added."""
        return differing(self.registered, self.given) if self.given else ()


class PersonalData:
    """Shows and corrects personal data of candidates."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def form(self, sitting_id: str, candidate_id: str) -> FormAtHeadquarters:
        """Return one candidate's form.

        Raises:
            NotFound: the sitting has no such candidate.
        """
        with self._context.database.read() as connection:
            found = forms_of(connection, sitting_id, (candidate_id,))
        if candidate_id not in found:
            raise NotFound(what="candidate")
        return found[candidate_id]

    def correct(
        self, sitting_id: str, candidate_id: str, typed: Mapping[PersonalField, str], by: str
    ) -> None:
        """Replace a candidate's own fields of the form; an empty one is removed.

        Raises:
            NotFound: the sitting has no such candidate.
            FormFaults: names each field that cannot be stored; nothing is.
        """
        now = self._context.clock.now()
        values, faults = read_form(typed, RULES, now.date())
        if faults:
            raise FormFaults(faults)
        with self._context.database.write() as connection:
            known = registered(connection, sitting_id, (candidate_id,))
            if candidate_id not in known:
                raise NotFound(what="candidate")
            before = {name: text for name, text in known[candidate_id].items() if name in OWN}
            fields = [name.value for name in differing(before, values)]
            named = {"candidate": candidate_id, "fields": fields}
            kind = AuditKind.PERSONAL_DATA_CORRECTED
            old = row_of(connection, PERSONAL, candidate_id, sitting_id)
            change = _change(old, values, sitting_id, candidate_id)
            store(connection, Act(kind, by, now, sitting_id, named=named), [change])


def forms_of(
    connection: Connection, sitting_id: str, among: Among
) -> Mapping[str, FormAtHeadquarters]:
    """Return the forms of some candidates; guests have only what they gave."""
    known = registered(connection, sitting_id, among)
    arrived = _arrived(connection, sitting_id, among)
    return {
        candidate: FormAtHeadquarters(
            candidate, known.get(candidate, {}), *_record(arrived.get(candidate))
        )
        for candidate in {**known, **arrived}
    }


def _among(column: ColumnElement[str], among: Among) -> ColumnElement[bool]:
    return true() if among is None else column.in_(among)


def _stored(connection: Connection, sitting_id: str, among: Among = None) -> dict[str, Values]:
    query = select(personal_data).where(
        personal_data.c.sitting_id == sitting_id, _among(personal_data.c.candidate_id, among)
    )
    return {row.candidate_id: _fields(row.given) for row in connection.execute(query)}


def _of_person(row: RowMapping) -> Values:
    born = row["birth_date"]
    values = {
        F.NAME: row["name"],
        F.SEX: row["sex"],
        F.IDENTITY_NO: row["identity_no"],
        F.BIRTH_DATE: born.isoformat() if born else None,
        # A roster does not say what the document is; only an application does.
        F.IDENTITY_TYPE: row["identity_type"] if row["claims"] is not None else None,
    }
    return {name: value for name, value in values.items() if value}


def _of_claims(claims: Mapping[str, Any]) -> Values:
    """Return what an application says, where it says anything."""
    held = "；".join(f"{one['of']}/{one['level']}" for one in claims.get("certificates", ()))
    years, schooling = claims.get("work_years"), claims.get("schooling")
    values = {
        F.SCHOOLING: schooling if schooling != Schooling.NONE else None,
        F.WORK_YEARS: years if years != "0" else None,
        F.CERTIFICATES: held,
    }
    return {name: str(value) for name, value in values.items() if value}


def _arrived(connection: Connection, sitting_id: str, among: Among) -> dict[str, Mapping[str, Any]]:
    """Return the newest form of each of some candidates that centres have sent."""
    table = tables.bundles
    # Only the form: a report has every answer.
    query = (
        select(table.c.candidate_id, table.c.document["personal_form"].label("form"))
        .where(table.c.sitting_id == sitting_id, _among(table.c.candidate_id, among))
        # What a restored centre sends later never replaces an earlier result.
        .order_by(table.c.chain_epoch.desc(), table.c.revision, table.c.cursor.desc())
    )
    found = {row.candidate_id: row.form for row in connection.execute(query)}
    return {candidate: form for candidate, form in found.items() if form}


def _record(form: Mapping[str, Any] | None) -> tuple[Values, str, str, str]:
    if form is None:
        return {}, "", "", ""
    return _fields(form["values"]), form["state"], form["by"], form["reason"]


def _fields(values: Mapping[str, str]) -> Values:
    return {PersonalField(name): text for name, text in values.items()}
