"""What the QTI standards demand of a package, for the parts of them that we write.

The schemas cannot be had from a package registry under a licence that allows it. These rules
follow the standards' information models: elements, their order, attributes, references.
"""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Mapping
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

MATHML = "{http://www.w3.org/1998/Math/MathML}"
LOM = "{http://ltsc.ieee.org/xsd/LOM}"
PACKAGES: Mapping[str, tuple[str, str, str, str]] = {
    "2.1": ("http://www.imsglobal.org/xsd/imscp_v1p1", "QTIv2.1 Package", "1.0.0", "xmlv2p1"),
    "2.2": ("http://www.imsglobal.org/xsd/imscp_v1p1", "QTIv2.2 Package", "1.0.0", "xmlv2p2"),
    "3.0": (
        "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1",
        "QTI Package",
        "3.0.0",
        "xmlv3p0",
    ),
}
ITEMS = {
    "2.1": "http://www.imsglobal.org/xsd/imsqti_v2p1",
    "2.2": "http://www.imsglobal.org/xsd/imsqti_v2p2",
    "3.0": "http://www.imsglobal.org/xsd/imsqtiasi_v3p0",
}
TEMPLATES = {
    "2.1": "http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct",
    "2.2": "http://www.imsglobal.org/question/qti_v2p2/rptemplates/match_correct",
    "3.0": "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct",
}
IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
ROOT_ATTRIBUTES = frozenset(
    {"identifier", "title", "label", "adaptive", "timeDependent", "toolName", "toolVersion"}
)
ATTRIBUTES: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "assessmentItem": (frozenset({"identifier", "title", "timeDependent"}), ROOT_ATTRIBUTES),
    "assessmentStimulus": (frozenset({"identifier", "title"}), ROOT_ATTRIBUTES),
    "assessmentStimulusRef": (frozenset({"identifier", "href"}), frozenset()),
    "responseDeclaration": (frozenset({"identifier", "cardinality"}), frozenset({"baseType"})),
    "outcomeDeclaration": (frozenset({"identifier", "cardinality"}), frozenset({"baseType"})),
    "correctResponse": (frozenset(), frozenset()),
    "value": (frozenset(), frozenset()),
    "itemBody": (frozenset(), frozenset()),
    "stimulusBody": (frozenset(), frozenset()),
    "contentBody": (frozenset(), frozenset()),
    "rubricBlock": (frozenset({"view"}), frozenset({"use"})),
    "choiceInteraction": (
        frozenset({"responseIdentifier", "shuffle", "maxChoices"}),
        frozenset({"minChoices"}),
    ),
    "simpleChoice": (frozenset({"identifier"}), frozenset({"fixed"})),
    "extendedTextInteraction": (
        frozenset({"responseIdentifier"}),
        frozenset({"expectedLines"}),
    ),
    "responseProcessing": (frozenset({"template"}), frozenset()),
}
ORDER = [
    "responseDeclaration",
    "outcomeDeclaration",
    "assessmentStimulusRef",
    "itemBody",
    "responseProcessing",
]
BLOCKS = {"div", "rubricBlock", "choiceInteraction", "extendedTextInteraction"}
INLINE = {"span", "b", "i", "sub", "sup", "br", "img"}
HTML = INLINE | {"div", "table", "thead", "tbody", "tr", "th", "td"}
HTML_ATTRIBUTES = {"img": {"src", "alt"}, "div": {"class", "label"}}
INSIDE = {
    "table": {"thead", "tbody"},
    "thead": {"tr"},
    "tbody": {"tr"},
    "tr": {"th", "td"},
    "responseDeclaration": {"correctResponse"},
    "correctResponse": {"value"},
    "itemBody": BLOCKS,
    "rubricBlock": {"div", "contentBody"},
    "contentBody": {"div"},
    "stimulusBody": {"div"},
    "choiceInteraction": {"simpleChoice"},
    "assessmentStimulus": {"stimulusBody"},
}


