"""The second factor: one-time codes by RFC 6238 (TOTP), and recovery codes.

Secrets are stored sealed to headquarters' key, recovery codes as hashes. Every code works once:
the time step of the last one is stored, and no step up to it is accepted again.
"""

import base64
from collections.abc import Sequence
from datetime import datetime
from hmac import compare_digest

from pyotp import TOTP
from sqlalchemy import Connection, delete, insert, select, update

from kiosk.credentials.tokens import token_hash
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.errors import CodeRefused
from sync.hq.persistence.tables import accounts, recovery_codes
from sync.wire.sealing.keys import KeyHolder

ISSUER = "Exam headquarters"
SECRET_BYTES = 20
RECOVERY_CODES, RECOVERY_BYTES = 10, 10
DRIFT = 1
"""Steps of 30 seconds by which a telephone's clock may be off."""


class SecondFactor:
    """Sets up a second factor and its recovery codes."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def offer(self, username: str) -> str:
        """Return the secret (base32) for a telephone; the same one until it is confirmed."""
        with self._context.database.write() as connection:
            waiting = connection.execute(
                select(accounts.c.next_factor).where(accounts.c.username == username)
            ).scalar_one()
            if waiting is not None:
                return self._context.keys.unseal(bytes(waiting)).decode()
            secret = base64.b32encode(self._context.entropy(SECRET_BYTES)).decode()
            sealed = self._context.keys.public.seal(secret.encode())
            mine = accounts.c.username == username
            connection.execute(update(accounts).where(mine).values(next_factor=sealed))
            return secret

    def confirm(self, username: str, code: str) -> Sequence[str]:
        """Activate the offered secret; return the recovery codes, which are shown only now.

        Raises:
            CodeRefused: ``code`` is not one of the offered secret.
        """
        now = self._context.clock.now()
        drawn = [self._context.entropy(RECOVERY_BYTES) for _ in range(RECOVERY_CODES)]
        codes = [base64.b32encode(each).decode() for each in drawn]
        mine = accounts.c.username == username
        with self._context.database.write() as connection:
            row = connection.execute(select(accounts).where(mine)).mappings().one()
            step = None
            if row["next_factor"] is not None:
                secret = self._context.keys.unseal(bytes(row["next_factor"])).decode()
                step = _step_of(secret, code, now, after=0)
            if step is None:
                raise CodeRefused
            factor = {"factor": row["next_factor"], "next_factor": None, "factor_step": step}
            connection.execute(update(accounts).where(mine).values(**factor))
            _forget_recovery(connection, username)
            rows = [{"username": username, "code_hash": token_hash(each)} for each in codes]
            connection.execute(insert(recovery_codes), rows)
            record(connection, now, AuditKind.SECOND_FACTOR_SET, username, account=username)
        return ["-".join(each[at : at + 4] for at in range(0, len(each), 4)) for each in codes]

    def recovery_left(self, username: str) -> int:
        """Return how many recovery codes are unused."""
        query = select(recovery_codes.c.code_hash).where(recovery_codes.c.username == username)
        with self._context.database.read() as connection:
            return len(connection.execute(query).all())


def provisioning(username: str, secret: str) -> str:
    """Return the ``otpauth`` URI that a telephone scans as a QR code."""
    return TOTP(secret).provisioning_uri(name=username, issuer_name=ISSUER)


def accept_code(
    connection: Connection, keys: KeyHolder, username: str, code: str, now: datetime
) -> bool:
    """Return whether a one-time or recovery code is valid, and use it up."""
    mine = accounts.c.username == username
    row = connection.execute(select(accounts).where(mine)).mappings().one()
    if row["factor"] is None:
        return False
    secret = keys.unseal(bytes(row["factor"])).decode()
    step = _step_of(secret, code, now, after=row["factor_step"])
    if step is not None:
        connection.execute(update(accounts).where(mine).values(factor_step=step))
        return True
    return _use_recovery_code(connection, username, code, now)


def remove(connection: Connection, username: str) -> None:
    """Delete an account's second factor and recovery codes."""
    values = {"factor": None, "next_factor": None, "factor_step": 0}
    connection.execute(update(accounts).where(accounts.c.username == username).values(**values))
    _forget_recovery(connection, username)


def _step_of(secret: str, code: str, now: datetime, after: int) -> int | None:
    """Return the time step that ``code`` belongs to, if later than ``after``; otherwise None."""
    totp, typed = TOTP(secret), "".join(code.split()).encode()
    present = totp.timecode(now)
    # Never at or before the last step used: a code that was overheard cannot be replayed.
    for step in range(max(present - DRIFT, after + 1), present + DRIFT + 1):
        # Constant time: the comparison must not reveal how many digits are right.
        if compare_digest(totp.generate_otp(step).encode(), typed):
            return step
    return None


def _use_recovery_code(connection: Connection, username: str, code: str, now: datetime) -> bool:
    typed = "".join(code.split()).replace("-", "").upper()
    table = recovery_codes
    # Deleting is the test: of two requests with the same code only one deletes a row.
    used = connection.execute(
        delete(table).where(table.c.username == username, table.c.code_hash == token_hash(typed))
    )
    if used.rowcount:
        record(connection, now, AuditKind.RECOVERY_CODE_USED, username, account=username)
    return used.rowcount == 1


def _forget_recovery(connection: Connection, username: str) -> None:
    connection.execute(delete(recovery_codes).where(recovery_codes.c.username == username))
