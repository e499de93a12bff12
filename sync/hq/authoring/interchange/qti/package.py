"""Finds the items of a content package, or of a single file, and reads them."""

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import unquote

from kiosk.exam.items.item import Difficulty
from kiosk.exam.items.markup import escaped
from sync.hq.authoring.interchange import tags
from sync.hq.authoring.interchange.qti import v1
from sync.hq.authoring.interchange.qti.copies import take_copies, with_own_ids
from sync.hq.authoring.interchange.qti.files import Files, NoMembers
from sync.hq.authoring.interchange.qti.item import read_item
from sync.hq.authoring.interchange.qti.nodes import Node, read_node
from sync.hq.authoring.interchange.qti.source import Source
from sync.hq.authoring.parsed import Draft, Parsed
from sync.hq.authoring.pictures import Collected
from sync.hq.errors import BadImport
from sync.hq.imports.archives import Archive
from sync.hq.problems import Phrase, Problem

MANIFEST = "imsmanifest.xml"
ENDINGS = (".xml", ".qti", ".dat")
"""How the names of files with items end."""

_SIGNS = (b"assessmentitem", b"assessment-item", b"assessmenttest", b"assessment-test",
          b"assessmentsection", b"assessment-section", b"questestinterop", b"assessmentstimulus",
          b"assessment-stimulus")  # fmt: skip
_LEFT_OUT = {
    "assessmentTest": Phrase("assessment test"),
    "assessmentSection": Phrase("assessment section"),
    "assessmentStimulus": Phrase("shared stimulus"),
}
_MISSING = Phrase("the manifest lists it, but it is missing")
_NO_ITEMS = ("manifest", "responseProcessing", "assessmentStimulus")


class OtherXml(Exception):
    """A document is XML, but not QTI."""


def has_manifest(names: Sequence[str]) -> bool:
    """Whether some folder of an archive has a manifest."""
    return any(_is_manifest(name) for name in names)


def has_documents(names: Sequence[str]) -> bool:
    """Whether an archive has files that may contain items."""
    return any(name.lower().endswith(ENDINGS) for name in names)


def read_package(archive: Archive, collected: Collected) -> Parsed:
    """Read the items of a content package; every file of an item gives a draft."""
    files = Files(archive, collected)
    drafts: list[Draft] = []
    problems = list(archive.problems)
    listed = _listed(files, problems)
    parts: dict[str, Parsed] = {}
    for name in [*listed, *_others(files, listed)]:
        if name in files.used or _is_manifest(name):
            continue
        is_listed = name in listed or (not listed and name.lower().endswith(".xml"))
        parts[name] = _read_member(Source(files, name, listed.get(name, {})), is_listed=is_listed)
    problems += take_copies(parts)
    for found in parts.values():
        drafts += found.drafts
        problems += found.problems
    problems = [problem for problem in problems if problem.at not in files.used]
    if not drafts and not any(problem.is_error for problem in problems):
        problems.append(Problem("no_items"))
    return Parsed(with_own_ids(drafts), problems, files.pictures)


def read_file(data: bytes, name: str, collected: Collected) -> Parsed:
    """Read the items of a single file.

    Raises:
        BadImport: it is not well-formed.
        OtherXml: it is no document of QTI.
    """
    files = Files(NoMembers(), collected)
    root = read_node(data, name)
    found = _read_root(root, Source(files, name), is_listed=True)
    if not found.drafts and not _is_ours(root):
        raise OtherXml(name)
    problems = list(found.problems)
    if not found.drafts and not any(problem.is_error for problem in problems):
        problems.append(Problem("no_items", "file", name))
    return Parsed(with_own_ids(found.drafts), problems, files.pictures)


def _is_manifest(name: str) -> bool:
    return posixpath.basename(name).lower() == MANIFEST


