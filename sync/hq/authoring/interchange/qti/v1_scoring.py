"""Response processing of QTI 1.2: the key of a choice item, the right words of a written one."""

from collections.abc import Callable, Iterator, Sequence

from sync.hq.authoring.interchange.notes import Notes
from sync.hq.authoring.interchange.qti.declared import number
from sync.hq.authoring.interchange.qti.nodes import Node
from sync.hq.authoring.interchange.qti.scoring import Answer, Unscorable, count, judge

_MOST_STEPS = 2_000_000
_FULL = 100.0
_SIGNS = {"vargte": "≥", "vargt": ">", "varlte": "≤", "varlt": "<"}


class Rules:
    """The rules of an item, and the response that they are about."""

    def __init__(self, item: Node, response: Node) -> None:
        self.item = item
        self.conditions = list(item.every("respcondition"))
        self._ident = _folded(response.get("ident"))

    def tests(self, condition: Node, *names: str) -> Iterator[Node]:
        """Yield the tests of a condition that are about the response."""
        return (node for node in condition.every(*names) if self.is_about(node))

    def is_about(self, test: Node) -> bool:
        """Whether a test is about the response: it names it, or none."""
        named = _folded(test.get("respident"))
        return not named or not self._ident or named == self._ident


def _folded(ident: str) -> str:
    return ident.strip().casefold()


def find_key(rules: Rules, options: Sequence[str], notes: Notes, *, several: bool) -> list[str]:
    """Return the options whose choice earns most; note other scoring than right or wrong."""
    try:
        score, size = _scorer(rules)
        if size * count(options, several=several) > _MOST_STEPS:
            raise Unscorable
        hint = frozenset(_named(rules)) & frozenset(options)
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


def right_words(rules: Rules) -> list[str]:
    """Return the words that a condition with points names."""
    words: dict[str, None] = {}
    for condition in filter(_earns, rules.conditions):
        equal = (node.text for node in rules.tests(condition, "varequal", "varsubstring"))
        limits = (f"{_SIGNS[node.name]} {node.text}" for node in rules.tests(condition, *_SIGNS))
        words |= dict.fromkeys([*equal, ", ".join(limits)])
    return [word for word in words if word]


def _earns(condition: Node) -> bool:
    try:
        known = {"SCORE.MAX": _FULL}
        values = [_points(node, known) for node in condition.nodes("setvar")]
    except Unscorable:
        return False
    # Blackboard's blanks name only the feedback.
    shown = {node.get("linkrefid") for node in condition.nodes("displayfeedback")}
    return any(value > 0 for value in values) or (not values and "correct" in shown)


def _named(rules: Rules) -> set[str]:
    """Return the options that conditions with points ask for."""
    found: set[str] = set()
    for condition in filter(_earns, rules.conditions):
        excluded = {id(node) for part in condition.every("not") for node in part.every()}
        equal = rules.tests(condition, "varequal")
        found |= {node.text for node in equal if id(node) not in excluded}
    return found


def _scorer(rules: Rules) -> tuple[Callable[[Answer], float], int]:
    conditions = rules.conditions
    name = _score_name(conditions)
    first = _initial(rules.item)
    size = sum(1 for condition in conditions for _ in condition.every())
    goes_on = _only_adds(conditions)

    def score(answer: Answer) -> float:
        values, tested = dict(first), False
        for condition in conditions:
            is_rest = condition.first("other") is not None
            # What no earlier condition was about.
            if not _holds(rules, condition, answer) or (is_rest and tested):
                continue
            tested = tested or not is_rest
            for change in condition.nodes("setvar"):
                values[_name(change)] = _changed(change, values)
            if not goes_on and condition.get("continue", "No").lower() != "yes":
                break
        return values.get(name, 0.0)

    return score, size


def _only_adds(conditions: Sequence[Node]) -> bool:
    """Whether conditions add up although they do not say that they go on, as WebCT's do."""
    changes = [change for each in conditions for change in each.nodes("setvar")]
    says = any("continue" in each.attributes for each in conditions)
    return not says and any(change.get("action").lower() == "add" for change in changes)


def _name(change: Node) -> str:
    return (change.get("varname") or change.get("variablename") or "SCORE").upper()


def _score_name(conditions: Sequence[Node]) -> str:
    """Return the variable that has the score.

    Raises:
        Unscorable: there are several, and none has a usual name.
    """
    names = {_name(change) for each in conditions for change in each.nodes("setvar")}
    for usual in ("SCORE", "QUE_SCORE"):
        if usual in names:
            return usual
    if len(names) > 1:
        raise Unscorable
    return next(iter(names), "SCORE")


def _initial(item: Node) -> dict[str, float]:
    """Return the values that conditions may name: ``SCORE.max``, and variables at their start."""
    declared = item.first("decvar")
    most = declared.get("maxvalue") if declared is not None else ""
    try:
        highest = number(most) if most else _FULL
    except Unscorable:
        highest = _FULL
    return {"SCORE.MAX": highest or _FULL, "SCORE.MIN": 0.0}


def _changed(change: Node, values: dict[str, float]) -> float:
    """Return a variable's value after a change."""
    total, points = values.get(_name(change), 0.0), _points(change, values)
    action = change.get("action", "Set").lower()
    if action == "divide" and points:
        return total / points
    changed = {"set": points, "add": total + points, "subtract": total - points,
               "multiply": total * points}  # fmt: skip
    if action not in changed:
        raise Unscorable
    return changed[action]


def _points(change: Node, values: dict[str, float]) -> float:
    text = change.text.upper()
    if text in values:
        return values[text]
    is_name = text[:1].isalpha() and "_" in text
    return 0.0 if is_name else number(text or "0")


def _holds(rules: Rules, condition: Node, answer: Answer) -> bool:
    """Whether a condition holds; Desire2Learn's last one has no test."""
    tests = list(condition.nodes("conditionvar"))
    return all(_true(rules, part, answer) for test in tests for part in test.nodes())


def _true(rules: Rules, node: Node, answer: Answer) -> bool:
    if node.name in ("and", "or", "not"):
        inner = [_true(rules, part, answer) for part in node.nodes()]
        return {"and": all(inner), "or": any(inner), "not": not all(inner)}[node.name]
    if node.name == "other":
        return True
    if not rules.is_about(node):
        return False
    if node.name == "unanswered":
        return not answer
    if node.name == "varequal":
        return node.text in answer
    if node.name == "varsubset":
        named = frozenset(part.strip() for part in node.text.split(","))
        return named == answer if node.get("setmatch", "Exact") == "Exact" else named <= answer
    raise Unscorable
