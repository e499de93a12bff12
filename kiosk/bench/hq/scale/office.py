"""Rows of release, certificates, programs and the audit log."""

from collections.abc import Callable, Iterable
from decimal import Decimal

from kiosk.bench.hq.scale.copies import Row, add, copy, first_row
from kiosk.bench.hq.scale.exam import score
from kiosk.bench.hq.scale.first import BY
from kiosk.bench.hq.scale.shape import EXAM, Shape, digest, name
from kiosk.rehearsal.environment import PROGRAMME
from sync.hq.certificates.numbers import CLEAR, check_character
from sync.hq.core.sheets import COMPLETE
from sync.hq.persistence.certificate_tables import certificates
from sync.hq.persistence.database import Database
from sync.hq.persistence.exchange_tables import webhook_messages, webhook_tries
from sync.hq.persistence.release_tables import published_results, recounts, release_acts
from sync.hq.persistence.result_tables import result_versions, results
from sync.hq.persistence.tables import audit_log, tokens
from sync.hq.release.act_rows import ActKind
from sync.hq.release.publishing import PublicationKind
from sync.hq.release.recounts import RecountState

_RECOUNTS, _TRIES, _TOKENS = 50, 10, 1000
"""One recount, one webhook delivery and one token for this number of attempts."""
_EVENTS = 2
"""Of the audit log, for each attempt."""


def fill(database: Database, shape: Shape) -> None:
    """Insert them."""
    _release(database, shape)
    _certificates(database, shape)
    _programs(database, shape)
    event = first_row(database, audit_log)
    copy(
        database, audit_log, event, range(1000, 1000 + _EVENTS * shape.attempts),
        lambda n: {"seq": n, "who": BY if n % 1000 else "chief", "hash": digest("event", n)},
    )  # fmt: skip


def _release(database: Database, shape: Shape) -> None:
    complete = [number for number in shape.numbers if score(number)["status"] == COMPLETE]
    publish(database, shape, complete, score)
    asked = (
        {
            "id": place,
            **{name: value for name, value in shape.of_attempt(number).items() if name in _ASKED},
            "programme_id": PROGRAMME,
            "published": shape.cursor(number),
            "requested_at": EXAM,
            "requested_by": "candidate",
            "text": "请复核。",
            "state": (RecountState.OPEN if place % 3 else RecountState.CONFIRMED).value,
            "answered_at": EXAM,
        }
        for place, number in enumerate(complete[::_RECOUNTS], start=1)
    )
    add(database, recounts, asked)


_ASKED = frozenset(("centre_code", "attempt_id", "sitting_id", "candidate_id"))


def publish(
    database: Database, shape: Shape, numbers: Iterable[int], scored: Callable[[int], Row]
) -> None:
    """Release results by one act of two people."""
    act = {
        "id": 1, "kind": ActKind.RELEASE.value, "sitting_id": shape.first.sitting,
        "programme_id": PROGRAMME, "attempts": None, "reason": "", "checks": [], "accepted": {},
        "basis": 1, "proposed_by": BY, "proposed_at": EXAM, "confirmed_by": "publisher",
        "decided_at": EXAM, "published": shape.attempts,
    }  # fmt: skip
    add(database, release_acts, [act])
    known = first_row(database, result_versions)["digest"]
    row = {
        "number": 1,
        "newest": True,
        "kind": PublicationKind.RELEASED.value,
        "act": 1,
        "programme_id": PROGRAMME,
        "programme_version": first_row(database, results)["programme_version"],
        "result_version": 1,
        "digest": known,
        "parts": {"combined": "100"},
        "reason": "",
        "at": EXAM,
    }
    copy(
        database, published_results, row, numbers,
        lambda n: {**shape.of_attempt(n), **_published(scored(n)), "cursor": shape.cursor(n)},
    )  # fmt: skip


def _published(scored: Row) -> Row:
    return {name: scored[name] for name in ("status", "total", "passed")}


def _certificates(database: Database, shape: Shape) -> None:
    passed = [number for number in shape.numbers if score(number)["passed"]]
    rows = (
        {
            "number": certificate_no(number),
            "position": place,
            "candidate_id": shape.candidate(number),
            "sitting_id": shape.sitting(number),
            "programme_id": PROGRAMME,
            "programme_version": 1,
            "result_version": 1,
            "name": name(number),
            "parts": {},
            "total": Decimal(120),
            "issued_on": EXAM.date(),
            "issued_at": EXAM,
            "issued_by": BY,
            "second": "publisher",
            "statement": "x" * 400,
            "object": digest("certificate", number),
            "pdf_sha256": digest("pdf", number),
            "revoked_reason": "",
        }
        for place, number in enumerate(passed, start=1)
    )
    add(database, certificates, rows)


def certificate_no(number: int) -> str:
    """Return the number of a copied certificate."""
    places = (CLEAR[number >> 5 * place & 31] for place in range(8))
    plain = f"CM26{''.join(places)}"
    return plain + check_character(plain)


def _programs(database: Database, shape: Shape) -> None:
    hook, numbers = shape.first.webhook, shape.some(_TRIES)
    messages = (
        {
            "id": f"M{number:06}", "webhook_id": hook, "kind": "results.published", "body": "{}",
            "count": 1, "created_at": EXAM, "closed_at": EXAM, "delivered": True,
        }
        for number in numbers
    )  # fmt: skip
    add(database, webhook_messages, messages)
    tries = (
        {
            "number": number, "webhook_id": hook, "message_id": f"M{number:06}", "at": EXAM,
            "status": 200, "error": "", "milliseconds": 20,
        }
        for number in numbers
    )  # fmt: skip
    add(database, webhook_tries, tries)
    token = first_row(database, tokens)
    copy(
        database, tokens, token, shape.some(_TOKENS),
        lambda n: {"id": f"T{n:05}", "token_hash": digest("token", n), "revoked_at": EXAM},
    )  # fmt: skip
