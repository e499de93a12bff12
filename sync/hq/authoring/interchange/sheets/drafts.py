"""Drafts of items from the rows of a sheet."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from kiosk.exam.items.item import TRUE_FALSE, Difficulty, ItemType
from sync.hq.authoring.entry import DIFFICULTIES, TYPES
from sync.hq.authoring.interchange.scheme_text import read_points
from sync.hq.authoring.interchange.sheets import keys, names
from sync.hq.authoring.interchange.sheets.headings import OPTIONS
from sync.hq.authoring.interchange.sheets.item_row import ItemRow
from sync.hq.authoring.interchange.sheets.keys import Key
from sync.hq.authoring.interchange.sheets.labels import are_truths, settled, without_letters
from sync.hq.authoring.interchange.sheets.names import ANY_CHOICE, UNDECIDED, Names
from sync.hq.authoring.interchange.sheets.options import in_brackets, lettered, split
from sync.hq.authoring.interchange.sheets.translations import Translations
from sync.hq.authoring.parsed import Draft
from sync.hq.authoring.pictures import Collected, PictureUnusable
from sync.hq.imports.cells import InCell
from sync.hq.problems import Problem
from sync.wire.canonical import digest

_HARD = ("subject", "domain", "trade", "level")
_OPTIONAL = ("trade", "level")
_PLAIN = ("rationale", "group")
_WITH_MARKS = re.compile(
    r"(?:\d{1,2}\s*[.、．)）]|[(（]\d{1,2}[)）]|[①-⑩])?\s*(?P<text>.*\S)\s*"
    r"[(（\[【]\s*(?P<marks>\d+(?:\.\d+)?)\s*分\s*[)）\]】]\s*[。;；,，]?"
)
_KEY_IN_STEM = re.compile(r"[(（\[【]\s*(?:[A-Z]{1,8}|[√×✓✗]|对|错|正确|错误)\s*[)）\]】]")
_BETWEEN_NAMES = re.compile(r"[;；|\n,，]")
_WRITTEN = (ItemType.SHORT_ANSWER.value, ItemType.ESSAY.value)


@dataclass
class Reader:
    """Reads rows; ``own``: the sheet has our template's headings, so its texts are our markup."""

    known: Names
    collected: Collected
    title: str
    own: bool
    numbered: bool
    declared: bool
    inferred: Counter[ItemType] = field(default_factory=Counter)
    """How many items got their types by their options and key."""
    _stimuli: dict[str, str] = field(default_factory=dict)
    _translations: Translations = field(init=False)

    def __post_init__(self) -> None:
        self._translations = Translations(self.own, self.numbered)

    def draft(self, row: ItemRow) -> Draft:
        """Return the draft of a row."""
        item = _Item(self, row)
        values = item.read()
        self._share(values)
        translated, found = self._translations.read(item.cells, values)
        values |= translated
        draft = Draft(values, "row", row.place, row.columns, bool(values["id"]))
        placed = [draft.problem(problem) for problem in (*item.problems, *found)]
        faulty = {problem.column for problem in row.problems if problem.is_error}
        own = [p for p in placed if not (p.code == "missing" and p.column in faulty)]
        return replace(draft, problems=[*row.problems, *own])

    def notes(self) -> list[Problem]:
        """Return what was decided for many rows at once."""
        if not self.inferred:
            return []
        kinds = (f"{' / '.join(TYPES[kind])} × {n}" for kind, n in self.inferred.items())
        shown = {"count": self.inferred.total(), "name": ", ".join(kinds)}
        return [Problem("types_inferred", "file", self.title, "", shown, is_error=False)]

    def _share(self, values: dict[str, Any]) -> None:
        """Give the items of a group the stimulus of its first row."""
        group, stimulus = values.get("group", ""), values.get("stimulus", "")
        if group and stimulus:
            self._stimuli[group] = stimulus
        elif group and group in self._stimuli:
            values["stimulus"] = self._stimuli[group]
        elif stimulus:
            values["group"] = f"g-{digest(stimulus.encode())[:16]}"


