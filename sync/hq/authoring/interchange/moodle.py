"""Moodle XML (docs.moodle.org, "Moodle XML format"): multichoice, truefalse and essay questions."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from kiosk.exam.items.item import TRUE_FALSE, ItemType
from sync.hq.authoring.entry import BankItem
from sync.hq.authoring.interchange import tags
from sync.hq.authoring.interchange.notes import Notes, Unsupported
from sync.hq.authoring.interchange.rich import PictureIn, from_plain, to_html, to_plain
from sync.hq.authoring.interchange.scheme_text import is_scheme, read_scheme, write_scheme
from sync.hq.authoring.parsed import Draft, Parsed
from sync.hq.authoring.pictures import Collected, PictureUnusable
from sync.hq.errors import BadImport
from sync.hq.problems import Phrase, Problem, parser_reason

_PLUGIN_FILE = "@@PLUGINFILE@@/"
_ONE = ("true", "1")


def read(data: bytes, collected: Collected) -> Parsed:
    """Read the questions of a file.

    Raises:
        BadImport: it is not Moodle XML.
    """
    try:
        root = ElementTree.fromstring(data)
    except (ElementTree.ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise _unreadable(parser_reason(error)) from error
    if root.tag != "quiz":
        raise _unreadable(Phrase("the outermost element is not <quiz>"))
    drafts, problems = [], []
    questions = [one for one in root.findall("question") if one.get("type") != "category"]
    for number, question in enumerate(questions, start=1):
        at = f"{number} ({_text(question.find('name'))[:60]})"
        shown: set[str] = set()
        notes = Notes(_pictures(question, collected, shown))
        try:
            values = _values(question, number, notes)
            values["stem"] += _old_picture(question, collected)
            draft = Draft(values, "item", at)
        except Unsupported as error:
            problems.append(Problem("unsupported", "item", at, params={"name": error.name}))
            continue
        except (PictureUnusable, binascii.Error):
            bad = {"value": "image_base64", "reason": Phrase("it is no picture")}
            problems.append(Problem("picture_bad", "item", at, "stem", bad))
            continue
        for name in sorted(set(_files(question.find("questiontext"))) - shown):
            notes.lost("attached file %(file)s", "stem", file=name)
        found = [draft.problem(problem) for problem in notes.problems]
        problems += found
        if not any(problem.is_error for problem in found):
            drafts.append(draft)
    return Parsed(drafts, problems, collected.pictures)


def write(entries: Sequence[BankItem], pictures: Mapping[str, bytes]) -> bytes:
    """Write items as a quiz with their pictures inside."""
    quiz = Element("quiz")
    for entry in entries:
        _write(SubElement(quiz, "question"), entry, pictures)
    indent(quiz)
    return bytes(tostring(quiz, encoding="utf-8", xml_declaration=True))


def _unreadable(reason: Phrase) -> BadImport:
    return BadImport([Problem("unreadable", params={"format": "Moodle XML", "reason": reason})])


def _files(element: Element | None) -> dict[str, str]:
    """Return the files embedded in an element, by name, in base64."""
    if element is None:
        return {}
    return {
        (file.get("path") or "/").lstrip("/") + (file.get("name") or ""): file.text or ""
        for file in element.iter("file")
    }


def _pictures(question: Element, collected: Collected, shown: set[str]) -> PictureIn:
    """Return a function that finds the question's embedded pictures and notes them in ``shown``."""
    files = _files(question)

    def found(address: str) -> str:
        name = unquote(address.removeprefix(_PLUGIN_FILE))
        shown.add(name)
        try:
            return collected.add(base64.b64decode(files[name]))
        except binascii.Error as error:
            raise KeyError(name) from error

    return found


def _old_picture(question: Element, collected: Collected) -> str:
    """Return the picture of a question from before Moodle 2, which was beside its text."""
    data = (question.findtext("image_base64") or "").strip()
    return f"\n![]({collected.add(base64.b64decode(data))})" if data else ""


def _values(question: Element, number: int, notes: Notes) -> dict[str, Any]:
    kind = question.get("type") or "question without a type"
    tagged = tags.read_tags(tag.text or "" for tag in question.iterfind("tags/tag/text"))
    name = _text(question.find("name")).strip()
    values: dict[str, Any] = {
        **tagged,
        "id": (question.findtext("idnumber") or "").strip() or name or f"MOODLE-{number}",
        "stem": _rich(question.find("questiontext"), "stem", notes),
        "rationale": _rich(question.find("generalfeedback"), "rationale", notes),
    }
    if kind == "multichoice":
        return {**values, **_choice(question, notes)}
    if kind == "truefalse":
        return {**values, "type": ItemType.TRUE_FALSE.value, "key": _truth(question)}
    if kind == "essay":
        return {**values, "type": tags.written_type(tagged), **_scheme(question, notes)}
    raise Unsupported("question type %(kind)s", kind=kind)


