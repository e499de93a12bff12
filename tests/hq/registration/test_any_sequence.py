"""Whatever is done in whatever order: the rules hold, and every change can be undone."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from sync.hq.errors import HqError
from sync.hq.registration.applications import Applications
from sync.hq.registration.lives import Accommodation, Place
from sync.hq.registration.occupancy import all_clashes
from sync.hq.registration.roster_file import RosterEntry
from tests.hq.applicants import SOUND
from tests.hq.desk import BY, CODE, NOW, OTHER
from tests.hq.registration.office import Office
from tests.hq.registration.test_corrections import person, read

TABLES = ("candidates", "applications", "seats")
People = st.integers(1, 4)
Sittings = st.integers(0, 2)
Act = tuple[str, int, int, int]
Acts = st.lists(
    st.tuples(
        st.sampled_from(
            ["import", "hours", "roster", "withdraw", "replace", "move", "carry", "grant", "refuse",
             "allocate", "reserve", "correct", "undo"]
        ),
        People,
        People,
        Sittings,
    ),
    min_size=3,
    max_size=12,
)  # fmt: skip


def key(office: Office, order: int) -> str:
    rows = office.rows("candidates")
    return str(rows[order % len(rows)]["id"]) if rows else "nobody"


def do(office: Office, act: Act) -> None:
    what, first, second, at = act
    sitting, one = office.sittings[at], key(office, first)
    lives, applications = office.lives, office.applications
    if what == "import":
        file_in(applications, sitting, [{**person(first), **SOUND}])
        applications.decide(sitting, key_of(office, first), "admitted", "checked", BY)
    elif what == "hours":
        file_in(applications, sitting, [person(first, 培训学时=str(second))])
    elif what == "roster":
        entry = RosterEntry(f"R{first}000", f"R{first}", seat=str(second), row=2)
        code = OTHER if second % 2 else CODE
        office.registration.import_roster(sitting, code, [entry], BY, file_name="r.csv")
    elif what == "withdraw":
        lives.withdraw(sitting, one, "ill", BY)
    elif what == "replace":
        lives.replace(sitting, one, key(office, second), "ill", BY)
    elif what == "move":
        lives.move(sitting, one, Place(seat=str(second)), "draught", BY)
    elif what == "carry":
        lives.move(sitting, one, Place(sitting_id=office.sittings[(at + 1) % 3]), "later", BY)
    elif what == "grant":
        lives.grant(sitting, one, Accommodation(second * 150), "letter", BY)
    elif what == "refuse":
        applications.decide(sitting, one, "refused", "forged", BY)
    elif what == "allocate":
        office.registration.allocate(sitting, applications.list(sitting), BY)
    elif what == "reserve":
        lives.reserve(sitting, one, "late", BY)
    elif what == "correct":
        lives.correct(one, {"name": f"N{second}"}, "typing error", BY)
    else:
        sets = office.rows("change_sets")
        office.undo.undo(int(str(sets[-(second % len(sets)) - 1]["id"])) if sets else 1, "no", BY)


def file_in(applications: Applications, sitting: str, rows: Sequence[dict[str, str]]) -> None:
    applications.take(sitting, read(*rows), [], BY, file_name="a.csv")


def key_of(office: Office, order: int) -> str:
    number = person(order)["证件号码"]
    return next(str(r["id"]) for r in office.rows("candidates") if r["identity_no"] == number)


@settings(max_examples=25, deadline=None)
@given(Acts)
def test_rules_hold_after_any_sequence_of_acts(acts: list[Act]) -> None:
    office = Office()
    for act in acts:
        before, sets = snapshot(office), len(office.rows("change_sets"))
        office.clock.pass_time(1)
        try:
            do(office, act)
        except HqError:
            if act[0] != "import":  # which is two acts
                assert snapshot(office) == before
        with office.database.read() as connection:
            assert all_clashes(connection, NOW) == []
        if len(office.rows("change_sets")) == sets:
            assert snapshot(office) == before
    for one in office.rows("change_sets"):
        assert one["username"]
        assert one["at"]
        assert one["reason"] or one["file_name"] or one["kind"] == "seats_allocated"


@settings(max_examples=15, deadline=None)
@given(Acts)
def test_undoing_everything_backwards_leaves_nothing(acts: list[Act]) -> None:
    office = Office()
    for act in acts:
        try:
            if act[0] != "undo":
                do(office, act)
        except HqError:
            continue
    for one in reversed(office.rows("change_sets")):
        done = office.undo.undo(int(str(one["id"])), "all of it", BY)
        assert done.staying == ()
    assert [office.rows(name) for name in TABLES] == [[], [], []]


def snapshot(office: Office) -> list[list[object]]:
    return [
        [{name: row[name] for name in row if name != "updated_at"} for row in office.rows(table)]
        for table in TABLES
    ]
