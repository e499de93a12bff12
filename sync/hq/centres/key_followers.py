"""What headquarters announces about its own keys, and which centres have followed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select

from sync.hq.context import HqContext
from sync.hq.persistence.database import put
from sync.hq.persistence.key_folder import KeyFolder
from sync.hq.persistence.key_tables import key_followers
from sync.wire.sealing.hq_keys import write_chain

Way = Literal["network", "stick"]


@dataclass(frozen=True)
class Follower:
    """The number of the last statement that a centre follows, and when it said so."""

    number: int
    at: datetime
    way: str


class KeyFollowers:
    """Gives statements to centres and notes how far they are."""

    def __init__(self, context: HqContext, folder: KeyFolder) -> None:
        self._context = context
        self._folder = folder

    def chain(self, after: int = 0) -> bytes:
        """Return the statements with higher numbers than ``after``, as a document."""
        return write_chain(self._folder.chain[max(after, 0) :])

    def followed(self, centre_code: str, number: int, way: Way) -> None:
        """Note how far a centre has followed; a number that is known already writes nothing."""
        table = key_followers
        query = select(table.c.number).where(table.c.centre_code == centre_code)
        with self._context.database.read() as connection:
            known = connection.execute(query).scalar()
        if known == number:
            return
        row = {"centre_code": centre_code, "number": number, "at": self._context.clock.now()}
        with self._context.database.write_shared() as connection:
            put(connection, key_followers, [{**row, "way": way}])

    def list(self) -> Mapping[str, Follower]:
        """Return all that have said so, by centre code."""
        with self._context.database.read() as connection:
            rows = connection.execute(select(key_followers)).mappings().all()
        return {row["centre_code"]: Follower(row["number"], row["at"], row["way"]) for row in rows}
