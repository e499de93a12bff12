"""Copies of centres, sittings, papers, candidates with applications and seats, and accounts."""

from datetime import timedelta

from sqlalchemy import update

from kiosk.bench.hq.scale.copies import Row, add, copy, every_row, first_row
from kiosk.bench.hq.scale.shape import EXAM, ROOM_SEATS, Shape, digest, identity_no, name
from sync.hq.core.roles import Role
from sync.hq.persistence import tables
from sync.hq.persistence.database import Database
from sync.hq.persistence.role_tables import role_grants

_ACCOUNTS = 200
"""One account for this number of attempts."""
_UNFIT = 5000
"""One candidate in this many has a seat and is not admitted."""


def fill(database: Database, shape: Shape) -> None:
    """Insert them."""
    centres(database, shape)
    _sittings(database, shape)
    _candidates(database, shape)
    _accounts(database, shape)
    _items(database, shape)


def centres(database: Database, shape: Shape) -> None:
    """Copy the centre, with rooms."""
    numbers = range(shape.centres)
    row = first_row(database, tables.centres)
    copy(
        database, tables.centres, row, numbers,
        lambda n: {"code": f"C{n:04}", "name": f"{name(n)}考点", "branch": f"省{n % 5}/市{n}"},
    )  # fmt: skip
    of_room = {"seats": ROOM_SEATS, "seats_per_row": 10}
    rooms = (
        {"centre_code": f"C{number:04}", "id": str(room), "name": f"第{room}考场", **of_room}
        for number in numbers
        for room in shape.rooms
    )
    add(database, tables.rooms, rooms)


def _sittings(database: Database, shape: Shape) -> None:
    """Copy the sitting with its paper and package; all of them took place."""
    back_date(database)
    numbers = range(shape.sittings)
    for table, own in (
        (tables.sittings, lambda n: _earlier(shape, n)),
        (tables.sitting_papers, lambda n: {"sitting_id": shape.small_sitting(n)}),
        (tables.papers, lambda n: {"sitting_id": shape.small_sitting(n), "id": f"P{n:05}"}),
    ):
        copy(database, table, first_row(database, table), numbers, own)
    row = first_row(database, tables.packages)
    copy(
        database, tables.packages, row, range(shape.centres),
        lambda n: {"id": f"K{n:05}", "centre_code": f"C{n:04}", "sha256": digest("package", n)},
    )  # fmt: skip
    of_paper = first_row(database, tables.package_papers)
    copy(
        database, tables.package_papers, of_paper, range(shape.centres),
        lambda n: {"package_id": f"K{n:05}"},
    )  # fmt: skip


def _earlier(shape: Shape, number: int) -> Row:
    begun = EXAM - timedelta(days=number + 1)
    times = {"starts_at": begun, "ends_at": begun + timedelta(hours=2)}
    return {"id": shape.small_sitting(number), "title": f"考试{number}", **times}


def back_date(database: Database) -> None:
    """Let the sitting have taken place on a day without an edition, whose dates would bind."""
    over = {"starts_at": EXAM, "ends_at": EXAM + timedelta(hours=2)}
    with database.write() as connection:
        connection.execute(update(tables.sittings).values(**over))


def _candidates(database: Database, shape: Shape) -> None:
    of_application = first_row(database, tables.applications)
    row = next(
        each for each in every_row(database, tables.candidates)
        if each["id"] == of_application["candidate_id"]
    )  # fmt: skip
    copy(
        database, tables.candidates, row, shape.numbers,
        lambda n: {"id": shape.candidate(n), "identity_no": identity_no(n), "name": name(n)},
    )  # fmt: skip
    copy(
        database, tables.applications, of_application, shape.numbers,
        lambda n: {
            "sitting_id": shape.sitting(n),
            "candidate_id": shape.candidate(n),
            "centre": shape.centre(n),
            "decision": "admitted" if n % _UNFIT else "refused",
        },
    )  # fmt: skip
    copy(
        database, tables.seats, first_row(database, tables.seats), shape.numbers,
        lambda n: {
            "sitting_id": shape.sitting(n),
            "candidate_id": shape.candidate(n),
            "centre_code": shape.centre(n),
            "admission_no": shape.admission(n),
            "room": shape.room(n),
            "seat": shape.seat(n),
        },
    )  # fmt: skip
    changed = first_row(database, tables.change_sets)
    numbers = range(10, 10 + len(shape.some(10)))
    copy(database, tables.change_sets, changed, numbers, lambda n: {"id": n})
    change = first_row(database, tables.changes)
    copy(
        database, tables.changes, change, numbers,
        lambda n: {"change_set": n, "candidate_id": shape.candidate(n), "portrait": None},
    )  # fmt: skip


def _accounts(database: Database, shape: Shape) -> None:
    numbers = shape.some(_ACCOUNTS)
    row = first_row(database, tables.accounts)
    copy(database, tables.accounts, row, numbers, lambda n: {"username": f"account{n:05}"})
    grant = first_row(database, role_grants)
    copy(
        database, role_grants, grant, numbers,
        lambda n: {"username": f"account{n:05}", "role": Role.MARKER.value},
    )  # fmt: skip


def _items(database: Database, shape: Shape) -> None:
    row = first_row(database, tables.items)
    copy(database, tables.items, row, shape.some(5), lambda n: {"id": f"X{n:06}"})
    imported = first_row(database, tables.item_imports)
    copy(database, tables.item_imports, imported, shape.some(100), lambda n: {"id": f"I{n:06}"})
