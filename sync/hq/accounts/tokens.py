"""Tokens for the pull API: scoped, revocable, stored only as hashes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, insert, select, update

from kiosk.credentials.tokens import new_token, token_hash
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.errors import NotFound, TokenRefused
from sync.hq.persistence import tables

SCOPES = ("results:read", "personal:read")
"""The second one adds candidates' personal data to what the first one reads."""


@dataclass(frozen=True)
class TokenView:
    """A token without its secret."""

    id: str
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    revoked_at: datetime | None


class Tokens:
    """Creates, checks and revokes tokens."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def create(self, name: str, scopes: Sequence[str], by: str) -> str:
        """Return the secret of a new token. It is not stored and cannot be shown again.

        Raises:
            NotFound: a scope is unknown, or there is none.
        """
        unknown = set(scopes) - set(SCOPES)
        if unknown or not scopes:
            raise NotFound(what="scope")
        secret = "hq_" + new_token(self._context.entropy)
        token_id, now = self._context.ids(), self._context.clock.now()
        with self._context.database.write() as connection:
            connection.execute(
                insert(tables.tokens).values(
                    id=token_id,
                    name=name,
                    token_hash=token_hash(secret),
                    scopes=list(scopes),
                    created_at=now,
                )
            )
            record(
                connection, now, AuditKind.TOKEN_CREATED, by, token=token_id, scopes=list(scopes)
            )
        return secret

    def require(self, secret: str, scope: str) -> TokenView:
        """Return the token if it is valid and has the scope.

        Raises:
            TokenRefused: it is unknown, revoked, or lacks the scope.
        """
        table = tables.tokens
        query = select(table).where(table.c.token_hash == token_hash(secret))
        with self._context.database.read() as connection:
            row = connection.execute(query).mappings().first()
        if row is None or row["revoked_at"] is not None or scope not in row["scopes"]:
            raise TokenRefused(scope=scope)
        return _view(row)

    def revoke(self, token_id: str, by: str) -> None:
        """Revoke a token.

        Raises:
            NotFound: the token does not exist or is already revoked.
        """
        table, now = tables.tokens, self._context.clock.now()
        with self._context.database.write() as connection:
            ended = connection.execute(
                update(table)
                .where(table.c.id == token_id, table.c.revoked_at.is_(None))
                .values(revoked_at=now)
            )
            if ended.rowcount != 1:
                raise NotFound(what="token")
            record(connection, now, AuditKind.TOKEN_REVOKED, by, token=token_id)

    def list(self) -> Sequence[TokenView]:
        """Return all tokens, newest first."""
        query = select(tables.tokens).order_by(
            tables.tokens.c.created_at.desc(), tables.tokens.c.id
        )
        with self._context.database.read() as connection:
            return [_view(row) for row in connection.execute(query).mappings()]


def _view(row: RowMapping) -> TokenView:
    return TokenView(
        row["id"], row["name"], tuple(row["scopes"]), row["created_at"], row["revoked_at"]
    )
