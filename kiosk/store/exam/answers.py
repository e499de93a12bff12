"""Answers: append-only revisions, numbered by the terminal from 1, in a signed hash chain."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlite_utils import Database

from kiosk.exam.items.item import MAX_ESSAY, AnswerValue
from kiosk.store.exam import answer_seals
from kiosk.store.rows import change_one, one, value
from kiosk.store.times import to_text, to_time
from sync.wire.delivery.answer_log import LoggedRevision, value_digest
from sync.wire.sealing.keys import KeyPair

HISTORY_BYTES = 8_000_000
"""Above this size of an attempt's answers only the newest text of each item is stored."""

DROPPED = ""
"""Stored in place of a value whose text was dropped; its digest stays."""

UNKNOWN = "0" * 64
MOST_SEQ = 10_000_000
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
MOST_PICKS = 64
"""Bounds of readable rows, and placeholders for a digest or time that cannot be read."""


@dataclass(frozen=True)
class Answer:
    """One revision of one answer; ``seq`` counts the attempt's writes from 1."""

    seq: int
    item_id: str
    value: AnswerValue
    client_at: str | None
    saved_at: datetime

    @property
    def digest(self) -> str:
        return value_digest(self.value)

    @property
    def logged(self) -> LoggedRevision:
        """The revision as it is hashed into the chain."""
        return LoggedRevision(
            seq=self.seq,
            item_id=self.item_id,
            value_digest=self.digest,
            saved_at=to_text(self.saved_at),
            client_at=self.client_at,
        )


@dataclass(frozen=True)
class LostAnswer(Answer):
    """A revision without its value: the text was dropped to save room, or is unreadable."""

    kept_digest: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 of the value as it was saved."""
        return self.kept_digest


@dataclass(frozen=True)
class Appended:
    """The attempt after new revisions.

    ``head``: of the chain. ``intact``: whether this centre had signed the chain up to them.
    """

    through: int
    head: str
    intact: bool


def append(
    db: Database, attempt_id: str, acked_through: int, answers: Sequence[Answer], keys: KeyPair
) -> Appended:
    """Append revisions, numbered from ``acked_through`` + 1, and sign the chain's new head."""
    rows = [_row(attempt_id, answer) for answer in answers]
    db.conn.executemany(
        "INSERT INTO answers (attempt_id, seq, item_id, value, client_at, saved_at, digest)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET item_id = excluded.item_id,"
        " value = excluded.value, client_at = excluded.client_at, saved_at = excluded.saved_at,"
        " digest = excluded.digest",  # a revision that was never acknowledged is not an answer yet
        rows,
    )
    last, size = answers[-1], sum(len(row[3].encode()) for row in rows)
    logged = [answer.logged for answer in answers]
    grown = answer_seals.extend(db, attempt_id, acked_through, logged, keys)
    change_one(
        db,
        "UPDATE attempts SET acked_through = ?, saved_at = ?, answer_seals = ?,"
        " answer_bytes = answer_bytes + ? WHERE id = ?",
        [last.seq, to_text(last.saved_at), grown.to_text(), size, attempt_id],
    )
    _keep_latest(db, attempt_id, answers)
    return Appended(last.seq, grown.newest.head, grown.intact)


def _row(attempt_id: str, answer: Answer) -> tuple[Any, ...]:
    text = json.dumps(answer.value, ensure_ascii=False)
    saved, digest = to_text(answer.saved_at), answer.digest
    return attempt_id, answer.seq, answer.item_id, text, answer.client_at, saved, digest


def _keep_latest(db: Database, attempt_id: str, answers: Sequence[Answer]) -> None:
    """Record the newest revision of each item; drop superseded texts once there are too many."""
    full = _size(db, attempt_id) > HISTORY_BYTES
    for answer in answers:
        if full:
            # Before the update: latest_answers still points to the superseded revision.
            _drop_text(db, attempt_id, answer.item_id)
        db.execute(
            "INSERT INTO latest_answers (attempt_id, item_id, seq, given) VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET seq = excluded.seq, given = excluded.given",
            [attempt_id, answer.item_id, answer.seq, int(answer.value is not None)],
        )


