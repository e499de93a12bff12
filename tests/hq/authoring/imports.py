"""Files of items for the tests of imports: each item in a few words."""

from collections.abc import Mapping
from typing import Any

from sync.hq.authoring.importing.rows import EVERYTHING, Choice, ImportReport, Preview
from sync.hq.authoring.parsed import Draft, Parsed
from tests.hq.desk import BY, PROGRAMME, Desk


def statement(item_id: str = "", stem: str = "1 + 1 = 2", **more: object) -> dict[str, Any]:
    """A true/false item."""
    values = {"id": item_id, "type": "true_false", "subject": "theory", "domain": "policy"}
    return {**values, "stem": stem, "key": ["true"], **more}


def declared(*items: Mapping[str, Any]) -> Parsed:
    """A file whose ids are identifiers."""
    return Parsed([Draft(values, "row", str(n)) for n, values in enumerate(items, start=2)])


def titled(*items: Mapping[str, Any]) -> Parsed:
    """A file whose ids are only titles."""
    drafts = [Draft(values, "row", str(n), declared=False) for n, values in enumerate(items, 2)]
    return Parsed(drafts)


def preview(desk: Desk, parsed: Parsed, file_name: str = "bank.xlsx", batch: str = "") -> Preview:
    programme = desk.hq.programmes.get(PROGRAMME)
    return desk.hq.item_import.preview(programme, parsed, file_name=file_name, batch=batch)


def stored(
    desk: Desk,
    parsed: Parsed,
    choice: Choice = EVERYTHING,
    file_name: str = "bank.xlsx",
    batch: str = "",
) -> ImportReport:
    shown = preview(desk, parsed, file_name, batch)
    return desk.hq.item_import.store(shown, BY, choice=choice)


def states(shown: Preview) -> list[tuple[str, str]]:
    """Ids with their states."""
    return [(row.item_id, row.state.value) for row in shown.rows]
