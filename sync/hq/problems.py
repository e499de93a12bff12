"""Problems of an imported file: what is wrong, where, and how to fix it.

A problem is data, so the command line shows it in English and the console in the reader's
language. ``TEXTS`` has the English sentences, which are also the console's message ids. Words
inside a sentence that need a translation, too, are a :class:`Phrase`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Place = Literal["file", "row", "line", "item"]

TEXTS: Mapping[str, str] = MappingProxyType(
    {
        # the file itself
        "unreadable": "cannot be read as %(format)s: %(reason)s",
        "unknown_format": "is not a known format: %(known)s",
        "too_large": "has %(size)s bytes, at most %(limit)s are accepted",
        "too_many": "has more than %(limit)s rows; divide the file",
        "empty": "is empty",
        "nothing_to_store": "has no item that can be stored",
        "no_items": "has no questions that can be read",
        "file_missing": "the file %(value)s, which the item refers to, is missing or damaged",
        "encoding": "is neither UTF-8 nor GB18030 at byte %(at)s; save it as 'CSV UTF-8'",
        "encoding_unknown": "is in an encoding that cannot be recognised; choose the one in which"
        " this line is right, or save the file as 'CSV UTF-8': %(known)s",
        "format_unread": "is %(name)s, which is not read; save it as XLSX or CSV",
        "archive": "was not imported from the archive: %(reason)s",
        "no_sheet": "has no sheet with the columns %(columns)s",
        "no_headings": "has no sheet with the columns %(columns)s; rename two of the"
        " headings, or choose what the columns mean: %(found)s",
        "old_office": "is an old or encrypted Office file; open it, remove its password and save"
        " it as XLSX",
        "part_skipped": "%(name)s is not supported: it is skipped",
        "sheet_skipped": "this sheet is not read: it has no heading row with a stem and a key",
        "sheet_second": "this sheet is not read, although it has the columns: import it as a file"
        " of its own, or move its rows into the first sheet",
        # rows and columns
        "as_typed": "%(value)s is imported with all its digits; the sheet may show it rounded",
        "cells_skipped": "%(value)s stands under no heading; it is skipped",
        "column_chosen": "this column is read as %(name)s, as was chosen for the programme",
        "column_skipped": "this column is unknown and is skipped",
        "columns_many": "has a row with more than %(limit)s cells",
        "comment": "the comment on this cell is not imported: %(value)s",
        "date_shown": "is a date in the sheet and is imported as shown: %(value)s",
        "hidden_column": "is a hidden column, and is imported",
        "hidden_row": "is hidden in the sheet, and is imported",
        "hidden_sheet": "is a hidden sheet; it is skipped",
        "marks_skipped": "the marks of this column are skipped: the blueprint gives them",
        "row_skipped": "is not an item and is skipped: %(value)s",
        "row_type_only": "has nothing but the type %(value)s and is read as a section's heading",
        "unknown_column": "unknown column",
        "column_not_needed": "this column is not needed; nothing of it is stored",
        "column_other": "this column is not read: another one has the name that is asked for",
        "heading_rows": "rows %(first)s and %(last)s are read together as the headings",
        "note_skipped": "row %(row)s is a note under the table and is not read: %(value)s",
        "column_twice": "this column occurs twice",
        "columns_differ": "differs from column %(other)s, which has the same meaning; delete"
        " the wrong value",
        "merged": "the cells %(cells)s are merged; undo that and fill in each",
        "formula": "contains a formula; paste its value instead",
        "cell_error": "contains the error %(value)s",
        "lost_digits": "%(value)s was saved as a number and lost digits; format the column as text",
        "shown_as": "%(value)s has the number format %(format)s; write it as text, as it should be"
        " shown",
        "cells_beyond": "has more cells than there are columns",
        # values
        "missing": "is missing",
        "banned": "is banned until %(until)s (case %(case)s)",
        "perhaps_banned": "may be a person who is banned until %(until)s (case %(case)s), with"
        " another document; compare",
        "unknown_value": "%(value)s is not one of %(known)s",
        "not_a_number": "%(value)s is not a number",
        "out_of_range": "%(value)s is not between %(least)s and %(most)s",
        "too_long": "has %(size)s characters, at most %(limit)s are accepted",
        "characters": "%(value)s contains characters that are not allowed",
        "not_a_date": "%(value)s is not a date such as 2026-04-25",
        "day_serial": "%(value)s is not a date but the number by which spreadsheets count days,"
        " perhaps of %(day)s; write the date such as 2026-04-25",
        "date_out_of_range": "%(value)s is in the future or too long ago",
        "twice": "%(value)s occurs twice in the file, first at %(first)s",
        "id_again": "%(value)s is also the id of another item, %(first)s; this one gets a new id",
        "id_alike": "differs from the id %(value)s only in case, width or blanks",
        "invalid": "is not valid: %(reason)s",
        # items
        "group_differs": "its stimulus differs from that of %(first)s in the same group %(group)s;"
        " give both the same text, or another group",
        "group_partial": "changes the stimulus of group %(group)s, but these items of the group are"
        " not in the file: %(items)s; add them, or change the stimulus at the console",
        "group_renamed": "the item bank has another group %(group)s; this one becomes %(value)s",
        "group_torn": "group %(group)s would have two stimuli, because these items of it are not"
        " chosen or were changed meanwhile: %(items)s; choose the whole group",
        "case_attached": "this case is imported with each of the next %(count)s questions",
        "case_unclear": "may belong to the case in row %(value)s, which has no place of its"
        " own; write the case into the column 材料 / Stimulus of each of its questions,"
        " and delete its row",
        "difficulty_read_as": "%(value)s is imported as %(name)s",
        "difficulty_unknown": "%(value)s is not a difficulty; it is skipped",
        "key_ambiguous": "%(value)s is the letter of an option and the text of another one; write"
        " letters as headings have them",
        "key_differs": "the key is %(value)s here and %(other)s in another column; delete the"
        " wrong value",
        "types_inferred": "%(count)s items have no type of their own; by options and key it"
        " is: %(name)s",
        "key_read_as": "%(value)s is read as %(key)s",
        "key_twice": "the key names %(value)s twice",
        "key_undecided": "the name of the type does not say how many options are right, and the key"
        " names one; write 单选题 or 多选题",
        "numbers_removed": "the numbers before %(count)s stems are left out",
        "options_from_stem": "%(count)s options were found in the text of the stem",
        "options_one_cell": "the options in one cell cannot be told apart; begin each with its"
        " letter",
        "options_letters": "the letters before the options differ from those of their"
        " columns: %(value)s; correct the letters or the order",
        "options_both": "has other options than the columns of single options; keep only one"
        " of both",
        "letters_kept": "the letters before the options are kept as part of their texts: %(value)s",
        "options_few": "a choice item needs two options or more",
        "options_many": "a choice item has at most %(limit)s options",
        "options_surplus": "this type of item has no options",
        "key_unknown": "the key names %(value)s, which is not an option",
        "key_one": "the key must name exactly one option",
        "key_two": "the key must name two options or more",
        "key_missing": "no right answer is given",
        "one_right": "only one option is right: it is imported as single choice",
        "id_short": "the id has over 64 characters: it is imported as %(value)s",
        "by_person": "was marked by its exact words; here a person marks it",
        "key_surplus": "a written item has mark points instead of a key",
        "scheme_missing": "is a draft: it needs a mark scheme before papers can draw it",
        "points_surplus": "only written items have mark points",
        "points_skipped": "this type of item needs no mark points; skipped: %(value)s",
        "marks": "the marks add up to %(marks)s; the blueprint gives %(points)s",
        "mark_line": "%(value)s is not a mark point such as: 2 | what to look for | keyword,"
        " keyword",
        "picture_missing": "the picture %(value)s is not in the file",
        "picture_bad": "the picture %(value)s cannot be used: %(reason)s",
        "picture_remote": "the picture %(value)s is on the internet; put it into the file",
        "picture_loose": "%(value)s in the sheet is beside no item; it is skipped",
        "picture_misplaced": "the picture %(value)s is in a column that cannot show it; move it to"
        " the stem or an option",
        "picture_surplus": "no item shows this picture; it is skipped",
        "formula_bad": "the formula %(value)s is not valid LaTeX",
        "no_text": "has no text once the formatting is removed",
        "options_equal": "options %(first)s and %(second)s read the same",
        "key_in_stem": "%(value)s shows the key; remove it from the stem",
        "key_only_in_stem": "no key is given; if %(value)s in the stem is the key, move it to"
        " the column 答案 / Key",
        "key_marked": "%(value)s, the key, is marked as the right option; remove the mark",
        "key_longest": "the key is much longer than the other options and may give itself away",
        "amount": "%(value)s is read as a formula; write \\$ where a dollar sign is meant",
        "dollar_sign": "the dollar signs of %(value)s are shown as they are; it is no formula",
        "leftover": "%(value)s comes from another program and would be shown; remove it",
        "shown_as_written": "%(value)s is shown exactly as it is written here",
        "tags_read": "%(value)s in the text is read as formatting; write \\%(first)s to show it",
        "hidden_removed": "characters that nobody sees were removed",
        "private_character": "the character %(value)s exists in special fonts only and may be"
        " missing on screen",
        "id_odd": "%(value)s has blanks or characters that nobody sees; use single plain blanks",
        "labels_removed": "the letters in front of the options were removed; they are shown anyway",
        "fixed_last": "%(value)s stays last when the options are shuffled",
        "not_shuffled": "the options are not shuffled, because %(value)s refers to their order",
        "twin": "has the same text as item %(value)s",
        "language_unknown": "%(value)s is not a language of the candidates' pages: %(known)s",
        "translation_form": "needs a table for each language, such as [items.translations.en]",
        "translation_stem": "the question has no stem in %(language)s; give all of its texts in"
        " that language, or none",
        "translation_stimulus": "the question has no shared text in %(language)s; give all of its"
        " texts in that language, or none",
        "translation_no_stimulus": "the question has a shared text in %(language)s only; give it"
        " as the question's own, too, or remove it",
        "translation_options": "the question has no option %(value)s in %(language)s; give all of"
        " its texts in that language, or none",
        "translation_surplus": "the question has option %(value)s in %(language)s only; add it to"
        " the question's own options, or remove it",
        "translation_twice": "the question has option %(value)s twice in %(language)s",
        "translation_kept": "the file has no text in %(language)s; that of the item bank stays,"
        " since the question's own text is the same",
        "translation_lost": "the item bank has this question in %(language)s, too, and the file"
        " does not: the changed question is stored without that text",
        "translation_same": "is the same as the stem of the question itself; is it translated?",
        "topic_unknown": "%(value)s is not a domain of the programme; it is skipped",
        "value_unused": "%(value)s is skipped: the programme has nothing to choose from here",
        "type_inferred": "the type is %(name)s, by options and key",
        "type_unclear": "is missing, and options and key do not show it; fill in the type,"
        " and give each option its own column or begin it with its letter",
        "unsupported": "%(name)s is not supported: the item is skipped",
        "dropped": "%(name)s is not supported: it is skipped, the item is imported",
        "not_imported": "%(name)s are not imported",
        "gift_brace": "contains a %(value)s that belongs to no answers; write \\%(value)s if it is"
        " text",
        "gift_empty_line": "has an empty line between { and }; remove it",
        "gift_escape": "contains \\n inside a formula, where it is a line break; write \\\\n",
        "gift_first": "has text before the first = or ~ of the answers",
        "gift_open": "has a { without its }; add the } or write \\{ if it is text",
        "gift_second": "has answers in braces twice; put an empty line between two questions",
        "gift_sign": "contains a %(value)s inside an answer; write \\%(value)s, or begin a new line"
        " with each answer",
        "gift_title": "has a :: without the :: that ends the title; add it, or write \\:\\: if it"
        " is text",
        "gift_weight": "has %(value)s, which is not a share such as %%50%%",
        # candidates
        "identity_length": "%(value)s does not have 18 characters",
        "identity_birth": "%(value)s contains an impossible date of birth",
        "identity_check": "the check digit of %(value)s is wrong; it is mistyped",
        "identity_differs": "says %(value)s, the identity number says %(expected)s",
        "private_text": "contains characters that other machines cannot show (%(value)s); type"
        " them again, or as the identity document writes them in Latin letters",
        "name_lost": "%(value)s has a sign where a character was lost or hidden; type the name as"
        " the identity document shows it",
        "name_odd": "%(value)s is stored as the name, with its signs; correct it if the identity"
        " document does not show them",
        "portrait_missing": "%(value)s is not among the portraits",
        "portrait_bad": "%(value)s cannot be used: %(reason)s",
        "portrait_places": "several portraits are called %(value)s; write one with its"
        " folder: %(places)s",
        "portrait_twice": "row %(first)s names the same portrait, %(value)s",
        "portrait_several": "belongs to row %(row)s, which has several portraits: none is used;"
        " keep one of %(places)s",
        "portrait_numbers": "has the numbers of several rows, %(rows)s: it is not used; rename it",
        "portrait_differs": "has the number of row %(row)s and the name of row %(other)s: it is not"
        " used; rename it, or name it in the right row",
        "portrait_other": "has the number of %(name)s in row %(row)s, but says %(value)s: it is not"
        " used; rename it, or name it in the right row",
        "portrait_folder": "has the number or name of row %(row)s, but is in the folder of row"
        " %(other)s: it is not used; move it, or name it in the right row",
        "portrait_paper": "is called like a picture of a document of row %(rows)s: it is not used;"
        " if it is the portrait, rename it",
        "portrait_unknown": "has a name from the file, but the number %(value)s, which nobody there"
        " has: it is not used; correct the number",
        "portrait_namesakes": "may belong to several rows, %(rows)s: it is not used; add the number"
        " to its name",
        "portrait_same": "has the same picture as row %(first)s; look which of both is wrong",
        "portraits_counted": "portraits found: %(found)s; pictures that match nobody: %(surplus)s;"
        " people without one: %(without)s",
        "portrait_surplus": "matches nobody in the file",
        "portrait_none": "no portrait was found for %(value)s",
        "certificate": "%(value)s is not a certificate such as programme/LEVEL/1.5 or"
        " other/LEVEL/1.5; the levels are: %(known)s",
        "word_unknown": "%(value)s is not a known word; known are %(known)s and words like them."
        " Write one of them, or add your word to the programme file, [synonyms.%(table)s]",
        "unfinished": "%(value)s counts as %(counted)s, since unfinished studies do not count;"
        " correct it if they are finished",
        "not_years": "%(value)s is not a number of years such as 5, 3.5 or 1年6个月, and not a"
        " period such as 2018.07-2021.06",
        "period": "%(value)s is not a period such as 2018.07-2021.06 or 2021.07-至今",
        "period_months": "%(value)s names years without months; write it like 2018.07-2021.06",
        "period_order": "%(value)s ends before it begins; correct one of the two dates",
        "period_future": "%(value)s begins after today; correct the date",
        "period_ahead": "%(value)s ends more than a year after today; correct the date, or write"
        " 至今 if the work goes on",
        "period_no_work": "%(value)s says that it is not relevant work; delete the period, or the"
        " words if it is",
        "years_differ": "says %(value)s years, but the periods make %(years)s until today; the"
        " periods count",
        "known_as": "%(value)s is already registered as %(name)s; storing changes it",
        "scan_of_nobody": "names nobody who applied, or number and name disagree; it is skipped",
        "scan_of_several": "names several applicants; add the identity number; it is skipped",
        "scan_of_nothing": "does not say what it shows, such as 身份证正面 or 学历; it is skipped",
        "scan_of_two": "could be two kinds of material; it is skipped",
        "scan_bad": "cannot be stored: %(reason)s",
        "registration_closed": "registration closed on %(day)s",
        "material_closed": "the deadline for material was %(day)s",
        "hours_closed": "class hours counted until %(day)s",
        # sittings
        "translation_partial": "%(paper)s: %(count)s of %(all)s questions have no text in"
        " %(language)s; candidates who read the paper in %(language)s see these as they were"
        " written",
        "start_past": "%(value)s is in the past; enter a later day and time",
        "start_far": "%(value)s is more than %(years)s years from now; check the year",
        "not_a_moment": "%(value)s is not a day and time such as 2026-04-25 14:00; enter both, or"
        " the day in the column 日期 / Date",
        "paper_twice": "the sitting %(value)s has this paper in an earlier row; delete one of them",
        "off_calendar": "%(day)s is not an exam day of %(programme)s; the next is %(next)s",
        "retention_differs": "the programmes differ in how long a centre stores %(data)s: the"
        " shortest period, %(days)s days, holds for everybody",
        "privacy_differs": "the programmes differ in whether pictures leave the centre: those of a"
        " candidate do only if the programme of their own paper says so",
        "proctoring_differs": "the programmes differ in the rules for the camera: each candidate"
        " is proctored by the rules of the programme of their own paper",
        "taken": "%(value)s belongs to another person",
        "person_twice": "sits in %(first)s and in %(second)s at the same time; move one of them",
        "seat_twice": "would share seat %(seat)s of room %(room)s at %(centre)s with %(other)s"
        " (%(sitting)s); choose another seat",
        "room_full": "room %(room)s at %(centre)s has %(seats)s seats, and %(count)s people would"
        " sit there at one time; use another room, or correct the room's seats",
        "paper_unknown": "no paper of the sitting is %(value)s; its papers: %(known)s",
        "paper_unclear": "does not say which paper; add the columns for programme, trade and level:"
        " %(known)s",
    }
)


@dataclass(frozen=True)
class Phrase:
    """A part of a problem's sentence, such as a reason; the console translates ``text``.

    ``str()`` gives the English. Every text in the code has its Chinese in the catalogue.
    """

    text: str
    params: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text % self.params


@dataclass(frozen=True)
class Problem:
    """One problem of a file. ``at`` is the row, line, item or file, ``column`` the field in it.

    A row or item with an ``is_error`` problem cannot be stored. Other problems are only reported.
    """

    code: str
    kind: Place = "file"
    at: str = ""
    column: str = ""
    params: Mapping[str, object] = field(default_factory=dict)
    is_error: bool = True

    @property
    def text(self) -> str:
        """The sentence in English."""
        return TEXTS[self.code] % self.params

    def __str__(self) -> str:
        where = " ".join(part for part in (self.kind, self.at) if part)
        return f"{where}{f', {self.column}' if self.column else ''}: {self.text}"


def parser_reason(error: Exception) -> Phrase:
    """Return why a parser gave up, with the line and column if it names them.

    ``error``: from an XML or TOML parser, whose own text is English.
    """
    position = getattr(error, "position", None)
    if position is not None:
        return Phrase(
            "line %(line)s, column %(column)s", {"line": position[0], "column": position[1]}
        )
    if found := re.search(r"line (\d+), column (\d+)", str(error)):
        return Phrase("line %(line)s, column %(column)s", {"line": found[1], "column": found[2]})
    return Phrase("it is damaged")
