"""GIFT, Moodle's text format (docs.moodle.org, "GIFT format"): choice, true/false, essay.

An item's id and tags are in the comment before it (``// [id:X] [tag:domain:policy]``). The
general feedback has the mark scheme of a written item, or the rationale of any other.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kiosk.exam.items.item import TRUE_FALSE, ItemType
from sync.hq.authoring.entry import BankItem
from sync.hq.authoring.interchange import tags
from sync.hq.authoring.interchange.notes import Notes, Unsupported
from sync.hq.authoring.interchange.rich import PictureIn, from_plain, to_plain
from sync.hq.authoring.interchange.scheme_text import is_scheme, read_scheme, write_scheme
from sync.hq.authoring.parsed import Draft, Parsed
from sync.hq.imports.tabular import decoded
from sync.hq.problems import Problem

_SPECIAL = "\\~=#{}:"
_ID = re.compile(r"\[id:([^\]]+)\]")
_TAG = re.compile(r"\[tag:([^\]]+)\]")
_TITLE = re.compile(r"\s*::(.*?)(?<!\\)::", re.DOTALL)
_FORMAT = re.compile(r"\s*\[(html|moodle|plain|markdown)\]")
_ANSWERS = re.compile(r"(?<!\\)\{(.*?)(?<!\\)\}", re.DOTALL)
_ANSWER = re.compile(r"(?<!\\)([=~])((?:\\.|[^=~\\])*)", re.DOTALL)
_FEEDBACK = re.compile(r"(?<!\\)#")
_GENERAL = re.compile(r"(?<!\\)####")
_WEIGHT = re.compile(r"\s*%(-?[0-9.]+)%")
_TRUTH = {"T": "true", "TRUE": "true", "F": "false", "FALSE": "false"}
_HIDDEN = "\ue000"  # placeholder for an escaped backslash, from the private use area


@dataclass(frozen=True)
class _Question:
    """A question's source, the line where it begins, and the comments before it."""

    line: int
    text: str
    comment: str


def read(data: bytes, picture: PictureIn) -> Parsed:
    """Read the items of a GIFT file.

    Raises:
        BadImport: the encoding is wrong.
    """
    drafts, problems = [], []
    for number, question in enumerate(_questions(decoded(data)), start=1):
        at = str(question.line)
        try:
            values, notes = _values(question, number, picture)
        except Unsupported as error:
            problems.append(Problem("unsupported", "line", at, params={"name": error.name}))
            continue
        draft = Draft(values, "line", at)
        drafts.append(draft)
        problems += [draft.problem(note) for note in notes]
    in_error = {problem.at for problem in problems if problem.is_error}
    return Parsed([draft for draft in drafts if draft.at not in in_error], problems)


def write(entries: Sequence[BankItem]) -> bytes:
    """Write items as GIFT in UTF-8; pictures keep their Markdown form."""
    return "\n".join(_written(entry) for entry in entries).encode()


def _questions(text: str) -> Iterator[_Question]:
    """Split the text at empty lines outside of braces."""
    lines: list[str] = []
    comments: list[str] = []
    start, depth = 0, 0
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        plain = line.strip()
        if depth == 0 and plain.startswith(("//", "$CATEGORY")):
            comments.append(plain)
        elif plain or depth:
            start = start or number
            lines.append(line)
            bare = re.sub(r"\\.", "", line)
            depth = max(0, depth + bare.count("{") - bare.count("}"))
        elif lines:
            yield _Question(start, "\n".join(lines), " ".join(comments))
            lines, comments, start = [], [], 0
    if lines:
        yield _Question(start, "\n".join(lines), " ".join(comments))


def _values(
    question: _Question, number: int, picture: PictureIn
) -> tuple[dict[str, Any], list[Problem]]:
    text, title = question.text, ""
    if found := _TITLE.match(text):
        title, text = _unescaped(found[1]).strip(), text[found.end() :]
    style = _FORMAT.match(text)
    text = text[style.end() :] if style else text
    answers = _ANSWERS.search(text)
    if answers is None:
        raise Unsupported("description without an answer")
    before, after = text[: answers.start()].strip(), text[answers.end() :].strip()
    stem = f"{before} ____ {after}" if any(map(str.isalnum, after)) else before + after
    texts = _Texts(style[1] if style else "moodle", picture)
    inner, feedback = _split(answers[1], _GENERAL)
    tagged = tags.read_tags(_TAG.findall(question.comment))
    values = {
        **tagged,
        "id": (_ID.search(question.comment) or ["", ""])[1] or title or f"GIFT-{number}",
        "stem": texts.convert(stem, "stem"),
        **(_answered(inner.strip(), texts) or {"type": tags.written_type(tagged)}),
    }
    values |= _feedback(feedback, values["type"], texts)
    return values, texts.problems