def _listed(files: Files, problems: list[Problem]) -> dict[str, Mapping[str, str]]:
    """Return the item files that the manifests list, with what these say of each."""
    found: dict[str, Mapping[str, str]] = {}
    for manifest in filter(_is_manifest, files.names):
        try:
            root = read_node(files.read(manifest), manifest)
        except BadImport as error:
            problems += error.problems
            continue
        for folder, resource in _resources(root, posixpath.dirname(manifest)):
            if (stated := _difficulty(resource)) and stated not in set(Difficulty):
                named = {"name": Phrase("difficulty %(value)s", {"value": stated[:40]})}
                at = resource.get("href") or manifest
                problems.append(Problem("dropped", "file", at, params=named, is_error=False))
            for address in _addresses(resource):
                _list(files, folder, address, _metadata(resource), found, problems)
    return found


def _list(
    files: Files,
    folder: str,
    address: str,
    metadata: Mapping[str, str],
    found: dict[str, Mapping[str, str]],
    problems: list[Problem],
) -> None:
    try:
        found.setdefault(files.locate(folder, address), metadata)
    except KeyError:
        missing = {"format": "QTI", "reason": _MISSING}
        problems.append(Problem("unreadable", "file", unquote(address), params=missing))


def _resources(root: Node, folder: str) -> Iterator[tuple[str, Node]]:
    """Yield the resources with QTI, each with the folder that its addresses start from."""
    for group in root.every("resources"):
        for resource in group.nodes("resource"):
            kind = resource.get("type").lower()
            if "qti" in kind or kind.startswith("assessment/x-bb"):
                bases = (node.get("base") for node in (root, group, resource))
                yield posixpath.join(folder, *filter(None, bases)), resource


def _addresses(resource: Node) -> list[str]:
    """Return where a resource is: Blackboard and others name only its file."""
    own = resource.get("href") or resource.get("file")
    if own:
        return [own]
    addresses = (node.get("href") for node in resource.nodes("file"))
    return [address for address in addresses if address.lower().endswith(ENDINGS)]


def _others(files: Files, listed: Mapping[str, object]) -> list[str]:
    """Return further files that may have items, in packages without a manifest all of them."""
    names = [name for name in files.names if name.lower().endswith(ENDINGS)]
    return [name for name in names if name not in listed]


def _metadata(resource: Node) -> Mapping[str, str]:
    """Return our fields from the learning object metadata: keywords and difficulty."""
    words = (node.text for node in resource.every("keyword"))
    fields = dict(tags.read_tags(words))
    difficulty = _difficulty(resource)
    return {**fields, "difficulty": difficulty} if difficulty in set(Difficulty) else fields


def _difficulty(resource: Node) -> str:
    stated = resource.first("difficulty")
    value = stated.first("value") if stated is not None else None
    return "_".join(value.text.lower().split()) if value is not None else ""


def _read_member(source: Source, *, is_listed: bool) -> Parsed:
    data = source.files.read(source.name)
    has_signs = any(sign in data[:65536].replace(b"\0", b"").lower() for sign in _SIGNS)
    if not is_listed and not has_signs:
        return Parsed([])
    try:
        return _read_root(read_node(data, source.name), source, is_listed=is_listed)
    except BadImport as error:
        if not is_listed and not source.name.lower().endswith(".xml"):
            return Parsed([])
        title = {"stem": escaped(posixpath.basename(source.name))}
        unread = Draft(title, "file", source.name, declared=False, problems=error.problems)
        return Parsed([unread])


def _read_root(root: Node, source: Source, *, is_listed: bool) -> Parsed:
    if root.name == "assessmentItem":
        return Parsed([read_item(root, source, Draft({}, "file", source.name))])
    if (root.name in v1.ROOTS and v1.has_items(root)) or root.first("questestinterop"):
        return v1.read(root, source)
    inside = list(root.every("assessmentItem"))
    drafts = [
        read_item(node, source, Draft({}, "item", f"{source.name} {number}"))
        for number, node in enumerate(inside, start=1)
    ]
    if drafts or (not is_listed and root.name in _NO_ITEMS):
        return Parsed(drafts)
    kind = _LEFT_OUT.get(root.name, Phrase("<%(tag)s>", {"tag": root.name}))
    skipped = Problem("part_skipped", "file", source.name, params={"name": kind}, is_error=False)
    return Parsed([], [skipped])


def _is_ours(root: Node) -> bool:
    return root.name in (*_LEFT_OUT, *_NO_ITEMS, *v1.ROOTS)
