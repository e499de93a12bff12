"""QTI 2.1, 2.2 and 3.0 content packages and single items: reading choice and extended text.

Everything else in a package is reported by name: items of other kinds are left out, and
features that an item can do without are dropped with a note.
"""

import posixpath
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from kiosk.exam.items.item import TRUE_FALSE, ItemType
from sync.hq.authoring.interchange import tags
from sync.hq.authoring.interchange.notes import Notes, Unsupported
from sync.hq.authoring.interchange.qti_xml import Node, read_xml
from sync.hq.authoring.interchange.rich import PictureIn
from sync.hq.authoring.interchange.scheme_text import is_scheme, read_scheme
from sync.hq.authoring.parsed import Draft, Parsed
from sync.hq.authoring.pictures import Collected
from sync.hq.errors import BadImport
from sync.hq.imports.archives import Archive
from sync.hq.problems import Phrase, Problem

MANIFEST = "imsmanifest.xml"
TOOL = "exam-kiosk"

_MISSING = Phrase("the manifest lists it, but it is missing")
_LEFT_OUT = {
    "assessmentTest": Phrase("assessment test"),
    "assessmentSection": Phrase("assessment section"),
    "assessmentStimulus": Phrase("shared stimulus"),
}
_NEEDED = {
    "assessmentStimulusRef": "item that needs a shared stimulus",
    "templateDeclaration": "item made from a template",
    "templateProcessing": "item made from a template",
}
_FEEDBACK = ("feedbackBlock", "feedbackInline", "modalFeedback")
_APART = frozenset(
    {"rubricBlock", "stylesheet", "catalogInfo", "choiceInteraction", "extendedTextInteraction"}
    | set(_FEEDBACK)
)


def read_package(archive: Archive, collected: Collected) -> Parsed:
    """Read the items of a content package.

    Raises:
        BadImport: the manifest is damaged.
    """
    drafts: list[Draft] = []
    problems = list(archive.problems)
    for name, metadata in _resources(archive, problems):
        found = read_item(archive.read(name), name, _pictures(archive, name, collected), metadata)
        drafts += found.drafts
        problems += found.problems
    return Parsed(drafts, problems, collected.pictures)


def read_item(
    data: bytes, name: str, picture: PictureIn, metadata: Mapping[str, str] | None = None
) -> Parsed:
    """Read the item of one file; a file of another kind gives a problem that names it."""
    try:
        root = read_xml(data, name)
    except BadImport as error:
        return Parsed([], error.problems)
    if root.name != "assessmentItem":
        kind = _LEFT_OUT.get(root.name, Phrase("<%(tag)s>", {"tag": root.name}))
        return Parsed([], [Problem("dropped", "file", name, params={"name": kind}, is_error=False)])
    notes = Notes(picture)
    try:
        values = {**(metadata or {}), **_values(root, notes)}
    except Unsupported as error:
        return Parsed([], [Problem("unsupported", "file", name, params={"name": error.name})])
    if values["type"] == ItemType.ESSAY:
        values["type"] = tags.written_type(metadata or {})
    draft = Draft(values, "file", name)
    problems = [draft.problem(problem) for problem in notes.problems]
    in_error = any(problem.is_error for problem in problems)
    return Parsed([] if in_error else [draft], problems)


