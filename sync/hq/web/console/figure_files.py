"""What pages of statistics share: tables as people read them, and files of tables."""

from collections.abc import Mapping

from flask import Response, request

from kiosk.webpages.languages import language
from sync.hq.review import rule_names
from sync.hq.statistics.export import as_csv, as_json, as_xlsx
from sync.hq.statistics.figure_tables import FigureTable
from sync.hq.web.console.shared import download, names_by_id
from sync.hq.web.replies import headquarters, small_number
from sync.hq.web.statistics_names import column_name, shown_rows

PAGE = 50
FORMATS = {
    "csv": "text/csv",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

ShownTable = tuple[list[str], list[list[str | None]]]
"""Headings and rows."""


def shown_table(table: FigureTable, names: Mapping[str, str]) -> ShownTable:
    """Return headings and rows as people read them."""
    return list(map(column_name, table.columns)), shown_rows(table, names)


def names_of_figures() -> Mapping[str, str]:
    """Return names of rules, parts, subjects and centres by id."""
    centres = {each.code: f"{each.code} {each.name}" for each in headquarters().centres.list()}
    rules = {rule: getattr(name, language()) for rule, name in rule_names.NAMES.items()}
    return {**rules, **names_by_id(), **centres}


def figure_file(table: FigureTable, kind: str, name: str) -> Response:
    """Return a table as a file; XLSX has headings in the reader's language."""
    data = {
        "csv": lambda: as_csv(table).encode("utf-8-sig"),
        "json": lambda: as_json({table.name: table}).encode(),
        "xlsx": lambda: as_xlsx([table], column_name),
    }[kind]()
    return download(data, f"{name}.{kind}", FORMATS[kind])


def page_number() -> int:
    """Return the wanted page of a list, from 1."""
    return max(1, request.args.get("page", 1, type=small_number))
