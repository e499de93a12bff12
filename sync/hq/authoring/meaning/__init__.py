"""Checks of what an item says, whatever way it came in: files of every format and the editor.

A file may be well-formed and its items still mean something else than their author wanted: two
options that read the same, the key in the stem, "all of the above" shuffled to the top.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kiosk.exam.items.item import Item, ItemType, MarkScheme
from kiosk.exam.items.markup import all_spans
from sync.hq.authoring import translated
from sync.hq.authoring.meaning import amounts, leaks, leftovers, order, sameness
from sync.hq.problems import Problem

SHOWN = 40
"""Longest quotation in a problem, in characters."""


def check(item: Item, scheme: MarkScheme) -> tuple[Item, Sequence[Problem]]:
    """Return the item, adjusted where notes say so, and what is wrong with its meaning.

    Checking the returned item again changes nothing. The problems have no place yet.
    """
    item, notes = order.adjusted(item)
    found = [*_errors(item, scheme), *notes, *_advice(item, scheme)]
    for beginning, other in translated.in_languages(item):
        found += [
            replace(problem, column=f"{beginning}{problem.column}")
            for problem in (*_of_candidates(other, scheme), *_advice(other, scheme))
        ]
        if sameness.same_form(other.stem) == sameness.same_form(item.stem):
            same = Problem("translation_same", column=f"{beginning}stem", is_error=False)
            found.append(same)
    return item, found


def _errors(item: Item, scheme: MarkScheme) -> Iterator[Problem]:
    yield from _of_candidates(item, scheme)
    for column, text in _markers_texts(scheme):
        yield from _faults(column, text, item, is_error=False)


def _of_candidates(item: Item, scheme: MarkScheme) -> Iterator[Problem]:
    """Yield what is wrong with the texts that candidates read, without translations."""
    for column, text in _candidates_texts(item):
        if not any(span.kind != "text" or span.text.strip() for span in all_spans(text)):
            yield Problem("no_text", column=column)
        yield from _faults(column, text, item, is_error=True)
    for first, second in sameness.equal_options(item.options):
        yield Problem("options_equal", column="options", params={"first": first, "second": second})
    for found in leaks.key_in_stem(item, scheme):
        yield Problem("key_in_stem", column="stem", params={"value": found[:SHOWN]})
    for option_id in leaks.marked_options(item, scheme):
        yield Problem("key_marked", column="options", params={"value": option_id})


def _faults(column: str, text: str, item: Item, *, is_error: bool) -> Iterator[Problem]:
    for found in amounts.unclear(text):
        yield Problem("amount", column=column, params={"value": found[:SHOWN]}, is_error=is_error)
    for found in leftovers.always(text):
        params = {"value": found[:SHOWN]}
        yield Problem("leftover", column=column, params=params, is_error=is_error)
    for found in leftovers.unless_code(text):
        params = {"value": found[:SHOWN]}
        if is_error and not leftovers.about_code(item):
            yield Problem("leftover", column=column, params=params)
        else:
            yield Problem("shown_as_written", column=column, params=params, is_error=False)
    for found in leftovers.escaped_tags(text) if is_error else ():
        params = {"value": found[:SHOWN]}
        yield Problem("shown_as_written", column=column, params=params, is_error=False)


def _advice(item: Item, scheme: MarkScheme) -> Iterator[Problem]:
    if item.type is ItemType.SINGLE_CHOICE and leaks.key_is_longest(item, scheme):
        yield Problem("key_longest", column="options", is_error=False)


def _candidates_texts(item: Item) -> Iterator[tuple[str, str]]:
    if item.stimulus:
        yield "stimulus", item.stimulus
    yield "stem", item.stem
    for option in item.options:
        yield "options", option.text


def _markers_texts(scheme: MarkScheme) -> Iterator[tuple[str, str]]:
    yield "rationale", scheme.rationale
    yield "model_answer", scheme.model_answer
    for point in scheme.points:
        yield "points", point.text