class _Texts(Notes):
    """Converts the texts of one question, in the format that the question or the text declares."""

    def __init__(self, style: str, picture: PictureIn) -> None:
        super().__init__(picture)
        self._style = style

    def convert(self, source: str, field: str) -> str:
        """Return a text of the question in our markup."""
        found = _FORMAT.match(source)
        style = found[1] if found else self._style
        text = _unescaped(source[found.end() :] if found else source).strip()
        if style != "html":
            return from_plain(text)
        return self.html(text, field)


def _answered(inner: str, texts: _Texts) -> Mapping[str, Any]:
    """Return type, options and key from the braces; nothing for a written item."""
    if not inner:
        return {}
    first = _FEEDBACK.split(inner)[0].strip().upper()
    if first in _TRUTH:
        if _FEEDBACK.search(inner):
            texts.dropped("feedback to candidates", "options")
        return {"type": ItemType.TRUE_FALSE.value, "key": [_TRUTH[first]]}
    if inner.startswith("#"):
        raise Unsupported("numerical answer")
    found = [(sign, *_weighted(text)) for sign, text in _ANSWER.findall(inner)]
    if not found:
        raise Unsupported("answer that is not in GIFT")
    if all(sign == "=" for sign, _, _ in found):
        pairs = any("->" in text for _, _, text in found)
        words = "short answer that is marked by its exact words"
        raise Unsupported("matching" if pairs else words)
    return _choice(found, texts)


def _choice(found: Sequence[tuple[str, float, str]], texts: _Texts) -> Mapping[str, Any]:
    key, options = [], []
    if any(_FEEDBACK.search(text) for _, _, text in found):
        texts.dropped("feedback to candidates", "options")
    one = any(sign == "=" for sign, _, _ in found)
    for number, (sign, weight, text) in enumerate(found):
        letter = chr(ord("A") + number)
        shown = _FEEDBACK.split(text)[0]
        options.append({"id": letter, "text": texts.convert(shown, "options")})
        if sign == "=" or (not one and weight > 0):
            key.append(letter)
        elif one and weight > 0:
            texts.dropped("%(share)s %% for %(option)s", "key", share=f"{weight:g}", option=letter)
    kind = ItemType.SINGLE_CHOICE if one and len(key) == 1 else ItemType.MULTIPLE_CHOICE
    return {"type": kind.value, "options": options, "key": key}


def _weighted(answer: str) -> tuple[float, str]:
    """Return the weight in percent and the text with its feedback."""
    found = _WEIGHT.match(answer)
    return (float(found[1]), answer[found.end() :]) if found else (0.0, answer)


def _feedback(source: str, kind: str, texts: _Texts) -> Mapping[str, Any]:
    text = texts.convert(source, "rationale")
    if ItemType(kind).objective or not is_scheme(text):
        return {"rationale": text}
    values, problems = read_scheme(text)
    texts.problems += problems
    return values


def _split(text: str, at: re.Pattern[str]) -> tuple[str, str]:
    parts = at.split(text, maxsplit=1)
    return parts[0], parts[1] if len(parts) > 1 else ""


def _unescaped(text: str) -> str:
    # Backslashes first: in ``\\n`` the backslash is escaped, and no line end is meant.
    plain = text.replace("\\\\", _HIDDEN)
    plain = re.sub(r"\\n", "\n", plain)
    plain = re.sub(r"\\([~=#{}:])", r"\1", plain)
    return plain.replace(_HIDDEN, "\\")


def _escaped(text: str) -> str:
    return "".join(f"\\{char}" if char in _SPECIAL else char for char in text).replace("\n", "\\n")


def _written(entry: BankItem) -> str:
    item, scheme = entry.item, entry.scheme
    marks = " ".join(f"[tag:{tag}]" for tag in tags.write_tags(entry))
    stem = _escaped(to_plain(item.stem))
    feedback = scheme.rationale if item.type.objective else write_scheme(scheme)
    general = f"####{_escaped(to_plain(feedback))}\n" if feedback.strip() else ""
    style = "markdown" if item.pictures else "plain"
    head = f"// [id:{item.id}] {marks}\n::{_escaped(item.id)}::[{style}]{stem}"
    return f"{head} {{\n{_written_answers(entry)}{general}}}\n"


def _written_answers(entry: BankItem) -> str:
    item, key = entry.item, entry.scheme.key
    if not item.type.objective:
        return ""
    if item.type is ItemType.TRUE_FALSE:
        return "TRUE\n" if key[0] == TRUE_FALSE[0] else "FALSE\n"
    lines = []
    for option in item.options:
        right = option.id in key
        sign = "=" if right else "~"
        if item.type is ItemType.MULTIPLE_CHOICE:
            wrong = len(item.options) - len(key)
            share = 100 / len(key) if right else -100 / max(1, wrong)
            sign = f"~%{share:.5f}%"
        lines.append(f"{sign}{_escaped(to_plain(option.text))}\n")
    return "".join(lines)
