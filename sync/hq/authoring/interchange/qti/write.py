"""QTI 2.1, 2.2 and 3.0 content packages: writing."""

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement, fromstring, indent, tostring

from kiosk.exam.items.item import TRUE_FALSE, ItemType
from sync.hq.authoring.entry import BankItem
from sync.hq.authoring.interchange import tags
from sync.hq.authoring.interchange.qti.package import MANIFEST
from sync.hq.authoring.interchange.qti.stimulus import TOOL
from sync.hq.authoring.interchange.qti.versions import Version
from sync.hq.authoring.interchange.rich import to_html
from sync.hq.authoring.interchange.scheme_text import write_scheme

_LOM = "http://ltsc.ieee.org/xsd/LOM"
_DATE = (1980, 1, 1, 0, 0, 0)
_TRUTHS = {"true": "正确 / True", "false": "错误 / False"}


def write_package(
    entries: Sequence[BankItem], pictures: Mapping[str, bytes], version: Version
) -> bytes:
    """Return a content package: manifest, one file per item, the pictures that they show."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        _put(archive, MANIFEST, _document(_manifest(entries, version)))
        for entry in entries:
            _put(archive, _path(entry), _document(_item(entry, version)))
        shown = frozenset().union(*(entry.item.pictures for entry in entries))
        for name in sorted(shown & set(pictures)):
            _put(archive, f"items/images/{name}", pictures[name])
    return buffer.getvalue()


def _put(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, date_time=_DATE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, data)


def _document(root: Element) -> bytes:
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def _identifier(entry: BankItem) -> str:
    """Return the id as an XML name."""
    plain = re.sub(r"[^A-Za-z0-9_.-]", "_", entry.item.id)
    return plain if re.match(r"[A-Za-z_]", plain) else f"_{plain}"


def _path(entry: BankItem) -> str:
    return f"items/{_identifier(entry)}.xml"


def _manifest(entries: Sequence[BankItem], version: Version) -> Element:
    root = Element("manifest", {"xmlns": version.manifest, "identifier": "exam-kiosk-items"})
    metadata = SubElement(root, "metadata")
    SubElement(metadata, "schema").text = "QTI Package" if not version.kebab else "QTI Item Bank"
    SubElement(metadata, "schemaversion").text = f"{version.name}.0"
    SubElement(root, "organizations")
    resources = SubElement(root, "resources")
    for entry in entries:
        named = {"identifier": f"RES-{_identifier(entry)}", "type": version.resource}
        resource = SubElement(resources, "resource", {**named, "href": _path(entry)})
        _metadata(SubElement(resource, "metadata"), entry)
        SubElement(resource, "file", href=_path(entry))
        for name in sorted(entry.item.pictures):
            SubElement(resource, "file", href=f"items/images/{name}")
    indent(root)
    return root


def _metadata(parent: Element, entry: BankItem) -> None:
    lom = SubElement(parent, "lom", xmlns=_LOM)
    general = SubElement(lom, "general")
    for tag in tags.write_tags(entry):
        SubElement(SubElement(general, "keyword"), "string").text = tag
    if entry.difficulty:
        difficulty = SubElement(SubElement(lom, "educational"), "difficulty")
        SubElement(difficulty, "source").text = "LOMv1.0"
        SubElement(difficulty, "value").text = entry.difficulty.replace("_", " ")


class _Writer:
    """Creates elements with the names of a version of QTI."""

    def __init__(self, version: Version) -> None:
        self.version = version

    def add(self, parent: Element, name: str, text: str | None = None, **values: str) -> Element:
        """Add a child from the standard's vocabulary."""
        element = SubElement(parent, self.version.element(name), self.version.attributes(values))
        element.text = text
        return element

    def rich(self, parent: Element, markup: str, wrap: str = "") -> None:
        """Add markup as the content of an element, inside an HTML element if ``wrap`` names one."""
        html = to_html(markup, lambda name: f"images/{name}", mathml=True)
        content = fromstring(f"<x>{f'<{wrap}>{html}</{wrap}>' if wrap else html}</x>")  # noqa: S314
        parent.text = content.text
        parent.extend(list(content))


def _item(entry: BankItem, version: Version) -> Element:
    item, write = entry.item, _Writer(version)
    values = {
        "identifier": _identifier(entry),
        "title": item.id,
        "label": item.id,
        "adaptive": "false",
        "timeDependent": "false",
        "toolName": TOOL,
        "toolVersion": "1",
    }
    named = {"xmlns": version.items, **version.attributes(values)}
    root = Element(version.element("assessmentItem"), named)
    _declare(root, entry, write)
    outcome = {"identifier": "SCORE", "cardinality": "single", "baseType": "float"}
    write.add(root, "outcomeDeclaration", **outcome)
    body = write.add(root, "itemBody")
    _rubric(body, entry, write)
    write.rich(SubElement(body, "div"), item.stem, "p")
    _interaction(body, entry, write)
    if item.type.objective:
        write.add(root, "responseProcessing", template=version.template)
    return root


def _declare(root: Element, entry: BankItem, write: _Writer) -> None:
    kind = entry.item.type
    several = kind is ItemType.MULTIPLE_CHOICE
    values = {
        "identifier": "RESPONSE",
        "cardinality": "multiple" if several else "single",
        "baseType": "identifier" if kind.objective else "string",
    }
    declared = write.add(root, "responseDeclaration", **values)
    if kind.objective:
        right = write.add(declared, "correctResponse")
        for one in entry.scheme.key:
            write.add(right, "value", one)


def _rubric(body: Element, entry: BankItem, write: _Writer) -> None:
    """Add what only scorers see: rationale or mark scheme."""
    scheme = entry.scheme
    text = scheme.rationale if entry.item.type.objective else write_scheme(scheme)
    if not text.strip():
        return
    block = write.add(body, "rubricBlock", view="scorer", use="scoring")
    content = write.add(block, "contentBody") if write.version.kebab else block
    write.rich(content, text, "p")


def _interaction(body: Element, entry: BankItem, write: _Writer) -> None:
    item = entry.item
    if not item.type.objective:
        values = {"responseIdentifier": "RESPONSE", "expectedLines": "10"}
        write.add(body, "extendedTextInteraction", **values)
        return
    several = item.type is ItemType.MULTIPLE_CHOICE
    values = {
        "responseIdentifier": "RESPONSE",
        "shuffle": "false" if item.type is ItemType.TRUE_FALSE else "true",
        "maxChoices": "0" if several else "1",
    }
    interaction = write.add(body, "choiceInteraction", **values)
    for truth in TRUE_FALSE if item.type is ItemType.TRUE_FALSE else ():
        write.add(interaction, "simpleChoice", _TRUTHS[truth], identifier=truth)
    for option in item.options:
        write.rich(write.add(interaction, "simpleChoice", identifier=option.id), option.text)
