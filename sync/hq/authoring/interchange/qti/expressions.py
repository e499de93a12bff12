"""Values and operators in the response processing of QTI 2 and 3."""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from sync.hq.authoring.interchange.qti.scoring import Unscorable

Value = float | str | bool | tuple[str, ...] | None


class Unknown(float):
    """A value that could not be computed; it matters only if the score depends on it."""


def as_float(value: Value) -> float:
    """Return a number.

    Raises:
        Unscorable: it is none, or could not be computed.
    """
    if isinstance(value, bool) or not isinstance(value, float) or isinstance(value, Unknown):
        raise Unscorable
    return value


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
    return [as_float(value) for value in values]


def _compared(test: Callable[[float, float], bool]) -> Callable[[Sequence[Value]], Value]:
    return lambda values: test(*_numbers(_two(values)))


def _divided(values: Sequence[Value]) -> Value:
    above, below = _numbers(_two(values))
    if below == 0:
        raise Unscorable
    return above / below


OPERATORS: Mapping[str, Callable[[Sequence[Value]], Value]] = {
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
