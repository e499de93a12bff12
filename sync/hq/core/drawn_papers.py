"""Papers that headquarters drew, as an attempt was sat with them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from kiosk.exam.items.item import MarkScheme
from kiosk.exam.papers.paper import Paper
from kiosk.exam.programme.blueprint import Examination
from kiosk.exam.programme.programme import Programme, load_programme
from sync.hq.core.counted import Counted
from sync.hq.persistence import tables


@dataclass(frozen=True)
class Drawn:
    """A drawn paper with what scores it. ``versions``: of its items in the bank, by id."""

    paper: Paper
    schemes: Mapping[str, MarkScheme]
    versions: Mapping[str, int]
    programme: Programme
    trade: str | None
    level: str | None

    @property
    def examined(self) -> tuple[str, str | None, str | None]:
        """What is examined, by whichever version of the programme."""
        return self.programme.id, self.trade, self.level

    @property
    def examination(self) -> Examination:
        """The whole examination, also where the paper has only some of its parts."""
        return self.programme.examination(self.trade, self.level)

    @property
    def is_partial(self) -> bool:
        """Whether the paper lacks parts of the examination."""
        return len(self.paper.parts) < len(self.examination.parts)


def drawn_paper(connection: Connection, counted: Counted) -> Drawn | None:
    """Return the paper that was sat, or None if no package of the centre has it."""
    row = _paper_row(connection, counted)
    return None if row is None else _read(row)


def _paper_row(connection: Connection, counted: Counted) -> RowMapping | None:
    packages, packed, papers = tables.packages, tables.package_papers, tables.papers
    examined, programmes = tables.sitting_papers, tables.programmes
    entry = (examined.c.sitting_id == packages.c.sitting_id) & (
        examined.c.id == packed.c.sitting_paper
    )
    edition = (programmes.c.id == examined.c.programme_id) & (
        programmes.c.version == examined.c.programme_version
    )
    query = (
        select(
            papers.c.paper,
            papers.c.schemes,
            papers.c.versions,
            programmes.c.document,
            examined.c.trade,
            examined.c.level,
        )
        .join(packed, packed.c.paper_id == papers.c.id)
        .join(packages, packages.c.id == packed.c.package_id)
        .join(examined, entry)
        .join(programmes, edition)
        .where(
            packed.c.sitting_paper == counted.paper,
            packages.c.id == counted.package_id,
            packages.c.version == counted.package_version,
            # A centre can only score against a package that was built for it.
            packages.c.centre_code == counted.key.centre_code,
            packages.c.sitting_id == counted.sitting_id,
        )
    )
    return connection.execute(query).mappings().first()


def _read(row: RowMapping) -> Drawn:
    schemes: dict[str, Any] = row["schemes"]
    return Drawn(
        paper=Paper.model_validate(row["paper"]),
        schemes={name: MarkScheme.model_validate(data) for name, data in schemes.items()},
        versions=row["versions"],
        programme=load_programme(row["document"]),
        trade=row["trade"],
        level=row["level"],
    )
