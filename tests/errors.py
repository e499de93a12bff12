"""Every deliberate error, and what each place that raises it really gives it.

Read from the source: a message may name only what every raiser passes on.
"""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator, Set
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

from kiosk.exam.errors import ExamError

ROOT = Path(__file__).parent.parent
PACKAGES = ("kiosk", "sync")
NOT_IMPORTED = ("__main__", "migrations.env")
PLACEHOLDER = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True)
class Raised:
    """One place that makes an error, and the parameters it gives."""

    error: type[ExamError]
    params: Set[str]
    place: str


def placeholders(text: str) -> set[str]:
    """The parameters that a text names."""
    return set(PLACEHOLDER.findall(text))


@cache
def modules() -> tuple[ModuleType, ...]:
    """Every module of the product."""
    found = []
    for name in PACKAGES:
        package = importlib.import_module(name)
        found += [
            importlib.import_module(info.name)
            for info in pkgutil.walk_packages(package.__path__, f"{name}.")
            if not info.name.endswith(NOT_IMPORTED)
        ]
    return tuple(found)


@cache
def error_classes() -> tuple[type[ExamError], ...]:
    """Every deliberate error of the product, by its code."""
    modules()
    found = {error for error in _below(ExamError) if error.__module__.startswith(PACKAGES)}
    return tuple(sorted(found, key=lambda error: (error.code, error.__name__)))


def _below(root: type[ExamError]) -> Iterator[type[ExamError]]:
    for error in root.__subclasses__():
        yield error
        yield from _below(error)


@cache
def raised() -> tuple[Raised, ...]:
    """Every place that makes an error with parameters of its own."""
    return tuple(place for module in modules() for place in _in_module(module))


def _in_module(module: ModuleType) -> Iterator[Raised]:
    path = Path(str(module.__file__))
    tree = ast.parse(path.read_text(encoding="utf-8"))
    called = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called.add(id(node.func))
            error = _named(module, node.func)
            if error is not None and not _has_own_parameters(error):
                yield Raised(error, _keywords(node), f"{path.relative_to(ROOT)}:{node.lineno}")
        elif isinstance(node, ast.ClassDef):
            yield from _from_init(module, node, path)
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and node.exc is not None and id(node.exc) not in called:
            error = _named(module, node.exc)
            if error is not None and not _has_own_parameters(error):
                yield Raised(error, frozenset(), f"{path.relative_to(ROOT)}:{node.lineno}")


def _from_init(module: ModuleType, node: ast.ClassDef, path: Path) -> Iterator[Raised]:
    """What an error with parameters of its own gives to its message."""
    error = getattr(module, node.name, None)
    if not (isinstance(error, type) and issubclass(error, ExamError)) or error is ExamError:
        return
    if "__init__" not in vars(error):
        return
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "super().__init__":
            for each in (error, *(e for e in _below(error) if "__init__" not in vars(e))):
                yield Raised(each, _keywords(call), f"{path.relative_to(ROOT)}:{call.lineno}")


def _has_own_parameters(error: type[ExamError]) -> bool:
    return error.__init__ is not ExamError.__init__


def _keywords(call: ast.Call) -> Set[str]:
    """The names of the arguments; `**` anything stands as `*`."""
    return frozenset(keyword.arg or "*" for keyword in call.keywords)


def _named(module: ModuleType, node: ast.expr) -> type[ExamError] | None:
    """The error that an expression names, if it names one."""
    found: object = module
    for part in ast.unparse(node).split("."):
        found = vars(found).get(part) if isinstance(found, ModuleType) else None
    return found if isinstance(found, type) and issubclass(found, ExamError) else None
