"""An import can be undone: versions stay as history, and none is ever lost or numbered twice."""

import itertools
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from sync.hq.authoring.importing.rows import Choice, Decision
from sync.hq.errors import AlreadyUndone, NotFound, NothingToUndo, ReasonMissing
from sync.hq.persistence import tables
from sync.hq.settings import TWO_PEOPLE
from sync.hq.sittings import NewPaper, NewSitting
from tests.hq.authoring.imports import declared, preview, statement, states, stored
from tests.hq.desk import BY, NOW, PROGRAMME, Desk
from tests.hq.items import in_own_language

REPLACE = Choice(clashes=Decision.REPLACE)


def history(desk: Desk, item_id: str) -> dict[int, str]:
    versions = desk.hq.bank.versions(PROGRAMME, item_id)
    return {number: entry.item.stem for number, _, entry in versions}


def current(desk: Desk) -> dict[str, str]:
    """Stems of the items that the tests imported."""
    items = [entry.item for entry in desk.hq.bank.items(PROGRAMME, retired=True)]
    return {item.id: item.stem for item in items if not item.id.startswith("CM-")}


def undo(desk: Desk, import_id: str) -> None:
    desk.hq.item_imports.undo(import_id, "wrong file", BY)


def test_what_an_import_added_leaves_the_bank_and_stays_as_history(desk: Desk) -> None:
    report = stored(desk, declared(statement("A"), statement("B")))
    done = desk.hq.item_imports.undo(report.import_id, "wrong file", BY)
    assert (done.removed, done.restored) == (["A", "B"], [])
    assert current(desk) == {}
    assert history(desk, "A") == {1: "1 + 1 = 2"}


def test_what_an_import_changed_returns_to_the_version_before(desk: Desk) -> None:
    stored(desk, declared(statement("A", "1 + 1 = 2")))
    report = stored(desk, declared(statement("A", "1 + 1 = 3")))
    undo(desk, report.import_id)
    assert current(desk) == {"A": "1 + 1 = 2"}
    assert desk.hq.bank.get(PROGRAMME, "A").version == 1


def test_numbers_of_versions_are_not_used_again(desk: Desk) -> None:
    for stem in ("1 + 1 = 3", "1 + 1 = 4"):
        report = stored(desk, declared(statement("A", stem)))
        undo(desk, report.import_id)
    stored(desk, declared(statement("A", "1 + 1 = 5")))
    assert history(desk, "A") == {3: "1 + 1 = 5", 2: "1 + 1 = 4", 1: "1 + 1 = 3"}


def test_the_same_file_can_be_imported_after_it_was_undone(desk: Desk) -> None:
    file = declared(statement("A"))
    undo(desk, stored(desk, file).import_id)
    assert states(preview(desk, file)) == [("A", "added")]
    assert stored(desk, file).added == 1
    assert desk.hq.bank.get(PROGRAMME, "A").version == 2


def test_an_item_that_was_changed_later_stays(desk: Desk) -> None:
    first = stored(desk, declared(statement("A"), statement("B", "2 + 2 = 4")))
    stored(desk, declared(statement("A", "1 + 1 = 3")))
    foreseen = desk.hq.item_imports.consequences(first.import_id)
    assert (foreseen.removed, foreseen.changed) == (["B"], ["A"])
    assert desk.hq.item_imports.undo(first.import_id, "wrong file", BY) == foreseen
    assert current(desk) == {"A": "1 + 1 = 3"}


def test_a_later_import_that_was_undone_does_not_count_as_a_change(desk: Desk) -> None:
    first = stored(desk, declared(statement("A")))
    undo(desk, stored(desk, declared(statement("A", "1 + 1 = 3"))).import_id)
    undo(desk, first.import_id)
    assert current(desk) == {}


def test_a_retired_item_stays_so_that_it_cannot_come_back_into_use(desk: Desk) -> None:
    report = stored(desk, declared(statement("A")))
    desk.hq.bank.retire(PROGRAMME, "A", "leaked", BY)
    with pytest.raises(NothingToUndo):
        undo(desk, report.import_id)
    assert desk.hq.item_imports.consequences(report.import_id).changed == ["A"]
    assert desk.hq.item_imports.get(report.import_id).undone_at is None


def test_a_new_version_of_a_retired_item_can_be_undone(desk: Desk) -> None:
    stored(desk, declared(statement("A")))
    desk.hq.bank.retire(PROGRAMME, "A", "leaked", BY)
    undo(desk, stored(desk, declared(statement("A", "1 + 1 = 3"))).import_id)
    kept = desk.hq.bank.get(PROGRAMME, "A")
    assert (kept.version, kept.retired_reason) == (1, "leaked")


