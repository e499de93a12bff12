"""What is wrong in a file that somebody wants to import: where, and why, for a person to mend.

A problem is data, so that the command line says it in English and the console in the language of
the reader: ``TEXTS`` hold the English sentences, which are the console's message ids too.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Place = Literal["file", "row", "line", "item"]

TEXTS: Mapping[str, str] = MappingProxyType(
    {
        # the file itself
        "unreadable": "cannot be read as {format}: {reason}",
        "unknown_format": "is none of the formats that are known: {known}",
        "too_large": "has {size} bytes, at most {limit} are taken",
        "too_many": "has more than {limit} rows; divide the file",
        "empty": "there is nothing in it",
        "encoding": "is neither UTF-8 nor GB18030 at byte {at}; save it as 'CSV UTF-8'",
        "archive": "is not taken from the archive: {reason}",
        "no_sheet": "has no sheet with the columns {columns}",
        # rows and columns
        "unknown_column": "this column is not known",
        "column_twice": "this column stands twice",
        "merged": "the cells {cells} are merged; undo that and fill in each",
        "formula": "holds a formula; paste its value instead",
        "cell_error": "holds the error {value}",
        "lost_digits": "{value} is kept as a number and has lost digits; format the column as text",
        "cells_beyond": "has more cells than there are columns",
        # values
        "missing": "is missing",
        "unknown_value": "{value} is not one of {known}",
        "not_a_number": "{value} is not a number",
        "out_of_range": "{value} does not lie between {least} and {most}",
        "too_long": "has {size} characters, at most {limit} are taken",
        "characters": "{value} has characters that are not taken here",
        "not_a_date": "{value} is not a date such as 2026-04-25",
        "twice": "{value} stands in the file twice, first at {first}",
        "invalid": "is not valid: {reason}",
        # items
        "options_few": "a choice item needs two options or more",
        "options_many": "a choice item has at most {limit} options",
        "options_surplus": "this type of item has no options",
        "key_unknown": "the key names {value}, which is not an option",
        "key_one": "the key must name exactly one option",
        "key_two": "the key must name two options or more",
        "key_surplus": "a written item has mark points instead of a key",
        "points_missing": "a written item needs mark points",
        "points_surplus": "only written items have mark points",
        "marks": "the marks add up to {marks}; the blueprint gives {points}",
        "mark_line": "{value} is not a mark point such as: 2 | what to look for | keyword, keyword",
        "picture_missing": "the picture {value} is not in the file",
        "picture_bad": "the picture {value} cannot be used: {reason}",
        "picture_surplus": "no item shows this picture; it is left out",
        "formula_bad": "the formula {value} is not valid LaTeX",
        "unsupported": "{name} is not supported: the item is left out",
        "dropped": "{name} is not supported: it is left out, the item is taken",
        # candidates
        "identity_length": "{value} has not 18 characters",
        "identity_birth": "{value} names a day of birth that there was not",
        "identity_check": "the check digit of {value} is wrong; it is mistyped",
        "identity_differs": "says {value}, the identity number says {expected}",
        "portrait_missing": "{value} is not among the portraits",
        "portrait_bad": "{value} cannot be used: {reason}",
        "portrait_surplus": "belongs to nobody in the file",
        "certificate": "{value} is not a certificate such as programme/junior/1.5",
        "known_as": "{value} is known under the name {name}; storing changes it",
        "registration_closed": "registration closed on {day}",
        "material_closed": "the time to hand in material ended on {day}",
        "hours_closed": "class hours counted until {day}",
        "taken": "{value} belongs to somebody else",
    }
)

NAMES = (
    "adaptive item",
    "answer that is not in GIFT",
    "assessment section",
    "assessment test",
    "bold",
    "catalogue of supports",
    "choice without a response declaration",
    "description without an answer",
    "feedback to candidates",
    "formula in MathML without its LaTeX",
    "a picture pasted into the sheet",
    "italics",
    "item made from a template",
    "item that needs a shared stimulus",
    "item without a body",
    "item without an interaction",
    "least number of choices",
    "link",
    "matching",
    "numerical answer",
    "option in a fixed place",
    "points for single options (mapping)",
    "response processing of its own; the programme's scoring holds",
    "shared stimulus",
    "short answer that is marked by its exact words",
    "strikethrough",
    "style sheet",
    "table",
    "tool beside the item",
    "underlining",
    # reasons
    "it is encrypted",
    "it is too large",
    "it is a link",
    "it has no name",
    "its name stands twice",
    "its path leads out of the archive",
    "it would grow more than plausible, as a bomb does",
    "the workbook is damaged",
    "the archive is damaged",
    "not a complete JPEG",
    "it moves",
    "the manifest names it and it is not there",
)
"""What stands in for ``name`` and ``reason`` where it is always the same: to be translated too."""


@dataclass(frozen=True)
class Problem:
    """One thing to mend: ``at`` is a row, line, item or file, ``column`` the field in it.

    ``grave``: with it the row or item cannot be stored. The others are told and do no harm.
    """

    code: str
    kind: Place = "file"
    at: str = ""
    column: str = ""
    params: Mapping[str, object] = field(default_factory=dict)
    grave: bool = True

    @property
    def text(self) -> str:
        """Why, in English."""
        return TEXTS[self.code].format(**self.params)

    def __str__(self) -> str:
        where = " ".join(part for part in (self.kind, self.at) if part)
        return f"{where}{f', {self.column}' if self.column else ''}: {self.text}"
