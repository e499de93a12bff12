"""Items of the bank with their mark schemes, and the validation of items from files."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from kiosk.exam.items.formulas import shows_as_meant
from kiosk.exam.items.item import TRUE_FALSE, Difficulty, Item, ItemType, MarkScheme
from kiosk.exam.items.markup import all_spans, pictures
from kiosk.exam.programme.programme import Programme
from sync.hq.authoring import chemistry, meaning, translated
from sync.hq.authoring.meaning import amounts, characters
from sync.hq.authoring.programmes import points_given
from sync.hq.problems import Phrase, Problem
from sync.wire import canonical

SCHEME_FIELDS = frozenset({"key", "rationale", "model_answer", "points"})
ITEM_FIELDS = frozenset(Item.model_fields)
FIELDS = ITEM_FIELDS - {translated.TABLE} | SCHEME_FIELDS | {"difficulty"} | translated.FIELDS

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

_UNUSABLE = re.compile("[\x80-\x9f\ufffd-\uffff\ud800-\udfff]")
"""Characters that XML cannot carry, or that a wrong encoding has left behind."""
_EMPTY_LINES = re.compile(r"\n{3,}")
_DISPLAYED = re.compile(r"(?<![\\$])\$\$(?!\s*\$)([^$]+)\$\$(?![\w$])")
"""A formula on a line of its own, as TeX and Moodle write it."""


_INVALID = {
    "string_too_long": Phrase("it has more than %(max_length)s characters"),
    "string_too_short": Phrase("it is empty"),
    "missing": Phrase("it is missing"),
    "extra_forbidden": Phrase("there is no such field"),
    "value_error": Phrase("the parts of the item do not fit together"),
}
"""Texts for the types of pydantic's errors, whose own sentences are English."""


_ABSENT = {"id": "-", "subject": "", "domain": ""}
"""Fields without which an item is refused, and can be read to find its other problems."""


@dataclass(frozen=True)
class BankItem:
    """An item with its mark scheme and difficulty."""

    item: Item
    scheme: MarkScheme
    difficulty: Difficulty | None = None

    @property
    def draft(self) -> bool:
        """Whether it is a written item without mark points, which no paper may draw."""
        return not self.item.type.objective and not self.scheme.points

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
    """Validate the fields of an item (:data:`FIELDS`); return the item and its problems.

    The item is None if one of them ``is_error``. They do not have the place of the item yet.
    """
    problems = list(_check_characters(values))
    values, dollars = amounts.in_fields({name: _tidy(value) for name, value in values.items()})
    problems += [
        Problem(
            "dollar_sign", column=name, params={"value": found[: meaning.SHOWN]}, is_error=False
        )
        for name, found in dollars.items()
    ]
    problems += _check(values, programme)
    refused = any(problem.is_error for problem in problems)
    try:
        given = {k: v for k, v in values.items() if k in ITEM_FIELDS and v}
        given |= {"shuffle": values.get("shuffle", True), **_translations(values)}
        item = Item.model_validate({**_ABSENT, **given})
        marking = {k: v for k, v in values.items() if k in SCHEME_FIELDS}
        scheme = MarkScheme.model_validate({"item_id": item.id, **marking})
    except ValidationError as error:
        # What keeps an item out already says why it is no item.
        faults = () if refused else error.errors()
        return None, [*problems, *(_invalid(fault, values) for fault in faults)]
    item, found = meaning.check(item, scheme)
    problems += [*_marks(item, scheme, programme), *found]
    difficulty = values.get("difficulty")
    entry = BankItem(item, scheme, Difficulty(difficulty) if difficulty else None)
    return (None if any(problem.is_error for problem in problems) else entry), problems


def _translations(values: Mapping[str, Any]) -> dict[str, Any]:
    found = translated.documents(values)
    return {translated.TABLE: found} if found else {}


def placed(problem: Problem, **where: Any) -> Problem:
    """Return the problem with its place filled in."""
    return replace(problem, **where)


