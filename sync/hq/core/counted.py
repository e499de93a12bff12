"""The bundle that counts for an attempt, as far as scoring needs it.

It is the highest revision of the attempt's earliest epoch. A centre restored from a backup may
lack answers, so what it reports in a later epoch never replaces an earlier result; it waits for
people to decide.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

from sqlalchemy import Connection, Row, and_, func, select, tuple_

from kiosk.exam.attempt.states import EndReason
from kiosk.exam.items.item import AnswerValue
from sync.hq.persistence.tables import bundles
from sync.wire.delivery.result import ResultBundle

_AT_ONCE = 200


class AttemptKey(NamedTuple):
    """An attempt: its id is unique at its centre."""

    centre_code: str
    attempt_id: str


@dataclass(frozen=True)
class Counted:
    """Facts of a bundle from which its score follows.

    ``admitted``: who admitted the candidate by hand, and why; empty for candidates on the roster.
    ``accepted``: whether a registrar has said whose such an attempt is.
    """

    key: AttemptKey
    bundle_id: str
    sitting_id: str
    paper: str
    package_id: str
    package_version: int
    candidate_id: str
    admission_no: str
    values: Mapping[str, AnswerValue]
    end_reason: EndReason
    voided: bool
    admitted: str
    accepted: bool = False

    @classmethod
    def of_bundle(cls, bundle: ResultBundle, bundle_id: str) -> Self:
        """Return the facts of a bundle that has just been opened."""
        guest = bundle.admitted
        return cls(
            key=AttemptKey(bundle.centre_code, bundle.attempt_id),
            bundle_id=bundle_id,
            sitting_id=bundle.sitting_id,
            paper=bundle.paper,
            package_id=bundle.package.id,
            package_version=bundle.package.version,
            candidate_id=bundle.candidate_id,
            admission_no=bundle.admission_no,
            values=bundle.values,
            end_reason=bundle.end_reason,
            voided=bundle.voided,
            admitted="" if guest is None else f"admitted by {guest.by}: {guest.reason}",
        )

    @classmethod
    def of_row(cls, row: Row[Any]) -> Self:
        """Return the facts of a stored bundle."""
        document = row.document
        guest = document.get("admitted")  # bundles of earlier versions have no such field
        return cls(
            key=AttemptKey(row.centre_code, row.attempt_id),
            bundle_id=row.id,
            sitting_id=row.sitting_id,
            paper=row.paper,
            package_id=row.package_id,
            package_version=row.package_version,
            candidate_id=row.candidate_id,
            admission_no=row.admission_no,
            values={answer["item_id"]: answer["value"] for answer in document["answers"]},
            end_reason=EndReason(document["end_reason"]),
            voided=document.get("voided", False),
            admitted="" if not guest else f"admitted by {guest['by']}: {guest['reason']}",
        )


def counted_rows(
    connection: Connection, keys: Sequence[AttemptKey]
) -> Iterator[tuple[Row[Any], int]]:
    """Yield the bundle that counts for each attempt, and how many later epochs reported it."""
    for start in range(0, len(keys), _AT_ONCE):
        part = list(keys[start : start + _AT_ONCE])
        mine = tuple_(bundles.c.centre_code, bundles.c.attempt_id).in_(part)
        ranked = select(
            bundles.c.id,
            func.row_number()
            .over(
                partition_by=(bundles.c.centre_code, bundles.c.attempt_id),
                order_by=(bundles.c.chain_epoch, bundles.c.revision.desc(), bundles.c.cursor),
            )
            .label("rank"),
        )
        chosen = ranked.where(mine).subquery()
        newest = and_(chosen.c.id == bundles.c.id, chosen.c.rank == 1)
        epochs = (
            select(
                bundles.c.centre_code,
                bundles.c.attempt_id,
                func.count(bundles.c.chain_epoch.distinct()),
            )
            .where(mine)
            .group_by(bundles.c.centre_code, bundles.c.attempt_id)
        )
        later = {AttemptKey(*row[:2]): row[2] - 1 for row in connection.execute(epochs)}
        for row in connection.execute(select(bundles).join(chosen, newest)):
            yield row, later[AttemptKey(row.centre_code, row.attempt_id)]
