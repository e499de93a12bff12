"""QTI 2.1, 2.2 and 3.0 content packages: writing."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from kiosk.exam.items.item import TRUE_FALSE, ItemType
from kiosk.exam.items.markup import pictures as shown_pictures
from sync.hq.authoring.entry import BankItem
from sync.hq.authoring.interchange.qti import manifest
from sync.hq.authoring.interchange.qti.manifest import Content
from sync.hq.authoring.interchange.qti.names import file_names, identifier
from sync.hq.authoring.interchange.qti.package import MANIFEST
from sync.hq.authoring.interchange.qti.stimulus import OWN_CLASS, TOOL
from sync.hq.authoring.interchange.qti.versions import Version
from sync.hq.authoring.interchange.qti.writer import Writer
from sync.hq.authoring.interchange.scheme_text import write_scheme

_FOLDER = "items"
_DATE = (1980, 1, 1, 0, 0, 0)
_TRUTHS = {"true": "正确 / True", "false": "错误 / False"}


def write_package(
    entries: Sequence[BankItem], pictures: Mapping[str, bytes], version: Version
) -> bytes:
    """Return a content package: manifest, one file per item, the pictures that they show."""
    stimuli = _Stimuli(entries) if version.has_stimuli else _Stimuli([])
    names = file_names("item", (entry.item.id for entry in entries))
    parts = {f"{_FOLDER}/{path}": stimuli.document(text, version) for text, path in stimuli.paths}
    contents = [
        Content(path, "stimulus", shown_pictures(text[1]) & set(pictures))
        for text, path in stimuli.paths
    ]
    for entry in entries:
        path, needed = names[entry.item.id], stimuli.path_of(entry)
        parts[f"{_FOLDER}/{path}"] = _document(_item(entry, version, needed))
        shown = _pictures(entry) & set(pictures)
        contents.append(Content(path, "item", shown, needed, entry))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        _put(archive, MANIFEST, _document(manifest.write(_FOLDER, contents, version)))
        for name, data in parts.items():
            _put(archive, name, data)
        for name in sorted(frozenset().union(*(content.pictures for content in contents))):
            _put(archive, f"{_FOLDER}/images/{name}", pictures[name])
    return buffer.getvalue()


def _put(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, date_time=_DATE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, data)


def _document(root: Element) -> bytes:
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def _pictures(entry: BankItem) -> frozenset[str]:
    """Return the pictures of an item and of its explanation."""
    scheme = entry.scheme
    texts = (scheme.rationale, scheme.model_answer, *(point.text for point in scheme.points))
    return entry.item.pictures.union(*map(shown_pictures, texts))


class _Stimuli:
    """The stimulus files of a package: one for each group."""

    def __init__(self, entries: Sequence[BankItem]) -> None:
        grouped = [(entry.item.group, entry.item.stimulus) for entry in entries]
        found = dict.fromkeys((group, text) for group, text in grouped if group is not None)
        keys = {_stimulus_key(group, text, found): (group, text) for group, text in found}
        self._paths = {keys[key]: path for key, path in file_names("stimulus", keys).items()}

    @property
    def paths(self) -> Sequence[tuple[tuple[str, str], str]]:
        """Group and text of each stimulus with its file name."""
        return list(self._paths.items())

    def path_of(self, entry: BankItem) -> str:
        """Return the file of an item's stimulus, or nothing."""
        return self._paths.get((entry.item.group or "", entry.item.stimulus), "")

    def document(self, stimulus: tuple[str, str], version: Version) -> bytes:
        """Return a stimulus file."""
        group, text = stimulus
        write = Writer(version)
        values = {"identifier": identifier(group), "title": group, "label": group}
        root = write.root("assessmentStimulus", {**values, "toolName": TOOL, "toolVersion": "1"})
        write.rich(SubElement(write.add(root, "stimulusBody"), "div"), text)
        return _document(root)


def _stimulus_key(group: str, text: str, found: Mapping[tuple[str, str], None]) -> str:
    """Return what tells a stimulus from others: its group, or also its text."""
    alone = sum(1 for other, _ in found if other == group) == 1
    return group if alone else f"{group}\n{text}"


def _item(entry: BankItem, version: Version, stimulus: str) -> Element:
    item, write = entry.item, Writer(version)
    values = {
        "identifier": identifier(item.id),
        "title": item.id,
        "label": item.id,
        "adaptive": "false",
        "timeDependent": "false",
        "toolName": TOOL,
        "toolVersion": "1",
    }
    root = write.root("assessmentItem", values)
    _declare(root, entry, write)
    outcome = {"identifier": "SCORE", "cardinality": "single", "baseType": "float"}
    write.add(root, "outcomeDeclaration", **outcome)
    if stimulus:
        named = {"identifier": identifier(item.group or ""), "href": stimulus}
        write.add(root, "assessmentStimulusRef", **named)
    body = write.add(root, "itemBody")
    if item.group and not stimulus:
        shared = SubElement(body, "div", {"class": OWN_CLASS, "label": item.group})
        write.rich(shared, item.stimulus)
    _rubric(body, entry, write)
    write.rich(SubElement(body, "div"), item.stem)
    _interaction(body, entry, write)
    if item.type.objective:
        write.add(root, "responseProcessing", template=version.template)
    return root


def _declare(root: Element, entry: BankItem, write: Writer) -> None:
    kind = entry.item.type
    several = kind is ItemType.MULTIPLE_CHOICE
    values = {
        "identifier": "RESPONSE",
        "cardinality": "multiple" if several else "single",
        "baseType": "identifier" if kind.objective else "string",
    }
    declared = write.add(root, "responseDeclaration", **values)
    if kind.objective and entry.scheme.key:
        right = write.add(declared, "correctResponse")
        for option in entry.scheme.key:
            write.add(right, "value", identifier(option))


def _rubric(body: Element, entry: BankItem, write: Writer) -> None:
    """Add what only scorers see: rationale or mark scheme."""
    scheme = entry.scheme
    text = scheme.rationale if entry.item.type.objective else write_scheme(scheme)
    if not text.strip():
        return
    block = write.add(body, "rubricBlock", view="scorer", use="scoring")
    content = write.add(block, "contentBody") if write.version.kebab else block
    write.rich(SubElement(content, "div"), text)


def _interaction(body: Element, entry: BankItem, write: Writer) -> None:
    item = entry.item
    if not item.type.objective:
        values = {"responseIdentifier": "RESPONSE", "expectedLines": "10"}
        write.add(body, "extendedTextInteraction", **values)
        return
    several = item.type is ItemType.MULTIPLE_CHOICE
    shuffle = item.shuffle and item.type is not ItemType.TRUE_FALSE
    values = {
        "responseIdentifier": "RESPONSE",
        "shuffle": "true" if shuffle else "false",
        "maxChoices": "0" if several else "1",
    }
    interaction = write.add(body, "choiceInteraction", **values)
    for truth in TRUE_FALSE if item.type is ItemType.TRUE_FALSE else ():
        write.add(interaction, "simpleChoice", _TRUTHS[truth], identifier=truth)
    for option in item.options:
        named = {"identifier": identifier(option.id)}
        fixed = {"fixed": "true"} if option.fixed else {}
        write.rich(write.add(interaction, "simpleChoice", **named, **fixed), option.text)
