"""Released results from what release has published."""

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import and_, select

from sync.hq.certificates.certifiable import Certifiable
from sync.hq.context import HqContext
from sync.hq.core.sheets import COMPLETE
from sync.hq.persistence.release_tables import published_results
from sync.hq.persistence.result_tables import result_versions, results
from sync.hq.persistence.tables import candidates
from sync.hq.release.publishing import PublicationKind


class PublishedReleases:
    """What was published last, where it passed and is still the result."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def certifiable(self, sitting_id: str, programme_id: str) -> Sequence[Certifiable]:
        """Return the released results of a sitting that passed and are not withdrawn.

        A result that was changed since has to be published again first.
        """
        published, version = published_results, result_versions
        same_attempt = and_(
            results.c.centre_code == published.c.centre_code,
            results.c.attempt_id == published.c.attempt_id,
        )
        current = and_(
            version.c.centre_code == results.c.centre_code,
            version.c.attempt_id == results.c.attempt_id,
            version.c.version == results.c.version,
            version.c.digest == published.c.digest,
        )
        query = (
            select(published, candidates.c.name)
            .join(candidates, candidates.c.id == published.c.candidate_id)
            .join(results, same_attempt)
            .join(version, current)
            .where(
                published.c.sitting_id == sitting_id,
                published.c.programme_id == programme_id,
                published.c.newest,
                published.c.kind != PublicationKind.WITHDRAWN.value,
                published.c.status == COMPLETE,
                published.c.passed,
            )
            .order_by(published.c.cursor)
        )
        with self._context.database.read() as connection:
            rows = connection.execute(query).mappings().all()
        return [
            Certifiable(
                candidate_id=row["candidate_id"],
                name=row["name"],
                programme_id=programme_id,
                centre_code=row["centre_code"],
                programme_version=row["programme_version"],
                trade=row["trade"],
                level=row["level"],
                parts={part: Decimal(str(points)) for part, points in row["parts"].items()},
                total=row["total"],
                passed=True,
                released_at=row["at"],
                result_version=row["result_version"],
            )
            for row in rows
        ]
