"""QTI 1.2: items of assessments, sections, object banks, and Common Cartridge; Canvas too."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from html import escape, unescape
from itertools import islice
from typing import Any

from kiosk.exam.items.item import ItemType
from kiosk.exam.items.markup import escaped
from sync.hq.authoring.interchange.notes import Notes, Unsupported
from sync.hq.authoring.interchange.qti import v1_scoring
from sync.hq.authoring.interchange.qti.choice import Choice, Settings, choice_values
from sync.hq.authoring.interchange.qti.declared import POINTS, is_other_worth
from sync.hq.authoring.interchange.qti.ids import item_id, short
from sync.hq.authoring.interchange.qti.nodes import Node
from sync.hq.authoring.interchange.qti.source import Source
from sync.hq.authoring.interchange.qti.v1_kinds import READ, field_of, name_of, stated_kind
from sync.hq.authoring.interchange.qti.v1_text import material_html
from sync.hq.authoring.interchange.qti.whole_markup import declare_whole
from sync.hq.authoring.parsed import Draft, Parsed
from sync.hq.errors import BadImport
from sync.hq.problems import Phrase, Problem

ROOTS = frozenset({"questestinterop", "assessment", "section", "objectbank", "item"})
_TAG = re.compile(r"<[^<>]*>")
BLANK = "（\u3000\u3000）"

_MOST_ITEMS = 20_000
_PATH = 60
_PARENT = "parent_stimulus_item_ident"
_RESPONSES = ("response_lid", "response_str", "response_num", "response_xy", "response_grp")
_RENDERS = ("render_choice", "render_fib", "render_hotspot", "render_slider", "render_extension")
_FEEDBACK = frozenset({"itemfeedback", "hint", "displayfeedback"})


def has_items(root: Node) -> bool:
    """Whether the document has items of this version, or is a test of it."""
    is_item = root.name == "item"
    return root.name == "questestinterop" or root.first("presentation") is not None or is_item


def read(root: Node, source: Source) -> Parsed:
    """Read the items of a document in their order.

    Raises:
        BadImport: there are too many.
    """
    drafts = []
    items = list(islice(_items(root, None), _MOST_ITEMS + 1))
    if len(items) > _MOST_ITEMS:
        raise BadImport([Problem("too_many", "file", source.name, params={"limit": _MOST_ITEMS})])
    passages = _passages([item for item, _ in items])
    for number, (item, section) in enumerate(items, start=1):
        if item.get("ident") in passages:
            continue
        title = item.get("title") or item.get("ident")
        draft = Draft({}, "item", f"{_short(source.name)} {number} ({title[:60]})")
        drafts.append(_read_item(item, _shared(item, section, passages), source, draft))
    problems = []
    if root.first("sourcebank_ref", "bankentry_item", "itemref", "sectionref") is not None:
        named = {"name": Phrase("questions that are drawn from another file")}
        problems.append(Problem("not_imported", "file", source.name, params=named, is_error=False))
    return Parsed(drafts, problems)


def _short(path: str) -> str:
    """Return a file's path, the end of it if it is long."""
    return path if len(path) <= _PATH else f"…{path[-_PATH:]}"


def _items(node: Node, section: Node | None) -> Iterator[tuple[Node, Node | None]]:
    """Yield items, each with the section or test around it that shows something."""
    if node.name == "item":
        yield node, section
        return
    inner = node if any(True for _ in node.nodes("presentation_material")) else section
    for child in node.nodes():
        yield from _items(child, inner)


def _passages(items: Sequence[Node]) -> Mapping[str, Node]:
    """Return the items of Canvas that are only a text which other items belong to."""
    parents = {field_of(item, _PARENT) for item in items}
    return {item.get("ident"): item for item in items if item.get("ident") in parents - {""}}


def _shared(item: Node, section: Node | None, passages: Mapping[str, Node]) -> Node | None:
    """Return what has the stimulus of an item: a text of Canvas, or its section."""
    return passages.get(field_of(item, _PARENT), section)


def _read_item(item: Node, shared: Node | None, source: Source, draft: Draft) -> Draft:
    notes = source.notes()
    declare_whole(item)
    ident = item.get("ident") or item.get("label") or _object_id(item)
    named = {"id": item_id(ident or item.get("title"), notes)}
    try:
        values = {**named, **_values(item, notes), **_stimulus(shared, source, notes)}
    except Unsupported as error:
        notes.lost(error.name)
        values = {**named, "stem": _any_text(item)}
    problems = [draft.problem(problem) for problem in notes.problems]
    return replace(draft, values=values, declared=bool(ident), problems=problems)


def _object_id(item: Node) -> str:
    """Return the id that Blackboard has among the metadata."""
    found = item.first("bbmd_asi_object_id")
    return found.text if found is not None else ""


def _any_text(item: Node) -> str:
    presented = item.first("presentation")
    text = unescape(_TAG.sub(" ", presented.raw)) if presented is not None else ""
    return escaped((" ".join(text.split()) or item.get("title"))[:500])


def _stimulus(shared: Node | None, source: Source, notes: Notes) -> dict[str, str]:
    """Return what a section shows above each of its items, or a text that items belong to."""
    if shared is None:
        return {}
    names = ("presentation_material", "presentation")
    shown = "".join(material_html(node, notes) for node in shared.nodes(*names))
    asked = escape(shared.get("instructions"), quote=False)
    text = notes.html(f"<div>{asked}</div>{shown}" if shown else "", "stimulus")
    name = shared.get("ident") or shared.get("title") or source.name
    return {"group": short(name), "stimulus": text} if text else {}