def _choice(question: Element, notes: Notes) -> Mapping[str, Any]:
    single = (question.findtext("single") or "true").strip().lower() in _ONE
    options, key = [], []
    for number, answer in enumerate(question.findall("answer")):
        letter, share = chr(ord("A") + number), _share(answer)
        options.append({"id": letter, "text": _rich(answer, "options", notes)})
        if share >= 100 or (share > 0 and not single):
            key.append(letter)
        elif share > 0:
            notes.dropped("%(share)s %% for %(option)s", "key", share=f"{share:g}", option=letter)
        if _text(answer.find("feedback")).strip():
            notes.dropped("feedback to %(option)s", "options", option=letter)
    kind = ItemType.SINGLE_CHOICE if single else ItemType.MULTIPLE_CHOICE
    return {"type": kind.value, "options": options, "key": key}


def _truth(question: Element) -> list[str]:
    right = [a for a in question.findall("answer") if _share(a) > 0]
    return [_text(answer).strip().lower() for answer in right][:1]


def _scheme(question: Element, notes: Notes) -> Mapping[str, Any]:
    text = _rich(question.find("graderinfo"), "points", notes)
    if not is_scheme(text):
        return {"model_answer": text}
    values, problems = read_scheme(text)
    notes.problems += problems
    return values


def _share(answer: Element) -> float:
    try:
        return float(answer.get("fraction") or 0)
    except ValueError:
        return 0.0


def _text(element: Element | None) -> str:
    if element is None:
        return ""
    return element.findtext("text") or ""


def _rich(element: Element | None, field: str, notes: Notes) -> str:
    if element is None:
        return ""
    if (element.get("format") or "html") in ("plain_text", "markdown"):
        return from_plain(_text(element).strip())
    return notes.html(_text(element), field)


def _write(question: Element, entry: BankItem, pictures: Mapping[str, bytes]) -> None:
    item, scheme = entry.item, entry.scheme
    _plain(question, "name", item.id)
    stem = _html(question, "questiontext", item.stem)
    for name in sorted(item.pictures & set(pictures)):
        file = SubElement(stem, "file", name=name, path="/", encoding="base64")
        file.text = base64.b64encode(pictures[name]).decode("ascii")
    _html(question, "generalfeedback", scheme.rationale if item.type.objective else "")
    SubElement(question, "idnumber").text = item.id
    if item.type is ItemType.TRUE_FALSE:
        question.set("type", "truefalse")
        for truth in TRUE_FALSE:
            _answer(question, truth, 100.0 if truth in scheme.key else 0.0)
    elif item.type.objective:
        question.set("type", "multichoice")
        _write_choice(question, entry)
    else:
        question.set("type", "essay")
        _html(question, "graderinfo", write_scheme(scheme))
    own = SubElement(question, "tags")
    for tag in tags.write_tags(entry):
        _plain(own, "tag", tag)


def _write_choice(question: Element, entry: BankItem) -> None:
    item, key = entry.item, entry.scheme.key
    single = item.type is ItemType.SINGLE_CHOICE
    SubElement(question, "single").text = "true" if single else "false"
    SubElement(question, "shuffleanswers").text = "true"
    SubElement(question, "answernumbering").text = "ABCD"
    wrong = max(1, len(item.options) - len(key))
    for option in item.options:
        share = 100 / len(key) if option.id in key else 0 if single else -100 / wrong
        _answer(question, to_html(option.text, _address), share)


def _answer(question: Element, html: str, share: float) -> None:
    answer = SubElement(question, "answer", fraction=f"{share:.5f}", format="html")
    SubElement(answer, "text").text = html


def _html(parent: Element, name: str, markup: str) -> Element:
    element = SubElement(parent, name, format="html")
    SubElement(element, "text").text = to_html(markup, _address)
    return element


def _plain(parent: Element, name: str, text: str) -> None:
    SubElement(SubElement(parent, name), "text").text = to_plain(text)


def _address(name: str) -> str:
    return _PLUGIN_FILE + name
