"""Stimuli that items share: a text, table or picture that several questions are about."""

from kiosk.exam.items.markup import escaped
from sync.hq.authoring.interchange.notes import Notes
from sync.hq.authoring.interchange.qti.ids import short
from sync.hq.authoring.interchange.qti.nodes import Node
from sync.hq.authoring.interchange.qti.source import Source, include

TOOL = "exam-kiosk"
OWN_CLASS = "exam-kiosk-stimulus"
"""Class of the division that has the stimulus in versions without stimulus files."""


def read_stimulus(item: Node, body: Node, source: Source, notes: Notes) -> dict[str, str]:
    """Return group and stimulus of an item, or nothing; takes ours out of the body."""
    own = next((node for node in body.nodes("div") if node.get("class") == OWN_CLASS), None)
    if own is not None:
        body.children.remove(own)
        return {"group": own.get("label"), "stimulus": notes.html(own.html(), "stimulus")}
    groups, texts = [], []
    for ref in item.nodes("assessmentStimulusRef"):
        found = source.read(ref.get("href"), notes)
        if found is None:
            continue
        root, place = found
        groups.append(_group(root, ref))
        texts.append(_text(root, place, notes))
    text = "\n\n".join(filter(None, texts))
    return {"group": short("+".join(groups)), "stimulus": text} if text else {}


def _group(root: Node, ref: Node) -> str:
    own = root.get("label") if root.get("toolName") == TOOL else ""
    return own or root.get("identifier") or ref.get("identifier") or ref.get("href")


def _text(root: Node, source: Source, notes: Notes) -> str:
    body = root.first("stimulusBody") or root
    inner = source.notes()
    include(body, source, inner)
    text = inner.html(body.html(frozenset({"stylesheet", "catalogInfo"})), "stimulus")
    notes.problems += inner.problems
    return text


def plain_stem(body: Node | None, title: str) -> str:
    """Return what can be read of an item that is left out, to find it by."""
    text = (body.text if body is not None else "") or title
    return escaped(text[:500])
