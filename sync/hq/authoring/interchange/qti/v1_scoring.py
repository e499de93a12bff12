"""Response processing of QTI 1.2: the key of a choice item, the right words of a written one."""

from collections.abc import Callable, Sequence

from sync.hq.authoring.interchange.notes import Notes
from sync.hq.authoring.interchange.qti.nodes import Node
from sync.hq.authoring.interchange.qti.processing import number
from sync.hq.authoring.interchange.qti.scoring import Answer, Unscorable, count, judge

_MOST_STEPS = 2_000_000
_FULL = 100.0


def find_key(item: Node, options: Sequence[str], *, several: bool, notes: Notes) -> list[str]:
    """Return the options whose choice earns most; note other scoring than right or wrong."""
    conditions = list(item.every("respcondition"))
    try:
        score, size = _scorer(item, conditions)
        if size * count(options, several=several) > _MOST_STEPS:
            raise Unscorable
        hint = frozenset(_named(conditions)) & frozenset(options)
        judged = judge(options, score, several=several, hint=hint)
    except Unscorable:
        notes.lost("response processing that is unknown here", "key")
        return []
    if judged is None:
        return []
    if judged.partial:
        notes.dropped("points for single options (mapping)", "key")
    if judged.key is None:
        notes.lost("several answers that are equally right", "key")
        return []
    return [option for option in options if option in judged.key]


def right_words(item: Node) -> list[str]:
    """Return the words that a condition with points names."""
    words = {
        node.text: None
        for condition in item.every("respcondition")
        if _earns(condition)
        for node in condition.every("varequal", "varsubstring")
    }
    return [word for word in words if word]


def _earns(condition: Node) -> bool:
    try:
        known = {"SCORE.MAX": _FULL}
        values = [_points(node, known) for node in condition.nodes("setvar")]
    except Unscorable:
        return False
    return any(value > 0 for value in values)


def _named(conditions: Sequence[Node]) -> set[str]:
    """Return the options that conditions with points ask for."""
    found: set[str] = set()
    for condition in filter(_earns, conditions):
        excluded = {id(node) for part in condition.every("not") for node in part.every()}
        equal = condition.every("varequal")
        found |= {node.text for node in equal if id(node) not in excluded}
    return found


def _scorer(item: Node, conditions: Sequence[Node]) -> tuple[Callable[[Answer], float], int]:
    name = _variable(conditions)
    most = _highest(item)
    size = sum(1 for condition in conditions for _ in condition.every())

    def score(answer: Answer) -> float:
        total = 0.0
        for condition in conditions:
            if not _holds(condition, answer):
                continue
            for change in condition.nodes("setvar"):
                if _name(change) == name:
                    total = _changed(total, change, most)
            if condition.get("continue", "No").lower() != "yes":
                break
        return total

    return score, size


def _name(change: Node) -> str:
    return (change.get("varname") or change.get("variablename") or "SCORE").upper()


def _variable(conditions: Sequence[Node]) -> str:
    """Return the variable that has the score."""
    names = [_name(change) for each in conditions for change in each.nodes("setvar")]
    return "SCORE" if "SCORE" in names or not names else names[0]


def _highest(item: Node) -> dict[str, float]:
    """Return the values that scores may name: ``SCORE.max`` and its like."""
    declared = item.first("decvar")
    text = declared.get("maxvalue") if declared is not None else ""
    try:
        most = number(text) if text else _FULL
    except Unscorable:
        most = _FULL
    return {"SCORE.MAX": most or _FULL, "SCORE.MIN": 0.0}


def _points(change: Node, known: dict[str, float]) -> float:
    text = change.text.upper()
    return known[text] if text in known else number(text or "0")


def _changed(total: float, change: Node, known: dict[str, float]) -> float:
    points = _points(change, known)
    action = change.get("action", "Set").lower()
    if action == "divide" and points:
        return total / points
    values = {"set": points, "add": total + points, "subtract": total - points,
              "multiply": total * points}  # fmt: skip
    if action not in values:
        raise Unscorable
    return values[action]


def _holds(condition: Node, answer: Answer) -> bool:
    parts = [part for var in condition.nodes("conditionvar") for part in var.nodes()]
    return bool(parts) and all(_true(part, answer) for part in parts)


def _true(node: Node, answer: Answer) -> bool:
    if node.name in ("and", "or", "not"):
        inner = [_true(part, answer) for part in node.nodes()]
        return {"and": all(inner), "or": any(inner), "not": not all(inner)}[node.name]
    if node.name == "other":
        return True
    if node.name == "unanswered":
        return not answer
    if node.name == "varequal":
        return node.text in answer
    if node.name == "varsubset":
        named = frozenset(part.strip() for part in node.text.split(","))
        return named == answer if node.get("setmatch", "Exact") == "Exact" else named <= answer
    raise Unscorable
