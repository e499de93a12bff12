"""Items of QTI 2 and 3: choice, inline choice, text entry and extended text are read.

Items of other kinds give a draft that says so. What an item can do without is dropped with a
note.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from kiosk.exam.items.item import TRUE_FALSE, ItemType
from kiosk.exam.items.markup import escaped
from sync.hq.authoring.interchange import tags
from sync.hq.authoring.interchange.notes import Notes, Unsupported
from sync.hq.authoring.interchange.qti import kinds
from sync.hq.authoring.interchange.qti.choice import Choice, Settings, choice_values
from sync.hq.authoring.interchange.qti.declared import POINTS, Declared, is_other_worth
from sync.hq.authoring.interchange.qti.ids import item_id
from sync.hq.authoring.interchange.qti.nodes import Node
from sync.hq.authoring.interchange.qti.response import declaration, find_key
from sync.hq.authoring.interchange.qti.source import Source, include
from sync.hq.authoring.interchange.qti.stimulus import TOOL, plain_stem, read_stimulus
from sync.hq.authoring.interchange.qti.whole_markup import read_whole
from sync.hq.authoring.interchange.scheme_text import is_scheme, read_scheme
from sync.hq.authoring.parsed import Draft
from sync.hq.problems import Problem

BLANK = "（\u3000\u3000）"
"""What a stem has where an answer belongs."""

_FEEDBACK = frozenset({"feedbackBlock", "feedbackInline", "modalFeedback"})
_APART = _FEEDBACK | {"rubricBlock", "stylesheet", "catalogInfo"}


def read_item(item: Node, source: Source, draft: Draft) -> Draft:
    """Return the draft with an item's fields and problems."""
    notes = source.notes()
    own = item.get("toolName") == TOOL
    name = item.get("label" if own else "identifier")
    named = {"id": item_id(name or item.get("title"), notes), **source.metadata}
    body = next(item.nodes("itemBody"), None)
    try:
        if body is None:
            raise Unsupported("item without a body")
        include(body, source, notes)
        if not own:
            read_whole(body)
        _hide(body, notes)
        values = {**named, **_values(item, body, source, notes)}
    except Unsupported as error:
        notes.lost(error.name)
        values = {**named, "stem": plain_stem(body, item.get("title"))}
    problems = [draft.problem(problem) for problem in notes.problems]
    return replace(draft, values=values, declared=bool(name), problems=problems)


def _hide(body: Node, notes: Notes) -> None:
    """Take out what the page of another system shows on demand, or to screen readers only."""
    for node in [body, *body.every()]:
        for child in list(node.nodes()):
            if child.get("data-role") == "tooltip-content":
                notes.dropped("hint that opens on demand")
                node.children.remove(child)
            elif "qti-visually-hidden" in child.get("class").split():
                notes.dropped("text for screen readers only")
                node.children.remove(child)


def _values(item: Node, body: Node, source: Source, notes: Notes) -> dict[str, Any]:
    kinds.refuse_variants(item, _outside(body, _APART))
    stimulus = read_stimulus(item, body, source, notes)
    interaction = kinds.only_interaction(_outside(body, _APART))
    answered = _answered(item, interaction, source.metadata.get("type", ""), notes)
    written = not ItemType(answered["type"]).objective
    if answered["type"] == ItemType.ESSAY:
        answered["type"] = tags.written_type(source.metadata)
    values = {
        **stimulus,
        **answered,
        "stem": _stem(body, interaction, notes),
        **_scheme(body, notes, written=written, own=item.get("toolName") == TOOL),
    }
    _note_the_rest(item, notes)
    if not values["stem"] and not any(found.is_error for found in notes.problems):
        notes.problems.append(Problem("missing", column="stem"))
    return {name: value for name, value in values.items() if value not in ("", [])}


def _outside(node: Node, without: frozenset[str]) -> Iterator[Node]:
    """Yield what is inside a node, but not inside those named."""
    for child in node.nodes():
        if child.name not in without:
            yield child
            yield from _outside(child, without)


def _stem(body: Node, interaction: Node, notes: Notes) -> str:
    prompt = next(interaction.nodes("prompt"), None)
    asked = f"<div>{prompt.html(_APART)}</div>" if prompt else ""
    shown = BLANK if interaction.name in kinds.INLINE else asked
    told = (
        f"<div>{block.html(_APART - {'rubricBlock'})}</div>"
        for block in body.every("rubricBlock")
        if "candidate" in _views(block)
    )
    return notes.html("".join([*told, body.html(_APART, {interaction.name: shown})]), "stem")


def _views(rubric: Node) -> list[str]:
    """Return the roles that a rubric is for."""
    return rubric.get("view").replace(",", " ").split()


