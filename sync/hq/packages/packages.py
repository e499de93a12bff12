"""Exam packages: a paper of a sitting, sealed for one centre, in increasing versions."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping, func, insert, select

from sync.hq.authoring.pictures import Pictures
from sync.hq.authoring.programmes import Programmes
from sync.hq.centres.registry import Centres
from sync.hq.centres.rooms import Rooms
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.errors import (
    NotFound,
    NothingToSeal,
    PackageFull,
    PackageRevoked,
    ReasonMissing,
    SittingChanged,
)
from sync.hq.packages.papers import LABELS, KeptPaper, Papers
from sync.hq.packages.rows import announce, newest_row, package_rows, revoke_row
from sync.hq.persistence import tables
from sync.hq.persistence.blobs import Opened
from sync.hq.persistence.database import next_number
from sync.hq.problems import Phrase
from sync.hq.registration.seats import CentreRoster, Registration
from sync.hq.sittings import Sittings, SittingView
from sync.wire.errors import PackageTooLarge
from sync.wire.packages.contents import (
    MOST_CANDIDATES,
    MOST_PAPERS,
    MOST_PICTURES,
    FormRule,
    PackedPaper,
    PaperContents,
    Roster,
)
from sync.wire.packages.manifest import PaperInfo, RoomInfo, SittingInfo
from sync.wire.packages.package import PackageContents, build_package
from sync.wire.packages.unlock import new_code

_MB = 1 << 20


@dataclass(frozen=True)
class PackageView:
    """A package that was built.

    ``papers``: the ids of the sitting's papers in it. ``label``: which of the parallel papers it
    has of each. ``released_at``: when its unlock code was put into the
    inbox.
    """

    id: str
    sitting_id: str
    centre_code: str
    version: int
    sha256: str
    size: int
    candidates: int
    label: str
    created_at: datetime
    papers: tuple[str, ...] = ()
    released_at: datetime | None = None
    revoked_at: datetime | None = None
    revoked_reason: str = ""

    @property
    def file_name(self) -> str:
        """Name of the file on a USB stick."""
        return f"{self.sitting_id}-{self.centre_code}-v{self.version}.exam"


@dataclass(frozen=True)
class Registers:
    """The other services that a package is built from."""

    programmes: Programmes
    pictures: Pictures
    papers: Papers
    centres: Centres
    rooms: Rooms
    sittings: Sittings
    registration: Registration


class Packages:
    """Builds, stores and revokes packages."""

    def __init__(self, context: HqContext, registers: Registers) -> None:
        self._context = context
        self._from = registers

    def build(
        self, sitting_id: str, centre_code: str, by: str, label: str = LABELS[0]
    ) -> PackageView:
        """Seal the centre's roster and the papers that its seats name as the next version.

        Papers of the sitting that have not been drawn are drawn first.

        Raises:
            NotFound: the sitting, the centre or a paper of this label does not exist.
            SittingOver, UnlockTooLate: the sitting's times are unusable.
            PaperImpossible: the item bank cannot fill a blueprint.
            NothingToSeal: no candidate has a seat at the centre.
            PackageFull: it would have more candidates, papers or pictures than a centre accepts.
            SittingCancelled, SittingChanged: the sitting is cancelled, or was changed meanwhile.
        """
        sitting = self._from.sittings.get(sitting_id)
        sitting.require_usable(self._context.clock.now())
        centre = self._from.centres.keys(centre_code)
        self._require_seats(sitting.id, centre_code)
        sealed = self._from.registration.roster(sitting.id, centre_code)
        roster = sealed.roster
        papers = self._drawn(sitting, roster, label, by)
        contents = self._contents(sitting, centre_code, roster, papers)
        code, now = new_code(self._context.entropy), self._context.clock.now()
        try:
            data = build_package(
                contents,
                self._context.keys,
                centre,
                code,
                self._context.entropy,
                now,
                limits=self._context.settings.packages.kdf,
            )
        except PackageTooLarge as error:
            size, limit = (int(str(error.params[name])) // _MB for name in ("size", "limit"))
            raise _full(centre_code, Phrase("MB"), size, limit) from error
        view = PackageView(
            id=contents.package_id,
            sitting_id=sitting_id,
            centre_code=centre_code,
            version=contents.version,
            sha256=self._context.blobs.put(data),
            size=len(data),
            candidates=len(contents.roster.candidates),
            label=label,
            created_at=now,
            papers=tuple(paper.sitting_paper for paper in papers),
        )
        self._keep(view, sitting, papers, sealed, code, by)
        return view

    def _require_seats(self, sitting_id: str, centre_code: str) -> None:
        """Require candidates at the centre, and not more than fit."""
        centres = self._from.sittings.centres(sitting_id)
        count = sum(one.candidates for one in centres if one.centre_code == centre_code)
        if not count:
            raise NothingToSeal(sitting=sitting_id, centre=centre_code)
        if count > MOST_CANDIDATES:
            raise _full(centre_code, Phrase("candidates in the roster"), count, MOST_CANDIDATES)

    def _drawn(
        self, sitting: SittingView, roster: Roster, label: str, by: str
    ) -> Sequence[KeptPaper]:
        """Return the drawn papers that seats name, in the sitting's order."""
        named = {candidate.paper for candidate in roster.candidates}
        drawn = {kept.sitting_paper for kept in self._from.papers.drawn(sitting.id)}
        if {paper.id for paper in sitting.papers} - drawn:
            self._from.papers.draw(sitting.id, 1, by)
        wanted = [paper.id for paper in sitting.papers if paper.id in named]
        return self._from.papers.some(sitting.id, label, wanted)

    def list(self, sitting_id: str | None = None) -> Sequence[PackageView]:
        """Return packages, newest first."""
        table = tables.packages
        newest_first = (table.c.created_at.desc(), table.c.version.desc(), table.c.id)
        query = package_rows().order_by(*newest_first)
        if sitting_id is not None:
            query = query.where(table.c.sitting_id == sitting_id)
        with self._context.database.read() as connection:
            rows = connection.execute(query).mappings().all()
            return [package_view(connection, row) for row in rows]

    def newest(self, sitting_id: str, centre_code: str) -> PackageView:
        """Return the highest version.

        Raises:
            NotFound: no package has been built.
        """
        with self._context.database.read() as connection:
            row = newest_row(connection, sitting_id, centre_code)
            if row is None:
                raise NotFound(what="package")
            return package_view(connection, row)

    def code_released(self, sitting_id: str, centre_code: str) -> bool:
        """Return whether a code went to the centre, which then cannot use a new version."""
        table = tables.packages
        query = select(func.count()).where(
            table.c.sitting_id == sitting_id,
            table.c.centre_code == centre_code,
            table.c.released_at.is_not(None),
        )
        with self._context.database.read() as connection:
            return bool(connection.execute(query).scalar_one())

    def revoke(self, sitting_id: str, centre_code: str, reason: str, by: str) -> PackageView:
        """Revoke the newest package: its code is not released, and the centre stops using it.

        A centre whose sitting has begun is notified as well.

        Raises:
            NotFound: no package has been built.
            PackageRevoked: it already is.
            ReasonMissing: the reason is empty.
        """
        if not reason.strip():
            raise ReasonMissing
        with self._context.database.write() as connection:
            row = newest_row(connection, sitting_id, centre_code)
            if row is None:
                raise NotFound(what="package")
            if row["revoked_at"] is not None:
                raise PackageRevoked(reason=row["revoked_reason"])
            revoke_row(connection, self._context, row, reason.strip(), by)
        return self.newest(sitting_id, centre_code)

    def data(self, package: PackageView) -> bytes:
        """Return the bytes of the package file."""
        return self._context.blobs.get(package.sha256)

    def open(self, package: PackageView) -> Opened:
        """Open the package file, to send parts of it."""
        return self._context.blobs.open(package.sha256)

    def owned_by(self, centre_code: str, sha256: str) -> PackageView:
        """Return this centre's package that is stored under ``sha256``.

        Raises:
            NotFound: there is none, or it is another centre's.
        """
        table = tables.packages
        query = package_rows().where(table.c.sha256 == sha256, table.c.centre_code == centre_code)
        with self._context.database.read() as connection:
            row = connection.execute(query).mappings().first()
            if row is None:
                raise NotFound(what="object")
            return package_view(connection, row)

    def _contents(
        self, sitting: SittingView, centre_code: str, roster: Roster, papers: Sequence[KeptPaper]
    ) -> PackageContents:
        if len(papers) > MOST_PAPERS:
            raise _full(centre_code, Phrase("papers"), len(papers), MOST_PAPERS)
        if (pictures := len(_pictures(papers))) > MOST_PICTURES:
            raise _full(centre_code, Phrase("pictures"), pictures, MOST_PICTURES)
        examined = [sitting.paper(kept.sitting_paper) for kept in papers]
        editions = {(paper.programme_id, paper.programme_version) for paper in examined}
        rooms = {candidate.room for candidate in roster.candidates}
        settings, now = self._context.settings.packages, self._context.clock.now()
        return PackageContents(
            package_id=self._context.ids(),
            version=self._next_version(sitting.id, centre_code),
            programmes=tuple(self._from.programmes.get(*edition) for edition in sorted(editions)),
            sitting=SittingInfo.copied_from(
                sitting,
                papers=tuple(
                    PaperInfo.copied_from(paper, programme=paper.programme_id) for paper in examined
                ),
                rooms=tuple(
                    RoomInfo.copied_from(room)
                    for room in self._from.rooms.of_centre(centre_code)
                    if room.id in rooms
                ),
            ),
            centre_code=centre_code,
            not_before=now - timedelta(days=settings.valid_days_before),
            not_after=sitting.starts_at + timedelta(days=settings.valid_days_after),
            roster=roster,
            papers=self.paper_contents(papers),
        )

    def paper_contents(self, papers: Sequence[KeptPaper]) -> PaperContents:
        """Return papers as they travel: items, seeds of the forms, pictures."""
        names = _pictures(papers)
        return PaperContents(
            papers=tuple(
                PackedPaper(
                    id=kept.sitting_paper, paper=kept.paper, form=FormRule(seed=kept.form_seed)
                )
                for kept in papers
            ),
            pictures={
                name: base64.b64encode(self._from.pictures.get(name)).decode("ascii")
                for name in sorted(names)
            },
        )

    def _next_version(self, sitting_id: str, centre_code: str) -> int:
        with self._context.database.write() as connection:
            # Its own transaction: a build that fails afterwards leaves a gap, but a version is
            # never used twice.
            return next_number(connection, f"version/{sitting_id}/{centre_code}")

    def _keep(
        self,
        view: PackageView,
        sitting: SittingView,
        papers: Sequence[KeptPaper],
        roster: CentreRoster,
        code: str,
        by: str,
    ) -> None:
        # Sealed to headquarters itself: reading the database alone reveals no code.
        sealed = self._context.keys.public.seal(code.encode("ascii"))
        with self._context.database.write() as connection:
            # Building takes seconds: the sitting may have been moved or cancelled meanwhile.
            if self._from.sittings.get_in(connection, sitting.id) != sitting:
                raise SittingChanged
            values = {name: value for name, value in vars(view).items() if name != "papers"}
            values |= {"sealed_code": sealed, "roster_digest": roster.digest}
            values |= {"change_set": roster.change_set}
            connection.execute(insert(tables.packages).values(**values))
            packed = [
                {"package_id": view.id, "sitting_paper": kept.sitting_paper, "paper_id": kept.id}
                for kept in papers
            ]
            connection.execute(insert(tables.package_papers), packed)
            record(
                connection,
                view.created_at,
                AuditKind.PACKAGE_BUILT,
                by,
                package=view.id,
                sitting=view.sitting_id,
                centre=view.centre_code,
                version=view.version,
            )
            announce(connection, view.centre_code, "package", view.id, view.created_at)


def package_view(connection: Connection, row: RowMapping) -> PackageView:
    """Return a row of :func:`package_rows` as a view, with its papers."""
    table = tables.package_papers
    # Length first: paper 10 comes after paper 9.
    order = (func.length(table.c.sitting_paper), table.c.sitting_paper)
    query = select(table.c.sitting_paper).where(table.c.package_id == row["id"]).order_by(*order)
    papers = tuple(connection.execute(query).scalars())
    names = PackageView.__dataclass_fields__.keys() - {"papers"}
    return PackageView(**{name: row[name] for name in names}, papers=papers)


def _pictures(papers: Sequence[KeptPaper]) -> frozenset[str]:
    items = (item for kept in papers for item in kept.paper.items)
    return frozenset().union(*(item.pictures for item in items))


def _full(centre_code: str, what: Phrase, count: int, limit: int) -> PackageFull:
    return PackageFull(centre=centre_code, what=what, count=count, limit=limit)