def _resources(
    archive: Archive, problems: list[Problem]
) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield the item files of a package with what the manifest says of each."""
    if MANIFEST not in archive.names:
        yield from ((name, {}) for name in archive.names if name.lower().endswith(".xml"))
        return
    manifest = read_xml(archive.read(MANIFEST), MANIFEST)
    for resource in manifest.every("resource"):
        kind = resource.attributes.get("type", "")
        href = unquote(resource.attributes.get("href", ""))
        if not kind.startswith(("imsqti_", "qti_")):
            continue
        if "_item_" not in kind and not kind.endswith("_item"):
            dropped = {"name": Phrase("resource of type %(kind)s", {"kind": kind})}
            problems.append(Problem("dropped", "file", href, params=dropped, is_error=False))
        elif href not in archive.names:
            missing = {"format": "QTI", "reason": _MISSING}
            problems.append(Problem("unreadable", "file", href, params=missing))
        else:
            yield href, _metadata(resource)


def _metadata(resource: Node) -> Mapping[str, str]:
    """Return our fields from the learning object metadata: keywords and difficulty."""
    words = (node.text for node in resource.every("keyword"))
    fields = dict(tags.read_tags(words))
    difficulty = resource.first("difficulty")
    if difficulty is not None and (value := difficulty.first("value")) is not None:
        fields["difficulty"] = value.text.replace(" ", "_")
    return fields


def _pictures(archive: Archive, item: str, collected: Collected) -> PictureIn:
    folder = posixpath.dirname(item)

    def found(address: str) -> str:
        path = posixpath.normpath(posixpath.join(folder, unquote(address.partition("?")[0])))
        return collected.add(archive.read(path))

    return found


def _values(item: Node, notes: Notes) -> dict[str, Any]:
    if item.attributes.get("adaptive") == "true":
        raise Unsupported("adaptive item")
    for name, words in _NEEDED.items():
        if item.first(name) is not None:
            raise Unsupported(words)
    body = item.first("itemBody")
    if body is None:
        raise Unsupported("item without a body")
    interaction = _only_interaction(body)
    own = item.attributes.get("toolName") == TOOL
    values = {
        "id": item.attributes.get("label" if own else "identifier", ""),
        "stem": _stem(body, interaction, notes),
        **_scheme(body, notes),
        **_answered(item, interaction, notes),
    }
    _note_the_rest(item, body, interaction, notes)
    return values


def _only_interaction(body: Node) -> Node:
    """Return the item's only interaction.

    Raises:
        Unsupported: there are several, or it is of another kind.
    """
    found = [node for node in body.every() if node.name.endswith("Interaction")]
    if not found:
        raise Unsupported("item without an interaction")
    for node in found:
        if node.name not in ("choiceInteraction", "extendedTextInteraction"):
            raise Unsupported("<%(tag)s>", tag=node.name)
    if len(found) > 1:
        raise Unsupported("%(count)s interactions in one item", count=len(found))
    return found[0]


def _stem(body: Node, interaction: Node, notes: Notes) -> str:
    prompt = interaction.first("prompt")
    asked = f"<p>{prompt.html()}</p>" if prompt else ""
    told = (
        f"<p>{block.html(_APART)}</p>"
        for block in body.every("rubricBlock")
        if "candidate" in _views(block)
    )
    return notes.html("".join([*told, body.html(_APART, {interaction.name: asked})]), "stem")


def _views(rubric: Node) -> list[str]:
    """Return the roles that a rubric is for."""
    return rubric.attributes.get("view", "").split()


def _answered(item: Node, interaction: Node, notes: Notes) -> dict[str, Any]:
    if interaction.name == "extendedTextInteraction":
        return {"type": ItemType.ESSAY.value}
    wanted = interaction.attributes.get("responseIdentifier")
    declared = next(
        (
            node
            for node in item.nodes("responseDeclaration")
            if node.attributes.get("identifier") == wanted
        ),
        None,
    )
    if declared is None:
        raise Unsupported("choice without a response declaration")
    return _choice(interaction, declared, notes)


def _choice(interaction: Node, declared: Node, notes: Notes) -> dict[str, Any]:
    right = declared.first("correctResponse")
    key = [value.text for value in right.nodes("value")] if right else _mapped(declared)
    if declared.first("mapping") is not None:
        notes.dropped("points for single options (mapping)", "key")
    choices = list(interaction.nodes("simpleChoice"))
    ids = [choice.attributes.get("identifier", "") for choice in choices]
    if any(choice.attributes.get("fixed") == "true" for choice in choices):
        notes.dropped("option in a fixed place", "options")
    single = declared.attributes.get("cardinality") == "single"
    if sorted(ids) == sorted(TRUE_FALSE) and single:
        return {"type": ItemType.TRUE_FALSE.value, "key": key}
    letters = {one: chr(ord("A") + number) for number, one in enumerate(ids)}
    options = [
        {"id": letters[one], "text": notes.html(choice.html(frozenset(_FEEDBACK)), "options")}
        for one, choice in zip(ids, choices, strict=True)
    ]
    kind = ItemType.SINGLE_CHOICE if single else ItemType.MULTIPLE_CHOICE
    return {
        "type": kind.value,
        "options": options,
        "key": [letters.get(one, one) for one in key],
    }


def _mapped(declared: Node) -> list[str]:
    """Return the options with positive points, for items without a correct response."""
    return [
        entry.attributes.get("mapKey", "")
        for entry in declared.every("mapEntry")
        if _positive(entry.attributes.get("mappedValue", "0"))
    ]


def _positive(text: str) -> bool:
    try:
        return float(text) > 0
    except ValueError:
        return False


def _scheme(body: Node, notes: Notes) -> dict[str, Any]:
    """Return mark points or rationale from what only scorers see."""
    texts = []
    for block in body.every("rubricBlock"):
        views = _views(block)
        if "scorer" in views:
            texts.append(notes.html(block.html(_APART), "points"))
        elif "candidate" not in views:
            notes.dropped("rubric for %(roles)s", roles=", ".join(views) or "–")
    text = "\n".join(texts)
    if not is_scheme(text):
        return {"rationale": text}
    values, problems = read_scheme(text)
    notes.problems += problems
    return dict(values)


def _note_the_rest(item: Node, body: Node, interaction: Node, notes: Notes) -> None:
    """Report what the item has besides question, options and key."""
    if any(item.first(name) is not None for name in _FEEDBACK):
        notes.dropped("feedback to candidates")
    for name, words in (("stylesheet", "style sheet"), ("catalogInfo", "catalogue of supports")):
        if item.first(name) is not None:
            notes.dropped(words)
    processing = item.first("responseProcessing")
    if processing is not None and any(True for _ in processing.nodes()):
        notes.dropped("response processing of its own; the programme's scoring applies")
    limits = interaction.attributes
    if limits.get("minChoices", "0") not in ("0", "1") or limits.get("minStrings"):
        notes.dropped("least number of choices")
    if any(node.name in ("infoControl", "positionObjectStage") for node in body.every()):
        notes.lost("tool beside the item")
