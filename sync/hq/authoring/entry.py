"""Items of the bank with their mark schemes, and the validation of items from files."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from kiosk.exam.items.formulas import mathml
from kiosk.exam.items.item import TRUE_FALSE, Difficulty, Item, ItemType, MarkScheme
from kiosk.exam.items.markup import pictures, spans
from kiosk.exam.programme.programme import Programme
from sync.hq.problems import Phrase, Problem
from sync.wire import canonical

SCHEME_FIELDS = frozenset({"key", "rationale", "model_answer", "points"})
ITEM_FIELDS = frozenset(Item.model_fields)
FIELDS = ITEM_FIELDS | SCHEME_FIELDS | {"difficulty"}

TYPES = {
    ItemType.SINGLE_CHOICE: ("单项选择题", "single choice"),
    ItemType.MULTIPLE_CHOICE: ("多项选择题", "multiple choice"),
    ItemType.TRUE_FALSE: ("判断题", "true or false"),
    ItemType.SHORT_ANSWER: ("简答题", "short answer"),
    ItemType.ESSAY: ("论述题", "essay"),
}
DIFFICULTIES = {
    Difficulty.VERY_EASY: ("很易", "very easy"),
    Difficulty.EASY: ("易", "easy"),
    Difficulty.MEDIUM: ("中", "medium"),
    Difficulty.DIFFICULT: ("难", "difficult"),
    Difficulty.VERY_DIFFICULT: ("很难", "very difficult"),
}
"""Names of types and difficulties in Chinese and English."""

MAX_OPTIONS = 26

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_LINE_ENDS = re.compile(r" *\n *")
_EMPTY_LINES = re.compile(r"\n{3,}")


_INVALID = {
    "string_too_long": Phrase("it has more than %(max_length)s characters"),
    "string_too_short": Phrase("it is empty"),
    "missing": Phrase("it is missing"),
    "extra_forbidden": Phrase("there is no such field"),
    "value_error": Phrase("the parts of the item do not fit together"),
}
"""Texts for the types of pydantic's errors, whose own sentences are English."""


@dataclass(frozen=True)
class BankItem:
    """An item with its mark scheme and difficulty."""

    item: Item
    scheme: MarkScheme
    difficulty: Difficulty | None = None

    @property
    def pictures(self) -> frozenset[str]:
        """File names of the pictures in the item and its mark scheme."""
        scheme = self.scheme
        texts = (scheme.rationale, scheme.model_answer, *(point.text for point in scheme.points))
        return self.item.pictures.union(*map(pictures, texts))

    @property
    def digest(self) -> str:
        """SHA-256 over item, scheme and difficulty; a different digest is a new version."""
        documents = [
            self.item.model_dump(mode="json"),
            self.scheme.model_dump(mode="json"),
            self.difficulty,
        ]
        return canonical.digest(canonical.dumps(documents))


def read_entry(
    values: Mapping[str, Any], programme: Programme
) -> tuple[BankItem | None, Sequence[Problem]]:
    """Validate the fields of an item (:data:`FIELDS`); return the item, or None and its problems.

    The problems do not have the place of the item yet.
    """
    values = {name: _tidy(value) for name, value in values.items()}
    problems = list(_check(values, programme))
    if problems:
        return None, problems
    try:
        item = Item.model_validate({k: v for k, v in values.items() if k in ITEM_FIELDS})
        marking = {k: v for k, v in values.items() if k in SCHEME_FIELDS}
        scheme = MarkScheme.model_validate({"item_id": item.id, **marking})
        scheme.check(item)
    except ValidationError as error:
        return None, [_invalid(one) for one in error.errors()]
    except ValueError:
        return None, [Problem("invalid", params={"reason": Phrase("key and options do not fit")})]
    if problem := _marks(item, scheme, programme):
        return None, [problem]
    difficulty = values.get("difficulty")
    return BankItem(item, scheme, Difficulty(difficulty) if difficulty else None), ()


def placed(problem: Problem, **where: Any) -> Problem:
    """Return the problem with its place filled in."""
    return replace(problem, **where)


