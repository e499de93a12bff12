"""Branches: which province and city a centre belongs to, so that rights can be limited to them."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select, update

from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.core.roles import Role, centre_path, clean_branch, path_of, require_role
from sync.hq.errors import NotFound
from sync.hq.persistence.tables import centres


def branches_of(paths: Mapping[str, str]) -> Sequence[str]:
    """Return all branches that the paths of centres name, the centres themselves as well."""
    parts = [path.split("/") for path in paths.values()]
    return sorted({"/".join(one[:end]) for one in parts for end in range(1, len(one) + 1)})


class Branches:
    """Sets the branches of centres and looks them up."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def set(self, code: str, branch: str, by: str) -> None:
        """Put a centre below a branch; empty: below none, so that only wide rights cover it.

        Raises:
            RoleMissing: ``by`` does not manage accounts, whose limits this changes.
            NotFound: there is no such centre.
            BranchUnusable: the branch is too long.
            TextUnusable: it has characters that other machines cannot show.
        """
        cleaned, now = clean_branch(branch), self._context.clock.now()
        with self._context.database.write() as connection:
            require_role(connection, by, Role.ADMINISTRATOR)
            changed = update(centres).where(centres.c.code == code).values(branch=cleaned)
            if not connection.execute(changed).rowcount:
                raise NotFound(what="centre")
            named = {"centre": code, "branch": cleaned}
            record(connection, now, AuditKind.CENTRE_BRANCH_SET, by, **named)

    def path(self, code: str) -> str:
        """Return the whole path of a centre; one that is not enrolled is below no branch."""
        with self._context.database.read() as connection:
            return centre_path(connection, code)

    def paths(self) -> Mapping[str, str]:
        """Return the whole path of each centre, by code."""
        query = select(centres.c.code, centres.c.branch).order_by(centres.c.code)
        with self._context.database.read() as connection:
            return {row.code: path_of(row.code, row.branch) for row in connection.execute(query)}