def check_package(data: bytes, version: str) -> None:
    """Check a package of a version; raises AssertionError."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    assert len({name.lower() for name in members}) == len(members)
    files = _check_manifest(fromstring(members["imsmanifest.xml"]), version)
    assert sorted(files) == sorted(set(members) - {"imsmanifest.xml"})
    roots = [fromstring(members[name]) for name in files if name.endswith(".xml")]
    for root in roots:
        _Rules(version, members).check(root)
    _unique([_plain(root, version) + root.get("identifier", "") for root in roots])


def _check_manifest(root: Element, version: str) -> list[str]:
    """Check a manifest and return the files that it lists."""
    space, schema, schema_version, kind = PACKAGES[version]
    cp = f"{{{space}}}"
    assert [child.tag for child in root] == [
        f"{cp}{name}" for name in ("metadata", "organizations", "resources")
    ]
    assert root.findtext(f"{cp}metadata/{cp}schema") == schema
    assert root.findtext(f"{cp}metadata/{cp}schemaversion") == schema_version
    resources = root.findall(f"{cp}resources/{cp}resource")
    identifiers = [resource.get("identifier", "") for resource in resources]
    _unique(identifiers)
    assert all(map(IDENTIFIER.fullmatch, identifiers))
    files = []
    for resource in resources:
        assert resource.get("type") in (
            f"imsqti_item_{kind}",
            f"imsqti_stimulus_{kind}",
            "webcontent",
        )
        names = [child.tag.removeprefix(cp) for child in resource]
        assert names == sorted(names, key=["metadata", "file", "dependency"].index)
        files += [file.get("href", "") for file in resource.findall(f"{cp}file")]
        assert resource.get("href") == files[-1]
        for needed in resource.findall(f"{cp}dependency"):
            assert needed.get("identifierref") in identifiers
        for lom in resource.iter(f"{LOM}lom"):
            _check_lom(lom)
    return files


def _check_lom(lom: Element) -> None:
    parts = [child.tag.removeprefix(LOM) for child in lom]
    assert parts in (["general"], ["general", "educational"])
    assert all(word.tag == f"{LOM}keyword" for word in lom[0])
    assert all(word[0].tag == f"{LOM}string" and word[0].get("language") for word in lom[0])
    for difficulty in lom.iter(f"{LOM}difficulty"):
        assert [child.tag for child in difficulty] == [f"{LOM}source", f"{LOM}value"]


def _unique(values: list[str]) -> None:
    assert [value for value, count in Counter(values).items() if count > 1] == []


def _plain(element: Element, version: str) -> str:
    """Return an element's name as version 2 has it."""
    name = element.tag.removeprefix(f"{{{ITEMS[version]}}}")
    assert "{" not in name, name
    if version == "3.0" and name.startswith("qti-"):
        return _camel(name.removeprefix("qti-"))
    assert version != "3.0" or name in HTML
    return name


def _camel(name: str) -> str:
    return re.sub(r"-([a-z])", lambda found: found[1].upper(), name)


class _Rules:
    """Checks the document of an item or stimulus."""

    def __init__(self, version: str, members: Mapping[str, bytes]) -> None:
        self._version = version
        self._members = members

    def check(self, root: Element) -> None:
        assert self._name(root) in ("assessmentItem", "assessmentStimulus")
        assert "{" in root.tag
        self._element(root)
        if self._name(root) == "assessmentItem":
            self._item(root)

    def _name(self, element: Element) -> str:
        return _plain(element, self._version)

    def _element(self, element: Element) -> None:
        if element.tag.startswith(MATHML):
            return
        name = self._name(element)
        self._attributes(element, name)
        inside = [child for child in element if not child.tag.startswith(MATHML)]
        names = [self._name(child) for child in inside]
        if name in INSIDE:
            assert set(names) <= INSIDE[name], (name, names)
            assert not (element.text or "").strip() or name == "value"
        if name in ("simpleChoice", "th", "td"):
            assert set(names) <= HTML, names
        if name in INLINE:
            assert set(names) <= INLINE, (name, names)
        for child in element:
            self._element(child)

    def _attributes(self, element: Element, name: str) -> None:
        given = {_camel(key) for key in element.attrib}
        if name in ATTRIBUTES:
            needed, allowed = ATTRIBUTES[name]
            assert needed <= given <= needed | allowed, (name, given)
        else:
            assert name in HTML, name
            assert given <= HTML_ATTRIBUTES.get(name, set()) | {"class"}, (name, given)
        if name == "img":
            assert {"src", "alt"} <= given
            assert f"items/{element.get('src')}" in self._members
        identifier = element.get("identifier")
        assert identifier is None or IDENTIFIER.fullmatch(identifier), identifier

    def _item(self, root: Element) -> None:
        names = [self._name(child) for child in root]
        assert names == sorted(names, key=ORDER.index)
        assert names.count("itemBody") == 1
        nodes = {self._name(node): node for node in root.iter() if not node.tag.startswith(MATHML)}
        self._references(root, nodes)

    def _references(self, root: Element, nodes: Mapping[str, Element]) -> None:
        response = nodes["responseDeclaration"].get("identifier")
        dash = "response-identifier" if self._version == "3.0" else "responseIdentifier"
        shown = nodes.get("choiceInteraction", nodes.get("extendedTextInteraction"))
        assert shown is not None
        assert shown.get(dash) == response
        plain = [node for node in root.iter() if not node.tag.startswith(MATHML)]
        options = [node.get("identifier") for node in plain if self._name(node) == "simpleChoice"]
        _unique([str(option) for option in options])
        right = [node.text for node in plain if self._name(node) == "value"]
        assert set(right) <= set(options)
        if "choiceInteraction" in nodes:
            assert options
            assert nodes["responseProcessing"].get("template") == TEMPLATES[self._version]
        ref = nodes.get("assessmentStimulusRef")
        assert ref is None or f"items/{ref.get('href')}" in self._members
