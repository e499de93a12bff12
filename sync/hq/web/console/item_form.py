"""The form of one item: what the page's fields hold, from an item or from a request."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from string import ascii_uppercase
from typing import Any

from werkzeug.datastructures import MultiDict

from kiosk.exam.items.item import Item, ItemType
from sync.hq.authoring import translated
from sync.hq.authoring.entry import BankItem
from sync.hq.authoring.stimuli import OWN, Stimuli
from sync.hq.problems import Problem

TRANSLATED = tuple(
    translated.field_name(language, part)
    for language in translated.LANGUAGES
    for part in ("stem", "stimulus")
)
"""Texts in other languages, without options."""

TEXTS = ("stem", "stimulus", "rationale", "model_answer", *TRANSLATED)
SIMPLE = ("id", "type", "subject", "domain", "trade", "level", "difficulty", "group", *TEXTS)
LONGEST = 20_000
"""Longest text of one field in characters."""
MOST_ROWS = 100
"""Most options or mark points that are read from a request; items have fewer."""

_HAN = re.compile("[\u3400-\u9fff]")
_NUMBER = re.compile(r"\d{1,6}(\.\d{1,4})?")
_BETWEEN_WORDS = re.compile(r"[,，;；、\n]")


@dataclass(frozen=True)
class OptionRow:
    """An option: ``token`` is its id, or for a new one a name that the page has given it.

    ``others``: its texts in other languages.
    """

    token: str
    text: str = ""
    fixed: bool = False
    is_key: bool = False
    others: Mapping[str, str] = field(default_factory=dict)

    @property
    def filled(self) -> bool:
        """Whether it has something to store."""
        texts = (self.text, *self.others.values())
        return self.is_key or any(text.strip() for text in texts)


@dataclass(frozen=True)
class PointRow:
    """A mark point; keywords are separated by commas."""

    token: str
    marks: str = ""
    text: str = ""
    keywords: str = ""


@dataclass(frozen=True)
class ItemForm:
    """Everything that the page's fields hold, those of other types included."""

    values: Mapping[str, str]
    options: Sequence[OptionRow] = ()
    points: Sequence[PointRow] = ()
    truth: str = ""
    shuffle: bool = True
    whole_group: bool = False
    problems: Sequence[Problem] = field(default=())

    @property
    def kind(self) -> ItemType:
        """The chosen type; single choice if none is."""
        value = self.values.get("type", "")
        return ItemType(value) if value in set(ItemType) else ItemType.SINGLE_CHOICE

    @property
    def languages(self) -> Sequence[str]:
        """Languages in which the page has fields: those with texts, and all but the item's own."""
        texts = [self.values.get("stem", ""), *(row.text for row in self.options)]
        own = "en" if any(texts) and not any(map(_HAN.search, texts)) else "zh"
        return [name for name in translated.LANGUAGES if name != own or self.has(name)]

    def has(self, language: str) -> bool:
        """Return whether the form has a text in another language."""
        texts = [self.values.get(name, "") for name in TRANSLATED if f".{language}." in name]
        texts += [row.others.get(language, "") for row in self.options]
        return any(text.strip() for text in texts)

    @property
    def sum(self) -> Decimal:
        """What the marks add up to; a mark that is no number counts nothing."""
        marks = (row.marks for row in self.points if _NUMBER.fullmatch(row.marks))
        return sum(map(Decimal, marks), Decimal(0))

    def fields(self) -> dict[str, Any]:
        """Return the fields of an item (``sync.hq.authoring.entry.FIELDS``) of the chosen type."""
        values: dict[str, Any] = {name: text for name, text in self.values.items() if text.strip()}
        if self.kind.objective:
            values.pop("model_answer", None)
        if self.kind.has_options:
            return {**values, **self._choice(), "shuffle": self.shuffle}
        if self.kind is ItemType.TRUE_FALSE:
            return {**values, "key": [self.truth] if self.truth else []}
        return {**values, "points": [_point(row) for row in self.points if _is_filled(row)]}

    def _choice(self) -> dict[str, Any]:
        rows = [row for row in self.options if row.filled]
        ids = _ids([row.token for row in rows])
        options = [
            {"id": name, "text": row.text, "fixed": row.fixed}
            for name, row in zip(ids, rows, strict=True)
        ]
        key = [name for name, row in zip(ids, rows, strict=True) if row.is_key]
        others = {
            translated.field_name(language, "options"): [
                {"id": name, "text": row.others[language]}
                for name, row in zip(ids, rows, strict=True)
                if row.others.get(language, "").strip()
            ]
            for language in self.languages
        }
        return {"options": options, "key": key, **others}

    def acted(self, action: str) -> "ItemForm":
        """Return the form after a button for its rows: add, remove or move one."""
        verb, _, token = action.partition(" ")
        if verb == "add-option":
            return replace(self, options=[*self.options, OptionRow(_token(self.options))])
        if verb == "add-point":
            return replace(self, points=[*self.points, PointRow(_token(self.points))])
        if verb == "remove":
            options = [row for row in self.options if row.token != token]
            points = [row for row in self.points if row.token != token]
            return replace(self, options=options, points=points)
        if verb == "up":
            return replace(self, options=_raised(self.options, token))
        return self

    def with_text(self, name: str, more: str) -> "ItemForm":
        """Return the form with ``more`` at the end of the text in the field ``name``."""
        if name in TEXTS:
            joined = f"{self.values.get(name, '')}{more}"
            return replace(self, values={**self.values, name: joined})
        options = [
            replace(row, text=row.text + more) if f"text-{row.token}" == name else row
            for row in self.options
        ]
        return replace(self, options=options)

    def with_stimuli(self, stimuli: Stimuli) -> "ItemForm":
        """Return the form with the text of a group, in the languages that the form has."""
        values = {**self.values, "stimulus": stimuli.get(OWN, "")}
        for language in filter(self.has, stimuli.keys() - {OWN}):
            values[translated.field_name(language, "stimulus")] = stimuli[language]
        return replace(self, values=values)


