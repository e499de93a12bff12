"""Texts of a row in other languages: the fields of a draft, and what is wrong with them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sync.hq.authoring.interchange.sheets.headings import LANGUAGES, OPTIONS
from sync.hq.authoring.interchange.sheets.labels import are_truths, settled
from sync.hq.authoring.interchange.sheets.options import split
from sync.hq.authoring.translated import field_name
from sync.hq.problems import Problem


@dataclass
class Translations:
    """Reads the translations of a sheet's rows; ``own`` and ``numbered`` as in its reader."""

    own: bool
    numbered: bool
    _stimuli: dict[tuple[str, str], str] = field(default_factory=dict)

    def read(
        self, cells: Mapping[str, str], values: Mapping[str, Any]
    ) -> tuple[dict[str, Any], list[Problem]]:
        """Return the fields of a row; ``values``: those of the item's own texts."""
        found: dict[str, Any] = {}
        problems: list[Problem] = []
        for language in LANGUAGES:
            found |= self._texts(language, cells, str(values.get("group", "")))
            options, faults = self._options(language, cells)
            if not are_truths(options) or values.get("options"):
                listed = [{"id": letter, "text": text} for letter, text in options.items()]
                found |= {field_name(language, "options"): listed} if listed else {}
                problems += faults
        return found, problems

    def _texts(self, language: str, cells: Mapping[str, str], group: str) -> dict[str, str]:
        """Return stem and stimulus; items of a group share that of its first row."""
        names = (field_name(language, "stem"), field_name(language, "stimulus"))
        texts = {name: cells[name] for name in names if name in cells}
        stem, stimulus = names
        if group and stimulus in texts:
            self._stimuli[language, group] = texts[stimulus]
        elif group and stem in texts and (language, group) in self._stimuli:
            texts[stimulus] = self._stimuli[language, group]
        return texts

    def _options(
        self, language: str, cells: Mapping[str, str]
    ) -> tuple[dict[str, str], list[Problem]]:
        column = field_name(language, "options")
        options = {
            letter: cells[name]
            for letter in OPTIONS
            if (name := field_name(language, letter)) in cells
        }
        if text := cells.get(column):
            parts = split(text)
            if options:
                return options, [Problem("options_both", column=column)]
            if not parts:
                return {}, [Problem("options_one_cell", column=column)]
            options = parts
        options, found = settled(options, own=self.own, numbered=self.numbered)
        return options, [replace(problem, column=column) for problem in found]
