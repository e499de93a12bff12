"""GIFT to items."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any
from urllib.parse import unquote

from kiosk.exam.items.item import ItemType
from sync.hq.authoring.interchange import tags
from sync.hq.authoring.interchange.data_uri import data_uri
from sync.hq.authoring.interchange.gift import answers
from sync.hq.authoring.interchange.gift.source import ESCAPED, Question, split
from sync.hq.authoring.interchange.gift.texts import FORMAT, Texts, unescaped
from sync.hq.authoring.interchange.notes import Unsupported
from sync.hq.authoring.interchange.rich import PictureIn
from sync.hq.authoring.interchange.scheme_text import is_scheme, read_scheme
from sync.hq.authoring.interchange.shares import check_number, option_id, read_shares
from sync.hq.authoring.interchange.stimulus import split_stimulus
from sync.hq.authoring.parsed import Draft, Parsed
from sync.hq.authoring.pictures import Collected
from sync.hq.errors import BadImport
from sync.hq.imports.cells import MAX_BYTES, MAX_ROWS
from sync.hq.imports.text_encoding import decoded
from sync.hq.problems import Phrase, Problem

_TOKEN = re.compile(r"\[(id|tag):((?:\\[\]\\]|\\(?![\]\\])|[^\]\\])+)\]")
_TITLE = re.compile(r"::((?:\\.|(?!::)[^\\])*)::\s*", re.DOTALL)
_BRACE = re.compile(r"\\.|([{}])", re.DOTALL)
_IN_FORMULA = re.compile(r"\\\\?\(.{0,2000}?\\\\?\)|\$\$[^$]*\$\$", re.DOTALL)
_COMMAND = re.compile(r"(?<!\\)\\n[a-z]")
_BAD_WEIGHT = re.compile(r"%[^%\n]{0,12}%")
_PATH = re.compile(r"[^()<>\n]+")
"""Addresses of pictures that our markup can hold until they are looked up beside the file."""
_MOST_FAULTS = 20
"""Most faults of one kind that are named in a question."""
_TRUTHS = {"T": "true", "TRUE": "true", "F": "false", "FALSE": "false"}


def read(data: bytes) -> Parsed:
    """Read the items of a GIFT file. Pictures keep the names of the files that they are in.

    Raises:
        BadImport: the encoding is wrong, or the file is too large.
    """
    collected = Collected()
    if len(data) > MAX_BYTES:
        raise BadImport([Problem("too_large", params={"size": len(data), "limit": MAX_BYTES})])
    file = split(decoded(data))
    if len(file.questions) > MAX_ROWS:
        raise BadImport([Problem("too_many", params={"limit": MAX_ROWS})])
    drafts = [_draft(question, _picture(collected)) for question in file.questions]
    categories = Problem("not_imported", params={"name": Phrase("categories")}, is_error=False)
    return Parsed(drafts, [categories] if file.has_categories else [], collected.pictures)


def _picture(collected: Collected) -> PictureIn:
    def found(address: str) -> str:
        content = data_uri(address)
        if content is not None:
            return collected.add(content)
        path = unquote(address.partition("?")[0]).removeprefix("@@PLUGINFILE@@/")
        if not path or not _PATH.fullmatch(path):
            raise KeyError(address)
        return path

    return found


def _draft(question: Question, picture: PictureIn) -> Draft:
    comment = "\n".join(question.comments)
    named = [(kind, re.sub(r"\\([\]\\])", r"\1", text)) for kind, text in _TOKEN.findall(comment)]
    id_ = next((text.strip() for kind, text in named if kind == "id"), "")
    reader = _Reader(question, [text for kind, text in named if kind == "tag"], picture)
    values = reader.values()
    values = {"id": id_ or reader.title, **values}
    draft = Draft(
        {name: value for name, value in values.items() if value != ""},
        "line",
        str(question.numbers[0]),
        declared=bool(id_),
    )
    return replace(draft, problems=[*reader.faults, *map(draft.problem, reader.texts.problems)])


class _Reader:
    """Reads one question. ``faults``: those of its form, each at its line."""

    def __init__(self, question: Question, labels: Sequence[str], picture: PictureIn) -> None:
        self._question = question
        self._labels = labels
        self._tagged = tags.read_tags(labels)
        self._text = question.text
        title = _TITLE.match(self._text)
        self.title = unescaped(title[1]).strip()[:64].strip() if title else ""
        self._start = title.end() if title else 0
        style = FORMAT.match(self._text, self._start)
        self._start = style.end() if style else self._start
        own = "type" in self._tagged
        self.texts = Texts(style[1] if style else "moodle", picture, own=own)
        self.faults = [Problem(code, "line", str(line)) for code, line in question.faults]
        if self._text.startswith("::") and (title is None or "{" in ESCAPED.sub("", title[1])):
            self._fault("gift_title", 0)

    def values(self) -> dict[str, Any]:
        """Return the fields of the item as far as they can be read."""
        braces = [found for found in _BRACE.finditer(self._text, self._start) if found[1]]
        if not braces:
            self.texts.lost("description without an answer")
            return {**self._tagged, **self._stem(self._text[self._start :])}
        opened = braces[0].start()
        if not self._well_formed(braces):
            return {**self._tagged, **self._stem(self._text[self._start : opened])}
        return self._item(opened, braces[1].start())

    def _fault(self, code: str, place: int, value: str = "") -> None:
        line = str(self._question.line(place))
        self.faults.append(Problem(code, "line", line, params={"value": value} if value else {}))

    def _well_formed(self, braces: Sequence[re.Match[str]]) -> bool:
        """Check that there is one pair of braces, and that Moodle reads the formulas as meant."""
        signs = "".join(found[1] for found in braces)
        if signs == "{}":
            for formula in _IN_FORMULA.finditer(self._text):
                if command := _COMMAND.search(formula[0]):
                    self._fault("gift_escape", formula.start() + command.start())
            return True
        if any(code == "gift_open" for code, _ in self._question.faults):
            return False
        if signs.startswith("{}{"):
            self._fault("gift_second", braces[2].start())
        else:
            wrong = next((n for n, sign in enumerate(signs) if sign != "{}"[n % 2]), len(signs) - 1)
            self._fault("gift_brace", braces[wrong].start(), signs[wrong])
        return False

    def _item(self, opened: int, closed: int) -> dict[str, Any]:
        inner, general = answers.split_feedback(self._text[opened + 1 : closed])
        before, after = self._text[self._start : opened].strip(), self._text[closed + 1 :].strip()
        # As Moodle, which shows a blank wherever text goes on behind the answers.
        gap = f"{self._text[self._start : opened]}_____{self._text[closed + 1 :]}".strip()
        values = {**self._tagged, **self._stem(gap if after else before)}
        try:
            values |= self._answered(inner, opened + 1)
        except Unsupported as error:
            self.texts.lost(error.name)
        values |= self._general(general, values)
        tags.read_layout(self._labels, values)
        return values

    def _stem(self, source: str) -> dict[str, Any]:
        stimulus, stem = split_stimulus(unescaped(source))
        if stimulus and any(label.startswith("group:") for label in self._labels):
            return {
                "stimulus": self.texts.html(stimulus, "stimulus"),
                "stem": self.texts.html(stem, "stem"),
            }
        return {"stem": self.texts.convert(source, "stem")}

    def _answered(self, inner: str, start: int) -> Mapping[str, Any]:
        """Return type, options and key, or the accepted words."""
        if not inner.strip():
            return {"type": tags.written_type(self._tagged)}
        word, feedback = answers.without_feedback(inner)
        if word.strip().upper() in _TRUTHS:
            self._note_feedback(feedback)
            truth = _TRUTHS[word.strip().upper()]
            return {"type": ItemType.TRUE_FALSE.value, "key": [truth]}
        if inner.lstrip().startswith("#"):
            raise Unsupported("numerical answer")
        found = answers.split_answers(inner)
        if not found:
            raise Unsupported("answer that is not in GIFT")
        check_number(len(found))
        self._check_signs(inner, start, found)
        self._note_feedback("".join(answer.feedback for answer in found))
        if any(answer.sign == "~" for answer in found):
            return self._choice(found)
        if any("->" in answer.text for answer in found):
            raise Unsupported("matching")
        return self._accepted(found)

    def _check_signs(self, inner: str, start: int, found: Sequence[answers.Answer]) -> None:
        if answers.stray_text(inner):
            self._fault("gift_first", start + len(inner) - len(inner.lstrip()))
        for at in islice(answers.misread_signs(inner), _MOST_FAULTS):
            self._fault("gift_sign", start + at, inner[at])
        weights = ((answer.at, _BAD_WEIGHT.match(answer.text)) for answer in found)
        for at, bad in islice(((at, bad) for at, bad in weights if bad), _MOST_FAULTS):
            self._fault("gift_weight", start + at, bad[0])

    def _choice(self, given: Sequence[answers.Answer]) -> Mapping[str, Any]:
        # Moodle leaves out answers without a text.
        found = [answer for answer in given if answer.text or answer.share > 0]
        options = [
            {"id": option_id(number), "text": self.texts.convert(answer.text, "options")}
            for number, answer in enumerate(found)
        ]
        single = any(answer.sign == "=" for answer in found)
        shares = [answer.share for answer in found]
        own = "type" in self._tagged
        return {**read_shares(shares, self.texts, single=single, own=own), "options": options}

    def _accepted(self, found: Sequence[answers.Answer]) -> Mapping[str, Any]:
        self.texts.note("by_person", "model_answer")
        words = [self.texts.convert(answer.text, "model_answer") for answer in found]
        shares = [f" ({a.share:g} %)" if a.share != 100 else "" for a in found]
        lines = "\n".join(f"{word}{share}" for word, share in zip(words, shares, strict=True))
        return {"type": ItemType.SHORT_ANSWER.value, "model_answer": lines}

    def _note_feedback(self, feedback: str) -> None:
        if feedback.strip():
            self.texts.dropped("feedback to candidates", "options")

    def _general(self, source: str, values: Mapping[str, Any]) -> Mapping[str, Any]:
        text = self.texts.convert(source, "rationale")
        kind = values.get("type", "")
        written = kind in (ItemType.SHORT_ANSWER, ItemType.ESSAY)
        if not written or not is_scheme(text):
            return {"rationale": text}
        scheme, problems = read_scheme(text)
        self.texts.problems += problems
        return {name: value for name, value in scheme.items() if value or name == "points"}
