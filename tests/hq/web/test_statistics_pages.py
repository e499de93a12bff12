"""Pages of statistics: who may see them, what they show, files beside each plot."""

import csv
import io
import json

import pytest
from openpyxl import load_workbook

from kiosk.settings import read_text, resource
from sync.hq.core.roles import Grant, Role
from sync.hq.web.app import create_app
from tests.centres import PASSWORD
from tests.hq.desk import BY, CODE, OTHER, PROGRAMME, Desk
from tests.hq.statistics.sat import Hall, two_centres
from tests.hq.web.test_console import Staff

SECOND = "carbon-skills"


@pytest.fixture
def hall(desk: Desk) -> Hall:
    hall = two_centres(desk)
    hall.hand_in()
    return hall


@pytest.fixture
def computed(hall: Hall) -> Hall:
    hall.desk.hq.statistics.compute(hall.sitting, "1", BY)
    return hall


def signed_in(hall: Hall, *grants: Grant) -> Staff:
    """A member of staff with these roles alone."""
    name = f"staff{len(hall.desk.hq.accounts.names())}"
    hall.desk.hq.accounts.create(name, PASSWORD, BY, grants)
    return Staff(create_app(hall.desk.hq).test_client(), hall.desk, name)


def read(staff: Staff, address: str) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    text = staff.get(address).data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def pages(hall: Hall) -> dict[str, str]:
    place = f"/statistics/{hall.sitting}/1"
    row = hall.desk.hq.statistics.items(hall.desk.hq.statistics.run(hall.sitting, "1").id)[0]
    return {
        "overview": "/statistics",
        "paper": place,
        "items": f"{place}/items",
        "item": f"/item-statistics/{PROGRAMME}/{row.item_id}",
        "flagged": f"/item-statistics/{PROGRAMME}",
        "items_file": f"{place}/files/items.csv",
        "options_file": f"{place}/files/options.csv",
        "centres_file": f"{place}/files/centres.csv",
        "item_file": f"/item-figures/{PROGRAMME}/history.csv/{row.item_id}",
    }


ALL = {
    *("overview", "paper", "items", "item", "flagged"),
    *("items_file", "options_file", "centres_file", "item_file"),
}
OF_ITEMS = ALL - {"paper", "centres_file"}


ALLOWED = {
    **dict.fromkeys((Role.ADJUDICATOR, Role.PUBLISHER, Role.AUDITOR), ALL),
    Role.AUTHOR: OF_ITEMS,
}


def test_who_may_see_what(computed: Hall) -> None:
    for role in Role:
        staff, allowed = signed_in(computed, Grant(role)), ALLOWED.get(role, set())
        told = {name: staff.get(path).status_code for name, path in pages(computed).items()}
        assert told == {name: 200 if name in allowed else 403 for name in told}, role


def test_another_programme_is_not_shown(computed: Hall) -> None:
    text = read_text(resource(f"config/programmes/{SECOND}.toml"))
    computed.desk.hq.programmes.take(text, BY)
    staff = signed_in(computed, Grant(Role.PUBLISHER, programme_id=SECOND))
    found = pages(computed)
    assert staff.get(found.pop("overview")).text.count("up to date") == 0
    assert {staff.get(path).status_code for path in found.values()} == {403}


def test_who_only_reads_cannot_compute(hall: Hall) -> None:
    for role in (Role.AUTHOR, Role.AUDITOR):
        staff = signed_in(hall, Grant(role))
        assert staff.post(f"/statistics/{hall.sitting}/1/compute").status_code == 403
        assert "/compute" not in staff.get("/statistics").text


def test_computing_shows_progress_then_the_paper(hall: Hall) -> None:
    staff = signed_in(hall, Grant(Role.PUBLISHER))
    assert "not computed" in staff.get("/statistics").text
    reply = staff.post(f"/statistics/{hall.sitting}/1/compute")
    page = staff.waited(reply.headers["Location"])
    assert "Distribution of totals" in page
    assert "up to date" in staff.get("/statistics").text


def test_computing_without_results_says_why(desk: Desk) -> None:
    staff = signed_in(Hall(desk, desk.sitting), Grant(Role.PUBLISHER))
    reply = staff.post(f"/statistics/{desk.sitting}/1/compute")
    assert "No result of this paper counts yet" in staff.waited(reply.headers["Location"])
    assert staff.get(f"/statistics/{desk.sitting}/1").status_code == 404
    assert staff.get(f"/statistics/{desk.sitting}/9").status_code == 404


