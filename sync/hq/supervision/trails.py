"""What headquarters knows of one candidate in one sitting, act by act, in the order of time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, Table, and_, select

from sync.hq.context import HqContext
from sync.hq.persistence.certificate_tables import certificate_acts, certificates
from sync.hq.persistence.release_tables import published_results
from sync.hq.persistence.result_tables import final_marks, result_versions, results
from sync.hq.persistence.review_tables import (
    case_acts,
    review_acts,
    review_cases,
    review_incidents,
)
from sync.hq.persistence.tables import bundles, change_sets, changes, packages, seats

MOST_ACTS = 5000
"""Acts of one candidate; an attempt has some hundred events."""


class Stage(StrEnum):
    """Where in the course of an exam an act belongs."""

    REGISTRATION = "registration"
    PACKAGE = "package"
    ATTEMPT = "attempt"
    INCIDENT = "incident"
    MARK = "mark"
    REVIEW = "review"
    RESULT = "result"
    CERTIFICATE = "certificate"


@dataclass(frozen=True)
class Act:
    """An act. ``kind``: what, by the word of its stage; ``page``: the console's page about it."""

    at: datetime
    stage: Stage
    kind: str
    who: str = ""
    detail: str = ""
    page: str = ""
    names: Mapping[str, str | int] = field(default_factory=dict)


class Trails:
    """Collects trails."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def of(self, sitting_id: str, candidate_id: str) -> list[Act]:
        """Return all acts about a candidate in a sitting, oldest first."""
        with self._context.database.read() as connection:
            reader = _Reader(connection, sitting_id, candidate_id)
            return sorted(reader.acts(), key=lambda act: act.at)[:MOST_ACTS]


@dataclass(frozen=True)
class _Reader:
    connection: Connection
    sitting_id: str
    candidate_id: str

    def acts(self) -> Iterator[Act]:
        yield from self._registration()
        yield from self._package()
        yield from self._attempt()
        yield from self._review()
        yield from self._result()
        yield from self._certificate()

    def _rows(self, query: Select[Any]) -> list[RowMapping]:
        return list(self.connection.execute(query.limit(MOST_ACTS)).mappings())

    def _registration(self) -> Iterator[Act]:
        touching = select(changes.c.change_set).where(
            changes.c.candidate_id == self.candidate_id,
            changes.c.sitting_id.in_(("", self.sitting_id)),
        )
        for row in self._rows(select(change_sets).where(change_sets.c.id.in_(touching))):
            yield Act(
                row["at"],
                Stage.REGISTRATION,
                row["kind"],
                row["username"],
                row["reason"],
                "people.person",
                {"candidate_id": self.candidate_id},
            )

    def _package(self) -> Iterator[Act]:
        here = select(seats.c.centre_code).where(
            seats.c.sitting_id == self.sitting_id, seats.c.candidate_id == self.candidate_id
        )
        query = select(packages).where(
            packages.c.sitting_id == self.sitting_id, packages.c.centre_code.in_(here)
        )
        for row in self._rows(query):
            detail = f"{row['centre_code']} {row['version']}"
            for kind in ("created", "released", "revoked"):
                if row[f"{kind}_at"] is not None:
                    yield Act(
                        row[f"{kind}_at"],
                        Stage.PACKAGE,
                        kind,
                        detail=detail,
                        page="sittings.sitting",
                        names={"sitting_id": self.sitting_id},
                    )

    def _attempt(self) -> Iterator[Act]:
        query = (
            select(bundles.c.document, results.c.centre_code, results.c.attempt_id)
            .join(results, results.c.bundle_id == bundles.c.id)
            .where(self._mine(results))
        )
        for row in self._rows(query):
            names = {"centre_code": row["centre_code"], "attempt_id": row["attempt_id"]}
            for event in row["document"]["chain"]["events"]:
                at = datetime.fromisoformat(event["at"])
                yield Act(
                    at if at.tzinfo else at.replace(tzinfo=UTC),
                    Stage.ATTEMPT,
                    event["kind"],
                    event["who"],
                    page="review.attempt",
                    names=names,
                )

    def _review(self) -> Iterator[Act]:
        table, mine = review_incidents, self._mine(review_incidents)
        for row in self._rows(select(table).where(mine)):
            page, names = "review.incident", {"incident_no": row["number"]}
            who = row["reported_by"]
            yield Act(row["started_at"], Stage.INCIDENT, row["rule"], who, "", page, names)
        judged = select(review_acts, table.c.rule).join(
            table, table.c.number == review_acts.c.incident
        )
        for row in self._rows(judged.where(mine)):
            names = {"incident_no": row["incident"]}
            yield Act(
                row["at"], Stage.REVIEW, "judged", row["by"], row["text"], "review.incident", names
            )
        steps = select(case_acts).join(review_cases, review_cases.c.id == case_acts.c.case_id)
        for row in self._rows(steps.where(self._mine(review_cases))):
            names = {"case_id": row["case_id"]}
            yield Act(row["at"], Stage.REVIEW, "case", row["by"], row["step"], "cases.case", names)

    def _result(self) -> Iterator[Act]:
        for table, stage, kind in (
            (final_marks, Stage.MARK, "marked"),
            (result_versions, Stage.RESULT, "computed"),
        ):
            same = (table.c.centre_code == results.c.centre_code) & (
                table.c.attempt_id == results.c.attempt_id
            )
            query = select(table).join(results, same).where(self._mine(results))
            for row in self._rows(query):
                detail = row["item_id"] if table is final_marks else str(row["version"])
                yield Act(
                    row["at"], stage, kind, row["by"], detail, "releases.result", self._key(row)
                )
        for row in self._rows(select(published_results).where(self._mine(published_results))):
            yield Act(
                row["at"],
                Stage.RESULT,
                "published",
                detail=row["reason"],
                page="releases.result",
                names=self._key(row),
            )

    def _certificate(self) -> Iterator[Act]:
        query = select(certificate_acts).join(
            certificates, certificates.c.number == certificate_acts.c.number
        )
        for row in self._rows(query.where(self._mine(certificates))):
            yield Act(
                row["at"],
                Stage.CERTIFICATE,
                row["kind"],
                row["by"],
                row["number"],
                "certificates.one",
                {"certificate_no": row["number"]},
            )

    def _mine(self, table: Table) -> ColumnElement[bool]:
        return and_(
            table.c.sitting_id == self.sitting_id, table.c.candidate_id == self.candidate_id
        )

    @staticmethod
    def _key(row: RowMapping) -> Mapping[str, str]:
        return {"centre_code": row["centre_code"], "attempt_id": row["attempt_id"]}
