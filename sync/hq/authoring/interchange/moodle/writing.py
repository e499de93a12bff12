"""Items to Moodle XML."""

import base64
from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from kiosk.exam.items.item import TRUE_FALSE, ItemType
from kiosk.exam.items.markup import pictures as shown_pictures
from sync.hq.authoring.entry import BankItem
from sync.hq.authoring.interchange import tags
from sync.hq.authoring.interchange.moodle.elements import PLUGIN_FILE
from sync.hq.authoring.interchange.rich import to_html
from sync.hq.authoring.interchange.scheme_text import write_scheme
from sync.hq.authoring.interchange.stimulus import with_stimulus

Pictures = Mapping[str, bytes]


def write(entries: Sequence[BankItem], pictures: Pictures) -> bytes:
    """Write items as a quiz; each text has its pictures beside it."""
    quiz = Element("quiz")
    for entry in entries:
        _question(SubElement(quiz, "question"), entry, pictures)
    indent(quiz)
    return bytes(tostring(quiz, encoding="utf-8", xml_declaration=True))


def _question(question: Element, entry: BankItem, pictures: Pictures) -> None:
    item, scheme = entry.item, entry.scheme
    _plain(question, "name", item.id)
    html = with_stimulus(item.stimulus, item.stem, _address)
    stem = _html(SubElement(question, "questiontext"), html)
    _files(stem, item.stimulus + "\n" + item.stem, pictures)
    rationale = scheme.rationale if item.type.objective else ""
    _rich(SubElement(question, "generalfeedback"), rationale, pictures)
    SubElement(question, "idnumber").text = item.id
    if item.type is ItemType.TRUE_FALSE:
        question.set("type", "truefalse")
        for truth in TRUE_FALSE:
            _share(_html(SubElement(question, "answer"), truth), 100.0 * (truth in scheme.key))
    elif item.type.objective:
        question.set("type", "multichoice")
        _choice(question, entry, pictures)
    else:
        question.set("type", "essay")
        _rich(SubElement(question, "graderinfo"), write_scheme(scheme), pictures)
    own = SubElement(question, "tags")
    for tag in (*tags.write_tags(entry), *tags.write_layout(entry)):
        _plain(own, "tag", tag)


def _choice(question: Element, entry: BankItem, pictures: Pictures) -> None:
    item, key = entry.item, entry.scheme.key
    single = item.type is ItemType.SINGLE_CHOICE
    SubElement(question, "single").text = "true" if single else "false"
    SubElement(question, "shuffleanswers").text = "true" if item.shuffle else "false"
    SubElement(question, "answernumbering").text = "ABCD"
    wrong = max(1, len(item.options) - len(key))
    for option in item.options:
        answer = _rich(SubElement(question, "answer"), option.text, pictures)
        _share(answer, 100 / len(key) if option.id in key else 0 if single else -100 / wrong)


def _share(answer: Element, share: float) -> None:
    answer.set("fraction", f"{share:.5f}")


def _rich(element: Element, markup: str, pictures: Pictures) -> Element:
    _html(element, to_html(markup, _address))
    _files(element, markup, pictures)
    return element


def _html(element: Element, html: str) -> Element:
    element.set("format", "html")
    SubElement(element, "text").text = html
    return element


def _files(element: Element, markup: str, pictures: Pictures) -> None:
    for name in sorted(shown_pictures(markup) & set(pictures)):
        file = SubElement(element, "file", name=name, path="/", encoding="base64")
        file.text = base64.b64encode(pictures[name]).decode("ascii")


def _plain(parent: Element, name: str, text: str) -> None:
    SubElement(SubElement(parent, name), "text").text = text


def _address(name: str) -> str:
    return PLUGIN_FILE + name
