"""The statement in a certificate's QR code: small, signed, readable without a network.

It says whose certificate has which number, for what, since and until when. The birth date, the
document's number and the points are not in it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel, ConfigDict, ValidationError

from sync.hq.certificates.errors import StatementUnusable
from sync.hq.certificates.numbers import typed_number
from sync.hq.certificates.tokens import Jwk, opened, signed
from sync.wire.sealing.keys import KeyHolder

PAGE = "/verify"
_TOKEN = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class Statement:
    """``title``: programme, trade and level in Chinese; ``until``: last day, None if unlimited."""

    number: str
    name: str
    title: str
    issued_on: date
    until: date | None


class _Body(BaseModel):
    """The signed JSON. Its names are short because each byte makes the QR code denser."""

    model_config = ConfigDict(extra="ignore")

    no: str
    name: str
    of: str
    on: date
    to: date | None = None


def sign_statement(statement: Statement, keys: KeyHolder) -> str:
    """Return the signed statement."""
    body = {
        "no": statement.number,
        "name": statement.name,
        "of": statement.title,
        "on": statement.issued_on.isoformat(),
    }
    if statement.until is not None:
        body["to"] = statement.until.isoformat()
    return signed(body, keys)


def read_statement(text: str, keys: Sequence[Jwk]) -> Statement:
    """Return the statement of a QR code's text: an address with a token, or the token alone.

    Raises:
        StatementUnusable: the text contains no statement.
        StatementForged: none of the keys signed it.
    """
    payload = opened(token_in(text), keys)
    try:
        body = _Body.model_validate(payload)
    except ValidationError as error:
        raise StatementUnusable from error
    number = typed_number(body.no)
    if number is None:
        raise StatementUnusable
    return Statement(number, body.name, body.of, body.on, body.to)


def token_in(text: str) -> str:
    """Return the token in a QR code's text.

    Raises:
        StatementUnusable: there is none.
    """
    # After "#": what follows never reaches a server or its logs.
    found = _TOKEN.fullmatch("".join(text.split()).rpartition("#")[2])
    if found is None:
        raise StatementUnusable
    return found[0]


def qr_text(token: str, origin: str | None) -> str:
    """Return the text of the QR code; without a public address the token alone."""
    return f"{origin}{PAGE}#{token}" if origin else token
