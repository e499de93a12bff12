"""One step of a case, in one transaction: who may take it, what the state allows, its record."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping

from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.core.roles import Role, require_role
from sync.hq.review.case_rows import (
    CaseActView,
    CaseView,
    acts_of,
    append,
    require_case,
    sanction_json,
    standing_of,
)
from sync.hq.review.case_states import CaseAct, CaseStanding
from sync.hq.review.documents import Documents, Draft


@dataclass(frozen=True)
class Said:
    """A text and a file that belong to a step; either may be empty."""

    text: str = ""
    file: bytes = field(default=b"", repr=False)

    def __bool__(self) -> bool:
        return bool(self.text.strip() or self.file)


@dataclass(frozen=True)
class OpenCase:
    """A case in a write transaction, as it stands before the step."""

    connection: Connection
    row: RowMapping
    acts: Sequence[CaseActView]
    standing: CaseStanding
    now: datetime
    documents: Documents

    def append(
        self,
        act: CaseAct,
        drafts: Sequence[Draft] = (),
        named: Mapping[str, Any] | None = None,
    ) -> CaseStanding:
        """Append the step with its documents and its entry in the audit log."""
        return add_step(
            self.connection, self.documents, self.row["id"], act, self.now, drafts, named or {}
        )

    def view(self) -> CaseView:
        """Return the case as it is now."""
        return CaseView.of_row(require_case(self.connection, self.row["id"]))


class Steps:
    """Opens cases for a step."""

    def __init__(self, context: HqContext, documents: Documents) -> None:
        self._context = context
        self._documents = documents

    @contextmanager
    def case(self, case_id: str, by: str, *roles: Role) -> Iterator[OpenCase]:
        """Open a case in a write transaction for one step of ``by``.

        Raises:
            NotFound: there is no such case.
            RoleMissing: the account has none of the roles there, or not any more.
        """
        now = self._context.clock.now()
        with self._context.database.write() as connection:
            row = require_case(connection, case_id)
            require_there(connection, row, by, *roles)
            acts = acts_of(connection, case_id)
            yield OpenCase(connection, row, acts, standing_of(acts), now, self._documents)

    def drafts(self, kind: str, said: Said) -> Sequence[Draft]:
        """Seal what was said, before the transaction of the step."""
        return [*self._documents.text(kind, said.text), *self._documents.upload(kind, said.file)]


def add_step(
    connection: Connection,
    documents: Documents,
    case_id: str,
    act: CaseAct,
    now: datetime,
    drafts: Sequence[Draft],
    named: Mapping[str, Any],
) -> CaseStanding:
    """Append an act; raises like :func:`sync.hq.review.case_states.after`."""
    standing, number = append(connection, case_id, act, now, named)
    documents.add(connection, case_id, number, drafts, act.by, now)
    facts = {
        **named,
        "sanction": sanction_json(act.sanction),
        "appeal": act.appeal.value if act.appeal else None,
        "until": act.until.isoformat() if act.until else None,
    }
    told = {name: value for name, value in facts.items() if value not in (None, [], "", False)}
    record(connection, now, AuditKind.CASE_STEP, act.by, case=case_id, step=act.step.value,
           state=standing.state.value, **told)  # fmt: skip
    return standing


def require_there(connection: Connection, row: RowMapping, by: str, *roles: Role) -> None:
    """Require one of the roles for the programme and centre of a case or an attempt.

    Raises:
        RoleMissing: the account does not have it.
    """
    programme, centre = row["programme_id"] or "", row["centre_code"]
    require_role(connection, by, *roles, programme_id=programme, centre_code=centre)
