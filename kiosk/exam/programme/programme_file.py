"""Programme files: parse TOML into a programme, or report every mistake with its line."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from kiosk.exam.errors import ProgrammeError, ProgrammeProblem
from kiosk.exam.programme.programme import Programme, load_programme


def read_programme(text: str) -> Programme:
    """Parse and validate the text of a programme file.

    Raises:
        ProgrammeError: with line and reason of each mistake.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        line = int(found[1]) if found else len(text.splitlines())
        raise ProgrammeError([ProgrammeProblem((), str(error), line)]) from error
    try:
        return load_programme(data)
    except ProgrammeError as error:
        lines = _Lines(text)
        placed = [replace(problem, line=lines.of(problem.place)) for problem in error.problems]
        raise ProgrammeError(sorted(placed, key=lambda one: one.line)) from error


class _Lines:
    """Line numbers of places in a TOML document, which tomllib does not report.

    Parses ever longer prefixes of the text; a place is on the line whose prefix first contains
    it.
    """

    def __init__(self, text: str) -> None:
        lines = text.splitlines()
        self._steps: list[tuple[int, dict[str, Any]]] = []
        first = 1
        for count in range(1, len(lines) + 1):
            try:
                document = tomllib.loads("\n".join(lines[:count]))
            except tomllib.TOMLDecodeError:
                continue  # in the middle of a multi-line value
            self._steps.append((first, document))
            first = count + 1

    def of(self, place: Sequence[str | int]) -> int:
        """Return the first line of a place, or that of the nearest thing around it."""
        for length in range(len(place), 0, -1):
            for line, document in self._steps:
                if _holds(document, place[:length]):
                    return line
        return 1


def _holds(value: Any, place: Sequence[str | int]) -> bool:
    for step in place:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return False
    return True
