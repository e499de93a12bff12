"""Problems of an item that only follow from another one of it."""

from collections.abc import Iterable
from string import ascii_uppercase

from sync.hq.authoring.parsed import Draft
from sync.hq.problems import Problem

_FOLLOW = frozenset(
    {
        "missing",
        "unknown_value",
        "options_few",
        "options_surplus",
        "key_one",
        "key_two",
        "key_unknown",
    }
)
_OF_OPTIONS = frozenset(
    {
        *("options_few", "options_equal", "key_unknown", "key_one", "key_two"),
        *("translation_options", "translation_surplus"),
    }
)


def first_causes(draft: Draft, found: Iterable[Problem]) -> list[Problem]:
    """Return the problems, with their places, that the draft's own ones do not explain."""
    errors = [problem for problem in draft.problems if problem.is_error]
    if any(problem.code == "unsupported" for problem in errors):
        # What its reader could not read is no fault of the file.
        return [problem for problem in found if problem.code not in _FOLLOW]
    faulty = {problem.column for problem in errors}
    options = {draft.columns.get(name, name) for name in ("options", *ascii_uppercase)}
    of_options = _OF_OPTIONS if faulty & options else frozenset()
    if of_options:
        faulty.add(draft.columns.get("type", "type"))  # options may show the type
    return [
        problem
        for problem in found
        if problem.code not in of_options
        and not (problem.code in _FOLLOW and problem.column in faulty)
    ]