def _values(item: Node, notes: Notes) -> dict[str, Any]:
    presented = next(item.nodes("presentation"), None)
    if presented is None:
        raise Unsupported("item without a body")
    kind = stated_kind(item)
    if kind and kind not in READ:
        raise Unsupported(name_of(kind))
    response, render = _only_response(presented)
    stem = notes.html(_stem_html(presented, render, notes), "stem")
    rationale = _solution(item, notes)
    _note_feedback(item, notes)
    if render.name == "render_fib" or response.name in ("response_str", "response_num"):
        values = _written(item, (response, render), kind, notes)
    else:
        values = _choice(item, response, render, notes)
    return {**values, "stem": stem, **({"rationale": rationale} if rationale else {})}


def _only_response(presented: Node) -> tuple[Node, Node]:
    """Return the only response of an item and how it is rendered.

    Raises:
        Unsupported: there are several, or it is of another kind.
    """
    responses = list(presented.every(*_RESPONSES))
    if not responses and presented.first("response_extension") is not None:
        raise Unsupported(name_of("response_extension"))
    if not responses:
        raise Unsupported("item without an interaction")
    if len(responses) > 1:
        raise Unsupported("%(count)s interactions in one item", count=len(responses))
    (response,) = responses
    renders = list(response.every(*_RENDERS))
    if response.get("rcardinality").lower() == "ordered":
        raise Unsupported("ordering")
    if response.name not in ("response_lid", "response_str", "response_num"):
        raise Unsupported(name_of(response.name))
    if len(renders) != 1 or renders[0].name not in ("render_choice", "render_fib"):
        raise Unsupported(name_of(renders[0].name if renders else response.name))
    if _is_dropdown(presented, response):
        raise Unsupported("several blanks in one item")
    if renders[0].name == "render_fib" and len(list(renders[0].every("response_label"))) > 1:
        raise Unsupported("several blanks in one item")
    return response, renders[0]


def _is_dropdown(presented: Node, response: Node) -> bool:
    """Whether the options belong to a word in brackets inside the text, as Canvas does it."""
    label = next(response.nodes("material"), None)
    return label is not None and bool(label.text) and f"[{label.text}]" in presented.raw


def _stem_html(presented: Node, render: Node, notes: Notes) -> str:
    """Return everything that is presented but the options; a blank where words are asked for."""
    blank = BLANK if render.name == "render_fib" and _is_inline(presented, render) else ""
    without = frozenset({"response_label"}) if render.name == "render_choice" else frozenset()
    return material_html(presented, notes, without, {"render_fib": blank})


def _is_inline(presented: Node, render: Node) -> bool:
    """Whether text goes on after the blank."""
    seen, after = False, False
    for node in presented.every("material", "render_fib"):
        after = after or (seen and bool(node.text))
        seen = seen or node is render
    return after


def _choice(item: Node, response: Node, render: Node, notes: Notes) -> dict[str, Any]:
    labels = list(render.every("response_label"))
    choices = [_option(label, notes) for label in labels]
    several = response.get("rcardinality", "Single").lower() == "multiple"
    options = [choice.id for choice in choices]
    key = v1_scoring.find_key(v1_scoring.Rules(item, response), options, notes, several=several)
    most, least = (_count(render.get(name)) for name in ("maxnumber", "minnumber"))
    # ILIAS says so one element too high.
    shuffle = (render.get("shuffle") or response.get("shuffle")).lower() in ("yes", "true")
    return choice_values(choices, key, Settings(several, shuffle, most, least), notes)


def _option(label: Node, notes: Notes) -> Choice:
    fixed = label.get("rshuffle", "Yes").lower() in ("no", "false")
    text = notes.html(material_html(label, notes, _FEEDBACK), "options")
    return Choice(label.get("ident"), text, fixed)


def _count(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _written(item: Node, asked: tuple[Node, Node], kind: str, notes: Notes) -> dict[str, Any]:
    """Return an essay, or a short answer whose right words become the model answer."""
    response, render = asked
    words = v1_scoring.right_words(v1_scoring.Rules(item, response))
    if not words and (
        kind in ("", "essay", "cc.essay", "essay_question", "long answer") or _is_long(render)
    ):
        return {"type": ItemType.ESSAY.value}
    if not words:
        return {"type": ItemType.SHORT_ANSWER.value}
    notes.problems.append(Problem("by_person", is_error=False))
    return {"type": ItemType.SHORT_ANSWER.value, "model_answer": escaped(" / ".join(words))}


def _is_long(render: Node) -> bool:
    return _count(render.get("rows")) > 1


def _solution(item: Node, notes: Notes) -> str:
    """Return the worked solution, which is our rationale."""
    shown = [material_html(node, notes) for node in item.every("solution")]
    return notes.html("".join(f"<div>{html}</div>" for html in shown), "rationale")


def _note_feedback(item: Node, notes: Notes) -> None:
    if is_other_worth(field_of(item, "points_possible")):
        notes.dropped(POINTS)
    feedback = [node for node in item.nodes("itemfeedback") if not _is_solution(node)]
    if any(node.raw.strip() for node in feedback):
        notes.dropped("feedback to candidates")
    if any(node.raw.strip() for node in item.every("hint")):
        notes.dropped("hint")
    for name in ("itemprecondition", "itempostcondition", "rubric", "itemrubric"):
        if item.first(name) is not None:
            notes.dropped("rubric or condition of the item")
            return


def _is_solution(feedback: Node) -> bool:
    return feedback.first("solution") is not None
