"""Response processing of QTI 2 and 3: what an answer earns."""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sync.hq.authoring.interchange.qti.nodes import Node
from sync.hq.authoring.interchange.qti.scoring import Answer, Unscorable

Value = float | str | bool | tuple[str, ...] | None

_TEMPLATES = {
    "match_correct": "match",
    "cc2_match": "match",
    "cc2_match_basic": "match",
    "map_response": "map",
    "cc2_map_response": "map",
}
_MOST_RULES = 2000


@dataclass(frozen=True)
class Declared:
    """A response declaration."""

    identifier: str
    several: bool
    correct: tuple[str, ...]
    mapping: Mapping[str, float] | None = None
    default: float = 0.0
    least: float = -math.inf
    most: float = math.inf

    def mapped(self, answer: Answer) -> float:
        """Return the points that the mapping gives."""
        if self.mapping is None:
            raise Unscorable
        points = sum(self.mapping.get(pick, self.default) for pick in answer)
        return min(self.most, max(self.least, points))

    def matched(self, answer: Answer) -> float:
        """Return 1 for the correct response, else 0."""
        return float(bool(answer) and answer == frozenset(self.correct))


def read_declared(node: Node) -> Declared:
    """Read a response declaration.

    Raises:
        Unscorable: a number of its mapping is none.
    """
    right = next(node.nodes("correctResponse"), None)
    values = [value.text for value in right.nodes("value")] if right else []
    several = node.get("cardinality", "single") in ("multiple", "ordered")
    correct = tuple(dict.fromkeys(value for value in values if value))
    mapping = next(node.nodes("mapping"), None)
    if mapping is None:
        return Declared(node.get("identifier"), several, correct)
    entries = mapping.nodes("mapEntry")
    points = {entry.get("mapKey"): number(entry.get("mappedValue", "0")) for entry in entries}
    return Declared(
        node.get("identifier"),
        several,
        correct,
        points,
        number(mapping.get("defaultValue", "0")),
        number(mapping.get("lowerBound") or "-1e300"),
        number(mapping.get("upperBound") or "1e300"),
    )


def number(text: str) -> float:
    """Read a number.

    Raises:
        Unscorable: it is none.
    """
    try:
        value = float(text.strip())
    except ValueError as error:
        raise Unscorable from error
    if not math.isfinite(value):
        raise Unscorable
    return value


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
        return _float(state.outcomes.get(outcome))

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


class _Unknown(float):
    """A value that could not be computed; it matters only if the score depends on it."""


def _float(value: Value) -> float:
    if isinstance(value, bool) or not isinstance(value, float) or isinstance(value, _Unknown):
        raise Unscorable
    return value


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
            self.outcomes[rule.get("identifier")] = _Unknown()

    def value(self, node: Node) -> Value:
        """Return the value of an expression."""
        leaf = _LEAVES.get(node.name)
        if leaf:
            return leaf(self, node)
        operator = _OPERATORS.get(node.name)
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


def _items(value: Value) -> Counter[str]:
    if value is None:
        return Counter()
    return Counter(value if isinstance(value, tuple) else (str(value),))


def _match(values: Sequence[Value]) -> Value:
    first, second = _two(values)
    if first is None or second is None:
        return None
    if isinstance(first, tuple) or isinstance(second, tuple):
        return _items(first) == _items(second)
    return first == second


def _two(values: Sequence[Value]) -> tuple[Value, Value]:
    if len(values) != 2:
        raise Unscorable
    return values[0], values[1]


def _member(values: Sequence[Value]) -> Value:
    one, many = _two(values)
    return None if one is None or many is None else str(one) in _items(many)


def _contains(values: Sequence[Value]) -> Value:
    many, some = _two(values)
    return None if many is None or some is None else _items(some) <= _items(many)


def _all(values: Sequence[Value]) -> Value:
    return all(value is True for value in values)


def _any(values: Sequence[Value]) -> Value:
    return any(value is True for value in values)


def _not(values: Sequence[Value]) -> Value:
    return None if values[:1] == [None] else values[:1] != [True]


def _collected(values: Sequence[Value]) -> Value:
    return tuple(_strings(values)) or None


def _strings(values: Sequence[Value]) -> Iterator[str]:
    for value in values:
        if isinstance(value, tuple):
            yield from value
        elif value is not None:
            yield str(value)


def _numbers(values: Sequence[Value]) -> list[float]:
    return [_float(value) for value in values]


def _compared(test: Callable[[float, float], bool]) -> Callable[[Sequence[Value]], Value]:
    return lambda values: test(*_numbers(_two(values)))


def _divided(values: Sequence[Value]) -> Value:
    above, below = _numbers(_two(values))
    if below == 0:
        raise Unscorable
    return above / below


_OPERATORS: Mapping[str, Callable[[Sequence[Value]], Value]] = {
    "match": _match,
    "stringMatch": _match,
    "member": _member,
    "contains": _contains,
    "isNull": lambda values: values[:1] == [None],
    "and": _all,
    "or": _any,
    "not": _not,
    "multiple": _collected,
    "ordered": _collected,
    "containerSize": lambda values: float(len(list(_strings(values)))),
    "sum": lambda values: math.fsum(_numbers(values)),
    "product": lambda values: math.prod(_numbers(values)),
    "subtract": lambda values: float.__sub__(*_numbers(_two(values))),
    "divide": _divided,
    "max": lambda values: max(_numbers(values), default=0.0),
    "min": lambda values: min(_numbers(values), default=0.0),
    "equal": _compared(lambda a, b: a == b),
    "gt": _compared(lambda a, b: a > b),
    "gte": _compared(lambda a, b: a >= b),
    "lt": _compared(lambda a, b: a < b),
    "lte": _compared(lambda a, b: a <= b),
}
