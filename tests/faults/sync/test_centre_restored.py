"""A centre is put back from an older backup: a new epoch begins, and nothing is forgotten."""

import json

import pytest

from kiosk.store import meta
from kiosk.store.centre import outbox
from kiosk.store.centre.outbox import RESULT
from tests.faults.world import World, assert_same, held

WAYS = pytest.mark.parametrize("only_database", [True, False], ids=["database", "everything"])


def restored(world: World, *, only_database: bool) -> None:
    """The centre delivers, is backed up, delivers more, and is put back."""
    centre = world.centre
    centre.close_attempt("A1")
    centre.close_event_log()
    centre.keep_picture()
    world.settle()
    centre.back_up(world.folder / "backup")
    centre.close_attempt("A2")
    centre.close_event_log()
    centre.keep_picture()
    world.settle()
    centre.restore(world.folder / "backup", only_database=only_database)


def epoch(world: World) -> int:
    return meta.epoch(world.centre.centre.store.read())


@WAYS
def test_all_that_headquarters_had_stays_and_the_centre_is_told_of_it(
    world: World, *, only_database: bool
) -> None:
    restored(world, only_database=only_database)
    before = held(world.hq, world.centre.code)
    world.settle()
    after = held(world.hq, world.centre.code)
    assert [len(before[kind]) for kind in before] == [2, 2, 2]
    assert all(before[kind].items() <= after[kind].items() for kind in before)
    assert_same(world.hq, world.centres)


@WAYS
def test_what_was_forgotten_is_remembered_with_its_receipt(
    world: World, *, only_database: bool
) -> None:
    restored(world, only_database=only_database)
    world.settle()
    db = world.centre.centre.store.read()
    for kind, names in world.centre.made.items():
        for name in names:
            item = outbox.get(db, kind, name)
            assert item is not None
            assert item.state == "delivered"


def test_a_database_older_than_the_file_beside_it_begins_an_epoch_at_start(world: World) -> None:
    restored(world, only_database=True)
    assert epoch(world) == 2
    kept = json.loads((world.centre.data / "restore-detection.json").read_text())
    assert kept["epoch"] == 2


def test_headquarters_notices_a_whole_folder_put_back_and_gives_an_epoch(world: World) -> None:
    restored(world, only_database=False)
    assert epoch(world) == 1
    world.centre.sync()
    assert epoch(world) == 2


@WAYS
def test_headquarters_audit_log_names_the_restore_once(
    world: World, *, only_database: bool
) -> None:
    restored(world, only_database=only_database)
    world.settle()
    world.settle()
    events = [one for one in world.hq.hq.audit_log.newest(100) if one.kind == "centre_restored"]
    assert [(one.data["centre"], one.data["epoch"]) for one in events] == [(world.centre.code, 2)]


@WAYS
def test_the_event_log_shows_where_another_course_of_events_begins(
    world: World, *, only_database: bool
) -> None:
    restored(world, only_database=only_database)
    world.settle()
    world.centre.close_attempt("A3")
    world.centre.close_event_log()
    world.settle()
    found = world.hq.hq.event_logs.findings()
    assert {one.what for one in found} == {"restored"}
    assert_same(world.hq, world.centres)


@WAYS
def test_what_was_closed_after_the_backup_and_not_delivered_is_gone_and_not_asked_for(
    world: World, *, only_database: bool
) -> None:
    centre = world.centre
    world.settle()
    centre.back_up(world.folder / "backup")
    lost = centre.close_attempt("A1")
    centre.restore(world.folder / "backup", only_database=only_database)
    world.settle()
    assert lost not in held(world.hq, centre.code)[RESULT]
    assert_same(world.hq, world.centres)


@WAYS
def test_an_attempt_that_goes_on_after_the_restore_keeps_its_highest_revision(
    world: World, *, only_database: bool
) -> None:
    centre = world.centre
    centre.close_attempt("A1", 1)
    world.settle()
    centre.back_up(world.folder / "backup")
    centre.close_attempt("A1", 2)
    world.settle()
    centre.restore(world.folder / "backup", only_database=only_database)
    world.settle()
    assert [one.revision for one in world.hq.hq.results.newest()] == [2]


def test_headquarters_put_back_too_learns_the_epoch_from_the_centre(world: World) -> None:
    world.hq.back_up(world.folder / "hq backup")
    restored(world, only_database=True)
    world.settle()
    world.hq.restore(world.folder / "hq backup")
    world.settle()
    assert world.hq.hq.inventories.contacts()[world.centre.code].epoch == 2