def test_a_paper_shows_its_figures_in_both_languages(computed: Hall) -> None:
    staff = signed_in(computed, Grant(Role.AUDITOR))
    page = staff.get(f"/statistics/{computed.sitting}/1").text
    assert page.count('<svg class="plot-svg"') == 3
    for text in (
        "Distribution of totals",
        "Reliability",
        "Centres side by side",
        "Whole paper",
        "Nobody in view",
    ):
        assert text in page
    chinese = staff.client.get(f"/statistics/{computed.sitting}/1?lang=zh").text
    for text in ("总分分布", "信度", "考点对比", "整卷", "画面中无人"):
        assert text in chinese


def test_a_branch_sees_its_own_centres_only(computed: Hall) -> None:
    computed.desk.hq.branches.set(OTHER, "上海", BY)
    staff = signed_in(computed, Grant(Role.ADJUDICATOR, branch="上海"))
    address = f"/statistics/{computed.sitting}/1"
    assert [row["centre"] for row in read(staff, f"{address}/files/centres.csv")] == [OTHER]
    assert f"考点 {CODE}" not in staff.get(address).text


def test_changed_results_are_said_and_can_be_computed_again(computed: Hall) -> None:
    desk = computed.desk
    bundle = desk.result({}).model_copy(
        update={"sitting_id": computed.sitting, "attempt_id": "NEW", "admission_no": "H1"}
    )
    computed.deliver(bundle)
    staff = signed_in(computed, Grant(Role.PUBLISHER))
    assert "Compute again" in staff.get(f"/statistics/{computed.sitting}/1").text
    assert "out of date" in staff.get("/statistics").text


def test_points_of_the_map_lead_to_their_items(computed: Hall) -> None:
    staff = signed_in(computed, Grant(Role.AUTHOR))
    address = pages(computed)["item"]
    assert f'href="{address}"' in staff.get(f"/statistics/{computed.sitting}/1/items").text
    page = staff.get(address).text
    assert "Difficulty over the sittings" in page
    assert "(key)" in page


def test_only_items_to_look_at(computed: Hall) -> None:
    staff = signed_in(computed, Grant(Role.AUTHOR))
    run = computed.desk.hq.statistics.run(computed.sitting, "1")
    rows = computed.desk.hq.statistics.items(run.id)
    page = staff.get(f"/statistics/{computed.sitting}/1/items?flagged=1").text
    listed = page.split("<tbody>")[-1]
    for row in rows:
        assert (f">{row.item_id}</a>" in listed) == bool(row.flags)


def test_the_item_bank_leads_to_an_items_statistics(computed: Hall) -> None:
    staff = signed_in(computed, Grant(Role.AUTHOR))
    address = pages(computed)["item"]
    bank = address.replace("/item-statistics/", "/items/")
    assert f'href="{address}"' in staff.get(bank).text


def test_files_have_the_figures_beside_the_plot(computed: Hall) -> None:
    staff = signed_in(computed, Grant(Role.AUDITOR))
    place = f"/statistics/{computed.sitting}/1/files"
    rows = list(
        csv.DictReader(io.StringIO(staff.get(f"{place}/distribution.csv").data.decode("utf-8-sig")))
    )
    assert sum(int(row["candidates"]) for row in rows) == 36
    found = json.loads(staff.get(f"{place}/centres.json").text)["centres"]
    assert [(row["centre"], row["candidates"]) for row in found] == [(CODE, 24), (OTHER, 12)]
    book = load_workbook(io.BytesIO(staff.get(f"{place}/items.xlsx").data))
    assert book.sheetnames == ["items"]
    assert [cell.value for cell in book["items"][1]][:2] == ["Parallel form", "Item"]
    reply = staff.get(f"{place}/items.xlsx")
    assert reply.headers["Content-Disposition"].startswith("attachment")


def test_unknown_tables_and_formats_are_not_found(computed: Hall) -> None:
    staff = signed_in(computed, Grant(Role.AUDITOR))
    for name in ("nothing.csv", "items.exe", "items.pdf"):
        assert staff.get(f"/statistics/{computed.sitting}/1/files/{name}").status_code == 404


def test_an_item_without_statistics_says_so(hall: Hall) -> None:
    staff = signed_in(hall, Grant(Role.AUTHOR))
    item = hall.desk.hq.bank.items(PROGRAMME)[0].item.id
    assert "No statistics of this item" in staff.get(f"/item-statistics/{PROGRAMME}/{item}").text
    assert staff.get(f"/item-statistics/{PROGRAMME}/nothing").status_code == 404
