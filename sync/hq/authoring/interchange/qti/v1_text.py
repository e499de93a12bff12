"""Texts of QTI 1.2: material of any kind as HTML."""

import re
from base64 import b64encode
from collections.abc import Mapping
from html import escape, unescape

from sync.hq.authoring.interchange.notes import Notes
from sync.hq.authoring.interchange.qti.nodes import NOTHING, Node
from sync.hq.problems import Phrase

_TAGS = re.compile(
    r"</(?:p|div|span|b|i|u|em|strong|sub|sup|table|ul|ol|li|a|font|h[1-6])>|<br ?/?>|<img |<p>",
    re.IGNORECASE,
)
_EQUATION = re.compile(r"<img\b[^>]*\bequation_image\b[^>]*>", re.IGNORECASE)
_CONTENT = re.compile(r"""\bdata-equation-content="([^"]+)\"""")
_SILENT = frozenset({"qticomment", "altmaterial", "itemfeedback", "hint", "displayfeedback",
                     "setvar", "response_na", "response_extension"})  # fmt: skip
_LOST: Mapping[str, Phrase] = {
    "mataudio": Phrase("sound or video"),
    "matvideo": Phrase("sound or video"),
    "matapplet": Phrase("program in the item"),
    "matapplication": Phrase("program in the item"),
    "material_ref": Phrase("text that is kept elsewhere"),
    "matref": Phrase("text that is kept elsewhere"),
}


def material_html(
    node: Node,
    notes: Notes,
    without: frozenset[str] = frozenset(),
    instead: Mapping[str, str] = NOTHING,
) -> str:
    """Return all material inside a node as HTML, in its order."""
    parts = []
    for child in node.nodes():
        if child.name in without or child.name in _SILENT:
            continue
        if child.name in instead:
            parts.append(instead[child.name])
        elif child.name in _LOST:
            notes.lost(_LOST[child.name])
        elif child.name in _CONVERTERS:
            parts.append(_CONVERTERS[child.name](child, notes))
        else:
            inner = material_html(child, notes, without, instead)
            parts.append(f"<div>{inner}</div>" if _is_block(child) else f"{inner} ")
    return "".join(parts)


def _is_block(node: Node) -> bool:
    """Whether a node begins a line: material does unless it is part of a sentence."""
    return node.name in ("flow", "flow_mat") and node.get("class", "Block").lower() != "inline"


def _text(node: Node, notes: Notes) -> str:
    kind = node.get("texttype") or node.get("type").replace("SMART_TEXT", "")
    if node.get("uri") and not node.raw.strip():
        notes.lost("text that is kept elsewhere")
    if "rtf" in kind.lower():
        notes.lost("text in RTF")
        return ""
    if any(True for _ in node.nodes()):
        return node.html()
    text = node.raw
    if "html" in kind.lower() or (not kind and _TAGS.search(text)):
        return _EQUATION.sub(_equation, text)
    lines = (line.strip() for line in text.strip().splitlines())
    return "<br />".join(escape(line, quote=False) for line in lines)


def _equation(found: re.Match[str]) -> str:
    """Return Canvas's picture of an equation as the LaTeX that it is made of."""
    latex = _CONTENT.search(found[0])
    return escape(rf"\({unescape(latex[1])}\)", quote=False) if latex else found[0]


def _emphasis(node: Node, notes: Notes) -> str:
    return f"<b>{_text(node, notes)}</b>"


def _break(node: Node, notes: Notes) -> str:  # noqa: ARG001 - the converters' signature
    return "<br />"


def _image(node: Node, notes: Notes) -> str:  # noqa: ARG001 - the converters' signature
    address = node.get("uri") or node.get("entityref")
    if not address and node.raw.strip():
        kind = node.get("imagtype") or "image/png"
        is_coded = "base64" in node.get("embedded", "base64").lower()
        data = node.raw if is_coded else b64encode(node.raw.strip().encode()).decode("ascii")
        address = f"data:{kind};base64,{''.join(data.split())}"
    words = node.get("label") if address.startswith("data:") else ""
    return f'<img src="{escape(address)}" alt="{escape(words)}" />'


def _extension(node: Node, notes: Notes) -> str:
    """Return Blackboard's formatted text; other extensions are lost."""
    formatted = list(node.every("mat_formattedtext"))
    if not formatted:
        notes.lost("extension of its producer")
    return "".join(_text(part, notes) for part in formatted)


_CONVERTERS = {
    "mattext": _text,
    "matemtext": _emphasis,
    "matbreak": _break,
    "matimage": _image,
    "mat_extension": _extension,
}