def _answered(item: Node, interaction: Node, kind: str, notes: Notes) -> dict[str, Any]:
    if interaction.name == "extendedTextInteraction":
        return _extended(item, interaction, notes)
    _refuse_order(item, interaction)
    try:
        declared = declaration(item, interaction)
    except Unsupported as error:
        notes.lost(error.name, "key")
        declared = Declared("", interaction.get("maxChoices", "1") != "1", ())
    if interaction.name == "textEntryInteraction":
        return _entry(declared, notes)
    names = ("simpleChoice", "inlineChoice")
    nodes = list(interaction.every(*names))
    if any(node.get("templateIdentifier") or node.get("showHide") == "hide" for node in nodes):
        raise Unsupported("item made from a template")
    choices = [_option(node, notes) for node in nodes]
    key = find_key(item, declared, [choice.id for choice in choices], notes)
    settings = _settings(interaction, declared)
    return choice_values(choices, key, replace(settings, truths=_may_be_truths(item, kind)), notes)


def _refuse_order(item: Node, interaction: Node) -> None:
    """Raise Unsupported if an answer is a sequence of options, not a set of them."""
    wanted = interaction.get("responseIdentifier")
    for node in item.nodes("responseDeclaration"):
        if node.get("identifier") == wanted and node.get("cardinality") in ("ordered", "record"):
            raise Unsupported("ordering")


def _may_be_truths(item: Node, kind: str) -> bool:
    """Return whether options that mean true and false make a true/false item.

    In our own packages that is so only if the manifest or the identifiers say it: a choice
    between "right" and "wrong" comes back as what it was.
    """
    if item.get("toolName") != TOOL:
        return True
    identifiers = {node.get("identifier") for node in item.every("simpleChoice")}
    return (kind or ItemType.TRUE_FALSE) == ItemType.TRUE_FALSE and identifiers == set(TRUE_FALSE)


def _option(node: Node, notes: Notes) -> Choice:
    fixed = node.get("fixed").strip() == "true"
    text = notes.html(node.html(_APART), "options")
    return Choice(node.get("identifier"), text, fixed)


def _settings(interaction: Node, declared: Declared) -> Settings:
    shuffle = interaction.get("shuffle", "false").strip() == "true"
    most, least = (_count(interaction.get(name)) for name in ("maxChoices", "minChoices"))
    return Settings(declared.several, shuffle, most, least)


def _count(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _extended(item: Node, interaction: Node, notes: Notes) -> dict[str, Any]:
    if interaction.get("minStrings") or _count(interaction.get("maxStrings", "1")) > 1:
        notes.dropped("number of answers")
    if interaction.get("patternMask"):
        notes.dropped("pattern that answers must have")
    try:
        expected = declaration(item, interaction).correct
    except Unsupported:
        expected = ()
    model = {"model_answer": escaped("\n".join(expected))} if expected else {}
    return {"type": ItemType.ESSAY.value, **model}


def _entry(declared: Declared, notes: Notes) -> dict[str, Any]:
    """Return a short answer: the words that were right become the model answer."""
    mapped = [pick for pick, points in (declared.mapping or {}).items() if points > 0]
    words = dict.fromkeys([*declared.correct, *mapped])
    notes.problems.append(Problem("by_person", is_error=False))
    model = {"model_answer": escaped(" / ".join(words))} if words else {}
    return {"type": ItemType.SHORT_ANSWER.value, **model}


def _scheme(body: Node, notes: Notes, *, written: bool, own: bool) -> dict[str, Any]:
    """Return mark points or rationale from what only scorers see."""
    texts = []
    for block in body.every("rubricBlock"):
        views = _views(block)
        if "candidate" in views:
            continue
        if "scorer" in views:
            texts.append(notes.html(block.html(_APART - {"rubricBlock"}), "points"))
        else:
            notes.dropped("rubric for %(roles)s", roles=", ".join(views) or "–")
    return _scheme_values(texts, notes, written=written, own=own)


def _scheme_values(
    texts: Sequence[str], notes: Notes, *, written: bool, own: bool
) -> dict[str, Any]:
    text = "\n".join(texts)
    if not written or not (own or is_scheme(text)):
        return {"rationale": text}
    values, problems = read_scheme(text)
    notes.problems += problems
    return {name: value for name, value in values.items() if value}


def _worth(item: Node) -> Iterator[str]:
    """Yield what the item says that it is worth."""
    for outcome in item.nodes("outcomeDeclaration"):
        yield outcome.get("normalMaximum")
        value = outcome.first("value") if outcome.get("identifier") == "MAXSCORE" else None
        yield value.text if value is not None else ""


def _note_the_rest(item: Node, notes: Notes) -> None:
    """Report what the item has besides question, options and key."""
    if any(is_other_worth(worth) for worth in _worth(item)):
        notes.dropped(POINTS)
    for names, words in kinds.EXTRAS.items():
        if any(True for _ in item.every(*names)):
            notes.dropped(words)
    for name, words in kinds.LOST.items():
        if item.first(name) is not None:
            notes.lost(words)
