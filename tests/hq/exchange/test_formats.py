"""The same entries as JSON, NDJSON, CSV and XLSX; no cell is run as a formula."""

import csv
import io
import json

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import update

from sync.hq.exchange.entries import ResultEntry
from sync.hq.exchange.flat import as_text, columns, csv_line, write_xlsx
from sync.hq.persistence.tables import candidates
from tests.hq.desk import Desk
from tests.hq.exchange.reports import Office, deliver

MEDIA = {
    "json": "application/json",
    "ndjson": "application/x-ndjson",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@pytest.fixture
def office(desk: Desk, client: FlaskClient) -> Office:
    for number in (1, 2, 3):
        deliver(desk, number, incidents=2)
    return Office(desk, client)


def test_accept_and_parameter_choose_the_format(office: Office) -> None:
    for name, media in MEDIA.items():
        assert office.get("/results", Accept=media).mimetype == media
        assert office.get(f"/results?format={name}", Accept="text/html").mimetype == media
    assert office.get("/results").mimetype == MEDIA["json"]
    assert office.get("/results", Accept="*/*").mimetype == MEDIA["json"]
    preferred = office.get("/results", Accept="text/csv;q=0.5, application/x-ndjson")
    assert preferred.mimetype == MEDIA["ndjson"]
    assert office.error("/results?format=pdf") == (406, "hq_format_unknown")
    assert office.error("/results", Accept="text/html") == (406, "hq_format_unknown")
    assert office.error("/attempts?format=csv") == (406, "hq_format_unknown")


@pytest.mark.parametrize("kind", ["results", "incidents", "evidence"])
def test_all_formats_have_the_same_entries(office: Office, kind: str) -> None:
    entries = office.page(f"/{kind}")["entries"]
    assert entries
    lines = office.get(f"/{kind}?format=ndjson").text.splitlines()
    assert [json.loads(line) for line in lines] == entries
    text = office.get(f"/{kind}?format=csv").data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert rows == [
        {name: as_text(entry[name]) for name in row}
        for entry, row in zip(entries, rows, strict=True)
    ]
    sheet = load_workbook(io.BytesIO(office.get(f"/{kind}?format=xlsx").data)).active
    assert sheet is not None
    headings, *body = sheet.iter_rows(values_only=True)
    assert list(headings) == list(rows[0])
    assert [row[headings.index("attempt_id")] for row in body] == [
        entry["attempt_id"] for entry in entries
    ]


def test_formats_that_stream_have_no_smallest_page_and_keep_the_limit(office: Office) -> None:
    lines = office.get("/incidents?format=ndjson&limit=4").text.splitlines()
    assert len(lines) == 4
    rest = office.get(f"/incidents?format=csv&after={json.loads(lines[-1])['cursor']}").text
    assert len(rest.splitlines()) == 1 + 2
    assert office.get("/incidents?format=ndjson&limit=1000000").status_code == 200


def test_a_stream_reads_more_than_one_chunk(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.hq.exchange.listing.CHUNK", 2)
    assert len(office.get("/incidents?format=ndjson").text.splitlines()) == 6
    assert len(office.get("/incidents?format=ndjson&limit=5").text.splitlines()) == 5


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_cell_is_run_as_a_formula(sign: str) -> None:
    text = f"{sign}1+1"
    assert next(csv.reader(io.StringIO(csv_line([text]), newline=""))) == [f"'{text}"]
    file = io.BytesIO()
    write_xlsx(file, ["name"], [[text]], "results")
    sheet = load_workbook(file).active
    assert sheet is not None
    assert sheet["A2"].data_type in ("s", "inlineStr")


def test_names_like_formulas_stay_text_on_their_way(desk: Desk, office: Office) -> None:
    with desk.hq.storage.database.write() as connection:
        connection.execute(update(candidates).values(name='=HYPERLINK("http://x","y")'))
    assert "\"'=HYPERLINK(" in office.get("/results?format=csv").text
    sheet = load_workbook(io.BytesIO(office.get("/results?format=xlsx").data)).active
    assert sheet is not None
    cell = sheet.cell(2, columns(ResultEntry).index("name") + 1)
    assert (cell.data_type, cell.value) == ("s", '=HYPERLINK("http://x","y")')


def test_points_are_numbers_in_a_workbook_and_text_elsewhere() -> None:
    file = io.BytesIO()
    write_xlsx(file, ["total", "remark"], [["59.95", "1\x00\x0b2"], [None, None]], "results")
    sheet = load_workbook(file).active
    assert sheet is not None
    assert [cell.value for cell in sheet[2]] == [59.95, "12"]
    assert as_text([]) == as_text({}) == as_text(None) == ""
    assert as_text(["a", "b"]) == "a b"
    assert as_text({"a": "1.5"}) == '{"a": "1.5"}'
    assert (as_text(False), as_text(0)) == ("false", "0")
