"""Rows with a case, or another text, that the questions in the rows below are about."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import takewhile

from sync.hq.authoring.interchange.sheets.headings import LANGUAGES, OPTIONS
from sync.hq.authoring.interchange.sheets.item_row import ItemRow
from sync.hq.authoring.interchange.sheets.names import is_case
from sync.hq.authoring.translated import field_name
from sync.hq.problems import Problem

CASE = "材料题"
_ANSWERED = frozenset({"key", "options", "model_answer", "points", *OPTIONS})
_TEXT = re.compile(
    r"(?:[【\[(（]?(?:材料|案例|背景(?:材料|资料)|资料)[一二三四五六七八九十\d]{0,2}[】\])）]?\s*[：:、.．\n\s]|"
    r"(?:请)?(?:阅读|根据|依据)(?:下列|以下|下面|上述)?(?:的)?(?:材料|案例|资料|短文|背景)).{6,}",
    re.DOTALL,
)
_NUMBER = re.compile(r"\s*(?:[(（](\d{1,2})[)）]|([①-⑳])|第?(\d{1,2})小题|(?:问题|小题)(\d{1,2}))")
_SAID = re.compile(
    r"(?:回答|完成|解答|作答|做)\D{0,8}?(\d{1,3})\s*[-~～—–至到]\s*(\d{1,3})\s*(?:小?题|问)"
)
_SHARED = {field_name(language, "stem"): field_name(language, "stimulus") for language in LANGUAGES}
"""The shared text in another language, by the field in which the row of a case has it."""


def is_case_text(text: str) -> bool:
    """Return whether a text says that it is a case or material for questions."""
    return _TEXT.match(text) is not None


def attach(rows: Sequence[ItemRow]) -> tuple[list[ItemRow], list[Problem]]:
    """Give cases to their questions where numbers show which these are.

    Otherwise the questions below, which may depend on the case, get an error.
    """
    found: list[ItemRow] = []
    notes: list[Problem] = []
    at = 0
    while at < len(rows):
        row = rows[at]
        at += 1
        if not (_is_case(row) or _leads(row, rows[at : at + 1])):
            found.append(row)
            continue
        below = _below(row, (rows[n] for n in range(at, len(rows))))
        at += len(below)
        if count := _count(row, below):
            found += [_with_case(other, row) for other in below[:count]] + below[count:]
            note = Problem("case_attached", "row", row.place, "", {"count": count}, is_error=False)
            notes += [note, *row.problems, *_untaken(row, below[:count])]
        else:
            named = replace(row, values={**row.values, "type": row.values.get("type") or CASE})
            found += [named, *(_unclear(other, row) for other in below)]
    return found, notes


def _is_case(row: ItemRow) -> bool:
    values = row.values
    if "stem" not in values or _ANSWERED & values.keys():
        return False
    kind = values.get("type", "")
    return is_case(kind) or (not kind and is_case_text(values["stem"]))


def _leads(row: ItemRow, following: Sequence[ItemRow]) -> bool:
    """Return whether a row with nothing but a text is followed by question 1."""
    values = row.values
    if "stem" not in values or "type" in values or row.section or _ANSWERED & values.keys():
        return False
    return any(_number(other.values.get("stem", "")) == 1 for other in following)


def _below(case: ItemRow, rows: Iterable[ItemRow]) -> list[ItemRow]:
    """Return the rows up to the next case or section."""
    return list(takewhile(lambda row: not _is_case(row) and row.section == case.section, rows))


def _count(case: ItemRow, below: Sequence[ItemRow]) -> int:
    """Return how many questions are about the case, or 0 if that is not certain."""
    numbered = 0
    for other in below:
        if _number(other.values.get("stem", "")) != numbered + 1:
            break
        numbered += 1
    said = _SAID.search(case.values["stem"])
    count = int(said[2]) - int(said[1]) + 1 if said else numbered
    if (numbered and count != numbered) or not 0 < count <= len(below):
        return 0
    return count if not any("stimulus" in other.values for other in below[:count]) else 0


def _number(stem: str) -> int:
    found = _NUMBER.match(stem)
    if found is None:
        return 0
    if found[2]:
        return ord(found[2]) - ord("①") + 1
    return int(found[1] or found[3] or found[4])


def _with_case(row: ItemRow, case: ItemRow) -> ItemRow:
    pictures = [(_SHARED.get(field, "stimulus"), picture) for field, picture in case.pictures]
    others = {_SHARED[stem]: case.values[stem] for stem in _translated(case) & _translated(row)}
    values = {**row.values, "stimulus": case.values["stem"], **others}
    return replace(row, values=values, pictures=[*pictures, *row.pictures])


def _translated(row: ItemRow) -> frozenset[str]:
    """Return the fields of a row's stems in other languages."""
    return frozenset(_SHARED.keys() & row.values.keys())


def _untaken(case: ItemRow, questions: Sequence[ItemRow]) -> Iterator[Problem]:
    """Name the texts of a case in languages that none of its questions has."""
    for stem in sorted(_translated(case).difference(*map(_translated, questions))):
        shown = {"value": case.values[stem][:60]}
        column = case.columns.get(stem, stem)
        yield Problem("row_skipped", "row", case.place, column, shown, is_error=False)


def _unclear(row: ItemRow, case: ItemRow) -> ItemRow:
    problem = Problem("case_unclear", "row", row.place, params={"value": case.place})
    return replace(row, problems=[*row.problems, problem])
