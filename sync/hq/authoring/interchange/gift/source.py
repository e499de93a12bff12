"""The questions of a GIFT file as they stand in it, each with its lines and faults of its form.

As in Moodle, an empty line ends a question, and a line that begins with ``//`` is a comment
wherever it is. A title at the start of a line begins a question, too, so that a missing ``}``
takes nothing from the next one.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

_FARTHEST = 20
"""Lines after an empty one in which the end of the answers is looked for."""
ESCAPED = re.compile(r"\\.", re.DOTALL)
"""A backslash and the character that it escapes."""


@dataclass
class Question:
    """A question's lines without comments, the numbers of these lines, and the comments."""

    comments: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    faults: list[tuple[str, int]] = field(default_factory=list)
    """Code of a problem, and the line where it is."""
    last_comments: list[str] = field(default_factory=list)
    """Comments after the last line; they belong to the next question if one follows at once."""
    depth: int = 0

    @property
    def text(self) -> str:
        """All lines."""
        return "\n".join(self.lines)

    @property
    def in_title(self) -> bool:
        """Whether the lines end inside the title."""
        if not self.lines[0].startswith("::") or "::" in self.text[2:]:
            return False
        return "{" not in ESCAPED.sub("", self.text)

    def line(self, place: int) -> int:
        """Return the number of the line of a place in the text."""
        return self.numbers[min(self.text.count("\n", 0, place), len(self.numbers) - 1)]

    def add(self, number: int, line: str) -> None:
        """Add a line."""
        self.comments += self.last_comments
        self.last_comments = []
        self.lines.append(line)
        self.numbers.append(number)
        bare = ESCAPED.sub("", line)
        self.depth = max(0, self.depth + bare.count("{") - bare.count("}"))


@dataclass(frozen=True)
class GiftFile:
    """The questions of a file, and whether it names categories."""

    questions: Sequence[Question]
    has_categories: bool


def split(text: str) -> GiftFile:
    """Return the questions of a file."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    categories = any(line.lstrip().startswith("$CATEGORY") for line in lines)
    return GiftFile(list(_questions(lines)), categories)


def _questions(source: Sequence[str]) -> Iterator[Question]:
    question = Question()
    lines = [line.strip() for line in source]
    for at, line in enumerate(lines):
        if line.startswith("//"):
            question.last_comments.append(line)
        elif not line and question.lines and question.depth and _goes_on(lines, at):
            question.faults.append(("gift_empty_line", at + 1))
        elif not line or line.startswith("$CATEGORY"):
            yield from _closed(question)
            question = Question()
        elif line.startswith("::") and question.lines and not question.in_title:
            following = Question(last_comments=question.last_comments)
            question.last_comments = []
            yield from _closed(question)
            question = following
            question.add(at + 1, line)
        else:
            # Indentation counts in code.
            question.add(at + 1, source[at].rstrip() if question.lines else line)
    yield from _closed(question)


def _closed(question: Question) -> Iterator[Question]:
    if question.lines:
        if question.depth:
            question.faults.append(("gift_open", question.numbers[0]))
        question.comments += question.last_comments
        yield question


def _goes_on(lines: Sequence[str], at: int) -> bool:
    """Return whether the answers of a question go on after the empty line ``at``."""
    for line in lines[at : at + _FARTHEST]:
        bare = ESCAPED.sub("", line)
        if line.startswith(("::", "$CATEGORY")):
            return False
        if line.startswith(("=", "~", "}")):
            return True
        if "{" in bare or "}" in bare:
            return "{" not in bare.partition("}")[0]
    return False
