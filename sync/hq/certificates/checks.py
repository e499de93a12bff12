"""The check list before certificates are issued: who gets one, and what prevents it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlalchemy import Connection, select

from kiosk.exam.errors import ExamError
from sync.hq.certificates.certifiable import Certifiable
from sync.hq.certificates.errors import CertificatesTooEarly, NobodyToCertify
from sync.hq.certificates.fonts import lacking
from sync.hq.certificates.holders import sex_and_birth
from sync.hq.certificates.sources import Sources, exam_start, programme_of
from sync.hq.errors import NotFound
from sync.hq.persistence import tables
from sync.hq.persistence.certificate_tables import certificates
from sync.wire import canonical

_AT_ONCE = 500


@dataclass(frozen=True)
class Checked:
    """``people``: who gets a certificate; ``obstacles``: errors that forbid it now.

    ``known``: how many have theirs already. ``without_portrait``, ``without_birth_date``: whose
    certificates would lack these. ``unprintable``: characters that a font lacks, by candidate.
    """

    sitting_id: str
    programme_id: str
    exam_on: date
    people: Sequence[Certifiable]
    known: int
    obstacles: Sequence[ExamError]
    without_portrait: Sequence[str]
    without_birth_date: Sequence[str]
    unprintable: Mapping[str, str]

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the list: the second person approves what the first one saw."""
        listed = [
            [
                result.candidate_id,
                result.name,
                result.trade,
                result.level,
                result.result_version,
                str(result.total),
            ]
            for result in self.people
        ]
        return canonical.digest(canonical.dumps(sorted(listed, key=str)))

    def require(self) -> None:
        """Raise the first obstacle, if there is one."""
        for obstacle in self.obstacles:
            raise obstacle


def check(
    connection: Connection,
    sources: Sources,
    sitting_id: str,
    programme_id: str,
    released: Sequence[Certifiable],
) -> Checked:
    """Return who of the released gets a certificate, and what prevents it.

    Raises:
        NotFound: the sitting does not examine the programme.
    """
    _require_paper(connection, sitting_id, programme_id)
    exam_on = sources.local_day(exam_start(connection, sitting_id))
    fitting = [
        result for result in released if result.passed and result.programme_id == programme_id
    ]
    done = _issued(connection, sitting_id, programme_id)
    people = [result for result in fitting if not _has(done, result)]
    portraits, births = _lacking_data(
        connection, [result.candidate_id for result in people], exam_on
    )
    obstacles = [*_obstacles(connection, sources, programme_id, exam_on)]
    if not people:
        obstacles.append(NobodyToCertify())
    return Checked(
        sitting_id=sitting_id,
        programme_id=programme_id,
        exam_on=exam_on,
        people=sorted(people, key=lambda result: (result.name, result.candidate_id)),
        known=len(fitting) - len(people),
        obstacles=obstacles,
        without_portrait=portraits,
        without_birth_date=births,
        unprintable=_unprintable(sources, people),
    )


def not_before(connection: Connection, programme_id: str, exam_on: date) -> date | None:
    """Return the day of the edition's work plan before which nothing is issued (R12), or None."""
    edition = programme_of(connection, programme_id).edition_on(exam_on)
    return edition.certificates_issued if edition else None


def _obstacles(
    connection: Connection, sources: Sources, programme_id: str, exam_on: date
) -> Sequence[ExamError]:
    found: list[ExamError] = []
    day = not_before(connection, programme_id, exam_on)
    if day is not None and sources.local_day(sources.context.clock.now()) < day:
        found.append(CertificatesTooEarly(day=day.isoformat()))
    for needed in (lambda: sources.design(programme_id), sources.signing_key):
        try:
            needed()
        except ExamError as error:
            found.append(error)
    return found


def _require_paper(connection: Connection, sitting_id: str, programme_id: str) -> None:
    table = tables.sitting_papers
    mine = (table.c.sitting_id == sitting_id) & (table.c.programme_id == programme_id)
    if connection.execute(select(table.c.id).where(mine)).first() is None:
        raise NotFound(what="sitting")


_Key = tuple[str, str | None, str | None]


def _issued(
    connection: Connection, sitting_id: str, programme_id: str
) -> Mapping[_Key, Sequence[tuple[int, bool]]]:
    """Return the certificates of a sitting by candidate, trade and level.

    Of each, the result's version, and whether it is revoked.
    """
    table = certificates
    query = select(table).where(
        table.c.sitting_id == sitting_id, table.c.programme_id == programme_id
    )
    found: dict[_Key, list[tuple[int, bool]]] = {}
    for row in connection.execute(query):
        key = (row.candidate_id, row.trade, row.level)
        found.setdefault(key, []).append((row.result_version, row.revoked_at is not None))
    return found


def _has(done: Mapping[_Key, Sequence[tuple[int, bool]]], result: Certifiable) -> bool:
    """Return whether a result has its certificate.

    After a revocation only a newer version of the result gives the right to another one.
    """
    issued = done.get((result.candidate_id, result.trade, result.level), ())
    return any(not revoked or version >= result.result_version for version, revoked in issued)


def _lacking_data(
    connection: Connection, candidates: Sequence[str], today: date
) -> tuple[Sequence[str], Sequence[str]]:
    table, portraits, births = tables.candidates, list[str](), list[str]()
    for start in range(0, len(candidates), _AT_ONCE):
        some = candidates[start : start + _AT_ONCE]
        for row in connection.execute(select(table).where(table.c.id.in_(some))).mappings():
            if row["portrait"] is None:
                portraits.append(row["id"])
            if sex_and_birth(dict(row), today)[1] is None:
                births.append(row["id"])
    return portraits, births


def _unprintable(sources: Sources, people: Sequence[Certifiable]) -> Mapping[str, str]:
    try:
        missing = set(lacking(sources.fonts, "".join({result.name for result in people})))
    except ExamError:  # without fonts, making the PDFs says so
        return {}
    if not missing:
        return {}
    found = {result.candidate_id: "".join(sorted(missing & set(result.name))) for result in people}
    return {candidate: characters for candidate, characters in found.items() if characters}