def _size(db: Database, attempt_id: str) -> int:
    """Return the bytes of all texts ever stored for an attempt, in UTF-8."""
    return int(value(db, "SELECT answer_bytes FROM attempts WHERE id = ?", [attempt_id]) or 0)


def _drop_text(db: Database, attempt_id: str, item_id: str) -> None:
    db.execute(
        "UPDATE answers SET value = ? WHERE attempt_id = ? AND digest IS NOT NULL AND seq ="
        " (SELECT seq FROM latest_answers WHERE attempt_id = ? AND item_id = ?)",
        [DROPPED, attempt_id, attempt_id, item_id],
    )


def revisions(db: Database, attempt_id: str) -> list[Answer]:
    """Return all revisions of all answers in sequence order."""
    rows = db.query("SELECT * FROM answers WHERE attempt_id = ? ORDER BY seq", [attempt_id])
    return [_answer(row) for row in rows]


def revision(db: Database, attempt_id: str, seq: int) -> Answer | None:
    """Return the revision of that number, or None."""
    row = one(db, "SELECT * FROM answers WHERE attempt_id = ? AND seq = ?", [attempt_id, seq])
    return None if row is None else _answer(row)


def latest(db: Database, attempt_id: str) -> dict[str, AnswerValue]:
    """Return the latest value of each item that was ever answered; None where it was cleared."""
    rows = db.query(
        "SELECT answers.* FROM latest_answers JOIN answers USING (attempt_id, seq)"
        " WHERE attempt_id = ?",
        [attempt_id],
    )
    return {row["item_id"]: _answer(row).value for row in rows}


def answered_counts(db: Database, sitting_id: str) -> dict[str, int]:
    """Return, for each attempt of a sitting, how many items have an answer now."""
    rows = db.query(
        "SELECT attempt_id, sum(given) AS answered FROM attempts JOIN latest_answers"
        " ON attempt_id = attempts.id WHERE sitting_id = ? GROUP BY attempt_id",
        [sitting_id],
    )
    return {row["attempt_id"]: row["answered"] for row in rows}


def log(db: Database, attempt_id: str) -> list[LoggedRevision]:
    """Return all revisions as the database has them, for headquarters to recompute the chain."""
    full = _size(db, attempt_id) > HISTORY_BYTES
    rows = db.query("SELECT * FROM answers WHERE attempt_id = ? ORDER BY seq", [attempt_id])
    return [_logged(row, may_be_dropped=full) for row in rows]


def _logged(row: dict[str, Any], *, may_be_dropped: bool) -> LoggedRevision:
    # Below the limit the product drops no text: an empty value was written by something else.
    empty = row["value"] == DROPPED and not may_be_dropped
    return LoggedRevision(
        seq=min(max(row["seq"], 0), MOST_SEQ),
        item_id=row["item_id"][:64],
        value_digest=UNKNOWN if empty else _answer(row).digest,
        saved_at=row["saved_at"][:40],
        client_at=row["client_at"] and row["client_at"][:40],
    )


def _answer(row: dict[str, Any]) -> Answer:
    """Read a row as far as possible: an altered row must not keep the rest from headquarters."""
    seq, item, at = row["seq"], row["item_id"], row["client_at"]
    try:
        saved = to_time(row["saved_at"]).astimezone(UTC)
    except ValueError:
        saved = NEVER
    try:
        return Answer(seq, item, _read(row["value"]), at, saved)
    except (ValueError, RecursionError):
        digest = row["digest"] if row["value"] == DROPPED else None
        return LostAnswer(seq, item, None, at, saved, digest or UNKNOWN)


def _read(text: str) -> AnswerValue:
    """Decode a value from its JSON.

    Raises:
        ValueError: the JSON cannot be an answer.
    """
    found = json.loads(text)
    texts = found if isinstance(found, list) else [found or ""]
    if not all(isinstance(one, str) and _fits(one) for one in texts):
        raise ValueError("no answer")
    if len(texts) > MOST_PICKS:
        raise ValueError("no answer")
    read: AnswerValue = found
    return read


def _fits(text: str) -> bool:
    """Return whether an answer may have this length.

    Raises:
        ValueError: UTF-8 cannot encode the text.
    """
    text.encode("utf-8")
    return len(text) <= MAX_ESSAY
