"""Moodle XML to items."""

import codecs
import re
from collections.abc import Mapping
from typing import Any

from kiosk.exam.items.item import ItemType
from sync.hq.authoring.interchange import tags
from sync.hq.authoring.interchange.moodle import extras
from sync.hq.authoring.interchange.moodle.elements import Texts, content, every, first, value
from sync.hq.authoring.interchange.notes import Unsupported
from sync.hq.authoring.interchange.scheme_text import is_scheme, read_scheme
from sync.hq.authoring.interchange.shares import check_number, option_id, read_shares
from sync.hq.authoring.interchange.xml_in import Element, parse
from sync.hq.authoring.parsed import Draft, Parsed
from sync.hq.authoring.pictures import Collected
from sync.hq.errors import BadImport
from sync.hq.imports.cells import MAX_ROWS
from sync.hq.imports.text_encoding import decoded
from sync.hq.problems import Phrase, Problem, parser_reason

_DECLARED = re.compile(rb"""^(\s*<\?xml[^>]{0,200}?encoding\s*=\s*["'])([\w.:-]{1,40})(["'])""")
_ALL_OR_NOTHING = ("multichoiceset", "oumultiresponse")
"""Kinds in which each right option has 100 %."""
_MATCHING, _GAPS = Phrase("matching"), Phrase("text with gaps")
_CALCULATED, _DRAGGING = Phrase("calculated question"), Phrase("dragging onto a picture")
_KINDS = {
    "description": Phrase("description without an answer"),
    "match": _MATCHING, "matching": _MATCHING, "randomsamatch": _MATCHING, "ddmatch": _MATCHING,
    "numerical": Phrase("numerical answer"),
    "multianswer": _GAPS, "cloze": _GAPS, "gapselect": _GAPS, "ddwtos": _GAPS, "wordselect": _GAPS,
    "calculated": _CALCULATED, "calculatedmulti": _CALCULATED, "calculatedsimple": _CALCULATED,
    "formulas": _CALCULATED, "ordering": Phrase("ordering"), "random": Phrase("random question"),
    "ddimageortext": _DRAGGING, "ddmarker": _DRAGGING,
}  # fmt: skip


def read(data: bytes, collected: Collected) -> Parsed:
    """Read the questions of a file.

    Raises:
        BadImport: it is not Moodle XML.
    """
    try:
        root = parse(_rightly_declared(data))
    except ValueError as error:
        raise _unreadable(parser_reason(error)) from error
    if root.name != "quiz":
        raise _unreadable(Phrase("the outermost element is not <quiz>"))
    questions = list(every(root, "question"))
    if len(questions) > MAX_ROWS:
        raise BadImport([Problem("too_many", params={"limit": MAX_ROWS})])
    asked = [node for node in questions if node.attributes.get("type") != "category"]
    drafts = [_draft(question, at, collected) for at, question in enumerate(asked, start=1)]
    return Parsed(drafts, _of_the_file(questions, asked), collected.pictures)


def _rightly_declared(data: bytes) -> bytes:
    """Return the file with the encoding that it has, if that is not the one that it declares."""
    if data.isascii() or data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data
    data = data.removeprefix(codecs.BOM_UTF8)
    declared = _DECLARED.match(data)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        if declared and declared[2].lower() not in (b"utf-8", b"utf8"):
            return data
        data = decoded(data).encode()
    return _DECLARED.sub(rb"\1utf-8\3", data)


def _unreadable(reason: Phrase) -> BadImport:
    return BadImport([Problem("unreadable", params={"format": "Moodle XML", "reason": reason})])


def _of_the_file(questions: list[Element], asked: list[Element]) -> list[Problem]:
    """Report once what many questions have."""
    names = []
    if len(questions) > len(asked):
        names.append(Phrase("categories"))
    if any(tags.is_foreign(tag) for question in asked for tag in _tags(question)):
        names.append(Phrase("tags of the other system"))
    return [Problem("not_imported", params={"name": name}, is_error=False) for name in names]


def _tags(question: Element) -> list[str]:
    found = first(question, "tags")
    return [] if found is None else [content(tag).strip() for tag in every(found, "tag")]


