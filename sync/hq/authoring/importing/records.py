"""Rows of a preview as rows of the database, and back."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import RowMapping

from kiosk.exam.items.item import Difficulty, Item, MarkScheme
from sync.hq.authoring.entry import BankItem
from sync.hq.authoring.importing.rows import Base, PreviewRow, RowState
from sync.hq.imports.jobs import as_json
from sync.hq.problems import Phrase, Problem

STORABLE = (RowState.ADDED, RowState.CHANGED, RowState.CLASH)
_LONGEST = 5_000
_MOST_PARTS = 100
_REFUSED = re.compile("[\x00\ud800-\udfff]")
"""What a database does not store as text."""


def row_values(row: PreviewRow) -> dict[str, Any]:
    """Return the columns of a row."""
    base = row.base
    values: dict[str, Any] = {
        "number": row.number,
        "state": row.state.value,
        "kind": row.kind,
        "at": storable(row.at),
        "item_id": storable(row.item_id),
        "separate_id": row.separate_id,
        "text": "\n".join([storable(row.item_id), *_texts(row)]),
        "entry": _entry_document(row.entry) if row.entry else None,
        "content": {} if row.entry else storable(row.values),
        "base_version": base.version if base else None,
        "base_digest": base.digest if base else "",
        "problems": storable([as_json(problem) for problem in row.problems]),
        "noted": bool(row.problems),
        "chosen": row.state in STORABLE,
        "decision": "",
    }
    return values


def row_from(values: RowMapping) -> PreviewRow:
    """Return the row of the columns that :func:`row_values` wrote."""
    version = values["base_version"]
    return PreviewRow(
        number=values["number"],
        state=RowState(values["state"]),
        kind=values["kind"],
        at=values["at"],
        item_id=values["item_id"],
        entry=_entry_from(values["entry"]) if values["entry"] else None,
        base=Base(version, values["base_digest"]) if version is not None else None,
        separate_id=values["separate_id"],
        problems=[problem_from(problem) for problem in values["problems"]],
        values=values["content"],
    )


def problem_from(values: Mapping[str, Any]) -> Problem:
    """Return the problem of :func:`sync.hq.imports.jobs.as_json`."""
    return Problem(**{**values, "params": _params(values["params"])})


def storable(value: Any) -> Any:
    """Return plain values that every database stores; texts and lists of files are bounded."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, Mapping):
        return {storable(str(name)): storable(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [storable(part) for part in value[:_MOST_PARTS]]
    return _REFUSED.sub("\ufffd", str(value)[:_LONGEST])


def _params(params: Mapping[str, Any]) -> dict[str, object]:
    return {
        name: Phrase(value["text"], _params(value["params"]))
        if isinstance(value, Mapping)
        else value
        for name, value in params.items()
    }


def _texts(row: PreviewRow) -> Sequence[str]:
    """Return what the search looks at besides the id."""
    if row.entry is None:
        return [storable(str(row.values.get(name) or "")) for name in ("id", "stem")]
    return row.entry.item.all_texts


def _entry_document(entry: BankItem) -> dict[str, Any]:
    return {
        "item": entry.item.model_dump(mode="json"),
        "scheme": entry.scheme.model_dump(mode="json"),
        "difficulty": entry.difficulty.value if entry.difficulty else None,
    }


def _entry_from(document: Mapping[str, Any]) -> BankItem:
    difficulty = document["difficulty"]
    return BankItem(
        Item.model_validate(document["item"]),
        MarkScheme.model_validate(document["scheme"]),
        Difficulty(difficulty) if difficulty else None,
    )
