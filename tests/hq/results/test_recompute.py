"""Computing results again finds, and mends, what somebody changed in the database by hand."""

import pytest
from sqlalchemy import ColumnElement, Table, delete, select, update

from sync.hq.persistence.result_tables import result_versions, results
from sync.wire.delivery.result import BundleNotes
from tests.hq.desk import BY, NOW, Desk
from tests.hq.release.hall import key_of, right_answers, seat_people, send


@pytest.fixture
def two(desk: Desk) -> Desk:
    """Two results: all right, and none."""
    seat_people(desk)
    send(desk, 0, right_answers(desk))
    send(desk, 1, {})
    assert desk.hq.recomputation.check() == []
    return desk


def mine(table: Table) -> ColumnElement[bool]:
    key = key_of(1)
    return (table.c.centre_code == key.centre_code) & (table.c.attempt_id == key.attempt_id)


@pytest.mark.parametrize(
    "edited",
    [
        {"total": 99},
        {"passed": True},
        {"status": "void"},
        {"admission_no": "0"},
        {"parts": {"theory": "9"}},
        {"room": "B"},
        {"later_epochs": 1},
    ],
)
def test_a_result_that_is_not_its_newest_version_is_found_and_mended(
    two: Desk, edited: dict[str, object]
) -> None:
    before, hq = two.hq.results.get(key_of(1)), two.hq
    with hq.storage.database.write() as connection:
        connection.execute(update(results).where(mine(results)).values(**edited))
    assert hq.recomputation.check() == [key_of(1)]
    assert hq.recomputation.recompute_all(BY) == 0
    assert hq.recomputation.check() == []
    mended = hq.results.get(key_of(1))
    assert (mended.total, mended.status, mended.admission_no) == (
        before.total, before.status, before.admission_no,
    )  # fmt: skip
    assert len(hq.results.versions(key_of(1))) == 1


def test_a_result_that_was_deleted_is_found_and_mended(two: Desk) -> None:
    with two.hq.storage.database.write() as connection:
        connection.execute(delete(results).where(mine(results)))
    assert two.hq.recomputation.check() == [key_of(1)]
    two.hq.recomputation.recompute_all(BY)
    assert two.hq.recomputation.check() == []


def test_a_version_edited_beside_its_digest_stays_and_is_followed_by_the_right_one(
    two: Desk,
) -> None:
    hq, table = two.hq, result_versions
    with hq.storage.database.write() as connection:
        sheet = connection.execute(select(table.c.sheet).where(mine(table))).scalar_one()
        forged = {**sheet, "total": "100.0", "passed": True}
        connection.execute(update(table).where(mine(table)).values(sheet=forged))
    assert hq.recomputation.check() == [key_of(1)]
    assert hq.recomputation.recompute_all(BY) == 1
    assert hq.recomputation.check() == []
    newest, old = hq.results.versions(key_of(1))
    assert (newest.sheet.passed, old.sheet.passed) == (sheet["passed"], True)


def test_notes_change_no_result_and_no_recomputation(two: Desk) -> None:
    hq, key = two.hq, key_of(0)
    before = hq.results.get(key)
    notes = BundleNotes(text="A B C D: the right answers", saved_at=NOW)
    send(two, 0, right_answers(two), revision=2, notes=notes)
    after = hq.results.get(key)
    assert (after.total, after.parts, after.status) == (before.total, before.parts, before.status)
    assert hq.recomputation.check() == []
    assert hq.recomputation.recompute_all(BY) == 0
    assert hq.results.get(key).total == before.total