def drawn_with(desk: Desk, release: str = "one_person") -> str:
    """Import a version of every true/false item and draw a paper; the import's id."""
    items = [
        in_own_language(entry).item.model_dump(mode="json")
        | {"key": list(entry.scheme.key), "stem": f"{n} {stem}"}
        for n, entry in enumerate(desk.hq.bank.items(PROGRAMME))
        if entry.item.type == "true_false" and (stem := entry.item.stem)
    ]
    report = stored(desk, declared(*items), REPLACE)
    new = NewSitting("next", NOW + timedelta(days=9), [NewPaper(PROGRAMME)], release=release)
    desk.hq.papers.draw(desk.hq.sittings.create(new, BY).id, 1, BY)
    return report.import_id


def test_items_of_a_paper_stay(desk: Desk) -> None:
    import_id = drawn_with(desk)
    foreseen = desk.hq.item_imports.consequences(import_id)
    assert foreseen.used
    assert foreseen.restored
    undo(desk, import_id)
    for item_id in foreseen.used:
        assert desk.hq.bank.get(PROGRAMME, item_id).version == 2
    for item_id in foreseen.restored:
        assert desk.hq.bank.get(PROGRAMME, item_id).version == 1


def test_a_secret_paper_is_not_revealed_by_what_stays(desk: Desk) -> None:
    import_id = drawn_with(desk, TWO_PEOPLE)
    foreseen = desk.hq.item_imports.consequences(import_id)
    assert foreseen.secret
    assert len(foreseen.used) == desk.hq.item_imports.get(import_id).counts["changed"]
    with pytest.raises(NothingToUndo):
        undo(desk, import_id)


def test_an_import_is_undone_once_and_with_a_reason(desk: Desk) -> None:
    report = stored(desk, declared(statement("A")))
    with pytest.raises(ReasonMissing):
        desk.hq.item_imports.undo(report.import_id, " ", BY)
    undo(desk, report.import_id)
    with pytest.raises(AlreadyUndone):
        undo(desk, report.import_id)
    with pytest.raises(NotFound):
        undo(desk, "nothing")


def test_imports_are_listed_with_who_when_and_what(desk: Desk) -> None:
    report = stored(desk, declared(statement("A")), batch="spring", file_name="bank.xlsx")
    undo(desk, report.import_id)
    newest = desk.hq.item_imports.list(PROGRAMME)[0]
    assert (newest.batch, newest.file_name, newest.username) == ("spring", "bank.xlsx", BY)
    assert (newest.counts["added"], newest.undone_by, newest.undone_reason) == (1, BY, "wrong file")
    assert [entry.kind for entry in desk.hq.audit_log.newest(2)] == [
        "items_import_undone",
        "items_imported",
    ]


FILES = st.dictionaries(st.sampled_from("ABC"), st.sampled_from(["1", "2", "3"]), min_size=1)
STEPS = st.lists(st.one_of(FILES, st.integers(0, 5)), max_size=10)


@settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS)
def test_no_sequence_of_imports_and_undos_loses_a_version(
    desk: Desk, steps: list[dict[str, str] | int]
) -> None:
    """A file is imported, or the n-th import undone, in any order."""
    prefix = next(_prefixes)
    imports: list[str] = []
    seen: dict[tuple[str, int], str] = {}
    for step in steps:
        if isinstance(step, int):
            _undone(desk, imports, step)
        else:
            items = [statement(prefix + name, stem) for name, stem in step.items()]
            shown = preview(desk, declared(*items))
            report = desk.hq.item_import.store(shown, BY, choice=REPLACE)
            imports += [report.import_id] if report.import_id else []
        now = _versions(desk, prefix)
        assert seen.items() <= now.items()
        seen = now
        assert all(count <= 1 for count in _current_counts(desk, prefix).values())


_prefixes = (f"p{number}-" for number in itertools.count())


def _undone(desk: Desk, imports: list[str], number: int) -> None:
    """Undo an import; afterwards each of its items has the version before, or a later one."""
    if number >= len(imports):
        return
    try:
        foreseen = desk.hq.item_imports.consequences(imports[number])
        done = desk.hq.item_imports.undo(imports[number], "wrong file", BY)
    except (AlreadyUndone, NothingToUndo):
        return
    assert done == foreseen
    assert not set(done.removed) & set(current(desk))
    assert set(done.restored) <= set(current(desk))


def _versions(desk: Desk, prefix: str) -> dict[tuple[str, int], str]:
    table = tables.items
    query = select(table.c.id, table.c.version, table.c.digest).where(table.c.id.startswith(prefix))
    with desk.hq.storage.database.read() as connection:
        rows = connection.execute(query).all()
    found = {(row.id, row.version): row.digest for row in rows}
    assert len(found) == len(rows)
    return found


def _current_counts(desk: Desk, prefix: str) -> dict[str, int]:
    table = tables.items
    query = select(table.c.id).where(table.c.id.startswith(prefix), table.c.current)
    with desk.hq.storage.database.read() as connection:
        names = connection.execute(query).scalars().all()
    return {name: names.count(name) for name in names}
