"""Roles of headquarters' staff: what each is for, which exclude each other, who has one where.

A grant gives an account a role for one programme or all, and for one branch or all. A branch is a
path such as province/city or province/city/centre; a grant covers all centres below it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    and_,
    case,
    false,
    func,
    or_,
    select,
    true,
)

from kiosk.exam.typed_texts import plain_text
from sync.hq.core.role_errors import BranchUnusable, LimitUnusable, RoleMissing
from sync.hq.persistence.role_tables import role_grants
from sync.hq.persistence.tables import accounts, centres, sitting_papers
from sync.hq.problems import Phrase


class Role(StrEnum):
    """What an account is for. The values are stored."""

    AUTHOR = "author"
    REGISTRAR = "registrar"
    MARKER = "marker"
    ADJUDICATOR = "adjudicator"
    REVIEWER = "reviewer"
    PUBLISHER = "publisher"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    SUPERVISOR = "supervisor"


NAMES: Mapping[Role, Phrase] = {
    Role.AUTHOR: Phrase("author"),
    Role.REGISTRAR: Phrase("registrar"),
    Role.MARKER: Phrase("marker"),
    Role.ADJUDICATOR: Phrase("adjudicator"),
    Role.REVIEWER: Phrase("reviewer"),
    Role.PUBLISHER: Phrase("publisher"),
    Role.AUDITOR: Phrase("auditor"),
    Role.ADMINISTRATOR: Phrase("administrator"),
    Role.SUPERVISOR: Phrase("supervisor"),
}

PURPOSES: Mapping[Role, Phrase] = {
    Role.AUTHOR: Phrase("writes items and programmes, and draws papers"),
    Role.REGISTRAR: Phrase(
        "registers candidates; prepares sittings, rooms, seats, tickets and packages"
    ),
    Role.MARKER: Phrase("marks answers without seeing whose they are"),
    Role.ADJUDICATOR: Phrase("leads marking; decides changed keys, second reviews and appeals"),
    Role.REVIEWER: Phrase("reviews incidents and similar answers first"),
    Role.PUBLISHER: Phrase("releases results; issues and withdraws certificates"),
    Role.AUDITOR: Phrase("reads everything and the audit log, changes nothing"),
    Role.ADMINISTRATOR: Phrase("manages accounts, roles, tokens, centres' enrolment and keys"),
    Role.SUPERVISOR: Phrase(
        "the supervising body: reads until a date, changes nothing; what it opens is logged"
    ),
}

_SEES_NAMES = (
    Role.REGISTRAR,
    Role.REVIEWER,
    Role.ADJUDICATOR,
    Role.PUBLISHER,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
)
EXCLUDING: frozenset[frozenset[Role]] = frozenset(
    # Who registers does not decide appeals; who marks does not see names, or give themself roles.
    {frozenset({Role.REGISTRAR, Role.ADJUDICATOR})}
    | {frozenset({Role.MARKER, other}) for other in _SEES_NAMES}
    # Who supervises takes no part.
    | {frozenset({Role.SUPERVISOR, other}) for other in Role if other is not Role.SUPERVISOR}
)
"""Pairs of roles that one account cannot have, whatever their programmes and branches."""

ALL_PROGRAMMES = frozenset({Role.ADMINISTRATOR})
"""Roles that cannot be limited to a programme: accounts, keys and backups belong to none."""

ALL_BRANCHES = frozenset({Role.AUTHOR, Role.ADMINISTRATOR})
"""Roles that cannot be limited to a branch: items belong to none either."""

LONGEST_BRANCH = 200
COMMAND_LINE = ":"
"""In names of the command line; no account's name has it."""


@dataclass(frozen=True, order=True)
class Grant:
    """A role for a programme and a branch; empty: for all."""

    role: Role
    programme_id: str = ""
    branch: str = ""

    def covers(self, programme_id: str | None, path: str | None) -> bool:
        """Return whether this grant covers a programme and the path of a centre.

        None asks for neither; an empty text asks for all programmes or all branches.
        """
        fits = programme_id is None or self.programme_id in ("", programme_id)
        return fits and (path is None or below(path, self.branch))


@dataclass(frozen=True)
class Scope:
    """What some grants cover, for lists."""

    grants: frozenset[Grant]

    @property
    def everything(self) -> bool:
        return self.covers("", "")

    def covers(self, programme_id: str | None = None, path: str | None = None) -> bool:
        """Return whether a grant covers both, as :meth:`Grant.covers`."""
        return any(grant.covers(programme_id, path) for grant in self.grants)

    def where(
        self,
        programme: ColumnElement[str] | None = None,
        centre: ColumnElement[str] | None = None,
    ) -> ColumnElement[bool]:
        """Return a condition on columns with a programme's id and a centre's code.

        Rows whose centre is unknown are covered by grants for all branches only.
        """
        return or_(false(), *(_condition(grant, programme, centre) for grant in self.grants))


