"""What the public learns about a certificate: by its QR code, or by number and name together.

A number alone says nothing: whoever tries numbers learns only whether one has its check character
right. What has a valid signature came from a certificate, so it may be answered in full.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kiosk.exam.typed_texts import name_key
from sync.hq.certificates.contents import title_of
from sync.hq.certificates.errors import StatementForged, StatementUnusable
from sync.hq.certificates.numbers import typed_number
from sync.hq.certificates.register import CertificateView, certificate
from sync.hq.certificates.revocations import RevocationList
from sync.hq.certificates.sources import Sources, programme_of
from sync.hq.certificates.statements import Statement, read_statement
from sync.hq.certificates.tokens import Jwk
from sync.hq.errors import NotFound

FORGED, UNREADABLE, UNKNOWN, MISTYPED = "forged", "unreadable", "unknown", "mistyped"


@dataclass(frozen=True)
class Verdict:
    """``state``: valid, expired, revoked, reissued, or one of the constants above.

    ``since``: when it became invalid; ``reason``: a class of reasons; ``replaced_by``: a number.
    ``list_number`` and ``list_at``: the revocation list by which this was found offline.
    """

    state: str
    statement: Statement | None = None
    since: datetime | None = None
    reason: str = ""
    replaced_by: str | None = None
    list_number: int | None = None
    list_at: datetime | None = None


class Verification:
    """Answers by the register."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def by_statement(self, text: str) -> Verdict:
        """Judge the text of a QR code."""
        try:
            statement = read_statement(text, self._sources.jwks)
        except StatementForged:
            return Verdict(FORGED)
        except StatementUnusable:
            return Verdict(UNREADABLE)
        view = self._view(statement.number)
        if view is None or self._statement(view) != statement:
            return Verdict(UNKNOWN, statement)
        return self._verdict(view, statement)

    def by_number(self, number: str, name: str) -> Verdict:
        """Judge a number as typed, for somebody who knows the holder's name as well."""
        typed = typed_number(number)
        if typed is None:
            return Verdict(MISTYPED)
        view = self._view(typed)
        # Before anything else is read: a wrong name must not take longer than a wrong number.
        if name_key("" if view is None else view.name) != name_key(name) or view is None:
            return Verdict(UNKNOWN)
        return self._verdict(view, self._statement(view))

    def _view(self, number: str) -> CertificateView | None:
        with self._sources.context.database.read() as connection:
            try:
                return certificate(connection, number)
            except NotFound:
                return None

    def _statement(self, view: CertificateView) -> Statement:
        with self._sources.context.database.read() as connection:
            programme = programme_of(connection, view.programme_id, view.programme_version)
        title = title_of(programme, view.trade, view.level)
        return Statement(view.number, view.name, title, view.issued_on, view.valid_until)

    def _verdict(self, view: CertificateView, statement: Statement) -> Verdict:
        today = self._sources.local_day(self._sources.context.clock.now())
        state, since = view.state(today), view.revoked_at
        if state == "reissued" and view.replaced_by is not None:
            with self._sources.context.database.read() as connection:
                since = certificate(connection, view.replaced_by).issued_at
        replaced_by = view.replaced_by if state == "reissued" else None
        return Verdict(state, statement, since, view.revoked_reason, replaced_by)


def judge_offline(
    text: str, keys: Sequence[Jwk], today: date, revoked: RevocationList | None = None
) -> Verdict:
    """Judge the text of a QR code by public keys alone, and by a revocation list if there is one.

    Raises:
        StatementUnusable: the text is no statement.
        StatementForged: none of the keys signed it.
    """
    statement = read_statement(text, keys)
    number, at = (revoked.number, revoked.at) if revoked else (None, None)
    entry = revoked.entries.get(statement.number) if revoked else None
    if entry is not None:
        state = "reissued" if entry.reason == "reissued" else "revoked"
        return Verdict(state, statement, entry.since, entry.reason, None, number, at)
    expired = statement.until is not None and statement.until < today
    state = "expired" if expired else "valid"
    return Verdict(state, statement, list_number=number, list_at=at)
