"""Kinds of interactions and other parts of items of QTI 2 and 3, and their names."""

from collections.abc import Iterable, Mapping

from sync.hq.authoring.interchange.notes import Unsupported
from sync.hq.authoring.interchange.qti.nodes import Node
from sync.hq.problems import Phrase

INLINE = frozenset({"inlineChoiceInteraction", "textEntryInteraction"})
"""Interactions inside a sentence, which leave a blank there."""

_READ = INLINE | {"choiceInteraction", "extendedTextInteraction"}
_NAMES: Mapping[str, Phrase] = {
    "associateInteraction": Phrase("matching"),
    "customInteraction": Phrase("interaction of its producer"),
    "drawingInteraction": Phrase("drawing"),
    "endAttemptInteraction": Phrase("button that ends an attempt"),
    "gapMatchInteraction": Phrase("filling gaps from a list"),
    "graphicAssociateInteraction": Phrase("marking in a picture"),
    "graphicGapMatchInteraction": Phrase("marking in a picture"),
    "graphicOrderInteraction": Phrase("marking in a picture"),
    "hotspotInteraction": Phrase("marking in a picture"),
    "hottextInteraction": Phrase("marking words in a text"),
    "matchInteraction": Phrase("matching"),
    "mediaInteraction": Phrase("sound or video"),
    "orderInteraction": Phrase("ordering"),
    "portableCustomInteraction": Phrase("interaction of its producer"),
    "positionObjectInteraction": Phrase("marking in a picture"),
    "selectPointInteraction": Phrase("marking in a picture"),
    "sliderInteraction": Phrase("slider"),
    "uploadInteraction": Phrase("file upload"),
}
_TEMPLATES = frozenset(
    {"templateDeclaration", "templateProcessing", "printedVariable", "templateInline",
     "templateBlock"}
)  # fmt: skip

EXTRAS: Mapping[tuple[str, ...], Phrase] = {
    ("feedbackBlock", "feedbackInline", "modalFeedback"): Phrase("feedback to candidates"),
    ("stylesheet",): Phrase("style sheet"),
    ("catalogInfo", "apip:apipAccessibility", "apip:accessibilityInfo"): Phrase(
        "catalogue of supports"
    ),
    ("companionMaterialsInfo", "apip:companionMaterialsInfo"): Phrase("tool beside the item"),
}
"""Parts that an item can do without."""

LOST: Mapping[str, Phrase] = {
    "infoControl": Phrase("hint that opens on demand"),
    "positionObjectStage": Phrase("marking in a picture"),
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
            raise Unsupported(_NAMES.get(node.name, Phrase("<%(tag)s>", {"tag": node.name})))
    if len(found) > 1:
        raise Unsupported("%(count)s interactions in one item", count=len(found))
    return found[0]
