"""Acts of release: one person proposes, another confirms, and only then is anything published.

A proposal remembers the newest change that it has seen. If a result changes before the
confirmation, the act has to be proposed again: nobody confirms what they have not seen.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert, select, update

from sync.hq.accounts.two_people import require_other_person
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.core.counted import AttemptKey
from sync.hq.core.roles import Role, require_role
from sync.hq.errors import ReasonMissing
from sync.hq.persistence.database import next_number
from sync.hq.persistence.release_tables import release_acts
from sync.hq.release.act_rows import ActKind, Proposal, ReleaseAct, act_of, act_row, pending
from sync.hq.release.checks import Check, CheckCode, Level, Sources, check_list, waiting_for_marks
from sync.hq.release.errors import (
    ActDecided,
    ActPending,
    BeforeItsDate,
    NothingToPublish,
    NotReleasable,
    ResultsChanged,
)
from sync.hq.release.publishing import (
    Publication,
    PublicationKind,
    Published,
    changed_since,
    keys_in,
    newest_of,
    publish,
    unpublished,
    withdrawn,
)
from sync.hq.release.scope import Scope, newest_change, open_scope
from sync.hq.sittings import Sittings

_KINDS = {
    ActKind.RELEASE: PublicationKind.RELEASED,
    ActKind.AMEND: PublicationKind.AMENDED,
    ActKind.WITHDRAW: PublicationKind.WITHDRAWN,
}
_AUDIT = {
    ActKind.RELEASE: AuditKind.RESULTS_RELEASED,
    ActKind.AMEND: AuditKind.RESULTS_AMENDED,
    ActKind.WITHDRAW: AuditKind.RESULTS_WITHDRAWN,
}


class ReleaseActs:
    """Proposes, confirms and rejects acts of release."""

    def __init__(self, context: HqContext, sittings: Sittings, sources: Sources) -> None:
        self._context = context
        self._sittings = sittings
        self._sources = sources
        self._zone = ZoneInfo(context.settings.console.timezone)

    def checks(self, sitting_id: str, programme_id: str) -> Sequence[Check]:
        """Return the check list as things are now.

        Raises:
            NotFound: the sitting has no paper of the programme.
        """
        with self._context.database.read() as connection:
            scope = self._scope(connection, sitting_id, programme_id)
            return self._checks(connection, scope)

    def propose(self, proposal: Proposal, by: str) -> ReleaseAct:
        """Store an act that somebody else has to confirm.

        Raises:
            RoleMissing: ``by`` does not publish for this programme and these centres.
            BeforeItsDate: the programme publishes later (R12).
            NotReleasable: a point of the check list is open and has no reason.
            ReasonMissing: an amendment or withdrawal without a reason.
            ActPending: another act of these results waits.
            NothingToPublish: there is no result that it would change.
        """
        now, reason = self._context.clock.now(), proposal.reason.strip()
        accepted = {code: text.strip() for code, text in (proposal.accepted or {}).items()}
        with self._context.database.write() as connection:
            _require_publisher(connection, by, proposal.programme_id, proposal.attempts)
            scope = self._scope(connection, proposal.sitting_id, proposal.programme_id)
            if proposal.kind is not ActKind.RELEASE and not reason:
                raise ReasonMissing
            if pending(connection, scope):
                raise ActPending
            checks = self._checks(connection, scope)
            _require_clear(proposal.kind, checks, accepted)
            chosen = self._chosen(connection, scope, proposal.kind, proposal.attempts)
            if not chosen:
                raise NothingToPublish
            number = next_number(connection, "release_acts")
            connection.execute(
                insert(release_acts).values(
                    id=number,
                    kind=proposal.kind.value,
                    sitting_id=proposal.sitting_id,
                    programme_id=proposal.programme_id,
                    attempts=None if proposal.attempts is None else [list(key) for key in chosen],
                    reason=reason,
                    checks=[check.to_json() for check in checks],
                    accepted={code: text for code, text in accepted.items() if text},
                    basis=newest_change(connection, scope),
                    proposed_by=by,
                    proposed_at=now,
                )
            )
            facts = {"sitting": proposal.sitting_id, "programme": proposal.programme_id}
            named = {"act": number, "what": proposal.kind.value, **facts}
            record(connection, now, AuditKind.RELEASE_PROPOSED, by, **named)
            return act_of(act_row(connection, number))

    def confirm(self, act_id: int, by: str) -> Sequence[Published]:
        """Confirm an act, and publish.

        Raises:
            NotFound: there is no such act.
            ActDecided: it was confirmed or rejected before.
            RoleMissing: ``by`` does not publish for this programme and these centres.
            SecondPersonNeeded, SamePerson, NotAPerson: ``by`` is not another person.
            BeforeItsDate, NotReleasable: as things are now.
            ResultsChanged: a result has changed since the proposal.
        """
        now = self._context.clock.now()
        with self._context.database.write() as connection:
            act = act_of(act_row(connection, act_id))
            if not act.open:
                raise ActDecided
            _require_publisher(connection, by, act.programme_id, act.attempts)
            require_other_person(connection, by, act.proposed_by)
            scope = self._scope(connection, act.sitting_id, act.programme_id)
            _require_clear(act.kind, self._checks(connection, scope), act.accepted)
            if newest_change(connection, scope) != act_row(connection, act_id)["basis"]:
                raise ResultsChanged
            chosen = self._chosen(connection, scope, act.kind, act.attempts)
            publication = Publication(act.id, _KINDS[act.kind], act.reason, now)
            found = publish(connection, chosen, publication)
            values = {"confirmed_by": by, "decided_at": now, "published": len(found)}
            mine = release_acts.c.id == act_id
            connection.execute(update(release_acts).where(mine).values(**values))
            facts = {"sitting": act.sitting_id, "programme": act.programme_id}
            proposed = {"proposed_by": act.proposed_by, "results": len(found)}
            record(connection, now, _AUDIT[act.kind], by, act=act.id, **facts, **proposed)
        return found

    def reject(self, act_id: int, reason: str, by: str) -> None:
        """Reject an act, or take one's own back.

        Raises:
            NotFound, ActDecided, RoleMissing: as for :meth:`confirm`.
            ReasonMissing: there is no reason.
        """
        now, text = self._context.clock.now(), reason.strip()
        if not text:
            raise ReasonMissing
        with self._context.database.write() as connection:
            act = act_of(act_row(connection, act_id))
            if not act.open:
                raise ActDecided
            _require_publisher(connection, by, act.programme_id, act.attempts)
            values = {"rejected_by": by, "rejected_reason": text, "decided_at": now}
            mine = release_acts.c.id == act_id
            connection.execute(update(release_acts).where(mine).values(**values))
            record(connection, now, AuditKind.RELEASE_REJECTED, by, act=act.id, reason=text)

    def list(self, sitting_id: str, programme_id: str | None = None) -> Sequence[ReleaseAct]:
        """Return the acts of a sitting, newest first."""
        query = select(release_acts).where(release_acts.c.sitting_id == sitting_id)
        if programme_id is not None:
            query = query.where(release_acts.c.programme_id == programme_id)
        with self._context.database.read() as connection:
            rows = connection.execute(query.order_by(release_acts.c.id.desc())).mappings()
            return [act_of(row) for row in rows]

    def _scope(self, connection: Connection, sitting_id: str, programme_id: str) -> Scope:
        sitting = self._sittings.get_in(connection, sitting_id)
        return open_scope(connection, sitting, programme_id, self._zone)

    def _today(self) -> date:
        return self._context.clock.now().astimezone(self._zone).date()

    def _checks(self, connection: Connection, scope: Scope) -> Sequence[Check]:
        now, today = self._context.clock.now(), self._today()
        return check_list(connection, scope, now, today, self._sources)

    def _chosen(
        self,
        connection: Connection,
        scope: Scope,
        kind: ActKind,
        attempts: Sequence[AttemptKey] | None,
    ) -> Sequence[AttemptKey]:
        """Return the attempts that an act changes, as things are now."""
        if kind is ActKind.WITHDRAW:
            found = [key for key in attempts or () if _can_be_withdrawn(connection, scope, key)]
            return sorted(set(found))
        if kind is ActKind.RELEASE:
            possible = keys_in(connection, unpublished(scope))
        else:
            # A withdrawn result comes back only where somebody names it.
            back = [] if attempts is None else keys_in(connection, withdrawn(scope))
            possible = [*keys_in(connection, changed_since(scope)), *back]
        held = {
            *keys_in(connection, self._sources.open_reviews(*scope.key)),
            *waiting_for_marks(connection, scope),
        }
        free = [key for key in possible if key not in held]
        return free if attempts is None else sorted(set(free) & set(attempts))


def _require_publisher(
    connection: Connection, by: str, programme_id: str, attempts: Sequence[AttemptKey] | None
) -> None:
    """Require the role where an act has its effect: at all centres, or at those of its attempts."""
    centres = {key.centre_code for key in attempts or ()} or {""}
    for centre_code in sorted(centres):
        require_role(
            connection, by, Role.PUBLISHER, programme_id=programme_id, centre_code=centre_code
        )


def _require_clear(kind: ActKind, checks: Sequence[Check], accepted: Mapping[str, str]) -> None:
    """Require that nothing on the list stands against an act; a withdrawal is always possible."""
    if kind is ActKind.WITHDRAW:
        return
    for check in checks:
        if check.code is CheckCode.DATE and check.level is Level.BLOCKING:
            raise BeforeItsDate(day=check.day)
    open_points = [
        check.code.value
        for check in checks
        if check.level is Level.BLOCKING
        or (check.level is Level.REASON and not accepted.get(check.code))
    ]
    if open_points:
        raise NotReleasable(count=len(open_points), checks=open_points)


def _can_be_withdrawn(connection: Connection, scope: Scope, key: AttemptKey) -> bool:
    told = newest_of(connection, key)
    mine = told is not None and (told.sitting_id, told.programme_id) == scope.key
    return told is not None and mine and told.kind is not PublicationKind.WITHDRAWN
