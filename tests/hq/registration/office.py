"""Registration over a database in memory: cheap enough to make for each example."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from itertools import count

from sqlalchemy import Connection, create_engine, insert
from sqlalchemy.pool import StaticPool

from kiosk.settings import read_text, resource
from kiosk.system import entropy
from sync.hq.authoring.programmes import Programmes
from sync.hq.context import HqContext
from sync.hq.persistence import tables
from sync.hq.persistence.database import Database
from sync.hq.registration.admission import AdmissionTickets
from sync.hq.registration.applications import Applications
from sync.hq.registration.history import History
from sync.hq.registration.lives import Lives
from sync.hq.registration.people import People
from sync.hq.registration.seats import Registration
from sync.hq.registration.undo import Undo
from sync.hq.settings import HqSettings
from sync.hq.sittings import NewPaper, NewSitting, Sittings
from sync.wire.sealing.keys import KeyPair
from tests.centres import ManualClock
from tests.hq.desk import BY, CODE, NOW, OTHER, PROGRAMME

_PROGRAMME = read_text(resource(f"config/programmes/{PROGRAMME}.toml"))
_KEYS = KeyPair.generate(entropy)


class MemoryDatabase(Database):
    """One connection, one transaction at a time."""

    def __init__(self) -> None:
        self._engine = create_engine("sqlite://", poolclass=StaticPool)
        tables.metadata.create_all(self._engine)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        with self._engine.begin() as connection:
            yield connection

    def write_shared(self) -> AbstractContextManager[Connection]:
        return self.write()

    def read(self) -> AbstractContextManager[Connection]:
        return self.write()

    def close(self) -> None:
        self._engine.dispose()


class Office:
    """Two sittings at one time and one later, in one room of 3 seats at each of two centres."""

    def __init__(self) -> None:
        self.clock = ManualClock(NOW)
        numbers = count(1)
        self.database = MemoryDatabase()
        self.context = HqContext(
            database=self.database,
            blobs=None,  # type: ignore[arg-type] # no test of this office has portraits
            keys=_KEYS,
            clock=self.clock,
            ids=lambda: f"ID{next(numbers):04}",
            entropy=lambda size: bytes(size),
            settings=HqSettings(),
        )
        programmes, sittings = Programmes(self.context), Sittings(self.context)
        programmes.take(_PROGRAMME, BY)
        self.people = People(self.context)
        self.applications = Applications(self.context, self.people, programmes, sittings)
        self.registration = Registration(self.context, self.people)
        self.lives = Lives(self.context, self.applications, sittings)
        self.undo = Undo(self.context, self.applications)
        self.tickets = AdmissionTickets(self.context, self.people)
        self.history = History(self.context)
        self.sittings = [
            sittings.create(NewSitting(title, NOW + start, [NewPaper(PROGRAMME)], title), BY).id
            for title, start in (
                ("morning", timedelta(days=1)),
                ("beside", timedelta(days=1, minutes=30)),
                ("later", timedelta(days=1, hours=11)),
            )
        ]
        with self.database.write() as connection:
            for code in (CODE, OTHER):
                connection.execute(insert(tables.centres).values(**_centre(code)))
                room = {"centre_code": code, "id": "1", "name": "1", "seats": 3}
                connection.execute(insert(tables.rooms).values(**room, seats_per_row=0))
        for sitting in self.sittings:
            for code in (CODE, OTHER):
                self.registration.offer(sitting, code, 3, BY)

    def rows(self, name: str) -> list[Mapping[str, object]]:
        """All rows of a table."""
        table = tables.metadata.tables[name]
        with self.database.read() as connection:
            rows = connection.execute(table.select().order_by(*table.primary_key)).mappings()
            return [dict(row) for row in rows]


def _centre(code: str) -> dict[str, object]:
    return {
        "code": code,
        "name": code,
        "address": "",
        "signing_key": b"",
        "box_key": b"",
        "certificate": b"",
        "not_after": NOW,
        "enrolled_at": NOW,
    }
