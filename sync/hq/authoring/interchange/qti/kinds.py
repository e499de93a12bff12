"""Kinds of interactions and other parts of items of QTI 2 and 3, and their names."""

from collections.abc import Iterable, Mapping

from sync.hq.authoring.interchange.notes import Unsupported
from sync.hq.authoring.interchange.qti.nodes import Node

INLINE = frozenset({"inlineChoiceInteraction", "textEntryInteraction"})
"""Interactions inside a sentence, which leave a blank there."""

_READ = INLINE | {"choiceInteraction", "extendedTextInteraction"}
_NAMES: Mapping[str, str] = {
    "associateInteraction": "matching",
    "customInteraction": "interaction of its producer",
    "drawingInteraction": "drawing",
    "endAttemptInteraction": "button that ends an attempt",
    "gapMatchInteraction": "filling gaps from a list",
    "graphicAssociateInteraction": "marking in a picture",
    "graphicGapMatchInteraction": "marking in a picture",
    "graphicOrderInteraction": "marking in a picture",
    "hotspotInteraction": "marking in a picture",
    "hottextInteraction": "marking words in a text",
    "matchInteraction": "matching",
    "mediaInteraction": "sound or video",
    "orderInteraction": "ordering",
    "portableCustomInteraction": "interaction of its producer",
    "positionObjectInteraction": "marking in a picture",
    "selectPointInteraction": "marking in a picture",
    "sliderInteraction": "slider",
    "uploadInteraction": "file upload",
}
_TEMPLATES = frozenset(
    {"templateDeclaration", "templateProcessing", "printedVariable", "templateInline",
     "templateBlock"}
)  # fmt: skip

EXTRAS: Mapping[tuple[str, ...], str] = {
    ("feedbackBlock", "feedbackInline", "modalFeedback"): "feedback to candidates",
    ("stylesheet",): "style sheet",
    ("catalogInfo", "apip:apipAccessibility", "apip:accessibilityInfo"): "catalogue of supports",
    ("companionMaterialsInfo", "apip:companionMaterialsInfo"): "tool beside the item",
}
"""Parts that an item can do without."""

LOST: Mapping[str, str] = {
    "infoControl": "hint that opens on demand",
    "positionObjectStage": "marking in a picture",
}


def refuse_variants(item: Node, inside: Iterable[Node]) -> None:
    """Raise Unsupported for items that are not the same for every candidate."""
    if item.get("adaptive") == "true":
        raise Unsupported("adaptive item")
    declared = any(True for _ in item.nodes("templateDeclaration", "templateProcessing"))
    if declared or any(node.name in _TEMPLATES for node in inside):
        raise Unsupported("item made from a template")


def only_interaction(inside: Iterable[Node]) -> Node:
    """Return the item's only interaction.

    Raises:
        Unsupported: there are several, or it is of another kind.
    """
    found = [node for node in inside if node.name.endswith("Interaction")]
    if not found:
        raise Unsupported("item without an interaction")
    for node in found:
        if node.name not in _READ:
            raise Unsupported(_NAMES.get(node.name, f"<{node.name}>"))
    if len(found) > 1:
        raise Unsupported(f"{len(found)} interactions in one item")
    return found[0]
