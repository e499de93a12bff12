"""Messages as candidates and staff see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class MessageView:
    """A message that the candidate has not confirmed yet."""

    id: str
    text: str
    at: datetime


@dataclass(frozen=True)
class RecipientView:
    """A candidate who has not confirmed a message."""

    admission_no: str
    name: str
    room: str
    seat: str
    state: str


@dataclass(frozen=True)
class SentMessageView:
    """A message with its confirmations: ``read`` of ``total``, and who has not.

    ``room`` and ``paper`` limit it to a group; ``chosen``: it went to chosen seats.
    """

    id: str
    text: str
    room: str | None
    paper: str | None
    chosen: bool
    by: str
    at: datetime
    total: int
    read: int
    unread: Sequence[RecipientView]
