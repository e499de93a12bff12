"""Parts of sittings' journals, and what they show: gaps, breaks, restores (R23)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from sync.hq.centres.registry import Centres
from sync.hq.context import Office
from sync.hq.errors import BundleIdWrong
from sync.hq.intake.budgets import JOURNALS, DailyBudget
from sync.hq.persistence import tables
from sync.hq.persistence.database import insert_new
from sync.hq.persistence.sync_tables import journals
from sync.wire.delivery.event_log import SittingJournal, open_journal
from sync.wire.delivery.receipt import Receipt, sign_receipt
from sync.wire.delivery.result import GENESIS


@dataclass(frozen=True)
class Finding:
    """What is wrong with the journal of a sitting at a centre.

    ``what``: ``missing`` (events ``first`` to ``last`` have not come), ``broken`` (event ``first``
    was altered), ``restored`` (from ``first`` on there is another course of events, because the
    centre was restored from a backup), ``unknown_head`` (a bundle names a head that no event has),
    ``too_late`` (package version ``first`` came after the paper was unlocked, and was not used).
    """

    centre_code: str
    sitting_id: str
    what: str
    first: int
    last: int


class Journals:
    """Headquarters' end of ``PUT /sync/v1/journals/ID``, and of a stick."""

    def __init__(self, office: Office, centres: Centres) -> None:
        self._office = office
        self._centres = centres
        self._budget = DailyBudget(office, JOURNALS)

    def take(self, centre_code: str, journal_id: str, data: bytes) -> bytes:
        """Store a sealed part of a journal and return the signed receipt.

        Raises WireErrors for one that is not this centre's or not whole, and
        :class:`BundleIdWrong` when its id is not ``journal_id``, :class:`BudgetSpent` when the
        centre has brought too much today; nothing is kept then.
        """
        known = self._receipt(centre_code, journal_id)
        if known is not None:
            return known
        hq = self._office.keys
        journal, found_id = self._centres.open(
            centre_code, lambda keys: open_journal(data, hq, keys, centre_code)
        )
        if found_id != journal_id:
            raise BundleIdWrong
        self._budget.require(centre_code, len(data))
        receipt = self._store(journal, journal_id, data)
        self._budget.add(centre_code, len(data))
        return receipt

    def findings(self, since: datetime | None = None) -> Sequence[Finding]:
        """Everything that does not fit, by centre and sitting.

        ``since``: only in journals of which something has come after that time. Each is read anew,
        so that nobody has to believe what was found earlier.
        """
        with self._office.ledger.read() as connection:
            return [
                finding
                for centre, sitting in _sittings(connection, since)
                for finding in _findings(connection, centre, sitting)
            ]

    def _receipt(self, centre_code: str, journal_id: str) -> bytes | None:
        with self._office.ledger.read() as connection:
            return _known_receipt(connection, centre_code, journal_id)

    def _store(self, journal: SittingJournal, journal_id: str, data: bytes) -> bytes:
        blob, now = self._office.blobs.put(data), self._office.clock.now()
        receipt = Receipt(
            kind="journal",
            id=journal_id,
            centre_code=journal.centre_code,
            sitting_id=journal.sitting_id,
            chain_head=journal.last.hash,
            received_at=now,
        )
        signed = sign_receipt(receipt, self._office.keys)
        values = {**_columns(journal), "id": journal_id, "blob": blob}
        with self._office.ledger.write_shared() as connection:
            self._office.blobs.keep(blob, data)
            if insert_new(connection, journals, **values, receipt=signed, received_at=now):
                return signed
            known = _known_receipt(connection, journal.centre_code, journal_id)
            if known is None:
                raise BundleIdWrong  # another centre's; never acknowledge what is not there
            return known


def _known_receipt(connection: Connection, centre_code: str, journal_id: str) -> bytes | None:
    query = select(journals.c.receipt).where(
        journals.c.id == journal_id, journals.c.centre_code == centre_code
    )
    found = connection.execute(query).scalar_one_or_none()
    return None if found is None else bytes(found)


def _columns(journal: SittingJournal) -> dict[str, Any]:
    return {
        "centre_code": journal.centre_code,
        "sitting_id": journal.sitting_id,
        "first_seq": journal.first.seq,
        "last_seq": journal.last.seq,
        "previous": journal.first.previous,
        "head": journal.last.hash,
        "broken_at": journal.broken_event(),
        "events": [event.model_dump(mode="json") for event in journal.events],
    }


def _sittings(connection: Connection, since: datetime | None) -> Sequence[tuple[str, str]]:
    query = select(journals.c.centre_code, journals.c.sitting_id).distinct()
    if since is not None:
        query = query.where(journals.c.received_at >= since)
    rows = connection.execute(query.order_by(journals.c.centre_code, journals.c.sitting_id)).all()
    return [(row.centre_code, row.sitting_id) for row in rows]


def _findings(connection: Connection, centre_code: str, sitting_id: str) -> Iterable[Finding]:
    query = (
        select(journals)
        .where(journals.c.centre_code == centre_code, journals.c.sitting_id == sitting_id)
        .order_by(journals.c.first_seq, journals.c.last_seq, journals.c.received_at)
    )
    parts = connection.execute(query).mappings().all()
    hashes = {(event["seq"], event["hash"]) for part in parts for event in part["events"]}
    follows: dict[str, int] = {}
    for part in parts:
        if part["broken_at"] is not None:
            at = part["broken_at"]
            yield Finding(centre_code, sitting_id, "broken", at, at)
        yield from _link(centre_code, sitting_id, part, hashes, follows)
        for event in part["events"]:
            if event["kind"] == "package_too_late":
                version = int(event["data"]["version"])
                yield Finding(centre_code, sitting_id, "too_late", version, version)
    bundles = tables.bundles
    query = select(bundles.c.chain_seq, bundles.c.chain_head).where(
        bundles.c.centre_code == centre_code, bundles.c.sitting_id == sitting_id
    )
    newest = parts[-1]["last_seq"]
    for seq, head in connection.execute(query.distinct().order_by(bundles.c.chain_seq)):
        if 0 < seq <= newest and (seq, head) not in hashes:
            yield Finding(centre_code, sitting_id, "unknown_head", seq, seq)


def _link(
    centre_code: str,
    sitting_id: str,
    part: RowMapping,
    hashes: set[tuple[int, str]],
    follows: dict[str, int],
) -> Iterable[Finding]:
    """How a part hangs on those before it; ``follows`` has what is known to follow a hash."""
    first, previous = part["first_seq"], part["previous"]
    known = previous == GENESIS if first == 1 else (first - 1, previous) in hashes
    if not known:
        before = max((seq for seq, _ in hashes if seq < first), default=0)
        last = first - 1
        yield Finding(centre_code, sitting_id, "missing", min(before + 1, last), last)
    if previous in follows:
        yield Finding(centre_code, sitting_id, "restored", first, part["last_seq"])
    for event in part["events"]:
        follows.setdefault(event["previous"], event["seq"])