def empty_form(kind: str, defaults: Mapping[str, str]) -> ItemForm:
    """Return the form of a new item."""
    options = [OptionRow(letter) for letter in ascii_uppercase[:4]]
    values = {**dict.fromkeys(SIMPLE, ""), **defaults, "type": kind}
    return ItemForm(values, options, [PointRow("p1")])


def form_of(entry: BankItem) -> ItemForm:
    """Return the form that shows an item."""
    item, scheme = entry.item, entry.scheme
    held: dict[str, object] = {name: getattr(item, name, "") for name in SIMPLE}
    held |= translated.of_item(item)
    held |= {"difficulty": entry.difficulty, "rationale": scheme.rationale}
    held["model_answer"] = scheme.model_answer
    options = [
        OptionRow(option.id, option.text, option.fixed, option.id in scheme.key, others)
        for option, others in zip(item.options, _others(item), strict=True)
    ]
    points = [
        PointRow(f"p{number}", str(point.marks), point.text, ", ".join(point.keywords))
        for number, point in enumerate(scheme.points, start=1)
    ]
    return ItemForm(
        {name: str(held[name] or "") for name in SIMPLE},
        options or [OptionRow(letter) for letter in ascii_uppercase[:4]],
        points or [PointRow("p1")],
        scheme.key[0] if item.type is ItemType.TRUE_FALSE else "",
        item.shuffle,
    )


def _others(item: Item) -> Sequence[Mapping[str, str]]:
    """Return the texts of each option in other languages."""
    return [
        {other.language: other.options[number].text for other in item.translations}
        for number in range(len(item.options))
    ]


def read_form(sent: "MultiDict[str, str]") -> ItemForm:
    """Return the form that a request sends."""
    # Browsers send the line ends of text fields as CR and LF.
    sent = MultiDict((name, text.replace("\r\n", "\n")) for name, text in sent.items(multi=True))
    kind = sent.get("type", "")
    key = sent.getlist("key")[-1:] if kind == ItemType.SINGLE_CHOICE else sent.getlist("key")
    options = [
        OptionRow(
            token,
            sent.get(f"text-{token}", ""),
            f"fixed-{token}" in sent,
            token in key,
            {name: sent.get(f"{name}-text-{token}", "") for name in translated.LANGUAGES},
        )
        for token in sent.getlist("option")[:MOST_ROWS]
    ]
    points = [
        PointRow(
            token,
            sent.get(f"marks-{token}", "").strip(),
            sent.get(f"look-{token}", ""),
            sent.get(f"words-{token}", ""),
        )
        for token in sent.getlist("point")[:MOST_ROWS]
    ]
    form = ItemForm(
        {name: sent.get(name, "") for name in SIMPLE},
        options,
        points,
        sent.get("truth", ""),
        "shuffle" in sent,
        "whole_group" in sent,
    )
    return replace(form, problems=_too_long(form))


def _too_long(form: ItemForm) -> Sequence[Problem]:
    texts = [(name, form.values[name]) for name in TEXTS]
    for row in form.options:
        others = ((translated.field_name(name, "options"), t) for name, t in row.others.items())
        texts += [("options", row.text), *others]
    texts += [("points", row.text) for row in form.points]
    return [
        Problem("too_long", column=name, params={"size": len(text), "limit": LONGEST})
        for name, text in texts
        if len(text) > LONGEST
    ]


def _ids(tokens: Sequence[str]) -> list[str]:
    """Return ids for options: letters by place, or those of a foreign item as they are."""
    more = [f"Z{number}" for number in range(MOST_ROWS)]  # too many, which the check names
    if all(re.fullmatch(r"[A-Z]|new\d+", token) for token in tokens):
        return [*ascii_uppercase, *more][: len(tokens)]
    free = iter(name for name in (*ascii_uppercase, *more) if name not in tokens)
    return [next(free) if re.fullmatch(r"new\d+", token) else token for token in tokens]


def _token(rows: Sequence[OptionRow] | Sequence[PointRow]) -> str:
    taken = {row.token for row in rows}
    prefix = "p" if rows and isinstance(rows[0], PointRow) else "new"
    return next(name for n in range(1, len(rows) + 2) if (name := f"{prefix}{n}") not in taken)


def _raised(rows: Sequence[OptionRow], token: str) -> list[OptionRow]:
    found = list(rows)
    for number in range(1, len(found)):
        if found[number].token == token:
            found[number - 1], found[number] = found[number], found[number - 1]
            break
    return found


def _is_filled(row: PointRow) -> bool:
    return bool(row.text.strip() or row.marks or row.keywords.strip())


def _point(row: PointRow) -> dict[str, Any]:
    words = [word.strip() for word in _BETWEEN_WORDS.split(row.keywords) if word.strip()]
    return {"marks": row.marks, "text": row.text, "keywords": words}