def _tidy(value: Any) -> Any:
    """Normalise texts to what every format can carry: plain spaces and line ends, trimmed."""
    if isinstance(value, str):
        text = value.replace("\r\n", "\n").replace("\u00a0", " ").replace("\t", " ")
        return _EMPTY_LINES.sub("\n\n", _LINE_ENDS.sub("\n", text)).strip()
    if isinstance(value, Mapping):
        return {name: _tidy(part) for name, part in value.items()}
    return [_tidy(part) for part in value] if isinstance(value, (list, tuple)) else value


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (text for part in value.values() for text in _texts(part))
    elif isinstance(value, list):
        yield from (text for part in value for text in _texts(part))


def _check(values: Mapping[str, Any], programme: Programme) -> Iterator[Problem]:
    for name in sorted(set(values) - FIELDS):
        yield Problem("unknown_column", column=name)
    for name in ("id", "type", "subject", "domain", "stem"):
        if not values.get(name):
            yield Problem("missing", column=name)
    for name, value in values.items():
        for text in _texts(value):
            if found := _NOT_IN_XML.search(text):
                yield Problem("characters", column=name, params={"value": repr(found[0])})
    for name, names in _names(programme).items():
        value = values.get(name)
        if value and value not in names:
            shown = {"value": value, "known": ", ".join(names.values()) or "–"}
            yield Problem("unknown_value", column=name, params=shown)
    yield from _check_formulas(values)
    if values.get("type") in set(ItemType):
        yield from _check_answer(ItemType(values["type"]), values)


def _names(programme: Programme) -> Mapping[str, Mapping[str, str]]:
    """Return the allowed ids of each listed field, with names for the reader."""
    lists = {
        "subject": programme.subjects,
        "domain": programme.domains,
        "trade": programme.trades,
        "level": programme.levels,
    }
    return {
        "type": {kind.value: f"{kind} {zh}" for kind, (zh, _) in TYPES.items()},
        "difficulty": {step.value: f"{step} {zh}" for step, (zh, _) in DIFFICULTIES.items()},
        **{
            name: {entry.id: f"{entry.id} {entry.name.zh}" for entry in entries}
            for name, entries in lists.items()
        },
    }


def _check_formulas(values: Mapping[str, Any]) -> Iterator[Problem]:
    for name, value in values.items():
        for text in _texts(value):
            for span in spans(text):
                if span.kind == "formula" and mathml(span.text) is None:
                    yield Problem("formula_bad", column=name, params={"value": span.text[:60]})


def _check_answer(kind: ItemType, values: Mapping[str, Any]) -> Iterator[Problem]:
    options = values.get("options") or ()
    if kind.has_options and len(options) < 2:
        yield Problem("options_few", column="options")
    if len(options) > MAX_OPTIONS:
        yield Problem("options_many", column="options", params={"limit": MAX_OPTIONS})
    if not kind.has_options and options:
        yield Problem("options_surplus", column="options")
    key = values.get("key") or ()
    if not kind.objective:
        if key:
            yield Problem("key_surplus", column="key")
        if not values.get("points"):
            yield Problem("points_missing", column="points")
        return
    if values.get("points"):
        yield Problem("points_surplus", column="points")
    yield from _check_key(kind, key, options)


def _check_key(
    kind: ItemType, key: Sequence[str], options: Sequence[Mapping[str, Any]]
) -> Iterator[Problem]:
    ids = TRUE_FALSE if kind is ItemType.TRUE_FALSE else [option.get("id") for option in options]
    for pick in key:
        if pick not in ids:
            yield Problem("key_unknown", column="key", params={"value": pick})
    if kind is ItemType.MULTIPLE_CHOICE and len(set(key)) < 2:
        yield Problem("key_two", column="key")
    elif kind is not ItemType.MULTIPLE_CHOICE and len(key) != 1:
        yield Problem("key_one", column="key")


def _marks(item: Item, scheme: MarkScheme, programme: Programme) -> Problem | None:
    """Check that a written item's marks equal the points that some section gives for it."""
    if item.type.objective:
        return None
    marks = sum((point.marks for point in scheme.points), Decimal(0))
    points = {
        section.points
        for examination in programme.examinations
        for section in examination.sections
        if section.type is item.type and section.subject in (None, item.subject)
    }
    if not points or marks in points:
        return None
    given = " / ".join(str(one) for one in sorted(points))
    return Problem("marks", column="points", params={"marks": marks, "points": given})


def _invalid(error: Any) -> Problem:
    reason = _INVALID.get(error["type"], Phrase("a value of another kind was expected"))
    filled = Phrase(reason.text, error.get("ctx", {}))
    return Problem("invalid", column=".".join(map(str, error["loc"])), params={"reason": filled})
