"""Forms are listed by name, for who has applied or has a seat, as far as the rights reach."""

from typing import Any

import pytest
from sqlalchemy import insert, update

from kiosk.exam.programme.personal_form import PersonalField
from kiosk.system import entropy
from sync.hq.core.roles import Grant, Role, Scope
from sync.hq.persistence import tables
from sync.hq.persistence.material_tables import personal_data
from sync.hq.registration.form_list import PAGE, FormPage, FormsWanted
from sync.wire.sealing.keys import KeyPair
from tests.hq.desk import CODE, NOW, OTHER, Desk
from tests.hq.registration.test_seat_list import database

EVERYTHING = Scope(frozenset({Grant(Role.REGISTRAR)}))
MANY = 250
BEIJING = Scope(frozenset({Grant(Role.REGISTRAR, branch="北京")}))


@pytest.fixture
def filled(desk: Desk) -> Desk:
    """Every second has applied, every third has a seat; every fifth of both sits at OTHER."""
    desk.enrol(OTHER, KeyPair.generate(entropy))
    people, applied, seated = [], [], []
    for number in range(MANY):
        person = f"P{number:04}"
        people.append({"id": person, "identity_no": f"T{number:08}", "name": f"考生{number:04}",
                       "identity_type": "other", "portrait_reason": "",
                       "created_at": NOW})  # fmt: skip
        if number % 2 == 0:
            applied.append({"sitting_id": desk.sitting, "candidate_id": person, "claims": {},
                            "hours_missing": 0, "shortfalls": {}, "materials_missing": [],
                            "centre": CODE, "extra_minutes": 0, "decision": "", "reason": "",
                            "updated_at": NOW})  # fmt: skip
        if number % 3 == 0:
            seated.append({"sitting_id": desk.sitting, "candidate_id": person,
                           "centre_code": OTHER if number % 5 == 0 else CODE,
                           "admission_no": f"N{number:06}", "seat": str(number + 100),
                           "extra_minutes": 0})  # fmt: skip
    own = {"sitting_id": desk.sitting, "candidate_id": "P0006", "given": {"school": "某大学"}}
    with database(desk) as opened, opened.write() as connection:
        for code, branch in ((CODE, "北京"), (OTHER, "上海")):
            mine = tables.centres.c.code == code
            connection.execute(update(tables.centres).where(mine).values(branch=branch))
        connection.execute(insert(tables.candidates), people)
        connection.execute(insert(tables.applications), applied)
        connection.execute(insert(tables.seats), seated)
        connection.execute(insert(personal_data).values(own))
    return desk


def page(desk: Desk, scope: Scope = EVERYTHING, **wanted: Any) -> FormPage:
    return desk.hq.form_list.page(desk.sitting, FormsWanted(**wanted), scope)


def everybody(desk: Desk, scope: Scope = EVERYTHING) -> list[str]:
    """The candidates of all pages whom the fixture has made, in order."""
    pages = [page(desk, scope, page=number + 1) for number in range(page(desk, scope).pages)]
    found = [form.candidate_id for part in pages for form in part.forms]
    return [candidate for candidate in found if candidate.startswith("P0")]


def test_all_who_applied_or_have_a_seat_are_listed_by_name(filled: Desk) -> None:
    wanted = [f"P{number:04}" for number in range(MANY) if number % 2 == 0 or number % 3 == 0]
    assert everybody(filled) == wanted
    assert len(wanted) > PAGE
    assert page(filled, page=10**12).page == 2


def test_the_seat_says_whose_rights_cover_a_candidate(filled: Desk) -> None:
    found = everybody(filled, BEIJING)
    assert set(found) == {
        candidate
        for candidate in filled.hq.coverage.candidates(filled.sitting, BEIJING)
        if candidate.startswith("P0")
    }
    assert "P0030" not in found
    assert "P0010" in found
    assert everybody(filled, Scope(frozenset())) == []


def test_a_search_finds_names_and_numbers_as_they_are_typed(filled: Desk) -> None:
    (form,) = page(filled, text="考生0006").forms
    assert form.registered[PersonalField.SCHOOL] == "某大学"
    assert [found.candidate_id for found in page(filled, text="n000009").forms] == ["P0009"]
    assert page(filled, text="%").forms == []


def test_only_what_arrived_and_differs_counts_as_changed(filled: Desk) -> None:
    other = {"identity_type": "other"}
    documents = {
        "P0002": {"name": "改名", "identity_no": "T00000002", **other},
        "P0006": {"name": "考生0006", "identity_no": "T00000006", "school": "某大学", **other},
        "P0030": {"name": "考生0030", "identity_no": "T00000031", **other},
    }
    empty = {column.name: "" for column in tables.bundles.c}
    numbers = dict.fromkeys(("revision", "package_version", "size", "chain_epoch", "chain_seq"), 1)
    with database(filled) as opened, opened.write() as connection:
        for cursor, (candidate, values) in enumerate(documents.items(), start=1):
            form = {"values": values, "state": "confirmed", "by": "", "reason": ""}
            row = {"cursor": cursor, "id": f"B{cursor}", "candidate_id": candidate,
                   "attempt_id": f"A{cursor}", "sitting_id": filled.sitting,
                   "document": {"personal_form": form}, "chain_ok": True, "centre_code": CODE,
                   "answer_findings": None, "received_at": NOW, "receipt": b""}  # fmt: skip
            connection.execute(insert(tables.bundles).values({**empty, **numbers, **row}))
    changed = page(filled, changed=True).forms
    assert [form.candidate_id for form in changed] == ["P0002", "P0030"]
    assert changed[0].changed == (PersonalField.NAME,)
    assert [form.candidate_id for form in page(filled, BEIJING, changed=True).forms] == ["P0002"]
    assert page(filled, changed=True, text="0030").forms == changed[1:]