class _Item:
    """The values of one row, and its problems."""

    def __init__(self, reader: Reader, row: ItemRow) -> None:
        self._reader, self._row = reader, row
        self._cells = dict(row.values)
        self.problems: list[Problem] = []

    @property
    def cells(self) -> Mapping[str, str]:
        """The texts of the row with the pictures on them."""
        return self._cells

    def read(self) -> dict[str, Any]:
        """Return the fields of a draft."""
        self._add_pictures()
        cells = self._cells
        values: dict[str, Any] = {"id": cells.get("id", "") if self._reader.declared else ""}
        options = self._options()
        if cells.get("stem"):
            values["stem"] = cells["stem"]
        kind = self._type(options)
        values |= {name: cells[name] for name in _PLAIN if name in cells}
        if "stimulus" in cells:
            values["stimulus"] = cells["stimulus"]
        self._classify(values)
        self._answer(values, kind, options)
        return values

    def _note(
        self, code: str, column: str = "", *, is_error: bool = False, **params: object
    ) -> None:
        self.problems.append(Problem(code, column=column, params=params, is_error=is_error))

    def _add_pictures(self) -> None:
        """Add the pictures on the row's cells, and those that a column of pictures names."""
        for field_, picture in self._row.pictures:
            if name := self._picture(field_, picture):
                self._append(field_, name)
        for name in _BETWEEN_NAMES.split(self._cells.get("picture", "")):
            if name.strip():
                self._append("stem", name.strip())

    def _append(self, field_: str, name: str) -> None:
        self._cells[field_] = f"{self._cells.get(field_, '')}\n![]({name})".strip()

    def _picture(self, field_: str, picture: InCell) -> str:
        """Return the name of a picture of the sheet, or an empty text if it cannot be used."""
        shown = {"value": picture.name}
        if not field_:
            self._note("picture_misplaced", is_error=True, **shown)
        elif picture.data is None:
            self._note("picture_missing", field_, is_error=True, **shown)
        else:
            try:
                return self._reader.collected.add(picture.data)
            except PictureUnusable as error:
                reason = error.params["reason"]
                self._note("picture_bad", field_, is_error=True, **shown, reason=reason)
        return ""

    def _options(self) -> dict[str, str]:
        """Return the texts of the options by letter."""
        cells, reader = self._cells, self._reader
        options = {letter: cells[letter] for letter in OPTIONS if letter in cells}
        if "options" in cells:
            options = self._in_one_cell(cells["options"], options)
        elif not (reader.own or options) and "stem" in cells:
            options = self._in_stem(cells["stem"])
        options, found = settled(options, own=reader.own, numbered=reader.numbered)
        self.problems += found
        return options

    def _in_one_cell(self, text: str, options: Mapping[str, str]) -> dict[str, str]:
        found = split(text)
        if options:
            if found != without_letters(options):
                self._note("options_both", "options", is_error=True)
            return dict(options)
        if not found:
            self._note("options_one_cell", "options", is_error=True)
        return found

    def _in_stem(self, text: str) -> dict[str, str]:
        stem, found = lettered(text)
        if not (found and stem) and keys.read_letters(self._key_text()):
            stem, found = in_brackets(text)
        if not (found and stem):
            return {}
        self._cells["stem"] = stem
        self._note("options_from_stem", "stem", count=len(found))
        return found

    def _type(self, options: Mapping[str, str]) -> str:
        """Return the type that cell, section or sheet names, or that the answer implies."""
        cell = self._cells.get("type", "")
        if cell and self._reader.own:
            return names.id_of(self._reader.known, "type", cell) or cell
        found, supported = names.type_of(cell)
        if cell and not found:
            return names.id_of(self._reader.known, "type", cell) or cell
        if not found:
            found, supported = names.type_of(self._row.section)
        if not found:
            found, supported = names.type_in_title(self._reader.title)
        if not supported:
            self._note("unsupported", "type", is_error=True, name=found)
            return ""
        kind = self._decided(found, options)
        if not kind and not any(problem.is_error for problem in self.problems):
            self._note("type_unclear", "type", is_error=True)
        return kind

    def _decided(self, found: str, options: Mapping[str, str]) -> str:
        """Decide by options and key what a name leaves open."""
        if found and found not in (ANY_CHOICE, UNDECIDED):
            return found
        text = self._key_text()
        if len(options) < 2 or (not found and are_truths(options)):
            said = self._truth(text, options) if text else None
            if found or said is None or said.picks[0] not in TRUE_FALSE:
                return "" if not found else ItemType.SINGLE_CHOICE.value
            return self._inferred(ItemType.TRUE_FALSE)
        picks = keys.read_choice(text, options, numbered=self._reader.numbered).picks
        several = len(set(picks)) > 1
        if found == UNDECIDED and not several:
            self._note("key_undecided", "type", is_error=True)
        return self._inferred(ItemType.MULTIPLE_CHOICE if several else ItemType.SINGLE_CHOICE)

    def _inferred(self, kind: ItemType) -> str:
        self._reader.inferred[kind] += 1
        return kind.value

    def _key_text(self) -> str:
        if self._reader.own:
            return self._cells.get("key", "")
        return self._cells.get("key") or self._cells.get("model_answer", "")

    def _classify(self, values: dict[str, Any]) -> None:
        cells, known = self._cells, self._reader.known
        for name in _HARD:
            if name in cells and name in _OPTIONAL and not known[name]:
                self._note("value_unused", name, value=cells[name][:60])
            elif name in cells:
                values[name] = names.id_of(known, name, cells[name]) or cells[name]
        if "domain" not in values and "topic" in cells:
            self._topic(values, cells["topic"])
        self._difficulty(values)

    def _topic(self, values: dict[str, Any], text: str) -> None:
        """Take a topic as the domain if the programme has it by this name."""
        found = names.id_of(self._reader.known, "domain", text)
        if found:
            values["domain"] = found
        else:
            self._note("topic_unknown", "topic", value=text[:60])

    def _difficulty(self, values: dict[str, Any]) -> None:
        cells = self._cells
        if text := cells.get("difficulty", ""):
            found = names.id_of(self._reader.known, "difficulty", text) or names.difficulty_of(text)
            column = "difficulty"
        elif text := cells.get("coefficient", ""):
            found, column = names.difficulty_from_facility(text), "coefficient"
        else:
            return
        if not found:
            self._note("difficulty_unknown", column, value=text[:60])
            return
        values["difficulty"] = found
        if column == "coefficient" or text.strip().isdecimal():
            name = " / ".join(DIFFICULTIES[Difficulty(found)])
            self._note("difficulty_read_as", column, value=text[:60], name=name)

    def _answer(self, values: dict[str, Any], kind: str, options: Mapping[str, str]) -> None:
        cells = self._cells
        if kind:
            values["type"] = kind
        if options and not (kind == ItemType.TRUE_FALSE and are_truths(options)):
            values["options"] = self._listed(values, options)
        if "points" in cells:
            self._mark_points(values, kind, cells["points"])
        if kind in _WRITTEN:
            self._written(values)
            return
        if text := self._key_text():
            read = self._key(text, kind, options)
            values["key"] = list(read.picks)
            self.problems += read.problems
        elif (
            kind and not self._reader.own and (found := _KEY_IN_STEM.search(cells.get("stem", "")))
        ):
            self._note("key_only_in_stem", "key", is_error=True, value=found[0])
        if "model_answer" in cells and (self._reader.own or cells.get("key")):
            self._second_key(values, kind, options)

    def _second_key(self, values: dict[str, Any], kind: str, options: Mapping[str, str]) -> None:
        """Compare a model answer that names options with the key."""
        text = self._cells["model_answer"]
        picks = set(self._key(text, kind, options).picks)
        known = set(TRUE_FALSE) if kind == ItemType.TRUE_FALSE else set(options)
        same = picks == set(values.get("key", ()))
        if not same and picks <= known and values.get("key"):
            shown = {"value": text[:60], "other": self._cells["key"][:60]}
            self._note("key_differs", "model_answer", is_error=True, **shown)
        if not same or self._reader.own:
            values["model_answer"] = text

    def _mark_points(self, values: dict[str, Any], kind: str, text: str) -> None:
        if kind and kind not in _WRITTEN and not self._reader.own:
            self._note("points_skipped", "points", value=text[:60])
            return
        values["points"], found = self._points(text)
        self.problems += found

    def _points(self, text: str) -> tuple[list[dict[str, Any]], list[Problem]]:
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        found = [_WITH_MARKS.fullmatch(line) for line in lines]
        if self._reader.own or not all(found):
            return read_points(text)
        points: list[dict[str, Any]] = [
            {"marks": line["marks"], "text": line["text"], "keywords": []} for line in found if line
        ]
        return points, []

    def _key(self, text: str, kind: str, options: Mapping[str, str]) -> Key:
        if kind == ItemType.TRUE_FALSE:
            return self._truth(text, options)
        if self._reader.own and (letters := keys.read_letters(text)):
            return Key(letters)
        return keys.read_choice(text, options, numbered=self._reader.numbered)

    def _truth(self, text: str, options: Mapping[str, str]) -> Key:
        return keys.read_truth(text, options, numbered=self._reader.numbered)

    def _written(self, values: dict[str, Any]) -> None:
        """Take the key of a foreign sheet as the model answer."""
        cells = self._cells
        key, answer = cells.get("key", ""), cells.get("model_answer", "")
        if answer or key:
            values["model_answer"] = answer or key
        if answer and key and answer != key:
            self._note("key_surplus", "key", is_error=True)

    def _listed(self, values: dict[str, Any], options: Mapping[str, str]) -> list[dict[str, Any]]:
        """Return the options in order; an empty one between them is an error."""
        letters = list(options)
        missing = [
            letter for letter in OPTIONS[: OPTIONS.index(letters[-1])] if letter not in options
        ]
        for letter in missing:
            self._note("missing", letter, is_error=True)
        fixed = self._fixed(letters)
        if "shuffle" in self._cells:
            self._shuffle(values)
        return [
            {"id": letter, "text": text, **({"fixed": True} if letter in fixed else {})}
            for letter, text in options.items()
        ]

    def _fixed(self, letters: Sequence[str]) -> frozenset[str]:
        if "fixed" not in self._cells:
            return frozenset()
        text = self._cells["fixed"]
        found = keys.read_letters(text) or [text]
        for letter in sorted(set(found) - set(letters)):
            self._note("key_unknown", "fixed", is_error=True, value=letter[:60])
        return frozenset(found)

    def _shuffle(self, values: dict[str, Any]) -> None:
        said = keys.read_truth(self._cells["shuffle"], {}).picks[0]
        if said in TRUE_FALSE:
            values |= {} if said == TRUE_FALSE[0] else {"shuffle": False}
            return
        shown = {"value": self._cells["shuffle"][:60], "known": "是 / 否 / yes / no"}
        self._note("unknown_value", "shuffle", is_error=True, **shown)
