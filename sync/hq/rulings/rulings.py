"""Rulings: proposed by one person with a reason, approved by another who has seen the effect.

An approved ruling counts for every computation from then on. Results are computed again in
batches; what a crash leaves undone is done when somebody continues it, and a release waits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, RowMapping, insert, select, update

from kiosk.exam.papers.rulings import RulingKind
from sync.hq.accounts.two_people import require_other_person
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.core.progress import ProgressCallback, silent
from sync.hq.core.roles import Role, Scope, require_role
from sync.hq.core.rulings import Ruling, ruling_of
from sync.hq.core.scoring import Scorer
from sync.hq.errors import NotFound, ReasonMissing
from sync.hq.persistence.database import next_number
from sync.hq.persistence.result_tables import item_rulings
from sync.hq.results.recompute import ResultChange, effect, recompute
from sync.hq.results.versions import ResultCause, Why
from sync.hq.rulings.effects import Effect, effect_of
from sync.hq.rulings.errors import RulingDecided
from sync.hq.rulings.items import AskedItem, asked, attempts_of, require_key

AT_ONCE = 100
"""Attempts in one transaction; other writers wait for it."""

PROPOSING = (Role.AUTHOR, Role.ADJUDICATOR)


@dataclass(frozen=True)
class NewRuling:
    """A ruling to propose. ``sitting_id``: empty for all; ``item_version``: None for all."""

    programme_id: str
    item_id: str
    kind: RulingKind
    key: tuple[str, ...] = ()
    sitting_id: str = ""
    item_version: int | None = None
    revokes: str | None = None


@dataclass(frozen=True)
class RulingView:
    """A ruling as stored. ``started``: it counts already, ``applied_at``: for all results."""

    ruling: Ruling
    reason: str
    proposed_by: str
    proposed_at: datetime
    approved_by: str | None
    rejected_at: datetime | None
    applied_at: datetime | None
    started: bool

    @property
    def waiting(self) -> bool:
        """Whether nobody has decided it."""
        return not self.started and self.rejected_at is None

    @property
    def unfinished(self) -> bool:
        """Whether results still have to be computed again."""
        return self.started and self.applied_at is None


class Rulings:
    """Proposes, previews, approves and applies rulings."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def propose(self, new: NewRuling, reason: str, by: str) -> RulingView:
        """Store a ruling that somebody else has to approve.

        Raises:
            RoleMissing: ``by`` is neither author nor adjudicator of the programme.
            ReasonMissing: there is no reason.
            ItemNotSat: no paper has asked the item there.
            KeyUnusable: the item cannot have this key.
            NotFound: the ruling to revoke does not exist or is not applied.
        """
        now, text, number = self._context.clock.now(), reason.strip(), self._context.ids()
        if not text:
            raise ReasonMissing
        with self._context.database.write() as connection:
            _require_role(connection, by, new.programme_id, *PROPOSING)
            versions = asked(connection, new.programme_id, new.item_id, new.sitting_id)
            chosen = [found for found in versions if new.item_version in (None, found.version)]
            require_key(new.kind, new.key, chosen or versions)
            if new.kind is RulingKind.REVOKED:
                _require_applied(connection, new)
            connection.execute(
                insert(item_rulings).values(
                    id=number,
                    programme_id=new.programme_id,
                    item_id=new.item_id,
                    sitting_id=new.sitting_id,
                    item_version=new.item_version,
                    kind=new.kind.value,
                    key=list(new.key),
                    revokes=new.revokes,
                    reason=text,
                    proposed_by=by,
                    proposed_at=now,
                )
            )
            named = {"ruling": number, "item": new.item_id, "what": new.kind.value}
            record(
                connection, now, AuditKind.RULING_PROPOSED, by, programme=new.programme_id, **named
            )
            return _view(_row(connection, number))

    def asked(self, programme_id: str, item_id: str) -> Sequence[AskedItem]:
        """Return an item as papers asked it, each version once, newest first.

        Raises:
            ItemNotSat: no paper has it.
        """
        with self._context.database.read() as connection:
            return asked(connection, programme_id, item_id)

    def effect(self, ruling_id: str, progress: ProgressCallback = silent) -> Effect:
        """Return what a waiting ruling would change. Nothing is stored.

        Raises:
            NotFound: there is no such ruling.
            RulingDecided: it counts already, or was rejected.
        """
        changes: list[ResultChange] = []
        with self._context.database.read() as connection:
            view = _view(_row(connection, ruling_id))
            if not view.waiting:
                raise RulingDecided
            keys = attempts_of(connection, view.ruling)
            scorer = Scorer(connection, [view.ruling])
            for start in range(0, len(keys), AT_ONCE):
                part = keys[start : start + AT_ONCE]
                changes += effect(connection, part, scorer)
                progress(min(start + AT_ONCE, len(keys)), len(keys))
        return effect_of(len(keys), changes)

    def approve(self, ruling_id: str, by: str, progress: ProgressCallback = silent) -> Effect:
        """Let a ruling count, and compute the results of its item again.

        Raises:
            NotFound: there is no such ruling.
            RulingDecided: it was decided before.
            RoleMissing: ``by`` is no adjudicator of the programme for all branches.
            SecondPersonNeeded, SamePerson, NotAPerson: ``by`` is not another person.
        """
        now = self._context.clock.now()
        with self._context.database.write() as connection:
            view = _view(_row(connection, ruling_id))
            if not view.waiting:
                raise RulingDecided
            programme_id = view.ruling.programme_id
            _require_role(connection, by, programme_id, Role.ADJUDICATOR)
            require_other_person(connection, by, view.proposed_by)
            values = {"approved_by": by, "number": next_number(connection, "item_rulings")}
            mine = item_rulings.c.id == ruling_id
            connection.execute(update(item_rulings).where(mine).values(**values))
            named = {"ruling": ruling_id, "item": view.ruling.item_id}
            record(connection, now, AuditKind.RULING_APPROVED, by, **named)
        return self.finish(ruling_id, by, progress)

    def finish(self, ruling_id: str, by: str, progress: ProgressCallback = silent) -> Effect:
        """Compute the results that a ruling concerns, also after an interruption.

        Raises:
            NotFound: there is no such ruling.
            RulingDecided: it was never approved.
        """
        with self._context.database.read() as connection:
            view = _view(_row(connection, ruling_id))
            if not view.started:
                raise RulingDecided
            keys = attempts_of(connection, view.ruling)
        changes: list[ResultChange] = []
        for start in range(0, len(keys), AT_ONCE):
            why = Why(ResultCause.RULING, by, self._context.clock.now())
            with self._context.database.write() as connection:
                changes += recompute(connection, keys[start : start + AT_ONCE], why)
            progress(min(start + AT_ONCE, len(keys)), len(keys))
        now = self._context.clock.now()
        with self._context.database.write() as connection:
            mine = (item_rulings.c.id == ruling_id) & item_rulings.c.applied_at.is_(None)
            if connection.execute(update(item_rulings).where(mine).values(applied_at=now)).rowcount:
                counts = {"attempts": len(keys), "changed": len(changes)}
                record(connection, now, AuditKind.RULING_APPLIED, by, ruling=ruling_id, **counts)
        return effect_of(len(keys), changes)

    def reject(self, ruling_id: str, by: str) -> None:
        """Reject a waiting ruling, or take one's own back.

        Raises:
            NotFound: there is no such ruling.
            RulingDecided: it was decided before.
            RoleMissing: ``by`` is no adjudicator, and it is not their own.
        """
        now = self._context.clock.now()
        with self._context.database.write() as connection:
            view = _view(_row(connection, ruling_id))
            if not view.waiting:
                raise RulingDecided
            if by != view.proposed_by:
                _require_role(connection, by, view.ruling.programme_id, Role.ADJUDICATOR)
            mine = item_rulings.c.id == ruling_id
            connection.execute(update(item_rulings).where(mine).values(rejected_at=now))
            record(connection, now, AuditKind.RULING_REJECTED, by, ruling=ruling_id)

    def get(self, ruling_id: str) -> RulingView:
        """Return a ruling.

        Raises:
            NotFound: there is none of that id.
        """
        with self._context.database.read() as connection:
            return _view(_row(connection, ruling_id))

    def list(
        self,
        programme_id: str | None = None,
        item_id: str | None = None,
        covered: Scope | None = None,
        limit: int = 200,
    ) -> Sequence[RulingView]:
        """Return rulings, newest first; ``covered``: only those of programmes in these rights."""
        query = select(item_rulings)
        if covered is not None:
            query = query.where(covered.where(item_rulings.c.programme_id))
        if programme_id:
            query = query.where(item_rulings.c.programme_id == programme_id)
        if item_id:
            query = query.where(item_rulings.c.item_id == item_id)
        query = query.order_by(item_rulings.c.proposed_at.desc(), item_rulings.c.id.desc())
        with self._context.database.read() as connection:
            return [_view(row) for row in connection.execute(query.limit(limit)).mappings()]


def _require_role(connection: Connection, by: str, programme_id: str, *roles: Role) -> None:
    """Require a role for all branches: a key changes for the candidates of all centres."""
    require_role(connection, by, *roles, programme_id=programme_id, centre_code="")


def _require_applied(connection: Connection, new: NewRuling) -> None:
    row = _row(connection, new.revokes or "")
    same = (row["programme_id"], row["item_id"]) == (new.programme_id, new.item_id)
    if row["number"] is None or not same:
        raise NotFound(what="ruling")


def _row(connection: Connection, ruling_id: str) -> RowMapping:
    query = select(item_rulings).where(item_rulings.c.id == ruling_id)
    row = connection.execute(query).mappings().first()
    if row is None:
        raise NotFound(what="ruling")
    return row


def _view(row: RowMapping) -> RulingView:
    names = ("reason", "proposed_by", "proposed_at", "approved_by", "rejected_at", "applied_at")
    return RulingView(
        ruling=ruling_of(row),
        started=row["number"] is not None,
        **{name: row[name] for name in names},
    )
