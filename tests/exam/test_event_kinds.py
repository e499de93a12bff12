"""Event kinds are listed once: each is written somewhere, and none is a bare string.

Read from the source of both packages. Their names for people: ``tests/web/test_event_names.py``.
"""

import ast
from functools import cache
from pathlib import Path

from kiosk.exam.event_kinds import DISTURBANCE_BEGAN, DISTURBANCE_OVER, SIGNALLED, EventKind

ROOT = Path(__file__).parents[2]
VALUES = {kind.value for kind in EventKind}
NOT_WRITERS = ("kiosk/exam/event_kinds.py", "kiosk/web/labels/events.py")
TEXT_METHODS = {"startswith", "endswith", "removeprefix", "removesuffix", "partition", "split"}
THROUGH_A_TABLE = {*SIGNALLED.values(), *DISTURBANCE_BEGAN.values(), *DISTURBANCE_OVER.values()}


WRITERS = (("context", "record"), ("events", "append"), ("tallies", "add"))
WATCHED = (ast.Call, ast.Compare, ast.Attribute)


@cache
def nodes() -> tuple[tuple[str, ast.AST], ...]:
    """Every call, comparison and attribute of the product, with its place."""
    found = []
    for package in ("kiosk", "sync"):
        for path in sorted((ROOT / package).rglob("*.py")):
            tree, name = ast.parse(path.read_bytes()), str(path.relative_to(ROOT))
            for node in ast.walk(tree):
                if isinstance(node, WATCHED):
                    found.append((f"{name}:{node.lineno}", node))
    return tuple(found)


def is_named(node: ast.expr, owner: str, name: str) -> bool:
    """Whether an expression ends in ``owner.name``."""
    if not isinstance(node, ast.Attribute) or node.attr != name:
        return False
    return ast.unparse(node.value).endswith(owner)


def is_text(node: ast.expr) -> bool:
    """Whether an expression is a text written in place, or made from one."""
    if isinstance(node, ast.IfExp):
        return is_text(node.body) or is_text(node.orelse)
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def is_kind(node: ast.expr) -> bool:
    """Whether an expression reads an event's kind: ``x.kind`` or ``x["kind"]``."""
    if isinstance(node, ast.Attribute):
        return node.attr == "kind"
    return (
        isinstance(node, ast.Subscript)
        and isinstance(node.slice, ast.Constant)
        and node.slice.value == "kind"
    )


def test_no_event_is_recorded_with_a_bare_string() -> None:
    bare = [
        place
        for place, node in nodes()
        if isinstance(node, ast.Call)
        and any(is_named(node.func, *writer) for writer in WRITERS)
        and any(is_text(argument) for argument in node.args[2:3])
    ]
    assert bare == []


def test_no_kind_is_compared_with_a_bare_string() -> None:
    bare = [
        place
        for place, node in nodes()
        if isinstance(node, ast.Compare)
        and any(map(is_kind, (node.left, *node.comparators)))
        and any(
            isinstance(part, ast.Constant) and part.value in VALUES
            for side in (node.left, *node.comparators)
            for part in ast.walk(side)
        )
    ]
    assert bare == []


def test_no_kind_is_taken_apart() -> None:
    parsed = [
        place
        for place, node in nodes()
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in TEXT_METHODS
        and is_kind(node.func.value)
    ]
    assert parsed == []


def test_every_kind_is_written_somewhere() -> None:
    written = {
        EventKind[node.attr]
        for place, node in nodes()
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "EventKind"
        and not place.startswith(NOT_WRITERS)
    }
    assert set(EventKind) - written - THROUGH_A_TABLE == set()
