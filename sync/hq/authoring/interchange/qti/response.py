"""The key of a choice item of QTI 2 and 3, from what it declares and how it scores."""

from sync.hq.authoring.interchange.notes import Notes, Unsupported
from sync.hq.authoring.interchange.qti.declared import Declared, read_declared
from sync.hq.authoring.interchange.qti.nodes import Node
from sync.hq.authoring.interchange.qti.processing import scorer
from sync.hq.authoring.interchange.qti.scoring import Judged, Unscorable, count, judge

_MOST_STEPS = 2_000_000
"""Most rules that are run for one item."""


def declaration(item: Node, interaction: Node) -> Declared:
    """Return the response declaration of an interaction.

    Raises:
        Unsupported: there is none, or its mapping is damaged.
    """
    wanted = interaction.get("responseIdentifier")
    for node in item.nodes("responseDeclaration"):
        if node.get("identifier") == wanted:
            try:
                return read_declared(node)
            except Unscorable as error:
                raise Unsupported("points for single options (mapping)") from error
    raise Unsupported("choice without a response declaration")


def find_key(item: Node, declared: Declared, ids: list[str], notes: Notes) -> list[str]:
    """Return the right options; note scoring that differs from right or wrong."""
    correct = list(declared.correct)
    own = item.first("setOutcomeValue", "lookupOutcomeValue") is not None
    try:
        judged = _judged(item, declared, ids)
    except Unscorable:
        if own or _has_template(item):
            notes.dropped("response processing of its own; the programme's scoring applies")
        elif declared.mapping is not None:
            return _mapped_key(declared, ids, notes)
        return correct
    if judged is None:
        if own:
            notes.dropped("response processing of its own; the programme's scoring applies")
        return correct
    if judged.partial or (declared.mapping is not None and not _plain_mapping(declared)):
        notes.dropped("points for single options (mapping)", "key")
    if not correct:
        return _only(judged, ids, notes)
    if judged.key is None:
        notes.lost("several answers that are equally right", "key")
    elif judged.key != frozenset(correct):
        notes.lost("key that differs from its response processing", "key")
    return correct


def _judged(item: Node, declared: Declared, ids: list[str]) -> Judged | None:
    score, size = scorer(item, declared)
    if size * count(ids, several=declared.several) > _MOST_STEPS:
        raise Unscorable
    hint = frozenset(declared.correct)
    return judge(ids, score, several=declared.several, hint=hint)


def _only(judged: Judged, ids: list[str], notes: Notes) -> list[str]:
    if judged.key is None:
        notes.lost("several answers that are equally right", "key")
        return []
    return [name for name in ids if name in judged.key]


def _has_template(item: Node) -> bool:
    return any(node.get("template") for node in item.nodes("responseProcessing"))


def _mapped_key(declared: Declared, ids: list[str], notes: Notes) -> list[str]:
    """Return the key of an item that does not score, from its correct response or mapping."""
    if not _plain_mapping(declared):
        notes.dropped("points for single options (mapping)", "key")
    if declared.correct:
        return list(declared.correct)
    hint: frozenset[str] = frozenset()
    judged = judge(ids, declared.mapped, several=declared.several, hint=hint)
    return _only(judged, ids, notes) if judged else []


def _plain_mapping(declared: Declared) -> bool:
    """Whether the mapping only says which of the options is right."""
    points = {value for value in (declared.mapping or {}).values() if value != 0}
    right = {pick for pick, value in (declared.mapping or {}).items() if value > 0}
    fits = not declared.correct or right == set(declared.correct)
    return len(points) <= 1 and declared.default == 0 and fits and not declared.several
