"""The hash chain over an attempt's answers, and the centre's signature under its head.

Each accepted revision adds a link: the SHA-256 of the link before, its number, its item, the
SHA-256 of its value and its times. The running centre signs the newest link with every
save, so nobody without its keys can change, remove or add a revision and make the head fit again.
"""

import base64
import binascii
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from kiosk.exam.items.item import AnswerValue
from sync.wire import canonical
from sync.wire.errors import BadSignature
from sync.wire.model import KeyId, Sha256, WireModel
from sync.wire.sealing.keys import KeyPair, PublicKeys

FORMAT = "answer-log/1"
THROUGH, HEAD = "answers_through", "answers_head"
"""Names under which an event's data state the number of revisions and the head after them."""

MOST_REVISIONS = 80_000
"""Most revisions in one result bundle; the centre slows a terminal down long before."""

MOST_SEALS = 20
"""Most seals of one attempt: one, and one more for each change of the centre's keys."""


class AnswerSeal(WireModel):
    """The centre's signature under the head of a chain of revisions ``first`` to ``seq``.

    ``first`` is 1, except for attempts that began under a version without chains, or whose
    chain had to start again.
    """

    first: int = Field(ge=1)
    seq: int = Field(ge=0)
    head: Sha256
    key_id: KeyId
    signature: str = Field(max_length=88)


class LoggedRevision(WireModel):
    """One revision without its value; times stay text, because the hash covers that text."""

    seq: int = Field(ge=0)
    item_id: str = Field(max_length=64)
    value_digest: Sha256
    saved_at: str = Field(max_length=40)
    client_at: str | None = Field(default=None, max_length=40)


class AnswerLog(WireModel):
    """What headquarters needs to recompute the chain; ``seals`` are oldest first."""

    seals: tuple[AnswerSeal, ...] = Field(default=(), max_length=MOST_SEALS)
    revisions: tuple[LoggedRevision, ...] = Field(default=(), max_length=MOST_REVISIONS)


@dataclass(frozen=True)
class AnswerFinding:
    """What is wrong with an attempt's answers.

    ``what``: ``unsealed`` (no signature covers revisions ``first`` to ``last``), ``altered``
    (one of them was changed, removed or added), ``forged`` (a seal that the centre did not
    sign).
    """

    what: Literal["unsealed", "altered", "forged"]
    first: int
    last: int


def value_digest(value: AnswerValue) -> str:
    """Return the SHA-256 of the value's canonical JSON.

    For texts and lists of texts ``json.dumps`` writes what RFC 8785 requires, ten times as
    fast.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return canonical.digest(text.encode("utf-8"))


def start(attempt_id: str) -> str:
    """Return the head before the first revision."""
    # The attempt's id is in every link, so a chain cannot be moved to another attempt.
    return canonical.digest(canonical.dumps([FORMAT, attempt_id]))


def link(head: str, revision: LoggedRevision) -> str:
    """Return the head after one more revision."""
    item, value = revision.item_id, revision.value_digest
    fields = [head, revision.seq, item, value, revision.saved_at, revision.client_at]
    return canonical.digest(canonical.dumps(fields))


def sign(attempt_id: str, first: int, seq: int, head: str, keys: KeyPair) -> AnswerSeal:
    """Sign a head with the centre's keys."""
    signature = base64.b64encode(keys.sign(_statement(attempt_id, first, seq, head))).decode()
    return AnswerSeal(
        first=first, seq=seq, head=head, key_id=keys.public.key_id, signature=signature
    )


def signed_by(seal: AnswerSeal, attempt_id: str, keys: PublicKeys) -> bool:
    """Return whether these keys signed the seal for this attempt."""
    try:
        signature = base64.b64decode(seal.signature, validate=True)
        keys.verify(_statement(attempt_id, seal.first, seal.seq, seal.head), signature)
    except (BadSignature, binascii.Error, ValueError):
        return False
    return keys.key_id == seal.key_id


def _statement(attempt_id: str, first: int, seq: int, head: str) -> bytes:
    return canonical.dumps([FORMAT, attempt_id, first, seq, head])


def check(
    attempt_id: str, log: AnswerLog, marks: Mapping[int, str], keys: Iterable[PublicKeys]
) -> Sequence[AnswerFinding]:
    """Recompute the chain and return what does not fit.

    ``marks``: heads by number of revisions, from the attempt's events. They only narrow down
    where a change is. ``keys``: the centre's keys that headquarters trusts.
    """
    known = {key.key_id: key for key in keys}
    newest = log.revisions[-1].seq if log.revisions else 0
    if not log.seals:
        return [AnswerFinding("unsealed", 1, newest)]
    for seal in log.seals:
        if seal.key_id not in known or not signed_by(seal, attempt_id, known[seal.key_id]):
            return [AnswerFinding("forged", seal.first, seal.seq)]
    last = log.seals[-1]
    found = []
    if any(seal.first != 1 for seal in log.seals):
        found.append(AnswerFinding("unsealed", 1, max(seal.first for seal in log.seals) - 1))
    if (altered := _altered(attempt_id, log, marks)) is not None:
        found.append(AnswerFinding("altered", altered, max(newest, last.seq, *marks)))
    return found


def _altered(attempt_id: str, log: AnswerLog, marks: Mapping[int, str]) -> int | None:
    """Return the number of the first revision that may have been changed, or None."""
    first = log.seals[-1].first
    head, sealed = start(attempt_id), {seal.seq: seal.head for seal in log.seals}
    fits, wanted = first - 1, {**marks, **sealed}
    if any(one.seq < 1 for one in log.revisions):
        return 1
    for number, revision in enumerate(
        (one for one in log.revisions if one.seq >= first), start=first
    ):
        if revision.seq != number:
            return fits + 1
        head = link(head, revision)
        if number in wanted:
            if wanted[number] != head:
                return fits + 1
            fits = number
    complete = fits >= max(wanted) and fits == max(first - 1, _newest(log))
    return None if complete else fits + 1


def _newest(log: AnswerLog) -> int:
    return log.revisions[-1].seq if log.revisions else 0
