"""Files of figures: the same values in each format, and nothing that a spreadsheet runs."""

import csv
import io
import json

from openpyxl import load_workbook

from sync.hq.statistics.export import as_csv, as_json, as_xlsx
from sync.hq.statistics.figure_tables import FigureTable

TABLE = FigureTable(
    "items",
    ("item", "difficulty", "ruled", "drift"),
    [("T1", 0.62, True, None), ("=1+1", -0.5, False, 2)],
)


def test_csv_escapes_formulas_and_keeps_numbers() -> None:
    rows = list(csv.reader(io.StringIO(as_csv(TABLE))))
    assert rows == [
        ["item", "difficulty", "ruled", "drift"],
        ["T1", "0.62", "1", ""],
        ["'=1+1", "-0.5", "0", "2"],
    ]


def test_json_has_values_by_column() -> None:
    found = json.loads(as_json({"items": TABLE}))["items"]
    assert found[0] == {"item": "T1", "difficulty": 0.62, "ruled": True, "drift": None}


def test_a_workbook_has_a_sheet_for_each_table_and_no_formula() -> None:
    other = FigureTable("centres", ("centre",), [])
    book = load_workbook(io.BytesIO(as_xlsx([TABLE, other], str.upper)))
    assert book.sheetnames == ["items", "centres"]
    sheet = book["items"]
    assert [cell.value for cell in sheet[1]] == ["ITEM", "DIFFICULTY", "RULED", "DRIFT"]
    assert (sheet["A3"].value, sheet["A3"].data_type, sheet["B3"].value) == ("=1+1", "s", -0.5)
    assert book["centres"].max_row == 1