def _draft(question: Element, number: int, collected: Collected) -> Draft:
    name = " ".join(content(first(question, "name")).split())
    text = first(question, "questiontext")
    style = (text.attributes.get("format") if text else "") or "html"
    texts = Texts(collected, style)
    labels = _tags(question)
    id_ = value(question, "idnumber")
    values = {**tags.read_tags(labels), "id": id_ or name[:64].strip()}
    try:
        values |= _item(question, values, texts)
        tags.read_layout(labels, values)
    except Unsupported as error:
        texts.lost(error.name)
    values = {field: part for field, part in values.items() if part != ""}
    draft = Draft(values, "item", f"{number} ({name[:60]})", declared=bool(id_))
    return Draft(
        values, draft.kind, draft.at, {}, draft.declared, [*map(draft.problem, texts.problems)]
    )


def _item(question: Element, known: dict[str, Any], texts: Texts) -> dict[str, Any]:
    """Return the fields of an item; adds to ``known`` what holds for unsupported ones, too."""
    kind = question.attributes.get("type") or "question without a type"
    stimulus, stem = texts.stem(first(question, "questiontext"))
    known |= {
        "stimulus": stimulus,
        "stem": "\n".join(filter(None, [stem, _old_picture(question, texts)])),
        "rationale": texts.convert(first(question, "generalfeedback"), "rationale"),
    }
    if kind in _KINDS:
        raise Unsupported(_KINDS[kind])
    if kind in ("multichoice", *_ALL_OR_NOTHING):
        found = _choice(question, texts, kind, own="type" in known)
    elif kind == "truefalse":
        found = {"type": ItemType.TRUE_FALSE.value, "key": _truth(question)}
    elif kind == "essay":
        found = {"type": tags.written_type(known), **_scheme(question, texts)}
        extras.note_essay(question, texts)
    elif kind == "shortanswer":
        found = _accepted(question, texts)
    else:
        raise Unsupported("question type %(kind)s", kind=kind[:40])
    extras.note_extras(question, texts)
    return dict(found)


def _old_picture(question: Element, texts: Texts) -> str:
    """Return the picture of a question from before Moodle 2, which was beside its text."""
    encoded, name = value(question, "image_base64"), value(question, "image")
    if not encoded and not name:
        return ""
    return texts.old_picture(encoded, name or "image_base64")


def _choice(question: Element, texts: Texts, kind: str, *, own: bool) -> Mapping[str, Any]:
    # Moodle leaves out answers without a text.
    found = [
        answer
        for answer in every(question, "answer")
        if content(answer).strip() or extras.share(answer) > 0
    ]
    check_number(len(found))
    options = [
        {"id": option_id(number), "text": texts.convert(answer, "options")}
        for number, answer in enumerate(found)
    ]
    shares = [extras.share(answer) for answer in found]
    if kind in _ALL_OR_NOTHING:
        right = sum(share > 0 for share in shares)
        shares = [100 / right if share > 0 else 0.0 for share in shares]
    single = kind == "multichoice" and _is_true(value(question, "single") or "true")
    values = {**read_shares(shares, texts, single=single, own=own), "options": options}
    # As Moodle, which does not shuffle where the file says nothing.
    return values if _is_true(value(question, "shuffleanswers")) else {**values, "shuffle": False}


def _is_true(text: str) -> bool:
    return text.lower() not in ("false", "0", "")


def _truth(question: Element) -> list[str]:
    right = [answer for answer in every(question, "answer") if extras.share(answer) > 0]
    return [content(answer).strip().lower() for answer in right]


def _accepted(question: Element, texts: Texts) -> Mapping[str, Any]:
    texts.note("by_person", "model_answer")
    lines = []
    for answer in every(question, "answer"):
        share = extras.share(answer)
        shown = "" if share == 100 else f" ({share:g} %)"
        lines.append(texts.convert(answer, "model_answer") + shown)
    return {"type": ItemType.SHORT_ANSWER.value, "model_answer": "\n".join(lines)}


def _scheme(question: Element, texts: Texts) -> Mapping[str, Any]:
    text = texts.convert(first(question, "graderinfo"), "points")
    if not is_scheme(text):
        return {"model_answer": text}
    values, problems = read_scheme(text)
    texts.problems += problems
    return {name: part for name, part in values.items() if part or name == "points"}
