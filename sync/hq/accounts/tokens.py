"""Tokens for the pull API: scoped, limited, with an end, revocable, stored only as hashes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from kiosk.credentials.tokens import new_token, token_hash
from kiosk.exam.typed_texts import require_plain
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.core.roles import clean_branch
from sync.hq.errors import ExpiryUnusable, NotFound, ScopeMissing, TokenExpired, TokenRefused
from sync.hq.persistence import tables


class TokenScope(StrEnum):
    """What a token may read."""

    RESULTS = "results:read"
    ATTEMPTS = "attempts:read"
    INCIDENTS = "incidents:read"
    EVIDENCE = "evidence:read"
    CERTIFICATES = "certificates:read"
    STATISTICS = "statistics:read"
    PERSONAL = "personal:read"
    """Names and personal data forms, in what the other scopes read."""


USUAL_DAYS, MOST_DAYS = 365, 3 * 366
NOTED_EVERY = timedelta(minutes=5)
"""How exactly the last use is stored: noting each would make every read a write."""

LONGEST_NAME = 100


@dataclass(frozen=True)
class Limits:
    """What a token or webhook is limited to; empty: nothing. ``branch`` may be a centre."""

    programme_id: str = ""
    branch: str = ""

    def require_usable(self, connection: Connection) -> None:
        """Require that the programme exists.

        Raises:
            NotFound: it does not.
        """
        table = tables.programmes
        query = select(table.c.id).where(table.c.id == self.programme_id).limit(1)
        if self.programme_id and connection.execute(query).first() is None:
            raise NotFound(what="programme")

    @classmethod
    def typed(cls, programme_id: str, branch: str) -> "Limits":
        """Return limits as somebody typed them.

        Raises:
            BranchUnusable: the branch is too long.
        """
        return cls(programme_id.strip(), clean_branch(branch))


EVERYTHING = Limits()


@dataclass(frozen=True)
class TokenView:
    """A token without its secret. ``expires_at``: None if it was made before tokens had an end."""

    id: str
    name: str
    scopes: tuple[str, ...]
    limits: Limits
    created_at: datetime
    created_by: str
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None

    def may(self, scope: TokenScope) -> bool:
        """Return whether it has a scope."""
        return scope in self.scopes

    def state(self, now: datetime) -> str:
        """Return ``revoked``, ``expired`` or ``valid``."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at is not None and self.expires_at <= now else "valid"


class Tokens:
    """Creates, checks and revokes tokens."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def create(
        self,
        name: str,
        scopes: Sequence[str],
        by: str,
        *,
        days: int = USUAL_DAYS,
        limits: Limits = EVERYTHING,
    ) -> str:
        """Return the secret of a new token. It is not stored and cannot be shown again.

        Raises:
            NotFound: a scope is unknown, or there is none; or there is no such programme.
            ExpiryUnusable: it would not be valid for 1 to ``MOST_DAYS`` days.
            TextUnusable: the name has characters that other machines cannot show.
        """
        if not scopes or not set(scopes) <= set(TokenScope):
            raise NotFound(what="scope")
        if not 1 <= days <= MOST_DAYS:
            raise ExpiryUnusable(most=MOST_DAYS)
        secret = "hq_" + new_token(self._context.entropy)
        token_id, now = self._context.ids(), self._context.clock.now()
        row = {
            "id": token_id,
            "name": require_plain(name)[:LONGEST_NAME],
            "scopes": [scope.value for scope in TokenScope if scope in scopes],
            "created_at": now,
            "created_by": by,
            "expires_at": now + timedelta(days=days),
            **vars(limits),
        }
        with self._context.database.write() as connection:
            limits.require_usable(connection)
            connection.execute(insert(tables.tokens).values(**row, token_hash=token_hash(secret)))
            noted = {"scopes": row["scopes"], "days": days, **vars(limits)}
            record(connection, now, AuditKind.TOKEN_CREATED, by, token=token_id, **noted)
        return secret

    def require(self, secret: str, scope: TokenScope) -> TokenView:
        """Return the token if it is valid and has the scope; note its use.

        Raises:
            TokenRefused: it is unknown or revoked.
            TokenExpired: it was valid once.
            ScopeMissing: it may not read this.
        """
        table, now = tables.tokens, self._context.clock.now()
        query = select(table).where(table.c.token_hash == token_hash(secret))
        with self._context.database.read() as connection:
            row = connection.execute(query).mappings().first()
        if row is None or row["revoked_at"] is not None:
            raise TokenRefused
        token = _view(row)
        if token.expires_at is not None and token.expires_at <= now:
            raise TokenExpired(expired=token.expires_at)
        if not token.may(scope):
            raise ScopeMissing(scope=scope.value)
        if token.last_used_at is None or now - token.last_used_at >= NOTED_EVERY:
            self._note_use(token.id, now)
        return token

    def _note_use(self, token_id: str, now: datetime) -> None:
        used = update(tables.tokens).where(tables.tokens.c.id == token_id)
        with self._context.database.write_shared() as connection:
            connection.execute(used.values(last_used_at=now))

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

    def list(self, limit: int = 1000, offset: int = 0) -> Sequence[TokenView]:
        """Return tokens, newest first."""
        query = (
            select(tables.tokens)
            .order_by(tables.tokens.c.created_at.desc(), tables.tokens.c.id)
            .limit(limit)
            .offset(offset)
        )
        with self._context.database.read() as connection:
            return [_view(row) for row in connection.execute(query).mappings()]

    def count(self) -> int:
        """Return the number of tokens, revoked ones included."""
        with self._context.database.read() as connection:
            query = select(func.count()).select_from(tables.tokens)
            return int(connection.execute(query).scalar_one())


def _view(row: RowMapping) -> TokenView:
    return TokenView(
        id=row["id"],
        name=row["name"],
        scopes=tuple(row["scopes"]),
        limits=Limits(row["programme_id"], row["branch"]),
        created_at=row["created_at"],
        created_by=row["created_by"],
        expires_at=row["expires_at"],
        last_used_at=row["last_used_at"],
        revoked_at=row["revoked_at"],
    )
