"""The manifest of a package: every file of it, with what each item needs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, indent

from sync.hq.authoring.entry import BankItem
from sync.hq.authoring.interchange import tags
from sync.hq.authoring.interchange.qti.versions import Version

_LOM = "http://ltsc.ieee.org/xsd/LOM"


@dataclass(frozen=True)
class Content:
    """An item's or stimulus's file: the pictures and the stimulus that it needs."""

    path: str
    kind: str
    pictures: frozenset[str]
    stimulus: str = ""
    entry: BankItem | None = None


def write(folder: str, contents: Sequence[Content], version: Version) -> Element:
    """Return the manifest of a package whose files are in one folder."""
    root = Element("manifest", {"xmlns": version.manifest, "identifier": "exam-kiosk-items"})
    metadata = SubElement(root, "metadata")
    SubElement(metadata, "schema").text, version_of = version.schema
    SubElement(metadata, "schemaversion").text = version_of
    SubElement(root, "organizations")
    resources = SubElement(root, "resources")
    for content in contents:
        _resource(resources, folder, content, version)
    for name in sorted(frozenset().union(*(content.pictures for content in contents))):
        href = f"{folder}/images/{name}"
        values = {"identifier": _picture_id(name), "type": "webcontent", "href": href}
        SubElement(SubElement(resources, "resource", values), "file", href=href)
    indent(root)
    return root


def _resource(resources: Element, folder: str, content: Content, version: Version) -> None:
    href = f"{folder}/{content.path}"
    values = {"identifier": _id(content.path), "type": version.resource(content.kind)}
    resource = SubElement(resources, "resource", {**values, "href": href})
    if content.entry is not None:
        _metadata(SubElement(resource, "metadata"), content.entry)
    SubElement(resource, "file", href=href)
    for needed in _needed(content):
        SubElement(resource, "dependency", identifierref=needed)


def _needed(content: Content) -> Iterable[str]:
    if content.stimulus:
        yield _id(content.stimulus)
    yield from map(_picture_id, sorted(content.pictures))


def _id(path: str) -> str:
    return f"RES-{path.removesuffix('.xml')}"


def _picture_id(name: str) -> str:
    return f"IMG-{name}"


def _metadata(parent: Element, entry: BankItem) -> None:
    """Add learning object metadata: keywords and difficulty."""
    lom = SubElement(parent, "lom", xmlns=_LOM)
    general = SubElement(lom, "general")
    for tag in tags.write_tags(entry):
        SubElement(SubElement(general, "keyword"), "string", language="x-none").text = tag
    if entry.difficulty:
        difficulty = SubElement(SubElement(lom, "educational"), "difficulty")
        SubElement(difficulty, "source").text = "LOMv1.0"
        SubElement(difficulty, "value").text = entry.difficulty.replace("_", " ")