def _tidy(value: Any) -> Any:
    """Normalise texts to what every format can carry: plain spaces and line ends, trimmed."""
    if isinstance(value, str):
        text = characters.visible(value).replace("\u00a0", " ").replace("\t", " ")
        text = _DISPLAYED.sub(lambda found: f"${' '.join(found[1].split())}$", text)
        text = chemistry.converted(text)
        lines = "\n".join(line.strip(" ") for line in text.split("\n"))
        return _EMPTY_LINES.sub("\n\n", lines).strip()
    if isinstance(value, Mapping):
        return {name: _tidy(part) for name, part in value.items()}
    return [_tidy(part) for part in value] if isinstance(value, (list, tuple)) else value


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (text for part in value.values() for text in _texts(part))
    elif isinstance(value, (list, tuple)):
        yield from (text for part in value for text in _texts(part))


def _check(values: Mapping[str, Any], programme: Programme) -> Iterator[Problem]:
    for name in sorted(set(values) - FIELDS):
        if not translated.is_field(name):
            yield Problem("unknown_column", column=name)
    for name in ("id", "type", "subject", "domain", "stem"):
        if not values.get(name):
            yield Problem("missing", column=name)
    for name, names in _names(programme).items():
        value = values.get(name)
        if value and value not in names:
            shown = {"value": value, "known": ", ".join(names.values()) or "–"}
            yield Problem("unknown_value", column=name, params=shown)
    yield from translated.check(values)
    yield from _check_formulas(values)
    if values.get("type") in set(ItemType):
        yield from _check_answer(ItemType(values["type"]), values)


def _check_characters(values: Mapping[str, Any]) -> Iterator[Problem]:
    for name in ("id", "group"):
        if characters.odd_in_id(str(values.get(name) or "")):
            yield Problem("id_odd", column=name, params={"value": repr(values[name])})
    for name, value in values.items():
        for text in _texts(value):
            if found := _UNUSABLE.search(characters.visible(text)):
                yield Problem("characters", column=name, params={"value": repr(found[0])})
            if private := characters.private(text):
                params = {"value": f"U+{ord(private):04X}"}
                yield Problem("private_character", column=name, params=params, is_error=False)
        if name not in ("id", "group") and any(map(characters.hidden, _texts(value))):
            yield Problem("hidden_removed", column=name, is_error=False)


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
            for span in all_spans(text):
                if span.kind == "formula" and not _is_sound(span.text):
                    yield Problem("formula_bad", column=name, params={"value": span.text[:60]})


def _is_sound(latex: str) -> bool:
    """Return whether a formula is valid; the converter closes open braces as it likes."""
    if not shows_as_meant(latex):
        return False
    braces = re.sub(r"\\.|[^{}]", "", latex)
    while "{}" in braces:
        braces = braces.replace("{}", "")
    return not braces


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
            yield Problem("scheme_missing", column="points", is_error=False)
        return
    if values.get("points"):
        yield Problem("points_surplus", column="points")
    if kind.has_options and len(options) < 2:
        return  # what the key says of missing options is no fault of its own
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


def _marks(item: Item, scheme: MarkScheme, programme: Programme) -> Iterator[Problem]:
    """Check that a written item's marks equal the points that some section gives for it."""
    if item.type.objective or not scheme.points:
        return
    marks = sum((point.marks for point in scheme.points), Decimal(0))
    points = points_given(programme, item.type, item.subject)
    if not points or marks in points:
        return
    given = " / ".join(map(str, points))
    yield Problem("marks", column="points", params={"marks": marks, "points": given})


def _invalid(error: Any, values: Mapping[str, Any]) -> Problem:
    reason = _INVALID.get(error["type"], Phrase("a value of another kind was expected"))
    filled = Phrase(reason.text, error.get("ctx", {}))
    column = ".".join(map(str, translated.place(error["loc"], values)))
    return Problem("invalid", column=column, params={"reason": filled})