@dataclass(frozen=True)
class Rights:
    """All grants of an account that may sign in."""

    grants: frozenset[Grant] = frozenset()

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants)

    def scope(self, *roles: Role) -> Scope:
        """Return what the account's grants of these roles cover together."""
        return Scope(frozenset(grant for grant in self.grants if grant.role in roles))


FIRST_ACCOUNT = (Grant(Role.AUTHOR), Grant(Role.REGISTRAR), Grant(Role.ADMINISTRATOR))
"""What the first account gets: it prepares exams, and gives others their roles."""

WIDEST = (*FIRST_ACCOUNT, Grant(Role.REVIEWER), Grant(Role.PUBLISHER), Grant(Role.AUDITOR))
"""As many roles as one account can have, for rehearsals and tests."""


NO_RIGHTS = Rights()


def below(path: str, branch: str) -> bool:
    """Return whether a branch contains a path."""
    return not branch or f"{path}/".startswith(f"{branch}/")


def path_of(code: str, branch: str) -> str:
    """Return a centre's whole path."""
    return f"{branch}/{code}" if branch else code


def clean_branch(typed: str) -> str:
    """Return a typed branch without needless spaces and slashes; empty: all branches.

    Raises:
        BranchUnusable: it is too long.
    """
    parts = [" ".join(part.split()) for part in plain_text(typed).split("/")]
    branch = "/".join(part for part in parts if part)
    if len(branch) > LONGEST_BRANCH:
        raise BranchUnusable(branch=f"{branch[:20]}…", most=LONGEST_BRANCH)
    return branch


def excluded(role: Role, held: Iterable[Role]) -> Role | None:
    """Return a role among ``held`` that one account cannot have beside ``role``, or None."""
    return next((each for each in sorted(held) if frozenset({role, each}) in EXCLUDING), None)


def require_limits(grant: Grant) -> None:
    """Require that the role can be limited in this way.

    Raises:
        LimitUnusable: it cannot.
    """
    if grant.programme_id and grant.role in ALL_PROGRAMMES:
        raise LimitUnusable(role=NAMES[grant.role], what=Phrase("a programme"))
    if grant.branch and grant.role in ALL_BRANCHES:
        raise LimitUnusable(role=NAMES[grant.role], what=Phrase("a branch"))


def grant_of(row: RowMapping) -> Grant:
    """Return the grant that a row of the table has."""
    return Grant(Role(row["role"]), row["programme_id"], row["branch"])


def rights_of(connection: Connection, username: str) -> Rights:
    """Return the rights of an account; none if it is locked, closed or unknown."""
    table = role_grants
    query = (
        select(table)
        .join(accounts, accounts.c.username == table.c.username)
        .where(
            table.c.username == username,
            accounts.c.locked_at.is_(None),
            accounts.c.closed_at.is_(None),
        )
    )
    return Rights(frozenset(map(grant_of, connection.execute(query).mappings())))


def require_role(
    connection: Connection,
    username: str,
    *roles: Role,
    programme_id: str | None = None,
    centre_code: str | None = None,
) -> None:
    """Require one of the roles in the caller's transaction, for a programme and a centre.

    None: for any; an empty text: for all programmes, or all branches. The command line passes:
    whoever controls the machine has the keys anyway.

    Raises:
        RoleMissing: the account does not have it, or not any more.
    """
    if COMMAND_LINE in username:
        return
    path = centre_path(connection, centre_code) if centre_code else centre_code
    if not rights_of(connection, username).scope(*roles).covers(programme_id, path):
        raise RoleMissing(role=NAMES[roles[0]])


def require_role_in(
    connection: Connection,
    username: str,
    *roles: Role,
    sitting_id: str,
    centre_code: str | None = None,
) -> None:
    """Require one of the roles for all programmes of a sitting, as :func:`require_role`.

    Raises:
        RoleMissing: the account does not have it, or not any more.
    """
    query = select(sitting_papers.c.programme_id).where(sitting_papers.c.sitting_id == sitting_id)
    for programme_id in set(connection.execute(query).scalars()):
        require_role(
            connection, username, *roles, programme_id=programme_id, centre_code=centre_code
        )


def centre_path(connection: Connection, code: str) -> str:
    """Return the whole path of a centre; one that is not enrolled is below no branch."""
    query = select(centres.c.branch).where(centres.c.code == code)
    return path_of(code, connection.execute(query).scalar() or "")


def _condition(
    grant: Grant, programme: ColumnElement[str] | None, centre: ColumnElement[str] | None
) -> ColumnElement[bool]:
    fits: list[ColumnElement[bool]] = [true()]
    if programme is not None and grant.programme_id:
        fits.append(programme == grant.programme_id)
    if centre is not None and grant.branch:
        # Not LIKE: SQLite's ignores the case of letters, PostgreSQL's does not.
        whole = case(
            (centres.c.branch == "", centres.c.code),
            else_=centres.c.branch + "/" + centres.c.code,
        )
        start = func.substr(whole + "/", 1, len(grant.branch) + 1)
        fits.append(centre.in_(select(centres.c.code).where(start == f"{grant.branch}/")))
    return and_(*fits)
