"""QTI 1.2: items of assessments, sections, object banks, and Common Cartridge; Canvas too."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from kiosk.exam.items.item import ItemType
from kiosk.exam.items.markup import escaped
from sync.hq.authoring.interchange.notes import Notes, Unsupported
from sync.hq.authoring.interchange.qti import v1_scoring
from sync.hq.authoring.interchange.qti.choice import Choice, Settings, choice_values
from sync.hq.authoring.interchange.qti.nodes import Node
from sync.hq.authoring.interchange.qti.source import Source
from sync.hq.authoring.interchange.qti.v1_kinds import READ, name_of, stated_kind
from sync.hq.authoring.interchange.qti.v1_text import material_html
from sync.hq.authoring.parsed import Draft, Parsed
from sync.hq.problems import Phrase, Problem

ROOTS = frozenset({"questestinterop", "assessment", "section", "objectbank", "item"})
BLANK = "（\u3000\u3000）"

_RESPONSES = ("response_lid", "response_str", "response_num", "response_xy", "response_grp",
              "response_extension")  # fmt: skip
_RENDERS = ("render_choice", "render_fib", "render_hotspot", "render_slider", "render_extension")
_FEEDBACK = frozenset({"itemfeedback", "hint", "displayfeedback"})


def has_items(root: Node) -> bool:
    """Whether the document has items of this version, or is a test of it."""
    is_item = root.name == "item"
    return root.name == "questestinterop" or root.first("presentation") is not None or is_item


def read(root: Node, source: Source) -> Parsed:
    """Read the items of a document in their order."""
    drafts = []
    for number, (item, section) in enumerate(_items(root, None), start=1):
        title = item.get("title") or item.get("ident")
        draft = Draft({}, "item", f"{source.name} {number} ({title[:60]})")
        drafts.append(_read_item(item, section, source, draft))
    problems = []
    if root.first("sourcebank_ref", "itemref", "sectionref") is not None:
        named = {"name": Phrase("questions that are drawn from another file")}
        problems.append(Problem("dropped", "file", source.name, params=named, is_error=False))
    if not drafts and not problems:
        problems.append(Problem("no_items", "file", source.name))
    return Parsed(drafts, problems)


def _items(node: Node, section: Node | None) -> Iterator[tuple[Node, Node | None]]:
    """Yield items, each with the section that it is in."""
    if node.name == "item":
        yield node, section
        return
    inner = node if node.name == "section" else section
    for child in node.nodes():
        yield from _items(child, inner)


def _read_item(item: Node, section: Node | None, source: Source, draft: Draft) -> Draft:
    notes = source.notes()
    ident = item.get("ident") or item.get("label")
    named = {"id": ident or item.get("title")}
    try:
        values = {**named, **_values(item, notes), **_stimulus(section, source, notes)}
    except Unsupported as error:
        notes.lost(error.name)
        values = {**named, "stem": _any_text(item)}
    problems = [draft.problem(problem) for problem in notes.problems]
    return replace(draft, values=values, declared=bool(ident), problems=problems)


def _any_text(item: Node) -> str:
    presented = item.first("presentation")
    text = presented.text if presented is not None else ""
    return escaped((text or item.get("title"))[:500])


def _stimulus(section: Node | None, source: Source, notes: Notes) -> dict[str, str]:
    """Return what a section shows above each of its items."""
    shown = next(section.nodes("presentation_material"), None) if section is not None else None
    if section is None or shown is None:
        return {}
    text = notes.html(material_html(shown, notes), "stimulus")
    name = section.get("ident") or section.get("title") or source.name
    return {"group": name[:64], "stimulus": text} if text else {}


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
        values = _written(item, render, kind, notes)
    else:
        values = _choice(item, response, render, notes)
    return {**values, "stem": stem, **({"rationale": rationale} if rationale else {})}


def _only_response(presented: Node) -> tuple[Node, Node]:
    """Return the only response of an item and how it is rendered.

    Raises:
        Unsupported: there are several, or it is of another kind.
    """
    responses = list(presented.every(*_RESPONSES))
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
    if renders[0].name == "render_fib" and len(list(renders[0].every("response_label"))) > 1:
        raise Unsupported("several blanks in one item")
    return response, renders[0]


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
    key = v1_scoring.find_key(item, [choice.id for choice in choices], several=several, notes=notes)
    most, least = (_count(render.get(name)) for name in ("maxnumber", "minnumber"))
    shuffle = render.get("shuffle", "No").lower() in ("yes", "true")
    return choice_values(choices, key, Settings(several, shuffle, most, least), notes)


def _option(label: Node, notes: Notes) -> Choice:
    fixed = label.get("rshuffle", "Yes").lower() in ("no", "false")
    text = notes.html(material_html(label, notes, _FEEDBACK), "options")
    return Choice(label.get("ident"), text, fixed)


def _count(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _written(item: Node, render: Node, kind: str, notes: Notes) -> dict[str, Any]:
    """Return an essay, or a short answer whose right words become the model answer."""
    words = v1_scoring.right_words(item)
    if not words and (kind in ("", "essay", "cc.essay", "essay_question") or _is_long(render)):
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
    feedback = [node for node in item.nodes("itemfeedback") if not _is_solution(node)]
    if any(node.raw.strip() for node in feedback):
        notes.dropped("feedback to candidates")
    if item.first("hint") is not None:
        notes.dropped("hint")
    for name in ("itemprecondition", "itempostcondition", "rubric", "itemrubric"):
        if item.first(name) is not None:
            notes.dropped("rubric or condition of the item")
            return


def _is_solution(feedback: Node) -> bool:
    return feedback.first("solution") is not None
