"""Who leads marking of a programme: adjudicators for all branches, since answers have no centre."""

from sqlalchemy import Connection

from sync.hq.core.roles import Role, require_role


def require_lead(connection: Connection, username: str, programme_id: str) -> None:
    """Require an adjudicator of a programme, in the transaction of the act.

    Raises:
        RoleMissing: the account is none, not any more, or for some branches only.
    """
    require_role(connection, username, Role.ADJUDICATOR, programme_id=programme_id, centre_code="")
