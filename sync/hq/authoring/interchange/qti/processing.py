"""Response processing of QTI 2 and 3: what an answer earns."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sync.hq.authoring.interchange.qti.declared import Declared, number
from sync.hq.authoring.interchange.qti.expressions import OPERATORS, Unknown, Value, as_float
from sync.hq.authoring.interchange.qti.nodes import Node
from sync.hq.authoring.interchange.qti.scoring import Answer, Unscorable

_TEMPLATES = {
    "match_correct": "match",
    "cc2_match": "match",
    "cc2_match_basic": "match",
    "map_response": "map",
    "cc2_map_response": "map",
}
_MOST_RULES = 2000


def scorer(item: Node, declared: Declared) -> tuple[Callable[[Answer], float], int]:
    """Return how the item scores an answer, and how many rules that takes.

    Raises:
        Unscorable: it does not score, or in a way that is unknown here.
    """
    processing = next(item.nodes("responseProcessing"), None)
    if processing is None:
        raise Unscorable
    template = processing.get("template").rstrip("/").rpartition("/")[2].removesuffix(".xml")
    if kind := _TEMPLATES.get(template.lower()):
        by_map = kind == "map" or not declared.correct
        return (declared.mapped if by_map else declared.matched), 1
    rules = list(processing.nodes())
    size = sum(1 for _ in processing.every())
    if not rules or size > _MOST_RULES:
        raise Unscorable
    outcomes = list(item.nodes("outcomeDeclaration"))
    outcome = _scored(processing, outcomes)
    first = {outcome: 0.0, **{node.get("identifier"): _initial(node) for node in outcomes}}

    def score(answer: Answer) -> float:
        state = _State(declared, answer, dict(first))
        state.run(rules)
        return as_float(state.outcomes.get(outcome))

    return score, size


def _scored(processing: Node, outcomes: Sequence[Node]) -> str:
    """Return the outcome that is the score."""
    names = [node.get("identifier") for node in processing.every("setOutcomeValue")]
    if "SCORE" in names:
        return "SCORE"
    numeric = [
        node.get("identifier")
        for node in outcomes
        if node.get("baseType") in ("float", "integer") and node.get("identifier") in names
    ]
    if not numeric:
        raise Unscorable
    return numeric[0]


def _initial(node: Node) -> Value:
    default = next(node.nodes("defaultValue"), None)
    value = default.first("value") if default else None
    if node.get("baseType") not in ("float", "integer"):
        return value.text if value else None
    return number(value.text) if value and value.text else 0.0


class _Exit(Exception):
    """Leaves the processing."""


@dataclass
class _State:
    """Runs the rules for one answer."""

    declared: Declared
    answer: Answer
    outcomes: dict[str, Value] = field(default_factory=dict)

    def run(self, rules: Sequence[Node]) -> None:
        try:
            self._rules(rules)
        except _Exit:
            return

    def _rules(self, rules: Sequence[Node]) -> None:
        for rule in rules:
            if rule.name == "exitResponse":
                raise _Exit
            if rule.name == "responseCondition":
                self._condition(rule)
            elif rule.name == "responseProcessingFragment":
                self._rules(list(rule.nodes()))
            elif rule.name in ("setOutcomeValue", "lookupOutcomeValue"):
                self._set(rule)
            else:
                raise Unscorable

    def _condition(self, rule: Node) -> None:
        for branch in rule.nodes():
            parts = list(branch.nodes())
            if branch.name == "responseElse":
                self._rules(parts)
                return
            if not parts:
                raise Unscorable
            if self.value(parts[0]) is True:
                self._rules(parts[1:])
                return

    def _set(self, rule: Node) -> None:
        expression = next(rule.nodes(), None)
        try:
            if expression is None or rule.name != "setOutcomeValue":
                raise Unscorable
            self.outcomes[rule.get("identifier")] = self.value(expression)
        except Unscorable:
            self.outcomes[rule.get("identifier")] = Unknown()

    def value(self, node: Node) -> Value:
        """Return the value of an expression."""
        leaf = _LEAVES.get(node.name)
        if leaf:
            return leaf(self, node)
        operator = OPERATORS.get(node.name)
        if operator is None:
            raise Unscorable
        return operator([self.value(part) for part in node.nodes()])

    def response(self) -> Value:
        picks = tuple(sorted(self.answer))
        if not picks:
            return None
        return picks if self.declared.several else picks[0]


def _variable(state: _State, node: Node) -> Value:
    name = node.get("identifier")
    if name == state.declared.identifier:
        return state.response()
    if name not in state.outcomes:
        raise Unscorable
    return state.outcomes[name]


def _correct(state: _State, node: Node) -> Value:
    if node.get("identifier") != state.declared.identifier:
        raise Unscorable
    correct = state.declared.correct
    if not correct:
        return None
    return tuple(sorted(correct)) if state.declared.several else correct[0]


def _base_value(state: _State, node: Node) -> Value:  # noqa: ARG001 - the leaves' signature
    kind, text = node.get("baseType"), node.text
    if kind in ("float", "integer"):
        return number(text)
    return text == "true" if kind == "boolean" else text


def _map(state: _State, node: Node) -> Value:
    if node.get("identifier") != state.declared.identifier:
        raise Unscorable
    return state.declared.mapped(state.answer)


_LEAVES: Mapping[str, Callable[[_State, Node], Value]] = {
    "variable": _variable,
    "correct": _correct,
    "baseValue": _base_value,
    "mapResponse": _map,
    "null": lambda _state, _node: None,
}
