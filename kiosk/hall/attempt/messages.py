"""Messages from staff to candidates, shown over the page until each has confirmed them.

A message goes to those whose exam is not over, also to candidates who are not here yet: they see it
when they sign in. Who is a recipient is settled when it is sent.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlite_utils import Database

from kiosk.exam.attempt.groups import EVERYBODY, Group
from kiosk.exam.attempt.states import OVER
from kiosk.exam.event_kinds import EventKind
from kiosk.exam.typed_texts import require_plain
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import (
    MessageEmpty,
    MessageTooLong,
    NobodyToTell,
    NotFound,
    SittingState,
    TooManyMessages,
)
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.transitions import AttemptTransitions
from kiosk.hall.views.messages import MessageView, RecipientView, SentMessageView
from kiosk.store.centre.sittings import Sitting
from kiosk.store.errors import StaleState
from kiosk.store.exam import attempts, messages
from kiosk.store.exam.attempts import Attempt
from kiosk.store.exam.messages import Message

LONGEST = 500
"""Characters of a message."""

MOST_MESSAGES = 200
"""Messages of one sitting."""

SHOWN = 5
"""Most messages that a candidate sees at once, the oldest first."""

LISTED = 50
"""Newest messages that staff see with their confirmations."""


@dataclass(frozen=True)
class Recipients:
    """Whom a message is for: a group, or the attempts of chosen seats."""

    group: Group = EVERYBODY
    chosen: frozenset[str] = frozenset()

    def have(self, attempt: Attempt) -> bool:
        """Whether the attempt gets the message now."""
        if attempt.state in OVER:
            return False
        if self.chosen:
            return attempt.id in self.chosen
        return self.group.has(attempt.room, attempt.paper)


class Messages:
    """Staff write, candidates confirm."""

    def __init__(
        self, context: CentreContext, papers: OpenedPackages, progress: AttemptTransitions
    ) -> None:
        self._context = context
        self._papers = papers
        self._transitions = progress

    def send(self, sitting_id: str, message_id: str, text: str, to: Recipients, by: str) -> int:
        """Send a message and return to how many; the same id again has no effect.

        So a page whose reply got lost may send the same again.

        Raises:
            NotFound: there is no such sitting.
            SittingState: the sitting is over.
            MessageEmpty, MessageTooLong, TextUnusable: the text cannot be sent.
            TooManyMessages: the sitting has ``MOST_MESSAGES`` messages.
            NobodyToTell: everybody's exam is over, or there is nobody.
            StaleState: another message has this id.
        """
        plain = message_text(text)

        def job(db: Database) -> int:
            sitting = self._papers.sitting_in(db, sitting_id)
            known = messages.get(db, message_id)
            if known is not None:
                return _sent_before(db, known, sitting_id, plain)
            number = self._next_number(db, sitting)
            everybody = attempts.of_sitting(db, sitting_id)
            found = [attempt for attempt in everybody if to.have(attempt)]
            if not found:
                raise NobodyToTell()
            group, now = to.group, self._context.time.now()
            chosen = bool(to.chosen)
            message = Message(
                message_id, number, sitting_id, plain, group.room, group.paper, chosen, by, now
            )
            messages.add(db, message, [attempt.id for attempt in found])
            self._record_sent(db, message, found)
            return len(found)

        return self._context.store.write(job)

    def _next_number(self, db: Database, sitting: Sitting) -> int:
        if sitting.over:
            raise SittingState(state=sitting.state)
        sent = messages.count(db, sitting.id)
        if sent >= MOST_MESSAGES:
            raise TooManyMessages(most=MOST_MESSAGES)
        return sent + 1

    def _record_sent(self, db: Database, message: Message, found: list[Attempt]) -> None:
        group = Group(message.room, message.paper).named
        to = {"seats": [attempt.admission_no for attempt in found]} if message.chosen else group
        only = found[0].id if message.chosen and len(found) == 1 else None
        self._context.record(
            db,
            message.sitting_id,
            EventKind.MESSAGE_SENT,
            message.by,
            only,
            message=message.id,
            text=message.text,
            recipients=len(found),
            **to,
        )

    def confirm(self, attempt_id: str, message_id: str) -> None:
        """Record that the candidate has read a message; repeating it has no effect.

        Raises:
            NotFound: the attempt has no such message.
        """

        def job(db: Database) -> None:
            attempt = self._transitions.get(db, attempt_id)
            receipt = messages.receipt(db, message_id, attempt_id)
            if receipt is None:
                raise NotFound()
            if receipt.read_at is not None:
                return
            messages.confirm(db, message_id, attempt_id, self._context.time.now())
            self._context.record(
                db,
                attempt.sitting_id,
                EventKind.MESSAGE_READ,
                "candidate",
                attempt_id,
                message=message_id,
            )

        # Looked up before the write job, so that repeated confirmations cost no write.
        receipt = messages.receipt(self._context.store.read(), message_id, attempt_id)
        if receipt is None or receipt.read_at is None:
            self._context.store.write(job)

    def sent(self, sitting_id: str, rooms: Collection[str] = ()) -> list[SentMessageView]:
        """Return the newest messages with their confirmations, newest first.

        ``rooms``: leave out recipients in other rooms, and messages that then have none.

        Raises:
            NotFound: there is no such sitting.
        """
        db = self._context.store.read()
        sitting = self._papers.sitting(sitting_id)
        seated = {
            attempt.id: attempt
            for attempt in attempts.of_sitting(db, sitting_id)
            if not rooms or attempt.room in rooms
        }
        views = [
            self._sent_view(db, sitting, message, seated)
            for message in messages.newest(db, sitting_id, LISTED)
        ]
        return [view for view in views if view.total]

    def _sent_view(
        self, db: Database, sitting: Sitting, message: Message, seated: dict[str, Attempt]
    ) -> SentMessageView:
        roster = self._papers.roster(sitting)
        receipts = messages.receipts(db, message.id)
        own = [receipt for receipt in receipts if receipt.attempt_id in seated]
        unread = [seated[receipt.attempt_id] for receipt in own if receipt.read_at is None]
        unread.sort(key=lambda attempt: (attempt.room, attempt.seat, attempt.admission_no))
        named = {number: candidate.name for number, candidate in roster.items()}
        return SentMessageView(
            id=message.id,
            text=message.text,
            room=message.room,
            paper=message.paper,
            chosen=message.chosen,
            by=message.by,
            at=message.at,
            total=len(own),
            read=len(own) - len(unread),
            unread=[_recipient(attempt, named) for attempt in unread],
        )


def message_text(text: str) -> str:
    """Return a text as it is sent: lines without invisible characters.

    Raises:
        MessageEmpty: it has no visible characters.
        MessageTooLong: it is longer than ``LONGEST``.
        TextUnusable: it contains characters without a common meaning.
    """
    plain = "\n".join(require_plain(line) for line in text.splitlines()).strip()
    if not plain:
        raise MessageEmpty()
    if len(plain) > LONGEST:
        raise MessageTooLong(limit=LONGEST, length=len(plain))
    return plain


def unread_messages(db: Database, attempt_id: str) -> tuple[MessageView, ...]:
    """Return what the candidate has not confirmed."""
    found = messages.unread_of(db, attempt_id, SHOWN)
    return tuple(MessageView(message.id, message.text, message.at) for message in found)


def _sent_before(db: Database, known: Message, sitting_id: str, text: str) -> int:
    if (known.sitting_id, known.text) != (sitting_id, text):
        raise StaleState()
    return len(messages.receipts(db, known.id))


def _recipient(attempt: Attempt, names: dict[str, str]) -> RecipientView:
    number = attempt.admission_no
    return RecipientView(number, names.get(number, ""), attempt.room, attempt.seat, attempt.state)
