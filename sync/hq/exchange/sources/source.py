"""What a list needs to read its entries page by page, and to know its own cursors."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from sqlalchemy import Connection

from sync.hq.accounts.tokens import Limits, TokenScope
from sync.hq.exchange.cursors import Position
from sync.hq.exchange.entries import Entry
from sync.hq.exchange.queries import ListQuery

Q = TypeVar("Q", bound=ListQuery)
Found = tuple[Position, dict[str, Any]]
"""A position and the fields of its entry, all but the cursor."""


@dataclass(frozen=True)
class Reader:
    """Who reads: what the token is limited to, and what it may see."""

    token_id: str
    limits: Limits
    scopes: frozenset[str]

    @property
    def personal(self) -> bool:
        """Whether names and personal data may be shown."""
        return TokenScope.PERSONAL in self.scopes

    def filters(self) -> Mapping[str, str]:
        """Return what narrows every list of this reader."""
        return {f"token.{name}": value for name, value in vars(self.limits).items() if value}


class Source(ABC, Generic[Q]):
    """A list: ordered by position, so that who continues after one misses nothing."""

    name: ClassVar[str]
    summary: ClassVar[str]
    scope: ClassVar[TokenScope]
    entry: ClassVar[type[Entry]]
    query: ClassVar[type[ListQuery]]
    formats: ClassVar[tuple[str, ...]] = ("json", "ndjson", "csv", "xlsx")

    @abstractmethod
    def read(
        self, connection: Connection, query: Q, reader: Reader, after: Position, size: int
    ) -> Sequence[Found]:
        """Return at most ``size`` entries after a position."""

    @abstractmethod
    def knows(self, connection: Connection, position: Position) -> bool:
        """Return whether the database has the entry for which a position was given."""
