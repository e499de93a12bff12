"""What statistics are computed from: results that count, and the papers that were sat."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, RowMapping, and_, func, select

from kiosk.exam.items.item import MarkScheme
from kiosk.exam.papers.paper import Paper
from kiosk.exam.papers.rulings import RulingKind, ruled_keys
from kiosk.exam.programme.blueprint import Examination
from kiosk.exam.programme.programme import load_programme
from sync.hq.core.rulings import applied_rulings
from sync.hq.core.scoring import effective_rulings
from sync.hq.core.sheets import COMPLETE, PARTIAL, WAITING
from sync.hq.errors import NotFound
from sync.hq.persistence import tables
from sync.hq.persistence.result_tables import results
from sync.hq.statistics.matrix import ItemColumn

FORMULAS = 1
"""Raised when a definition changes, so that snapshots of earlier ones are out of date."""
MOST_OPTIONS = 62
"""As many as fit into the bits of a number; a paper has never more than a dozen."""


COUNTED = (COMPLETE, PARTIAL, WAITING)
"""Statuses of attempts whose answers are compared."""


@dataclass(frozen=True)
class Form:
    """A drawn paper: parallel ones of a sitting have labels such as A and B."""

    paper_id: str
    label: str
    columns: tuple[ItemColumn, ...]


@dataclass(frozen=True)
class Sources:
    """The attempts of one paper of a sitting, as rows of ``results``, and its drawn papers.

    ``most``: full points, weighted. ``pass_mark``: None for a paper of some parts, which nobody
    passes or fails alone.
    """

    sitting_id: str
    paper: str
    programme_id: str
    most: float
    pass_mark: float | None
    forms: Mapping[str, Form]
    attempts: Sequence[Row[Any]]

    @property
    def counted(self) -> Sequence[Row[Any]]:
        """Attempts whose answers are compared: complete, or waiting for marks only."""
        return [
            row for row in self.attempts if row.status in COUNTED and row.paper_id in self.forms
        ]

    @property
    def cursor(self) -> int:
        return max((row.cursor for row in self.attempts), default=0)

    def digest(self, reference: str | None) -> str:
        """Return the SHA-256 over versions of results, keys and the run that is compared."""
        hasher = hashlib.sha256(f"{FORMULAS} {reference}\n".encode())
        for row in self.attempts:
            hasher.update(
                f"{row.centre_code} {row.attempt_id} {row.version} {row.bundle_id}\n".encode()
            )
        for form in sorted(self.forms.values(), key=lambda form: form.label):
            hasher.update(f"{form}\n".encode())
        return hasher.hexdigest()


def read_sources(connection: Connection, sitting_id: str, paper: str) -> Sources:
    """Read which attempts there are, in a stable order, and what was asked.

    Raises:
        NotFound: the sitting has no such paper.
    """
    entry = _examined(connection, sitting_id, paper)
    programme = load_programme(entry["document"])
    whole = programme.examination(entry["trade"], entry["level"])
    examination = whole.of_parts(entry["parts"])
    points = sum(part.weight * part.points(len(programme.domains)) for part in examination.parts)
    mark = float(whole.pass_mark) if examination is whole else None
    attempts = _attempts(connection, sitting_id, paper)
    drawn = sorted({row.paper_id for row in attempts if row.paper_id})
    forms = {
        paper_id: _form(connection, paper_id, programme.id, sitting_id, examination)
        for paper_id in drawn
    }
    return Sources(sitting_id, paper, programme.id, float(points), mark, forms, attempts)


def newest_cursor(connection: Connection, sitting_id: str, paper: str) -> tuple[int, int]:
    """Return the highest cursor and the number of a paper's results."""
    table = results
    query = select(func.max(table.c.cursor), func.count()).where(
        table.c.sitting_id == sitting_id, table.c.paper == paper
    )
    cursor, count = connection.execute(query).one()
    return cursor or 0, count


def _examined(connection: Connection, sitting_id: str, paper: str) -> RowMapping:
    examined, programmes = tables.sitting_papers, tables.programmes
    edition = (programmes.c.id == examined.c.programme_id) & (
        programmes.c.version == examined.c.programme_version
    )
    query = (
        select(programmes.c.document, examined.c.trade, examined.c.level, examined.c.parts)
        .join(programmes, edition)
        .where(examined.c.sitting_id == sitting_id, examined.c.id == paper)
    )
    row = connection.execute(query).mappings().first()
    if row is None:
        raise NotFound(what="paper")
    return row


def _attempts(connection: Connection, sitting_id: str, paper: str) -> Sequence[Row[Any]]:
    table, bundles, packed = results, tables.bundles, tables.package_papers
    sat = and_(packed.c.package_id == bundles.c.package_id, packed.c.sitting_paper == table.c.paper)
    query = (
        select(
            table.c.centre_code,
            table.c.attempt_id,
            table.c.version,
            table.c.cursor,
            table.c.bundle_id,
            table.c.status,
            table.c.exact_total,
            table.c.passed,
            packed.c.paper_id,
        )
        .join(bundles, bundles.c.id == table.c.bundle_id)
        .outerjoin(packed, sat)
        .where(table.c.sitting_id == sitting_id, table.c.paper == paper)
        .order_by(table.c.centre_code, table.c.attempt_id)
    )
    return list(connection.execute(query))


def _form(
    connection: Connection,
    paper_id: str,
    programme_id: str,
    sitting_id: str,
    examination: Examination,
) -> Form:
    query = select(tables.papers).where(tables.papers.c.id == paper_id)
    row = connection.execute(query).mappings().one()
    paper, versions = Paper.model_validate(row["paper"]), row["versions"]
    rulings = effective_rulings(applied_rulings(connection, programme_id, sitting_id), versions)
    columns = []
    for item in paper.items:
        section, ruled = paper.section_of(item.id), rulings.get(item.id, ())
        scheme = MarkScheme.model_validate(row["schemes"][item.id])
        accepted = frozenset[str]().union(*ruled_keys(scheme.key, ruled).accepted)
        columns.append(
            ItemColumn(
                item_id=item.id,
                version=versions.get(item.id, 1),
                type=item.type.value,
                part=section.part,
                subject=item.subject,
                most=float(section.rules(examination).points),
                weight=float(examination.part(section.part).weight),
                options=item.option_ids[:MOST_OPTIONS],
                key=tuple(option for option in item.option_ids if option in accepted),
                ruled=bool(ruled),
                for_all=any(ruling.kind is RulingKind.FULL_POINTS for ruling in ruled),
            )
        )
    return Form(paper_id, row["label"], tuple(columns))
